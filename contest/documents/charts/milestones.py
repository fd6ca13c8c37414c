"""Milestones of a project: the planned day as a ring, the day it was reached as a filled diamond, joined by a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from contest.documents.charts.frame import WIDTH, Scale, accent, element, svg, text, text_width

ROW, RADIUS, TOP, BOTTOM, LONGEST_LABEL, RIGHT = 32, 6, 8, 30, 200, 110
MOST_TICKS = 7


@dataclass(frozen=True)
class Point:
    """One milestone: ``text`` is read at the row's end; ``chosen`` for one that is behind its plan."""

    label: str
    planned: date
    reached: date | None
    text: str
    chosen: bool = False


def milestone_chart(title: str, points: Sequence[Point], *, now: tuple[date, str] | None = None) -> str:
    """Return one row for each milestone on a common axis of months. ``now`` draws a dashed line with its word."""
    days = [day for point in points for day in (point.planned, point.reached) if day]
    days += [now[0]] if now else []
    first, last = (min(days).replace(day=1), max(days)) if days else (date(2000, 1, 1), date(2000, 1, 1))
    left = min(max((text_width(point.label) for point in points), default=0), LONGEST_LABEL) + 24
    across = Scale(Fraction(first.toordinal()), Fraction(last.toordinal()), left, WIDTH - RIGHT)
    height = TOP + len(points) * ROW + BOTTOM
    body = _months(first, last, across, height)
    if now:
        x = across(now[0].toordinal())
        dashes = {"stroke": "currentColor", "stroke_opacity": "0.5", "stroke_dasharray": "4 4"}
        body.append(element("path", {"d": f"M{round(x)} 0V{height - BOTTOM}", **dashes}, f"<title>{now[1]}</title>"))
    for index, point in enumerate(points):
        body += _row(point, TOP + index * ROW + ROW // 2, left, across)
    return svg("milestones", title, _in_words(points), height, body)


def _row(point: Point, y: int, left: int, across: Scale) -> list[str]:
    weight = "bold" if point.chosen else "normal"
    parts = [text(left - 20, y + 5, point.label, limit=LONGEST_LABEL, text_anchor="end", font_weight=weight)]
    planned = round(across(point.planned.toordinal()))
    if point.reached:
        reached = round(across(point.reached.toordinal()))
        parts.append(
            element("path", {"d": f"M{planned} {y}H{reached}", "stroke_width": 3, **accent(point.chosen, "stroke")})
        )
        shape = f"M{reached} {y - 8}L{reached + 8} {y}L{reached} {y + 8}L{reached - 8} {y}Z"
        parts.append(element("path", {"d": shape, **accent(point.chosen)}))
    ring = {"cx": planned, "cy": y, "r": RADIUS, "fill": "none", "stroke_width": 2}
    parts.append(element("circle", {**ring, **accent(point.chosen and not point.reached, "stroke")}))
    parts.append(
        text(WIDTH - RIGHT + 16, y + 5, point.text, limit=RIGHT - 16, font_weight=weight, **accent(point.chosen))
    )
    return parts


def _months(first: date, last: date, across: Scale, height: int) -> list[str]:
    """Draw the beginning of each month as a hairline; as many are named as there is room for."""
    starts = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        starts.append(date(year, month, 1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 (December)
    every = -(-len(starts) // MOST_TICKS)
    parts = []
    for index, day in enumerate(starts):
        x = round(across(day.toordinal()))
        line = {"d": f"M{x} 0V{height - BOTTOM}", "stroke": "currentColor", "stroke_opacity": "0.12"}
        parts.append(element("path", line))
        if index % every == 0:
            parts.append(text(x, height - 10, f"{day:%Y-%m}", text_anchor="middle", font_size=12))
    return parts


def _in_words(points: Sequence[Point]) -> str:
    told = (f"{p.label} {p.planned.isoformat()} → {p.reached.isoformat() if p.reached else '—'}" for p in points)
    return "；".join(told)
