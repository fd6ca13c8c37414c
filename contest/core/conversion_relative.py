"""Conversions of one entry's value among the values of all entries: value/best, share, rank to points (rules.md 3, 4).

A value that is not among its peers (its entry is not complete yet) is placed as if it were.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from contest.core.conversion_units import Answer
from contest.core.explanation import Operand
from contest.core.problems import CoreError
from contest.core.rubric_conversion import Conversion


@dataclass(frozen=True, slots=True)
class Peers:
    """The values of all entries that count at one place, in rising order; their sum and the different ones of them."""

    values: tuple[Fraction, ...] = ()
    total: Fraction = Fraction(0)
    distinct: tuple[Fraction, ...] = ()

    @classmethod
    def of(cls, values: Iterable[Fraction]) -> Peers:
        """Build it from values in any order."""
        order = tuple(sorted(values))
        return cls(order, sum(order, Fraction(0)), tuple(sorted(set(order))))

    def including(self, value: Fraction) -> Peers:
        """These peers with the value among them."""
        at = bisect_left(self.values, value)
        known = at < len(self.values) and self.values[at] == value
        return self if known else Peers.of([*self.values, value])


NO_PEERS = Peers()
Points = Callable[[Conversion, int, int], Fraction]


@dataclass(frozen=True, slots=True)
class Position:
    """Places `first` to `last` that equal values share, which `level` of different values that is, and of how many."""

    first: int
    last: int
    level: int
    entrants: int


def position(value: Fraction, peers: Peers, *, low_is_better: bool) -> Position:
    """Find the places of a value that is among its peers."""
    count = len(peers.values)
    below, end = bisect_left(peers.values, value), bisect_right(peers.values, value)
    level = bisect_left(peers.distinct, value)
    if low_is_better:
        return Position(below + 1, end, level + 1, count)
    return Position(count - end + 1, count - below, len(peers.distinct) - level, count)


def ratio(value: Fraction, rule: Conversion, peers: Peers) -> Answer:
    """The best gets full marks, the others value/best, or best/value where low is better [S36] (COMP-12).

    Nothing at all (every value 0) gives 0 (VOTE-7). CoreError `negative_value` where a ratio has no meaning.
    """
    everyone, low = peers.including(value).values, rule.word("better") == "low"
    if everyone[0] < 0:
        raise CoreError("negative_value")
    best, full = everyone[0 if low else -1], rule.number("full")
    operands: dict[str, Operand] = {"full": full, "best": best, "better": rule.word("better")}
    if low:
        return (full if value == best else full * best / value), operands
    return (full * value / best if best else Fraction(0)), operands


def share(value: Fraction, rule: Conversion, peers: Peers) -> Answer:
    """The entry's share of the sum of all values (VOTE-4); 0 while the sum is 0. CoreError `negative_value`."""
    everyone, full = peers.including(value), rule.number("full")
    if everyone.values[0] < 0:
        raise CoreError("negative_value")
    total = everyone.total
    return (full * value / total if total else Fraction(0)), {"full": full, "sum": total}


def rank_points(value: Fraction, rule: Conversion, peers: Peers) -> Answer:
    """Points of the rank [S36] (COMP-13): a list, or `first` less `step` for each further place; at least `floor`."""
    return _by_rank(value, rule, peers, _listed if rule.rows("points") else _falling)


def rank_linear(value: Fraction, rule: Conversion, peers: Peers) -> Answer:
    """Full x (entrants − rank + 1) / entrants (VOTE-5): one runaway entry does not crush the rest."""
    return _by_rank(value, rule, peers, _linear)


def _listed(rule: Conversion, place: int, entrants: int) -> Fraction:
    del entrants
    points = rule.rows("points")
    return points[place - 1][0] if place <= len(points) else rule.number("floor")


def _falling(rule: Conversion, place: int, entrants: int) -> Fraction:
    del entrants
    return max(rule.number("first") - rule.number("step") * (place - 1), rule.number("floor"))


def _linear(rule: Conversion, place: int, entrants: int) -> Fraction:
    return rule.number("full") * (entrants - place + 1) / entrants


def _by_rank(value: Fraction, rule: Conversion, peers: Peers, points: Points) -> Answer:
    found = position(value, peers.including(value), low_is_better=rule.word("better") == "low")
    ties = rule.word("ties")
    first = {"modified": found.last, "dense": found.level}.get(ties, found.first)
    places = range(first, found.last + 1) if ties == "fractional" else range(first, first + 1)
    marks = sum((points(rule, place, found.entrants) for place in places), Fraction(0)) / len(places)
    rank = Fraction(places[0] + places[-1], 2)
    return marks, {"rank": rank, "entrants": found.entrants, "ties": ties, "marks": marks}
