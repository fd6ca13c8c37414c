"""Recomputes every total and rank, and compares with what was published, to the last digit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .advancement import is_final
from .bundle import Bundle
from .data import Data
from .declared import Place, expected_of
from .facts import Facts, collect, own_rows
from .fields import unread
from .methods import round_to
from .ranking import rank_all
from .registered import entry_of
from .report import Report
from .totals import Scored, score_all
from .values import Value

LONGEST = 6
"""Places of a number that no rule rounds and that has no finite decimal."""


def printed(value: Fraction | None, rounding: dict[str, Any] | None) -> str | None:
    """A number as publications print it: with the places of its rounding, else exactly, else half up to six places."""
    if value is None:
        return None
    places = int(rounding["places"]) if rounding else _places(value)
    if places is None:
        places, value = LONGEST, round_to(value, {"places": LONGEST})
    units = value * 10**places
    digits = str(abs(units.numerator)).rjust(places + 1, "0")
    whole = digits[: len(digits) - places] + (f".{digits[len(digits) - places :]}" if places else "")
    return f"-{whole}" if units < 0 else whole


def _places(value: Fraction) -> int | None:
    """How many decimals an exact number needs; None when none suffice."""
    places, rest = 0, value.denominator
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    return places if rest == 1 else None


def recompute(bundle: Bundle, facts: Facts) -> dict[str, dict[str, Any]]:
    """Code -> the fields of a published row, computed from the ledger's facts alone."""
    rules = bundle.rules
    data = Data(rules, bundle.inputs, facts)
    scored = score_all(data)
    marked = {key[0] for key in facts.marks}
    status = {code: _status(data, code, entry, marked) for code, entry in scored.items()}
    places = rank_all(data, {code: entry for code, entry in scored.items() if status[code] == "ranked"})
    known = [veto["id"] for veto in rules.get("vetoes") or ()]
    rows = {}
    for code, entry in scored.items():
        place = places.get(code)
        rows[code] = {
            "rank": place.rank if place else None,
            "tied": place.tied if place else False,
            "total": printed(entry.total.number, rules.get("rounding")) if place else None,
            "stages": {s["id"]: _stage(data, s, entry.stages.get(s["id"]), status[code]) for s in rules["stages"]},
            "status": status[code],
            "barred": sorted(veto for veto in known if facts.vetoes[code, veto] > 0),
        }
    return rows


Inputs = dict[str, Any]


def fields_of(bundle: Bundle, facts: Facts, inputs: Inputs | None = None) -> dict[str, frozenset[str] | None]:
    """By stage behind a cut: who takes part in it, by the facts of the ledger; None when that can't be recomputed."""
    stages, inputs = bundle.rules["stages"], inputs or bundle.inputs
    first = next((number for number, stage in enumerate(stages, 1) if stage.get("advance")), len(stages))
    behind = [stage["id"] for stage in stages[first:]]
    if not behind or unread(bundle.rules, inputs):
        return dict.fromkeys(behind)
    data = Data(bundle.rules, inputs, facts)
    scored = score_all(data)
    return {
        key: frozenset(code for code, one in scored.items() if key in one.stages and not data.is_disqualified(code))
        for key in behind
    }


def field_at(bundle: Bundle, bodies: list[dict[str, Any]]) -> Callable[[str, int], frozenset[str] | None]:
    """Who took part in a stage by the rows before one of them; None where the rules were other ones then."""
    adopted = max((body["seq"] for body in own_rows(bundle, bodies) if body["kind"] == "adoption"), default=0)

    def found(stage: str, seq: int) -> frozenset[str] | None:
        if seq < adopted:
            return None
        facts = collect(bundle, [body for body in bodies if body["seq"] < seq])
        return fields_of(bundle, facts, _inputs_then(bundle, facts)).get(stage)

    return found


def _inputs_then(bundle: Bundle, facts: Facts) -> Inputs:
    factors: dict[str, set[Place]] = defaultdict(set)
    for entry, stage, aspect, number in facts.factors:
        factors[entry].add((stage, aspect, number))
    entries = {}
    for code in set(facts.draw) - facts.withdrawn:
        registered = facts.registered.get(code, {})
        expected = expected_of(bundle.rules, factors[code], registered)
        told = None if expected is None else [list(place) for place in sorted(expected)]
        entries[code] = entry_of(bundle.rules, registered) | {"expected": told}
    return {"panels": bundle.inputs["panels"], "entries": entries}


def _stage(data: Data, stage: dict[str, Any], value: Value | None, status: str) -> str | None:
    """None for a stage that the entry was not admitted to, and for one that lacks marks."""
    if value is None or status == "disqualified" or (value.lacks and status != "ranked"):
        return None
    return printed(value.number, stage.get("rounding")) if is_final(data, value) else None


def _status(data: Data, code: str, entry: Scored, marked: set[str]) -> str:
    if data.is_disqualified(code):
        return "disqualified"
    if code not in marked:
        return "no_marks"
    has_class = data.rules.get("rank_within", "event") == "event" or bool(data.entries[code].get("class"))
    return "ranked" if has_class and is_final(data, entry.total) else "incomplete"


def check_results(bundle: Bundle, facts: Facts, report: Report) -> None:
    """Compares row by row; every difference is told, up to twenty."""
    drawn = set(facts.draw) - facts.withdrawn
    shown = [row["code"] for row in bundle.snapshot["rows"]]
    report.check(
        set(shown) == drawn == set(bundle.inputs["entries"]) and len(shown) == len(set(shown)),
        "entries",
        (f"抽签的 {len(drawn)} 个参赛全部在成绩里", f"all {len(drawn)} drawn entries are in the results"),
        ("成绩里的参赛与抽签、退赛记录不一致", "the entries of the results are not those that were drawn"),
    )
    unknown = unread(bundle.rules, bundle.inputs)
    for path in unknown[:20]:
        report.bad("unread", f"不能重算：{path}", f"cannot be recomputed: {path}")
    if unknown:
        return
    rows = recompute(bundle, facts)
    differences = [text for row in bundle.snapshot["rows"] for text in _differences(row, rows.get(row["code"], {}))]
    for text in differences[:20]:
        report.bad("results", f"重算不符：{text}", f"recomputed differently: {text}")
    if not differences:
        report.good(
            "results",
            f"{len(shown)} 行成绩和名次逐位重算一致",
            f"all {len(shown)} totals and ranks were recomputed, equal to the last digit",
        )


def _differences(told: dict[str, Any], found: dict[str, Any]) -> list[str]:
    said = {
        "rank": told["rank"],
        "tied": told["tied"],
        "total": told["total"],
        "stages": told["stages"],
        "status": told["status"],
        "barred": sorted(veto["id"] for veto in told["barred"]),
    }
    return [
        f"{told['code']} {field}: {value} ≠ {found.get(field)}"
        for field, value in said.items()
        if found.get(field) != value
    ]
