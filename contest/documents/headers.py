"""Finding the header: title lines and blank rows may stand above it, two-line headers have merged cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from contest.documents.cells import BLANK, Cell
from contest.documents.columns import Column, Sheet, folded_title, is_error_title
from contest.documents.refusals import WorkbookRefused
from contest.documents.tables import Table

HEADER_WITHIN = 20
"""Rows searched for the header, from the top."""


@dataclass(frozen=True)
class Header:
    """Where the columns are.

    ``index`` is the header's row from 0, ``positions`` the index of each found key from 0.
    """

    index: int
    positions: dict[str, int]
    missing: tuple[Column, ...]
    repeated: tuple[tuple[str, int], ...]
    unknown: tuple[tuple[str, int], ...]


def find_header(sheet: Sheet, table: Table) -> Header:
    """Take the row of the first 20 that names most columns; the lower one when two lines match alike.

    Raises WorkbookRefused "no_header" when no row names any column.
    """
    lines = _unmerged(table)
    names = {name: column.key for column in sheet.columns for name in column.names()}
    scores = [len({names[title] for cell in line if (title := folded_title(cell.text)) in names}) for line in lines]
    best = max(scores, default=0)
    if best == 0:
        titles = "、".join(column.title_zh for column in sheet.columns)
        raise WorkbookRefused("no_header", {"sheet": table.sheet, "rows": HEADER_WITHIN, "columns": titles})
    index = len(scores) - 1 - scores[::-1].index(best)
    return _read_header(sheet, index, lines[index], names)


def _read_header(sheet: Sheet, index: int, line: Sequence[Cell], names: dict[str, str]) -> Header:
    positions: dict[str, int] = {}
    repeated, unknown = [], []
    for position, cell in enumerate(line):
        title = folded_title(cell.text)
        key = names.get(title)
        if key is None:
            if title and not is_error_title(cell.text):
                unknown.append((cell.text, position))
        elif key in positions:
            repeated.append((cell.text, position))
        else:
            positions[key] = position
    missing = tuple(column for column in sheet.columns if column.required and column.key not in positions)
    return Header(index, positions, missing, tuple(repeated), tuple(unknown))


def _unmerged(table: Table) -> list[list[Cell]]:
    """Copy the top rows with cells merged downwards filled in on every row they cover."""
    lines = [list(row) for row in table.rows[:HEADER_WITHIN]]
    for top, bottom, column in table.merged:
        for row in range(top + 1, min(bottom + 1, len(lines))):
            if top < len(lines) and column < len(lines[row]) and lines[row][column] is BLANK:
                lines[row][column] = lines[top][column]
    return lines
