"""Scales that place totals around a centre (WorldSkills and school scales): labelled statistics, never the ranking.

The official WorldSkills formula is not public (rules.md 1); these are the two published stand-ins.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

from contest.core.numbers import Number, round_units
from contest.core.problems import CoreError
from contest.core.statistics import median

MAD_FACTOR = Fraction("1.4826")  # makes the MAD of normal data its standard deviation [S6]
_FIRST_DIGITS = 12


def scale_median_mad(
    values: Sequence[Number],
    centre: Number,
    spread: Number,
    bounds: tuple[Number | None, Number | None] = (0, 1000),
    places: int = 0,
) -> list[Fraction]:
    """`centre + spread x (x - median) / (1.4826 x MAD)`, within the bounds, rounded half-up (SCALE-1).

    Where more than half of the values are equal the MAD is 0 and everybody stands at the centre (SCALE-2).
    """
    middle = median(values)
    deviation = MAD_FACTOR * median([abs(Fraction(value) - middle) for value in values])
    steps = [(Fraction(value) - middle) / deviation if deviation else Fraction(0) for value in values]
    units = [round_units(Fraction(centre) + Fraction(spread) * step, places, "half_up") for step in steps]
    return [_within(Fraction(unit, 10**places), bounds) for unit in units]


def scale_mean_sd(
    values: Sequence[Number],
    centre: Number,
    spread: Number,
    bounds: tuple[Number | None, Number | None] = (None, None),
    places: int = 0,
    *,
    sample: bool = True,
) -> list[Fraction]:
    """`centre + spread x (x - mean) / s`, s of the sample (n - 1) or the population (n); rounded half-up, exactly.

    Raises CoreError `insufficient_scores` without values (SCALE-4); without any spread all stand at the centre.
    """
    if not values:
        raise CoreError("insufficient_scores", have=0, need=1)
    exact = [Fraction(value) for value in values]
    mean = sum(exact, Fraction(0)) / len(exact)
    squares = sum(((value - mean) ** 2 for value in exact), Fraction(0))
    variance = squares / (len(exact) - 1 if sample else len(exact)) if squares else Fraction(0)
    found = []
    for value in exact:
        square = (Fraction(spread) * (value - mean)) ** 2 / variance if variance else Fraction(0)
        sign = -1 if (value < mean) != (spread < 0) else 1
        unit = round_with_root(Fraction(centre), sign, square, places)
        found.append(_within(Fraction(unit, 10**places), bounds))
    return found


def round_with_root(base: Fraction, sign: int, square: Fraction, places: int) -> int:
    """Round `base + sign x root(square)` half-up to units of 10^-places, exactly.

    An irrational root never lies on a boundary, so that more digits always settle which side it is on.
    """
    numerator, denominator = isqrt(square.numerator), isqrt(square.denominator)
    if (numerator**2, denominator**2) == (square.numerator, square.denominator):
        return round_units(base + sign * Fraction(numerator, denominator), places, "half_up")
    digits = _FIRST_DIGITS + places
    while True:
        scale = 10**digits
        low = Fraction(isqrt(square.numerator * scale**2 // square.denominator), scale)
        ends = {round_units(base + sign * end, places, "half_up") for end in (low, low + Fraction(1, scale))}
        if len(ends) == 1:
            return ends.pop()
        digits *= 2


def _within(value: Fraction, bounds: tuple[Number | None, Number | None]) -> Fraction:
    low, high = bounds
    value = value if low is None else max(value, Fraction(low))
    return value if high is None else min(value, Fraction(high))
