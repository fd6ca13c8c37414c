"""Typed forms: a pydantic class reads what was sent; what can't be read comes back beside what was typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Self

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException
from pydantic import BaseModel, ConfigDict, ValidationError

from contest.errors import DomainError, InvalidError
from contest.i18n import N_, error_text

MAX_UPLOAD = 20 * 1024 * 1024
MAX_TYPED = 1024 * 1024
MAX_BOXES = 20_000
"""Of a form without files: 20 MB of `a&a&a&…` would cost its reader half a minute and two gigabytes."""

_MESSAGES = {
    "missing": N_("请填写这一项。"),
    "string_too_short": N_("太短：至少 %(min_length)s 个字。"),
    "string_too_long": N_("太长：最多 %(max_length)s 个字。"),
    "int_parsing": N_("“%(input)s”不是整数，请填写例如 12。"),
    "decimal_parsing": N_("“%(input)s”不是数，请填写例如 85.5。"),
    "decimal_max_places": N_("小数太多：最多 %(decimal_places)s 位小数。"),
    "greater_than_equal": N_("不能小于 %(ge)s，您输入了 %(input)s。"),
    "greater_than": N_("必须大于 %(gt)s，您输入了 %(input)s。"),
    "less_than_equal": N_("不能大于 %(le)s，您输入了 %(input)s。"),
    "date_from_datetime_parsing": N_("“%(input)s”不是日期，请填写例如 2026-11-21。"),
    "date_parsing": N_("“%(input)s”不是日期，请填写例如 2026-11-21。"),
    "datetime_from_date_parsing": N_("“%(input)s”不是时间，请填写例如 2026-11-21 09:30。"),
    "datetime_parsing": N_("“%(input)s”不是时间，请填写例如 2026-11-21 09:30。"),
    "enum": N_("“%(input)s”不在可选项里，请从列表中选择。"),
    "literal_error": N_("“%(input)s”不在可选项里，请从列表中选择。"),
    "string_pattern_mismatch": N_("“%(input)s”的格式不对。"),
}
_OTHER = N_("“%(input)s”不能用，请检查这一项。")


def clean(text: str) -> str:
    """Typed text as it is kept: NFC, no control characters, no blanks at the ends."""
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if c in "\n\t" or unicodedata.category(c) != "Cc")
    return kept.strip()


class Form(BaseModel):
    """Base of every form. An empty box is a missing one; unknown boxes are ignored."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """The form from what was sent.

        Raises:
            InvalidError: with one message per field, in the field's own words.
        """
        lists = {k for k, f in cls.model_fields.items() if str(f.annotation).startswith(("list", "tuple"))}
        values: dict[str, Any] = {}
        for key in cls.model_fields:
            if key in lists and isinstance(data, FormMultiDict):
                values[key] = [clean(v) for v in data.getall(key, []) if isinstance(v, str) and v.strip()]
            elif isinstance(value := data.get(key), str) and clean(value):
                values[key] = clean(value)
            elif value is not None and not isinstance(value, (str, UploadFile)):
                values[key] = value
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise InvalidError(N_("有几项需要改正，已标在下面。"), fields=_field_errors(error)) from None


def _field_errors(error: ValidationError) -> dict[str, DomainError]:
    found: dict[str, DomainError] = {}
    for item in error.errors():
        field = str(item["loc"][0]) if item["loc"] else ""
        if isinstance(cause := item.get("ctx", {}).get("error"), DomainError):
            found.setdefault(field, cause)
            continue
        params = {"input": str(item.get("input", ""))[:60]} | dict(item.get("ctx", {}))
        found.setdefault(field, DomainError(_MESSAGES.get(item["type"], _OTHER), **params))
    return found


async def provide_form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """The dependency `form`: the sent boxes, read before the handler runs in its thread."""
    return await sent_form(request)


async def sent_form(request: Any) -> FormMultiDict:
    """What was sent as a form; every reader comes here, because reading is what a hostile body attacks.

    Raises:
        ClientException: too large (413), or no form at all (400).
    """
    length = request.headers.get("content-length", "0")
    has_files = request.content_type[0] == RequestEncodingType.MULTI_PART
    if length.isdigit() and int(length) > (MAX_UPLOAD + 65536 if has_files else MAX_TYPED):
        raise ClientException(status_code=413, detail="too large")
    if not has_files:
        body = await request.body()
        if len(body) > MAX_TYPED or body.count(b"&") > MAX_BOXES:
            raise ClientException(status_code=413, detail="too large")
    try:
        form: FormMultiDict = await request.form()
    except (LookupError, UnicodeDecodeError):  # a part that names no known encoding, or isn't in its own
        raise ClientException(status_code=400, detail="unreadable") from None
    if any("\x00" in text for item in form.multi_items() for text in item if isinstance(text, str)):
        raise ClientException(status_code=400, detail="unreadable")  # no keyboard types it, and PostgreSQL keeps none
    return form


def typed(form: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, box by box, so that a page with errors loses nothing."""
    return {key: value for key, value in form.items() if isinstance(value, str)}


def uploaded(form: Mapping[str, Any], name: str) -> tuple[str, bytes]:
    """File name and content of the upload `name`.

    Raises:
        InvalidError: when no file was chosen.
    """
    file = form.get(name)
    if not isinstance(file, UploadFile) or not file.filename:
        message = DomainError(N_("请选择一个文件。"))
        raise InvalidError(N_("还没有选择文件。"), fields={name: message})
    return file.filename, file.file.read()


def messages(error: InvalidError | None) -> dict[str, str]:
    """Field name -> message in the current language, for `errors` of a page; '' names what is about the whole form."""
    if error is None:
        return {}
    return {name: error_text(item) for name, item in error.fields.items()} or {"": error_text(error)}
