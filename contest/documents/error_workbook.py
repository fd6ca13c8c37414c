"""An import's errors, handed back in the workbook they were made in."""

from collections.abc import Sequence

from contest.documents.cell_errors import CellError
from contest.documents.columns import ERROR_COLUMN, Sheet
from contest.documents.headers import find_header
from contest.documents.refusals import Translate, WorkbookRefused, told_as
from contest.documents.sandbox import MIB, Limits, Worker
from contest.documents.tables import Table, read_table

MARKER = "contest.documents.error_marker:mark_errors"
MARK_LIMITS, MARK_SECONDS = Limits(memory=1536 * MIB, written=256 * MIB), 120  # openpyxl saves through files


def error_workbook(
    sheet: Sheet, data: bytes, errors: Sequence[CellError], translate: Translate = str, *, filename: str = ""
) -> bytes:
    """Return the uploaded workbook with wrong cells red and the words in a column 错误说明; a CSV comes back
    as .xlsx.

    Raises WorkbookRefused, as reading does. Takes seconds for thousands of rows: call it from a job.
    """
    table = read_table(data, sheet.title, or_first=True, filename=filename)
    header = find_header(sheet, table)
    marks = [(error.row, header.positions.get(error.column, -1) + 1, error.words(translate)) for error in errors]
    request = {
        "sheet": table.sheet,
        "header_row": header.index + 1,
        "marks": marks,
        "title": translate(ERROR_COLUMN),
    }
    if not table.sheets:
        request["grid"] = _texts(table)
    with told_as(WorkbookRefused), Worker(MARK_LIMITS) as worker:
        blobs = [data] if table.sheets else []
        return worker.ask(MARKER, request, blobs, seconds=MARK_SECONDS)[0][1][0]


def _texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]
