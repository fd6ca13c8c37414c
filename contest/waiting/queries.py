"""The list of what waits for one person: every kind's own select, put together, counted, sorted and paged in SQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import func, or_, union_all
from sqlalchemy import select as plain_select
from sqlmodel import Session

from contest.actors import Actor
from contest.acts.models import ActKind
from contest.db import like_pattern
from contest.waiting import asked, sheets
from contest.waiting.columns import Rows
from contest.waiting.kinds import KINDS, Kind, OtherKind
from contest.waiting.reach import Reach, reach_of

_KINDS = {kind.value: kind for kind in KINDS}
SORTS = ("asked_at", "kind", "competition", "event", "asker")
SOURCES: Mapping[Kind, Callable[[Reach], Rows]] = {
    ActKind.UNSEALING: asked.unsealing,
    ActKind.PUBLICATION: asked.publication,
    ActKind.MARK: partial(asked.correction, kind=ActKind.MARK),
    ActKind.FACT: partial(asked.correction, kind=ActKind.FACT),
    ActKind.WITHDRAWAL: partial(asked.correction, kind=ActKind.WITHDRAWAL),
    ActKind.RECUSAL: asked.lifting,
    ActKind.WAIVER: asked.waivers,
    ActKind.CONFLICT: asked.conflict,
    ActKind.TABLE: asked.table,
    ActKind.FORMALITIES: asked.loosening,
    ActKind.UNLOCK: asked.unlocking,
    ActKind.RECUSING: asked.recusing,
    OtherKind.RULES: asked.rules,
    OtherKind.ERASURE: asked.erasure,
    OtherKind.LAYER: asked.layer,
    OtherKind.WITNESS: asked.witness,
    OtherKind.CHIEF: partial(sheets.signatures, kind=OtherKind.CHIEF),
    OtherKind.SUPERVISOR: partial(sheets.signatures, kind=OtherKind.SUPERVISOR),
    OtherKind.PAPER: sheets.comparisons,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line. `key`: what the address of its page names; `detail`: more words; `sheets`: how many it covers."""

    kind: Kind
    competition_id: str
    competition: str
    event_id: str | None
    event: str
    key: str
    detail: str
    asker: str
    reason: str
    asked_at: datetime | None
    sheets: int


def waiting_for(
    session: Session, actor: Actor, kinds: Collection[Kind], *, search: str = "", sort: str = SORTS[0],
    descending: bool = False, offset: int = 0, limit: int = 50,
) -> tuple[list[Waiting], int]:  # fmt: skip
    """One page of what waits for this very person, and how much there is; four statements at most.

    `kinds`: those whose pages are open to the actor. Nothing they asked for themselves, nothing they may not confirm;
    no name and no blind code of an entry stands in it.
    """
    reach = reach_of(session, actor)
    if not reach.competitions or not kinds:
        return [], 0
    every = union_all(*_rows(reach, kinds)).subquery()
    query = plain_select(func.count().over().label("total"), every)
    if search:
        pattern = like_pattern(search)
        words = (every.c.competition, every.c.event, every.c.detail, every.c.asker, every.c.reason)
        query = query.where(or_(*(word.ilike(pattern, escape="\\") for word in words)))
    order = every.c[sort]
    query = query.order_by(order.desc() if descending else order.asc(), every.c.kind, every.c.key)
    rows = session.connection().execute(query.offset(offset).limit(limit)).all()
    if not rows and offset:  # a page behind the last: the first says how many there are
        return [], waiting_for(session, actor, kinds, search=search, limit=1)[1]
    return [Waiting(_KINDS[kind], *rest) for _, kind, *rest in rows], rows[0].total if rows else 0


def _rows(reach: Reach, kinds: Collection[Kind]) -> list[Rows]:
    return [source(reach) for kind, source in SOURCES.items() if kind in kinds]
