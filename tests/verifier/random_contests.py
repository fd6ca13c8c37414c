"""Random small contests: a rule set with many kinds of rules, entries, panels and marks with holes in them."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from contest.core.marks import EntryInput, Mark
from contest.core.parsing import parse_rule_set
from contest.core.ruleset import RuleSet
from contest.verifier.bundle import Bundle
from contest.verifier.facts import Facts

METHODS = ("mean", "trimmed_mean", "median", "sum", "trimmed_sum", "majority")
MODES = ("half_up", "half_even", "half_down", "down", "up")


def rounding(rng: random.Random) -> dict[str, Any] | None:
    return None if rng.random() < 0.4 else {"places": rng.randint(0, 3), "mode": rng.choice(MODES)}


def method(rng: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {"name": rng.choice(METHODS), "rounding": rounding(rng)}
    found["missing"] = rng.choice(["wait", "exclude"])
    found["min_scores"] = rng.choice([1, 3]) if not found["name"].startswith("trimmed") else 3
    if rng.random() < 0.2:
        found["max_spread"] = str(rng.randint(1, 6))
    return found


def aspect(rng: random.Random, name: str) -> dict[str, Any]:
    kind = rng.choice(["judged"] * 5 + ["judgement", "measured", "boolean", "deduction", "bonus"])
    found: dict[str, Any] = {"id": name, "title": name, "kind": kind, "max": str(rng.choice([5, 10])),
                             "weight": rng.choice(["1", "0.5", "2"])}  # fmt: skip
    if kind in ("judged", "measured", "deduction", "bonus"):
        found["decimals"] = rng.randint(0, 2)
    if kind in ("judged", "deduction", "bonus"):
        found["method"] = method(rng)
    if kind == "measured" and rng.random() < 0.5:
        found |= {"sheet": "clerk", "measure": {"min": "0", "max": "150", "unit": "%"}, "decimals": 1,
                  "conversion": {"name": "completion", "full": "30", "floor": "70", "over_cap_pct": "20",
                                 "rounding": rounding(rng)}}  # fmt: skip
    if rng.random() < 0.3:
        found |= {"repetitions": rng.randint(2, 3), "combine_repetitions": rng.choice(["sum", "mean", "best"])}
    if rng.random() < 0.3:
        found["factor"] = {"source": "entry", "constant": rng.choice(["1", "0.6"]), "rounding": rounding(rng)}
        if rng.random() < 0.5:
            found["factor"]["default"] = "1.5"
    return found


def criterion(rng: random.Random, name: str, depth: int = 0) -> dict[str, Any]:
    children = [aspect(rng, f"{name}{n}") for n in range(rng.randint(1, 3))]
    found: dict[str, Any] = {"id": name, "title": name, "weight": rng.choice(["1", "0.3"]), "children": children}
    if depth == 0 and rng.random() < 0.3:
        children.append(criterion(rng, f"{name}x", 1))
    if rng.random() < 0.2:
        found |= {"floor": "0", "cap": "12"}
    return found


def document(rng: random.Random) -> dict[str, Any]:
    stages = []
    count = rng.randint(1, 2)
    weights = ["0.4", "0.6"] if count == 2 else ["1"]
    for number in range(count):
        panel: dict[str, Any] = {"min_judges": 1}
        if rng.random() < 0.3:
            panel |= {"scope": "sheet", "method": method(rng)}
        periods = [{"id": str(n), "weight": "1"} for n in range(1, rng.randint(1, 2) + 1)]
        stages.append({"id": f"s{number}", "title": f"s{number}", "weight": weights[number], "panel": panel,
                       "periods": periods, "accumulate": rng.choice(["sum", "mean"]), "rounding": rounding(rng),
                       "rubric": [criterion(rng, f"c{number}{n}") for n in range(rng.randint(1, 2))]})  # fmt: skip
    total = rounding(rng)
    if total:
        total["parts"] = rng.random() < 0.3
    return {"schema": 1, "title": "t", "stages": stages, "combine": "weighted", "rounding": total,
            "incomplete": rng.choice(["ranked", "unranked"]), "ranking": rng.choice(
                ["standard", "dense", "modified", "ordinal", "fractional"]),
            "ties": rng.choice([[], [{"by": "stage", "ref": "s0"}], [{"by": "measure", "ref": "m", "direction": "asc"}],
                                [{"by": "criterion", "ref": "c00"}, {"by": "aspect", "ref": "c000"}]]),
            "remaining_ties": rng.choice(["share", "draw"]), "vetoes": [{"id": "v", "title": "v"}]}  # fmt: skip


Contest = tuple[RuleSet, list[EntryInput], list[Mark], dict[str, list[str]], Bundle, Facts]


def make(seed: int) -> Contest:
    """One contest in both shapes: the core's dataclasses and the verifier's documents."""
    rng = random.Random(seed)
    rules = parse_rule_set(document(rng))
    panels = {stage.id: [f"J{n}" for n in range(1, rng.randint(1, 5) + 1)] for stage in rules.stages}
    facts, entries, marks = Facts(), [], []
    registered = {}
    for number in range(rng.randint(2, 5)):
        entry = _entry(rng, rules, panels, f"{number}A", facts)
        entries.append(entry)
        registered[entry.code] = {
            "measures": {k: str(v) for k, v in entry.measures.items()}, "lot": entry.draw,
            "expected": None if entry.expected is None else [list(place) for place in entry.expected],
        }  # fmt: skip
        marks += _marks(rng, rules, panels, entry)
    for m in marks:
        facts.marks[m.entry, m.stage, m.period, m.aspect, m.repetition, m.judge] = (m.units, m.state)
    inputs = {"panels": panels, "entries": registered}
    bundle = Bundle({}, {}, rules.to_document(), inputs, [], [], [], {})
    return rules, entries, marks, panels, bundle, facts


def _entry(rng: random.Random, rules: RuleSet, panels: dict[str, list[str]], code: str, facts: Facts) -> EntryInput:
    factors, expected = {}, set()
    for stage in rules.stages:
        for item in stage.aspects():
            for repetition in range(1, item.repetitions + 1):
                if rng.random() < 0.9:
                    factors[stage.id, item.id, repetition] = Decimal(rng.choice(["1.5", "2.3", "3.1"]))
                if rng.random() < 0.9:
                    expected.add((stage.id, item.id, repetition))
    recused = frozenset((s, j) for s, panel in panels.items() for j in panel if rng.random() < 0.05)
    vetoes = ("v",) if rng.random() < 0.2 else ()
    facts.factors |= {(code, *place): Fraction(value) for place, value in factors.items()}
    facts.recused |= {(code, stage, judge) for stage, judge in recused}
    facts.vetoes += Counter({(code, veto): 1 for veto in vetoes})
    return EntryInput(
        code=code, factors=factors, vetoes=vetoes,
        measures={"m": Decimal(rng.randint(1, 3))} if rng.random() < 0.7 else {},
        expected=frozenset(expected) if rng.random() < 0.2 else None,
        draw=rng.randint(1, 9) if rng.random() < 0.7 else None, recused=recused,
    )  # fmt: skip


def _marks(rng: random.Random, rules: RuleSet, panels: dict[str, list[str]], entry: EntryInput) -> list[Mark]:
    holes = rng.choice([0, 0, 0, 0.02, 0.1, 1])
    found = []
    for stage in rules.stages:
        for period in stage.periods:
            for item in stage.aspects():
                alone = item.sheet == "clerk" or item.method.name == "agreed"
                for repetition in range(1, item.repetitions + 1):
                    if entry.expected is not None and (stage.id, item.id, repetition) not in entry.expected:
                        continue
                    state = "not_performed" if rng.random() < 0.01 else "scored"
                    for judge in [""] if alone else panels[stage.id]:
                        if rng.random() >= holes:
                            units = _units(rng, item) if state == "scored" else None
                            found.append(
                                Mark(stage.id, period.id, entry.code, item.id, repetition, judge, units, state)
                            )
    return found


def _units(rng: random.Random, item: Any) -> int:
    low, high = item.mark_bounds()
    scale = 10**item.decimals
    if item.kind == "judged" and rng.random() < 0.7:  # close marks: ties and small spreads
        return rng.randint(int(high) * scale - 3, int(high) * scale)
    return rng.randint(int(low or 0) * scale, int(high or 100) * scale)
