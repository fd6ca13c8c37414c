"""The common methods for whole events at once: exact integers, either one row in plain Python or columns in numpy.

`scoring.evaluate` defines every number. A `Plan` gives the same totals for entries whose panels are complete, where a
rule set uses nothing but sums, means, trimmed means, weights and rounding; `plan_for` answers None for all others,
also for any field that it does not know. Every value of a node has one fixed denominator, so that only integers move.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contest.core.rubric import Aspect, Criterion, Factor, Method, Rounding
from contest.core.ruleset import RuleSet, TotalRounding
from contest.core.stage_rules import Panel, Period, Stage

Units = NDArray[np.int64]
_LARGEST = 2**62  # what an intermediate of the array path may reach
_METHODS = frozenset({"mean", "trimmed_mean", "sum", "trimmed_sum"})


@dataclass(frozen=True, slots=True)
class Node:
    """A sum of parts (node, multiplier) or, without parts, the kept marks of a column; over one denominator.

    `bound`: the largest numerator. `rounding`: places and mode applied to the sum; the denominator is then its power.
    """

    denominator: int
    bound: int
    parts: tuple[tuple[Node, int], ...] = ()
    column: int = -1
    drop_low: int = 0
    drop_high: int = 0
    before: int = 1
    rounding: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How to reach the totals of a rule set from its columns (stage, period, aspect, repetition)."""

    columns: tuple[tuple[str, str, str, int], ...]
    limits: tuple[int, ...]
    root: Node

    def total(self, row: Sequence[Sequence[int]]) -> Fraction:
        """The total of one entry from its marks per column, in units of 10^-decimals, every judge's."""
        return Fraction(_value(self.root, row, _kept_of_list), self.root.denominator)

    def totals(self, units: Sequence[Units]) -> Units:
        """Numerators over `denominator` of all entries; units: per column an array judges x entries.

        Raises ValueError for a mark beyond the limits of its aspect: the arrays might overflow.
        """
        if any(int(np.abs(column).max(initial=0)) > limit for column, limit in zip(units, self.limits, strict=True)):
            raise ValueError("a mark lies beyond the limits of its aspect")
        found: Units = _value(self.root, units, _kept_of_array)
        return found

    @property
    def denominator(self) -> int:
        """The denominator of all totals."""
        return self.root.denominator


def _value(node: Node, columns: Sequence[Any], kept: Callable[[Any, int, int], Any]) -> Any:
    """The numerator of a node: the same integer operations on Python's integers and on arrays."""
    if node.parts:
        value = sum(_value(part, columns, kept) * multiplier for part, multiplier in node.parts)
    else:
        value = kept(columns[node.column], node.drop_low, node.drop_high)
    return value if node.rounding is None else _rounded(value, node.before, *node.rounding)


def _kept_of_list(units: Sequence[int], low: int, high: int) -> int:
    return sum(sorted(units)[low : len(units) - high]) if low or high else sum(units)


def _kept_of_array(units: Units, low: int, high: int) -> Units:
    if low <= 1 and high <= 1:
        total: Units = units.sum(axis=0)
        total = total - units.min(axis=0) if low else total
        return total - units.max(axis=0) if high else total
    found: Units = np.sort(units, axis=0)[low : len(units) - high].sum(axis=0)
    return found


def _rounded(value: Any, denominator: int, places: int, mode: str) -> Any:
    """Whole units of 10^-places; the modes of numbers.round_units, in operations that arrays know too."""
    whole, rest = divmod(abs(value) * 10**places, denominator)
    twice = 2 * rest - denominator
    match mode:
        case "half_up":
            more = twice >= 0
        case "half_down":
            more = twice > 0
        case "half_even":
            more = (twice > 0) | ((twice == 0) & (whole % 2 == 1))
        case "down":
            more = 0
        case _:
            more = rest > 0
    return (whole + more) * (1 - 2 * (value < 0))


def plan_for(rules: RuleSet, judges: Mapping[str, int]) -> Plan | None:
    """The plan of a rule set for panels of so many judges per stage; None where only the pure path serves."""
    try:
        builder = _Builder(judges)
        root = builder.total(rules)
    except _UnsupportedError:
        return None
    return Plan(tuple(builder.columns), tuple(builder.limits), root)


class _UnsupportedError(Exception):
    """A rule that the kernel does not know."""


def _need(known: bool) -> None:
    if not known:
        raise _UnsupportedError


class _Builder:
    """Turns a rule set into nodes and lists the columns on its way."""

    def __init__(self, judges: Mapping[str, int]) -> None:
        self.judges = judges
        self.columns: list[tuple[str, str, str, int]] = []
        self.limits: list[int] = []

    def total(self, rules: RuleSet) -> Node:
        _need(rules.rounding is None or not rules.rounding.parts)
        _need(rules.combine in {"sum", "weighted"} and rules.rank_within == "event")
        parts = [(self.stage(stage), Fraction(stage.weight)) for stage in rules.stages]
        return _sum(parts, rules.rounding)

    def stage(self, stage: Stage) -> Node:
        known = Stage(stage.id, stage.title, stage.rubric, weight=stage.weight, rounding=stage.rounding)
        panel = Panel(min_judges=stage.panel.min_judges, method=stage.panel.method)
        known = replace(known, panel=panel, periods=stage.periods, accumulate=stage.accumulate)
        _need(replace(known, sections=stage.sections) == stage and stage.accumulate in {"sum", "weighted", "mean"})
        _need(all(period == Period(period.id, period.title, period.weight) for period in stage.periods))
        share = Fraction(1, len(stage.periods)) if stage.accumulate == "mean" else Fraction(1)
        weights = [share if stage.accumulate == "mean" else Fraction(period.weight) for period in stage.periods]
        periods = [
            _sum([(self.child(stage, period.id, child), Fraction(child.weight)) for child in stage.rubric])
            for period in stage.periods
        ]
        return _sum(list(zip(periods, weights, strict=True)), stage.rounding)

    def child(self, stage: Stage, period: str, child: Criterion | Aspect) -> Node:
        if isinstance(child, Criterion):
            return self.criterion(stage, period, child)
        return self.aspect(stage, period, child)

    def criterion(self, stage: Stage, period: str, criterion: Criterion) -> Node:
        plain = Criterion(criterion.id, criterion.title, criterion.children, criterion.weight, criterion.declared_max)
        _need(replace(plain, rounding=criterion.rounding) == criterion)
        parts = [(self.child(stage, period, child), Fraction(child.weight)) for child in criterion.children]
        return _sum(parts, criterion.rounding)

    def aspect(self, stage: Stage, period: str, aspect: Aspect) -> Node:
        method = aspect.method
        plain = Method(
            method.name, method.drop_high, method.drop_low, method.min_scores, method.rounding, missing=method.missing
        )
        known = Aspect(
            aspect.id, aspect.title, aspect.kind, aspect.max, aspect.min, aspect.decimals, aspect.step, aspect.weight,
            aspect.repetitions, method=method, factor=Factor(constant=aspect.factor.constant), measure=aspect.measure,
            levels=aspect.levels, standard_section=aspect.standard_section, note=aspect.note,
            required=aspect.required, rounding=aspect.rounding,
        )  # fmt: skip
        _need(known == aspect and plain == method and method.name in _METHODS)
        _need(aspect.kind in {"judged", "deduction"} and self.judges[stage.id] >= method.min_scores)
        one = Fraction(aspect.factor.constant) * (-1 if aspect.deducts() else 1)
        leaves = [(self.leaf(stage, period, aspect, n), one) for n in range(1, aspect.repetitions + 1)]
        return _sum(leaves, aspect.rounding)

    def leaf(self, stage: Stage, period: str, aspect: Aspect, repetition: int) -> Node:
        method, judges = aspect.method, self.judges[stage.id]
        self.columns.append((stage.id, period, aspect.id, repetition))
        kept = judges - method.drop_low - method.drop_high
        _need(kept > 0)
        limit = int(max(abs(aspect.max), abs(aspect.min)).scaleb(aspect.decimals))
        self.limits.append(limit)
        denominator = 10**aspect.decimals * (kept if method.name.endswith("mean") else 1)
        low, high = method.drop_low, method.drop_high
        node = Node(denominator, limit * judges, (), len(self.columns) - 1, low, high, denominator)
        return _with_rounding(node, method.rounding)


def _sum(parts: Sequence[tuple[Node, Fraction]], rounding: Rounding | TotalRounding | None = None) -> Node:
    """The weighted sum of nodes over their common denominator."""
    common = lcm(*(node.denominator * weight.denominator for node, weight in parts))
    scaled = [(node, int(common // node.denominator * weight)) for node, weight in parts]
    bound = sum(node.bound * abs(multiplier) for node, multiplier in scaled)
    return _with_rounding(Node(common, bound, tuple(scaled), before=common), rounding)


def _with_rounding(node: Node, rounding: Rounding | TotalRounding | None) -> Node:
    _need(node.bound < _LARGEST)
    if rounding is None:
        return node
    power = 10**rounding.places
    _need(2 * (node.bound * power + node.denominator) < _LARGEST)
    bound = node.bound * power // node.denominator + 1
    return replace(node, denominator=power, bound=bound, rounding=(rounding.places, rounding.mode))


class Ranking:
    """Ranks of an event that follow one changed total in the time of a search and a shift, not of a sort.

    Equal totals share their rank: a tie chain is the pure path's.
    """

    def __init__(self, totals: Mapping[str, int]) -> None:
        self._totals = dict(totals)
        self._order = sorted((-total, code) for code, total in totals.items())

    def change(self, code: str, total: int) -> None:
        """Put an entry where its new total belongs; KeyError for an unknown code."""
        del self._order[bisect_left(self._order, (-self._totals[code], code))]
        place = (-total, code)
        self._order.insert(bisect_left(self._order, place), place)
        self._totals[code] = total

    def ranks(self) -> dict[str, int]:
        """Standard competition ranks (1224) of all, best first."""
        found: dict[str, int] = {}
        before, rank = None, 0
        for position, (key, code) in enumerate(self._order, start=1):
            if key != before:
                before, rank = key, position
            found[code] = rank
        return found
