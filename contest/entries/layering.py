"""The lines of a layered sealing: identity to lot number (layer 1), lot number to blind code (layer 2).

The two layers are made and read by different people, each sees one of them only (trust.md 3; rules.md: tables sealed,
opened in reverse order). What judges see is the second layer's code alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from contest.competitions.models import Event
from contest.db import in_batches
from contest.entries import codes
from contest.entries.models import Entry, EntryState, Layer, LayerLine
from contest.ledger import chain, kinds

PER_ROW = 200
"""Commitments in one ledger row, so that no row grows beyond some 25 KB."""
FIRST, SECOND = 1, 2
LOT = "S"
"""What a lot number begins with, so that nobody takes it for a blind code: no check letter is an S."""

Item = tuple[str, dict[str, object]]
Lots = Mapping[str, tuple[str, str]]
"""Entry id -> lot number and its salt (empty once the person is erased): what opens the first layer."""


def layers_of(session: Session, event: Event) -> Sequence[Layer]:
    """The layers of an event from the first on; none: one plain layer, which `assign_codes` draws."""
    query = select(Layer).where(Layer.tenant_id == event.tenant_id, Layer.event_id == event.id)
    return session.exec(query.order_by(col(Layer.number))).all()


def officers_of(session: Session, event: Event) -> dict[int, str]:
    """Layer number -> account of the officer who holds it."""
    return {layer.number: layer.officer_id for layer in layers_of(session, event)}


def lines_of(session: Session, event: Event, number: int) -> Sequence[LayerLine]:
    """The lines of a layer, by what it gave: an order that says nothing."""
    query = select(LayerLine).where(
        LayerLine.tenant_id == event.tenant_id, LayerLine.event_id == event.id, LayerLine.number == number
    )
    return session.exec(query.order_by(col(LayerLine.given))).all()


def first_lots(session: Session, event: Event) -> Lots:
    """What opens the first layer, for the bundle of a publication; empty where the event has one plain layer."""
    return {line.source: (line.given, line.salt) for line in lines_of(session, event, FIRST)}


def draw_lots(session: Session, event: Event) -> list[Item]:
    """Lot numbers for every registered entry without one: the first layer's lines, and the ledger rows for them."""
    has = {line.source: line.given for line in lines_of(session, event, FIRST)}
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, Entry.state == EntryState.REGISTERED)
    new = [key for key in session.exec(select(Entry.id).where(*here)) if key not in has]
    taken = {lot.removeprefix(LOT) for lot in has.values()}
    lots = [LOT + code for code in codes.draw(len(new), taken)]
    return _keep(session, event, FIRST, dict(zip(new, lots, strict=True)))


def seal(session: Session, event: Event, given: Mapping[str, str]) -> list[Item]:
    """The lines for entries that just drew their code (id -> code), on events with layers; late ones get both."""
    if not layers_of(session, event):
        return []
    items = draw_lots(session, event)
    lots = {line.source: line.given for line in lines_of(session, event, FIRST)}
    return items + _keep(session, event, SECOND, {lots[key]: code for key, code in given.items()})


def _keep(session: Session, event: Event, number: int, given: Mapping[str, str]) -> list[Item]:
    lines = [
        LayerLine(
            tenant_id=event.tenant_id, event_id=event.id, number=number, source=source, given=code,
            salt=secrets.token_hex(16),
        )
        for source, code in sorted(given.items(), key=lambda pair: pair[1])
    ]  # fmt: skip
    session.add_all(lines)
    session.flush()
    return [_row(event, number, batch) for batch in in_batches(lines, PER_ROW)]


def _row(event: Event, number: int, lines: Sequence[LayerLine]) -> Item:
    entries = [
        {"code": line.given, "commitment": chain.commitment(line.salt, line.source, line.given)} for line in lines
    ]
    return kinds.LAYER, {"event": event.id, "layer": number, "entries": entries}
