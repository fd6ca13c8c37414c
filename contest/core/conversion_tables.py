"""Conversions that look a value up: bands, a table, choices with deductions, linear pieces (rules.md 1, 3, 5)."""

from __future__ import annotations

from fractions import Fraction

from contest.core.conversion_units import Answer, counted_units, within
from contest.core.explanation import Operand
from contest.core.problems import CoreError
from contest.core.rubric_conversion import Conversion, Rows

_GROWING = 4  # a row [from, marks, per, each] gives more marks the further the value lies inside its band


def bands(value: Fraction, rule: Conversion) -> Answer:
    """The marks of the last band whose `from` is reached (or, with bounds `above`, exceeded) (COMP-9…11, -14)."""
    strict = rule.word("bounds") == "above"
    reached = [row for row in rule.rows("bands") if value > row[0] or (value == row[0] and not strict)]
    if not reached:
        return within(rule.number("below"), rule, {"bounds": rule.word("bounds"), "marks": rule.number("below")})
    row = reached[-1]
    operands: dict[str, Operand] = {"bounds": rule.word("bounds"), "from": row[0], "marks": row[1]}
    if len(row) < _GROWING:
        return within(row[1], rule, operands)
    units = counted_units(value - row[0], row[2], rule.word("steps"))
    operands |= {"per": row[2], "each": row[3], "steps": rule.word("steps"), "units": units}
    return within(row[1] + row[3] * units, rule, operands)


def table(value: Fraction, rule: Conversion) -> Answer:
    """The marks beside exactly this value, else `other`; CoreError `value_not_in_table` (never a silent zero)."""
    marks = _looked_up(value, rule.rows("table"))
    if marks is None and rule.has("other"):
        marks = rule.number("other")
    if marks is None:
        raise CoreError("value_not_in_table")
    return marks, {"marks": marks}


def choices(value: Fraction, rule: Conversion) -> Answer:
    """WorldSkills CHOICE [S3]: full marks less what the chosen answer deducts; CoreError `value_not_in_table`."""
    deduct = _looked_up(value, rule.rows("choices"))
    if deduct is None:
        raise CoreError("value_not_in_table")
    operands: dict[str, Operand] = {"full": rule.number("full"), "deduct": deduct}
    return within(rule.number("full") - deduct, rule, operands)


def pieces(value: Fraction, rule: Conversion) -> Answer:
    """Straight lines between the given points; before the first and after the last the marks stay as they are."""
    points = rule.rows("points")
    if value <= points[0][0] or value >= points[-1][0]:
        marks = (points[0] if value <= points[0][0] else points[-1])[1]
        return marks, {"marks": marks}
    index = next(index for index, point in enumerate(points) if value <= point[0])
    (left, low), (right, high) = points[index - 1], points[index]
    operands: dict[str, Operand] = {"left": left, "low": low, "right": right, "high": high}
    return low + (high - low) * (value - left) / (right - left), operands


def _looked_up(value: Fraction, rows: Rows) -> Fraction | None:
    return next((row[1] for row in rows if row[0] == value), None)
