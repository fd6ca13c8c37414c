"""The result of a publication computed again from its own bundle: marks may have changed since."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from contest.core.marks import MISSING, EntryInput, Mark, Place
from contest.core.parsing import parse_rule_set
from contest.core.scoring import Result, evaluate
from contest.entries.detail import detail_text, facts_in, put
from contest.ledger import kinds
from contest.ledger.models import LedgerRow
from contest.standings.services import Computation

Row = tuple[str, dict[str, Any]]
"""Kind and data."""


@dataclass(slots=True)
class Facts:
    """What the chain says of one entry beside its marks; `vetoes` counts how often each stands; `detail`: its facts."""

    factors: dict[Place, Decimal] = field(default_factory=dict)
    recused: set[tuple[str, str]] = field(default_factory=set)
    vetoes: Counter[str] = field(default_factory=Counter)
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recount:
    """The result, and the published rows it belongs to."""

    result: Result
    snapshot: Mapping[str, Any]


def recount(bundle: bytes) -> Recount:
    """Evaluates the bundle's marks under its rule set."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest, inputs = json.loads(files["manifest.json"]), json.loads(files["inputs.json"])
    rows = list(_rows(files["ledger.jsonl"], manifest["event"], manifest["version"]))
    facts = _facts(rows)
    entries = [_entry(code, registered, facts[code]) for code, registered in inputs["entries"].items()]
    rules = parse_rule_set(json.loads(files["rules.json"]))
    marks = [mark for mark in _marks(rows) if mark.entry in inputs["entries"]]
    return Recount(evaluate(rules, entries, marks, inputs["panels"]), json.loads(files["snapshot.json"]))


def _rows(lines: bytes, event: str, version: int) -> Iterator[Row]:
    """(kind, data) of the event's rows before its publication `version`."""
    for line in lines.splitlines():
        body = json.loads(json.loads(line).get("body", "null"))
        if body is None or body["data"].get("event") != event:
            continue
        if body["kind"] == kinds.PUBLICATION and body["data"]["version"] == version:
            return
        yield body["kind"], body["data"]


def _marks(rows: list[Row]) -> list[Mark]:
    found: dict[tuple[object, ...], Mark] = {}
    for kind, data in rows:
        if kind in (kinds.MARK, kinds.CORRECTION):
            place = (data["stage"], data["period"], data["entry"], data["aspect"], data["repetition"], data["judge"])
            found[place] = Mark(*place, data["units"], data["state"])
    return [mark for mark in found.values() if mark.state != MISSING]


def _facts(rows: Sequence[Row]) -> dict[str, Facts]:
    """What the rows add up to, by code."""
    found: dict[str, Facts] = defaultdict(Facts)
    for kind, data in rows:
        if kind == kinds.FACTOR:
            factors, place = found[data["entry"]].factors, (data["stage"], data["aspect"], data["repetition"])
            factors.pop(place, None)
            if data["value"] is not None:
                factors[place] = Decimal(data["value"])
        elif kind == kinds.RECUSAL:
            recused = found[data["entry"]].recused
            (recused.discard if data.get("state") == "lifted" else recused.add)((data["stage"], data["judge"]))
        elif kind == kinds.MEASURE:
            put(found[data["entry"]].detail, "measure", (data["name"],), data["value"] or "")
        elif kind == kinds.FACT:
            put(found[data["entry"]].detail, data["fact"], tuple(data["place"]), data["value"] or "")
        elif kind == kinds.VETO:
            found[data["entry"]].vetoes[data["veto"]] += 1 if data["state"] == "given" else -1
    return found


def _entry(code: str, registered: Mapping[str, Any], facts: Facts) -> EntryInput:
    expected = registered["expected"]
    return EntryInput(
        code=code,
        factors=facts.factors,
        measures={name: Decimal(value) for name, value in registered["measures"].items()},
        expected=None if expected is None else frozenset((s, a, r) for s, a, r in expected),
        draw=registered["lot"],
        recused=frozenset(facts.recused),
        class_id=registered.get("class", ""),
        absent=frozenset((stage, period) for stage, period in registered.get("absent", ())),
        late={(stage, period): days for stage, period, days in registered.get("late", ())},
        wild_cards=registered.get("wild_cards", {}),
        categories=frozenset(registered.get("categories", ())),
        held=registered.get("held", ""),
        disqualified=registered.get("disqualified", ""),
    )


def differences(rows: Sequence[LedgerRow], event: str, computation: Computation) -> list[str]:
    """The codes whose marks, factors, facts, vetoes or recusals in the chain are not those that were computed with.

    The tables are only a projection of the chain: a difference was made behind the platform's back.
    """
    own = [(row.kind, data) for row in rows if (data := json.loads(row.body)["data"]).get("event") == event]
    said, counted = Counter(_marks(own)), Counter(mark for mark in computation.marks if mark.state != MISSING)
    wrong = {mark.entry for mark in (said - counted) + (counted - said)}
    details = {code: entry.detail for code, entry in computation.by_code.items()}
    wrong |= set(fact_differences(own, computation.entry_inputs, details))
    return sorted(wrong & {entry.code for entry in computation.entry_inputs})


def fact_differences(rows: Sequence[Row], inputs: Sequence[EntryInput], details: Mapping[str, str]) -> list[str]:
    """The codes whose factors, facts (`details`), vetoes or recusals are not those of an event's rows."""
    facts, wrong = _facts(rows), set()
    for entry in inputs:
        told = facts[entry.code]
        vetoes = {veto for veto, count in told.vetoes.items() if count > 0}
        if (told.factors, told.recused, vetoes) != (dict(entry.factors), set(entry.recused), set(entry.vetoes)):
            wrong.add(entry.code)
        if facts_in(detail_text(told.detail)) != replace(facts_in(details[entry.code]), expected=None):
            wrong.add(entry.code)
    return sorted(wrong)
