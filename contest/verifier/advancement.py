"""Who goes on to the following stages (docs/rule-set.md, Advancement)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol

from .data import Data, Node
from .methods import round_to
from .ranking import Key, grouped, step, tie_key
from .values import Value, fraction

MODES = {"floor": "down", "ceil": "up"}
"""Shares are never negative: here floor and ceil are rounding towards and away from zero."""


class SoFar(Protocol):
    """An entry after the stages so far."""

    total: Value
    stages: dict[str, Value]
    parts: dict[tuple[str, str, str], list[Fraction]]


def going_on(data: Data, stage: Node, scored: Mapping[str, SoFar]) -> list[str]:
    """The codes that are admitted to the next stage; `scored` holds those of the field in this one."""
    rule = stage["advance"]
    order = {
        code: _compared(stage, rule, entry)
        for code, entry in scored.items()
        if is_final(data, entry.total) and is_final(data, entry.stages[stage["id"]])
    }
    ordered = {code: number for code, number in order.items() if number is not None}
    keys = {code: _key(data, rule, code, scored[code], number) for code, number in ordered.items()}
    least = None if rule.get("min") is None else fraction(rule["min"])
    eligible = {code: key for code, key in keys.items() if least is None or ordered[code] >= least}
    places = _places(rule, len(scored) if rule.get("of", "entrants") == "entrants" else len(ordered))
    admitted = set(_cut(eligible, places, rule.get("tie", "expand")))
    wild = {code for code in scored if stage["id"] in data.entries[code].get("wild_cards", {})}
    return [code for code in scored if code in admitted | wild]


def is_final(data: Data, value: Value) -> bool:
    """Whether an entry may be ranked by this: nothing is lacking but what the rules forgive."""
    forgiven = {"not_performed"} if data.rules.get("incomplete") == "ranked" else set()
    return value.number is not None and not value.lacks - forgiven


def _compared(stage: Node, rule: Node, entry: SoFar) -> Fraction | None:
    return entry.total.number if rule.get("by", "total") == "total" else entry.stages[stage["id"]].number


def _key(data: Data, rule: Node, code: str, entry: SoFar, number: Fraction) -> Key:
    own: Key = [step(number, "desc")]
    return own + tie_key(data, code, entry) if rule.get("chain", True) else own


def _places(rule: Node, entrants: int) -> int | None:
    """How many go on; None where only `min` decides."""
    if rule.get("count") is not None:
        return int(rule["count"])
    if rule.get("percent") is None:
        return None
    mode = str(rule.get("share_rounding", "half_up"))
    share = fraction(rule["percent"]) * entrants / 100
    return int(round_to(share, {"places": 0, "mode": MODES.get(mode, mode)}))


def _cut(keys: dict[str, Key], places: int | None, tie: str) -> list[str]:
    """The best `places`; those equal across the last place go on together or not at all."""
    if places is None:
        return list(keys)
    admitted: list[str] = []
    for group in grouped(keys):
        fits = len(admitted) + len(group) <= places
        if fits or (tie == "expand" and len(admitted) < places):
            admitted += group
        if not fits:
            break
    return admitted
