"""Drawing up and issuing a bulletin."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from sqlmodel import Session, func, select

from contest.actors import Actor
from contest.audit.services import record
from contest.bulletins.models import Bulletin
from contest.bulletins.queries import BulletinDesk, bulletin_desk, periods_in
from contest.bulletins.telling import Row, is_ready, make_rows, span_of
from contest.competitions.queries import rules_in_force
from contest.entries.guards import locked_event
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.standings.policy import is_unsealed

MOST_FLAGS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a bulletin is to be about: the periods of a stage, how many red flags and snails (0: none are named)."""

    stage: str
    first: str
    last: str
    title: str = ""
    words: str = ""
    reds: int = 0
    snails: int = 0


def draw_up(session: Session, actor: Actor, event_id: str, asked: Asked) -> tuple[BulletinDesk, list[Row]]:
    """The rows a bulletin would have now.

    Raises:
        ForbiddenError: not the organizer.
        InvalidError: no such periods.
        ConflictError: one is not locked, or the event is still blind.
    """
    desk = bulletin_desk(session, actor, event_id)
    if not desk.can_issue:
        raise ForbiddenError(N_("只有本竞赛的组织者可以发通报。"))
    stage = next((stage for stage, _ in desk.periods if stage.key == asked.stage), None)
    periods = periods_in(desk, asked.stage)
    span = span_of(periods, asked.first, asked.last)
    if stage is None or not span:
        raise InvalidError(N_("请选择考评期。"), fields={"last": DomainError(N_("止期不能早于起期。"))})
    if not is_ready(span):
        raise ConflictError(N_("通报里的考评期要先全部锁定。"))
    if not is_unsealed(desk.event, rules_in_force(session, desk.event)):
        raise ConflictError(N_("本项目还在加密评分，发布成绩以前不能发带名称的通报。"))
    flags = {"reds": min(asked.reds, MOST_FLAGS), "snails": min(asked.snails, MOST_FLAGS)}
    return desk, make_rows(session, desk.event, stage, periods, span, **flags)


def issue_bulletin(session: Session, actor: Actor, event_id: str, asked: Asked) -> Bulletin:
    """Issues the next bulletin; it never changes: after a correction the next one says so.

    Raises:
        ForbiddenError, ConflictError: as `draw_up`.
        InvalidError: no title.
    """
    desk, rows = draw_up(session, actor, event_id, asked)
    if not asked.title.strip():
        raise InvalidError(N_("请写通报的标题。"), fields={"title": DomainError(N_("请写通报的标题。"))})
    locked_event(session, desk.event.tenant_id, desk.event.id)
    body = json.dumps([row.plain() for row in rows], ensure_ascii=False, sort_keys=True)
    here = (Bulletin.tenant_id == desk.event.tenant_id, Bulletin.event_id == desk.event.id)
    bulletin = Bulletin(
        tenant_id=desk.event.tenant_id, event_id=desk.event.id, stage_key=asked.stage, first_period=asked.first,
        last_period=asked.last, title=asked.title.strip(), words=asked.words.strip(), body=body,
        number=(session.exec(select(func.max(Bulletin.number)).where(*here)).one() or 0) + 1,
        digest=hashlib.sha256(body.encode()).hexdigest(), by_name=actor.name,
    )  # fmt: skip
    session.add(bulletin)
    session.flush()
    detail = {"number": bulletin.number, "digest": bulletin.digest}
    record(session, actor, desk.event.tenant_id, "issue", "bulletin", bulletin.id, **detail)
    return bulletin
