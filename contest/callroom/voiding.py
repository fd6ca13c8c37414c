"""Draws of order that count no more: the stage that decides who is on their list was opened again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from contest.callroom.models import OrderDraw, Seat
from contest.competitions.models import Competition, Event, Stage
from contest.db import now
from contest.ledger import kinds
from contest.ledger.services import append


def live_draws(session: Session, event: Event, stages: Collection[str]) -> Sequence[tuple[Stage, OrderDraw]]:
    """The draws of these stages (keys) that count, revealed or not, oldest first."""
    query = (
        select(Stage, OrderDraw)
        .join(OrderDraw, sa.and_(col(OrderDraw.tenant_id) == Stage.tenant_id, col(OrderDraw.stage_id) == Stage.id))
        .where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id, col(Stage.key).in_(sorted(stages)))
        .where(col(OrderDraw.voided_at).is_(None))
        .order_by(col(Stage.position), col(OrderDraw.number))
    )
    return session.exec(query).all()


def void_draws(
    session: Session, competition: Competition, event: Event, draws: Sequence[tuple[Stage, OrderDraw]],
    said: Mapping[str, object],
) -> None:  # fmt: skip
    """Takes them out, a row of the ledger each; their seats are gone, their seeds and lists stay to be read.

    said: reason, proposed_by, confirmed_by. Whoever calls has asked everything before and holds the event.
    """
    for stage, draw in draws:
        append(session, competition, kinds.VOID, {"event": event.id, "stage": stage.key, "draw": draw.number, **said})
        draw.voided_at, draw.void_reason = now(), str(said["reason"])
        session.add(draw)
        here = (col(Seat.tenant_id) == draw.tenant_id, col(Seat.draw_id) == draw.id)
        session.connection().execute(sa.delete(Seat).where(*here))
    session.flush()
    session.expire_all()
