"""Random small contests: a random rule set, entries with all that an entry can bring, and marks with holes in them."""

from __future__ import annotations

import json
import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from contest.core.marks import EntryInput, Mark
from contest.core.parsing import parse_rule_set
from contest.core.rubric import Aspect
from contest.core.ruleset import RuleSet, Stage
from contest.publications.bundle import registered
from contest.verifier.bundle import Bundle
from contest.verifier.facts import Facts
from tests.verifier.random_rules import document

Panels = dict[str, list[str]]
Contest = tuple[RuleSet, list[EntryInput], list[Mark], Panels, Bundle, Facts]


def make(seed: int) -> Contest:
    """One contest in both shapes: the core's dataclasses and the verifier's documents."""
    rng = random.Random(seed)
    judges = rng.choice([1, 2, 3, 3, 4, 5])
    rules = parse_rule_set(document(rng, judges))
    panels = {stage.id: [f"J{n}" for n in range(1, judges + rng.choice([0] * 8 + [1, -1]) + 1)]
              for stage in rules.stages}  # fmt: skip
    entries = [entry(rng, rules, panels, code) for code in rng.sample("ABCDEFGH", rng.randint(2, 6))]
    is_coarse = rng.random() < 0.5
    marks = [mark for item in entries for mark in marks_of(rng, rules, panels, item, is_coarse=is_coarse)]
    inputs = json.loads(json.dumps(
        {"panels": panels, "entries": {item.code: registered(item) for item in entries}}, sort_keys=True
    ))  # fmt: skip
    bundle = Bundle({}, {}, rules.to_document(), inputs, [], [], [], {})
    return rules, entries, marks, panels, bundle, facts_of(entries, marks)


def facts_of(entries: list[EntryInput], marks: list[Mark]) -> Facts:
    """What the rows of a ledger would add up to."""
    facts = Facts()
    for item in entries:
        facts.factors |= {(item.code, *place): Fraction(value) for place, value in item.factors.items()}
        facts.recused |= {(item.code, stage, judge) for stage, judge in item.recused}
        facts.vetoes += Counter({(item.code, veto): 1 for veto in item.vetoes})
    for m in marks:
        if m.state != "missing":
            facts.marks[m.entry, m.stage, m.period, m.aspect, m.repetition, m.judge] = (m.units, m.state)
    return facts


def entry(rng: random.Random, rules: RuleSet, panels: Panels, code: str) -> EntryInput:
    places = [(s.id, a.id, n) for s in rules.stages for a in s.aspects() for n in range(1, a.repetitions + 1)]
    periods = [(s.id, p.id) for s in rules.stages for p in s.periods]
    measures = {"minutes": str(rng.randint(1, 3)), "size": rng.choice(["1.5", "2", "7"]), "jury": rng.choice("12")}
    absences = rng.random() < 0.1
    return EntryInput(
        code=code,
        factors={place: Decimal(rng.choice(["1.5", "2.3", "0"])) for place in places if rng.random() < 0.97},
        vetoes=tuple(veto for veto in ("v", "w") if rng.random() < 0.1),
        measures={name: Decimal(value) for name, value in measures.items() if rng.random() < 0.98},
        expected=frozenset(place for place in places if rng.random() < 0.8) if rng.random() < 0.2 else None,
        draw=rng.randint(1, 9) if rng.random() < 0.8 else None,
        recused=frozenset((s, j) for s, panel in panels.items() for j in panel if rng.random() < 0.03),
        disqualified="doping" if rng.random() < 0.04 else "",
        class_id=rng.choice(["x", "y"] * 15 + [""]),
        absent=frozenset(place for place in periods if absences and rng.random() < 0.5),
        late={place: rng.randint(1, 3) for place in periods if rng.random() < 0.2},
        wild_cards={s.id: "r" for s in rules.stages if s.advance and rng.random() < 0.15},
        categories=frozenset(name for name in ("worker", "woman") if rng.random() < 0.5),
        held=rng.choice(["", "", "junior", "senior"]),
    )


def marks_of(rng: random.Random, rules: RuleSet, panels: Panels, own: EntryInput, *, is_coarse: bool) -> list[Mark]:
    """Marks of one entry: of most entries all, of some with a few holes, of one in ten none."""
    holes = rng.choice([0] * 7 + [0.02, 0.1, 1])
    odd = rng.choice([0, 0, 0.02])
    found = []
    for stage in rules.stages:
        for period in stage.periods:
            for item in stage.aspects():
                for repetition in range(1, item.repetitions + 1):
                    if own.expected is not None and (stage.id, item.id, repetition) not in own.expected:
                        continue
                    place = (stage.id, period.id, own.code, item.id, repetition)
                    for judge, units in values(rng, stage, item, panels[stage.id], is_coarse=is_coarse).items():
                        if rng.random() >= holes:
                            state = rng.choice(["not_performed", "recused", "missing"]) if rng.random() < odd else None
                            found.append(Mark(*place, judge, None if state else units, state or "scored"))
    return found


def values(rng: random.Random, stage: Stage, item: Aspect, panel: list[str], *, is_coarse: bool) -> dict[str, int]:
    """Units by judge; a panel that has to agree mostly does."""
    own = units_of(rng, item, is_coarse=is_coarse)
    if item.sheet == "clerk":
        return {"": own}
    alone = item.method.name == "agreed" or (stage.panel.method and stage.panel.method.name == "agreed")
    if alone and rng.random() < 0.5:
        return {"": own}
    together = item.method.name in ("agreed", "majority") or item.kind == "judgement" or bool(item.grades)
    change = 0.03 if together else 0.7
    return {j: units_of(rng, item, is_coarse=is_coarse) if rng.random() < change else own for j in panel}


def units_of(rng: random.Random, item: Aspect, *, is_coarse: bool) -> int:
    if item.grades and rng.random() < 0.97:
        return int(rng.choice(item.grades)[0])
    scale = 10**item.decimals
    if item.conversion is not None:
        value: Any = rng.choice([*range(11), *range(88, 112)] if rng.random() < 0.9 else [-3, 55])
        return int(value) * scale + (rng.randint(0, scale - 1) if rng.random() < 0.2 else 0)
    low, high = item.mark_bounds()
    first, last = int((low or 0) * scale), int((high or 0) * scale)
    if is_coarse:
        return rng.choice([last, last - scale]) if last > scale else rng.randint(first, last)
    return rng.randint(max(first, last - 3 * scale) if rng.random() < 0.8 else first, last)
