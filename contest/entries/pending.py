"""Factors and vetoes as the ledger knows them. Those given before the draw wait for their entry's code."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from contest.competitions.models import Event
from contest.entries.models import Factor
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


def facts_of(session: Session, event: Event, given: Mapping[str, str]) -> list[Item]:
    """What is already known of the entries that just drew a code (id -> code), in the order of the codes."""
    found: list[tuple[str, Item]] = []
    for entry, factor in factors_of(session, event):
        if code := given.get(entry.id):
            found.append((code, factor_item(event, code, factor, factor.value)))
    for entry, veto in vetoes_of(session, event):
        if code := given.get(entry.id):
            found.append((code, veto_item(event, code, veto.veto, "given", veto.reason)))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]
