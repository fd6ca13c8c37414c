"""A number with what it lacks, and the weighted sum of several: what every step of docs/rule-set.md hands on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

Lack = set[str]
"""Why a number is not final: the codes of docs/rule-set.md; only `not_performed` may be forgiven."""


LARGEST = 100
"""Places, and digits of a number: no rule set has more, and a power of ten as large as one likes never ends."""
_DECIMAL = re.compile(r"[-+]?[0-9]{1,100}(?:\.[0-9]{1,100})?(?:[eE][-+]?[0-9]{1,2})?")


def fraction(value: object) -> Fraction:
    """A number of the bundle, exact; ValueError for a text that no platform writes as one."""
    if isinstance(value, str):
        if not _DECIMAL.fullmatch(value):
            raise ValueError(f"not a decimal number: {value[:40]}")
        return Fraction(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    raise TypeError(f"not a number: {type(value).__name__}")


def power_of_ten(places: object) -> int:
    """10 to that many places (ValueError: more than there can be)."""
    if not 0 <= int(str(places)) <= LARGEST:
        raise ValueError(f"so many places can't be: {str(places)[:20]}")
    return int(10 ** int(str(places)))


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


def are_two(data: dict[str, Any], second: str = "confirmed_by") -> bool:
    """Whether a row names two persons: two texts that differ by more than blanks."""
    names = [data.get("proposed_by"), data.get(second)]
    plain = {name.strip() for name in names if isinstance(name, str)} - {""}
    return len(plain) == len(names)


def is_said(data: dict[str, Any]) -> bool:
    """Whether a row gives a reason in words."""
    reason = data.get("reason")
    return isinstance(reason, str) and bool(reason.strip())


def of_two(data: dict[str, Any]) -> bool:
    """Whether a row names two persons and a reason."""
    return are_two(data) and is_said(data)
