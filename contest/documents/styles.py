"""How our sheets look: one header style, one red, and text that stays text."""

import datetime as dt
from decimal import Decimal
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from contest.documents.cells import EXCEL_DIGITS, printable

HEADER_FONT = Font(name="微软雅黑", bold=True, color="FF1F1F1F")
HEADER_FILL = PatternFill("solid", fgColor="FFF1ECE4")
REQUIRED_FONT = Font(name="微软雅黑", bold=True, color="FFB3261E")
HEADER_ALIGNMENT = Alignment(vertical="center", wrap_text=True)
HEADER_BORDER = Border(bottom=Side("thin", color="FF8A8279"))
GREY_FONT = Font(name="微软雅黑", italic=True, color="FF8C8C8C")
BODY_FONT = Font(name="微软雅黑")
WRAPPED = Alignment(vertical="top", wrap_text=True)
ERROR_RED = "FFFFC7CE"
ERROR_FILL = PatternFill("solid", fgColor=ERROR_RED)
ERROR_FONT = Font(name="微软雅黑", color="FF9C0006")
NO_FILL = PatternFill(fill_type=None)
TEXT_FORMAT, DATE_FORMAT = "@", "yyyy-mm-dd"
EXCEL_TEXT_LIMIT = 32_767


class Formula(str):
    """A formula that we wrote ourselves, such as ``=SUM(B2:B9)``: the only text that becomes one."""

    __slots__ = ()


def put(cell: Any, value: object) -> Any:
    """Set a cell's value by its type and return the cell; text never becomes a formula, whatever it begins
    with.
    """
    if isinstance(value, Formula):
        cell.value = str(value)
    elif isinstance(value, bool) or value is None:
        cell.value = value
    elif isinstance(value, int | Decimal):
        _put_number(cell, value)
    elif isinstance(value, dt.datetime):
        _put_text(cell, value.strftime("%Y-%m-%d %H:%M"))
    elif isinstance(value, dt.date):
        cell.value, cell.number_format = value, DATE_FORMAT
    else:
        _put_text(cell, str(value))
    return cell


def write_only(sheet: Any, value: object) -> Any:
    """Return a cell for ``append`` of a write-only sheet."""
    return put(WriteOnlyCell(sheet), value)


def _put_number(cell: Any, value: int | Decimal) -> None:
    """Keep a decimal's places in view (9.50 stays 9.50); what Excel would round goes in as text."""
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    if (
        not isinstance(exponent, int)
        or len(number.as_tuple().digits) > EXCEL_DIGITS
        or number.adjusted() >= EXCEL_DIGITS
    ):
        _put_text(cell, f"{value:f}" if isinstance(value, Decimal) else str(value))
        return
    cell.value = value
    cell.number_format = "0." + "0" * -exponent if exponent < 0 else "0"


def _put_text(cell: Any, text: str) -> None:
    cell.value = printable(text).replace("\t", " ")[:EXCEL_TEXT_LIMIT]
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
