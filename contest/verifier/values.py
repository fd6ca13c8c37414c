"""A number with what it lacks, and the weighted sum of several: what every step of docs/rule-set.md hands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Lack = set[str]
"""Why a number is not final: the codes of docs/rule-set.md; only `not_performed` may be forgiven."""


class NoValueError(Exception):
    """A step gives no number; its text is the code of the reason."""


@dataclass(slots=True)
class Value:
    """A number with what it lacks; `number` None where nothing is there."""

    number: Fraction | None = None
    lacks: Lack = field(default_factory=set)
    exists: bool = True

    def __bool__(self) -> bool:
        return self.exists

    def step(self, number: Fraction | None) -> Value:
        """The same value after one more step of arithmetic."""
        return Value(number, self.lacks)


NOTHING = Value(exists=False)
"""An entry is not scored on this at all."""


def total(numbers: Sequence[Fraction]) -> Fraction:
    """The exact sum; 0 of none."""
    return sum(numbers, Fraction(0))


def lacks_of(values: Sequence[Value]) -> Lack:
    """Whatever any of them lacks."""
    return set().union(*(value.lacks for value in values)) if values else set()


def weighted(values: Sequence[Value], weights: Sequence[Fraction]) -> Value:
    """Sum of weight x value over what is there; it lacks whatever its parts lack."""
    pairs = [(value, weight) for value, weight in zip(values, weights, strict=True) if value]
    terms = [value.number * weight for value, weight in pairs if value.number is not None]
    return Value(total(terms) if terms else None, lacks_of([value for value, _ in pairs]))
