"""From children to a criterion: best, cap, floor and rounding, in the order of docs/rule-set.md."""

from __future__ import annotations

from fractions import Fraction

from .data import Node, leaves, weight
from .methods import round_to
from .values import NOTHING, Value, fraction, lacks_of, total


def combined(criterion: Node, values: list[Value]) -> Value:
    """The criterion's value, before its own weight; its children's values stand in the rubric's order."""
    if not any(values):
        return NOTHING
    terms = [
        (value.number * weight(child), child)
        for child, value in zip(criterion["children"], values, strict=True)
        if value and value.number is not None
    ]
    lacks = lacks_of([value for value in values if value])
    if not terms:
        return Value(None, lacks)
    return Value(round_to(_limited(criterion, _best(criterion, terms)), criterion.get("rounding")), lacks)


Terms = list[tuple[Fraction, Node]]


def _best(criterion: Node, terms: Terms) -> Terms:
    """Those furthest from 0; of equal ones the first of the rubric."""
    count = criterion.get("best")
    if count is None:
        return terms
    order = sorted(range(len(terms)), key=lambda place: (-abs(terms[place][0]), place))
    return [terms[place] for place in order[: int(count)]]


def _limited(criterion: Node, terms: Terms) -> Fraction:
    cap, floor = criterion.get("cap"), criterion.get("floor")
    number = total([term for term, _ in terms])
    if cap is not None and criterion.get("cap_order") == "cap_then_deduct":
        earned = total([term for term, child in terms if not _deducts(child)])
        number = min(earned, fraction(cap)) + (number - earned)
    elif cap is not None:
        number = min(number, fraction(cap))
    return number if floor is None else max(number, fraction(floor))


def _deducts(child: Node) -> bool:
    """A deduction, or a criterion below which there are only deductions."""
    return all(aspect.get("kind") == "deduction" for aspect in leaves([child]))
