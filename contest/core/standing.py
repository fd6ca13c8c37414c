"""The rows of a ranking: status, rank and published total of every entry."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from contest.core import ranking, ties
from contest.core.advancement import Passage, Settled, is_blocked
from contest.core.explanation import Explanation, Reason
from contest.core.marks import EntryInput
from contest.core.numbers import exact_decimal, round_decimal
from contest.core.ruleset import RuleSet

RANKED, INCOMPLETE, NO_MARKS, DISQUALIFIED = "ranked", "incomplete", "no_marks", "disqualified"
STATUSES = (RANKED, INCOMPLETE, NO_MARKS, DISQUALIFIED)
_DISPLAY_PLACES = 6  # of a total that no rule rounds and no decimal writes exactly

AspectKey = tuple[str, str, str]
"""Stage, period, aspect."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One row of a ranking (名次).

    rank: text, None unless status is ranked. total: exact and as compared, None while incomplete.
    published: what is printed. provisional: the total of what is there so far (live boards).
    tied: still equal to another after the whole chain. decided_by: the last step that separated equal totals.
    award_barred: the vetoes that bar the award. reasons: why it is not ranked, with places.
    class_id: the class it is put in. reached: the last stage it was admitted to, where the rules let only some go on;
    passages: what became of it after each stage.
    """

    entry: str
    rank: str | None
    total: Fraction | None
    published: Decimal | None
    stage_totals: Mapping[str, Decimal | None]
    status: str
    tree: Explanation
    reasons: tuple[Reason, ...] = ()
    award_barred: tuple[str, ...] = ()
    tied: bool = False
    decided_by: ranking.Decision | None = None
    provisional: Decimal | None = None
    class_id: str = ""
    reached: str = ""
    passages: tuple[Passage, ...] = ()

    @property
    def aspect_scores(self) -> dict[AspectKey, Fraction | None]:
        """Marks per (stage, period, aspect), without the aspect's weight; None where there are none."""
        return {
            (stage.label, period.label, node.label): node.value
            for stage in self.tree.inputs
            for period in stage.inputs
            for below in period.inputs
            for part in (below.inputs if below.kind == "normalised" else (below,))
            if part.kind != "sheets"
            for node in part.walk()
            if node.kind == "aspect"
        }


def _status(rules: RuleSet, entry: EntryInput, marked: Collection[str], tree: Explanation) -> str:
    if entry.disqualified:
        return DISQUALIFIED
    if entry.code not in marked:
        return NO_MARKS
    if rules.rank_within == "class" and not entry.class_id:
        return INCOMPLETE
    return INCOMPLETE if is_blocked(rules, tree) else RANKED


def build_standings(
    rules: RuleSet,
    entries: Mapping[str, EntryInput],
    marked: Collection[str],
    settled: Settled,
    earlier: Iterable[Standing] = (),
) -> tuple[Standing, ...]:
    """Rank who can be ranked, class by class and level by level, and put the others behind them by status.

    Who was let through to a later stage stands before who was not. marked: the entries that have any mark. earlier:
    rows of entries that did not change by themselves; what comes out the same is taken over.
    """
    taken = {row.entry: row for row in earlier if _is_still(row, settled)}
    shown = {code: taken.get(code) or _standing(rules, entry, marked, settled) for code, entry in entries.items()}
    rows: list[Standing] = []
    for pool in _pools(rules, entries, [code for code, row in shown.items() if row.status == RANKED]):
        rows += _ranked(rules, pool, entries, settled, shown)
    rows += [row for state in STATUSES[1:] for row in shown.values() if row.status == state]
    return tuple(rows)


def _is_still(row: Standing, settled: Settled) -> bool:
    """Whether the row of an entry that did not change by itself stands as it was among the others."""
    return settled.trees[row.entry] is row.tree and settled.passages.get(row.entry, ()) == row.passages


def _pools(rules: RuleSet, entries: Mapping[str, EntryInput], ranked: Sequence[str]) -> list[list[str]]:
    if rules.rank_within == "event":
        return [list(ranked)]
    return [[code for code in ranked if entries[code].class_id == item.id] for item in rules.classes]


def _ranked(
    rules: RuleSet,
    pool: Sequence[str],
    entries: Mapping[str, EntryInput],
    settled: Settled,
    shown: Mapping[str, Standing],
) -> Iterator[Standing]:
    trees = settled.trees
    if rules.ranking == "ordinal":  # ranks of equal entries must not hang on the order in which they are given
        pool = sorted(pool)
    total = ranking.Key("total", "", lambda code: trees[code].value)
    chain = ties.chain(rules, trees, entries)
    levels = sorted({settled.reached[code] for code in pool}, reverse=True)
    orders = [ranking.order([c for c in pool if settled.reached[c] == level], total, chain) for level in levels]
    groups = [(group, found.decisions) for found in orders for group in found.groups]
    numbered = ranking.number_groups([len(group) for group, _ in groups], rules.ranking)
    for (group, decisions), texts in zip(groups, numbered, strict=True):
        for code, rank in zip(group, texts, strict=True):
            row, tied, decision = shown[code], len(group) > 1, decisions.get(code)
            if (row.rank, row.tied) == (rank, tied) and row.decided_by == decision:
                yield row
            else:
                yield replace(row, rank=rank, tied=tied, decided_by=decision)


def _standing(rules: RuleSet, entry: EntryInput, marked: Collection[str], settled: Settled) -> Standing:
    """The row of an entry; a ranked one gets its rank afterwards."""
    tree, passages = settled.trees[entry.code], settled.passages.get(entry.code, ())
    status = _status(rules, entry, marked, tree)
    known = {veto.id for veto in rules.vetoes}
    final = status == RANKED
    shown = _published(tree.value, rules.rounding.places if rules.rounding else None)
    return Standing(
        entry=entry.code,
        rank=None,
        total=tree.value if final else None,
        published=shown if final else None,
        stage_totals={
            node.label: None if entry.disqualified else _stage_total(rules, node, final=final) for node in tree.inputs
        },
        status=status,
        tree=tree,
        reasons=_why(rules, entry, tree),
        award_barred=tuple(veto for veto in entry.vetoes if veto in known),
        provisional=shown,
        class_id=entry.class_id,
        reached=rules.stages[settled.reached[entry.code] - 1].id if any(s.advance for s in rules.stages) else "",
        passages=passages,
    )


def _why(rules: RuleSet, entry: EntryInput, tree: Explanation) -> tuple[Reason, ...]:
    if entry.disqualified:
        return (Reason(entry.disqualified),)
    if rules.rank_within == "class" and not entry.class_id:
        return (*tree.reasons, Reason("class_missing"))
    return tree.reasons


def _stage_total(rules: RuleSet, node: Explanation, *, final: bool) -> Decimal | None:
    if node.reasons and (not final or is_blocked(rules, node)):  # weight 0: it may lack marks
        return None
    rounding = rules.stage(node.label).rounding
    return _published(node.value, rounding.places if rounding else None)


def _published(value: Fraction | None, places: int | None) -> Decimal | None:
    if value is None:
        return None
    if places is not None:
        return round_decimal(value, places)
    exact = exact_decimal(value)
    return round_decimal(value, _DISPLAY_PLACES) if exact is None else exact
