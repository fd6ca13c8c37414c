"""The draw of order and stations (docs/draw.md): first a commitment to the seed, then the seed, then the seats."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from contest.actors import Actor
from contest.audit.services import record
from contest.callroom import policy
from contest.callroom.models import OrderDraw, Seat
from contest.competitions.gates import require_known
from contest.competitions.models import Competition, Event, Stage
from contest.core.lots import draw_order, list_digest, seat, seed_digest
from contest.db import now
from contest.entries.admission import admitted
from contest.entries.guards import locked_event, require_state
from contest.entries.models import Entry, EntryState
from contest.entries.policy import DRAWABLE
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger.services import append

MAX_STATIONS = 500
MAX_PUBLIC = 100
FIX = N_("有几项需要改正，已标在下面。")


def draws_of(session: Session, stage: Stage) -> Sequence[OrderDraw]:
    """The draws of a stage, oldest first, voided ones too."""
    query = select(OrderDraw).where(OrderDraw.tenant_id == stage.tenant_id, OrderDraw.stage_id == stage.id)
    return session.exec(query.order_by(col(OrderDraw.number))).all()


def undrawn(session: Session, event: Event, stage: Stage) -> list[str]:
    """The codes that take part in the stage and are in no draw of it yet, by code (which says nothing of who they are).

    Where a former stage decides who takes part: those who advanced; nobody before it is locked.
    """
    live = [draw for draw in draws_of(session, stage) if draw.voided_at is None]
    listed = {code for draw in live for code in draw.listed.split("\n")}
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, Entry.state == EntryState.REGISTERED)
    codes = session.exec(select(Entry.code).where(*here, col(Entry.code).is_not(None)))
    field = admitted(session, event, stage) if event.rule_set_id else None
    return sorted(code for code in codes if code and code not in listed and (field is None or code in field))


def _open(session: Session, stage: Stage) -> tuple[Event, Competition]:
    event, competition = locked_event(session, stage.tenant_id, stage.event_id)
    require_state(event, DRAWABLE)
    return event, competition


def commit_draw(
    session: Session, actor: Actor, stage: Stage, *, stations: int = 1, starts_at: datetime | None = None,
    minutes: int | None = None,
) -> OrderDraw:  # fmt: skip
    """Freezes the list of codes not drawn yet and commits to a new random seed in the ledger.

    All codes take part, whoever has come or not: a draw of those present would tell whose codes are missing.

    Raises:
        ForbiddenError: neither organizer nor encryption officer.
        InvalidError: stations or minutes out of range.
        ConflictError: a seed waits to be revealed, codes are not drawn yet, everybody is, scoring is over, or a former
            stage decides who takes part and is not locked.
    """
    event, competition = _open(session, stage)
    if not policy.can_draw_order(actor, competition):
        raise ForbiddenError(N_("只有组织者和加密裁判可以抽签。"))
    _check_plan(stations, starts_at, minutes)
    draws = draws_of(session, stage)
    if any(draw.revealed_at is None and draw.voided_at is None for draw in draws):
        raise ConflictError(N_("上一次抽签的种子还没有公开，请先公开。"))
    _require_codes(session, event)
    require_known(session, event, stage)
    codes = undrawn(session, event, stage)
    if not codes:
        raise ConflictError(N_("没有需要抽签的号码：全部已经排好。"))
    draw = OrderDraw(
        tenant_id=stage.tenant_id, stage_id=stage.id, number=len(draws) + 1, seed=secrets.token_hex(16),
        listed="\n".join(codes), stations=stations, starts_at=starts_at, minutes=minutes,
        committed_by=actor.name[:100], committed_seq=0,
    )  # fmt: skip
    data = {
        "event": event.id, "stage": stage.key, "draw": draw.number, "commitment": seed_digest(draw.seed),
        "list": list_digest(codes), "entries": len(codes), "stations": stations,
    }  # fmt: skip
    draw.committed_seq = append(session, competition, kinds.SEED, data).seq
    session.add(draw)
    session.flush()
    record(session, actor, event.tenant_id, "commit order", "event", event.id, stage=stage.key, entries=len(codes))
    return draw


def _check_plan(stations: int, starts_at: datetime | None, minutes: int | None) -> None:
    problems = {}
    if not 1 <= stations <= MAX_STATIONS:
        problems["stations"] = DomainError(N_("工位数是 1 到 %(most)s 的整数。"), most=MAX_STATIONS)
    if minutes is not None and not 1 <= minutes <= 24 * 60:
        problems["minutes"] = DomainError(N_("每场的时间是 1 到 1440 分钟。"))
    if starts_at is not None and minutes is None:
        problems["minutes"] = DomainError(N_("写了开始时间，还要写每场多少分钟。"))
    if problems:
        raise InvalidError(FIX, fields=problems)


def _require_codes(session: Session, event: Event) -> None:
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, Entry.state == EntryState.REGISTERED)
    uncoded = session.exec(select(func.count()).select_from(Entry).where(*here, col(Entry.code).is_(None))).one()
    if uncoded:
        raise ConflictError(N_("还有 %(n)s 个参赛没有加密号。先抽加密号，再抽顺序。"), n=uncoded)


def reveal_draw(session: Session, actor: Actor, draw: OrderDraw, public: str = "") -> OrderDraw:
    """Mixes in the public value, reveals the seed and seats everybody.

    Raises:
        ForbiddenError: nobody who may reveal it.
        InvalidError: the public value is too long.
        ConflictError: revealed already, or scoring is over.
    """
    stage = session.get_one(Stage, (draw.tenant_id, draw.stage_id))
    event, competition = _open(session, stage)
    session.refresh(draw)
    if not policy.can_reveal_order(actor, competition):
        raise ForbiddenError(N_("只有组织者、加密裁判和监督可以公开种子。"))
    if draw.voided_at is not None:
        raise ConflictError(N_("这次抽签已经作废。请重新冻结名单再抽。"))
    if draw.revealed_at is not None:
        raise ConflictError(N_("这次抽签已经公开，结果不能再改。"))
    value = " ".join(unicodedata.normalize("NFKC", public).split())
    if len(value) > MAX_PUBLIC:
        raise InvalidError(FIX, fields={"public": DomainError(N_("公开值最多 %(most)s 个字。"), most=MAX_PUBLIC)})
    order = draw_order(draw.seed, value, draw.listed.split("\n"))
    data = {
        "event": event.id, "stage": stage.key, "draw": draw.number, "seed": draw.seed, "public": value, "order": order,
    }  # fmt: skip
    draw.public, draw.revealed_at, draw.revealed_by = value, now(), actor.name[:100]
    draw.revealed_seq = append(session, competition, kinds.ORDER, data).seq
    session.add(draw)
    _seat_all(session, draw, order)
    record(session, actor, event.tenant_id, "reveal order", "event", event.id, stage=stage.key, draw=draw.number)
    return draw


def _seat_all(session: Session, draw: OrderDraw, order: Sequence[str]) -> None:
    """After those of earlier draws: positions and heats go on counting."""
    query = select(func.max(Seat.position), func.max(Seat.heat)).where(
        Seat.tenant_id == draw.tenant_id, Seat.stage_id == draw.stage_id
    )
    positions, heats = (found or 0 for found in session.exec(query).one())
    for found in seat(order, draw.stations):
        start = draw.starts_at and draw.starts_at + timedelta(minutes=(found.heat - 1) * (draw.minutes or 0))
        session.add(
            Seat(
                tenant_id=draw.tenant_id, draw_id=draw.id, stage_id=draw.stage_id, code=found.item,
                position=positions + found.position, heat=heats + found.heat, station=found.station, starts_at=start,
            )
        )  # fmt: skip
    session.flush()
