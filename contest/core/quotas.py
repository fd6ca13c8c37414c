"""Places: how many a share gives, and where a tie crosses the last of them (rules.md 0 and 2, AWD, QUOTA-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from contest.core.numbers import Number, round_units
from contest.core.problems import CoreError


def award_quotas(entrants: int, percents: Sequence[Number], method: str) -> list[int]:
    """Places per tier from shares of the entrants (rules.md 0 and 2, AWD-1…7).

    `each_*` rounds every tier by itself; `cumulative_*` rounds the running total, so that the sum is right;
    `*_min1` lifts every tier to at least one.
    """
    base, _, mode = method.removesuffix("_min1").partition("_")
    if base not in {"each", "cumulative"}:
        raise CoreError("unknown_award_rounding", method=method)
    exact = [Fraction(percent) * entrants / 100 for percent in percents]
    if base == "each":
        quotas = [round_units(part, 0, mode) for part in exact]
    else:
        ends = [round_units(sum(exact[: tier + 1], Fraction(0)), 0, mode) for tier in range(len(exact))]
        quotas = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    return [max(quota, 1) for quota in quotas] if method.endswith("_min1") else quotas


def award_cut_with_ties(ranks: Sequence[Number], quota: int, policy: str) -> int:
    """Count who gets the award, `ranks` being in published order (AWD-10, -11).

    With a tie across the last place all of the tied get it (`expand`) or none of them (`shrink`).
    """
    quota = min(quota, len(ranks))
    if quota <= 0 or quota == len(ranks) or ranks[quota - 1] != ranks[quota]:
        return max(quota, 0)
    last = ranks[quota - 1]
    if policy == "shrink":
        return next(index for index, rank in enumerate(ranks) if rank == last)
    return max(index for index, rank in enumerate(ranks) if rank == last) + 1


def share_is_kept(entrants: int, percent: Number, tiers: Sequence[int]) -> bool:
    """Whether fixed tiers stay within a share of the entrants (AWD-13, -14)."""
    return Fraction(sum(tiers)) <= Fraction(percent) * entrants / 100


def least_places(winners: int, percents: Mapping[str, Number]) -> dict[str, int]:
    """How many winners of each category there must be at least: shares round up (QUOTA-1, -2)."""
    return {name: round_units(Fraction(percent) * winners / 100, 0, "ceil") for name, percent in percents.items()}


def most_places(winners: int, percents: Mapping[str, Number]) -> dict[str, int]:
    """How many winners of each category there may be at most: shares round down (QUOTA-1, -2)."""
    return {name: round_units(Fraction(percent) * winners / 100, 0, "floor") for name, percent in percents.items()}
