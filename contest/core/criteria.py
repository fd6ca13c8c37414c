"""What a criterion makes of its children: which of them count, and the order of cap, deductions and floor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from contest.core.explanation import Explanation, Operand
from contest.core.numbers import fraction
from contest.core.rubric import Criterion


def weighted_sum(nodes: Iterable[Explanation]) -> Fraction | None:
    """Sum of weight x value of what is there; None if nothing is. Missing is never zero."""
    parts = [node.value if node.weight == 1 else node.value * node.weight for node in nodes if node.value is not None]
    return sum(parts, Fraction(0)) if parts else None


def criterion_value(
    criterion: Criterion, children: Sequence[Explanation]
) -> tuple[Fraction | None, dict[str, Operand]]:
    """The sum of the children that count, within floor and cap, with the operands that explain it."""
    counted = _counted(criterion, children)
    value = weighted_sum(counted)
    operation: dict[str, Operand] = {"op": "weighted_sum"}
    if value is None:
        return None, operation
    if criterion.best is not None:
        operation |= {"best": criterion.best, "counted": ",".join(node.label for node in counted)}
    if criterion.floor is None and criterion.cap is None:
        return value, operation
    operation |= {"sum": value, "before": value}
    if criterion.cap is not None:
        value = _capped(criterion, counted, value, fraction(criterion.cap), operation)
    if criterion.floor is not None:
        operation["floor"] = fraction(criterion.floor)
        value = max(value, fraction(criterion.floor))
    return value, operation


def _counted(criterion: Criterion, children: Sequence[Explanation]) -> Sequence[Explanation]:
    """All children, or the `best` ones: those that give (or take) most; of equal ones the first (DED-2, DED-3)."""
    if criterion.best is None:
        return children
    there = [(index, node.value * node.weight) for index, node in enumerate(children) if node.value is not None]
    order = sorted(there, key=lambda item: (-abs(item[1]), item[0]))
    return [children[index] for index in sorted(index for index, _ in order[: criterion.best])]


def _capped(
    criterion: Criterion, counted: Sequence[Explanation], value: Fraction, cap: Fraction, operation: dict[str, Operand]
) -> Fraction:
    operation["cap"] = cap
    if criterion.cap_order == "deduct_then_cap":
        return min(value, cap)
    # MEAS-7: what was earned is capped first, then the deductions come off
    deducting = {child.id for child in criterion.children if child.deducts()}
    earned = weighted_sum(node for node in counted if node.label not in deducting) or Fraction(0)
    operation |= {"cap_order": criterion.cap_order, "earned": earned, "deducted": value - earned}
    return min(earned, cap) + value - earned
