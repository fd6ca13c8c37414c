"""An entry as typed, whether on a form, in a sheet or by a seed: cleaned once, the same way everywhere."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from contest.entries.models import EntryKind
from contest.errors import DomainError, InvalidError
from contest.i18n import N_

NAME_LENGTH = 300
NUMBER_LENGTH = 20
"""A number may become the code of a contest without blinding, and codes have 20 letters."""
WORKER_NUMBER_LENGTH = 40
MEMBER_LENGTH = 100
MAX_MEMBERS = 200
_PHONE = re.compile(r"\+?[0-9][0-9-]{4,18}")
_SEPARATORS = re.compile(r"[、，,;；\n]+")


@dataclass(frozen=True, slots=True)
class EntryInput:
    """What is typed about an entry. `kind` None: the kind the rule set asks for. `number` empty: assigned.

    `unit` is what will be printed; `organization_id` None: found by the unit's name.
    """

    name: str
    kind: EntryKind | None = None
    number: str = ""
    unit: str = ""
    organization_id: str | None = None
    account_id: str | None = None
    worker_number: str = ""
    phone: str = ""
    members: tuple[str, ...] = ()


def one_line(text: str) -> str:
    """A name as it is kept: NFC, one line, no control characters, otherwise as it was typed (rare signs, emoji,
    full width, right to left).
    """
    composed = unicodedata.normalize("NFC", text)
    blanks = "".join(" " if c in "\n\r\t\u2028\u2029" else c for c in composed)
    kept = "".join(c for c in blanks if unicodedata.category(c) not in {"Cc", "Cs"} and c != "\ufeff")
    return kept.strip()


def plain_number(text: str) -> str:
    """A number as it is kept: full-width digits and letters made plain, no blanks, zeros in front left alone."""
    return "".join(unicodedata.normalize("NFKC", one_line(text)).split())


def split_members(text: str) -> tuple[str, ...]:
    """The names of a team from one cell or box: separated by 、，；or line breaks (blanks belong to names)."""
    return tuple(name for part in _SEPARATORS.split(text) if (name := one_line(part)))


def cleaned(fields: EntryInput) -> EntryInput:
    """The same input as it will be kept.

    Raises:
        InvalidError: with a message for every field that can't be taken.
    """
    tidy = replace(
        fields,
        name=one_line(fields.name),
        number=plain_number(fields.number),
        unit=one_line(fields.unit),
        worker_number=plain_number(fields.worker_number),
        phone=plain_number(fields.phone).replace("−", "-"),
        members=tuple(name for member in fields.members if (name := one_line(member))),
    )
    problems = problems_of(tidy)
    if problems:
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields=problems)
    return tidy


def problems_of(tidy: EntryInput) -> dict[str, DomainError]:
    """Field -> what is wrong with it, for input that is cleaned already."""
    limits = (
        ("name", tidy.name, NAME_LENGTH),
        ("unit", tidy.unit, NAME_LENGTH),
        ("number", tidy.number, NUMBER_LENGTH),
        ("worker_number", tidy.worker_number, WORKER_NUMBER_LENGTH),
        ("members", max(tidy.members, key=len, default=""), MEMBER_LENGTH),
    )
    found = {
        field: DomainError(N_("太长：有 %(length)s 个字，最多 %(limit)s 个。"), length=len(text), limit=limit)
        for field, text, limit in limits
        if len(text) > limit
    }
    if not tidy.name:
        found["name"] = DomainError(N_("请填写名称。"))
    if tidy.phone and not _PHONE.fullmatch(tidy.phone):
        found["phone"] = DomainError(N_("“%(phone)s”不是电话号码，请填写例如 13800138000。"), phone=tidy.phone[:30])
    if len(tidy.members) > MAX_MEMBERS:
        many = N_("有 %(n)s 名队员，最多 %(limit)s 名。")
        found["members"] = DomainError(many, n=len(tidy.members), limit=MAX_MEMBERS)
    return found
