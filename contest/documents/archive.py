"""The guard: what an uploaded workbook must be before any parser sees it. Runs in the limited child process.

A zip's declared sizes can lie, so every part is really inflated, never beyond what it declares, and compared
with its length and checksum. OOXML forbids document type definitions, so one is a sign of an attack (entity
bombs, XXE).
"""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from contest.documents.problems import Trouble

MIB = 1024 * 1024
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_CELL_WITH_CONTENT = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"(?:[^<>]*[^/<>])?>')
_BEYOND_Z = re.compile(rb"""r=["'][A-Z]{2,3}\d""")
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\s(?:[^<>]*?\s)?r="(\d{1,9})"')
_ENCRYPTED_BIT = 0x1


@dataclass(frozen=True)
class WorkbookLimits:
    """How large a workbook may be: sizes in bytes, the rest are counts (trust.md, measured on real bombs)."""

    file_bytes: int = 20 * MIB
    unzipped_bytes: int = 64 * MIB
    part_ratio: int = 100
    ratio_from_bytes: int = MIB
    parts: int = 200
    rows: int = 200_000
    columns: int = 500
    cells: int = 4_000_000


LIMITS = WorkbookLimits()


def check_signature(data: bytes, limits: WorkbookLimits = LIMITS) -> None:
    """Refuse by the first bytes alone: cheap enough for the server itself. Raises Trouble."""
    if not data:
        raise Trouble("empty")
    if len(data) > limits.file_bytes:
        raise Trouble("too_large", _megabytes(len(data), limits.file_bytes))
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise Trouble("encrypted" if encrypted else "old_xls")
    if not data.startswith(b"PK\x03\x04"):
        raise Trouble("html" if _looks_like_markup(data) else "not_xlsx")


def check_archive(data: bytes, limits: WorkbookLimits = LIMITS) -> None:
    """Inflate and inspect every part of an .xlsx.

    Raises Trouble with a code of ``refusals.REFUSALS``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, struct.error) as error:
        raise Trouble("corrupt") from error
    _check_directory(parts, limits)
    for part in parts:
        _check_part(part.filename, _inflate(data, part), limits)


def _check_directory(parts: list[zipfile.ZipInfo], limits: WorkbookLimits) -> None:
    if len(parts) > limits.parts:
        raise Trouble("too_many_parts", {"count": len(parts), "limit": limits.parts})
    if any(part.flag_bits & _ENCRYPTED_BIT for part in parts):
        raise Trouble("encrypted")
    names = [part.filename for part in parts]
    _check_kind(names)
    if len(set(names)) < len(names):
        raise Trouble("corrupt")
    total = sum(part.file_size for part in parts)
    if total > limits.unzipped_bytes:
        raise Trouble("too_big_inside", _megabytes(total, limits.unzipped_bytes))
    for part in parts:
        suspicious = part.file_size > limits.ratio_from_bytes
        if suspicious and part.file_size > limits.part_ratio * max(part.compress_size, 1):
            raise Trouble("ratio", {"part": part.filename})


def _check_kind(names: list[str]) -> None:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Trouble("macros")
    if "xl/workbook.bin" in names:
        raise Trouble("xlsb")
    if "content.xml" in names and "mimetype" in names:
        raise Trouble("ods")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise Trouble("not_xlsx")


def _inflate(data: bytes, part: zipfile.ZipInfo) -> bytes:
    """Return a part's bytes, reading at most what it declares; anything inconsistent is corrupt."""
    try:
        header = _LOCAL_HEADER.unpack_from(data, part.header_offset)
    except struct.error as error:
        raise Trouble("corrupt") from error
    start = part.header_offset + _LOCAL_HEADER.size + header[9] + header[10]
    packed = data[start : start + part.compress_size]
    content = packed if part.compress_type == zipfile.ZIP_STORED else _deflated(packed, part)
    whole = len(packed) == part.compress_size and len(content) == part.file_size
    if header[0] != b"PK\x03\x04" or not whole or zlib.crc32(content) != part.CRC:
        raise Trouble("corrupt")
    return content


def _deflated(packed: bytes, part: zipfile.ZipInfo) -> bytes:
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise Trouble("corrupt")
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, part.file_size + 1)
    except zlib.error as error:
        raise Trouble("corrupt") from error


def _check_part(name: str, content: bytes, limits: WorkbookLimits) -> None:
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    plain = content.replace(b"\0", b"") if content[:2] in {b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"} else content
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Trouble("hostile", {"detail": "DTD"})
    if name.startswith("xl/worksheets/"):
        _check_extent(name.rsplit("/", 1)[-1], plain, limits)


def _check_extent(sheet: str, content: bytes, limits: WorkbookLimits) -> None:
    """Refuse before a reader lays out the whole rectangle: one stray cell at XFD1048576 would cost it
    gigabytes.
    """
    if _plainly_small(content, limits):
        return
    cells = _CELL_WITH_CONTENT.findall(content)
    rows = max((int(row) for _, row in cells), default=0) if cells else content.count(b"<row")
    columns = max((column_number(letters) for letters in {letters for letters, _ in cells}), default=0)
    extent = {"sheet": sheet, "row": rows, "columns": columns}
    if rows > limits.rows:
        raise Trouble("too_many_rows", extent | {"limit": limits.rows})
    if columns > limits.columns:
        raise Trouble("too_many_columns", extent | {"limit": limits.columns})
    if rows * columns > limits.cells:
        raise Trouble("too_many_cells", extent)


def _plainly_small(content: bytes, limits: WorkbookLimits) -> bool:
    """Spare most sheets the look at every cell: no column beyond Z, and few enough rows for 26 of them."""
    if _BEYOND_Z.search(content):
        return False
    last = max(map(int, _ROW_NUMBER.findall(content)), default=limits.rows)
    return last <= min(limits.rows, limits.cells // 26)


def column_number(letters: bytes) -> int:
    """Return the number of a column's letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _looks_like_markup(data: bytes) -> bool:
    return (
        data[:1024]
        .lstrip(b"\xef\xbb\xbf \t\r\n")
        .lower()
        .startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta"))
    )


def _megabytes(size: int, limit: int) -> dict[str, object]:
    return {"size": -(-size // MIB), "limit": limit // MIB}
