"""Gathers the rows of one event into the entries and marks that the core takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from contest.calculator.columns import DISQUALIFIED, DRAW
from contest.calculator.faults import Fault
from contest.calculator.rows import MarkRow
from contest.core.marks import EntryInput, Mark, Place, normalise_number, parse_decimal
from contest.core.ruleset import RuleSet

_VETO = {"1": True, "yes": True, "是": True, "0": False, "no": False, "否": False}


@dataclass(frozen=True, slots=True)
class EventMarks:
    """Input of one evaluation, and how people call its entries (code -> name, unit)."""

    entries: tuple[EntryInput, ...]
    marks: tuple[Mark, ...]
    labels: dict[str, tuple[str, str]]


@dataclass(slots=True)
class _Entry:
    factors: dict[Place, tuple[Decimal, int]] = field(default_factory=dict)
    places: set[Place] = field(default_factory=set)
    measures: dict[str, Decimal] = field(default_factory=dict)
    vetoes: list[str] = field(default_factory=list)
    draw: int | None = None
    disqualified: str = ""
    name: str = ""
    unit: str = ""


class EventBuilder:
    """Takes the rows of one event one by one; raises Fault for a row that contradicts an earlier one."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._vetoes = {veto.id for veto in rules.vetoes}
        self._entries: dict[str, _Entry] = {}
        self._marks: list[Mark] = []
        self._rows: dict[tuple[str, ...], int] = {}

    def add(self, row: MarkRow) -> None:
        """Take a row."""
        entry = self._entries.setdefault(row.entry, _Entry())
        entry.name, entry.unit = entry.name or row.name, entry.unit or row.unit
        if row.stage is None or row.aspect is None:
            self._once(row, (row.entry, row.subject))
            self._add_about(entry, row)
            return
        self._once(row, (row.entry, row.stage.id, row.period, row.aspect.id, str(row.repetition), row.judge))
        place = (row.stage.id, row.aspect.id, row.repetition)
        entry.places.add(place)
        if row.factor is not None:
            known, first = entry.factors.setdefault(place, (row.factor, row.number))
            if known != row.factor:
                raise Fault("factor", "factor_differs", {"first": first})
        self._marks.append(
            Mark(row.stage.id, row.period, row.entry, row.aspect.id, row.repetition, row.judge, row.units, row.state)
        )

    def _once(self, row: MarkRow, key: tuple[str, ...]) -> None:
        first = self._rows.setdefault(key, row.number)
        if first != row.number:
            raise Fault("", "duplicate_row", {"first": first})

    def _add_about(self, entry: _Entry, row: MarkRow) -> None:
        if row.subject in self._vetoes:
            if row.text.lower() not in _VETO:
                raise Fault("value", "bad_veto", {"value": row.text})
            entry.vetoes += [row.subject] if _VETO[row.text.lower()] else []
        elif row.subject == DRAW:
            lot = normalise_number(row.text)
            if not (lot.isascii() and lot.isdigit()):
                raise Fault("value", "bad_lot", {"value": row.text})
            entry.draw = int(lot)
        elif row.subject == DISQUALIFIED:
            entry.disqualified = row.text or DISQUALIFIED
        else:
            measure = parse_decimal(row.text)
            if measure is None:
                raise Fault("value", "bad_measure", {"value": row.text})
            entry.measures[row.subject] = measure

    def build(self) -> EventMarks:
        """Give what was gathered, entries in the order of their first row."""
        entries = tuple(
            EntryInput(
                code=code,
                factors={place: factor for place, (factor, _) in entry.factors.items()},
                vetoes=tuple(entry.vetoes),
                measures=entry.measures,
                expected=frozenset(self._expected(entry)),
                draw=entry.draw,
                disqualified=entry.disqualified,
            )
            for code, entry in self._entries.items()
        )
        labels = {code: (entry.name, entry.unit) for code, entry in self._entries.items()}
        return EventMarks(entries, tuple(self._marks), labels)

    def _expected(self, entry: _Entry) -> Iterator[Place]:
        """The whole rubric; of an aspect whose repetitions vary, those the entry has rows for.

        Without any row of it everything is expected: an entry that never came is not complete.
        """
        for stage in self._rules.stages:
            for aspect in stage.aspects():
                everything = [(stage.id, aspect.id, number) for number in range(1, aspect.repetitions + 1)]
                own = [place for place in everything if place in entry.places]
                yield from own if aspect.repetitions_vary and own else everything
