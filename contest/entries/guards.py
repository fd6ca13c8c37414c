"""What every write asks first: the event locked against a second writer, its competition, its state."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session

from contest.competitions.models import Competition, Event, EventState
from contest.competitions.queries import competition_of
from contest.entries.models import Entry
from contest.errors import ConflictError, NotFoundError
from contest.i18n import N_

STATE_NAMES: dict[EventState, str] = {
    EventState.DRAFT: N_("评分办法未定稿"),
    EventState.ADOPTED: N_("评分办法已定稿"),
    EventState.SCORING: N_("正在评分"),
    EventState.LOCKED: N_("已锁定"),
    EventState.PUBLISHED: N_("已发布"),
    EventState.CLOSED: N_("已归档"),
}


def locked_event(session: Session, tenant_id: str, event_id: str) -> tuple[Event, Competition]:
    """The event as it is now, held until the transaction ends (numbers and codes are given one after another).

    SQLite holds its one write lock already; PostgreSQL locks the row.
    """
    session.flush()
    event = session.get(Event, (tenant_id, event_id), with_for_update=True, populate_existing=True)
    if event is None:
        raise NotFoundError(N_("找不到这个竞赛项目。"))
    return event, competition_of(session, event)


def require_state(event: Event, allowed: Collection[EventState]) -> None:
    """Refuses a change that comes too early or too late (ConflictError)."""
    if event.state not in allowed:
        raise ConflictError(N_("本项目现在是“%(state)s”，不能这样改动。"), state=STATE_NAMES[event.state])


def event_of(session: Session, entry: Entry) -> tuple[Event, Competition]:
    """The locked event of an entry and its competition; the entry is read again, now that nobody else can change it."""
    event, competition = locked_event(session, entry.tenant_id, entry.event_id)
    session.refresh(entry)
    return event, competition
