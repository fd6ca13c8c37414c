"""Every mark that stands in the ledger counts where it was given: none is left aside, and none comes from nobody.

Totals are recomputed from whatever the panel and the rubric let through: a judge who is left out of the panel, or a
mark under a name or a place that nobody knows, would otherwise change a result without a row that says so.
"""

from __future__ import annotations

from typing import Any

from .bundle import Bundle
from .codes import Body
from .data import Node, leaves, repetitions_of
from .facts import Facts, MarkKey
from .methods import method_of
from .report import Report

STATES = ("scored", "not_performed")
"""What a tablet or a clerk can give; `missing` takes back, and nobody is recused by a mark."""
Places = dict[tuple[str, str, str], tuple[int, bool]]
"""(stage, period, aspect) -> how many repetitions, and whether one value of the whole panel may stand there."""


def check_counted(bundle: Bundle, rows: list[Body], facts: Facts, report: Report) -> None:
    """Marks of entries that compete, against rubric and panels."""
    places, panels = _places(bundle.rules), bundle.inputs["panels"]
    strays = {
        key: _is_place(places, key) for key, mark in facts.marks.items()
        if key[0] in bundle.inputs["entries"] and not (_is_place(places, key) and _is_value(mark)
                                                       and _is_judge(panels, places, key))
    }  # fmt: skip
    moved = sum(body["kind"] == "adoption" for body in rows) > 1
    left = sorted({f"{key[0]} {key[3]}" for key, is_place in strays.items() if not is_place and moved})
    wrong = sorted({f"{key[0]} {key[3]} {key[5]}" for key, is_place in strays.items() if is_place or not moved})
    report.check(
        not wrong,
        "counted",
        ("流水里的分都属于评分办法里的项目和裁判组里的裁判",
         "every mark of the ledger is of an aspect of the rules and a judge of the panel"),
        (f"有分不属于评分办法里的项目或裁判组里的裁判：{'、'.join(wrong[:10])}",
         f"marks of no aspect of the rules, or of no judge of the panel: {', '.join(wrong[:10])}"),
    )  # fmt: skip
    if left:
        told = ", ".join(left[:10])
        report.good(
            "left",
            f"评分办法变更以后不再有的项目，其分不计入：{told}",
            f"marks of aspects that the rules no longer have, after they were changed by two persons: {told}",
        )


def _places(rules: Node) -> Places:
    found: Places = {}
    for stage in rules["stages"]:
        for aspect in leaves(stage["rubric"]):
            for period in stage["periods"]:
                here = (stage["id"], period["id"], aspect["id"])
                found[here] = repetitions_of(aspect), _is_shared(stage, aspect)
    return found


def _is_shared(stage: Node, aspect: Node) -> bool:
    is_clerks = aspect.get("sheet", "judge") == "clerk" or aspect.get("kind") in ("measured", "boolean")
    return is_clerks or method_of(stage, aspect)["name"] == "agreed"


def _is_place(places: Places, key: MarkKey) -> bool:
    _, stage, period, aspect, repetition, _ = key
    return type(repetition) is int and 1 <= repetition <= places.get((stage, period, aspect), (0, False))[0]


def _is_judge(panels: dict[str, list[str]], places: Places, key: MarkKey) -> bool:
    _, stage, period, aspect, _, judge = key
    return judge in panels.get(stage, []) if judge else places[stage, period, aspect][1]


def _is_value(mark: tuple[Any, str]) -> bool:
    units, state = mark
    return state in STATES and (type(units) is int if state == "scored" else units is None)
