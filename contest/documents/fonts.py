"""Which font prints a character, and whether any does: an empty glyph is worse than a box, because nobody
sees it.

AR PL UKai lists 䶮 and 46 other characters in its table, but their outlines are empty: the name prints as
nothing, and no fallback happens. So a character counts as printable only if the first font of a stack that
claims it has an outline for it.
"""

import subprocess
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fontTools.pens.boundsPen import ControlBoundsPen
from fontTools.ttLib import TTFont

_LAST_RESORT = ("BabelStone Han", "HanaMinA", "HanaMinB", "DejaVu Sans")
SERIF = ("Noto Serif CJK SC", "Noto Sans CJK SC", *_LAST_RESORT)
SANS = ("Noto Sans CJK SC", "Noto Serif CJK SC", *_LAST_RESORT)
KAI = ("LXGW WenKai", "Noto Serif CJK SC", "Noto Sans CJK SC", *_LAST_RESORT)
STACKS: Mapping[str, tuple[str, ...]] = {"serif": SERIF, "sans": SANS, "kai": KAI}
"""The only font lists our documents use: 宋体, 黑体 and 楷体, each ending in the same wide fallbacks."""
LONGEST_EMPTY = 16
"""Bytes: a shorter CFF outline may be empty, or a call of a subroutine, and is drawn to see."""
_LOCK = threading.Lock()
_NO_OUTLINE_EXPECTED = {"Cc", "Cf", "Zs", "Zl", "Zp"}


@dataclass
class Face:
    """One font file: its character table, and which outlines were looked at so far."""

    font: Any
    glyphs: Mapping[int, str]
    inked: dict[str, bool] = field(default_factory=dict)

    def has_ink(self, character: str) -> bool:
        """Whether the outline of a character in the table is more than nothing."""
        name = self.glyphs[ord(character)]
        if name not in self.inked:
            self.inked[name] = self._is_long(name) or self._has_bounds(name)
        return self.inked[name]

    def _is_long(self, name: str) -> bool:
        """Spare nearly all glyphs of the big CFF fonts the drawing: an empty one is a width and "endchar"."""
        if "CFF " not in self.font:
            return False
        outline = self.font["CFF "].cff.topDictIndex[0].CharStrings[name]
        return len(outline.bytecode or b"") > LONGEST_EMPTY

    def _has_bounds(self, name: str) -> bool:
        outlines = self.font.getGlyphSet()
        pen = ControlBoundsPen(outlines)
        outlines[name].draw(pen)
        return pen.bounds is not None


def css_stack(name: str) -> str:
    """Return the value of ``font-family`` for "serif", "sans" or "kai"."""
    return ", ".join(f'"{family}"' for family in STACKS[name]) + (", serif" if name != "sans" else ", sans-serif")


def missing_glyphs(text: str, stacks: Iterable[str] = STACKS) -> list[str]:
    """Return the characters of ``text`` that would print as a box or as nothing, each once, in their order.

    A certificate with any of them must not be issued. Everything is missing where no font of a stack is
    installed.
    """
    families = [STACKS[name] for name in stacks]
    return [
        character
        for character in dict.fromkeys(text)
        if not _needs_no_ink(character) and not all(_prints(character, family) for family in families)
    ]


def installed_families() -> set[str]:
    """Return the families of our stacks that this machine has."""
    return {family for stack in STACKS.values() for family in stack if family in _font_files()}


def _needs_no_ink(character: str) -> bool:
    variation_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return variation_selector or unicodedata.category(character) in _NO_OUTLINE_EXPECTED


@lru_cache(maxsize=65_536)
def _prints(character: str, families: tuple[str, ...]) -> bool:
    with _LOCK:  # the faces read their files lazily, through one handle each
        faces = (_face(family) for family in families)
        claiming = next((face for face in faces if face and ord(character) in face.glyphs), None)
        return claiming is not None and claiming.has_ink(character)


@lru_cache
def _face(family: str) -> Face | None:
    if family not in _font_files():
        return None
    path, index = _font_files()[family]
    font = TTFont(path, fontNumber=index, lazy=True)
    return Face(font, font.getBestCmap())


@lru_cache
def _font_files() -> dict[str, tuple[str, int]]:
    """Ask fontconfig, as the PDF engine does, for the regular face of every family: file and index in it."""
    pattern = "%{file}\t%{index}\t%{family}\t%{slant}\t%{weight}\n"
    try:
        listing = subprocess.run(["fc-list", "--format", pattern], capture_output=True, check=True, timeout=20)  # noqa: S603, S607 - fixed arguments, fontconfig is where PATH says
    except (OSError, subprocess.SubprocessError):
        return {}
    found: dict[str, tuple[bool, int, str, int]] = {}
    for line in listing.stdout.decode("utf-8", "replace").splitlines():
        path, index, names, slant, weight = line.split("\t")
        for name in names.split(","):
            candidate = (slant != "0", abs(_weight(weight) - REGULAR), path, int(index) & 0xFFFF)
            found[name] = min(found.get(name, candidate), candidate)
    return {name: (path, index) for name, (_, _, path, index) in found.items()}


REGULAR = 80
"""Fontconfig's weight of a regular face."""


def _weight(text: str) -> int:
    return int(float(text)) if text.replace(".", "", 1).isdigit() else REGULAR
