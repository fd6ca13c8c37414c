"""From a typed value to marks: the conversions of docs/rule-set.md, one function each, exact; rounded only at the end.

A function gets the value, the parameters and, where entries are compared, all values (the entry's own among them).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .values import NoValueError, fraction, total

Rows = list[list[str]]


class Parameters:
    """The parameters of one conversion; a missing one has the default of docs/rule-set.md."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def number(self, name: str, default: str | None = None) -> Fraction:
        found = self.given.get(name)
        return fraction(str(default if found is None else found))

    def optional(self, name: str) -> Fraction | None:
        return None if self.given.get(name) is None else self.number(name)

    def word(self, name: str, default: str) -> str:
        return str(self.given.get(name) or default)

    def rows(self, name: str) -> list[list[Fraction]]:
        rows: Rows = self.given[name]
        return [[fraction(cell) for cell in row] for row in rows]

    def limited(self, marks: Fraction, floor: str | None = None) -> Fraction:
        """Raised to `floor`, then lowered to `cap`."""
        low, high = self.optional("floor"), self.optional("cap")
        if low is None and floor is not None:
            low = Fraction(floor)
        marks = marks if low is None else max(marks, low)
        return marks if high is None else min(marks, high)


def marks_of(value: Fraction, conversion: dict[str, Any], everybody: Callable[[], list[Fraction]]) -> Fraction:
    """The exact marks of a value, before the conversion's rounding. NoValueError names why there are none."""
    name, given = conversion["name"], Parameters(conversion)
    if name in _ALONE:
        return _ALONE[name](value, given)
    values = everybody()
    if value not in values:
        values = [*values, value]
    return _TOGETHER[name](value, given, values)


def _units(distance: Fraction, per: Fraction, steps: str) -> Fraction:
    exact = distance / per
    if steps == "exact":
        return exact
    return Fraction(exact.__floor__() if steps == "whole" else exact.__ceil__())


def _completion(value: Fraction, given: Parameters) -> Fraction:
    if value < given.number("floor", "70"):
        return Fraction(0)
    return given.number("full") * min(value, 100 + given.number("over_cap_pct", "20")) / 100


def _difference(value: Fraction, given: Parameters) -> Fraction:
    off = value - given.number("target", "0")
    side = given.word("side", "both")
    distance = abs(off) if side == "both" else max(off if side == "above" else -off, Fraction(0))
    units = _units(distance, given.number("per", "1"), given.word("steps", "exact"))
    return given.limited(given.number("full") - given.number("deduct") * units, "0")


def _days(value: Fraction, given: Parameters) -> Fraction:
    full = given.number("full")
    if value > 0:
        marks = full - given.number("late", "1") * value
    else:
        marks = full + min(given.number("early", "0") * -value, given.number("early_cap", "0"))
    return given.limited(marks, "0")


def _per_unit(value: Fraction, given: Parameters) -> Fraction:
    distance = max(value - given.number("from", "0"), Fraction(0))
    least = given.optional("at_least")
    units = _units(distance, given.number("per", "1"), given.word("steps", "exact"))
    if least is not None and value < least:
        units = Fraction(0)
    return given.limited(given.number("base", "0") + given.number("marks") * units)


def _bands(value: Fraction, given: Parameters) -> Fraction:
    above = given.word("bounds", "from") == "above"
    reached = [row for row in given.rows("bands") if (value > row[0] if above else value >= row[0])]
    if not reached:
        return given.limited(given.number("below", "0"))
    start, marks, *growth = reached[-1]
    if growth:
        marks += growth[1] * _units(value - start, growth[0], given.word("steps", "whole"))
    return given.limited(marks)


def _looked_up(value: Fraction, rows: list[list[Fraction]]) -> Fraction | None:
    return next((row[1] for row in rows if row[0] == value), None)


def _table(value: Fraction, given: Parameters) -> Fraction:
    found = _looked_up(value, given.rows("table"))
    found = given.optional("other") if found is None else found
    if found is None:
        raise NoValueError("value_not_in_table")
    return found


def _choices(value: Fraction, given: Parameters) -> Fraction:
    off = _looked_up(value, given.rows("choices"))
    if off is None:
        raise NoValueError("value_not_in_table")
    return given.limited(given.number("full") - off, "0")


def _pieces(value: Fraction, given: Parameters) -> Fraction:
    points = given.rows("points")
    if value <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return points[-1][1]


def _require_positive(values: list[Fraction]) -> None:
    if min(values) < 0:
        raise NoValueError("negative_value")


def _ratio(value: Fraction, given: Parameters, values: list[Fraction]) -> Fraction:
    _require_positive(values)
    full = given.number("full")
    if given.word("better", "high") == "low":
        best = min(values)
        return full if value == best else full * best / value
    best = max(values)
    return full * value / best if best else Fraction(0)


def _share(value: Fraction, given: Parameters, values: list[Fraction]) -> Fraction:
    _require_positive(values)
    whole = total(values)
    return given.number("full") * value / whole if whole else Fraction(0)


def _by_place(
    value: Fraction, given: Parameters, values: list[Fraction], points: Callable[[int], Fraction]
) -> Fraction:
    """Points of the place of `value`, equal values treated as `ties` says."""
    high = given.word("better", "high") == "high"
    better = [other for other in values if (other > value if high else other < value)]
    first, last = len(better) + 1, len(better) + values.count(value)
    ties = given.word("ties", "standard")
    if ties == "fractional":
        return total([points(place) for place in range(first, last + 1)]) / (last - first + 1)
    return points({"standard": first, "modified": last, "dense": len(set(better)) + 1}[ties])


def _rank_points(value: Fraction, given: Parameters, values: list[Fraction]) -> Fraction:
    listed = [fraction(point) for point in given.given.get("points") or ()]
    least = given.number("floor", "0")

    def points(place: int) -> Fraction:
        if listed:
            return listed[place - 1] if place <= len(listed) else least
        return max(given.number("first") - given.number("step", "1") * (place - 1), least)

    return _by_place(value, given, values, points)


def _rank_linear(value: Fraction, given: Parameters, values: list[Fraction]) -> Fraction:
    full, count = given.number("full"), len(values)
    return _by_place(value, given, values, lambda place: full * (count - place + 1) / count)


_ALONE = {
    "completion": _completion, "difference": _difference, "days": _days, "per_unit": _per_unit, "bands": _bands,
    "table": _table, "choices": _choices, "pieces": _pieces,
}  # fmt: skip
_TOGETHER = {"ratio": _ratio, "share": _share, "rank_points": _rank_points, "rank_linear": _rank_linear}
