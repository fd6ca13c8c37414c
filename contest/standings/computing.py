"""Standings are computed, never kept: from the rule set in force, the entries and the marks as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from contest.competitions.models import Event
from contest.competitions.queries import rules_in_force
from contest.core.marks import EntryInput, Mark
from contest.core.ruleset import RuleSet
from contest.core.scoring import Result, evaluate
from contest.entries.models import Entry
from contest.entries.queries import entries_of
from contest.judging.queries import marks_of, panels_of
from contest.standings import inputs


@dataclass(frozen=True, slots=True)
class Computation:
    """One evaluation of an event: what went in, and the result. `by_code` finds an entry by its code."""

    rules: RuleSet
    entries: Sequence[Entry]
    entry_inputs: Sequence[EntryInput]
    marks: Sequence[Mark]
    panels: Mapping[str, Sequence[str]]
    result: Result
    by_code: Mapping[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {inputs.code_of(entry): entry for entry in self.entries})


def compute(session: Session, event: Event, earlier: Computation | None = None) -> Computation:
    """Scores and ranks `event` from its present marks; ConflictError while no rule set is adopted.

    With an `earlier` computation of the event only the entries that changed are scored again.
    Marks of withdrawn entries stay in the ledger and count for nobody.
    """
    rules = rules_in_force(session, event)
    entries = _in_order(entries_of(session, event), rules)
    entry_inputs = inputs.entry_inputs(session, event, rules, entries)
    known = {entry.code for entry in entry_inputs}
    marks = [mark for mark in marks_of(session, event) if mark.entry in known]
    panels = panels_of(session, event)
    result = evaluate(rules, entry_inputs, marks, panels, earlier.result if earlier else None)
    return Computation(rules, entries, entry_inputs, marks, panels, result)


def _in_order(entries: Sequence[Entry], rules: RuleSet) -> Sequence[Entry]:
    """By number; of a blind event by code: who is unranked or tied keeps this order on boards and in previews, and
    codes in the order of the start list would tell whose they are.
    """
    return sorted(entries, key=inputs.code_of) if rules.blind else entries
