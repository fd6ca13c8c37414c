"""What an entry brings beside its marks (docs/rule-set.md, "What an entry brings"), kept as JSON in its `detail`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from contest.core.marks import Place
from contest.core.ruleset import Stage


@dataclass(frozen=True, slots=True)
class Facts:
    """What an entry's `detail` may hold for scoring: values of the tie chain, its lot, its own places.

    In the JSON: `measures` {name: decimal text}, `lot` a whole number, `expected` [[stage, aspect, repetition], …],
    `times` {stage|aspect: number of repetitions}, `class` an id, `absent` [[stage, period], …],
    `late` [[stage, period, days], …], `wild_cards` {stage: reason}, `categories` [name, …], `held` a grade.
    """

    measures: Mapping[str, Decimal] = field(default_factory=dict)
    lot: int | None = None
    expected: frozenset[Place] | None = None
    times: Mapping[tuple[str, str], int] = field(default_factory=dict)
    class_id: str = ""
    absent: frozenset[tuple[str, str]] = frozenset()
    late: Mapping[tuple[str, str], int] = field(default_factory=dict)
    wild_cards: Mapping[str, str] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()
    held: str = ""


def read_detail(text: str) -> dict[str, Any]:
    """The JSON of an entry's `detail`."""
    return dict(json.loads(text or "{}"))


def facts_in(text: str) -> Facts:
    """Reads the `detail` of an entry; what is not there is simply absent."""
    detail = read_detail(text)
    expected = detail.get("expected")
    times = ((key.split("|", 1), int(number)) for key, number in detail.get("times", {}).items())
    return Facts(
        measures={name: Decimal(value) for name, value in detail.get("measures", {}).items()},
        lot=detail.get("lot"),
        expected=None if expected is None else frozenset((s, a, int(r)) for s, a, r in expected),
        times={(stage, aspect): number for (stage, aspect), number in times},
        class_id=detail.get("class", ""),
        absent=frozenset((stage, period) for stage, period in detail.get("absent", ())),
        late={(stage, period): int(days) for stage, period, days in detail.get("late", ())},
        wild_cards=detail.get("wild_cards", {}),
        categories=frozenset(detail.get("categories", ())),
        held=detail.get("held", ""),
    )


def value_at(detail: Mapping[str, Any], kind: str, place: tuple[str, ...]) -> str:
    """One fact as the text of its box; empty if it is not given."""
    if kind in _SINGLE:
        return str(detail.get(_SINGLE[kind], ""))
    if kind in _NAMED:
        return str(detail.get(_NAMED[kind], {}).get("|".join(place), ""))
    if kind == "late":
        return next((str(days) for *where, days in detail.get("late", ()) if tuple(where) == place), "")
    given = detail.get("absent", ()) if kind == "absent" else [[name] for name in detail.get("categories", ())]
    return "1" if list(place) in [list(item) for item in given] else ""


def each_fact(detail: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(kind, place, value) of everything that is given, in an order of its own; `put` is the other way."""
    yield from ((kind, (), str(detail[key])) for kind, key in _SINGLE.items() if key in detail)
    for kind, key in _NAMED.items():
        for name, value in sorted(detail.get(key, {}).items()):
            yield kind, tuple(name.split("|", 1)) if kind == "times" else (name,), str(value)
    yield from (("category", (name,), "1") for name in detail.get("categories", ()))
    yield from (("absent", tuple(place), "1") for place in detail.get("absent", ()))
    yield from (("late", tuple(place), str(days)) for *place, days in detail.get("late", ()))


def put(detail: dict[str, Any], kind: str, place: tuple[str, ...], value: str) -> None:
    """Writes one fact, or takes it out (empty); a key without anything in it goes."""
    if kind in _SINGLE:
        key = _SINGLE[kind]
        detail[key] = int(value) if kind == "lot" and value else value
    elif kind in _NAMED:
        key = _NAMED[kind]
        others = {name: old for name, old in detail.get(key, {}).items() if name != "|".join(place)}
        detail[key] = others | ({"|".join(place): int(value) if kind == "times" else value} if value else {})
    elif kind == "late":
        key, kept = "late", [item for item in detail.get("late", ()) if tuple(item[:2]) != place]
        detail[key] = sorted([*kept, [*place, int(value)]]) if value else kept
    else:
        key = "absent" if kind == "absent" else "categories"
        item = list(place) if kind == "absent" else place[0]
        kept = [old for old in detail.get(key, ()) if old != item]
        detail[key] = sorted([*kept, item]) if value else kept
    if detail[key] in ("", [], {}):
        del detail[key]


_SINGLE = {"class": "class", "held": "held", "lot": "lot"}
_NAMED = {"measure": "measures", "wild_card": "wild_cards", "times": "times"}


def detail_text(detail: Mapping[str, Any]) -> str:
    """The JSON as it is kept."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True)


def declared_places(stages: Sequence[Stage], factors: Collection[Place], facts: Facts) -> frozenset[Place] | None:
    """Where entries differ in their repetitions, what this one declares, by its factors or its number of times;
    None: everything. Scoring and the score sheet ask for the same places.
    """
    if facts.expected is not None:
        return facts.expected
    aspects = [(stage.id, aspect) for stage in stages for aspect in stage.aspects()]
    varying = {(stage, aspect.id) for stage, aspect in aspects if aspect.repetitions_vary}
    declaring = {place[0] for place in factors}
    times = {place: number for place, number in facts.times.items() if place in varying}
    if not times and not any(stage in declaring for stage, _ in varying):
        return None
    return frozenset(
        (stage, aspect.id, repetition)
        for stage, aspect in aspects
        for repetition in range(1, times.get((stage, aspect.id), aspect.repetitions) + 1)
        if (stage, aspect.id) not in varying
        or (stage, aspect.id) in times
        or stage not in declaring
        or (stage, aspect.id, repetition) in factors
    )
