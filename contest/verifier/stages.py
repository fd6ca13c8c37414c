"""From periods to a stage: sum, mean, weights, groups, and the best ones only (docs/rule-set.md)."""

from __future__ import annotations

from fractions import Fraction

from .data import Data, Node, weight
from .methods import round_to
from .periods import Parts, Period
from .values import Value, lacks_of, total

There = list[tuple[Node, Fraction]]
"""The periods that have a value, with it."""


def stage_values(data: Data, stage: Node, codes: list[str], parts: dict[str, Parts]) -> dict[str, Value]:
    """The value of every admitted entry in this stage; `parts` also gets the values that ties compare."""
    periods = stage.get("periods") or [{"id": "1"}]
    found: dict[str, list[tuple[Node, Value]]] = {code: [] for code in codes}
    for period in periods:
        present = [code for code in codes if not data.is_absent(code, stage["id"], period["id"])]
        for code, value in Period(data, stage, period, present, parts).values().items():
            found[code].append((period, value))
    values = {code: _accumulated(stage, pairs) for code, pairs in found.items()}
    for code, value in values.items():
        if value.number is not None:
            parts[code]["stage", stage["id"], stage["id"]] = [value.number]
    return values


def _accumulated(stage: Node, pairs: list[tuple[Node, Value]]) -> Value:
    if not pairs:
        return Value(None, {"no_period"})
    lacks = lacks_of([value for _, value in pairs])
    there = [(period, value.number) for period, value in pairs if value.number is not None]
    if there and stage.get("accumulate") == "weighted" and sum(weight(period) for period, _ in there) == 0:
        return Value(None, lacks or {"no_period"})
    return Value(round_to(_number(stage, there), stage.get("rounding")) if there else None, lacks)


def _number(stage: Node, there: There) -> Fraction:
    how = stage.get("accumulate", "sum")
    if how == "mean_of_groups":
        return _mean_of_groups(stage, there)
    is_mean = how == "mean"
    worth = [number if is_mean else weight(period) * number for period, number in there]
    counted = _best(worth, stage.get("best"))
    if is_mean:
        return total(counted) / len(counted)
    if how == "weighted":
        return total(counted) / total([weight(period) for period, _ in there])
    return total(counted)


def _best(worth: list[Fraction], count: int | None) -> list[Fraction]:
    """Equal ones are worth the same, so that it does not matter which of them counts."""
    return worth if count is None else sorted(worth, reverse=True)[: int(count)]


def _mean_of_groups(stage: Node, there: There) -> Fraction:
    groups: dict[str, list[Fraction]] = {}
    for period, number in there:
        groups.setdefault(period["group"], []).append(number)
    means = [round_to(total(own) / len(own), stage.get("group_rounding")) for own in groups.values()]
    return total(means) / len(means)
