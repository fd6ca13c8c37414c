"""Reads one worksheet inside the limited child: guard, then python-calamine, then plain text cells.

Calamine reads cached values and evaluates no formula; it ignores the sheet's ``dimension`` tag, so a wrong
one hides no rows (openpyxl's read-only mode silently read 1 of 1,000,000 rows there).
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from contest.documents.archive import LIMITS, check_archive
from contest.documents.cells import SEPARATOR, cell_of
from contest.documents.error_cells import error_cells
from contest.documents.framing import Header
from contest.documents.problems import Trouble

ROWS_PER_FRAME = 5_000


def read_cells(header: Header, blobs: list[bytes]) -> Iterator[tuple[Header, Sequence[bytes]]]:
    """Answer with the sheet's name, all names, vertical merges, and then its rows from A1 on, in several
    frames.

    ``header["sheet"]``: a name, an index from 0, or null for the first sheet; ``header["or_first"]``: whether
    an unknown name falls back to the first sheet.
    """
    check_archive(blobs[0])
    with _damage_told():
        book = CalamineWorkbook.from_filelike(io.BytesIO(blobs[0]))
        names = [meta.name for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        name = _chosen(names, header.get("sheet"), or_first=bool(header.get("or_first")))
        sheet = book.get_sheet_by_name(name)
        rows: list[list[object]] = [[*row] for row in sheet.to_python(skip_empty_area=False)]
        _put_errors(rows, error_cells(blobs[0], name))
    _check_size(name, rows)
    yield {"sheet": name, "sheets": names, "merged": _vertical_merges(sheet)}, ()
    for start in range(0, len(rows), ROWS_PER_FRAME):
        yield (
            {"rows": [[_packed(value) for value in row] for row in rows[start : start + ROWS_PER_FRAME]]},
            (),
        )


@contextmanager
def _damage_told() -> Iterator[None]:
    """Whatever the parser trips over in a file that passed the guard is damage."""
    try:
        yield
    except PasswordError as error:
        raise Trouble("encrypted") from error
    except (MemoryError, Trouble):
        raise
    except Exception as error:
        raise Trouble("corrupt") from error


def _chosen(names: list[str], wanted: object, *, or_first: bool) -> str:
    if not names:
        raise Trouble("no_sheets")
    if wanted is None or (or_first and wanted not in names):
        return names[0]
    if isinstance(wanted, int) and 0 <= wanted < len(names):
        return names[wanted]
    if wanted not in names:
        raise Trouble("no_sheet", {"sheet": wanted, "sheets": "、".join(names)})
    return str(wanted)


def _put_errors(rows: list[list[object]], errors: dict[tuple[int, int], str]) -> None:
    """Put error values where calamine left blanks; the rectangle grows where only an error stood."""
    for (row, column), value in errors.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
        rows[row][column] = value


def _check_size(name: str, rows: Sequence[Sequence[object]]) -> None:
    """Hold the limits once more on what was read: a file may leave its cells' addresses out."""
    if len(rows) > LIMITS.rows:
        raise Trouble("too_many_rows", {"sheet": name, "row": len(rows), "limit": LIMITS.rows})


def _vertical_merges(sheet: CalamineSheet) -> list[list[int]]:
    """Return [first row, last row, column] of cells merged downwards, counted from 0; two-line headers have
    them.
    """
    merges = sheet.merged_cell_ranges or []
    return [[top, bottom, left] for (top, left), (bottom, _) in merges if bottom > top][:1000]


def _packed(value: object) -> str:
    """Return text as it is, any other cell as its fields in one string: lists would triple the reply."""
    if isinstance(value, str) and value.isprintable() and not value.startswith(("#", "_")) and "_x0" not in value:
        return value  # nearly every cell: no object is made for it
    text, kind, problem = cell_of(value)
    return text if kind == "text" else SEPARATOR.join(("", kind, problem, text))
