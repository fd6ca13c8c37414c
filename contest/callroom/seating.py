"""Reading draws and seats: codes only."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.callroom import policy
from contest.callroom.models import OrderDraw, Seat
from contest.callroom.ordering import draws_of, undrawn
from contest.competitions.gates import titles, waits_for
from contest.competitions.models import Competition, Event, Stage
from contest.competitions.queries import competition_of, get_event, stages_of
from contest.core.lots import list_digest, seed_digest
from contest.db import like_pattern
from contest.entries.policy import DRAWABLE
from contest.errors import NotFoundError
from contest.i18n import N_

Placed = tuple[str, int, Seat]
"""A seat with the key of its stage and the number of its draw."""


@dataclass(frozen=True, slots=True)
class DrawCard:
    """A draw as the page shows it. `seed` is empty while it is not revealed."""

    id: str
    number: int
    count: int
    stations: int
    seed_digest: str
    list_digest: str
    seed: str
    public: str
    draw: OrderDraw

    @property
    def command(self) -> str:
        """What repeats the draw, as a shell takes it: the public value is what somebody typed."""
        words = ["contest", "draw", self.seed, "list.txt", "--public", self.public, "--stations", str(self.stations)]
        return shlex.join(words)


@dataclass(frozen=True, slots=True)
class OrderView:
    """Order and stations of one stage of an event. `waiting`: codes in no draw yet."""

    competition: Competition
    event: Event
    stages: Sequence[Stage]
    stage: Stage | None
    draws: Sequence[DrawCard]
    waiting: int
    can_commit: bool
    can_reveal: bool
    waits_for: str = ""
    """The former stages, by title, that decide who takes part and are not locked yet."""

    @property
    def sealed(self) -> DrawCard | None:
        """The draw whose seed waits to be revealed."""
        return next((card for card in self.draws if not card.seed and card.draw.voided_at is None), None)


def order_view(session: Session, actor: Actor, event_id: str, stage_key: str = "") -> OrderView:
    """The draws of a stage (the first one unless another is named).

    Raises:
        NotFoundError: no such event, or none whose codes the actor works with.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not policy.can_see_order(actor, competition):
        raise NotFoundError(N_("找不到这个竞赛项目。"))
    stages = stages_of(session, event)
    stage = next((found for found in stages if found.key == stage_key), stages[0] if stages else None)
    draws = [_card(draw) for draw in draws_of(session, stage)] if stage else []
    waiting = len(undrawn(session, event, stage)) if stage else 0
    is_open = event.state in DRAWABLE
    return OrderView(
        competition, event, stages, stage, draws, waiting,
        can_commit=is_open and policy.can_draw_order(actor, competition),
        can_reveal=is_open and policy.can_reveal_order(actor, competition),
        waits_for=titles(waits_for(session, event, stage)) if stage and event.rule_set_id else "",
    )  # fmt: skip


def _card(draw: OrderDraw) -> DrawCard:
    codes = draw.listed.split("\n")
    is_open = draw.revealed_at is not None
    return DrawCard(
        draw.id, draw.number, len(codes), draw.stations, seed_digest(draw.seed), list_digest(codes),
        draw.seed if is_open else "", draw.public, draw,
    )  # fmt: skip


def get_draw(session: Session, event: Event, draw_id: str) -> OrderDraw:
    """A draw of the event (NotFoundError)."""
    found = session.get(OrderDraw, (event.tenant_id, draw_id))
    stage = session.get(Stage, (found.tenant_id, found.stage_id)) if found else None
    if found is None or stage is None or stage.event_id != event.id:
        raise NotFoundError(N_("找不到这次抽签。"))
    return found


SORTS: Mapping[str, tuple[Any, ...]] = {
    "position": (col(Seat.position),),
    "station": (col(Seat.station), col(Seat.position)),
    "code": (func.length(Seat.code), col(Seat.code)),
}


def _of_stage(stage: Stage) -> ColumnElement[bool]:
    return and_(col(Seat.tenant_id) == stage.tenant_id, col(Seat.stage_id) == stage.id)


def seat_lines(
    session: Session, stage: Stage, *, search: str = "", station: int = 0, sort: str = "position",
    descending: bool = False, offset: int = 0, limit: int = 50,
) -> tuple[Sequence[Seat], int]:  # fmt: skip
    """A page of seats, of all stations or of one, and how many there are."""
    where = _of_stage(stage)
    if search:
        where = and_(where, col(Seat.code).ilike(like_pattern(search), escape="\\"))
    if station:
        where = and_(where, col(Seat.station) == station)
    total = session.exec(select(func.count()).select_from(Seat).where(where)).one()
    order = [key.desc() if descending else key.asc() for key in SORTS[sort]]
    return session.exec(select(Seat).where(where).order_by(*order).offset(offset).limit(limit)).all(), total


def seats_of(session: Session, stage: Stage) -> dict[str, Seat]:
    """Code -> seat of a stage; empty before the draw."""
    return {found.code: found for found in session.exec(select(Seat).where(_of_stage(stage)))}


def placed_of(session: Session, event: Event) -> list[Placed]:
    """All seats of an event with their stage and draw, in order: what the bundle of a publication shows."""
    query = (
        select(Stage.key, OrderDraw.number, Seat)
        .join(OrderDraw, and_(col(OrderDraw.tenant_id) == Seat.tenant_id, col(OrderDraw.id) == Seat.draw_id))
        .join(Stage, and_(col(Stage.tenant_id) == Seat.tenant_id, col(Stage.id) == Seat.stage_id))
        .where(Seat.tenant_id == event.tenant_id, Stage.event_id == event.id)
        .order_by(col(Stage.position), col(Stage.id), col(Seat.position))
    )
    return [(stage, draw, seat) for stage, draw, seat in session.exec(query)]
