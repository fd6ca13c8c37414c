"""Values with their uncertainty on one axis: a point, a whisker on either side, the line that means no difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from contest.documents.charts.frame import WIDTH, Number, Scale, accent, element, svg, text, text_width

ROW, TOP, LONGEST_LABEL, CAP = 30, 26, 200, 5


@dataclass(frozen=True)
class Interval:
    """One row. ``low`` and ``high`` are the ends of the whisker, None where there is none; ``text`` the value as
    read.
    """

    label: str
    value: Number
    text: str
    low: Number | None = None
    high: Number | None = None
    chosen: bool = False


def interval_chart(title: str, rows: Sequence[Interval], *, ends: tuple[str, str] = ("", ""), zero: Number = 0) -> str:
    """Return rows of points with whiskers around the line at ``zero``; ``ends`` say what left and right of it mean.

    The axis is as long on either side of the line, so that left and right compare fairly.
    """
    left = min(max((text_width(row.label) for row in rows), default=0), LONGEST_LABEL) + 32  # bold is wider
    right = min(max((text_width(row.text) for row in rows), default=0), LONGEST_LABEL) + 16
    across = _around(rows, zero, left, WIDTH - right)
    middle, bottom = across(zero), TOP + len(rows) * ROW
    body = [element("path", {"d": f"M{round(middle)} {TOP - 6}V{bottom}", "stroke": "currentColor"})]
    body.append(text(middle - 10, 14, ends[0] and f"← {ends[0]}", text_anchor="end", font_size=12))
    body.append(text(middle + 10, 14, ends[1] and f"{ends[1]} →", font_size=12))
    for index, row in enumerate(rows):
        y = TOP + index * ROW + ROW // 2
        weight = "bold" if row.chosen else "normal"
        body.append(text(left - 20, y + 5, row.label, limit=LONGEST_LABEL, text_anchor="end", font_weight=weight))
        body += _row(row, y, across)
        body.append(text(WIDTH - right + 12, y + 5, row.text, limit=LONGEST_LABEL, font_weight=weight))
    words = "；".join(f"{row.label} {row.text}" for row in rows)
    return svg("intervals", title, words, bottom + 8, body)


def _around(rows: Sequence[Interval], zero: Number, start: int, end: int) -> Scale:
    values = [Fraction(value) for row in rows for value in (row.value, row.low, row.high) if value is not None]
    middle = Fraction(zero)
    reach = max((abs(value - middle) for value in values), default=Fraction(0)) or Fraction(1)
    return Scale(middle - reach, middle + reach, start, end)


def _row(row: Interval, y: int, across: Scale) -> list[str]:
    """Draw the whisker and the point: a filled diamond for the chosen ones, a ring for the others."""
    parts = []
    if row.low is not None and row.high is not None:
        low, high = round(across(row.low)), round(across(row.high))
        caps = f"M{low} {y - CAP}V{y + CAP}M{high} {y - CAP}V{y + CAP}M{low} {y}H{high}"
        parts.append(element("path", {"d": caps, "fill": "none", "stroke_width": 2, **accent(row.chosen, "stroke")}))
    at = round(across(row.value))
    if row.chosen:
        shape = f"M{at} {y - 8}L{at + 8} {y}L{at} {y + 8}L{at - 8} {y}Z"
        return [*parts, element("path", {"d": shape, **accent(chosen=True)})]
    return [*parts, element("circle", {"cx": at, "cy": y, "r": 6, **accent(chosen=False)})]
