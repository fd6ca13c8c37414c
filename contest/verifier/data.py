"""What scoring reads: the rule set, panels and registration, and the marks of the ledger, found by place."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .facts import Facts
from .values import fraction

Node = dict[str, Any]
"""A stage, criterion or aspect as the rule set writes it."""
Mark = tuple[int | None, str]
"""Units and state."""
MOST_REPETITIONS = 1000


class Data:
    """One event: rules, inputs and facts."""

    def __init__(self, rules: dict[str, Any], inputs: dict[str, Any], facts: Facts) -> None:
        self.rules, self.facts = rules, facts
        self.panels: dict[str, list[str]] = inputs["panels"]
        self.entries: dict[str, dict[str, Any]] = inputs["entries"]
        self._expected = {code: _places(entry["expected"]) for code, entry in self.entries.items()}
        self._marks: dict[tuple[str, str, str, str, int], dict[str, Mark]] = {}
        for (entry, stage, period, aspect, repetition, judge), mark in facts.marks.items():
            self._marks.setdefault((entry, stage, period, aspect, repetition), {})[judge] = mark

    def marks(self, code: str, stage: str, period: str, aspect: str, repetition: int) -> dict[str, Mark]:
        """Judge -> mark, of one place."""
        return self._marks.get((code, stage, period, aspect, repetition), {})

    def repetitions(self, code: str, stage: str, aspect: Node) -> list[int]:
        """Those of an aspect that this entry has."""
        numbers = range(1, repetitions_of(aspect) + 1)
        declared = self._expected[code]
        return [n for n in numbers if declared is None or (stage, aspect["id"], n) in declared]

    def is_recused(self, code: str, stage: str, judge: str) -> bool:
        return (code, stage, judge) in self.facts.recused

    def measure(self, code: str, name: str) -> Fraction | None:
        """A value that comes with the entry."""
        text = self.entries[code]["measures"].get(name)
        return None if text is None else fraction(text)

    def is_disqualified(self, code: str) -> bool:
        return bool(self.entries[code].get("disqualified"))

    def is_absent(self, code: str, stage: str, period: str) -> bool:
        return [stage, period] in self.entries[code].get("absent", [])

    def days_late(self, code: str, stage: str, period: str) -> int:
        late = self.entries[code].get("late", [])
        return sum(int(days) for s, p, days in late if (s, p) == (stage, period))


def _places(expected: list[list[Any]] | None) -> set[tuple[Any, ...]] | None:
    return None if expected is None else {tuple(place) for place in expected}


def repetitions_of(aspect: Node) -> int:
    """How many the rule set gives it."""
    return counted(aspect.get("repetitions", 1))


def counted(value: object) -> int:
    """A number of repetitions (ValueError: more than there can be)."""
    number = int(str(value))
    if number > MOST_REPETITIONS:
        raise ValueError(f"{number} repetitions")
    return number


def weight(node: Node) -> Fraction:
    """By which the parent multiplies; 1 if nothing is said."""
    return fraction(node.get("weight", 1))


def leaves(nodes: list[Node]) -> Iterator[Node]:
    """The aspects of a rubric."""
    for node in nodes:
        if "children" in node:
            yield from leaves(node["children"])
        else:
            yield node
