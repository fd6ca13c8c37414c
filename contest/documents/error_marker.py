"""The user's own workbook back, with red cells and an 错误说明 column. Runs in the limited child process.

Loaded with cached values: a formula in the file becomes the value it showed, so nothing executable goes
round. Links to other files are dropped for the same reason.
"""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, cast

from openpyxl import Workbook, load_workbook

from contest.documents.archive import check_archive
from contest.documents.columns import is_error_title
from contest.documents.framing import Header
from contest.documents.styles import ERROR_FILL, ERROR_FONT, ERROR_RED, NO_FILL, WRAPPED, put
from contest.documents.template import style_header

Mark = tuple[int, int, str]
"""Row from 1, column from 1 (0 for the row as a whole), words."""


def mark_errors(header: Header, blobs: list[bytes]) -> Iterator[tuple[Header, Sequence[bytes]]]:
    """Answer with the marked workbook as a blob.

    ``header``: sheet, header_row, marks, title (of the error column), and grid, which replaces the file for
    CSV.
    """
    marks = [cast("Mark", tuple(mark)) for mark in cast("list[list[object]]", header["marks"])]
    header_row = int(str(header["header_row"]))
    book, page = _opened(header, blobs)
    _clear_old_marks(page, header_row)
    _write_marks(page, header_row, marks, str(header["title"]))
    buffer = io.BytesIO()
    book.save(buffer)
    yield {"marked": len(marks)}, [buffer.getvalue()]


def _opened(header: Header, blobs: list[bytes]) -> tuple[Any, Any]:
    if blobs:
        check_archive(blobs[0])
        book = load_workbook(io.BytesIO(blobs[0]), data_only=True, keep_links=False)
        return book, book[str(header["sheet"])]
    book = Workbook()
    page = cast("Any", book.active)
    for number, line in enumerate(cast("list[list[str]]", header["grid"]), 1):
        for position, text in enumerate(line, 1):
            put(page.cell(number, position), text)
    return book, page


def _clear_old_marks(page: Any, header_row: int) -> None:
    """Take last time's red away: a cell the user has put right must not look wrong."""
    for line in page.iter_rows(min_row=header_row):
        for cell in line:
            if cell.has_style and cell.fill.fgColor.rgb == ERROR_RED:
                cell.fill = NO_FILL


def _write_marks(page: Any, header_row: int, marks: list[Mark], title: str) -> None:
    column = _error_column(page, header_row)
    style_header(put(page.cell(header_row, column), title), required=True)
    page.column_dimensions[page.cell(header_row, column).column_letter].width = 60
    words: dict[int, list[str]] = defaultdict(list)
    for row, position, text in marks:
        words[row].append(text)
        if position:
            page.cell(row, position).fill = ERROR_FILL
    for row, texts in words.items():
        joined = "\n".join(texts)
        cell = page.cell(row, column)
        put(cell, f"{title}\n{joined}" if row == header_row else joined)
        cell.font, cell.alignment, cell.fill = ERROR_FONT, WRAPPED, ERROR_FILL


def _error_column(page: Any, header_row: int) -> int:
    """Return the column of last time's messages, emptied, or the first free one."""
    for cell in page[header_row]:
        if is_error_title(str(cell.value or "")):
            for row in range(header_row, page.max_row + 1):
                page.cell(row, cell.column).value = None
            return int(cell.column)
    return int(page.max_column) + 1
