"""Conversions that count units: away from a target, days early or late, so much for each (rules.md 1, 3)."""

from __future__ import annotations

from fractions import Fraction

from contest.core.explanation import Operand
from contest.core.rubric_conversion import Conversion

Answer = tuple[Fraction, dict[str, Operand]]
"""Marks before rounding, and the operands with which a person recomputes them."""


def counted_units(distance: Fraction, per: Fraction, steps: str) -> Fraction:
    """How many units a distance holds: `exact`, only `whole` ones, or every `started` one."""
    units = distance / per
    if steps == "whole":
        return Fraction(units.numerator // units.denominator)
    if steps == "started":
        return Fraction(-(-units.numerator // units.denominator))
    return units


def within(marks: Fraction, rule: Conversion, operands: dict[str, Operand]) -> Answer:
    """Keep marks within the conversion's floor and cap and name the limits among the operands."""
    if rule.has("floor") or rule.has("cap"):
        operands["unlimited"] = marks
    if rule.has("floor"):
        operands["floor"] = rule.number("floor")
        marks = max(marks, rule.number("floor"))
    if rule.has("cap"):
        operands["cap"] = rule.number("cap")
        marks = min(marks, rule.number("cap"))
    return marks, operands


def difference(value: Fraction, rule: Conversion) -> Answer:
    """WorldSkills REGULAR_DIFFERENCE_DEDUCTION [S3]: full − deduct x units away from the target (MEAS-1…5, COMP-9)."""
    gap = value - rule.number("target")
    side = rule.word("side")
    distance = max(gap if side == "above" else -gap if side == "below" else abs(gap), Fraction(0))
    units = counted_units(distance, rule.number("per"), rule.word("steps"))
    operands: dict[str, Operand] = {key: rule.number(key) for key in ("full", "target", "per", "deduct")}
    operands |= {"side": side, "steps": rule.word("steps"), "units": units}
    return within(rule.number("full") - rule.number("deduct") * units, rule, operands)


def days(value: Fraction, rule: Conversion) -> Answer:
    """Days late (+) or early (−) [S60]: `late` off for each, `early` on for each up to `early_cap`."""
    operands: dict[str, Operand] = {key: rule.number(key) for key in ("full", "late", "early", "early_cap")}
    if value > 0:
        return within(rule.number("full") - rule.number("late") * value, rule, operands)
    extra = min(rule.number("early") * -value, rule.number("early_cap"))
    return within(rule.number("full") + extra, rule, operands)


def per_unit(value: Fraction, rule: Conversion) -> Answer:
    """So many marks for each unit above `from` (defects found, MEAS-6); below `at_least` no unit counts (COMP-14)."""
    beyond = max(value - rule.number("from"), Fraction(0))
    units = counted_units(beyond, rule.number("per"), rule.word("steps"))
    operands: dict[str, Operand] = {key: rule.number(key) for key in ("base", "from", "per", "marks")}
    if rule.has("at_least"):
        operands["at_least"] = rule.number("at_least")
        units = units if value >= rule.number("at_least") else Fraction(0)
    operands |= {"steps": rule.word("steps"), "units": units}
    return within(rule.number("base") + rule.number("marks") * units, rule, operands)
