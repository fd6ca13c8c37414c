"""Workbooks written by hand, part by part, so that a test can break any of them."""

import io
import zipfile
from collections.abc import Mapping

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)


def text_cell(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def sheet_xml(rows: str, *, before: str = "", after: str = "") -> str:
    data = f"{before}<sheetData>{rows}</sheetData>{after}"
    return f'<?xml version="1.0"?><worksheet xmlns="{SPREADSHEET}">{data}</worksheet>'


def row_xml(number: int, name: str, staff: str) -> str:
    return f'<row r="{number}">{text_cell(f"A{number}", name)}{text_cell(f"B{number}", staff)}</row>'


def relations(*links: tuple[str, str]) -> str:
    """A relations part: r1, r2, … to (kind, target)."""
    each = (f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(links, 1))
    return f'<Relationships xmlns="{RELATIONS}">{"".join(each)}</Relationships>'


ROWS = row_xml(1, "姓名", "工号") + row_xml(2, "张三", "007")
TABS = '<sheets><sheet name="名单" sheetId="1" r:id="r1"/></sheets>'


def parts(**changed: str | bytes) -> dict[str, str | bytes]:
    """The parts of a small valid workbook; ``sheet=`` replaces its worksheet."""
    book = f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">{TABS}</workbook>'
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": changed.get("workbook", book),
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/sharedStrings.xml": changed.get("strings", f'<sst xmlns="{SPREADSHEET}"></sst>'),
        "xl/worksheets/sheet1.xml": changed.get("sheet", sheet_xml(ROWS)),
    }


def packed(contents: Mapping[str, str | bytes]) -> bytes:
    """A zip of the parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(*, extra: Mapping[str, str | bytes] | None = None, **changed: str | bytes) -> bytes:
    return packed({**parts(**changed), **(extra or {})})
