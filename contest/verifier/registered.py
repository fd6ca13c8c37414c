"""Facts of entries (class, absence, values that come with them …): the ledger's rows against what was computed with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .values import fraction

Key = tuple[str, ...]
Registered = dict[Key, str]
"""(kind, *place) -> the last value that the ledger gives it."""
NUMBERS = ("measure", "lot", "late")


def fact_key(data: dict[str, Any]) -> Key:
    """What a row `fact` or `measure` is about."""
    return ("measure", data["name"]) if "name" in data else (data["fact"], *data["place"])


def differing(rules: dict[str, Any], inputs: dict[str, Any], registered: dict[str, Registered]) -> list[str]:
    """The codes of inputs.json whose facts are not those of the rows."""
    known: set[Key] = {("class", item["id"]) for item in rules.get("classes", [])}
    known |= {("wild_card", stage["id"]) for stage in rules["stages"] if stage.get("advance")}
    return [
        code for code, given in inputs["entries"].items()
        if dict(_told(given)) != dict(_counting(registered.get(code, {}), known))
    ]  # fmt: skip


def _counting(registered: Registered, known: set[Key]) -> Iterator[tuple[Key, Any]]:
    """A class or wild card that the rules in force do not know counts for nothing; times decide what is expected."""
    for key, value in registered.items():
        kind = key[0]
        if (
            kind == "times"
            or (kind == "wild_card" and key not in known)
            or (kind == "class" and (kind, value) not in known)
        ):
            continue
        yield key, fraction(value) if kind in NUMBERS else value


def _told(given: dict[str, Any]) -> Iterator[tuple[Key, Any]]:
    for name, value in given.get("measures", {}).items():
        yield ("measure", name), fraction(value)
    if given.get("lot") is not None:
        yield ("lot",), fraction(given["lot"])
    yield from (((kind,), given[kind]) for kind in ("class", "held") if given.get(kind))
    yield from ((("category", name), "1") for name in given.get("categories", []))
    yield from ((("absent", stage, period), "1") for stage, period in given.get("absent", []))
    yield from ((("late", stage, period), fraction(days)) for stage, period, days in given.get("late", []))
    yield from ((("wild_card", stage), why) for stage, why in given.get("wild_cards", {}).items())


def entry_of(rules: dict[str, Any], registered: Registered) -> dict[str, Any]:
    """What inputs.json would say of an entry by these rows alone (but for `expected`)."""
    known: set[Key] = {("class", item["id"]) for item in rules.get("classes", [])}
    known |= {("wild_card", stage["id"]) for stage in rules["stages"] if stage.get("advance")}
    made: dict[str, Any] = {
        "measures": {}, "lot": None, "categories": [], "absent": [], "late": [], "wild_cards": {}
    }  # fmt: skip
    for key, _ in _counting(registered, known):
        kind, value = key[0], registered[key]
        if kind == "measure":
            made["measures"][key[1]] = value
        elif kind == "category":
            made["categories"].append(key[1])
        elif kind == "absent":
            made["absent"].append([key[1], key[2]])
        elif kind == "late":
            made["late"].append([key[1], key[2], value])
        elif kind == "wild_card":
            made["wild_cards"][key[1]] = value
        else:
            made[kind] = value
    return made
