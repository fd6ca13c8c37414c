"""A sheet as a grid of cells, whether it came from a workbook or from CSV."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from contest.documents.archive import check_signature
from contest.documents.cells import BLANK, SEPARATOR, Cell, Kind
from contest.documents.csv_reader import read_csv
from contest.documents.refusals import WorkbookRefused, told_as
from contest.documents.sandbox import MIB, Answer, Limits, Worker

READER = "contest.documents.spreadsheet_reader:read_cells"
READ_LIMITS, READ_SECONDS = Limits(memory=768 * MIB), 30


@dataclass(frozen=True)
class Table:
    """One sheet: ``rows[0]`` is row 1 of the file, blank leading rows and columns included."""

    sheet: str
    rows: Sequence[Sequence[Cell]]
    sheets: tuple[str, ...] = ()
    merged: tuple[tuple[int, int, int], ...] = field(default=())


def read_table(data: bytes, sheet: str | int | None = None, *, or_first: bool = False, filename: str = "") -> Table:
    """Read a worksheet of an .xlsx, or a CSV file by its name. Raises WorkbookRefused."""
    with told_as(WorkbookRefused):
        if _is_csv(data, filename):
            return Table(sheet=filename, rows=read_csv(data))
        check_signature(data)
        with Worker(READ_LIMITS) as worker:
            request = {"sheet": sheet, "or_first": or_first}
            return _table(worker.ask(READER, request, [data], seconds=READ_SECONDS))


def read_grid(data: bytes, sheet: str | int | None = None, *, filename: str = "") -> list[list[str]]:
    """Return a sheet's cells by position as text ("" for blank): no header is looked for, row 1 is ``[0]``.

    For workbooks of a foreign layout. Raises WorkbookRefused.
    """
    return [[cell.text for cell in row] for row in read_table(data, sheet, filename=filename).rows]


def sheet_names(data: bytes) -> tuple[str, ...]:
    """Return the names of a workbook's worksheets in their order. Raises WorkbookRefused."""
    return read_table(data).sheets


def _is_csv(data: bytes, filename: str) -> bool:
    named = filename.lower().endswith((".csv", ".txt", ".tsv"))
    return named and bool(data) and not data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def _table(answers: list[Answer]) -> Table:
    head, *frames = (header for header, _ in answers)
    rows = [[_unpacked(item) for item in row] for frame in frames for row in cast("list[list[str]]", frame["rows"])]
    merged = tuple((top, bottom, left) for top, bottom, left in cast("list[list[int]]", head["merged"]))
    return Table(str(head["sheet"]), rows, tuple(cast("list[str]", head["sheets"])), merged)


def _unpacked(item: str) -> Cell:
    if not item:
        return BLANK
    if item[0] != SEPARATOR:
        return Cell(item)
    _, kind, problem, text = item.split(SEPARATOR)
    return Cell(text, cast("Kind", kind), problem)
