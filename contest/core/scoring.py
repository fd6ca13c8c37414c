"""From a rule set, entries and marks to standings. The same entry point serves pages, files and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from contest.core import peers, stages, totals
from contest.core.advancement import Settled, settle
from contest.core.book import Book
from contest.core.comparing import own_of_all, peers_of_all
from contest.core.explanation import Explanation
from contest.core.marks import MISSING, EntryInput, Mark
from contest.core.numbers import round_decimal
from contest.core.problems import CoreError
from contest.core.ruleset import RuleSet
from contest.core.standing import DISQUALIFIED, INCOMPLETE, NO_MARKS, RANKED, STATUSES, Standing, build_standings

__all__ = [
    "DISQUALIFIED", "INCOMPLETE", "NO_MARKS", "RANKED", "STATUSES", "EntryInput", "Mark", "Result", "Standing",
    "evaluate",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """All standings of an event in published order: ranked ones first, then the others."""

    rules: RuleSet
    standings: tuple[Standing, ...]
    _inputs: _Inputs = field(repr=False)

    def standing(self, entry: str) -> Standing:
        """Find the standing of an entry; KeyError for an unknown code."""
        for standing in self.standings:
            if standing.entry == entry:
                return standing
        raise KeyError(entry)

    def admitted(self, stage_id: str) -> frozenset[str]:
        """The entries that take part in a stage: nobody whom a stage before it stopped, and no disqualified one.

        Final once the stages of `RuleSet.deciding` are: what later stages hold changes nothing in it.
        """
        order = [stage.id for stage in self.rules.stages]
        at = order.index(stage_id)
        return frozenset(
            row.entry
            for row in self.standings
            if row.status != DISQUALIFIED and (not row.reached or order.index(row.reached) >= at)
        )

    def explain(self, entry: str) -> Explanation:
        """Build the full tree of an entry down to every single mark (算分单); KeyError for an unknown code."""
        inputs = self._inputs
        marks = inputs.marks.get(entry, {})
        tree = stages.score_total(self.rules, inputs.entries[entry], marks, inputs.panels, inputs.peers_at, detail=True)
        return settle(self.rules, inputs.entries, {**inputs.trees, entry: tree}).trees[entry]

    def unchanged(self, rules: RuleSet, inputs: _Inputs) -> dict[str, Explanation]:
        """The trees of the entries whose every input is the same in `inputs`, what others changed included."""
        same = self._inputs.same(inputs) if self.rules == rules else frozenset()
        changed = peers.differing(self._inputs.peers_at, inputs.peers_at)
        trees = {code: self._inputs.trees[code] for code in same}
        if not changed:
            return trees
        return {
            code: tree
            for code, tree in trees.items()
            if not peers.touched(rules, inputs.entries[code], inputs.marks[code], changed)
        }

    def own_values(self, rules: RuleSet, inputs: _Inputs) -> Mapping[str, peers.Own]:
        """What the entries that did not change contribute to what all are compared by."""
        if not self._inputs.own or self.rules != rules:
            return {}
        same = self._inputs.same(inputs)
        return {code: own for code, own in self._inputs.own.items() if code in same}


@dataclass(frozen=True, slots=True)
class _Inputs:
    """All that trees are built from. own, peers_at: what entries contribute to comparisons, and all of it by place.

    trees: of each entry by itself, before the entries are placed and cut against each other.
    """

    entries: Mapping[str, EntryInput]
    marks: Mapping[str, totals.Marks]
    panels: peers.Panels
    own: Mapping[str, peers.Own] = field(default_factory=dict)
    peers_at: peers.PeersAt = field(default_factory=dict)
    trees: Mapping[str, Explanation] = field(default_factory=dict)

    def same(self, other: _Inputs) -> frozenset[str]:
        """The entries whose own row, marks and panels are the same in both."""
        if self.panels != other.panels:
            return frozenset()
        return frozenset(
            code
            for code, entry in self.entries.items()
            if _same(other.entries.get(code), entry) and _same(other.marks[code], self.marks[code])
        )


def _same(one: object, other: object) -> bool:
    """Equal; at once where it is the very same object, as in a book of which little changed."""
    return one is other or one == other


def evaluate(
    rules: RuleSet,
    entries: Sequence[EntryInput],
    marks: Iterable[Mark] | Book,
    panels: Mapping[str, Sequence[str]] | None = None,
    earlier: Result | None = None,
) -> Result:
    """Score and rank one event.

    panels: judges per stage; with them a judge without a row counts as missing, without them the panel is
    whoever has a row. earlier: a result of the same event; what did not change since is not computed again, and
    the answer is the same as without it. Raises CoreError `duplicate_entry`, `unknown_place`, `duplicate_mark` or
    `mark_without_value` for input that no checked source can give.
    """
    by_code = {entry.code: entry for entry in entries}
    if len(by_code) != len(entries):
        raise CoreError("duplicate_entry")
    _check_classes(rules, entries)
    own = _marks_by_entry(rules, by_code, marks)
    inputs = _compared(rules, _Inputs(by_code, own, panels or {}), earlier)
    known = earlier.unchanged(rules, inputs) if earlier else {}
    rows = [row for row in earlier.standings if row.entry in known] if earlier else []
    marked = frozenset(code for code, found in own.items() if _has_marks(found))
    inputs, settled = _settled(rules, _with_trees(rules, inputs, known))
    return Result(rules, build_standings(rules, by_code, marked, settled, rows), inputs)


def _with_trees(rules: RuleSet, inputs: _Inputs, known: Mapping[str, Explanation]) -> _Inputs:
    trees = {
        code: known.get(code)
        or stages.score_total(rules, entry, inputs.marks[code], inputs.panels, inputs.peers_at, detail=False)
        for code, entry in inputs.entries.items()
    }
    return replace(inputs, trees=trees)


def _settled(rules: RuleSet, inputs: _Inputs) -> tuple[_Inputs, Settled]:
    """Place and cut the entries. Marks of who was not admitted to a stage do not count there, for nobody: what others
    are compared by is gathered again without them, cut by cut.
    """
    settled = settle(rules, inputs.entries, inputs.trees)
    every = inputs.marks
    for _ in rules.stages if inputs.peers_at else ():
        admitted = {code: _of_stages(rules, own, settled.reached[code]) for code, own in every.items()}
        if admitted == inputs.marks:
            break
        inputs = _with_trees(rules, _compared(rules, replace(inputs, marks=admitted), None), {})
        settled = settle(rules, inputs.entries, inputs.trees)
    return inputs, settled


def _of_stages(rules: RuleSet, own: totals.Marks, count: int) -> totals.Marks:
    """The marks in the first `count` stages."""
    late = {stage.id for stage in rules.stages[count:]}
    return {key: panel for key, panel in own.items() if key[0] not in late} if late else own


def _has_marks(own: totals.Marks) -> bool:
    """Whether any mark is there: one that was taken back (`missing`) is none."""
    return any(mark.state != MISSING for panel in own.values() for mark in panel)


def _marks_by_entry(
    rules: RuleSet, entries: Mapping[str, EntryInput], marks: Iterable[Mark] | Book
) -> dict[str, totals.Marks]:
    book = marks if isinstance(marks, Book) else Book.of(rules, marks)
    if book is not marks and (strange := book.codes() - entries.keys()):
        raise CoreError("unknown_place", entry=min(strange))
    return {code: book.of_entry(code) for code in entries}


def _check_classes(rules: RuleSet, entries: Sequence[EntryInput]) -> None:
    known = {"", *(item.id for item in rules.classes)}
    for entry in entries:
        if entry.class_id not in known:
            raise CoreError("unknown_class", entry=entry.code, ref=entry.class_id)


def _compared(rules: RuleSet, inputs: _Inputs, earlier: Result | None) -> _Inputs:
    """Gather what entries are compared by, where the rules compare at all."""
    known = earlier.own_values(rules, inputs) if earlier else {}
    own = own_of_all(rules, inputs.entries, inputs.marks, inputs.panels, known)
    return replace(inputs, own=own, peers_at=peers_of_all(rules, inputs.entries, inputs.marks, inputs.panels, own))


def weighted_total(parts: Sequence[tuple[Decimal, Decimal]]) -> Fraction:
    """Sum of value x weight; CoreError `weights_must_sum_to_1` otherwise (WT-6)."""
    if sum((weight for _, weight in parts), Decimal(0)) != 1:
        raise CoreError("weights_must_sum_to_1", sum=str(sum(weight for _, weight in parts)))
    return sum((Fraction(value) * Fraction(weight) for value, weight in parts), Fraction(0))


def weighted_parts_total(parts: Sequence[tuple[Decimal, Decimal]], places: int, mode: str) -> Decimal:
    """Like weighted_total, but each part is rounded before it is added (WT-4)."""
    weighted_total(parts)
    rounded = (round_decimal(Fraction(value) * Fraction(weight), places, mode) for value, weight in parts)
    return sum(rounded, Decimal(0))


def scheme_total(marks: Mapping[str, Decimal]) -> Decimal:
    """Sum of the criteria of a marking scheme (MEAS-9)."""
    return sum(marks.values(), Decimal(0))


def apply_veto(
    score: Decimal, events: Sequence[str], vetoes: Sequence[str], places: int = 2
) -> tuple[Decimal, str | None]:
    """Keep the score and name the first veto among the events, which bars the award (VETO-1, -2)."""
    reason = next((event for event in events if event in set(vetoes)), None)
    return round_decimal(score, places), reason
