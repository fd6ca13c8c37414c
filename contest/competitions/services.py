"""Setting up competitions and events, and opening their periods. The caller owns the transaction."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions import policy, queries
from contest.competitions.formalities import has_begun, note_formalities
from contest.competitions.models import Competition, CompetitionKind, Event, EventState, Period, PeriodState, Stage
from contest.competitions.opening import require_openable
from contest.competitions.rule_services import adopt_rule_set, save_rule_set
from contest.db import HELD, now
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.organizations.models import Organization

__all__ = [
    "adopt_rule_set", "close_event", "create_competition", "create_event", "fingerprint", "open_period",
    "pause_period", "save_rule_set", "update_competition", "update_event",
]  # fmt: skip

_STALE = N_("这一页打开之后，内容已被别人改过，没有保存。请核对下面的内容后再保存一次。")


def create_competition(
    session: Session, actor: Actor, *, organization: Organization, kind: CompetitionKind, title: str,
    title_en: str = "", host: str = "", summary: str = "", starts_on: date | None = None, ends_on: date | None = None,
) -> Competition:  # fmt: skip
    """Founds a competition (立项) owned by `organization`; dates are local days, both included.

    Raises:
        ForbiddenError: the organization is not in the actor's subtree.
        InvalidError: it would end before it starts.
    """
    if not policy.can_create_competition(actor, organization):
        raise ForbiddenError(N_("您不能以这个单位的名义举办竞赛。请从列表中选择您管理的单位。"))
    _check_dates(starts_on, ends_on)
    competition = Competition(
        tenant_id=organization.tenant_id, organization_id=organization.id, organization_path=organization.path,
        kind=kind, title=title, title_en=title_en, host=host, summary=summary, starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip
    session.add(competition)
    session.flush()
    record(session, actor, competition.tenant_id, "create", "competition", competition.id, title=title)
    return competition


def update_competition(
    session: Session, actor: Actor, competition: Competition, *, kind: CompetitionKind, title: str,
    title_en: str = "", host: str = "", summary: str = "", starts_on: date | None = None, ends_on: date | None = None,
    seen: str | None = None,
) -> Competition:  # fmt: skip
    """Changes what stands on the competition's page; its organization stays. `seen`: fingerprint of the page.

    Raises:
        ForbiddenError, InvalidError (dates), ConflictError (changed meanwhile).
    """
    if not policy.can_edit_competition(actor, competition):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以修改它。"))
    if seen is not None and seen != fingerprint(competition):
        raise ConflictError(_STALE)
    _check_dates(starts_on, ends_on)
    competition.kind, competition.title, competition.title_en = kind, title, title_en
    competition.host, competition.summary = host, summary
    competition.starts_on, competition.ends_on = starts_on, ends_on
    session.add(competition)
    record(session, actor, competition.tenant_id, "update", "competition", competition.id, title=title)
    return competition


def _check_dates(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        problem = DomainError(N_("结束日期 %(end)s 早于开始日期 %(start)s。"), start=starts_on, end=ends_on)
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"ends_on": problem})


def fingerprint(thing: Competition | Event) -> str:
    """What a form was drawn from: changes when anything of the row changes."""
    return hashlib.sha256(thing.model_dump_json().encode()).hexdigest()[:16]


def create_event(session: Session, actor: Actor, competition: Competition, *, title: str, title_en: str = "") -> Event:
    """Adds an event (竞赛项目) at the end of a competition.

    Raises:
        ForbiddenError: not this competition's organizer.
    """
    if not policy.can_edit_competition(actor, competition):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以增加竞赛项目。"))
    last = session.exec(
        select(func.max(Event.position)).where(
            Event.tenant_id == competition.tenant_id, Event.competition_id == competition.id
        )
    ).one()
    event = Event(
        tenant_id=competition.tenant_id, competition_id=competition.id, title=title, title_en=title_en,
        position=(last or 0) + 1,
    )  # fmt: skip
    session.add(event)
    session.flush()
    record(session, actor, event.tenant_id, "create", "event", event.id, title=title)
    return event


def update_event(
    session: Session, actor: Actor, event: Event, *, title: str, title_en: str = "", seen: str | None = None
) -> Event:
    """Renames an event. Raises ForbiddenError, ConflictError (changed meanwhile)."""
    if not policy.can_edit_competition(actor, queries.competition_of(session, event)):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以修改竞赛项目。"))
    if seen is not None and seen != fingerprint(event):
        raise ConflictError(_STALE)
    event.title, event.title_en = title, title_en
    session.add(event)
    record(session, actor, event.tenant_id, "update", "event", event.id, title=title)
    return event


def open_period(session: Session, actor: Actor, period: Period) -> Period:
    """Opens a waiting period for scoring; the event is then in scoring.

    Raises:
        ForbiddenError: neither organizer nor chief judge.
        ConflictError: the rules are not adopted, the period is open or locked already, or something is to be done
            first (`opening`), such as locking a former stage that decides who takes part.
    """
    event = queries.event_of_period(session, period)
    _check_opener(session, actor, event)
    session.refresh(event, with_for_update=HELD)  # a former stage can't be unlocked meanwhile
    session.refresh(period)
    if event.state not in {EventState.ADOPTED, EventState.SCORING, EventState.LOCKED}:
        raise ConflictError(N_("评分办法定稿后、成绩发布前才能开放评分。"))
    if period.state is not PeriodState.WAITING:
        raise ConflictError(N_("这个考评期已经开放或锁定，没有再次开放。"))
    stage = session.get_one(Stage, (period.tenant_id, period.stage_id))
    require_openable(session, event, stage)
    if not has_begun(session, event):
        note_formalities(session, event)
    period.state, period.opened_at = PeriodState.OPEN, now()
    event.state = EventState.SCORING
    session.add_all([period, event])
    record(session, actor, event.tenant_id, "open", "period", period.id, event=event.id)
    return period


def pause_period(session: Session, actor: Actor, period: Period) -> Period:
    """Closes an open period again without locking it (opened by mistake, a break): no mark is taken or lost.

    Raises:
        ForbiddenError, ConflictError (it is not open).
    """
    event = queries.event_of_period(session, period)
    _check_opener(session, actor, event)
    session.refresh(event, with_for_update=HELD)  # it can't be locked meanwhile: a pause would undo that unseen
    session.refresh(period)
    if period.state is not PeriodState.OPEN:
        raise ConflictError(N_("这个考评期没有在评分，不需要暂停。"))
    period.state = PeriodState.WAITING
    session.add(period)
    record(session, actor, event.tenant_id, "pause", "period", period.id, event=event.id)
    return period


def _check_opener(session: Session, actor: Actor, event: Event) -> None:
    if not policy.can_open_period(actor, queries.competition_of(session, event)):
        raise ForbiddenError(N_("只有组织者和裁判长可以开放或暂停评分。"))


def close_event(session: Session, actor: Actor, event: Event) -> Event:
    """Archives (归档) a published event: nothing of it changes any more.

    Raises:
        ForbiddenError, ConflictError (not published yet).
    """
    if not policy.can_edit_rule_set(actor, queries.competition_of(session, event)):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以归档。"))
    session.refresh(event, with_for_update=HELD)  # nor unlocked
    if event.state is not EventState.PUBLISHED:
        raise ConflictError(N_("成绩发布之后才能归档。"))
    event.state = EventState.CLOSED
    session.add(event)
    record(session, actor, event.tenant_id, "close", "event", event.id)
    competition = queries.competition_of(session, event)
    if all(other.state is EventState.CLOSED for other in queries.events_of(session, competition)):
        competition.closed_at = now()
        session.add(competition)
    return event
