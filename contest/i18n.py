"""Chinese first, English second. Message ids ARE the Chinese texts, so a missing translation can never put English
on a Chinese page; `locales/en/<feature>.po` holds the English, read at start (no compile step).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Literal

from babel.messages.pofile import read_po

from contest.errors import DomainError

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
URL_LANGUAGES: Mapping[str, Language] = {"zh": "zh-CN", "en": "en"}

_language: ContextVar[Language] = ContextVar("language", default="zh-CN")


@lru_cache(maxsize=1)
def catalog() -> dict[str, str]:
    """Every English text by its Chinese msgid; the first file (by name) that has one wins."""
    texts: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / "locales" / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if isinstance(message.id, str) and isinstance(message.string, str) and message.id and message.string:
                    texts.setdefault(message.id, message.string)
    return texts


def current_language() -> Language:
    return _language.get()


def use_language(language: Language) -> None:
    _language.set(language)


def gettext(message: str) -> str:
    """`message` in the language of the current request."""
    return catalog().get(message, message) if _language.get() == "en" else message


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for 'mark, translate later')
    """Marks a message for extraction; it is translated where it is shown."""
    return message


def translator(language: Language) -> Callable[[str], str]:
    """A translate function bound to one language, for PDFs, workbooks and jobs."""
    return (lambda text: catalog().get(text, text)) if language == "en" else (lambda text: text)


def error_text(error: DomainError) -> str:
    """A domain error in the current language, with its parameters (themselves translated when they are texts)."""
    params = {k: gettext(v) if isinstance(v, str) else v for k, v in error.params.items()}
    text = gettext(error.message)
    return text % params if params else text


def pick_language(cookie: str | None, accept: str | None) -> Language:
    """The language of a signed-in page: the person's choice, else Chinese unless the browser asks for English first."""
    if cookie in LANGUAGES:
        return "en" if cookie == "en" else "zh-CN"
    first = (accept or "").split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "zh-CN"
