"""Re-check of results (成绩复核): how many sheets are checked, and what the errors found mean (rules.md 2 [S10])."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from contest.core.numbers import Number, round_units
from contest.core.problems import CoreError

FULL_REVIEW, CORRECT_AND_SIGN = "full_review", "correct_and_sign"


@dataclass(frozen=True, slots=True)
class ReviewSample:
    """Entries checked in full (the top ones) and drawn by lot from the rest."""

    full: int
    sample: int

    @property
    def total(self) -> int:
        """All entries that are checked."""
        return self.full + self.sample


def review_sample(
    entrants: int, rest_percent: Number, *, top: int | None = None, top_percent: Number | None = None
) -> ReviewSample:
    """Give the top by count or share, and of the rest not less than `rest_percent`: both round up (REV-1, -2)."""
    if (top is None) == (top_percent is None):
        raise CoreError("top_or_top_percent")
    wanted = top if top is not None else _up(entrants, top_percent or 0)
    full = min(wanted, entrants)
    return ReviewSample(full, _up(entrants - full, rest_percent))


def _up(entrants: int, percent: Number) -> int:
    return round_units(Fraction(percent) * entrants / 100, 0, "ceil")


def review_decision(checked: int, errors: int, limit_percent: Number = 5) -> str:
    """`full_review` if more than the limit is wrong, else `correct_and_sign`; exactly the limit is not more (REV-5).

    Raises CoreError `nothing_checked` where no rate exists.
    """
    if checked < 1 or not 0 <= errors <= checked:
        raise CoreError("nothing_checked", checked=checked, errors=errors)
    return FULL_REVIEW if Fraction(100 * errors, checked) > Fraction(limit_percent) else CORRECT_AND_SIGN
