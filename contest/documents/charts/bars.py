"""Horizontal bars and the funnel: labels left, the number at the bar's end, no legend and no axis to decode."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from contest.documents.charts.frame import WIDTH, Number, area, element, scale, svg, text, text_width

ROW, THICKNESS, GAP = 30, 18, 10
LONGEST_LABEL = 220


@dataclass(frozen=True)
class Bar:
    """One bar: ``text`` is the value as it should be read ("92.50 分"), ``chosen`` marks the one that
    matters.
    """

    label: str
    value: Number
    text: str
    chosen: bool = False


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """Return horizontal bars from zero, in the given order; negative values go left of it."""
    left, right = _margins(bars)
    across = scale((bar.value for bar in bars), left, WIDTH - right, low=0)
    body = [_bar(bar, index * ROW, left, across(0), across(bar.value)) for index, bar in enumerate(bars)]
    axis = element(
        "path", {"d": f"M{round(across(0))} 0V{len(bars) * ROW}", "stroke": "currentColor", "stroke_width": 1}
    )
    return svg("bars", title, _in_words(bars), len(bars) * ROW + 4, [*body, axis] if bars else [])


def funnel_chart(title: str, steps: Sequence[Bar]) -> str:
    """Return a funnel: centred bars, each step's width by its value, from the first to the last step."""
    left, right = _margins(steps)
    middle = (left + WIDTH - right) // 2
    half = scale((step.value for step in steps), 0, middle - left, low=0)
    body: list[str] = []
    for index, step in enumerate(steps):
        width = half(max(step.value, 0))
        body.append(_label(step, index * ROW, left))
        shape = {"x": middle - width, "y": index * ROW + 6, "width": 2 * width, "height": THICKNESS}
        body.append(element("rect", {**shape, **area(step.chosen)}))
        body.append(text(WIDTH - right + GAP, index * ROW + 20, step.text, class_="chart-value"))
    return svg("funnel", title, _in_words(steps), len(steps) * ROW + 4, body)


def _bar(bar: Bar, top: int, left: int, zero: Fraction, end: Fraction) -> str:
    shape = {"x": min(zero, end), "y": top + 6, "width": abs(end - zero), "height": THICKNESS}
    value = text(max(zero, end) + GAP // 2, top + 20, bar.text, class_="chart-value")
    return _label(bar, top, left) + element("rect", {**shape, **area(bar.chosen)}) + value


def _label(bar: Bar, top: int, left: int) -> str:
    weight = "bold" if bar.chosen else "normal"
    return text(left - GAP, top + 20, bar.label, limit=LONGEST_LABEL, text_anchor="end", font_weight=weight)


def _margins(bars: Sequence[Bar]) -> tuple[int, int]:
    """Return the room for the longest label on the left and the longest number on the right."""
    label = max((text_width(bar.label) for bar in bars), default=0)
    value = max((text_width(bar.text) for bar in bars), default=0)
    return min(label, LONGEST_LABEL) + 2 * GAP, min(value, LONGEST_LABEL) + 2 * GAP


def _in_words(bars: Sequence[Bar]) -> str:
    return "；".join(f"{bar.label} {bar.text}" for bar in bars)
