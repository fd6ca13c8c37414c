"""Fifty workbooks that nobody should have to read, each with the refusal it must get ("" where it is harmless)."""

import random
import struct
from collections.abc import Callable, Iterator

from tests.documents.packages import ROWS, packed, parts, sheet_xml, text_cell, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MIB = 1024 * 1024
DTD = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(10)
)
Case = tuple[str, str, Callable[[], bytes]]


def cases() -> list[Case]:
    """(name, expected code, builder): large ones are built only when their test runs."""
    return [*_not_workbooks(), *_damaged(), *_bombs(), *_wide(), *_markup(), *_harmless()]


def _not_workbooks() -> Iterator[Case]:
    yield "empty", "empty", lambda: b""
    yield "one byte", "not_xlsx", lambda: b"P"
    yield "web page", "html", lambda: b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>"
    yield (
        "spreadsheet xml 2003",
        "html",
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
    )
    yield "pdf", "not_xlsx", lambda: b"%PDF-1.7\n" + bytes(100)
    yield "picture", "not_xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100)
    yield "rar", "not_xlsx", lambda: b"Rar!\x1a\x07\x01\x00"
    yield "7z", "not_xlsx", lambda: b"7z\xbc\xaf\x27\x1c"
    yield "gzip", "not_xlsx", lambda: b"\x1f\x8b\x08" + bytes(50)
    yield "old xls", "old_xls", lambda: OLE + bytes(600) + "Workbook".encode("utf-16-le")
    yield "encrypted", "encrypted", lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    yield "plain zip", "not_xlsx", lambda: packed({"a.txt": "x"})
    yield "word document", "not_xlsx", lambda: packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<d/>"})
    yield "ods", "ods", lambda: packed({"mimetype": "application/vnd.oasis", "content.xml": "<c/>"})
    yield "xlsb", "xlsb", lambda: packed({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\x83"})
    yield "macros", "macros", lambda: workbook(extra={"xl/vbaProject.bin": OLE})
    yield "macros in capitals", "macros", lambda: workbook(extra={"xl/VBAPROJECT.BIN": OLE})
    yield "21 MiB", "too_large", lambda: b"PK\x03\x04" + bytes(21 * MIB)


def _damaged() -> Iterator[Case]:
    whole = workbook()
    yield "cut in half", "corrupt", lambda: whole[: len(whole) // 2]
    yield "without its last byte", "corrupt", lambda: whole[:-1]
    yield "only a signature", "corrupt", lambda: b"PK\x03\x04"
    yield "noise after the signature", "corrupt", lambda: b"PK\x03\x04" + random.Random(1).randbytes(5000)
    yield "flipped byte in the data", "corrupt", lambda: _flipped(whole, whole.index(b"sheet1.xml") + 20)
    yield "wrong checksum", "corrupt", lambda: _directory_field(whole, 16, struct.pack("<I", 1))
    yield "declared shorter than it is", "corrupt", lambda: _directory_field(whole, 24, struct.pack("<I", 10))
    yield "declared longer than it is", "corrupt", lambda: _directory_field(whole, 24, struct.pack("<I", 10_000))
    yield "packed size beyond the file", "corrupt", lambda: _directory_field(whole, 20, struct.pack("<I", 9_000_000))
    yield "offset beyond the file", "corrupt", lambda: _directory_field(whole, 42, struct.pack("<I", 9_000_000))
    yield "unknown compression", "corrupt", lambda: _directory_field(whole, 10, struct.pack("<H", 99))
    yield "encrypted part", "encrypted", lambda: _directory_field(whole, 8, struct.pack("<H", 1))
    yield "broken sheet markup", "corrupt", lambda: workbook(sheet="<worksheet><sheetData><row></wrong>")
    yield "broken workbook markup", "corrupt", lambda: workbook(workbook="<workbook><sheets")
    yield "no sheets", "no_sheets", lambda: workbook(workbook="<workbook><sheets></sheets></workbook>")
    yield "sheet part missing", "corrupt", lambda: packed({k: v for k, v in parts().items() if "sheet1" not in k})


def _bombs() -> Iterator[Case]:
    yield "100 MiB sheet", "too_big_inside", lambda: workbook(sheet=sheet_xml(" " * 100 * MIB))
    yield (
        "100 MiB shared strings",
        "too_big_inside",
        lambda: workbook(strings="<sst>" + "<si><t>a</t></si>" * 6_200_000 + "</sst>"),
    )
    yield "30 MiB at a ratio of 1000", "ratio", lambda: workbook(sheet=sheet_xml(" " * 30 * MIB))
    yield (
        "two parts over the limit",
        "too_big_inside",
        lambda: workbook(extra={f"xl/{n}.bin": bytes(40 * MIB) for n in "ab"}),
    )
    yield "300 parts", "too_many_parts", lambda: workbook(extra={f"xl/media/{n}.png": b"x" for n in range(300)})
    yield "20,000 parts", "too_many_parts", lambda: workbook(extra={f"{n}": b"" for n in range(20_000)})


def _wide() -> Iterator[Case]:
    far = f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    deep = f'<row r="1000000">{text_cell("A1000000", "x")}</row>'
    yield "a cell in the last corner", "too_many_rows", lambda: workbook(sheet=sheet_xml(ROWS + far))
    yield "a cell in row 1,000,000", "too_many_rows", lambda: workbook(sheet=sheet_xml(ROWS + deep))
    yield (
        "a cell in the last column",
        "too_many_columns",
        lambda: workbook(sheet=sheet_xml(f'<row r="1">{text_cell("XFD1", "x")}</row>')),
    )
    yield "300,000 rows", "too_many_rows", lambda: workbook(sheet=sheet_xml(_rows(300_000)))
    yield "300,000 rows without addresses", "too_many_rows", lambda: workbook(sheet=sheet_xml(_unaddressed(300_000)))
    yield (
        "a large rectangle",
        "too_many_cells",
        lambda: workbook(sheet=sheet_xml(f'<row r="150000">{text_cell("OJ150000", "x")}</row>')),
    )


def _markup() -> Iterator[Case]:
    body = sheet_xml(ROWS).removeprefix('<?xml version="1.0"?>')
    yield "external entity in a sheet", "hostile", lambda: workbook(sheet=DTD + body)
    yield "external entity in the strings", "hostile", lambda: workbook(strings=DTD + "<sst><si><t>&a;</t></si></sst>")
    yield "billion laughs", "hostile", lambda: workbook(strings=LAUGHS + "]><sst><si><t>&a9;</t></si></sst>")
    yield "entity in UTF-16", "hostile", lambda: workbook(sheet=(DTD + body).encode("utf-16"))


def _harmless() -> Iterator[Case]:
    tag = '<dimension ref="A1:A1"/>'
    styled = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    yield "dimension tag too small", "", lambda: workbook(sheet=sheet_xml(ROWS, before=tag))
    yield (
        "dimension tag too large",
        "",
        lambda: workbook(sheet=sheet_xml(ROWS, before=tag.replace("A1:A1", "A1:XFD1048576"))),
    )
    yield "formats down to the last row", "", lambda: workbook(sheet=sheet_xml(ROWS + styled))
    yield "path leading out", "", lambda: workbook(extra={"../../etc/passwd": "x"})


def _rows(count: int) -> str:
    noise = random.Random(2)
    return "".join(f'<row r="{n}"><c r="A{n}"><v>{noise.random()}</v></c></row>' for n in range(1, count + 1))


def _unaddressed(count: int) -> str:
    noise = random.Random(3)
    return "".join(f"<row><c><v>{noise.random()}</v></c></row>" for n in range(count))


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _directory_field(data: bytes, offset: int, value: bytes) -> bytes:
    """Overwrite a field of the worksheet's entry in the central directory."""
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/worksheets/sheet1.xml"))
    return data[: at + offset] + value + data[at + offset + len(value) :]
