"""Short messages to tablets: from the chief judge or organizer to one judge or a whole panel, kept and acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, Stage
from contest.competitions.queries import competition_of
from contest.db import like_pattern
from contest.errors import DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember
from contest.judging.policy import can_decide
from contest.judging.queries import member_for
from contest.judging.room.models import JudgeMessage, MessageReceipt

LONGEST = 200


def send_message(
    session: Session, actor: Actor, event: Event, stage: Stage, text: str, *, member: PanelMember | None = None
) -> JudgeMessage:
    """Sends a text to the panel of a stage, or to one of its members; it is read at their tablet's next contact.

    Raises:
        ForbiddenError: neither chief judge of the stage nor organizer.
        NotFoundError: the member sits on another panel.
        InvalidError: no words, or too many.
    """
    if not can_decide(actor, competition_of(session, event), member_for(session, actor, stage)):
        raise ForbiddenError(N_("只有这个阶段的裁判长或组织者可以发消息。"))
    if stage.event_id != event.id or (member is not None and member.stage_id != stage.id):
        raise NotFoundError(N_("裁判组里找不到这个人。"))
    words = " ".join(text.split())
    if not words or len(words) > LONGEST:
        message = DomainError(N_("请写要说的话，不超过 %(most)s 字。"), most=LONGEST)
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"text": message})
    made = JudgeMessage(
        tenant_id=event.tenant_id, event_id=event.id, stage_id=stage.id, member_id=member.id if member else None,
        text=words, sent_by=actor.account_id, sender=actor.name[:100],
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, actor, event.tenant_id, "send", "message", made.id, to=member.code if member else "panel")
    return made


def read_message(session: Session, actor: Actor, message_id: str) -> JudgeMessage:
    """The actor has read a message sent to them; twice is once.

    Raises:
        NotFoundError: there is none, or it was not sent to them.
    """
    query = select(JudgeMessage, PanelMember).join(PanelMember, _addressed()).where(JudgeMessage.id == message_id)
    found = session.exec(query.where(*_seat_of(actor))).first()
    if found is None or actor.account_id is None:
        raise NotFoundError(N_("找不到这条消息。"))
    message, member = found
    key = (MessageReceipt.tenant_id == message.tenant_id, MessageReceipt.message_id == message.id)
    if session.exec(select(MessageReceipt).where(*key, MessageReceipt.member_id == member.id)).first() is None:
        session.add(MessageReceipt(tenant_id=message.tenant_id, message_id=message.id, member_id=member.id))
    return message


def unread_messages(session: Session, actor: Actor) -> Sequence[JudgeMessage]:
    """What the actor has been sent and has not acknowledged, oldest first, on all their panels."""
    query = (
        select(JudgeMessage)
        .join(PanelMember, _addressed())
        .outerjoin(MessageReceipt, _received())
        .where(*_seat_of(actor), col(MessageReceipt.id).is_(None))
        .order_by(col(JudgeMessage.sent_at), col(JudgeMessage.id))
        .limit(20)
    )
    return session.exec(query).all()


def _addressed() -> ColumnElement[bool]:
    """A message and every member it is for: of its stage, and since before it was sent."""
    return and_(
        col(PanelMember.tenant_id) == col(JudgeMessage.tenant_id),
        col(PanelMember.stage_id) == col(JudgeMessage.stage_id),
        col(PanelMember.removed_at).is_(None),
        or_(col(JudgeMessage.member_id) == col(PanelMember.id),
            and_(col(JudgeMessage.member_id).is_(None), col(PanelMember.created_at) <= col(JudgeMessage.sent_at))),
    )  # fmt: skip


def _received() -> ColumnElement[bool]:
    return and_(
        col(MessageReceipt.tenant_id) == col(JudgeMessage.tenant_id),
        col(MessageReceipt.message_id) == col(JudgeMessage.id),
        col(MessageReceipt.member_id) == col(PanelMember.id),
    )


def _seat_of(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The actor's own seats; what they sent themselves is no news to them."""
    me = actor.account_id
    return col(PanelMember.account_id) == me, col(JudgeMessage.sent_by).is_distinct_from(me)


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A sent message: to whom, and how many of them have read it."""

    message: JudgeMessage
    stage: str
    to: str
    readers: int
    read: int


def message_lines(
    session: Session, event: Event, *, search: str = "", offset: int = 0, limit: int = 50
) -> tuple[list[MessageLine], int]:
    """One page of an event's messages, newest first, and how many there are."""
    matches = [col(JudgeMessage.tenant_id) == event.tenant_id, col(JudgeMessage.event_id) == event.id]
    if search:
        pattern = like_pattern(search)
        fields = (col(JudgeMessage.text), col(JudgeMessage.sender))
        matches.append(or_(*(field.ilike(pattern, escape="\\") for field in fields)))
    total = session.exec(select(func.count()).select_from(JudgeMessage).where(*matches)).one()
    query = (
        select(JudgeMessage, Stage)
        .join(Stage, and_(col(Stage.tenant_id) == JudgeMessage.tenant_id, col(Stage.id) == JudgeMessage.stage_id))
        .where(*matches)
        .order_by(col(JudgeMessage.sent_at).desc(), col(JudgeMessage.id).desc())
    )
    rows = session.exec(query.offset(offset).limit(limit)).all()
    readers = _readers(session, [message for message, _ in rows])
    return [
        MessageLine(message, stage.title or stage.key, to if message.member_id else "", count, read)
        for message, stage in rows
        for to, count, read in [readers.get(message.id, ("", 0, 0))]
    ], total


def _readers(session: Session, messages: Sequence[JudgeMessage]) -> dict[str, tuple[str, int, int]]:
    """Message -> code of (one of) those it is for, how many they are, and how many have read it; one query."""
    query = (
        sa.select(
            col(JudgeMessage.id), func.min(PanelMember.code), func.count(col(PanelMember.id)),
            func.count(col(MessageReceipt.id)),
        )
        .select_from(JudgeMessage)
        .join(PanelMember, and_(_addressed(), col(PanelMember.account_id).is_distinct_from(JudgeMessage.sent_by)))
        .outerjoin(MessageReceipt, _received())
        .where(
            col(JudgeMessage.id).in_([message.id for message in messages]),
            col(PanelMember.account_id).is_not(None),  # an external judge has no tablet to read it on
        )
        .group_by(col(JudgeMessage.id))
    )  # fmt: skip
    return {row[0]: (row[1], row[2], row[3]) for row in session.connection().execute(query)}
