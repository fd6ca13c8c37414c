"""How a number came about: a tree whose every node can be recomputed by hand from its inputs (算分单)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from contest.core.numbers import exact_text

Operand = str | int | Fraction


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a number is not final: a code and the place it concerns (empty where it does not apply)."""

    code: str
    stage: str = ""
    period: str = ""
    aspect: str = ""
    repetition: int = 0
    judge: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number and its origin.

    kind: total, stage, period, criterion, aspect, repetition, sheets, sheet, or mark. label: id of that thing
    (a judge for sheets and marks). value: exact, of what is there; None if nothing is. weight: by which the
    parent multiplies it. operation: `op` and its operands; see docs/rule-set.md for the list.
    reasons: why the value is not final.
    """

    kind: str
    label: str
    value: Fraction | None
    inputs: tuple[Explanation, ...] = ()
    operation: Mapping[str, Operand] = field(default_factory=dict)
    weight: Fraction = Fraction(1)
    reasons: tuple[Reason, ...] = ()

    @property
    def text(self) -> str | None:
        """The value as an exact decimal, or as `n/d`."""
        return None if self.value is None else exact_text(self.value)

    def parameters(self) -> dict[str, str | int]:
        """The operation with every fraction written as an exact text."""
        return {
            key: exact_text(operand) if isinstance(operand, Fraction) else operand
            for key, operand in self.operation.items()
        }

    def walk(self) -> Iterator[Explanation]:
        """This node and all below it, parents first."""
        yield self
        for node in self.inputs:
            yield from node.walk()

    def plain(self) -> dict[str, object]:
        """The tree as JSON values, with no number but in text form."""
        return {
            "kind": self.kind, "label": self.label, "value": self.text, "weight": exact_text(self.weight),
            "operation": self.parameters(), "inputs": [node.plain() for node in self.inputs],
            "reasons": [reason.code for reason in self.reasons],
        }  # fmt: skip
