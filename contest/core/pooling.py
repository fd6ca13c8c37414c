"""The marks of one panel on their way to one value: translated, clamped, pooled, and looked at once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from contest.core import statistics
from contest.core.canonical import plain_decimal
from contest.core.explanation import Operand
from contest.core.numbers import exact_text, fraction
from contest.core.problems import CoreError
from contest.core.rubric import Aspect, Method

_SUMS = frozenset({"mean", "trimmed_mean", "sum", "trimmed_sum"})


@dataclass(frozen=True, slots=True)
class Pooled:
    """`values`: what each mark counts as, in the order given. `problem`: why there is no value, or no final one."""

    values: Sequence[Fraction] = ()
    value: Fraction | None = None
    problem: CoreError | None = None
    extra: Mapping[str, Operand] = field(default_factory=dict)

    def operands(self, method: Method) -> dict[str, Operand]:
        """What a person needs to recompute the value: sum and divisor of what was kept, and how marks were clamped."""
        if method.name not in _SUMS:
            return dict(self.extra)
        total = statistics.trimmed_sum(self.values, method.drop_high, method.drop_low)
        divisor = len(self.values) - method.drop_high - method.drop_low if method.name.endswith("mean") else 1
        return {"sum": total, "divisor": divisor, **self.extra}


def pool_marks(aspect: Aspect, method: Method, units: Sequence[int], *, detail: bool) -> Pooled:
    """Pool the marks of one attempt, given in units of 10^-decimals: grades -> clamp -> method -> kept spread.

    `values` of the answer are only filled in with `detail`: the plain methods work on whole numbers, which is faster.
    """
    scale = 10**aspect.decimals
    if not units:
        return Pooled()
    plain = not aspect.grades and method.clamp is None and method.max_kept_spread is None
    values = () if plain and not detail else [Fraction(unit, scale) for unit in units]
    try:
        if plain:
            return Pooled(values, statistics.pool(units, method) / scale)
        return pool_values(translated(aspect, values), method)
    except CoreError as error:
        return Pooled(values, None, error)


def translated(aspect: Aspect, values: Sequence[Fraction]) -> list[Fraction]:
    """Each judge's grade by the table of the aspect, before anything is dropped; CoreError `value_not_in_table`."""
    if not aspect.grades:
        return list(values)
    table = {fraction(grade): fraction(value) for grade, value in aspect.grades}
    missing = next((value for value in values if value not in table), None)
    if missing is not None:
        raise CoreError("value_not_in_table", value=exact_text(missing))
    return [table[value] for value in values]


def pool_values(values: Sequence[Fraction], method: Method) -> Pooled:
    """Clamp, pool and check what is kept. A value is given even where the kept marks lie too far apart."""
    extra: dict[str, Operand] = {}
    if method.clamp is not None and values:
        extra = {"clamp": fraction(method.clamp), "center": statistics.mean(values)}
        values = statistics.clamped(values, fraction(method.clamp))
    try:
        value = statistics.pool(values, method)
    except CoreError as error:
        return Pooled(values, None, error)
    spread = statistics.kept_spread(values, method)
    problem = None
    if method.max_kept_spread is not None and spread > method.max_kept_spread:
        params = {"spread": exact_text(spread), "allowed": plain_decimal(method.max_kept_spread)}
        problem = CoreError("kept_spread_too_wide", **params)
    return Pooled(values, value, problem, extra)


def too_wide(values: Sequence[Fraction], method: Method) -> dict[str, str] | None:
    """How far apart the values of a panel lie and how far they may, if that is too far; before anything is clamped."""
    if method.max_spread is None or not values:
        return None
    spread = max(values) - min(values)
    if spread <= method.max_spread:
        return None
    return {"spread": exact_text(spread), "allowed": plain_decimal(method.max_spread)}


def dropped_positions(units: Mapping[int, Fraction | int], method: Method) -> dict[int, str]:
    """Which positions the method drops, as `high` or `low`: the same ones as statistics.kept_positions."""
    if method.drop_high + method.drop_low >= len(units):
        return {}
    order = sorted(units, key=units.__getitem__)
    high = order[len(order) - method.drop_high :]
    return dict.fromkeys(order[: method.drop_low], "low") | dict.fromkeys(high, "high")
