"""Issued bulletins, and what the next one could be about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from contest.actors import Actor
from contest.bulletins import policy
from contest.bulletins.models import Bulletin
from contest.competitions.models import Competition, Event, Period, Stage
from contest.competitions.queries import competition_of, get_event, stage_periods
from contest.errors import NotFoundError
from contest.i18n import N_

MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class BulletinDesk:
    """The bulletins of an event: issued ones newest first, the stages with their periods, what the actor may do."""

    competition: Competition
    event: Event
    issued: Sequence[Bulletin]
    total: int
    periods: Sequence[tuple[Stage, Period]]
    can_issue: bool


@dataclass(frozen=True, slots=True)
class BulletinView:
    """One issued bulletin, as it was told."""

    competition: Competition
    event: Event
    bulletin: Bulletin
    rows: Sequence[dict[str, Any]]


def bulletin_desk(session: Session, actor: Actor, event_id: str, *, offset: int = 0, limit: int = 50) -> BulletinDesk:
    """The desk (NotFoundError for an event the actor doesn't see)."""
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    here = (Bulletin.tenant_id == event.tenant_id, Bulletin.event_id == event.id)
    total = session.exec(select(func.count()).select_from(Bulletin).where(*here)).one()
    query = select(Bulletin).where(*here).order_by(col(Bulletin.number).desc())
    return BulletinDesk(
        competition, event, session.exec(query.offset(offset).limit(limit)).all(), total,
        stage_periods(session, event) if event.rule_set_id else (), policy.can_issue_bulletin(actor, competition),
    )  # fmt: skip


def bulletin_view(session: Session, actor: Actor, event_id: str, number: str) -> BulletinView:
    """An issued bulletin.

    Raises:
        NotFoundError: none of that number in an event the actor sees.
    """
    event = get_event(session, event_id, actor)
    query = select(Bulletin).where(Bulletin.tenant_id == event.tenant_id, Bulletin.event_id == event.id)
    known = number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS
    bulletin = session.exec(query.where(Bulletin.number == int(number))).first() if known else None
    if bulletin is None:
        raise NotFoundError(N_("没有这一期通报。"))
    return BulletinView(competition_of(session, event), event, bulletin, json.loads(bulletin.body))


def periods_in(desk: BulletinDesk, stage_key: str) -> list[Period]:
    """The periods of one stage, in their order."""
    return [period for stage, period in desk.periods if stage.key == stage_key]
