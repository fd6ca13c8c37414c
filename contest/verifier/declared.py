"""What an entry is asked for: it follows from the ledger's factors and times, and nobody else says so.

An aspect that inputs.json left out of an entry's places would count for nothing, whatever the judges gave; and the
platform disqualifies nobody there, so that such a word would put a rival out of the ranks without a row of the ledger.
"""

from __future__ import annotations

from collections import defaultdict

from .bundle import Bundle
from .data import Node, counted, leaves, repetitions_of
from .facts import Facts
from .registered import Registered
from .report import Report

Place = tuple[str, str, int]


def check_declared(bundle: Bundle, facts: Facts, report: Report) -> None:
    """`expected` and `disqualified` of inputs.json against the rows."""
    factors: dict[str, set[Place]] = defaultdict(set)
    for entry, stage, aspect, number in facts.factors:
        factors[entry].add((stage, aspect, number))
    wrong = [
        code for code, given in bundle.inputs["entries"].items()
        if given.get("disqualified")
        or _told(given["expected"]) != expected_of(bundle.rules, factors[code], facts.registered.get(code, {}))
    ]  # fmt: skip
    report.check(
        not wrong,
        "declared",
        ("每个参赛要评的项目都由流水得出", "what each entry is asked for follows from the ledger"),
        (f"参赛要评的项目与流水不符：{'、'.join(wrong[:10])}",
         f"what entries are asked for is not what the ledger gives: {', '.join(wrong[:10])}"),
    )  # fmt: skip


def _told(expected: list[list[object]] | None) -> set[tuple[object, ...]] | None:
    return None if expected is None else {tuple(place) for place in expected}


def expected_of(rules: Node, factors: set[Place], registered: Registered) -> set[Place] | None:
    """The places of an entry where entries differ in their repetitions; None: all there are.

    In a stage in which it has factors it is asked for those repetitions; where it says how often, for so many.
    """
    every = [(stage["id"], aspect) for stage in rules["stages"] for aspect in leaves(stage["rubric"])]
    varying = {(stage, aspect["id"]) for stage, aspect in every if aspect.get("repetitions_vary")}
    declaring = {stage for stage, _, _ in factors}
    times = {key[1:]: counted(value) for key, value in registered.items() if key[0] == "times" and key[1:] in varying}
    if not times and not any(stage in declaring for stage, _ in varying):
        return None
    found: set[Place] = set()
    for stage, aspect in every:
        place = (stage, aspect["id"])
        is_free = place not in varying or place in times or stage not in declaring
        numbers = range(1, times.get(place, repetitions_of(aspect)) + 1)
        found |= {(*place, n) for n in numbers if is_free or (*place, n) in factors}
    return found
