"""Judges' places: sums to places, and places to one value by Borda or by the skating system (docs/rule-set.md)."""

from __future__ import annotations

from fractions import Fraction

Places = dict[str, list[Fraction]]
"""Entry -> its place with every judge, judges in one order for all."""


def places_of(sums: dict[str, Fraction], *, is_desc: bool) -> dict[str, Fraction]:
    """One judge's places of the entries; equal sums share the mean of their places."""
    found = {}
    for code, own in sums.items():
        better = sum(other > own if is_desc else other < own for other in sums.values())
        equal = sum(other == own for other in sums.values())
        found[code] = better + Fraction(equal + 1, 2)
    return found


def borda(places: Places) -> dict[str, Fraction]:
    """The sum over the judges of n - place."""
    n = len(places)
    return {code: sum((n - place for place in own), Fraction(0)) for code, own in places.items()}


def skating(places: Places) -> dict[str, Fraction]:
    """The value n + 1 - place, the place by majority."""
    n, open_ones, placed = len(places), list(places), 0
    values: dict[str, Fraction] = {}
    for column in range(1, n + 1):
        majority = [code for code in open_ones if 2 * _count(places[code], column) > len(places[code])]
        for group in _split(places, majority, column):
            place = placed + Fraction(len(group) + 1, 2)
            values |= dict.fromkeys(group, n + 1 - place)
            placed += len(group)
        open_ones = [code for code in open_ones if code not in majority]
    return values


def _count(own: list[Fraction], column: int) -> int:
    return sum(place <= column for place in own)


def _sum(own: list[Fraction], column: int) -> Fraction:
    return sum((place for place in own if place <= column), Fraction(0))


def _split(places: Places, codes: list[str], column: int) -> list[list[str]]:
    """The codes best first, in groups that no column from this one on separates."""
    if len(codes) < 2 or column > len(places):  # noqa: PLR2004 (one alone needs no column)
        return [codes] if codes else []
    keys = {code: (-_count(places[code], column), _sum(places[code], column)) for code in codes}
    groups: list[list[str]] = []
    for key in sorted(set(keys.values())):
        equal = [code for code in codes if keys[code] == key]
        groups += _split(places, equal, column + 1)
    return groups
