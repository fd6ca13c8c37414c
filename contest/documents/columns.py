"""What a sheet should hold, declared once: its template, its reading, its errors and its export all follow
from it.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from contest.i18n import N_

ColumnKind = Literal["text", "integer", "decimal", "date", "choice"]
ERROR_COLUMN = N_("错误说明")
INSTRUCTION_SHEET = N_("填写说明")
ERROR_TITLES = ("错误说明", "problems")
"""How the error column's title begins, folded, in either language; problems of the header itself follow it."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column.

    ``choices`` are (value, Chinese label) pairs of kind "choice"; a cell may hold either. ``minimum`` and
    ``maximum`` bound integers and decimals, ``max_length`` text (characters), ``places`` the decimals.
    ``unique`` compares without regard to case and width. ``aliases`` are other titles a sheet may use.
    ``width`` is in Excel's character units.
    """

    key: str
    title_zh: str
    title_en: str = ""
    kind: ColumnKind = "text"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    width: int = 16
    hint: str = ""
    example: str = ""
    max_length: int = 200
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    places: int | None = None
    unique: bool = False
    aliases: tuple[str, ...] = ()

    def title(self, language: str = "zh") -> str:
        """Return the title in ``language``, Chinese where no English one is given."""
        return (self.title_en if language == "en" else "") or self.title_zh

    def names(self) -> set[str]:
        """Return every spelling of the title that a header may use, folded for comparison."""
        return {folded_title(name) for name in (self.title_zh, self.title_en, self.key, *self.aliases) if name}

    def choice_value(self, text: str) -> str | None:
        """Return the value behind a label or a value as typed, or None when it is neither."""
        wanted = folded(text)
        return next((value for value, label in self.choices if wanted in {folded(value), folded(label)}), None)

    def choice_label(self, value: str) -> str:
        """Return the Chinese label of a value, or the value itself."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True)
class Sheet:
    """A sheet: ``title`` is its tab (31 characters at most, Excel's limit), ``instructions`` the lines of
    填写说明.
    """

    title: str
    columns: Sequence[Column]
    instructions: Sequence[str] = ()

    def column(self, key: str) -> Column:
        """Return the column of this key; KeyError if there is none."""
        return next(column for column in self.columns if column.key == key)


def folded(text: str) -> str:
    """Fold width, case and outer space: how values are compared, never how they are stored."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def folded_title(text: str) -> str:
    """Fold a header cell: also without the marks and breaks people put into headers (姓名*, 姓名（必填）)."""
    plain = "".join(folded(text).split())
    return plain.replace("(必填)", "").replace("(required)", "").strip("*:")


def column_letter(position: int) -> str:
    """Return Excel's letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def is_error_title(text: str) -> bool:
    """Whether a header cell is that of our own error column from an earlier attempt."""
    return folded_title(text).startswith(ERROR_TITLES)
