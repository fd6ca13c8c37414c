"""Medals (rules.md 1): who shares a medal, which medals a small field gives, and points per medal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from contest.core.numbers import Number

GOLD, SILVER, BRONZE, EXCELLENCE = "gold", "silver", "bronze", "excellence"
MEDALS = (GOLD, SILVER, BRONZE, EXCELLENCE)
MEMBER_POINTS: Mapping[str, Decimal] = {
    GOLD: Decimal(4), SILVER: Decimal(3), BRONZE: Decimal(2), EXCELLENCE: Decimal(1),
}  # fmt: skip
_ALL_FROM = 6  # S5: six entrants or more give all medals, five gold and silver, four only gold, three or fewer none


def medals_for(entrants: int) -> tuple[str, ...]:
    """Which of gold, silver and bronze an event with so many entrants gives; none means that it is void (MEDAL-6)."""
    return (GOLD, SILVER, BRONZE)[: max(0, min(3, entrants - _ALL_FROM + 3))]


def share_medals(
    scores: Sequence[Number], tie: Number, excellence: Number | None, given: Sequence[str] = (GOLD, SILVER, BRONZE)
) -> list[str]:
    """The medal of each score, empty for none (MEDAL-1…5). `scores` in any order; equal scores get equal medals.

    Whoever is at most `tie` below the best of a group shares its medal: a group hangs on its leader and is not
    chained. Two golds: no silver. Three golds or more, or two silvers or more: bronze only for who is within `tie`
    of the last of them. The rest at or above `excellence` get the medallion.
    """
    exact = [Fraction(score) for score in scores]
    order = sorted(range(len(exact)), key=lambda index: -exact[index])
    found = dict.fromkeys(order, "")
    golds, waiting = _group(exact, order, tie)
    found |= dict.fromkeys(golds, GOLD)
    last = golds
    if len(golds) == 1:
        last, waiting = _group(exact, waiting, tie)
        found |= dict.fromkeys(last, SILVER)
    closed = len(golds) > 2 or (len(golds) == 1 and len(last) > 1)  # noqa: PLR2004 - three golds, or two silvers
    if waiting and not (closed and exact[last[-1]] - exact[waiting[0]] > tie):
        found |= dict.fromkeys(_group(exact, waiting, tie)[0], BRONZE)
    for index, medal in found.items():
        if medal not in given:
            able = bool(given) and excellence is not None and scores[index] >= excellence
            found[index] = EXCELLENCE if able else ""
    return [found[index] for index in range(len(scores))]


def _group(scores: Sequence[Fraction], order: Sequence[int], tie: Number) -> tuple[list[int], list[int]]:
    """Cut off the leader of `order` and those within `tie` of it; both empty where nobody is left."""
    near = [index for index in order if scores[order[0]] - scores[index] <= tie]
    return near, list(order[len(near) :])


def medal_points(counts: Mapping[str, int], table: Mapping[str, Decimal] = MEMBER_POINTS) -> Decimal:
    """Points of a member for its medals; a team's medal counts once (MEDAL-7)."""
    return sum((table[medal] * count for medal, count in counts.items()), Decimal(0))
