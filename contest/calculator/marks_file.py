"""Rows of a marks file -> entries and marks per event. All faults are collected with their rows, then raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from contest.calculator.columns import MESSAGES, REQUIRED, TITLES
from contest.calculator.events import EventBuilder, EventMarks
from contest.calculator.faults import Fault, RowError
from contest.calculator.rows import MarkRow, RowReader
from contest.core.ruleset import RuleSet
from contest.documents.cells import Cell
from contest.documents.workbook import read_table
from contest.errors import InvalidError
from contest.i18n import N_

Translate = Callable[[str], str]
_SHOWN = 20


class MarksFileError(InvalidError):
    """The file is refused as a whole; `errors` holds every fault with its row and column."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__(N_("分数文件有 %(count)s 处错误，没有计算。"), count=len(errors))
        self.errors = tuple(errors)

    def lines(self, translate: Translate = str) -> list[str]:
        """One line per fault: row, column, code and sentence; the first twenty and then how many more."""
        shown = [_line(error, translate) for error in self.errors[:_SHOWN]]
        more = len(self.errors) - len(shown)
        return [*shown, translate(N_("……另有 %(count)s 处")) % {"count": more}] if more else shown


def _line(error: RowError, translate: Translate) -> str:
    where = translate(N_("第 %(row)s 行")) % {"row": error.row}
    column = f" {error.column}" if error.column else ""
    return f"{where}{column} [{error.code}] {translate(MESSAGES[error.code]) % error.params}"


@dataclass(frozen=True, slots=True)
class MarksFile:
    """What a marks file holds: events in the order of their first row (one, "", without an event column)."""

    events: Mapping[str, EventMarks] = field(default_factory=dict)


def read_marks_file(rules: RuleSet, data: bytes, filename: str) -> MarksFile:
    """Read a CSV or XLSX marks file (docs/marks-file.md).

    Raises WorkbookRefused for a file that cannot be read and MarksFileError for faults in its rows.
    """
    table = read_table(data, filename=filename)
    header, rows = _header(table.rows)
    reader = RowReader(rules)
    errors: list[RowError] = []
    builders: dict[str, EventBuilder] = {}
    for number, cells in rows:
        found = {key: cells[place] for key, place in header.items() if place < len(cells)}
        if not any(cell.text.strip() for cell in found.values()):
            continue
        try:
            row = reader.read(number, found)
            builders.setdefault(row.event, EventBuilder(rules)).add(row)
        except Fault as fault:
            errors.append(RowError(number, fault.column, fault.code, fault.params))
    if not builders and not errors:
        errors.append(RowError(1, "", "no_rows"))
    if errors:
        raise MarksFileError(errors)
    return MarksFile({event: builder.build() for event, builder in builders.items()})


def _header(rows: Sequence[Sequence[Cell]]) -> tuple[dict[str, int], list[tuple[int, Sequence[Cell]]]]:
    """Find the columns by their titles in the first row that is not blank; rows count as Excel does."""
    start = next((index for index, row in enumerate(rows) if any(cell.text.strip() for cell in row)), None)
    if start is None:
        raise MarksFileError([RowError(1, "", "no_rows")])
    meanings = {title: key for key, titles in TITLES.items() for title in titles}
    header: dict[str, int] = {}
    for place, cell in enumerate(rows[start]):
        key = meanings.get("".join(cell.text.lower().split()))
        if key in header:
            raise MarksFileError([RowError(start + 1, key or "", "double_column", {"column": cell.text})])
        if key is not None:
            header[key] = place
    absent = [key for key in REQUIRED if key not in header]
    if absent:
        raise MarksFileError([RowError(start + 1, "", "missing_columns", {"columns": ", ".join(absent)})])
    return header, [(index + 1, row) for index, row in enumerate(rows) if index > start]


__all__ = ["EventMarks", "MarkRow", "MarksFile", "MarksFileError", "RowError", "read_marks_file"]
