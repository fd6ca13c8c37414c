"""One cell to one typed value, or the reason why not.

Full-width digits are read; text is left as it was typed.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from contest.documents.cells import Cell
from contest.documents.columns import Column

Value = str | int | Decimal | dt.date | None
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?|(\d{4})(\d{2})(\d{2})"
)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?|[+-]?\.\d+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


class BadCell(Exception):  # noqa: N818 - reads as what it is
    """A cell that can't be taken: a code of ``parsing.CELL_MESSAGES`` and its parameters."""

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        """Keep code and parameters."""
        super().__init__(code)
        self.code, self.params = code, dict(params or {})


def value_of(column: Column, cell: Cell) -> Value:
    """Return the cell's value: str, int, Decimal, date, or None for a blank optional cell. Raises BadCell."""
    if cell.problem:
        raise BadCell(cell.problem)
    text = cell.text.strip()
    if not text:
        if column.required:
            raise BadCell("required")
        return None
    return _READERS[column.kind](column, text)


def _text(column: Column, text: str) -> str:
    if len(text) > column.max_length:
        raise BadCell("too_long", {"length": len(text), "limit": column.max_length})
    return text


def _integer(column: Column, text: str) -> int:
    number = _number(text, "not_integer")
    if number != number.to_integral_value():
        raise BadCell("not_integer")
    _check_range(column, number)
    return int(number)


def _decimal(column: Column, text: str) -> Decimal:
    number = _number(text, "not_decimal")
    _check_range(column, number)
    exponent = number.normalize().as_tuple().exponent
    if column.places is not None and isinstance(exponent, int) and -exponent > column.places:
        raise BadCell("too_many_places", {"places": column.places})
    return number


def _number(text: str, code: str) -> Decimal:
    """Read digits as people type them: full width, thousands commas, 。 for the point."""
    plain = unicodedata.normalize("NFKC", text.replace("。", ".")).replace(" ", "").replace("−", "-")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if len(plain) > 40 or not _NUMBER.fullmatch(plain):  # noqa: PLR2004 - no measured value has forty digits
        raise BadCell(code)
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise BadCell(code) from error


def _check_range(column: Column, number: Decimal) -> None:
    low, high = column.minimum, column.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        code = "below" if high is None else "above" if low is None else "out_of_range"
        raise BadCell(code, {"minimum": low, "maximum": high})


def _date(_: Column, text: str) -> dt.date:
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    if not found:
        raise BadCell("not_date")
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise BadCell("no_such_date") from error


def _choice(column: Column, text: str) -> str:
    value = column.choice_value(text)
    if value is None:
        raise BadCell("not_a_choice", {"choices": "、".join(label for _, label in column.choices)})
    return value


_READERS: Mapping[str, Callable[[Column, str], Value]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "choice": _choice,
}
