"""Factors, vetoes and other facts as the ledger knows them. Those given before the draw wait for their entry's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from contest.competitions.models import Event
from contest.entries.detail import each_fact, read_detail
from contest.entries.models import Entry, Factor
from contest.entries.queries import factors_of, vetoes_of
from contest.ledger import kinds

Item = tuple[str, dict[str, object]]


def factor_item(event: Event, code: str, factor: Factor, value: str | None) -> Item:
    """A ledger row for one factor; None withdraws it."""
    return kinds.FACTOR, {
        "event": event.id,
        "entry": code,
        "stage": factor.stage_key,
        "aspect": factor.aspect,
        "repetition": factor.repetition,
        "value": value,
    }


def veto_item(event: Event, code: str, veto: str, state: str, reason: str) -> Item:
    """A ledger row for a veto that is `given` or `withdrawn`."""
    return kinds.VETO, {"event": event.id, "entry": code, "veto": veto, "state": state, "reason": reason}


def fact_item(event: Event, code: str, kind: str, place: tuple[str, ...], value: str | None, reason: str = "") -> Item:
    """A ledger row for one fact; None withdraws it."""
    data: dict[str, object] = {"event": event.id, "entry": code, "value": value, "reason": reason}
    if kind == "measure":
        return kinds.MEASURE, data | {"name": place[0]}
    return kinds.FACT, data | {"fact": kind, "place": list(place)}


def facts_of(session: Session, event: Event, given: Mapping[str, str]) -> list[Item]:
    """What is already known of the entries that just drew a code (id -> code), in the order of the codes."""
    found: list[tuple[str, Item]] = []
    for entry, factor in factors_of(session, event):
        if code := given.get(entry.id):
            found.append((code, factor_item(event, code, factor, factor.value)))
    for entry, veto in vetoes_of(session, event):
        if code := given.get(entry.id):
            found.append((code, veto_item(event, code, veto.veto, "given", veto.reason)))
    for entry_id, detail in _details(session, event):
        if code := given.get(entry_id):
            found += [(code, fact_item(event, code, *fact)) for fact in each_fact(read_detail(detail))]
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _details(session: Session, event: Event) -> Sequence[tuple[str, str]]:
    query = select(Entry.id, Entry.detail).where(Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    return session.exec(query.where(col(Entry.detail) != "{}")).all()
