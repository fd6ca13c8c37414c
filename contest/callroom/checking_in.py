"""Check-in (检录): who has come, who is late, who is absent; tickets to come with."""

from __future__ import annotations

import secrets

from sqlalchemy import insert
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.callroom import policy
from contest.callroom.models import CheckIn, Presence, Ticket
from contest.callroom.queries import valid_ticket
from contest.competitions.models import Competition, Event
from contest.db import new_id, now
from contest.entries.guards import event_of, locked_event, require_state
from contest.entries.models import Entry, EntryState
from contest.entries.policy import CHANGEABLE
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.templating import format_time

NOT_YOURS = N_("只有组织者和检录员可以检录。")


def _allow(actor: Actor, competition: Competition) -> None:
    if not policy.can_check_in(actor, competition):
        raise ForbiddenError(NOT_YOURS)


def standing(session: Session, entry: Entry) -> CheckIn | None:
    """The finding that holds."""
    query = select(CheckIn).where(CheckIn.tenant_id == entry.tenant_id, CheckIn.entry_id == entry.id)
    return session.exec(query.where(col(CheckIn.undone_at).is_(None))).first()


def set_presence(session: Session, actor: Actor, entry: Entry, presence: Presence) -> CheckIn:
    """Notes that an entry is present, late or absent, now.

    Raises:
        ForbiddenError: neither organizer nor check-in clerk.
        ConflictError: somebody has noted it already (perhaps at another door), it withdrew, or scoring is over.
    """
    event, competition = event_of(session, entry)
    _allow(actor, competition)
    require_state(event, CHANGEABLE)
    if entry.state is not EntryState.REGISTERED:
        raise ConflictError(N_("“%(name)s”已经退赛，不能检录。"), name=entry.name)
    before = standing(session, entry)
    if before is not None:
        at, who = format_time(before.at), before.by_name
        raise ConflictError(N_("%(who)s 已在 %(at)s 登记过。要改，请先写明理由撤销。"), who=who, at=at)
    found = CheckIn(
        tenant_id=entry.tenant_id, event_id=event.id, entry_id=entry.id, presence=presence, by_name=actor.name[:100]
    )
    session.add(found)
    session.flush()
    record(session, actor, entry.tenant_id, "check in", "entry", entry.id, presence=presence.value)
    return found


def undo_presence(session: Session, actor: Actor, entry: Entry, reason: str) -> None:
    """Takes back what was noted; the row stays, with who took it back and why.

    Raises:
        ForbiddenError: neither organizer nor check-in clerk.
        InvalidError: no reason.
        ConflictError: nothing is noted, or scoring is over.
    """
    event, competition = event_of(session, entry)
    _allow(actor, competition)
    require_state(event, CHANGEABLE)
    if not reason.strip():
        missing = DomainError(N_("请写明撤销的理由，例如：点错了人。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"reason": missing})
    found = standing(session, entry)
    if found is None:
        raise ConflictError(N_("还没有检录，没有可撤销的。"))
    found.undone_at, found.undone_by, found.undo_reason = now(), actor.name[:100], reason.strip()[:300]
    session.add(found)
    record(session, actor, entry.tenant_id, "undo check in", "entry", entry.id, reason=reason.strip())


def make_tickets(session: Session, actor: Actor, event: Event) -> int:
    """A ticket for every registered entry that has no valid one; how many are new.

    Raises:
        ForbiddenError: neither organizer nor check-in clerk.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    _allow(actor, competition)
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, Entry.state == EntryState.REGISTERED)
    valid = select(Ticket.entry_id).where(Ticket.tenant_id == event.tenant_id, col(Ticket.revoked_at).is_(None))
    missing = session.exec(select(Entry.id).where(*here, col(Entry.id).not_in(valid))).all()
    rows = [
        {
            "tenant_id": event.tenant_id, "id": new_id(), "entry_id": key, "secret": secrets.token_urlsafe(16),
            "created_at": now(), "revoked_at": None,
        }
        for key in missing
    ]  # fmt: skip
    if rows:
        session.connection().execute(insert(Ticket), rows)
        record(session, actor, event.tenant_id, "make tickets", "event", event.id, tickets=len(rows))
    return len(rows)


def revoke_ticket(session: Session, actor: Actor, entry: Entry) -> None:
    """A lost ticket lets nobody in any more; the next printing makes a new one.

    Raises:
        ForbiddenError: neither organizer nor check-in clerk.
        ConflictError: there is no valid one.
    """
    _, competition = event_of(session, entry)
    _allow(actor, competition)
    ticket = valid_ticket(session, entry)
    if ticket is None:
        raise ConflictError(N_("没有有效的参赛证，不需要作废。"))
    ticket.revoked_at = now()
    session.add(ticket)
    record(session, actor, entry.tenant_id, "revoke ticket", "entry", entry.id)
