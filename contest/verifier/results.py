"""Recomputes every total and rank, and compares with what was published, to the last digit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .advancement import is_final
from .bundle import Bundle
from .data import Data
from .facts import Facts
from .fields import unread
from .methods import round_to
from .ranking import rank_all
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
