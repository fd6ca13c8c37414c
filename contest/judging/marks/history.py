"""The history of one mark: everything that was sent for it, what became of it, when, on which device and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, and_, col, or_, select

from contest.accounts.models import Account, Device
from contest.actors import Actor
from contest.competitions.models import PeriodState
from contest.core.ruleset import Aspect
from contest.db import like_pattern
from contest.errors import NotFoundError
from contest.i18n import N_, gettext
from contest.judging.marks.open_queries import moment
from contest.judging.marks.reasons import REASON_TEXTS
from contest.judging.models import MarkRow, Operation, OperationResult
from contest.judging.policy import can_see_history, can_see_marks
from contest.judging.queries import Where, locate, member_for
from contest.judging.room.models import Explanation, PaperScan
from contest.judging.sheet.queries import entry_by_code
from contest.judging.sheet.rendering import shown

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Change:
    """One operation on the mark. `before` and `after` as people read them; `seq` and `hash` of its ledger row."""

    at: datetime
    client_time: datetime | None
    by: str
    device: str
    result: OperationResult
    before: str
    after: str
    reason: str
    why: str
    seq: int | None
    hash: str
    decided: str


@dataclass(frozen=True, slots=True)
class MarkHistory:
    """The history of one judge's mark for one aspect of one entry (judge '': the whole panel's value)."""

    where: Where
    code: str
    aspect: Aspect
    repetition: int
    judge: str
    stands: str
    changes: Sequence[Change]
    total: int
    explanations: Sequence[Explanation]
    scans: Sequence[PaperScan]
    sees_sheet: bool
    """Whether the reader may see everybody's marks of this entry, not only their own sheet."""


def mark_history(
    session: Session, actor: Actor, period_id: str, code: str, *, aspect: str, repetition: int, judge: str,
    page: int = 1,
) -> MarkHistory:  # fmt: skip
    """One page of a mark's history, newest first.

    Raises:
        NotFoundError: no such place, or a mark that the actor may not see.
    """
    where = locate(session, period_id, actor)
    seat = member_for(session, actor, where.stage)
    locked = where.period.state is PeriodState.LOCKED
    leaf = next((found for found in where.stage_rules.aspects() if found.id == aspect), None)
    is_seen = can_see_history(actor, where.competition, seat, judge, is_locked=locked)
    if not is_seen or leaf is None or entry_by_code(session, where.event, code) is None:
        raise NotFoundError(N_("找不到这个分。"))
    matches = _place(where, code, aspect, repetition, judge)
    total = session.exec(select(func.count()).select_from(Operation).where(*matches)).one()
    seq = col(Operation.ledger_seq)
    query = (
        select(Operation, Account.name, Device.label)
        .outerjoin(Account, col(Account.id) == Operation.account_id)
        .outerjoin(Device, col(Device.id) == Operation.tablet_id)
        .where(*matches)
        .order_by(col(Operation.received_at).desc(), seq.desc().nulls_last(), col(Operation.op_id))
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE)
    )
    rows = session.exec(query).all()
    before = _values_before(session, matches, [op for op, _, _ in rows])
    stands = session.get(MarkRow, _key(where, code, aspect, repetition, judge))
    return MarkHistory(
        where, code, leaf, repetition, judge, shown(leaf, stands) or "—",
        [_change(leaf, op, name, label, before.get(op.op_id)) for op, name, label in rows], total,
        _explanations(session, where, code, aspect, repetition, judge), scans_of(session, where, code, judge),
        can_see_marks(actor, where.competition, seat, is_locked=locked),
    )  # fmt: skip


def _place(where: Where, code: str, aspect: str, repetition: int, judge: str) -> tuple[ColumnElement[bool], ...]:
    """The operations of one place. `body` is JSON of our own making, in which no text can hold a bare quote."""
    named = like_pattern(f'"aspect": {json.dumps(aspect, ensure_ascii=False)}')
    turn: ColumnElement[bool] = col(Operation.body).like(like_pattern(f'"repetition": {repetition},'), escape="\\")
    if repetition == 1:  # a tablet of an aspect without repetitions may leave it out
        turn = or_(turn, ~col(Operation.body).like('%"repetition": %'))
    return (
        col(Operation.tenant_id) == where.event.tenant_id,
        col(Operation.event_id) == where.event.id,
        col(Operation.stage_key) == where.stage.key,
        col(Operation.period_key) == where.period.key,
        col(Operation.judge_code) == judge,
        col(Operation.entry_code) == code,
        col(Operation.body).like(named, escape="\\"),
        turn,
    )


def _key(where: Where, code: str, aspect: str, repetition: int, judge: str) -> tuple[object, ...]:
    place = (where.event.tenant_id, where.event.id, where.stage.key, where.period.key)
    return (*place, code, aspect, repetition, judge)


def _values_before(
    session: Session, matches: Sequence[ColumnElement[bool]], shown_rows: Sequence[Operation]
) -> dict[str, str]:
    """Operation -> body of the one before it in the ledger, for those of this page that made a row of it."""
    made = [op for op in shown_rows if op.ledger_seq is not None and op.result is OperationResult.ACCEPTED]
    if not made:
        return {}
    query = (
        select(Operation.ledger_seq, Operation.body)
        .where(*matches, Operation.result == OperationResult.ACCEPTED, col(Operation.ledger_seq).is_not(None))
        .where(col(Operation.ledger_seq) < max(op.ledger_seq or 0 for op in made))
        .order_by(col(Operation.ledger_seq).desc())
        .limit(2 * PER_PAGE)
    )
    earlier = session.exec(query).all()
    found = {}
    for op in made:
        body = next((body for seq, body in earlier if (seq or 0) < (op.ledger_seq or 0)), None)
        if body is not None:
            found[op.op_id] = body
    return found


def _words(aspect: Aspect, body: str | None) -> str:
    if body is None:
        return "—"
    sent = json.loads(body)
    units, state = sent.get("value"), str(sent.get("state", "scored"))
    if state == "scored" and not isinstance(units, int):
        return "—"
    mark = MarkRow(units=units, state=state, aspect=aspect.id)  # type: ignore[call-arg]
    return shown(aspect, mark) or gettext("已撤回")


def _change(aspect: Aspect, op: Operation, name: str | None, label: str | None, before: str | None) -> Change:
    body = json.loads(op.body)
    return Change(
        at=datetime.fromtimestamp(op.received_at / 1000, UTC),
        client_time=moment(body.get("client_time")),
        by=name or "",
        device=label or op.device[:12],
        result=op.result,
        before=_words(aspect, before),
        after=_words(aspect, op.body),
        reason=str(body.get("reason", "")),
        why=gettext(REASON_TEXTS.get(op.reason, op.reason)),
        seq=op.ledger_seq,
        hash=op.ledger_hash[:12],
        decided=f"{op.decision} {op.decision_reason}".strip() if op.decided_at else "",
    )


def _explanations(
    session: Session, where: Where, code: str, aspect: str, repetition: int, judge: str
) -> Sequence[Explanation]:
    e = Explanation
    query = select(e).where(
        and_(col(e.tenant_id) == where.event.tenant_id, col(e.event_id) == where.event.id),
        e.stage_key == where.stage.key, e.period_key == where.period.key, e.entry_code == code, e.aspect == aspect,
        e.repetition == repetition, e.judge_code == judge,
    )  # fmt: skip
    return session.exec(query.order_by(col(e.ledger_seq).desc()).limit(PER_PAGE)).all()


def scans_of(session: Session, where: Where, code: str, judge: str) -> Sequence[PaperScan]:
    """The photographed paper sheets of one judge's sheet, newest first."""
    query = select(PaperScan).where(
        PaperScan.tenant_id == where.period.tenant_id, PaperScan.period_id == where.period.id,
        PaperScan.entry_code == code, PaperScan.judge_code == judge,
    )  # fmt: skip
    return session.exec(query.order_by(col(PaperScan.ledger_seq).desc()).limit(PER_PAGE)).all()
