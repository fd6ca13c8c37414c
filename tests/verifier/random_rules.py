"""Random rule sets that use every field of docs/rule-set.md, each now and then, so that most of their contests rank."""

from __future__ import annotations

import random
from typing import Any

from tests.verifier.random_conversions import MODES, conversion, maybe, rounding

Document = dict[str, Any]

AVERAGING = ("mean", "trimmed_mean", "median", "sum", "trimmed_sum")
WEIGHTED = {1: [["1"]], 2: [["0.4", "0.6"], ["0.25", "0.75"], ["0", "1"]],
            3: [["0.2", "0.3", "0.5"], ["0.4", "0.4", "0.2"]]}  # fmt: skip
"""Weights that sum to 1."""
WEIGHTS = ("1", "1", "0.5", "2", "0.3", "0")


def method(rng: random.Random, judges: int, *, whole: bool = False) -> Document:
    """A panel method; `whole` sheets are never all alike, so they are averaged."""
    name = rng.choice(AVERAGING if whole else (*AVERAGING, *AVERAGING, "majority", "agreed"))
    found: Document = {"name": name, "rounding": rounding(rng), "missing": rng.choice(["wait", "exclude"])}
    dropped = 0
    if name.startswith("trimmed"):
        high, low = rng.choice(
            [(1, 1), (1, 1), (2, 1), (0, 1), (1, 0), (0, 2)] if judges > 3 else [(0, 1), (1, 0), (0, 0)]
        )
        found |= {"drop_high": high, "drop_low": low}
        dropped = high + low
    found["min_scores"] = rng.choice([dropped + 1, dropped + 1, max(dropped + 1, judges)])
    if rng.random() < 0.15:
        found["max_spread"] = str(rng.choice([4, 6, 20]))
    if name in AVERAGING and rng.random() < 0.2:
        found["clamp"] = rng.choice(["0.5", "1", "2.5"])
    if name in AVERAGING and rng.random() < 0.15:
        found["max_kept_spread"] = rng.choice(["1", "5", "9"])
    return found


def aspect(rng: random.Random, name: str, judges: int, kinds: tuple[str, ...]) -> Document:
    kind = rng.choice(kinds)
    found: Document = {"id": name, "title": name, "kind": kind, "weight": rng.choice(WEIGHTS),
                       "max": str(rng.choice([3, 5, 10])), "rounding": maybe(rng, 0.3, rounding(rng))}  # fmt: skip
    if kind not in ("judgement", "boolean"):
        found["decimals"] = rng.choice([0, 0, 1, 2])
    if kind == "judged":
        _judged(rng, found)
    if kind in ("judged", "deduction", "bonus") or rng.random() < 0.1:
        found["method"] = maybe(rng, 0.8, method(rng, judges))
    if kind in ("measured", "deduction", "bonus"):
        _typed(rng, found)
    if found.get("sheet") == "clerk" and rng.random() < 0.95:  # one mark: nothing can be dropped
        found["method"] = {"name": rng.choice(["mean", "median", "agreed"]), "rounding": rounding(rng)}
    if rng.random() < 0.2:
        found["required"] = rng.random() < 0.5
    if rng.random() < 0.3:
        found |= {"repetitions": rng.randint(2, 3), "repetitions_vary": rng.random() < 0.4,
                  "combine_repetitions": rng.choice(["sum", "mean", "best"])}  # fmt: skip
    if rng.random() < 0.25:
        found["factor"] = _factor(rng)
    return found


def _judged(rng: random.Random, found: Document) -> None:
    top = int(found["max"])
    found["min"] = rng.choice(["0", "0", "0", "-2"])
    found["step"] = rng.choice([None, None, "1"])
    found["sheet"] = rng.choice(["judge"] * 5 + ["clerk"])
    if rng.random() < 0.12:
        found["decimals"] = 0
        found["grades"] = [[str(grade), rng.choice(["-1.5", "0.4", "1", "2.7", "5"])] for grade in range(-2, top + 1)]
        found["grades"] = rng.sample(found["grades"], rng.randint(top, len(found["grades"])))
    elif rng.random() < 0.12:
        found["limits"] = {"measure": "size", "bands": [["1", "-2", str(top)], ["2", "0", str(top)],
                                                         ["3", rng.choice(["0", "1"]), str(top)]]}  # fmt: skip


def _typed(rng: random.Random, found: Document) -> None:
    found["sheet"] = rng.choice(["judge", "clerk"])
    if rng.random() < 0.75:
        found |= {"conversion": conversion(rng), "decimals": rng.choice([0, 0, 1])}
        if rng.random() < 0.8:
            found["measure"] = {"min": rng.choice(["-20", "0"]), "max": "150", "unit": "%"}


def _factor(rng: random.Random) -> Document:
    found: Document = {"source": rng.choice(["entry", "entry", "none"]), "constant": rng.choice(["1", "0.6", "2"]),
                       "rounding": rounding(rng), "how": rng.choice(["multiply", "add"])}  # fmt: skip
    return found | {"default": rng.choice(["1.5", "0"])} if rng.random() < 0.7 else found


def criterion(rng: random.Random, name: str, judges: int, depth: int = 0) -> Document:
    best = maybe(rng, 0.25, rng.randint(1, 2))
    kinds: tuple[str, ...] = ("judged",) * 6 + ("measured", "measured", "boolean", "bonus")
    kinds += ("judgement",) if judges > 2 else ()
    if best is None:
        kinds += ("deduction",) * 2
    elif rng.random() < 0.3:
        kinds = ("deduction",)
    children = [aspect(rng, f"{name}a{n}", judges, kinds) for n in range(rng.choice([1, 1, 2, 3]))]
    if depth < 2 and rng.random() < 0.3 and (best is None or kinds != ("deduction",)):
        inner = criterion(rng, f"{name}c", judges, depth + 1)
        if best is None or not only_deductions(inner):
            children.insert(rng.randint(0, len(children)), inner)
    found: Document = {"id": name, "title": name, "children": children, "weight": rng.choice(WEIGHTS), "best": best,
                       "rounding": maybe(rng, 0.3, rounding(rng))}  # fmt: skip
    found["cap"] = maybe(rng, 0.3, rng.choice(["4", "8", "12.5"]))
    found["floor"] = maybe(rng, 0.3, rng.choice(["-3", "0", "2"]))
    found["cap_order"] = rng.choice(["deduct_then_cap", "cap_then_deduct"])
    found["declared_max"] = maybe(rng, 0.1, "10")
    return found


def only_deductions(node: Document) -> bool:
    below = node.get("children")
    return all(map(only_deductions, below)) if below else node["kind"] == "deduction"


def panel(rng: random.Random, judges: int) -> Document:
    scope = rng.choice(["aspect"] * 4 + ["sheet", "sheet", "ranks", "ranks"])
    found: Document = {"min_judges": rng.choice([1, 1, 2]), "scope": scope,
                       "method": maybe(rng, 0.6, method(rng, judges, whole=scope != "aspect"))}  # fmt: skip
    if scope == "ranks":
        found["places"] = {"method": rng.choice(["skating", "skating", "borda"]), "order": rng.choice(["desc", "asc"]),
                           "judge_ties": rng.choice(["share"] * 4 + ["refuse"])}  # fmt: skip
    elif rng.random() < 0.2:
        found["normalise"] = {"mean": "80", "sd": rng.choice(["10", "7.5"]), "group": rng.choice(["", "jury"]),
                              "deviation": rng.choice(["sample", "population"])}  # fmt: skip
    return found


def periods(rng: random.Random) -> Document:
    count, how = rng.choice([1, 1, 1, 2, 3]), rng.choice(["sum", "mean", "weighted", "mean_of_groups"])
    weights = rng.choice(WEIGHTED[count]) if how == "weighted" else [rng.choice(WEIGHTS) for _ in range(count)]
    found: Document = {"accumulate": how, "periods": [
        {"id": str(n), "weight": weight, "group": "" if how != "mean_of_groups" else rng.choice(["Q1", "Q2"])}
        for n, weight in enumerate(weights, 1)
    ]}  # fmt: skip
    if how in ("sum", "mean") and rng.random() < 0.4:
        found["best"] = rng.randint(1, count)
    if how == "mean_of_groups":
        found["group_rounding"] = rounding(rng)
    if rng.random() < 0.3:
        found["late"] = {"each": rng.choice(["0.5", "2"]), "per": rng.choice(["report", "day"]),
                         "most": rng.choice([None, "3"])}  # fmt: skip
    return found | {"period_rounding": maybe(rng, 0.3, rounding(rng))}


def advance(rng: random.Random) -> Document:
    found: Document = {
        "of": rng.choice(["entrants", "ranked"]), "by": rng.choice(["total", "stage"]), "chain": rng.random() < 0.5,
        "tie": rng.choice(["expand", "shrink"]),
        "share_rounding": rng.choice(["half_up", "half_even", "half_down", "floor", "ceil"]),
    }  # fmt: skip
    match rng.choice(["count", "percent", "percent", "min", "both"]):
        case "count":
            return found | {"count": rng.randint(1, 3)}
        case "percent":
            return found | {"percent": rng.choice(["50", "60", "33.3", "75"])}
        case "min":
            return found | {"min": rng.choice(["5", "10"])}
    return found | {"count": rng.randint(2, 4), "min": rng.choice(["3", "8"])}


def stage(rng: random.Random, name: str, weight: str, judges: int, *, is_last: bool) -> Document:
    rubric = [criterion(rng, f"c{n}", judges) for n in range(rng.choice([1, 1, 1, 2]))]
    found = {"id": name, "title": name, "weight": weight, "panel": panel(rng, judges), "rubric": rubric,
             "rounding": rounding(rng), "sections": [{"id": "w", "declared": "9"}]}  # fmt: skip
    found |= periods(rng)
    if not is_last and rng.random() < 0.5:
        found["advance"] = advance(rng) | ({"by": "stage"} if weight == "0" else {})
    return found


def ties(rng: random.Random, stages: list[Document]) -> list[Document]:
    """A chain of steps that all point to something."""
    chain: list[Document] = []
    for by in rng.sample(["stage", "criterion", "aspect", "measure", "total"], rng.choice([0, 1, 1, 2, 3])):
        own, step = rng.choice(stages), {"by": by, "direction": rng.choice(["desc", "asc"])}
        ids = [item["id"] for item in nodes(own["rubric"]) if (by == "criterion") == ("children" in item)]
        if by == "stage":
            step["ref"] = own["id"]
        elif by == "measure":
            step["ref"] = "minutes"
        elif by != "total" and ids:
            step |= {"ref": rng.choice(ids), "stage": own["id"] if len(stages) > 1 or rng.random() < 0.5 else ""}
        if by == "total" or "ref" in step:
            chain.append(step)
    return chain


def nodes(children: list[Document]) -> list[Document]:
    """All criteria and aspects."""
    return [node for child in children for node in (child, *nodes(child.get("children", [])))]


def document(rng: random.Random, judges: int) -> Document:
    count, combine = rng.choice([1, 1, 1, 2, 2, 3]), rng.choice(["sum", "weighted", "last"])
    weights = rng.choice(WEIGHTED[count]) if combine == "weighted" else [rng.choice(WEIGHTS) for _ in range(count)]
    weights = weights if set(weights) != {"0"} else ["1"] * count
    stages = [stage(rng, f"s{n}", weights[n], judges, is_last=n == count - 1) for n in range(count)]
    total = maybe(rng, 0.6, {"places": rng.randint(0, 2), "mode": rng.choice(MODES), "parts": rng.random() < 0.4})
    return {"schema": 1, "title": "t", "stages": stages, "combine": combine, "rounding": total,
            "incomplete": rng.choice(["ranked", "unranked"]), "ties": ties(rng, stages),
            "ranking": rng.choice(["standard", "dense", "modified", "ordinal", "fractional"]),
            "remaining_ties": rng.choice(["share", "draw"]), "classes": [{"id": "x"}, {"id": "y"}],
            "rank_within": rng.choice(["event", "event", "event", "class"]),
            "vetoes": [{"id": "v", "title": "v"}, {"id": "w"}]}  # fmt: skip
