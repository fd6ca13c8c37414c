"""One attempt at one aspect: from the panel's marks over conversion and factor to its marks, each step a node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from contest.core.conversion import convert, judgement_marks
from contest.core.conversion_relative import NO_PEERS, Peers
from contest.core.explanation import Explanation, Operand, Reason
from contest.core.marks import MISSING, NOT_PERFORMED, RECUSED, SCORED, EntryInput, Mark, check_limits
from contest.core.numbers import exact_text, fraction, round_fraction
from contest.core.pooling import dropped_positions, pool_marks, too_wide, translated
from contest.core.problems import CoreError
from contest.core.rubric import JUDGEMENT_TOP, Aspect, Method, Rounding
from contest.core.ruleset import Stage, TotalRounding

Key = tuple[str, str, str, int]
"""Stage, period, aspect and repetition: where the marks of a panel lie together."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is scored: one entry in one stage and period. `judge` and `only` narrow it to one judge's sheet."""

    entry: EntryInput
    stage: Stage
    period: str
    marks: Mapping[Key, Sequence[Mark]]
    judges: tuple[str, ...] = ()
    detail: bool = False
    judge: str | None = None
    only: frozenset[str] | None = None
    peers: Mapping[Key, Peers] = field(default_factory=dict)

    def repetitions(self, aspect: Aspect) -> list[int]:
        """The attempts expected of this entry; none if the aspect is not its own (entries differ)."""
        if self.only is not None and aspect.id not in self.only:
            return []
        numbers = range(1, aspect.repetitions + 1)
        expected = self.entry.expected
        if expected is None:
            return list(numbers)
        return [number for number in numbers if (self.stage.id, aspect.id, number) in expected]

    def of(self, aspect: Aspect, repetition: int) -> Sequence[Mark]:
        """The marks of the panel, or of the one judge this sheet is narrowed to."""
        found = self.marks.get((self.stage.id, self.period, aspect.id, repetition), ())
        return found if self.judge is None else [mark for mark in found if mark.judge == self.judge]

    def is_recused(self, mark: Mark) -> bool:
        """Whether the judge is kept from this entry, by the mark's own state or by the entry's list."""
        return mark.state == RECUSED or (self.stage.id, mark.judge) in self.entry.recused

    def reason(
        self,
        code: str,
        aspect: Aspect | None,
        repetition: int,
        judge: str = "",
        params: Mapping[str, str | int] | None = None,
    ) -> Reason:
        """A reason that names this place."""
        return Reason(code, self.stage.id, self.period, aspect.id if aspect else "", repetition, judge, params or {})


def rounded(node: Explanation, rounding: Rounding | TotalRounding | None) -> Explanation:
    """Round a node's value, if asked, and write before and after into its operation."""
    if rounding is None or node.value is None:
        return node
    after = round_fraction(node.value, rounding.places, rounding.mode)
    step: dict[str, Operand] = {"places": rounding.places, "mode": rounding.mode}
    operation = {**node.operation, **step, "before": node.value, "after": after}
    return Explanation(node.kind, node.label, after, node.inputs, operation, node.weight, node.reasons)


def score_repetition(sheet: Sheet, aspect: Aspect, repetition: int) -> Explanation:
    """Score one attempt: panel method -> conversion -> factor, in the order docs/rule-set.md states."""
    node = score_panel(sheet, aspect, repetition)
    if node.value is None:
        return node
    node = _converted(sheet, aspect, repetition, node, node.value)
    factor = aspect.factor
    if node.value is None or (factor.source == "none" and factor.constant == 1 and factor.rounding is None):
        return node
    return _multiplied(sheet, aspect, repetition, node)


def score_panel(sheet: Sheet, aspect: Aspect, repetition: int) -> Explanation:
    """The panel's one value of an attempt, before any conversion: what entries are compared by."""
    marks = sheet.of(aspect, repetition)
    method = aspect.method if sheet.judge is None else Method()
    counted = [mark for mark in marks if not sheet.is_recused(mark)]
    scored = [mark for mark in counted if mark.units is not None and mark.state == SCORED]
    reasons = _reasons(sheet, aspect, repetition, counted, recused=len(counted) < len(marks))
    pooled = pool_marks(aspect, method, [mark.units or 0 for mark in scored], detail=sheet.detail)
    if pooled.problem is not None:
        reasons = reasons or (sheet.reason(pooled.problem.code, aspect, repetition, params=pooled.problem.params),)
    operation: dict[str, Operand] = {"op": method.name, "have": len(scored)}
    inputs: tuple[Explanation, ...] = ()
    if sheet.detail:
        inputs = _mark_nodes(sheet, aspect, method, marks, dict(zip(map(id, scored), pooled.values, strict=True)))
        operation |= {} if pooled.value is None else pooled.operands(method)
    node = Explanation("panel", str(repetition), pooled.value, inputs, operation, reasons=reasons)
    return node if aspect.kind == "judgement" else rounded(node, method.rounding)


def _reasons(
    sheet: Sheet, aspect: Aspect, repetition: int, counted: Sequence[Mark], *, recused: bool
) -> tuple[Reason, ...]:
    """Why the panel's value is not final yet: not performed, marks awaited, too few, or too far apart."""
    states = {mark.state for mark in counted}
    if NOT_PERFORMED in states:
        code = "contradictory_states" if SCORED in states else NOT_PERFORMED
        return (sheet.reason(code, aspect, repetition),)
    method = aspect.method if sheet.judge is None else Method()
    units = [mark.units for mark in counted if mark.units is not None]
    touched = recused or any(mark.state != MISSING for mark in counted)  # a mark that was taken back is none
    waiting = _silent_judges(sheet, aspect, repetition) if touched or aspect.required else []
    if not touched and aspect.required and not waiting:
        waiting = [sheet.judge or ""]
    if waiting and (method.missing == "wait" or not units):
        return tuple(sheet.reason("mark_missing", aspect, repetition, judge) for judge in waiting)
    if touched and len(units) < method.min_scores:
        params = {"have": len(units), "need": method.min_scores}
        return (sheet.reason("insufficient_scores", aspect, repetition, params=params),)
    return _spread(sheet, aspect, repetition, method, units) or _outside(sheet, aspect, repetition, counted)


def _silent_judges(sheet: Sheet, aspect: Aspect, repetition: int) -> list[str]:
    """Judges of the panel without a mark. An agreed value or a clerk's needs only one, whoever types it."""
    if aspect.sheet == "clerk" or aspect.method.name == "agreed":
        return []
    marks = sheet.of(aspect, repetition)
    taken_back = [mark.judge for mark in marks if mark.state == MISSING]
    judges = (sheet.judges or taken_back) if sheet.judge is None else (sheet.judge,)
    heard = {mark.judge for mark in marks if mark.state != MISSING}
    recused = {judge for stage, judge in sheet.entry.recused if stage == sheet.stage.id}
    return [judge for judge in judges if judge not in heard and judge not in recused]


def _spread(sheet: Sheet, aspect: Aspect, repetition: int, method: Method, units: Sequence[int]) -> tuple[Reason, ...]:
    if method.max_spread is None:
        return ()
    try:
        values = translated(aspect, [Fraction(unit, 10**aspect.decimals) for unit in units])
    except CoreError:
        return ()  # a grade that the table does not have is named by the panel's value
    wide = too_wide(values, method)
    return () if wide is None else (sheet.reason("spread_too_wide", aspect, repetition, params=wide),)


def _outside(sheet: Sheet, aspect: Aspect, repetition: int, counted: Sequence[Mark]) -> tuple[Reason, ...]:
    """Marks outside the band that a measure of the entry allows are sent back to their judges (INNO-3)."""
    if aspect.limits is None:
        return ()
    found = []
    for mark in counted:
        problem = None if mark.units is None else check_limits(mark.units, aspect, sheet.entry.measures)
        if problem is not None:
            found.append(sheet.reason(problem.code, aspect, repetition, mark.judge, problem.params))
    return tuple(found)


def _mark_nodes(
    sheet: Sheet, aspect: Aspect, method: Method, marks: Sequence[Mark], counts_as: Mapping[int, Fraction]
) -> tuple[Explanation, ...]:
    """The marks as typed, in their order; `counts_as` where translation or clamping made another value of one."""
    states = [RECUSED if sheet.is_recused(mark) else mark.state for mark in marks]
    scored = [index for index, state in enumerate(states) if state == SCORED and marks[index].units is not None]
    dropped = dropped_positions({index: counts_as[id(marks[index])] for index in scored}, method)
    nodes = []
    for index, mark in enumerate(marks):
        operation: dict[str, Operand] = {"op": "mark", "state": states[index], "decimals": aspect.decimals}
        if index in dropped:
            operation["dropped"] = dropped[index]
        value = None if mark.units is None else Fraction(mark.units, 10**aspect.decimals)
        if index in scored and (other := counts_as[id(mark)]) != value:
            operation["counts_as"] = other
        nodes.append(Explanation("mark", mark.judge, value, (), operation))
    return tuple(nodes)


def _converted(sheet: Sheet, aspect: Aspect, repetition: int, node: Explanation, value: Fraction) -> Explanation:
    rounding: Rounding | None = None
    if aspect.kind == "judgement":
        operation: dict[str, Operand] = {"max": fraction(aspect.max), "top": int(JUDGEMENT_TOP)}
        marks, rounding = judgement_marks(value, aspect.max), aspect.method.rounding
    elif aspect.kind == "boolean":
        operation = {"max": fraction(aspect.max)}
        marks = value * fraction(aspect.max)
    elif (rule := aspect.conversion) is not None:
        peers = sheet.peers.get((sheet.stage.id, sheet.period, aspect.id, repetition), NO_PEERS)
        try:
            marks, operation = convert(value, rule, peers)
        except CoreError as error:
            reasons = (*node.reasons, sheet.reason(error.code, aspect, repetition, params={"value": exact_text(value)}))
            return Explanation("converted", node.label, None, (node,), {"op": rule.name}, reasons=reasons)
        rounding = rule.rounding
    else:
        return node
    operation["op"] = aspect.conversion.name if aspect.conversion else aspect.kind
    return rounded(_above("converted", node, marks, operation), rounding)


def _above(kind: str, node: Explanation, value: Fraction | None, operation: dict[str, Operand]) -> Explanation:
    """The next step of the same attempt, with the node as its only input."""
    return Explanation(kind, node.label, value, (node,), operation, reasons=node.reasons)


def _multiplied(sheet: Sheet, aspect: Aspect, repetition: int, node: Explanation) -> Explanation:
    factor = aspect.factor
    # without a factor of the entry nothing is added, and only `constant` multiplies
    own: Decimal | None = Decimal(0 if factor.how == "add" else 1)
    if factor.source == "entry":
        own = sheet.entry.factors.get((sheet.stage.id, aspect.id, repetition), factor.default)
    if own is None or node.value is None:
        reasons = (*node.reasons, sheet.reason("factor_missing", aspect, repetition))
        return Explanation("multiplied", node.label, None, (node,), {"op": factor.how}, reasons=reasons)
    operation: dict[str, Operand] = {"op": factor.how, "factor": fraction(own)}
    operation["constant"] = fraction(factor.constant)
    marks = node.value * fraction(factor.constant)
    # skating [S30]: the grade of an element is added to its base value; diving multiplies by the difficulty
    marks = marks + fraction(own) if factor.how == "add" else marks * fraction(own)
    return rounded(_above("multiplied", node, marks, operation), factor.rounding)
