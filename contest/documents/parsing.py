"""A declared sheet from a file: typed rows, and every error with its row and column, all at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contest.documents.cell_errors import CellError, Notice
from contest.documents.cells import BLANK, Cell, Row
from contest.documents.columns import Sheet, column_letter, folded
from contest.documents.headers import Header, find_header
from contest.documents.tables import Table, read_table
from contest.documents.values import BadCell, Value, value_of


@dataclass(frozen=True)
class ParsedRow:
    """One row's values by column key, with its number in the file, so that a caller can add errors of its
    own.
    """

    number: int
    values: Mapping[str, Value]

    def __getitem__(self, key: str) -> Value:
        """Return one value."""
        return self.values[key]


@dataclass(frozen=True)
class Parsed:
    """A sheet as read. ``row_count`` counts rows with anything in them and is echoed to the user.

    ``rows`` holds every such row, with None where a cell was wrong; whether all or nothing is taken is the
    caller's matter.
    """

    sheet: str
    rows: Sequence[ParsedRow]
    errors: Sequence[CellError]
    warnings: Sequence[Notice]
    row_count: int
    header_row: int
    last_row: int

    @property
    def ok(self) -> bool:
        """Whether nothing was wrong."""
        return not self.errors


def parse_sheet(sheet: Sheet, data: bytes, *, filename: str = "") -> Parsed:
    """Read ``data`` (.xlsx, or .csv by its name) as the declared sheet.

    The tab of the sheet's title is read, or the first one, with a warning, when there is none of that name.
    Raises WorkbookRefused for a file that can't be read at all; everything else is in ``errors`` and
    ``warnings``.
    """
    table = read_table(data, sheet.title, or_first=True, filename=filename)
    header = find_header(sheet, table)
    errors = [*_header_errors(header)]
    rows: list[ParsedRow] = []
    for number, line in _filled(table, header):
        rows.append(_parsed_row(sheet, header, number, line, errors))
    errors.extend(_duplicates(sheet, rows))
    if not rows:
        errors.append(CellError(header.index + 2, "", "no_rows"))
    errors.sort(key=lambda error: error.row)
    last_row = rows[-1].number if rows else header.index + 1
    return Parsed(table.sheet, rows, errors, _warnings(sheet, table, header), len(rows), header.index + 1, last_row)


def read_rows(data: bytes, sheet: str | int | None = None, *, header_row: int = 1, filename: str = "") -> list[Row]:
    """Return the filled rows below a header in a known row (from 1), each with its cells by column title.

    For sheets whose columns are not declared. Columns without a title are left out. Raises WorkbookRefused.
    """
    table = read_table(data, sheet, filename=filename)
    titles = [cell.text.strip() for cell in table.rows[header_row - 1]] if len(table.rows) >= header_row else []
    return [
        Row(number, {title: cell for title, cell in zip(titles, line, strict=False) if title})
        for number, line in enumerate(table.rows[header_row:], header_row + 1)
        if any(cell.text for cell in line)
    ]


def _filled(table: Table, header: Header) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield the rows with anything in a known column; a row holding only our old error text is blank."""
    positions = header.positions.values()
    for number, line in enumerate(table.rows[header.index + 1 :], header.index + 2):
        if any(position < len(line) and line[position].text.strip() for position in positions):
            yield number, line


def _parsed_row(sheet: Sheet, header: Header, number: int, line: Sequence[Cell], errors: list[CellError]) -> ParsedRow:
    values: dict[str, Value] = {}
    for column in sheet.columns:
        position = header.positions.get(column.key, len(line))
        cell = line[position] if position < len(line) else BLANK
        values[column.key] = None
        if column.key not in header.positions:
            continue
        try:
            values[column.key] = value_of(column, cell)
        except BadCell as bad:
            params = {"title": column.title_zh, "value": _shortened(cell.text), **bad.params}
            errors.append(CellError(number, column.key, bad.code, params))
    return ParsedRow(number, values)


def _header_errors(header: Header) -> Iterator[CellError]:
    row = header.index + 1
    for column in header.missing:
        yield CellError(row, column.key, "missing_column", {"title": column.title_zh})
    for title, _ in header.repeated:
        yield CellError(row, "", "repeated_column", {"title": title})


def _duplicates(sheet: Sheet, rows: Sequence[ParsedRow]) -> Iterator[CellError]:
    for column in (column for column in sheet.columns if column.unique):
        first: dict[str, int] = {}
        for row in rows:
            value = row.values[column.key]
            if value is None:
                continue
            seen = first.setdefault(folded(str(value)), row.number)
            if seen != row.number:
                params = {"title": column.title_zh, "value": _shortened(str(value)), "first_row": seen}
                yield CellError(row.number, column.key, "duplicate", params)


def _warnings(sheet: Sheet, table: Table, header: Header) -> list[Notice]:
    found = [Notice("unknown_column", {"title": title, "letter": column_letter(at)}) for title, at in header.unknown]
    if header.index:
        found.append(Notice("header_not_first", {"row": header.index + 1}))
    if table.sheets and sheet.title not in table.sheets:
        found.append(Notice("other_sheet", {"wanted": sheet.title, "sheet": table.sheet}))
    return found


def _shortened(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
