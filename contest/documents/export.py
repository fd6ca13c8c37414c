"""Rows to .xlsx and CSV. User text never becomes a formula, in either."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from contest.documents.cells import printable
from contest.documents.columns import Column, column_letter
from contest.documents.csv_reader import looks_like_formula
from contest.documents.styles import Formula, write_only
from contest.documents.template import style_header

Records = Iterable[Mapping[str, object]]


def export_rows(columns: Sequence[Column], rows: Records, *, title: str = "Sheet1", language: str = "zh") -> bytes:
    """Return an .xlsx of one sheet: int and Decimal as numbers, dates as dates, all other values as text,
    None blank.
    """
    return export_sheets([(title, columns, rows)], language=language)


def export_sheets(sheets: Iterable[tuple[str, Sequence[Column], Records]], *, language: str = "zh") -> bytes:
    """Return an .xlsx of several sheets, each (tab title, columns, rows); a ``Formula`` value stays a live
    formula.
    """
    book = Workbook(write_only=True)
    for title, columns, rows in sheets:
        page = book.create_sheet(tab_title(title))
        page.freeze_panes = "A2"
        for position, column in enumerate(columns):
            page.column_dimensions[column_letter(position)].width = column.width
        page.append([_header_cell(page, column.title(language)) for column in columns])
        for row in rows:
            page.append([_cell(page, column, row.get(column.key)) for column in columns])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def export_csv(columns: Sequence[Column], rows: Records, *, language: str = "zh") -> bytes:
    """Return CSV in UTF-8 with a mark (Excel needs it), text that begins like a formula quoted with an
    apostrophe.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.title(language) for column in columns])
    for row in rows:
        writer.writerow([csv_text(_shown(column, row.get(column.key))) for column in columns])
    return buffer.getvalue().encode("utf-8-sig")


def csv_text(value: object) -> str:
    """Return one CSV field.

    Numbers stay bare, -5 too; text beginning with = + - @ or a tab gets an apostrophe.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    text = printable(value)  # first: a control character before "=" would hide it from the check
    return "'" + text if looks_like_formula(text) else text


def tab_title(title: str) -> str:
    r"""Return a title Excel accepts for a tab: 31 characters, none of []:*?/\\."""
    return "".join("－" if letter in "[]:*?/\\" else letter for letter in printable(title))[:31].strip("'") or "Sheet1"


def _header_cell(page: Any, title: str) -> Any:
    cell = write_only(page, title)
    style_header(cell)
    return cell


def _cell(page: Any, column: Column, value: object) -> Any:
    return write_only(page, value if isinstance(value, Formula) else _shown(column, value))


def _shown(column: Column, value: object) -> object:
    return column.choice_label(value) if column.kind == "choice" and isinstance(value, str) else value
