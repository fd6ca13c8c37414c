"""The score sheet (judge x entry x stage x period): which items it asks for, how full it is, its digest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from contest.core.canonical import digest
from contest.core.marks import MISSING
from contest.core.ruleset import Aspect, Criterion, Stage

Place = tuple[str, int]
"""Aspect and repetition."""


@dataclass(frozen=True, slots=True)
class Item:
    """One box of a sheet. `group` is the criterion it stands under (title path)."""

    aspect: Aspect
    repetition: int
    group: str

    @property
    def place(self) -> Place:
        return self.aspect.id, self.repetition

    @property
    def is_required(self) -> bool:
        return self.aspect.required and self.aspect.kind not in {"deduction", "bonus"}


def items_of(stage: Stage, declared: Collection[Place] | None = None, *, sheet: str = "judge") -> list[Item]:
    """The boxes of one entry's sheet in printed order.

    `declared`: what the entry itself declares (has factors for), where entries differ in their repetitions; None: all.
    """
    return [
        Item(aspect, repetition, group)
        for group, aspect in _leaves(stage.rubric, "")
        if aspect.sheet == sheet
        for repetition in range(1, aspect.repetitions + 1)
        if not aspect.repetitions_vary or declared is None or (aspect.id, repetition) in declared
    ]


def _leaves(nodes: Iterable[Criterion | Aspect], group: str) -> Iterable[tuple[str, Aspect]]:
    for node in nodes:
        if isinstance(node, Aspect):
            yield group, node
        else:
            yield from _leaves(node.children, f"{group} › {node.title}" if group else node.title)


def count_done(items: Sequence[Item], marks: Mapping[Place, str]) -> tuple[int, int]:
    """(marked, asked for) of the required items; `marks` are the states by place. A withdrawn mark is none."""
    required = [item for item in items if item.is_required]
    return sum(marks.get(item.place, MISSING) != MISSING for item in required), len(required)


def sheet_digest(marks: Iterable[tuple[str, int, int | None, str]]) -> str:
    """SHA-256 of a sheet's marks (aspect, repetition, units, state): what a signature binds."""
    return digest([list(mark) for mark in sorted(marks, key=lambda mark: mark[:2]) if mark[3] != MISSING])
