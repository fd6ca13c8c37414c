"""The sums above the panel: repetitions -> aspect -> criterion -> period, each a node; stages.py goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from contest.core.criteria import criterion_value, weighted_sum
from contest.core.explanation import Explanation, Operand, Reason
from contest.core.marks import MISSING, NOT_PERFORMED, RECUSED, SCORED, Mark
from contest.core.normalising import normalised
from contest.core.numbers import fraction
from contest.core.panel import Key, Sheet, rounded, score_repetition
from contest.core.periods import period_of, reasons_of
from contest.core.pooling import dropped_positions, pool_values, too_wide
from contest.core.rubric import Aspect, Criterion, Method
from contest.core.ruleset import Period

Marks = Mapping[Key, Sequence[Mark]]


def score_aspect(sheet: Sheet, aspect: Aspect) -> Explanation | None:
    """Combine the repetitions; None if this entry is not scored on the aspect."""
    steps = tuple(score_repetition(sheet, aspect, number) for number in sheet.repetitions(aspect))
    if not steps:
        return None
    values = [step.value for step in steps if step.value is not None]
    sign = -1 if aspect.kind == "deduction" else 1
    value: Fraction | None = None
    if values:
        match aspect.combine_repetitions:
            case "best":
                value = sign * max(values)
            case "mean":
                value = sign * sum(values, Fraction(0)) / len(values)
            case _:
                value = sign * sum(values, Fraction(0))
    operation: dict[str, Operand] = {"op": aspect.combine_repetitions, "have": len(values), "sign": sign}
    weight = fraction(aspect.weight)
    node = Explanation("aspect", aspect.id, value, steps, operation, weight, reasons_of(steps))
    return rounded(node, aspect.rounding)


def _children(sheet: Sheet, nodes: Iterable[Criterion | Aspect]) -> tuple[Explanation, ...]:
    found = (score_aspect(sheet, node) if isinstance(node, Aspect) else score_criterion(sheet, node) for node in nodes)
    return tuple(node for node in found if node is not None)


def score_criterion(sheet: Sheet, criterion: Criterion) -> Explanation | None:
    """Sum the children within floor and cap; None if this entry is scored on none of them."""
    children = _children(sheet, criterion.children)
    if not children:
        return None
    value, operation = criterion_value(criterion, children)
    weight = fraction(criterion.weight)
    node = Explanation("criterion", criterion.id, value, children, operation, weight, reasons_of(children))
    return rounded(node, criterion.rounding)


def _score_sheets(sheet: Sheet, pooled: frozenset[str], method: Method) -> Explanation:
    """Pool whole sheets: each judge's total of the judged aspects is one value of the panel method."""
    own = _pooled_marks(sheet, pooled)
    judges = sheet.judges or tuple(sorted({mark.judge for mark in own}))
    sheets = [_judge_sheet(sheet, judge, pooled) for judge in judges if not _recused(sheet, judge, own)]
    reasons = reasons_of(sheets)
    if method.missing == "exclude":  # whoever is still awaited, what the entry did not perform is known
        reasons = tuple(reason for reason in reasons if reason.code == NOT_PERFORMED)
    counted = {index: node.value for index, node in enumerate(sheets) if node.value is not None}
    counted = {index: value for index, value in counted.items() if _is_whole(sheets[index])}
    operation: dict[str, Operand] = {"op": method.name, "have": len(counted)}
    operation |= {"drop_high": method.drop_high, "drop_low": method.drop_low}
    result = pool_values(list(counted.values()), method)
    operation |= result.extra
    inputs = _marked(sheets, counted, dict(zip(counted, result.values, strict=True)), method)
    if not reasons and (wide := too_wide(list(counted.values()), method)) is not None:
        reasons = (Reason("spread_too_wide", sheet.stage.id, sheet.period, params=wide),)
    if result.problem is not None:
        reasons = reasons or (Reason(result.problem.code, sheet.stage.id, sheet.period, params=result.problem.params),)
    if len(counted) < method.min_scores and not reasons:
        need = {"have": len(counted), "need": method.min_scores}
        reasons = (Reason("insufficient_scores", sheet.stage.id, sheet.period, params=need),)
    node = Explanation("sheets", "", result.value, inputs, operation, reasons=reasons)
    return rounded(node, method.rounding)


def _open_sheets(sheet: Sheet, pooled: frozenset[str]) -> Explanation:
    """The whole sheets of all judges, to be placed against those of the other entries (placing.py)."""
    own = _pooled_marks(sheet, pooled)
    judges = sheet.judges or tuple(sorted({mark.judge for mark in own}))
    sheets = [
        Explanation("sheet", judge, None, (), {"op": "weighted_sum", "state": RECUSED})
        if _recused(sheet, judge, own)
        else _judge_sheet(sheet, judge, pooled)
        for judge in judges
    ]
    nodes = []
    for node in sheets:
        whole = node.value is not None and _is_whole(node)
        nodes.append(replace(node, operation={"state": SCORED if whole else MISSING, **node.operation}))
    reasons = reasons_of(nodes)
    if not reasons and not any(node.operation["state"] == SCORED for node in nodes):  # nobody, or all recused
        need = {"have": 0, "need": max(sheet.stage.panel.min_judges, 1)}
        reasons = (Reason("insufficient_scores", sheet.stage.id, sheet.period, params=need),)
    return Explanation("sheets", "", None, tuple(nodes), {"op": "places"}, reasons=reasons)


def _judge_sheet(sheet: Sheet, judge: str, pooled: frozenset[str]) -> Explanation:
    children = _children(replace(sheet, judge=judge, only=pooled), sheet.stage.rubric)
    value, reasons = weighted_sum(children), reasons_of(children)
    return Explanation("sheet", judge, value, children, {"op": "weighted_sum"}, reasons=reasons)


def _marked(
    sheets: Sequence[Explanation], counted: Mapping[int, Fraction], counts_as: Mapping[int, Fraction], method: Method
) -> tuple[Explanation, ...]:
    """Write onto each sheet whether it counts (`state`), as what if it was clamped, and whether it is dropped."""
    dropped = dropped_positions(counts_as, method)
    nodes = []
    for index, node in enumerate(sheets):
        operation = {**node.operation, "state": SCORED if index in counted else MISSING}
        operation |= {"dropped": dropped[index]} if index in dropped else {}
        operation |= {"counts_as": counts_as[index]} if index in counted and counts_as[index] != counted[index] else {}
        nodes.append(replace(node, operation=operation))
    return tuple(nodes)


def _is_whole(sheet: Explanation) -> bool:
    """Whether a judge's sheet counts: what the entry did not perform lacks on every sheet alike."""
    return all(reason.code == NOT_PERFORMED for reason in sheet.reasons)


def _pooled_marks(sheet: Sheet, pooled: frozenset[str]) -> list[Mark]:
    place = (sheet.stage.id, sheet.period)
    found = (marks for key, marks in sheet.marks.items() if key[:2] == place and key[2] in pooled)
    return [mark for marks in found for mark in marks]


def _recused(sheet: Sheet, judge: str, marks: Sequence[Mark]) -> bool:
    if (sheet.stage.id, judge) in sheet.entry.recused:
        return True
    own = [mark for mark in marks if mark.judge == judge]
    return bool(own) and all(mark.state == RECUSED for mark in own)


def score_period(sheet: Sheet, period: Period) -> Explanation:
    """Sum one period, made comparable between panels where the stage says so."""
    nodes = period_nodes(sheet)
    if sheet.stage.panel.normalise is not None:
        nodes = (normalised(sheet, nodes, sheet.peers),)
    return period_of(sheet.stage, sheet.entry, period, nodes)


def period_nodes(sheet: Sheet) -> tuple[Explanation, ...]:
    """The criteria of one period, and the pooled sheets where the stage pools whole sheets."""
    panel = sheet.stage.panel
    if panel.scope in {"sheet", "ranks"}:
        pooled = frozenset(item.id for item in sheet.stage.aspects() if _is_pooled(item))
        rest = frozenset(item.id for item in sheet.stage.aspects()) - pooled
        ranked = panel.scope == "ranks"
        sheets = _open_sheets(sheet, pooled) if ranked else _score_sheets(sheet, pooled, panel.method or Method())
        return (sheets, *_children(replace(sheet, only=rest), sheet.stage.rubric))
    return _children(sheet, sheet.stage.rubric)


def _is_pooled(aspect: Aspect) -> bool:
    return aspect.kind == "judged" and aspect.sheet == "judge"
