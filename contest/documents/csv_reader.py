"""CSV as offices send it: UTF-8 with or without a mark, GB18030 from Chinese Excel, UTF-16 from "Unicode
text".
"""

import csv
import io
import re

from contest.documents.archive import LIMITS, MIB
from contest.documents.cells import BLANK, NUMBER_TOO_LONG, Cell, text_cell
from contest.documents.problems import Trouble

RISKY = ("=", "+", "-", "@", "\t", "\n")
"""First characters a spreadsheet may take for a formula when it opens a CSV (ASVS 1.2.10)."""
_ROUNDED_BY_EXCEL = re.compile(r"[1-9]\.\d+E\+(?:1[1-9]|[2-9]\d)")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_csv(data: bytes) -> list[list[Cell]]:
    """Return the rows of a CSV file as cells; the delimiter is the one the first line uses most. Raises
    WorkbookRefused.
    """
    if not data:
        raise Trouble("empty")
    if len(data) > LIMITS.file_bytes:
        raise Trouble("too_large", {"size": -(-len(data) // MIB), "limit": LIMITS.file_bytes // MIB})
    text = _decoded(data)
    delimiter = _delimiter(text)
    if text.count(delimiter) > LIMITS.cells:  # ten million cells are a gigabyte here: nobody else's process
        lines = text.count("\n") + 1
        raise Trouble("too_many_cells", {"sheet": "CSV", "row": lines, "columns": text.count(delimiter) // lines + 1})
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[Cell]] = []
    try:
        for row in reader:
            rows.append([_cell(value) for value in row])
            _check_size(len(rows), len(row))
    except csv.Error as error:
        raise Trouble("not_text") from error
    return rows


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding)
    if b"\0" in data[:4096]:
        raise Trouble("not_text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strict(data, "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Trouble("encoding") from error


def _delimiter(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return max(",\t;", key=first.count)


def _check_size(rows: int, columns: int) -> None:
    if rows > LIMITS.rows:
        raise Trouble("too_many_rows", {"sheet": "CSV", "row": rows, "limit": LIMITS.rows})
    if columns > LIMITS.columns:
        raise Trouble("too_many_columns", {"sheet": "CSV", "columns": columns, "limit": LIMITS.columns})


def _cell(value: str) -> Cell:
    """Take our own guard quote off again, and name what Excel rounded: 1.10101E+17 was an 18-digit number
    once.
    """
    if not value:
        return BLANK
    if _ROUNDED_BY_EXCEL.fullmatch(value.strip()):
        return Cell(value.strip(), "number", NUMBER_TOO_LONG)
    return text_cell(value[1:] if value[0] == "'" and looks_like_formula(value) else value)


def looks_like_formula(text: str) -> bool:
    """Whether a text, or one quoted by apostrophes before, begins like a formula."""
    return text.lstrip("'").startswith(RISKY)
