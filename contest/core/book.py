"""The marks of an event by entry and place, so that one changed mark does not sort all others anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contest.core.marks import MARK_STATES, MISSING, SCORED, Mark
from contest.core.panel import Key
from contest.core.problems import CoreError
from contest.core.ruleset import RuleSet

Marks = Mapping[Key, Sequence[Mark]]
_NO_MARKS: Marks = {}


@dataclass(frozen=True, slots=True)
class Book:
    """Immutable: a changed book shares the marks of all other entries with the one before.

    It may hold marks of entries that compete no more; they count for nobody.
    """

    rules: RuleSet
    _entries: Mapping[str, Marks]

    @staticmethod
    def of(rules: RuleSet, marks: Iterable[Mark]) -> Book:
        """Put marks together; CoreError `unknown_place`, `duplicate_mark` or `mark_without_value`."""
        repetitions = _repetitions(rules)
        grouped: dict[str, dict[Key, dict[str, Mark]]] = {}
        for mark in marks:
            _check(repetitions, mark)
            key = (mark.stage, mark.period, mark.aspect, mark.repetition)
            panel = grouped.setdefault(mark.entry, {}).setdefault(key, {})
            if mark.judge in panel:
                raise CoreError("duplicate_mark", entry=mark.entry, aspect=mark.aspect, judge=mark.judge)
            panel[mark.judge] = mark
        return Book(rules, {code: _listed(own) for code, own in grouped.items()})

    def put(self, marks: Iterable[Mark]) -> Book:
        """The book with these marks in the place of what the same judges gave there; missing ones are taken out."""
        repetitions = _repetitions(self.rules)
        changed: dict[str, dict[Key, dict[str, Mark]]] = {}
        for mark in marks:
            _check(repetitions, mark)
            if mark.entry not in changed:
                before = self.of_entry(mark.entry).items()
                changed[mark.entry] = {key: {one.judge: one for one in panel} for key, panel in before}
            panel = changed[mark.entry].setdefault((mark.stage, mark.period, mark.aspect, mark.repetition), {})
            if mark.state == MISSING:
                panel.pop(mark.judge, None)
            else:
                panel[mark.judge] = mark
        return Book(self.rules, {**self._entries, **{code: _listed(own) for code, own in changed.items()}})

    def of_entry(self, code: str) -> Marks:
        """The marks of one entry by place; none for an unknown one."""
        return self._entries.get(code, _NO_MARKS)

    def marks(self) -> list[Mark]:
        """All of them, entry by entry."""
        return [mark for own in self._entries.values() for panel in own.values() for mark in panel]

    def codes(self) -> frozenset[str]:
        """The entries that have marks."""
        return frozenset(code for code, own in self._entries.items() if own)


def _repetitions(rules: RuleSet) -> dict[tuple[str, str, str], int]:
    return {
        (stage.id, period.id, aspect.id): aspect.repetitions
        for stage in rules.stages
        for period in stage.periods
        for aspect in stage.aspects()
    }


def _check(repetitions: Mapping[tuple[str, str, str], int], mark: Mark) -> None:
    most = repetitions.get((mark.stage, mark.period, mark.aspect), 0)
    if not 1 <= mark.repetition <= most or mark.state not in MARK_STATES:
        raise CoreError("unknown_place", entry=mark.entry, stage=mark.stage, aspect=mark.aspect)
    if (mark.units is None) == (mark.state == SCORED):
        raise CoreError("mark_without_value", entry=mark.entry, aspect=mark.aspect)


def _listed(own: Mapping[Key, Mapping[str, Mark]]) -> Marks:
    return {key: tuple(panel.values()) for key, panel in own.items() if panel}
