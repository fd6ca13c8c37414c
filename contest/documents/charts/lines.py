"""Lines over time, each named at its own end, and the S-curve of a project: planned against actual."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from contest.documents.charts.frame import (
    FONT_SIZE,
    WIDTH,
    Number,
    Scale,
    accent,
    element,
    scale,
    svg,
    text,
    text_width,
)

HEIGHT, TOP, BOTTOM, LEFT = 300, 16, 34, 48
LABEL_ROOM, LINE_GAP = 180, 16


@dataclass(frozen=True)
class Line:
    """One line: a value or None (no value: the line breaks) per tick; ``text`` stands at its end after the
    label.
    """

    label: str
    values: Sequence[Number | None]
    text: str = ""
    chosen: bool = False
    dashed: bool = False


def line_chart(
    title: str, ticks: Sequence[str], lines: Sequence[Line], *, low: Number | None = None, high: Number | None = None
) -> str:
    """Return lines over common ticks. ``low`` and ``high`` widen the vertical range to what a reader expects."""
    values = [value for line in lines for value in line.values if value is not None]
    right = min(max((text_width(_end_label(line)) for line in lines), default=0), LABEL_ROOM) + 16
    across = Scale(Fraction(0), Fraction(max(len(ticks) - 1, 1)), LEFT, WIDTH - right)
    up = scale(values, HEIGHT - BOTTOM, TOP, low=low, high=high)
    body = [*_grid(up, WIDTH - right), *_ticks(ticks, across)]
    body += [_path(line, across, up) for line in lines]
    body += [point for line in lines for point in _points(line, across, up)]
    body += _end_labels(lines, up, WIDTH - right + 8)
    return svg("lines", title, _in_words(ticks, lines), HEIGHT, body)


def s_curve(
    title: str,
    ticks: Sequence[str],
    planned: Sequence[Number],
    actual: Sequence[Number | None],
    *,
    names: tuple[str, str] = ("计划", "实际"),
) -> str:
    """Return cumulative percentages: the plan dashed, what was done in the accent, from 0 to 100.

    ``names`` are the two lines' words in the reader's language.
    """
    last = next((value for value in reversed(actual) if value is not None), None)
    lines = [
        Line(names[0], planned, f"{planned[-1]}%" if planned else "", dashed=True),
        Line(names[1], actual, "" if last is None else f"{last}%", chosen=True),
    ]
    return line_chart(title, ticks, lines, low=0, high=100)


def _end_label(line: Line) -> str:
    return f"{line.label} {line.text}".strip()


def _grid(up: Scale, right: int) -> list[str]:
    """Draw low, middle and high as hairlines with their numbers."""
    parts = []
    for value in sorted({up.low, (up.low + up.high) / 2, up.high}):
        y = round(up(value))
        parts.append(element("path", {"d": f"M{LEFT} {y}H{right}", "stroke": "currentColor", "stroke_opacity": "0.2"}))
        parts.append(text(LEFT - 6, y + 5, _plain(value), text_anchor="end", font_size=12))
    return parts


def _ticks(ticks: Sequence[str], across: Scale) -> list[str]:
    """Write every tick that has room, the last one always."""
    widest = max((text_width(tick, 12) for tick in ticks), default=1) + 10
    every = max(1, -(-widest * max(len(ticks), 1) // max(across.end - across.start, 1)))
    shown = [index for index in range(len(ticks)) if (len(ticks) - 1 - index) % every == 0]
    return [text(across(index), HEIGHT - 10, ticks[index], text_anchor="middle", font_size=12) for index in shown]


def _path(line: Line, across: Scale, up: Scale) -> str:
    steps: list[str] = []
    pen = "M"
    for index, value in enumerate(line.values):
        if value is None:
            pen = "M"
            continue
        steps.append(f"{pen}{round(across(index))} {round(up(value))}")
        pen = "L"
    look = {
        "fill": "none",
        "stroke_width": 3 if line.chosen else 2,
        "stroke_linejoin": "round",
        "stroke_linecap": "round",
    }
    dashes = {"stroke_dasharray": "6 6"} if line.dashed else {}
    return element("path", {"d": "".join(steps), **look, **dashes, **accent(line.chosen, "stroke")}) if steps else ""


def _points(line: Line, across: Scale, up: Scale) -> list[str]:
    """Mark a line's last value, and every value that stands alone between gaps: a path does not show it."""
    values = [None, *line.values, None]
    at = [index for index, value in enumerate(line.values) if value is not None]
    lone = [index for index in at if values[index] is None and values[index + 2] is None]
    parts = []
    for index in sorted({*lone, *at[-1:]}):
        value = line.values[index]
        assert value is not None
        parts.append(element("circle", {"cx": across(index), "cy": up(value), "r": 4, **accent(line.chosen)}))
    return parts


def _end_labels(lines: Sequence[Line], up: Scale, x: int) -> list[str]:
    """Name every line at its end, pushed apart so that no two names overlap."""
    ends = [(up(value), line) for line in lines if (value := _last(line)) is not None]
    parts, lowest = [], Fraction(0)
    for y, line in sorted(ends, key=lambda end: end[0]):
        lowest = max(y + FONT_SIZE // 3, lowest + LINE_GAP)
        weight = "bold" if line.chosen else "normal"
        parts.append(text(x, lowest, _end_label(line), limit=LABEL_ROOM, font_weight=weight, **accent(line.chosen)))
    return parts


def _last(line: Line) -> Number | None:
    return next((value for value in reversed(line.values) if value is not None), None)


def _in_words(ticks: Sequence[str], lines: Sequence[Line]) -> str:
    told = []
    for line in lines:
        pairs = zip(ticks, line.values, strict=False)
        told.append(
            f"{line.label}：" + "，".join(f"{tick} {_plain(value)}" for tick, value in pairs if value is not None)
        )
    return "；".join(told)


def _plain(value: Number) -> str:
    """Return a number for reading: at most two places, no trailing zeros."""
    exact = Fraction(value)
    hundredths = round(exact * 100)
    whole, rest = divmod(abs(hundredths), 100)
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{whole}.{rest:02d}".rstrip("0").rstrip(".")
