"""Money of innovation proposals (效益) and the yearly fate of a studio. Amounts are exact, in yuan as given."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from contest.core.numbers import Number
from contest.core.problems import CoreError


def benefit_share(benefit: Number, percent: Number) -> Fraction:
    """The part of a clear benefit that is paid as a reward (INNO-5); nothing for a loss."""
    return max(Fraction(benefit), Fraction(0)) * Fraction(percent) / 100


def net_benefit(
    unit_saving: Number, annual_quantity: Number, cost_once: Number, life_years: Number, running: Number
) -> Fraction:
    """Unit saving x yearly quantity - one-off cost / life - running cost, of one year (INNO-6).

    Raises CoreError `life_must_be_positive`.
    """
    if life_years <= 0:
        raise CoreError("life_must_be_positive")
    saved = Fraction(unit_saving) * Fraction(annual_quantity)
    return saved - Fraction(cost_once) / Fraction(life_years) - Fraction(running)


def studio_revoked(history: Sequence[Number], threshold: Number = 70, years: int = 2) -> bool:
    """Whether so many years running stayed below the threshold (STUDIO-2, -3 [S41])."""
    run = 0
    for score in history:
        run = run + 1 if score < threshold else 0
        if run >= years:
            return True
    return False
