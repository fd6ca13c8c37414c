"""Statistics of a sample: scipy does them, and every number leaves here as a decimal text or as None.

None means that there are too few marks, or that they do not vary: then there is nothing to say, and no number is
better than one that looks exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import stdev

MIN_SAMPLE = 5
"""Fewer performances of a judge than this give no interval."""
MIN_ORDER = 8
"""Fewer sheets in a row than this show no drift."""
MIN_OWN, MIN_OTHERS = 5, 10
"""Performances of the own unit and of others that a comparison needs: a word about a person asks for several."""
SHUFFLES = 9_999
RISK = 0.05
"""Chance of one false alarm in a whole table; shared out over its judges (Bonferroni)."""


def number(value: float | Fraction, places: int = 2) -> str:
    """A decimal text, half-up, without a minus before zero."""
    exact = Fraction(value) if isinstance(value, Fraction) else Fraction(Decimal(repr(float(value))))
    units = abs(exact) * 10**places
    whole = Decimal((2 * units.numerator + units.denominator) // (2 * units.denominator)).scaleb(-places)
    return f"{-whole if exact < 0 and whole else whole:f}"


def mean(values: Sequence[Fraction]) -> Fraction:
    """The exact mean of a sample that is not empty."""
    return sum(values, Fraction(0)) / len(values)


def spread(values: Sequence[Fraction]) -> float | None:
    """Standard deviation (n - 1); None for fewer than two values."""
    return float(stdev(float(value) for value in values)) if len(values) > 1 else None


def interval(values: Sequence[Fraction], share: int = 1) -> tuple[float, float] | None:
    """The 95 % interval of the mean by Student's t, widened for `share` judges; None for too few or equal values."""
    from scipy import stats

    if len(values) < MIN_SAMPLE or len(set(values)) == 1:
        return None
    sample = [float(value) for value in values]
    found = stats.ttest_1samp(sample, 0.0).confidence_interval(1 - RISK / share)
    return float(found.low), float(found.high)


def rank_correlation(left: Sequence[Fraction], right: Sequence[Fraction | int]) -> tuple[float, float] | None:
    """Spearman's rho and its p value; None for fewer than three pairs or where one side does not vary."""
    from scipy import stats

    if len(left) < 3 or len(set(left)) == 1 or len(set(right)) == 1:  # noqa: PLR2004
        return None
    found = stats.spearmanr([float(value) for value in left], [float(value) for value in right])
    return float(found.statistic), float(found.pvalue)


def slope(values: Sequence[Fraction]) -> float:
    """The slope of Theil and Sen over equally spaced values: the median of all pairs' slopes."""
    from scipy import stats

    return float(stats.theilslopes([float(value) for value in values]).slope)


def order_agreement(left: Sequence[Fraction], right: Sequence[Fraction]) -> float | None:
    """Kendall's tau-b of two orders; None where there is nothing to order."""
    from scipy import stats

    if len(left) < 2 or len(set(left)) == 1 or len(set(right)) == 1:  # noqa: PLR2004
        return None
    return float(stats.kendalltau([float(value) for value in left], [float(value) for value in right]).statistic)


@dataclass(frozen=True, slots=True)
class Preference:
    """Own unit against all others. `difference` = mean gap of the own less mean gap of the others, `chance` its p."""

    own: int
    others: int
    own_mean: Fraction
    others_mean: Fraction
    chance: float | None

    @property
    def difference(self) -> Fraction:
        return self.own_mean - self.others_mean


def preference(own: Sequence[Fraction], others: Sequence[Fraction]) -> Preference | None:
    """The difference of discrepancies and its one-sided permutation test (Emerson, Seltzer and Lin 2009).

    `chance`: how often a random choice of as many performances differs at least as much; None for small samples.
    The shuffles always start from the same seed, so that the same marks give the same report.
    """
    from scipy import stats

    if not own or not others:
        return None
    chance: float | None = None
    if len(own) >= MIN_OWN and len(others) >= MIN_OTHERS:
        samples = [float(gap) for gap in own], [float(gap) for gap in others]
        test = stats.permutation_test(
            samples, lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis), vectorized=True,
            n_resamples=SHUFFLES, alternative="greater", rng=2000, batch=500,
        )  # fmt: skip
        chance = float(test.pvalue)
    return Preference(len(own), len(others), mean(own), mean(others), chance)
