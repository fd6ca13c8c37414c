"""The tokens as the browser would see them, and the contrast formula of WCAG 2.2 (relative luminance)."""

from __future__ import annotations

import re
from pathlib import Path

CSS = Path(__file__).parent.parent.parent / "static" / "css"


def blocks() -> list[dict[str, str]]:
    """The rule blocks of tokens.css in order: light, dark by the system, dark by choice; name -> value."""
    text = re.sub(r"/\*.*?\*/", "", (CSS / "tokens.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    bodies = re.findall(r":root[^{]*\{([^{}]*)\}", text)
    return [dict(re.findall(r"(--[\w-]+):\s*([^;]+);", body)) for body in bodies]


def themes() -> dict[str, dict[str, str]]:
    light, _system, dark = blocks()
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)
