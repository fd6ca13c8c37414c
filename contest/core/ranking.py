"""Ranks (名次): an ordered tie chain that splits equal totals, and the five styles of numbering what stays tied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import lcm

from contest.core.numbers import Number, exact_text
from contest.core.problems import CoreError


@dataclass(frozen=True, slots=True)
class Key:
    """One step of comparison: a name for the explanation, the value of a code, and whether less is better."""

    by: str
    ref: str
    value: Callable[[str], Fraction | None]
    ascending: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What separated an entry from others of equal total: the step of the chain and the values compared."""

    by: str
    ref: str
    direction: str
    compared: tuple[tuple[str, Fraction | None], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Codes in rank order, grouped where they are still equal, and the last decision about each."""

    groups: tuple[tuple[str, ...], ...]
    decisions: Mapping[str, Decision]


def split(group: Sequence[str], key: Key) -> list[tuple[str, ...]]:
    """Sort a group by one key and cut it where values differ. Who has no value comes after those who have."""
    values = {code: key.value(code) for code in group}
    known = [value for value in values.values() if value is not None]
    # whole numbers over one denominator: thousands of fractions would take long to compare
    common = lcm(*{value.denominator for value in known}) * (1 if key.ascending else -1)
    keys = {
        code: (True, 0) if value is None else (False, value.numerator * (common // value.denominator))
        for code, value in values.items()
    }
    return [tuple(codes) for _, codes in groupby(sorted(group, key=keys.__getitem__), key=keys.__getitem__)]


def order(codes: Sequence[str], total: Key, chain: Sequence[Key]) -> Order:
    """Order by total, then let each step of the chain split only what is still equal (rules.md 2)."""
    groups = split(codes, total) if codes else []
    decisions: dict[str, Decision] = {}
    for key in chain:
        after: list[tuple[str, ...]] = []
        for group in groups:
            parts = split(group, key) if len(group) > 1 else [group]
            if len(parts) > 1:
                direction = "asc" if key.ascending else "desc"
                compared = tuple((code, key.value(code)) for part in parts for code in part)
                decision = Decision(key.by, key.ref, direction, compared)
                decisions |= dict.fromkeys(group, decision)
            after += parts
        groups = after
    return Order(tuple(groups), decisions)


def number_groups(sizes: Sequence[int], style: str) -> list[list[str]]:
    """Number tied groups of the given sizes; one rank text per member [S33].

    standard 1224, modified 1334, dense 1223, ordinal 1234, fractional 1 2.5 2.5 4.
    """
    ranks: list[list[str]] = []
    before = 0
    for position, size in enumerate(sizes, start=1):
        match style:
            case "standard":
                ranks.append([str(before + 1)] * size)
            case "modified":
                ranks.append([str(before + size)] * size)
            case "dense":
                ranks.append([str(position)] * size)
            case "ordinal":
                ranks.append([str(before + place) for place in range(1, size + 1)])
            case "fractional":
                ranks.append([exact_text(before + Fraction(size + 1, 2))] * size)
            case _:
                raise CoreError("unknown_ranking", style=style)
        before += size
    return ranks


def ranks(scores: Sequence[Number], style: str = "standard", *, ascending: bool = False) -> list[str]:
    """Give the rank of each score in the order given; the highest is first unless `ascending`."""
    positions = [str(index) for index in range(len(scores))]
    key = Key("total", "", lambda code: Fraction(scores[int(code)]), ascending)
    found = order(positions, key, ())
    numbered = number_groups([len(group) for group in found.groups], style)
    result = {
        code: rank
        for group, texts in zip(found.groups, numbered, strict=True)
        for code, rank in zip(group, texts, strict=True)
    }
    return [result[position] for position in positions]


def rank_rows(
    rows: Mapping[str, Mapping[str, Number]], total: str, keys: Sequence[str], style: str = "standard"
) -> dict[str, str]:
    """Rank named rows by the field `total`, then by `field:desc` or `field:asc` steps (TIE-1…4)."""

    def key_of(step: str) -> Key:
        field, _, direction = step.partition(":")
        return Key("field", field, lambda code: Fraction(rows[code][field]), direction == "asc")

    found = order(list(rows), key_of(f"{total}:desc"), [key_of(step) for step in keys])
    numbered = number_groups([len(group) for group in found.groups], style)
    return {
        code: rank
        for group, texts in zip(found.groups, numbered, strict=True)
        for code, rank in zip(group, texts, strict=True)
    }
