"""The draw: every entry gets the one name that judges and the ledger know, and the ledger a commitment to it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, update
from sqlmodel import Session, col, func, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Competition, Event
from contest.db import in_batches
from contest.entries import codes, layering, policy
from contest.entries.guards import locked_event, require_state
from contest.entries.layering import PER_ROW
from contest.entries.models import Entry, EntryState
from contest.entries.pending import facts_of
from contest.entries.queries import is_blind
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_
from contest.ledger import chain, kinds
from contest.ledger.services import append_rows


def assign_codes(session: Session, actor: Actor, event: Event) -> int:
    """Draws a code for every registered entry that has none; gives back for how many.

    Blind: random code with check letter. Not blind: the code is the entry's own number. Either way the ledger gets
    SHA-256(salt, entry, code) of each, in the order of the codes, which tells nothing about the entries.

    Raises:
        ForbiddenError: neither organizer nor encryption officer.
        ConflictError: no rule set in force yet, scoring is over, or there is nobody to draw for.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_draw(actor, competition):
        raise ForbiddenError(N_("只有组织者和加密裁判可以抽签。"))
    if event.rule_set_id is None:
        raise ConflictError(N_("评分办法还没有定稿。请组织者先在“评分办法”页定稿。"))
    require_state(event, policy.DRAWABLE)
    if layering.officers_of(session, event):
        raise ConflictError(N_("本项目分两层加密，由两位加密裁判逐层抽签。请到“分层加密”页。"))
    drawn = draw_missing(session, event, competition)
    if not drawn:
        raise ConflictError(N_("没有需要抽签的参赛：名单是空的，或者已经全部抽过。"))
    record(session, actor, event.tenant_id, "draw", "event", event.id, entries=drawn)
    return drawn


def is_drawn(session: Session, event: Event) -> bool:
    """Whether the draw has taken place: from then on late entries draw as they come."""
    coded = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, col(Entry.code).is_not(None))
    return session.exec(select(Entry.id).where(*coded).limit(1)).first() is not None


def draw_missing(session: Session, event: Event, competition: Competition) -> int:
    """Codes for all registered entries without one, commitments and earlier facts into the ledger."""
    session.flush()
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    waiting = (*here, col(Entry.code).is_(None), Entry.state == EntryState.REGISTERED)
    rows = session.exec(select(Entry.id, Entry.number).where(*waiting)).all()
    if not rows:
        return 0
    given = _given_codes(session, event, rows)
    items = layering.seal(session, event, given)
    salts = {entry_id: secrets.token_hex(16) for entry_id, _ in rows}
    _save(session, event, given, salts)
    lines = sorted((code, chain.commitment(salts[entry_id], entry_id, code)) for entry_id, code in given.items())
    items += [_draw_row(event, batch) for batch in in_batches(lines, PER_ROW)]
    items += facts_of(session, event, given)
    append_rows(session.connection(), competition.tenant_id, competition.id, items)
    return len(given)


def _given_codes(session: Session, event: Event, rows: Sequence[tuple[str, str]]) -> dict[str, str]:
    if not is_blind(session, event):
        return dict(rows)
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, col(Entry.code).is_not(None))
    taken = {code for code in session.exec(select(Entry.code).where(*here)) if code}
    return dict(zip((entry_id for entry_id, _ in rows), codes.draw(len(rows), taken), strict=True))


def _save(session: Session, event: Event, given: dict[str, str], salts: dict[str, str]) -> None:
    """One prepared statement for all; objects already in the session are refreshed when they are next read."""
    statement = (
        update(Entry)
        .where(col(Entry.tenant_id) == bindparam("t"), col(Entry.id) == bindparam("e"))
        .values(code=bindparam("c"), salt=bindparam("s"))
    )
    values = [{"t": event.tenant_id, "e": key, "c": code, "s": salts[key]} for key, code in given.items()]
    session.connection().execute(statement, values)
    for item in session.identity_map.values():
        if isinstance(item, Entry) and item.id in given:
            session.refresh(item, ["code", "salt"])


def _draw_row(event: Event, lines: Sequence[tuple[str, str]]) -> tuple[str, dict[str, object]]:
    entries = [{"code": code, "commitment": commitment} for code, commitment in lines]
    return kinds.DRAW, {"event": event.id, "entries": entries}


def count_waiting(session: Session, event: Event) -> int:
    """How many registered entries have no code yet."""
    return _count(session, event, col(Entry.code).is_(None))


def count_drawn(session: Session, event: Event) -> int:
    """How many registered entries have their code."""
    return _count(session, event, col(Entry.code).is_not(None))


def _count(session: Session, event: Event, condition: ColumnElement[bool]) -> int:
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, Entry.state == EntryState.REGISTERED)
    return session.exec(select(func.count()).select_from(Entry).where(*here, condition)).one()
