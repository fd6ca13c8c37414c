"""A stage's marks as a table of gaps: how far each judge stands from the mean of the panel, exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from contest.core.marks import NOT_PERFORMED, RECUSED, SCORED, Mark
from contest.core.ruleset import Aspect, Stage

Performance = tuple[str, str, int]
"""Entry, period, repetition: what a judge sees at one go (a dive, a talk)."""
Place = tuple[str, str, str, int]
"""Entry, period, aspect, repetition: what one panel marks."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One mark: `share` of the aspect's range (0 lowest, 1 highest), `weight` = marks that the range is worth."""

    judge: str
    place: Place
    share: Fraction
    weight: Fraction
    units: int


@dataclass(frozen=True, slots=True)
class Panel:
    """The judged marks of one stage. `scale` turns shares into what `unit` says: marks or per cent of the range."""

    stage: Stage
    aspects: Mapping[str, Aspect]
    judges: tuple[str, ...]
    readings: tuple[Reading, ...]
    recused: Mapping[str, int]
    not_performed: int
    left_out: int
    unit: str
    scale: Fraction

    def places(self) -> dict[Place, list[Reading]]:
        """The marks of a panel that lie together."""
        found: dict[Place, list[Reading]] = defaultdict(list)
        for reading in self.readings:
            found[reading.place].append(reading)
        return found


def judged_aspects(stage: Stage) -> dict[str, Aspect]:
    """What judges award independently: neither measured nor agreed values, nor deductions and bonuses."""
    return {
        aspect.id: aspect
        for aspect in stage.aspects()
        if aspect.kind in {"judged", "judgement"} and aspect.sheet == "judge" and aspect.method.name != "agreed"
    }


def read_panel(
    stage: Stage, judges: Sequence[str], marks: Iterable[Mark], kept: Mapping[str, frozenset[str]],
    field: frozenset[str] | None = None,
) -> Panel:  # fmt: skip
    """The panel of a stage from the event's marks. `kept`: entry -> judges of this stage that are recused from it.

    field: who takes part in the stage (None: everybody); marks of others do not count, so they say nothing here either.
    """
    aspects = judged_aspects(stage)
    readings: list[Reading] = []
    here = [codes for entry, codes in kept.items() if field is None or entry in field]
    recused = {judge: sum(judge in codes for codes in here) for judge in judges}
    absent = left_out = 0
    for mark in marks:
        if mark.stage != stage.id or (field is not None and mark.entry not in field):
            continue
        if mark.aspect not in aspects:
            left_out += 1
        elif mark.state == SCORED and mark.judge not in kept.get(mark.entry, frozenset()):
            readings.append(_reading(aspects[mark.aspect], mark))
        elif mark.state == NOT_PERFORMED:
            absent += 1
        elif mark.state == RECUSED and mark.judge not in kept.get(mark.entry, frozenset()):
            recused[mark.judge] = recused.get(mark.judge, 0) + 1
    heard = {reading.judge for reading in readings}
    order = [*judges, *sorted(heard - set(judges))]
    unit, scale = _scale(aspects.values())
    codes = tuple(judge for judge in order if judge in heard)
    return Panel(stage, aspects, codes, tuple(readings), recused, absent, left_out, unit, scale)


def _reading(aspect: Aspect, mark: Mark) -> Reading:
    low, high = (Fraction(bound or 0) for bound in aspect.mark_bounds())
    value = Fraction(mark.units or 0, 10**aspect.decimals)
    span = high - low or Fraction(1)
    place = (mark.entry, mark.period, mark.aspect, mark.repetition)
    worth = Fraction(aspect.max - aspect.min) * Fraction(aspect.weight)
    return Reading(mark.judge, place, (value - low) / span, worth or Fraction(1), mark.units or 0)


def _scale(aspects: Iterable[Aspect]) -> tuple[str, Fraction]:
    """Marks where every aspect has the same range, per cent of the range where they differ."""
    spans = {Fraction(high or 0) - Fraction(low or 0) for low, high in (item.mark_bounds() for item in aspects)}
    return ("marks", spans.pop()) if len(spans) == 1 else ("percent", Fraction(100))


Gaps = Mapping[str, Mapping[Performance, Fraction]]


def gaps_of(panel: Panel) -> Gaps:
    """Judge -> performance -> how far above the panel's mean, as a share of the range.

    The discrepancy of Emerson, Seltzer and Lin (2009): a judge's mark less the mean of all marks of the same thing;
    over several aspects their mean, weighted by what they are worth. What only one judge marked says nothing.
    """
    parts: dict[str, dict[Performance, list[tuple[Fraction, Fraction]]]] = {judge: {} for judge in panel.judges}
    for (entry, period, _, repetition), readings in panel.places().items():
        if len(readings) > 1:
            mean = sum((reading.share for reading in readings), Fraction(0)) / len(readings)
            for reading in readings:
                found = parts[reading.judge].setdefault((entry, period, repetition), [])
                found.append((reading.share - mean, reading.weight))
    return {judge: {key: _weighted(found) for key, found in own.items()} for judge, own in parts.items()}


def _weighted(parts: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    return sum((gap * weight for gap, weight in parts), Fraction(0)) / sum(weight for _, weight in parts)


@dataclass(frozen=True, slots=True)
class Unit:
    """An entry's marks by one and the same judges, each judge's as a share of what these aspects are worth."""

    entry: str
    values: Mapping[str, Fraction]


def units_of(panel: Panel) -> list[Unit]:
    """Entries as judges compared them. Where the judges of an entry change, each group of judges is a unit."""
    together: dict[tuple[str, frozenset[str]], list[list[Reading]]] = defaultdict(list)
    for place, readings in panel.places().items():
        together[place[0], frozenset(reading.judge for reading in readings)].append(readings)
    found = []
    for (entry, judges), places in together.items():
        worth = sum((readings[0].weight for readings in places), Fraction(0))
        sums = dict.fromkeys(judges, Fraction(0))
        for readings in places:
            for reading in readings:
                sums[reading.judge] += reading.share * (reading.weight)
        found.append(Unit(entry, {judge: value / worth for judge, value in sums.items()}))
    return found


def largest_block(units: Sequence[Unit]) -> tuple[tuple[str, ...], list[list[Fraction]]]:
    """The judges who marked most entries together, and their full table: a row per entry, a column per judge."""
    groups: dict[tuple[str, ...], list[Unit]] = defaultdict(list)
    for unit in units:
        if len(unit.values) > 1:
            groups[tuple(sorted(unit.values))].append(unit)
    if not groups:
        return (), []
    judges = max(groups, key=lambda codes: (len(groups[codes]), len(codes), codes))
    return judges, [[unit.values[judge] for judge in judges] for unit in groups[judges]]
