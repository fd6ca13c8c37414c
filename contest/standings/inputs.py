"""What scoring needs of an event's entries, gathered from the features below in a fixed number of queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from contest.competitions.models import Event
from contest.core.marks import EntryInput, Place
from contest.core.ruleset import RuleSet
from contest.entries.models import Entry
from contest.entries.queries import factors_of, vetoes_of
from contest.judging.queries import recusals_of

Factors = Mapping[Place, Decimal]


@dataclass(frozen=True, slots=True)
class Extras:
    """What an entry's `detail` may hold for scoring: values of the tie chain, its lot, its own places.

    In the JSON: `measures` {name: decimal text}, `lot` a whole number, `expected` [[stage, aspect, repetition], …],
    `class` an id, `absent` [[stage, period], …], `late` [[stage, period, days], …], `wild_cards` {stage: reason},
    `categories` [name, …], `held` a grade.
    """

    measures: Mapping[str, Decimal]
    lot: int | None
    expected: frozenset[Place] | None
    class_id: str = ""
    absent: frozenset[tuple[str, str]] = frozenset()
    late: Mapping[tuple[str, str], int] = field(default_factory=dict)
    wild_cards: Mapping[str, str] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()
    held: str = ""


def code_of(entry: Entry) -> str:
    """The code under which the entry is scored; before the draw a stand-in that no code can be."""
    return entry.code or f"?{entry.number}"


def entry_inputs(session: Session, event: Event, rules: RuleSet, entries: Sequence[Entry]) -> list[EntryInput]:
    """The entries as the core knows them: a code, factors, vetoes, measures, recusals; no names."""
    factors, vetoes, recused = _factors(session, event), _vetoes(session, event), recusals_of(session, event)
    inputs = []
    for entry in entries:
        extras, own = extras_of(entry), factors.get(entry.id, {})
        inputs.append(
            EntryInput(
                code=code_of(entry),
                factors=own,
                vetoes=tuple(vetoes.get(entry.id, ())),
                measures=extras.measures,
                expected=extras.expected if extras.expected is not None else declared_places(rules, own),
                draw=extras.lot,
                recused=recused.get(entry.code or "", frozenset()),
                class_id=extras.class_id,
                absent=extras.absent,
                late=extras.late,
                wild_cards=extras.wild_cards,
                categories=extras.categories,
                held=extras.held,
            )
        )
    return inputs


def extras_of(entry: Entry) -> Extras:
    """Reads the entry's `detail`; what is not there is simply absent."""
    detail: Mapping[str, Any] = json.loads(entry.detail or "{}")
    expected = detail.get("expected")
    return Extras(
        measures={name: Decimal(value) for name, value in detail.get("measures", {}).items()},
        lot=detail.get("lot"),
        expected=None if expected is None else frozenset((s, a, int(r)) for s, a, r in expected),
        class_id=detail.get("class", ""),
        absent=frozenset((stage, period) for stage, period in detail.get("absent", ())),
        late={(stage, period): int(days) for stage, period, days in detail.get("late", ())},
        wild_cards=detail.get("wild_cards", {}),
        categories=frozenset(detail.get("categories", ())),
        held=detail.get("held", ""),
    )


def declared_places(rules: RuleSet, factors: Factors) -> frozenset[Place] | None:
    """Where entries differ in their repetitions, what this one declares by its factors; None: the whole rubric.

    The score sheet asks for the same places (`judging.queries.declared_places`).
    """
    aspects = [(stage.id, aspect) for stage in rules.stages for aspect in stage.aspects()]
    varying = {(stage, aspect.id) for stage, aspect in aspects if aspect.repetitions_vary}
    declaring = {place[0] for place in factors}
    if not any(stage in declaring for stage, _ in varying):
        return None
    return frozenset(
        (stage, aspect.id, repetition)
        for stage, aspect in aspects
        for repetition in range(1, aspect.repetitions + 1)
        if (stage, aspect.id) not in varying or stage not in declaring or (stage, aspect.id, repetition) in factors
    )


def _factors(session: Session, event: Event) -> dict[str, dict[Place, Decimal]]:
    found: dict[str, dict[Place, Decimal]] = defaultdict(dict)
    for entry, factor in factors_of(session, event):
        found[entry.id][factor.stage_key, factor.aspect, factor.repetition] = Decimal(factor.value)
    return found


def _vetoes(session: Session, event: Event) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry, veto in vetoes_of(session, event):
        if veto.veto not in found[entry.id]:
            found[entry.id].append(veto.veto)
    return found
