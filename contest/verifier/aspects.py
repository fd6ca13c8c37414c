"""Aspects of one stage and period, for all entries: panel, conversion, factor, repetitions (docs/rule-set.md)."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Any

from .conversions import marks_of
from .data import Data, Node
from .methods import apart, filled, method_of, pooled, round_to
from .values import NOTHING, Lack, NoValueError, Value, fraction, lacks_of, power_of_ten, total

ONE_JUDGE = {"name": "mean", "min_scores": 1}
"""On one judge's own sheet a mark is what it is."""


class Aspects:
    """The aspects of a stage in one period; `codes` are the entries that are assessed in it."""

    def __init__(self, data: Data, stage: Node, period: str, codes: list[str]) -> None:
        self.data, self.stage, self.period, self.codes = data, stage, period, codes
        self._compared: dict[tuple[str, int], list[Fraction]] = {}

    def value(self, code: str, aspect: Node, judge: str | None = None) -> Value:
        """The aspect's value; of one judge alone where `judge` is given."""
        numbers = self.data.repetitions(code, self.stage["id"], aspect)
        if not numbers:
            return NOTHING
        attempts = [self._attempt(code, aspect, number, judge) for number in numbers]
        lacks = lacks_of(attempts)
        there = [attempt.number for attempt in attempts if attempt.number is not None]
        if not there:
            return Value(None, lacks)
        how = aspect.get("combine_repetitions", "sum")
        number = max(there) if how == "best" else total(there) / (len(there) if how == "mean" else 1)
        sign = -1 if aspect.get("kind") == "deduction" else 1
        return Value(round_to(sign * number, aspect.get("rounding")), lacks)

    def _attempt(self, code: str, aspect: Node, number: int, judge: str | None) -> Value:
        value = self._panel(code, aspect, number, judge)
        if value.number is None:
            return value
        try:
            marks = self._converted(value.number, aspect, number)
        except NoValueError as error:
            return Value(None, value.lacks | {str(error)})
        return self._with_factor(code, aspect, number, value.step(marks))

    def _panel(self, code: str, aspect: Node, number: int, judge: str | None) -> Value:
        """What the panel's method gives, rounded by the method; the typed value where marks are converted."""
        method = method_of(self.stage, aspect) if judge is None else filled(ONE_JUDGE)
        rows = self.data.marks(code, self.stage["id"], self.period, aspect["id"], number)
        rows = {name: mark for name, mark in rows.items() if judge is None or name == judge}
        kept = {
            name: mark for name, mark in rows.items()
            if mark[1] != "recused" and not self.data.is_recused(code, self.stage["id"], name)
        }  # fmt: skip
        unit = power_of_ten(aspect.get("decimals", 0))
        values = [Fraction(units, unit) for units, state in kept.values() if state == "scored" and units is not None]
        states = {name: state for name, (_, state) in kept.items()}
        silent = self._silent(code, aspect, rows, judge)
        lacks = _lacks(aspect, method, states, values, silent=silent, touched=bool(rows))
        lacks |= self._outside(code, aspect, values)
        try:
            result = pooled(_graded(aspect, values), method)
        except NoValueError as error:
            return Value(None, lacks or ({str(error)} if values else set()))
        is_rounded = aspect.get("kind") != "judgement"
        return Value(round_to(result, method["rounding"]) if is_rounded else result, lacks)

    def _silent(self, code: str, aspect: Node, found: Collection[str], judge: str | None) -> int:
        """How many judges' marks are awaited. What a clerk types, or all agree on, needs one mark by anybody."""
        if aspect.get("sheet", "judge") == "clerk" or method_of({}, aspect)["name"] == "agreed":
            return 0
        stage = self.stage["id"]
        asked = self.data.panels.get(stage, []) if judge is None else [judge]
        return sum(name not in found and not self.data.is_recused(code, stage, name) for name in asked)

    def _outside(self, code: str, aspect: Node, values: list[Fraction]) -> Lack:
        """Grades that the table does not have, and marks that the entry's own band does not allow."""
        grades = [fraction(grade) for grade, _ in aspect.get("grades") or ()]
        if grades and not all(value in grades for value in values):
            return {"value_not_in_table"}
        limits = aspect.get("limits")
        if not limits:
            return set()
        measure = self.data.measure(code, limits["measure"])
        if measure is None:
            return {"measure_missing"}
        reached = [band for band in limits["bands"] if fraction(band[0]) <= measure]
        if not reached:
            return {"below_first_band"}
        low, high = fraction(reached[-1][1]), fraction(reached[-1][2])
        return set() if all(low <= value <= high for value in values) else {"outside_band"}

    def _converted(self, value: Fraction, aspect: Node, number: int) -> Fraction:
        """Judgement to marks, yes/no to all or nothing, a typed value by its conversion; others as they are."""
        kind, top = aspect.get("kind", "judged"), fraction(aspect.get("max", 100))
        if kind == "judgement":
            return round_to(value / 3 * top, method_of(self.stage, aspect)["rounding"])
        if kind == "boolean":
            return value * top
        conversion = aspect.get("conversion")
        if not conversion:
            return value
        marks = marks_of(value, conversion, lambda: self._everybody(aspect, number))
        return round_to(marks, conversion.get("rounding"))

    def _everybody(self, aspect: Node, number: int) -> list[Fraction]:
        """The final values of all entries at this place."""
        key = aspect["id"], number
        if key not in self._compared:
            having = [
                code for code in self.codes
                if number in self.data.repetitions(code, self.stage["id"], aspect)
                and not self.data.is_disqualified(code)
            ]  # fmt: skip
            values = [self._panel(code, aspect, number, None) for code in having]
            self._compared[key] = [v.number for v in values if v.number is not None and not v.lacks]
        return self._compared[key]

    def _with_factor(self, code: str, aspect: Node, number: int, value: Value) -> Value:
        factor = aspect.get("factor") or {}
        if value.number is None or not factor:
            return value
        adds = factor.get("how", "multiply") == "add"
        own: Fraction | None = Fraction(0 if adds else 1)
        if factor.get("source") == "entry":
            default = factor.get("default")
            given = self.data.facts.factors.get((code, self.stage["id"], aspect["id"], number))
            own = given if given is not None else (None if default is None else fraction(default))
        if own is None:
            return Value(None, value.lacks | {"factor_missing"})
        product = value.number * fraction(factor.get("constant") or 1)
        return value.step(round_to(product + own if adds else product * own, factor.get("rounding")))


def _graded(aspect: Node, values: list[Fraction]) -> list[Fraction]:
    """Each judge's grade translated by the aspect's table."""
    table = {fraction(grade): fraction(worth) for grade, worth in aspect.get("grades") or ()}
    if not table:
        return values
    return [table.get(value, value) for value in values]


def _lacks(
    aspect: Node, method: dict[str, Any], found: dict[str, str], values: list[Fraction], *, silent: int, touched: bool
) -> Lack:
    if "not_performed" in found.values():
        return {"contradictory_states" if values else "not_performed"}
    is_required = aspect.get("required", aspect.get("kind") not in ("deduction", "bonus"))
    waiting = silent if touched or is_required else 0
    if not touched and is_required:
        waiting += 1
    if waiting and (method["missing"] == "wait" or not values):
        return {"mark_missing"}
    if touched and len(values) < method["need"]:
        return {"insufficient_scores"}
    return apart(_graded(aspect, values), method)
