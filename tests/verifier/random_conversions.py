"""Random roundings and conversions: every conversion of docs/rule-set.md with every parameter, now and then."""

from __future__ import annotations

import random
from typing import Any, TypeVar

MODES = ("half_up", "half_even", "half_down", "down", "up")
STEPS, TIES = ("exact", "whole", "started"), ("standard", "modified", "dense", "fractional")
NAMES = ("completion", "difference", "days", "per_unit", "bands", "table", "choices", "pieces", "ratio", "share",
         "rank_points", "rank_linear")  # fmt: skip
T = TypeVar("T")


def maybe(rng: random.Random, share: float, value: T) -> T | None:
    """The value in this share of all cases."""
    return value if rng.random() < share else None


def rounding(rng: random.Random) -> dict[str, Any] | None:
    return maybe(rng, 0.6, {"places": rng.randint(0, 3), "mode": rng.choice(MODES)})


def conversion(rng: random.Random) -> dict[str, Any]:
    """One of the twelve; what has a default is left out now and then."""
    name = rng.choice(NAMES)
    found = _PARAMETERS[name](rng) if name in _PARAMETERS else _compared(rng, name)
    return {"name": name, "rounding": maybe(rng, 0.4, rounding(rng))} | found


def _some(rng: random.Random, **every: object) -> dict[str, object]:
    return {key.rstrip("_"): value for key, value in every.items() if rng.random() < 0.6}


def _limits(rng: random.Random) -> dict[str, object]:
    return _some(rng, floor=rng.choice(["-1", "1"]), cap=rng.choice(["4", "7.5"]))


def _completion(rng: random.Random) -> dict[str, object]:
    return {"full": "10"} | _some(rng, floor=rng.choice(["0", "95", "100"]), over_cap_pct=rng.choice(["0", "30"]))


def _difference(rng: random.Random) -> dict[str, object]:
    return {"full": "10", "deduct": rng.choice(["0.5", "2"])} | _some(
        rng, target=rng.choice(["100", "8"]), per=rng.choice(["3", "10"]), side=rng.choice(["both", "above", "below"]),
        steps=rng.choice(STEPS), floor=rng.choice(["-4", "3"]),
    )  # fmt: skip


def _days(rng: random.Random) -> dict[str, object]:
    return {"full": "10"} | _some(
        rng, late=rng.choice(["0.5", "2"]), early=rng.choice(["0.2", "1"]), early_cap=rng.choice(["1", "3"]),
        floor=rng.choice(["-5", "2"]),
    )  # fmt: skip


def _per_unit(rng: random.Random) -> dict[str, object]:
    return {"marks": rng.choice(["1.5", "0.25", "-1"])} | _limits(rng) | _some(
        rng, per=rng.choice(["2", "7"]), from_=rng.choice(["-3", "5", "90"]), at_least=rng.choice(["3", "100"]),
        base=rng.choice(["2", "-1"]), steps=rng.choice(STEPS),
    )  # fmt: skip


def _bands(rng: random.Random) -> dict[str, object]:
    rows = [["0", "1"], ["5", "2", "1", "0.5"], ["90", "4"], ["100", "3", rng.choice(["3", "10"]), "1.5"]]
    return {"bands": rng.sample(rows, 4)[:1] if rng.random() < 0.2 else rows} | _limits(rng) | _some(
        rng, below=rng.choice(["-1", "0.5"]), bounds=rng.choice(["from", "above"]), steps=rng.choice(STEPS),
    )  # fmt: skip


def _rows(rng: random.Random) -> list[list[str]]:
    """Marks beside nearly every value that is typed often, in any order."""
    rows = [[str(value), rng.choice(["0", "1", "2.5", "6"])] for value in (*range(11), *range(88, 112))]
    return rng.sample(rows, rng.choice([len(rows), len(rows), len(rows) - 3]))


def _table(rng: random.Random) -> dict[str, object]:
    return {"table": _rows(rng)} | _some(rng, other=rng.choice(["-1", "0.5"]))


def _choices(rng: random.Random) -> dict[str, object]:
    return {"full": "5", "choices": _rows(rng)} | _some(rng, floor=rng.choice(["1", "-0.5"]))


def _pieces(rng: random.Random) -> dict[str, object]:
    return {"points": [["2", "0"], ["8", "3"], ["90", "1"], ["103", "9"]][rng.choice([0, 0, 1]) :]}


def _compared(rng: random.Random, name: str) -> dict[str, object]:
    better, ties = rng.choice(["high", "low"]), rng.choice(TIES)
    match name:
        case "ratio":
            return {"full": "8"} | _some(rng, better=better)
        case "share":
            return {"full": "20"}
        case "rank_linear":
            return {"full": "9"} | _some(rng, better=better, ties=ties)
    either = [{"points": ["9", "6", "5.5"]}, {"first": "10"}, {"first": "10", "points": ["8", "3"]}]
    own: dict[str, object] = dict(rng.choice(either))
    return own | _some(rng, step=rng.choice(["2", "0.5"]), floor=rng.choice(["4", "1"]), better=better, ties=ties)


_PARAMETERS = {
    "completion": _completion, "difference": _difference, "days": _days, "per_unit": _per_unit, "bands": _bands,
    "table": _table, "choices": _choices, "pieces": _pieces,
}  # fmt: skip
