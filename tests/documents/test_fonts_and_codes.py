"""Which characters print, and what a QR code says."""

import csv
import io
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image

from contest.documents.fonts import Face, css_stack, installed_families, missing_glyphs
from contest.documents.qr import qr_png, qr_svg

NAMES = Path(__file__).parents[3] / "shared" / "data" / "zh_names_orgs"


def column(file: str, name: str) -> str:
    if not (NAMES / file).exists():
        pytest.skip(f"the shared list {file} is not here")
    with (NAMES / file).open(encoding="utf-8") as rows:
        return "".join(row[name] for row in csv.DictReader(rows))


def face_with_an_empty_glyph() -> Face:
    """A font that claims 甲 and 䶮 but, like AR PL UKai, has no outline for 䶮."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "inked", "blank"])
    builder.setupCharacterMap({ord("甲"): "inked", ord("䶮"): "blank"})
    pen = TTGlyphPen(None)
    for step, point in enumerate([(0, 0), (0, 500), (500, 500)]):
        (pen.lineTo if step else pen.moveTo)(point)
    pen.closePath()
    empty = TTGlyphPen(None).glyph()
    builder.setupGlyf({".notdef": empty, "inked": pen.glyph(), "blank": empty})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", "inked", "blank"], (1000, 0)))
    builder.setupHorizontalHeader()
    builder.setupMaxp()
    return Face(builder.font, builder.font.getBestCmap())


def test_a_glyph_that_is_claimed_but_empty_has_no_ink() -> None:
    face = face_with_an_empty_glyph()
    assert face.has_ink("甲")
    assert not face.has_ink("䶮")


def test_every_published_name_and_rare_character_prints() -> None:
    assert installed_families() >= {"Noto Serif CJK SC", "Noto Sans CJK SC", "LXGW WenKai"}
    assert missing_glyphs(column("names_historic.csv", "name")) == []
    assert missing_glyphs(column("chars_level3.csv", "char")) == []


def test_missing_characters_are_listed_once_in_their_order() -> None:
    assert missing_glyphs("甲\ue123乙\U0003fffd\ue123") == ["\ue123", "\U0003fffd"]


@pytest.mark.parametrize("text", ["", "张 三\n\t　", "A\u200b\u200e", "葛\ufe00\U000e0100"])
def test_spaces_and_marks_need_no_ink(text: str) -> None:
    assert missing_glyphs(text) == []


def test_a_stack_is_valid_css() -> None:
    assert css_stack("kai").startswith('"LXGW WenKai", "Noto Serif CJK SC"')


def decoded(png: bytes, border: int = 4, scale: int = 8) -> str:
    """Read a version-2 QR code with mask 2 by hand (ISO/IEC 18004): an independent check, good for 25 modules only."""
    picture = Image.open(io.BytesIO(png)).convert("L")
    size = picture.width // scale - 2 * border
    assert size == 25
    dark = [
        [picture.getpixel(((x + border) * scale, (y + border) * scale)) == 0 for x in range(size)] for y in range(size)
    ]
    bits, upwards = "", True
    for right in (24, 22, 20, 18, 16, 14, 12, 10, 8, 5, 3, 1):
        for y in range(size - 1, -1, -1) if upwards else range(size):
            for x in (right, right - 1):
                if not _is_pattern(x, y):
                    bits += str(int(dark[y][x] != (x % 3 == 0)))
        upwards = not upwards
    assert bits[:4] == "0100", "byte mode"
    length = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * n : 20 + 8 * n], 2) for n in range(length)).decode()


def _is_pattern(x: int, y: int) -> bool:
    finder = (x < 9 and y < 9) or (x > 16 and y < 9) or (x < 9 and y > 16)
    return finder or x == 6 or y == 6 or (16 <= x <= 20 and 16 <= y <= 20)


def test_the_code_says_what_it_was_given() -> None:
    assert decoded(qr_png("https://e.cn/v/ABC123xyz")) == "https://e.cn/v/ABC123xyz"


def test_the_page_version_has_a_name_and_no_style() -> None:
    svg = qr_svg("https://e.cn/v/1", title='验证 <"码">')
    assert "<title>验证 &lt;" in svg
    assert "style" not in svg
