"""Photographs from outside, drawn anew: decoded in the limited child, turned upright, made smaller, written as JPEG.

What is kept is never what was uploaded: no metadata (places, devices, names), no second file hidden behind the first.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps

from contest.documents.framing import Header
from contest.documents.problems import Trouble
from contest.documents.refusals import DocumentError
from contest.documents.sandbox import MIB, Limits, Worker, WorkerFailed
from contest.errors import InvalidError
from contest.i18n import N_

LARGEST_FILE = 12 * MIB
LARGEST_PICTURE = 50_000_000
"""Pixels: what today's phones take; a decoded picture then needs 150 MB."""
LONGEST_SIDE, QUALITY, SECONDS = 1600, 82, 20
FORMATS = ("JPEG", "PNG")
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_LIMITS = Limits(memory=2048 * MIB)


@dataclass(frozen=True)
class Picture:
    """A JPEG of our own making, its size in pixels."""

    data: bytes
    width: int
    height: int


def clean_picture(data: bytes) -> Picture:
    """Return the picture drawn anew, at most 1600 pixels long.

    Raises InvalidError: neither JPEG nor PNG, larger than 12 MB or 50 million pixels, or damaged.
    """
    if len(data) > LARGEST_FILE:
        raise InvalidError(N_("照片太大：%(size)s MB，最大 12 MB。"), size=len(data) // MIB)
    if not data.startswith(_SIGNATURES):
        raise InvalidError(N_("这不是照片：只能上传 JPEG 或 PNG 图片。"))
    try:
        with Worker(_LIMITS) as worker:
            header, blobs = worker.ask(f"{__name__}:redraw", {}, [data], seconds=SECONDS)[0]
    except WorkerFailed as error:
        if error.code == "too_many_pixels":
            raise DocumentError(error.code) from error
        raise InvalidError(N_("这张照片打不开，可能已经损坏。请换一张。")) from error
    return Picture(blobs[0], int(str(header["width"])), int(str(header["height"])))


def redraw(_header: Header, blobs: list[bytes]) -> Iterator[tuple[Header, Sequence[bytes]]]:
    """Runs in the child: decode, turn, shrink, encode."""
    with Image.open(io.BytesIO(blobs[0]), formats=FORMATS) as opened:
        if opened.width * opened.height > LARGEST_PICTURE:
            raise Trouble("too_many_pixels")
        upright = _on_white(ImageOps.exif_transpose(opened))
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=QUALITY, optimize=True)
    yield {"width": upright.width, "height": upright.height}, [out.getvalue()]


def _on_white(picture: Image.Image) -> Image.Image:
    """The bare pixels on a new canvas: info, palettes, profiles and transparency stay behind."""
    full = picture.convert("RGBA")
    canvas = Image.new("RGB", full.size, "white")
    canvas.paste(full, mask=full.getchannel("A"))
    return canvas
