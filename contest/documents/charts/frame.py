"""The parts of every chart: the frame with its words, text that fits, and exact scales."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape

from contest.documents.cells import printable
from contest.documents.fonts import css_stack

Number = Decimal | Fraction | int
Attributes = Mapping[str, object]

WIDTH = 640
FONT_SIZE = 14
ACCENT = "#b3261e"
"""工会红 for paper; pages set their own through the class ``chart-accent``."""
_FONT = css_stack("sans").replace('"', "'")


@dataclass(frozen=True)
class Scale:
    """Maps values ``low..high`` to coordinates ``start..end``; a range of nothing maps to ``start``."""

    low: Fraction
    high: Fraction
    start: int
    end: int

    def __call__(self, value: Number) -> Fraction:
        """Return the exact coordinate of a value."""
        if self.high == self.low:
            return Fraction(self.start)
        return self.start + (Fraction(value) - self.low) / (self.high - self.low) * (self.end - self.start)


def scale(
    values: Iterable[Number], start: int, end: int, *, low: Number | None = None, high: Number | None = None
) -> Scale:
    """Return a scale over ``values``, widened to ``low`` and ``high`` where these are given."""
    exact = [Fraction(value) for value in values]
    bounds = [*exact, *(Fraction(bound) for bound in (low, high) if bound is not None)] or [Fraction(0)]
    return Scale(min(bounds), max(bounds), start, end)


def svg(kind: str, title: str, description: str, height: int, body: Iterable[str]) -> str:
    """Return the chart's frame: a picture with a name and its data in words for those who can't see it."""
    parts = "".join(body)
    mark = hashlib.sha256(f"{kind}{title}{description}{parts}".encode("utf-8", "replace")).hexdigest()[:10]
    return (
        f'<svg class="chart chart-{kind}" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="t{mark} d{mark}" font-family="{_FONT}" font-size="{FONT_SIZE}" fill="currentColor">'
        f'<title id="t{mark}">{words(title)}</title><desc id="d{mark}">{words(description)}</desc>{parts}</svg>'
    )


def element(name: str, attributes: Attributes, content: str = "") -> str:
    """Return one element; ``content`` is markup, attribute values are escaped. A trailing underscore is
    dropped.
    """
    listed = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_shown(value))}"' for key, value in attributes.items()
    )
    return f"<{name}{listed}>{content}</{name}>" if content else f"<{name}{listed}/>"


def text(x: Number, y: Number, value: str, *, limit: int = 0, **attributes: object) -> str:
    """Return a text, cut to ``limit`` units with an ellipsis; the whole of it then stands in a tooltip."""
    shown = fitted(value, limit) if limit else value
    whole = "" if shown == value else f"<title>{words(value)}</title>"
    # WeasyPrint's SVG text does not inherit the page's font, so every text names it
    place = {"x": x, "y": y, "font_family": _FONT, **attributes}
    return element("text", place, words(shown) + whole) if shown else ""


def accent(chosen: bool, kind: str = "fill") -> dict[str, object]:
    """Return the attributes of the one part that matters, or of all the others."""
    return {"class_": "chart-accent", kind: ACCENT} if chosen else {"class_": "chart-ink", kind: "currentColor"}


def area(chosen: bool) -> dict[str, object]:
    """Return the attributes of a filled shape: the accent solid, all others lighter than their labels."""
    return accent(chosen) if chosen else {**accent(chosen), "fill_opacity": "0.45"}


def fitted(value: str, limit: int, size: int = FONT_SIZE) -> str:
    """Cut a text to a width, by the rule that a Chinese character is one em and a Latin one about 0.6."""
    if text_width(value, size) <= limit:
        return value
    while value and text_width(value + "…", size) > limit:
        value = value[:-1]
    return value + "…"


def text_width(value: str, size: int = FONT_SIZE) -> int:
    """Return a text's approximate width in view box units."""
    return sum(size if unicodedata.east_asian_width(letter) in "WFA" else size * 6 // 10 for letter in value)


def words(value: str) -> str:
    """Escape a text for SVG; characters XML can't carry are dropped."""
    return escape(printable(value))


def _shown(value: object) -> str:
    return (
        f"{Decimal(value.numerator) / value.denominator:.1f}" if isinstance(value, Fraction) else printable(str(value))
    )
