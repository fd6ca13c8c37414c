"""Public votes (投票): which ballot counts, and how counts become points (rules.md 4)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from contest.core.numbers import Number
from contest.core.problems import CoreError

_FULL = 100


def vote_proportional(votes: Sequence[int]) -> list[Fraction]:
    """Votes / most votes x 100; without any vote nobody has points (VOTE-1, -6, -7)."""
    top = max(_counted(votes), default=0)
    return [Fraction(_FULL * count, top) if top else Fraction(0) for count in votes]


def vote_share(votes: Sequence[int]) -> list[Fraction]:
    """Votes / all votes x 100 (VOTE-4); without any vote nobody has points."""
    total = sum(_counted(votes))
    return [Fraction(_FULL * count, total) if total else Fraction(0) for count in votes]


def vote_rank_linear(votes: Sequence[int]) -> list[Fraction]:
    """(n + 1 - rank) / n x 100, equal votes sharing the better rank: one runaway crushes nobody (VOTE-5)."""
    counted = _counted(votes)
    ranks = [1 + sum(other > count for other in counted) for count in counted]
    return [Fraction(_FULL * (len(counted) + 1 - rank), len(counted)) for rank in ranks]


def vote_composite(vote_points: Number, expert_points: Number, vote_weight: Number) -> Fraction:
    """Vote weight x vote points + the rest x expert points (VOTE-2, -3)."""
    weight = Fraction(vote_weight)
    if not 0 <= weight <= 1:
        raise CoreError("weights_must_sum_to_1", sum=str(vote_weight))
    return weight * Fraction(vote_points) + (1 - weight) * Fraction(expert_points)


def ballot_valid(choices: int, distinct: int, exactly: int | None = None, at_most: int | None = None) -> bool:
    """Whether a ballot names no candidate twice and as many as it must (`exactly`) or may (VOTE-8…10)."""
    if choices != distinct or choices < 1:
        return False
    return (exactly is None or choices == exactly) and (at_most is None or choices <= at_most)


def vote_allowed(cast: int, cap: int) -> bool:
    """Whether an account that cast so many votes today may cast one more (VOTE-11)."""
    return cast < cap


def _counted(votes: Sequence[int]) -> Sequence[int]:
    if any(count < 0 for count in votes):
        raise CoreError("negative_votes")
    return votes
