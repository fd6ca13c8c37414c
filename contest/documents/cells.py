"""Cells as text: what a person sees in Excel, with Excel's own damage named instead of passed on.

Excel keeps 15 significant digits; of an 18-digit number typed into a numeric cell the last three are already
zeros when we get it. Such a cell is refused, never guessed.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

Kind = Literal["text", "number", "date", "time", "boolean", "error"]
NUMBER_TOO_LONG, EXCEL_ERROR = "number_too_long", "excel_error"
EXCEL_DIGITS = 15
SEPARATOR = "\uffff"
"""No text holds this character (``printable`` drops it), so it may part a packed cell's fields."""
_FORMULA_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)")
_ESCAPED_CONTROL = re.compile(r"_x00[01][0-9A-Fa-f]_")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


class Cell(NamedTuple):
    """One cell.

    ``text`` is normalised (numbers without exponent, dates in ISO form), ``problem`` a code or empty.
    """

    text: str
    kind: Kind = "text"
    problem: str = ""


BLANK = Cell("")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its number as Excel shows it (from 1) and its cells under their column titles."""

    number: int
    cells: Mapping[str, Cell]


def cell_of(value: object) -> Cell:
    """Turn a reader's value (text, float, date, ...) into a Cell."""
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", "boolean")
    if isinstance(value, int | float):
        return _number_cell(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return Cell(value.date().isoformat() if midnight else value.isoformat(timespec="seconds"), "date")
    if isinstance(value, dt.date):
        return Cell(value.isoformat(), "date")
    return Cell(str(value), "time")


def text_cell(value: str) -> Cell:
    """Return a text cell: control characters gone, every other character as it was typed."""
    if _FORMULA_ERROR.fullmatch(value):
        return Cell(value, "error", EXCEL_ERROR)
    return Cell(printable(value)) if value else BLANK


def printable(value: str) -> str:
    """Strip characters that neither XML nor a printed page can carry; tabs and line breaks stay."""
    if value.isprintable() and "_x0" not in value:
        return value
    return _CONTROL.sub("", _ESCAPED_CONTROL.sub("", value)).replace("\r\n", "\n").replace("\r", "\n")


def _number_cell(value: float) -> Cell:
    """Format a number as Excel shows it: 15 significant digits, so 0.1+0.2 is 0.3 and 7.0 is 7."""
    if abs(value) >= 10**EXCEL_DIGITS:
        return Cell(f"{value:.14E}", "number", NUMBER_TOO_LONG)
    if value == int(value):
        return Cell(str(int(value)), "number")
    text = f"{value:.{EXCEL_DIGITS}g}"
    return Cell(f"{Decimal(text):f}" if "e" in text else text, "number")
