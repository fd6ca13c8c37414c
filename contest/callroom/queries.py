"""Reading check-in and seats. Lines of the one carry names, lines of the other codes; none carries both."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.callroom import policy
from contest.callroom.models import CheckIn, Presence, Ticket
from contest.competitions.models import Competition, Event
from contest.competitions.queries import competition_of, get_event, visible_to
from contest.db import like_pattern
from contest.entries.models import Entry, EntryState
from contest.entries.policy import CHANGEABLE
from contest.errors import NotFoundError
from contest.i18n import N_

NO_TICKET = N_("这张参赛证无效或已经作废。请按编号或姓名查找。")


@dataclass(frozen=True, slots=True)
class Door:
    """The check-in of one event, for whoever checks in."""

    competition: Competition
    event: Event
    is_open: bool


def door(session: Session, actor: Actor, event_id: str) -> Door:
    """The check-in of an event.

    Raises:
        NotFoundError: no such event, or not the actor's to check in.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not policy.can_check_in(actor, competition):
        raise NotFoundError(N_("找不到这个竞赛项目。"))
    return Door(competition, event, event.state in CHANGEABLE)


@dataclass(frozen=True, slots=True)
class DoorLine:
    """One line at the door. `presence` is empty while nobody has come."""

    id: str
    number: str
    name: str
    unit: str
    presence: str
    at: datetime | None
    by_name: str


@dataclass(frozen=True, slots=True)
class DoorCounts:
    """How many of the registered entries have come."""

    total: int = 0
    present: int = 0
    late: int = 0
    absent: int = 0

    @property
    def waiting(self) -> int:
        return self.total - self.present - self.late - self.absent


SORTS: Mapping[str, tuple[Any, ...]] = {
    "number": (func.length(Entry.number), col(Entry.number)),
    "name": (col(Entry.name),),
    "unit": (col(Entry.unit),),
    "at": (col(CheckIn.at),),
}
HOLDS = and_(
    col(CheckIn.tenant_id) == col(Entry.tenant_id),
    col(CheckIn.entry_id) == col(Entry.id),
    col(CheckIn.undone_at).is_(None),
)


def _expected(event: Event) -> ColumnElement[bool]:
    return and_(
        col(Entry.tenant_id) == event.tenant_id,
        col(Entry.event_id) == event.id,
        col(Entry.state) == EntryState.REGISTERED,
    )


def door_counts(session: Session, event: Event) -> DoorCounts:
    """The figures above the list, in one query."""
    present, late, absent = (func.count().filter(col(CheckIn.presence) == presence) for presence in Presence)
    query = select(func.count(), present, late, absent).select_from(Entry).outerjoin(CheckIn, HOLDS)
    return DoorCounts(*session.exec(query.where(_expected(event))).one())


def door_lines(
    session: Session, event: Event, *, search: str = "", only: str = "", sort: str = "number",
    descending: bool = False, offset: int = 0, limit: int = 50,
) -> tuple[list[DoorLine], int]:  # fmt: skip
    """One page of who is expected, and how many match in all."""
    where = and_(_expected(event), _matches(search), _filtered(only))
    total = session.exec(select(func.count()).select_from(Entry).outerjoin(CheckIn, HOLDS).where(where)).one()
    order = [key.desc() if descending else key.asc() for key in SORTS[sort]]
    query = select(Entry, CheckIn).outerjoin(CheckIn, HOLDS).where(where).order_by(*order, col(Entry.id))
    return [_line(*row) for row in session.exec(query.offset(offset).limit(limit))], total


def _matches(search: str) -> ColumnElement[bool]:
    if not search:
        return true()
    pattern = like_pattern(search)
    return or_(*(col(field).ilike(pattern, escape="\\") for field in (Entry.number, Entry.name, Entry.unit)))


def _filtered(only: str) -> ColumnElement[bool]:
    if only == "waiting":
        return col(CheckIn.id).is_(None)
    return col(CheckIn.presence) == Presence(only) if only in set(Presence) else true()


def _line(entry: Entry, found: CheckIn | None) -> DoorLine:
    return DoorLine(
        entry.id, entry.number, entry.name, entry.unit, found.presence.value if found else "",
        found.at if found else None, found.by_name if found else "",
    )  # fmt: skip


def expected_entry(session: Session, event: Event, entry_id: str) -> Entry:
    """A registered entry of the event (NotFoundError)."""
    found = session.exec(select(Entry).where(_expected(event), Entry.id == entry_id)).first()
    if found is None:
        raise NotFoundError(N_("找不到这个参赛。"))
    return found


def history(session: Session, entry: Entry) -> Sequence[CheckIn]:
    """What was found at the door, the undone too, newest first."""
    query = select(CheckIn).where(CheckIn.tenant_id == entry.tenant_id, CheckIn.entry_id == entry.id)
    return session.exec(query.order_by(col(CheckIn.id).desc())).all()


def absent_entries(session: Session, event: Event) -> Sequence[tuple[Entry, CheckIn]]:
    """Who was marked absent, with the finding: what the entries' facts may take over."""
    query = select(Entry, CheckIn).join(CheckIn, HOLDS).where(_expected(event), CheckIn.presence == Presence.ABSENT)
    return session.exec(query.order_by(col(Entry.id))).all()


def valid_ticket(session: Session, entry: Entry) -> Ticket | None:
    query = select(Ticket).where(Ticket.tenant_id == entry.tenant_id, Ticket.entry_id == entry.id)
    return session.exec(query.where(col(Ticket.revoked_at).is_(None))).first()


def find_ticket(session: Session, actor: Actor, token: str) -> tuple[Event, Entry]:
    """Event and entry behind the token of a QR code.

    Raises:
        NotFoundError: no such ticket, a revoked one, or one of an event that the actor does not check in.
    """
    ticket_id, _, secret = token.partition("-")
    ticket = session.exec(select(Ticket).where(Ticket.id == ticket_id)).first()
    known = ticket.secret if ticket else "-" * 22
    is_right = hmac.compare_digest(known.encode(), secret.encode())
    if ticket is None or not is_right or ticket.revoked_at is not None:
        raise NotFoundError(NO_TICKET)
    entry = session.get_one(Entry, (ticket.tenant_id, ticket.entry_id))
    try:
        event = door(session, actor, entry.event_id).event
    except NotFoundError:
        raise NotFoundError(NO_TICKET) from None
    return event, entry


@dataclass(frozen=True, slots=True)
class TicketLine:
    """What stands on one ticket."""

    number: str
    name: str
    unit: str
    token: str


def ticket_lines(
    session: Session, event: Event, *, search: str = "", offset: int = 0, limit: int = 24
) -> tuple[list[TicketLine], int]:
    """A page of valid tickets by number, and how many there are."""
    own = and_(
        col(Ticket.tenant_id) == col(Entry.tenant_id), col(Ticket.entry_id) == col(Entry.id),
        col(Ticket.revoked_at).is_(None),
    )  # fmt: skip
    where = and_(_expected(event), _matches(search))
    total = session.exec(select(func.count()).select_from(Entry).join(Ticket, own).where(where)).one()
    query = select(Entry, Ticket).join(Ticket, own).where(where).order_by(*SORTS["number"], col(Entry.id))
    rows = session.exec(query.offset(offset).limit(limit))
    return [TicketLine(e.number, e.name, e.unit, f"{t.id}-{t.secret}") for e, t in rows], total


def doors(
    session: Session, actor: Actor, *, search: str = "", offset: int = 0, limit: int = 50
) -> tuple[list[tuple[Event, str]], int]:
    """Events whose check-in is the actor's, with the competition's title, newest first."""
    own = and_(col(Competition.tenant_id) == col(Event.tenant_id), col(Competition.id) == col(Event.competition_id))
    where = and_(visible_to(actor), _checked_by(actor), col(Event.state).in_(list(CHANGEABLE)))
    if search:
        texts = (col(Event.title), col(Competition.title))
        where = and_(where, or_(*(text.ilike(like_pattern(search), escape="\\") for text in texts)))
    total = session.exec(select(func.count()).select_from(Event).join(Competition, own).where(where)).one()
    query = select(Event, Competition.title).join(Competition, own).where(where)
    return list(session.exec(query.order_by(col(Event.id).desc()).offset(offset).limit(limit))), total


def _checked_by(actor: Actor) -> ColumnElement[bool]:
    """`policy.can_check_in` as a condition."""
    if actor.is_system:
        return true()
    places: list[ColumnElement[bool]] = []
    for grant in actor.grants:
        if grant.role.value in policy.ROUTES["callroom.check_in"]:
            below = col(Competition.organization_path).startswith(grant.path, autoescape=True)
            place = below if grant.competition_id is None else col(Competition.id) == grant.competition_id
            places.append(and_(col(Competition.tenant_id) == grant.tenant_id, place))
    return or_(*places)
