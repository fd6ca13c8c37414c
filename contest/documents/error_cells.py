"""Cells holding Excel's error values (#N/A, #REF!): calamine reads them as blank, and a blank is not an error.

So the sheet's own markup is asked for them. Runs in the limited child, after the guard.
"""

import io
import posixpath
import re
import zipfile

from defusedxml import ElementTree

from contest.documents.archive import column_number

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\s(?=[^<>]*\bt="e")(?:[^<>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^<>]*>'
    rb"(?:<(?:\w+:)?f(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]*)<"
)


def error_cells(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """Return the error values of a sheet by (row, column), both from 0."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _part_of(archive, sheet)
        content = archive.read(part) if part in archive.namelist() else b""
    if b't="e"' not in content:
        return {}
    found = _ERROR_CELL.findall(content)
    return {(int(row) - 1, column_number(letters) - 1): value.decode() for letters, row, value in found}


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Follow the workbook's relations from the tab's name to the file in the package."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relation = next(
        (tab.get(_RELATION) for tab in book.iter() if tab.get("name") == sheet and tab.get(_RELATION)), None
    )
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next((str(item.get("Target")) for item in relations if item.get("Id") == relation), "")
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
