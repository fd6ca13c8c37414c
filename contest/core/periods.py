"""Periods (考评期) to their stage: late reports, sum, mean, weights, best ones, mean of quarters (rules.md 0 and 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from contest.core.criteria import weighted_sum
from contest.core.explanation import Explanation, Operand, Reason
from contest.core.marks import EntryInput
from contest.core.numbers import fraction, round_fraction
from contest.core.panel import rounded
from contest.core.rubric import Rounding
from contest.core.stage_rules import Late, Period, Stage


def reasons_of(nodes: Sequence[Explanation]) -> tuple[Reason, ...]:
    """All reasons of the children, in their order."""
    return tuple(reason for node in nodes for reason in node.reasons)


def taken(stage: Stage, entry: EntryInput) -> list[Period]:
    """The periods in which the entry is assessed: it may have joined later or be exempt from some."""
    return [period for period in stage.periods if (stage.id, period.id) not in entry.absent]


def period_of(stage: Stage, entry: EntryInput, period: Period, nodes: Sequence[Explanation]) -> Explanation:
    """Sum one period; a late report is taken off what is there, and the period is rounded if the stage says so."""
    inputs = tuple(nodes)
    value = weighted_sum(inputs)
    days = entry.late.get((stage.id, period.id), 0)
    if stage.late is not None and days > 0 and value is not None:
        inputs = (*inputs, _late_node(stage.late, days))
        value = weighted_sum(inputs)
    operation: dict[str, Operand] = {"op": "weighted_sum"}
    if period.group:
        operation["group"] = period.group
    node = Explanation("period", period.id, value, inputs, operation, fraction(period.weight), reasons_of(inputs))
    return rounded(node, stage.period_rounding)


def _late_node(late: Late, days: int) -> Explanation:
    cost = fraction(late.each) * (days if late.per == "day" else 1)
    operation: dict[str, Operand] = {"op": "late", "days": days, "each": fraction(late.each), "per": late.per}
    if late.most is not None:
        operation["most"] = fraction(late.most)
        cost = min(cost, fraction(late.most))
    return Explanation("late", "", -cost, (), operation)


def stage_of(stage: Stage, periods: Sequence[Explanation]) -> Explanation:
    """Accumulate the periods that are there and round as the stage says; without any the stage has no value."""
    nodes = _marked_best(stage, tuple(periods))
    weight = fraction(stage.weight)
    reasons = reasons_of(nodes) if nodes else (Reason("no_period", stage.id),)
    counted = [node for node in nodes if node.value is not None and "dropped" not in node.operation]
    weightless = stage.accumulate == "weighted" and sum(node.weight for node in counted) == 0
    if counted and weightless:  # there is nothing to weigh by: no value, never a silent 0
        reasons = reasons or (Reason("no_period", stage.id),)
    if not counted or weightless:
        return Explanation("stage", stage.id, None, nodes, {"op": stage.accumulate}, weight, reasons)
    before, operation = _accumulated(stage, counted)
    return rounded(Explanation("stage", stage.id, before, nodes, operation, weight, reasons), stage.rounding)


def _accumulated(stage: Stage, counted: Sequence[Explanation]) -> tuple[Fraction, dict[str, Operand]]:
    if stage.accumulate == "mean":
        total = sum((node.value or Fraction(0) for node in counted), Fraction(0))
        return total / len(counted), {"op": "mean", "divisor": len(counted)}
    if stage.accumulate == "mean_of_groups":
        groups = group_means(
            [(str(node.operation.get("group", "")), node.value or Fraction(0)) for node in counted],
            stage.group_rounding,
        )
        operands: dict[str, Operand] = {f"group:{name}": mean for name, mean in groups.items()}
        if stage.group_rounding is not None:
            operands |= {"group_places": stage.group_rounding.places, "group_mode": stage.group_rounding.mode}
        mean = sum(groups.values(), Fraction(0)) / len(groups)
        return mean, {"op": "mean_of_groups", "divisor": len(groups), **operands}
    total = weighted_sum(counted) or Fraction(0)
    weights = sum((node.weight for node in counted), Fraction(0))
    if stage.accumulate == "weighted" and len(counted) < len(stage.periods):
        # Who is assessed in some periods only is weighed by those, so that a late start is no lost mark.
        return total / weights, {"op": "weighted_sum", "divisor": weights}
    return total, {"op": "weighted_sum"}


def group_means(values: Sequence[tuple[str, Fraction]], rounding: Rounding | None = None) -> dict[str, Fraction]:
    """The mean of each group (quarter), rounded if asked, in the order in which the groups first occur (PER-1, -2)."""
    groups: dict[str, list[Fraction]] = {}
    for group, value in values:
        groups.setdefault(group, []).append(value)
    means = {group: sum(found, Fraction(0)) / len(found) for group, found in groups.items()}
    if rounding is None:
        return means
    return {group: round_fraction(mean, rounding.places, rounding.mode) for group, mean in means.items()}


def _marked_best(stage: Stage, nodes: tuple[Explanation, ...]) -> tuple[Explanation, ...]:
    """Write `dropped` onto the periods that are not among the best; of equal ones the later go."""
    if stage.best is None:
        return nodes
    weighs = stage.accumulate == "sum"
    worth = {
        index: node.value * (node.weight if weighs else 1) for index, node in enumerate(nodes) if node.value is not None
    }
    worst = sorted(worth, key=lambda index: (-worth[index], index))[stage.best :]
    return tuple(
        replace(node, operation={**node.operation, "dropped": "low"}) if index in worst else node
        for index, node in enumerate(nodes)
    )


def movement(before: Mapping[str, Decimal | int | None], now: Mapping[str, Decimal | int | None]) -> dict[str, int]:
    """Places won (+) or lost (-) against the last period, of the entries that have a rank in both (C4)."""
    return {
        entry: int(old - rank)
        for entry, rank in now.items()
        if rank is not None and (old := before.get(entry)) is not None
    }
