"""Dots on a strip: how far the judges of one entry are apart, or where an entry stands among all."""

from collections.abc import Sequence
from dataclasses import dataclass

from contest.documents.charts.frame import WIDTH, Number, accent, element, scale, svg, text, text_width, words

ROW, RADIUS, LONGEST_LABEL = 32, 6, 200


@dataclass(frozen=True)
class Dot:
    """One value: ``label`` says whose it is, ``text`` the value as read; ``chosen`` for the one that stands
    out.
    """

    value: Number
    label: str
    text: str
    chosen: bool = False


@dataclass(frozen=True)
class Strip:
    """One row of dots."""

    label: str
    dots: Sequence[Dot]


def strip_plot(title: str, strips: Sequence[Strip], *, low: Number, high: Number) -> str:
    """Return strips on one common range ``low..high``; each strip's extremes carry their values, chosen dots
    their names.
    """
    left = min(max((text_width(strip.label) for strip in strips), default=0), LONGEST_LABEL) + 24
    across = scale((dot.value for strip in strips for dot in strip.dots), left, WIDTH - 70, low=low, high=high)
    body: list[str] = []
    for index, strip in enumerate(strips):
        y = index * ROW + ROW // 2
        body.append(text(left - 20, y + 5, strip.label, limit=LONGEST_LABEL, text_anchor="end"))
        line = {"d": f"M{across.start} {y}H{across.end}", "stroke": "currentColor", "stroke_opacity": "0.2"}
        body.append(element("path", line))
        body += [_dot(dot, y, across(dot.value)) for dot in strip.dots]
        body += [text(WIDTH - 60, y + 5, _range(strip), font_size=12)]
    return svg("strips", title, _in_words(strips), len(strips) * ROW + 8, body)


def _dot(dot: Dot, y: int, x: Number) -> str:
    """Draw a chosen dot as a filled diamond and others as rings: told apart without colour."""
    tip = f"<title>{words(dot.label)} {words(dot.text)}</title>"
    if dot.chosen:
        at = round(x)
        shape = f"M{at} {y - 8}L{at + 8} {y}L{at} {y + 8}L{at - 8} {y}Z"
        return element("path", {"d": shape, **accent(chosen=True)}, tip)
    ring = {"cx": x, "cy": y, "r": RADIUS, "fill": "none", "stroke": "currentColor", "stroke_width": 2}
    return element("circle", ring, tip)


def _range(strip: Strip) -> str:
    if not strip.dots:
        return ""
    ordered = sorted(strip.dots, key=lambda dot: dot.value)
    return ordered[0].text if len(ordered) == 1 else f"{ordered[0].text}–{ordered[-1].text}"


def _in_words(strips: Sequence[Strip]) -> str:
    return "；".join(
        f"{strip.label}：" + "，".join(f"{dot.label} {dot.text}" for dot in strip.dots) for strip in strips
    )
