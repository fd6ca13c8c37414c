"""Standings are computed, never kept: from the rule set in force, the entries and the marks as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlmodel import Session

from contest.competitions.models import Event
from contest.competitions.queries import rules_in_force
from contest.core.book import Book
from contest.core.marks import EntryInput, Mark
from contest.core.ruleset import RuleSet
from contest.core.scoring import Result, evaluate
from contest.entries.models import Entry
from contest.entries.queries import entries_of
from contest.judging.queries import marks_since, panels_of
from contest.standings import inputs


@dataclass(frozen=True)
class Computation:
    """One evaluation of an event: what went in, and the result. `by_code` finds an entry by its code.

    `seen`: the newest revision of a mark in `book`; `book` may hold marks of withdrawn entries, `marks` never does.
    """

    rules: RuleSet
    entries: Sequence[Entry]
    entry_inputs: Sequence[EntryInput]
    book: Book
    panels: Mapping[str, Sequence[str]]
    result: Result
    seen: int = 0
    by_code: Mapping[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {inputs.code_of(entry): entry for entry in self.entries})

    @cached_property
    def marks(self) -> Sequence[Mark]:
        """The marks that were computed with."""
        known = {entry.code for entry in self.entry_inputs}
        return [mark for mark in self.book.marks() if mark.entry in known]


def compute(session: Session, event: Event, earlier: Computation | None = None) -> Computation:
    """Scores and ranks `event` from its present marks; ConflictError while no rule set is adopted.

    With an `earlier` computation of the event only the marks made since are read, and only the entries that changed
    are scored again. Marks of withdrawn entries stay in the ledger and count for nobody.
    """
    rules = rules_in_force(session, event)
    if earlier is not None and earlier.rules != rules:
        earlier = None
    entries = _in_order(entries_of(session, event), rules)
    entry_inputs = inputs.entry_inputs(session, event, rules, entries)
    marks, seen = marks_since(session, event, earlier.seen if earlier else 0)
    book = earlier.book.put(marks) if earlier else Book.of(rules, ()).put(marks)
    panels = panels_of(session, event)
    result = evaluate(rules, entry_inputs, book, panels, earlier.result if earlier else None)
    return Computation(rules, entries, entry_inputs, book, panels, result, seen)


def _in_order(entries: Sequence[Entry], rules: RuleSet) -> Sequence[Entry]:
    """By number; of a blind event by code: who is unranked or tied keeps this order on boards and in previews, and
    codes in the order of the start list would tell whose they are.
    """
    return sorted(entries, key=inputs.code_of) if rules.blind else entries
