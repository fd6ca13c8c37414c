"""Tables over several results: a yearly series (擂台积分), an all-round rank (全能), a team from its members (团体).

All three are the same sum: items (results in events or rounds, of one or several members) bring points to a unit
(person, team or organization), the best members of a source and the best sources count, and the units are ranked. The
rule is a small document of its own (docs/rule-set.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from contest.core import ranking
from contest.core.numbers import exact_decimal, fraction, round_decimal, round_fraction
from contest.core.problems import CoreError
from contest.core.series_rules import SeriesRule, SeriesTie

_DISPLAY_PLACES = 6


@dataclass(frozen=True, slots=True)
class Item:
    """What one result brings: the unit it counts for, its source (event or round), and what it was.

    member: whose it is, where a unit has several in one source. rank: as published, None if unranked. total: the
    published total. awards: ids of its awards.
    """

    unit: str
    source: str
    rank: Fraction | None = None
    total: Decimal | None = None
    awards: tuple[str, ...] = ()
    measures: Mapping[str, Decimal] = field(default_factory=dict)
    member: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One item with its points, and whether it is among the members that count in its source."""

    item: Item
    points: Fraction
    counts: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """One source of a unit: its points before and after the weight, and whether it is among those that count.

    short: so many members are missing, and it brings nothing.
    """

    source: str
    parts: tuple[Part, ...]
    points: Fraction
    weighted: Fraction
    counts: bool
    short: int = 0

    @property
    def counting(self) -> list[Item]:
        """The items that bring its points."""
        return [part.item for part in self.parts if part.counts]


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One unit. rank: None with fewer sources than the rule asks for (`missing`: how many are missing)."""

    unit: str
    rank: str | None
    total: Fraction | None
    published: Decimal | None
    items: tuple[Counted, ...]
    missing: int = 0
    tied: bool = False
    decided_by: ranking.Decision | None = None


def rank_series(rule: SeriesRule, items: Sequence[Item]) -> list[SeriesRow]:
    """Rank the units: those with enough sources by total and tie chain, then the others by name.

    Raises CoreError `duplicate_item` if a member counts twice for one unit in a source, `unknown_source` for a source
    that the rule's list does not have, `rank_not_whole` for ranks of the fractional style (points of ranks need 1224).
    """
    units = _by_unit(rule, items)
    shared = _shared_points(rule, items)
    tables = {unit: _counted(rule, own, shared) for unit, own in sorted(units.items())}
    missing = {unit: max(0, rule.min_items - sum(not row.short for row in table)) for unit, table in tables.items()}
    totals = {unit: _total(rule, table) for unit, table in tables.items()}
    full = [unit for unit in tables if not missing[unit] and totals[unit] is not None]
    found = ranking.order(full, ranking.Key("total", "", totals.__getitem__), _chain(rule, tables))
    numbered = ranking.number_groups([len(group) for group in found.groups], rule.ranking)
    rows = [
        SeriesRow(unit, rank, totals[unit], _published(rule, totals[unit]), tables[unit], tied=len(group) > 1,
                  decided_by=found.decisions.get(unit))
        for group, texts in zip(found.groups, numbered, strict=True)
        for unit, rank in zip(group, texts, strict=True)
    ]  # fmt: skip
    rest = [unit for unit in tables if unit not in full]
    return rows + [SeriesRow(unit, None, None, None, tables[unit], missing[unit]) for unit in rest]


def _by_unit(rule: SeriesRule, items: Sequence[Item]) -> dict[str, list[Item]]:
    known = {source for source, _ in rule.sources}
    units: dict[str, list[Item]] = {}
    for item in items:
        if known and item.source not in known:
            raise CoreError("unknown_source", ref=item.source)
        own = units.setdefault(item.unit, [])
        if any((other.source, other.member) == (item.source, item.member) for other in own):
            raise CoreError("duplicate_item", unit=item.unit, source=item.source)
        own.append(item)
    return units


def _shared_points(rule: SeriesRule, items: Sequence[Item]) -> dict[tuple[str, Fraction], Fraction]:
    """Points of a (source, rank) where tied ranks share the points of the places they take together."""
    tied: dict[tuple[str, Fraction], int] = {}
    for item in items:
        if item.rank is not None:
            if item.rank.denominator != 1:
                raise CoreError("rank_not_whole", unit=item.unit, source=item.source)
            tied[item.source, item.rank] = tied.get((item.source, item.rank), 0) + 1
    if rule.by != "rank" or rule.tied_points == "each":
        return {}
    return {
        (source, rank): sum((_of_place(rule, int(rank) + step) for step in range(count)), Fraction(0)) / count
        for (source, rank), count in tied.items()
    }


def _of_place(rule: SeriesRule, place: int) -> Fraction:
    return fraction(rule.table[place - 1]) if 1 <= place <= len(rule.table) else fraction(rule.rest)


def _points(rule: SeriesRule, item: Item, shared: Mapping[tuple[str, Fraction], Fraction]) -> Fraction | None:
    """The points of one item; None if it brings nothing that could count (no total, no rank)."""
    if rule.by == "total":
        return None if item.total is None else Fraction(item.total)
    if rule.by == "award":
        points = dict(rule.award_points)
        return max((fraction(points[name]) for name in item.awards if name in points), default=fraction(rule.rest))
    if item.rank is None:
        return None
    return shared.get((item.source, item.rank), _of_place(rule, int(item.rank)))


def _counted(
    rule: SeriesRule, own: Sequence[Item], shared: Mapping[tuple[str, Fraction], Fraction]
) -> tuple[Counted, ...]:
    """The sources that bring points, best first; of equal ones by name; those short of members come last."""
    weights = {source: fraction(weight) for source, weight in rule.sources}
    worth = [(item, points) for item in own if (points := _points(rule, item, shared)) is not None]
    found = []
    for source in {item.source: None for item, _ in worth}:
        parts = _parts(rule, [(item, points) for item, points in worth if item.source == source])
        points = sum((part.points for part in parts if part.counts), Fraction(0))
        short = max(0, rule.min_members - len(parts))
        found.append(Counted(source, parts, points, points * weights.get(source, Fraction(1)), not short, short))
    found.sort(key=lambda row: (bool(row.short), -row.weighted, row.source))
    best = len(found) if rule.best is None else rule.best
    return tuple(row if index < best else replace(row, counts=False) for index, row in enumerate(found))


def _parts(rule: SeriesRule, worth: Sequence[tuple[Item, Fraction]]) -> tuple[Part, ...]:
    """The members of one source, best first; of equal ones by name."""
    best = len(worth) if rule.members is None else rule.members
    ordered = sorted(worth, key=lambda pair: (-pair[1], pair[0].member))
    return tuple(Part(item, points, index < best) for index, (item, points) in enumerate(ordered))


def _total(rule: SeriesRule, table: Sequence[Counted]) -> Fraction | None:
    values = [row.weighted for row in table if row.counts]
    if not values:
        return None
    total = sum(values, Fraction(0)) / (len(values) if rule.combine == "mean" else 1)
    rounding = rule.rounding
    return total if rounding is None else round_fraction(total, rounding.places, rounding.mode)


def _published(rule: SeriesRule, total: Fraction | None) -> Decimal | None:
    if total is None:
        return None
    if rule.rounding is not None:
        return round_decimal(total, rule.rounding.places)
    exact = exact_decimal(total)
    return round_decimal(total, _DISPLAY_PLACES) if exact is None else exact


def _chain(rule: SeriesRule, tables: Mapping[str, Sequence[Counted]]) -> list[ranking.Key]:
    def key(tie: SeriesTie) -> ranking.Key:
        return ranking.Key(tie.by, tie.ref, lambda unit: _tie_value(tie, tables[unit]), tie.direction == "asc")

    return [key(tie) for tie in rule.ties]


def _tie_value(tie: SeriesTie, table: Sequence[Counted]) -> Fraction | None:
    """What a step of the chain compares; only items that count are looked at."""
    counted = [row for row in table if row.counts]
    items = [item for row in counted for item in row.counting]
    match tie.by:
        case "best":  # the best single source
            return max((row.weighted for row in counted), default=None)
        case "places":  # how often this rank was reached
            return Fraction(sum(1 for item in items if item.rank == Fraction(tie.ref)))
        case "source":  # the points of one event
            return next((row.weighted for row in counted if row.source == tie.ref), None)
        case _:  # the sum of a measure, such as time
            values = [item.measures.get(tie.ref) for item in items]
            known = [Fraction(value) for value in values if value is not None]
            return sum(known, Fraction(0)) if len(known) == len(values) else None
