"""How several marks become one value: the methods of rules.md section 6, on integers or exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

from contest.core.numbers import Number
from contest.core.problems import CoreError
from contest.core.rubric import Method

_ROBUST = Fraction("1.4826")  # makes the MAD of a normal distribution its standard deviation
_ROOT_PLACES = 12


def kept_positions(values: Sequence[Number], drop_high: int, drop_low: int) -> list[int]:
    """Positions that stay after dropping extremes; of equal extremes only as many as asked (TRIM-5)."""
    if drop_high + drop_low >= len(values):
        raise CoreError("insufficient_scores", have=len(values), need=drop_high + drop_low + 1)
    order = sorted(range(len(values)), key=values.__getitem__)
    return order[drop_low : len(order) - drop_high]


def trimmed_sum(values: Sequence[Number], drop_high: int, drop_low: int) -> Fraction:
    """Sum without the highest and lowest marks; CoreError `insufficient_scores` if nothing would remain."""
    exact = [value if isinstance(value, int) else Fraction(value) for value in values]
    if drop_high == drop_low == 0 and exact:
        return Fraction(sum(exact))
    return Fraction(sum(exact[position] for position in kept_positions(exact, drop_high, drop_low)))


def trimmed_mean(
    scores: Sequence[Number | None], drop_high: int = 1, drop_low: int = 1, min_scores: int | None = None
) -> Fraction:
    """Mean without extremes. None is a recused judge: removed first, then trimmed (MISS-1).

    Raises CoreError `insufficient_scores` below `min_scores`, by default one more than are dropped.
    """
    values = [score for score in scores if score is not None]
    need = drop_high + drop_low + 1 if min_scores is None else max(min_scores, drop_high + drop_low + 1)
    if len(values) < need:
        raise CoreError("insufficient_scores", have=len(values), need=need)
    return trimmed_sum(values, drop_high, drop_low) / (len(values) - drop_high - drop_low)


def median(values: Sequence[Number]) -> Fraction:
    """The middle value, or the mean of the middle two."""
    order = sorted(values)
    half = len(order) // 2
    if not order:
        raise CoreError("insufficient_scores", have=0, need=1)
    return Fraction(order[half]) if len(order) % 2 else (Fraction(order[half - 1]) + Fraction(order[half])) / 2


def majority(values: Sequence[Number]) -> Fraction:
    """The value more than half of the panel gave; CoreError `no_majority` if there is none."""
    for value in set(values):
        if 2 * sum(1 for other in values if other == value) > len(values):
            return Fraction(value)
    raise CoreError("no_majority", have=len(values))


def agreed(values: Sequence[Number]) -> Fraction:
    """The one value all gave; CoreError `not_agreed` if they differ (rules.md 1: judges confer)."""
    if len(set(values)) != 1:
        raise CoreError("not_agreed", have=len(values))
    return Fraction(values[0])


def pool(values: Sequence[Number], method: Method) -> Fraction:
    """Apply a panel method without its rounding. Raises CoreError when the method has no answer."""
    need = method.drop_high + method.drop_low + 1
    if len(values) < need:
        raise CoreError("insufficient_scores", have=len(values), need=need)
    match method.name:
        case "mean" | "trimmed_mean":
            return trimmed_mean(values, method.drop_high, method.drop_low)
        case "sum" | "trimmed_sum":
            return trimmed_sum(values, method.drop_high, method.drop_low)
        case "median":
            return median(values)
        case "majority":
            return majority(values)
        case _:
            return agreed(values)


def mean(values: Sequence[Number]) -> Fraction:
    """The plain mean; CoreError `insufficient_scores` of nothing."""
    return trimmed_mean(values, 0, 0)


def clamped(values: Sequence[Fraction], distance: Fraction) -> list[Fraction]:
    """Pull each mark that lies further than `distance` from the mean of all marks to that bound, once."""
    center = mean(values)
    return [min(max(value, center - distance), center + distance) for value in values]


def kept_spread(values: Sequence[Fraction], method: Method) -> Fraction:
    """Highest less lowest of the marks that make the value: what is not dropped, or the middle of a median [S32]."""
    if method.name == "median":
        order, half = sorted(values), (len(values) - 1) // 2
        return order[len(order) - 1 - half] - order[half]
    kept = [values[position] for position in kept_positions(values, method.drop_high, method.drop_low)]
    return max(kept) - min(kept)


def square_root(value: Fraction, places: int = _ROOT_PLACES) -> Fraction:
    """The square root of a number not below 0, half-up to `places` decimals: exact enough, and the same everywhere."""
    scaled = value * 100**places
    # the root of n/d to the nearest whole number: floor(root + 1/2) = (floor(root(4n/d)) + 1) // 2
    return Fraction((isqrt(4 * scaled.numerator // scaled.denominator) + 1) // 2, 10**places)


def deviation(values: Sequence[Fraction], kind: str) -> Fraction:
    """Standard deviation, to 12 places: `sample` divides by n − 1, `population` by n; 0 for fewer than two values."""
    divisor = len(values) - (kind == "sample")
    if len(values) <= 1:
        return Fraction(0)
    center = mean(values)
    return square_root(sum(((value - center) ** 2 for value in values), Fraction(0)) / divisor)


def mad_outliers(scores: Sequence[Number], k: Number, abs_floor: Number) -> list[int]:
    """Positions of marks far from the median: more than k robust deviations (1.4826 x MAD) and than `abs_floor`.

    Flags, never deletes (rules.md 6, OUT-1…3): the absolute tolerance is needed because the MAD is often 0.
    """
    center = median(scores)
    gaps = [abs(Fraction(score) - center) for score in scores]
    limit = max(Fraction(k) * _ROBUST * median(gaps), Fraction(abs_floor))
    return [position for position, gap in enumerate(gaps) if gap > limit]
