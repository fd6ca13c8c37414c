"""Photographs are drawn anew in the limited child; anything but a small JPEG or PNG is refused with a reason."""

import io
import struct
import zlib

import pytest
from PIL import Image

from contest.documents.images import LARGEST_FILE, LONGEST_SIDE, clean_picture
from contest.errors import InvalidError


def picture(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 x 60,000."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P")])
def test_a_photograph_becomes_a_plain_jpeg(kind, mode):
    found = clean_picture(picture(kind, mode=mode))
    with Image.open(io.BytesIO(found.data)) as drawn:
        assert (drawn.format, drawn.mode, drawn.size) == ("JPEG", "RGB", (40, 30))
    assert (found.width, found.height) == (40, 30)


def test_what_is_hidden_behind_the_picture_is_gone_and_a_large_one_is_made_smaller():
    found = clean_picture(picture("JPEG", (4000, 1000)) + b"PK\x03\x04<script>alert(1)</script>")
    assert (found.width, found.height) == (LONGEST_SIDE, 400)
    assert b"script" not in found.data


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a" + b"0" * 50, b"<svg onload='x'/>", b"%PDF-1.7", b"\xff\xd8\xff" + b"0" * 500, bomb(),
     picture("JPEG")[:200], b"\xff\xd8\xff" + b"0" * LARGEST_FILE],
    ids=["empty", "gif", "svg", "pdf", "damaged", "bomb", "cut", "heavy"],
)  # fmt: skip
def test_everything_else_is_refused(data):
    with pytest.raises(InvalidError):
        clean_picture(data)
