"""The sums above the period: period -> stage -> total, each a node of the explanation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from contest.core.criteria import weighted_sum
from contest.core.explanation import Explanation, Operand
from contest.core.marks import EntryInput
from contest.core.numbers import round_fraction
from contest.core.panel import Sheet, rounded
from contest.core.peers import Panels, PeersAt
from contest.core.periods import reasons_of, stage_of, taken
from contest.core.ruleset import RuleSet, Stage
from contest.core.totals import Marks, score_period

NOT_ADVANCED = "not_advanced"


def score_stage(
    stage: Stage, entry: EntryInput, marks: Marks, judges: Sequence[str], peers: PeersAt, *, detail: bool
) -> Explanation:
    """Accumulate the periods of a stage and round as the stage says. peers: what entries are compared by."""
    sheet = Sheet(entry, stage, "", marks, tuple(judges), detail, peers=peers)
    return stage_of(stage, [score_period(replace(sheet, period=period.id), period) for period in taken(stage, entry)])


def score_total(
    rules: RuleSet, entry: EntryInput, marks: Marks, panels: Panels, peers: PeersAt, *, detail: bool
) -> Explanation:
    """Build the whole tree of one entry. The root's value is the total as ranked (rounded if the rules say so)."""
    stages = tuple(
        score_stage(stage, entry, marks, panels.get(stage.id, ()), peers, detail=detail) for stage in rules.stages
    )
    return total_of(rules, entry.code, stages)


def total_of(rules: RuleSet, code: str, stages: Sequence[Explanation]) -> Explanation:
    """Combine the stages that the entry was admitted to; the root's value is rounded if the rules say so."""
    ended = _ended(stages)
    reasons = reasons_of([s for s in stages if s.weight != 0 or rules.combine == "last" or s.label == ended])
    operation: dict[str, Operand] = {"op": "weighted_sum"}
    rounding = rules.rounding
    if rules.combine == "last":
        last = next((node for node in reversed(stages) if node.operation["op"] != NOT_ADVANCED), None)
        operation = {"op": "last", "stage": "" if last is None else last.label}
        before = None if last is None else last.value
    elif rounding is not None and rounding.parts:
        operation["parts"] = "rounded"
        before = _sum_of_rounded(stages, rounding.places, rounding.mode)
    else:
        before = weighted_sum(stages)
    node = Explanation("total", code, before, tuple(stages), operation, reasons=reasons)
    return rounded(node, rounding)


def _ended(stages: Sequence[Explanation]) -> str | None:
    """The stage after which an entry did not go on. A stage of weight 0 is shown and not counted, so what it lacks
    keeps nobody from a rank; but whose way ends where marks are missing has no rank yet, and no total of 0.
    """
    admitted = [stage for stage in stages if stage.operation["op"] != NOT_ADVANCED]
    return admitted[-1].label if 0 < len(admitted) < len(stages) else None


def not_advanced(stage: Explanation, after: str) -> Explanation:
    """The node of a stage that an entry was not admitted to; marks given there all the same do not count."""
    return Explanation("stage", stage.label, None, (), {"op": NOT_ADVANCED, "cut_after": after}, stage.weight)


def _sum_of_rounded(stages: Iterable[Explanation], places: int, mode: str) -> Fraction | None:
    # rules.md 0: rounding each weighted part first gives another hundredth (WT-4 against WT-3).
    parts = [round_fraction(node.value * node.weight, places, mode) for node in stages if node.value is not None]
    return sum(parts, Fraction(0)) if parts else None
