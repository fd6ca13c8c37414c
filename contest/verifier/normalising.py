"""Panels made comparable: mean + sd x (x - panel mean) / panel deviation (docs/rule-set.md)."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from .data import Data, Node
from .values import Value, fraction, total

ROOT_PLACES = 12


def root(square: Fraction) -> Fraction:
    """The square root, rounded half up to 12 decimals."""
    unit = 10**ROOT_PLACES
    doubled = isqrt(4 * square.numerator * unit**2 // square.denominator)
    return Fraction((doubled + 1) // 2, unit)


def normalised(data: Data, rule: Node, values: dict[str, Value]) -> dict[str, Value]:
    """The values of one period on the common scale."""
    group = rule.get("group", "")
    panels = {code: data.measure(code, group) if group else Fraction(0) for code in values}
    found = {}
    for code, value in values.items():
        panel = panels[code]
        if panel is None:
            found[code] = Value(value.number, value.lacks | {"panel_unknown"})
            continue
        own = [
            other.number for name, other in values.items()
            if panels[name] == panel and not data.is_disqualified(name) and other.number is not None and not other.lacks
        ]  # fmt: skip
        found[code] = value if value.number is None else value.step(_scaled(value.number, own, rule))
    return found


def _scaled(value: Fraction, panel: list[Fraction], rule: Node) -> Fraction:
    centre = fraction(rule["mean"])
    if not panel:
        return centre
    mean = total(panel) / len(panel)
    freedom = len(panel) - (rule.get("deviation", "sample") == "sample")
    deviation = root(total([(x - mean) ** 2 for x in panel]) / freedom) if freedom else Fraction(0)
    return centre + fraction(rule["sd"]) * (value - mean) / deviation if deviation else centre
