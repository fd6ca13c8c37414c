"""What this verifier reads of a rule set: a field or value that it does not know is told, never silently passed over.

A rule that is not recomputed would make every check of the results worthless, whatever else agrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Allowed = tuple[object, ...] | None
Fields = dict[str, Allowed]
ANY: Allowed = None
"""Every value is understood, or the field changes nothing that is published in a row."""


def _any(names: str, **words: tuple[object, ...]) -> Fields:
    """Fields of which every value is understood, and those of which only some words are."""
    every: Fields = dict.fromkeys(("note", "title", *names.split()), ANY)
    return {**every, **words}


_STEPS = ("exact", "whole", "started")
_TIES = ("standard", "modified", "dense", "fractional")
_BETTER = ("high", "low")
CONVERSIONS: dict[str, Fields] = {
    "completion": _any("full floor over_cap_pct"),
    "difference": _any("full target per deduct floor", side=("both", "above", "below"), steps=_STEPS),
    "days": _any("full late early early_cap floor"),
    "per_unit": _any("marks per from at_least base floor cap", steps=_STEPS),
    "bands": _any("bands below floor cap", bounds=("from", "above"), steps=_STEPS),
    "table": _any("table other"),
    "choices": _any("full choices floor"),
    "pieces": _any("points"),
    "ratio": _any("full", better=_BETTER),
    "share": _any("full"),
    "rank_points": _any("points first step floor", better=_BETTER, ties=_TIES),
    "rank_linear": _any("full", better=_BETTER, ties=_TIES),
}
FIELDS: dict[str, Fields] = {
    "": _any(
        "stages rounding ties vetoes language entry_kind blind board awards award_rounding award_overflow award_limit"
        " award_bounds statistics medals promotions classes",
        schema=(1,), combine=("sum", "weighted", "last"), incomplete=("unranked", "ranked"),
        remaining_ties=("share", "draw"), rank_within=("event", "class"),
        ranking=("standard", "dense", "modified", "ordinal", "fractional"),
    ),
    "stage": _any(
        "id weight panel periods rounding rubric sections best late period_rounding group_rounding advance",
        accumulate=("sum", "mean", "weighted", "mean_of_groups"),
    ),
    "panel": _any("min_judges method places normalise", scope=("aspect", "sheet", "ranks")),
    "places": _any("", method=("skating", "borda"), order=("desc", "asc"), judge_ties=("refuse", "share")),
    "normalise": _any("mean sd group", deviation=("sample", "population")),
    "period": _any("id weight group"),
    "late": _any("each most", per=("report", "day")),
    "advance": _any(
        "count percent min chain", of=("entrants", "ranked"), by=("total", "stage"), tie=("expand", "shrink"),
        share_rounding=("half_up", "half_even", "half_down", "floor", "ceil"),
    ),
    "criterion": _any(
        "id children weight declared_max floor cap best rounding", cap_order=("deduct_then_cap", "cap_then_deduct"),
    ),
    "aspect": _any(
        "id max min decimals step weight repetitions repetitions_vary method factor conversion measure levels required"
        " sheet standard_section rounding grades limits",
        kind=("judged", "judgement", "measured", "boolean", "deduction", "bonus"),
        combine_repetitions=("sum", "mean", "best"),
    ),
    "limits": _any("measure bands"),
    "method": _any(
        "drop_high drop_low min_scores rounding max_spread clamp max_kept_spread",
        name=("mean", "trimmed_mean", "median", "sum", "trimmed_sum", "majority", "agreed"),
        missing=("wait", "exclude"),
    ),
    "factor": _any("default constant rounding", source=("none", "entry"), how=("multiply", "add")),
    "rounding": _any("places parts", mode=("half_up", "half_even", "half_down", "down", "up")),
    "tie": _any("ref stage", by=("total", "stage", "criterion", "aspect", "measure"), direction=("desc", "asc")),
    "entry": _any("measures lot expected categories held class absent late wild_cards disqualified"),
}  # fmt: skip
INNER = {
    "stages": "stage", "ties": "tie", "panel": "panel", "periods": "period", "method": "method", "factor": "factor",
    "conversion": "conversion", "rounding": "rounding", "period_rounding": "rounding", "group_rounding": "rounding",
    "advance": "advance", "late": "late", "places": "places", "normalise": "normalise", "limits": "limits",
    "rubric": "node", "children": "node",
}  # fmt: skip
"""The kind of object that stands in a field."""


def unread(rules: dict[str, Any], inputs: dict[str, Any]) -> list[str]:
    """The paths of all fields that would have to be recomputed and can't be."""
    found = list(_unread("", rules, ""))
    for code, entry in inputs["entries"].items():
        found += _unread("entry", entry, f"entries.{code}")
    return found


def _known(kind: str, value: dict[str, Any]) -> Fields:
    if kind == "node":
        return FIELDS["criterion" if "children" in value else "aspect"]
    if kind != "conversion":
        return FIELDS[kind]
    name = str(value.get("name"))
    return {"name": tuple(CONVERSIONS), "rounding": ANY} | CONVERSIONS.get(name, {})


def _unread(kind: str, value: dict[str, Any], path: str) -> Iterator[str]:
    known = _known(kind, value)
    for name, item in value.items():
        here = f"{path}.{name}" if path else name
        allowed = known.get(name, ())
        if allowed is not None and not any(item == one and type(item) is type(one) for one in allowed):
            yield here if isinstance(item, dict | list) else f"{here} = {item}"
        elif name in INNER and kind != "entry":
            yield from _inner(INNER[name], item, here)


def _inner(kind: str, item: object, path: str) -> Iterator[str]:
    """The object or objects in a field; a number there, as in `places`, has nothing inside."""
    if isinstance(item, dict):
        yield from _unread(kind, item, path)
    elif isinstance(item, list):
        for number, one in enumerate(item):
            yield from _unread(kind, one, f"{path}[{number}]")
