"""What every write asks first: the event locked against a second writer, its competition, its state."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlmodel import Session

from contest.competitions.models import Competition, Event, EventState, PeriodState
from contest.competitions.queries import competition_of, stage_periods
from contest.db import HELD
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
    event = session.get(Event, (tenant_id, event_id), with_for_update=HELD, populate_existing=True)
    if event is None:
        raise NotFoundError(N_("找不到这个竞赛项目。"))
    return event, competition_of(session, event)


def require_state(event: Event, allowed: Collection[EventState]) -> None:
    """Refuses a change that comes too early or too late (ConflictError)."""
    if event.state not in allowed:
        raise ConflictError(N_("本项目现在是“%(state)s”，不能这样改动。"), state=STATE_NAMES[event.state])


CORRECT_IT = N_("评分已经全部锁定，不能在这里直接改：请到“更正”页写明理由，看过会变什么，再由第二个人确认。")
SEALED = frozenset({EventState.LOCKED, EventState.PUBLISHED})
"""What a result was made of is no longer edited, only corrected (contest.corrections)."""


def refuse_sealed(event: Event) -> None:
    """Refuses a direct change of what a locked result was made of, and says where it can be corrected."""
    if event.state in SEALED:
        raise ConflictError(CORRECT_IT)


STAGE_LOCKED = N_("这个阶段已经锁定，不能再改；请裁判长先写明理由解锁。")


def locked_stages(session: Session, event: Event) -> set[str]:
    """The keys of the stages of which a period is locked while others are still open."""
    return {stage.key for stage, period in stage_periods(session, event) if period.state is PeriodState.LOCKED}


def event_of(session: Session, entry: Entry) -> tuple[Event, Competition]:
    """The locked event of an entry and its competition; the entry is read again, now that nobody else can change it."""
    event, competition = locked_event(session, entry.tenant_id, entry.event_id)
    session.refresh(entry)
    return event, competition


UnitCheck = Callable[[Session, Event, Entry], None]
_unit_checks: list[UnitCheck] = []


def register_unit_check(check: UnitCheck) -> None:
    """Adds what a higher feature has against another unit of an entry (ConflictError); called by `app.py`'s facts."""
    if check not in _unit_checks:
        _unit_checks.append(check)


def check_unit(session: Session, event: Event, entry: Entry) -> None:
    """The entry has another unit by now: whoever stands above may refuse that."""
    session.flush()
    for check in _unit_checks:
        check(session, event, entry)
