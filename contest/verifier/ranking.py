"""From totals to ranks: the ordered tie chain, and the five ways to number what stays tied (docs/rule-set.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from .data import Data
from .values import Value, fraction

Step = tuple[bool, Fraction]
Key = list[Step]
"""What is compared, best first and smallest; who has no value at a step comes last there."""


class Compared(Protocol):
    """What ties compare of an entry."""

    total: Value
    stages: dict[str, Value]
    parts: dict[tuple[str, str, str], list[Fraction]]


@dataclass(frozen=True, slots=True)
class Place:
    """The rank of an entry as text, and whether it is still shared after the whole chain."""

    rank: str
    tied: bool


def rank_all(data: Data, scored: Mapping[str, Compared]) -> dict[str, Place]:
    """The places of the entries in `scored`, all of which are to be ranked: in the event, or in each class."""
    if data.rules.get("rank_within", "event") == "event":
        return _ranked(data, scored)
    places: dict[str, Place] = {}
    for item in data.rules.get("classes") or ():
        own = {code: entry for code, entry in scored.items() if data.entries[code].get("class") == item["id"]}
        places |= _ranked(data, own)
    return places


def _ranked(data: Data, scored: Mapping[str, Compared]) -> dict[str, Place]:
    # who was admitted to more stages is before everybody who was not, whatever the totals
    keys = {
        code: [step(Fraction(len(entry.stages)), "desc"), step(entry.total.number, "desc"), *tie_key(data, code, entry)]
        for code, entry in scored.items()
    }
    places: dict[str, Place] = {}
    ahead = 0
    for position, group in enumerate(grouped(keys), 1):
        for order, code in enumerate(group, 1):
            rank = _number(data.rules.get("ranking", "standard"), position, ahead, len(group), order)
            places[code] = Place(rank, len(group) > 1)
        ahead += len(group)
    return places


def grouped(keys: Mapping[str, Key]) -> list[list[str]]:
    """The codes best first, in groups of equal keys."""
    groups: list[list[str]] = []
    for code in sorted(keys, key=keys.__getitem__):
        if groups and keys[groups[-1][0]] == keys[code]:
            groups[-1].append(code)
        else:
            groups.append([code])
    return groups


def _number(style: str, position: int, ahead: int, size: int, order: int) -> str:
    if style == "fractional":
        middle = ahead + Fraction(size + 1, 2)
        return str(middle.numerator) if middle.denominator == 1 else f"{middle.numerator // 2}.5"
    numbers = {"standard": ahead + 1, "dense": position, "modified": ahead + size, "ordinal": ahead + order}
    return str(numbers[style])


def tie_key(data: Data, code: str, entry: Compared) -> Key:
    """Every step of the chain, and the lot where lots decide."""
    ties = data.rules.get("ties") or ()
    steps = [step(_compared(data, code, tie, entry), tie.get("direction", "desc")) for tie in ties]
    if data.rules.get("remaining_ties") == "draw":
        lot = data.entries[code]["lot"]
        steps.append(step(None if lot is None else fraction(lot), "asc"))
    return steps


def step(value: Fraction | None, direction: str) -> Step:
    """One step of a key."""
    if value is None:
        return True, Fraction(0)
    return False, value if direction == "asc" else -value


def _compared(data: Data, code: str, tie: dict[str, Any], entry: Compared) -> Fraction | None:
    if tie["by"] == "total":
        return entry.total.number
    if tie["by"] == "measure":
        return data.measure(code, tie["ref"])
    wanted = tie.get("stage") or None
    values = [
        number
        for (kind, stage, name), numbers in entry.parts.items()
        if kind == tie["by"] and name == tie["ref"] and (kind == "stage" or wanted in (None, stage))
        for number in numbers
    ]
    return sum(values, Fraction(0)) if values else None
