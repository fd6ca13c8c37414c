"""Signing a sheet, locking a period: what closes the marks, and what is missing before (`unlocking` opens it again)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, EventState, Period, PeriodState
from contest.competitions.queries import periods_of
from contest.core.marks import MISSING
from contest.db import HELD, now
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_
from contest.judging.models import SignatureMethod
from contest.judging.panel import recusals
from contest.judging.panel.reserves import keep_from_latecomers
from contest.judging.policy import can_decide
from contest.judging.queries import Where, locate, member_for, members_of
from contest.judging.room.progress import Shortfall, shortfalls
from contest.judging.sheet.queries import SheetView, sheet_view
from contest.judging.signatures.services import JUDGE, sign
from contest.ledger import kinds
from contest.ledger.models import Appended, LedgerRow
from contest.ledger.services import append, append_rows, make_checkpoint


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: the ledger's number and hash that the paper sheet prints."""

    seq: int
    hash: str


def sign_sheet(
    session: Session, actor: Actor, period_id: str, code: str, digest: str, *, own_digest: str = "",
    own_count: str = "", unsent: str = "", role: str = JUDGE, drawing: str = "",
    method: SignatureMethod = SignatureMethod.SESSION,
) -> Signed:  # fmt: skip
    """Signs the actor's own sheet; `digest` is that of the marks the judge was shown.

    The tablet adds its own account: the digest and number of the marks it knows, and how many operations it has not
    sent. All three must agree with the server (design, Score entry); a page without its script says none of them.

    Raises:
        NotFoundError, ForbiddenError: not the actor's sheet (see `sheet_view`).
        ConflictError: locked, not complete, an undecided conflict, or marks changed since the page was drawn.
    """
    hold_chain(session, locate(session, period_id, actor))
    view = sheet_view(session, actor, period_id, code)
    _refuse_unequal(view, own_digest, own_count, unsent)
    made = sign(
        session, actor, period_id, view.member.code, code, role=role, digest=digest, drawing=drawing, method=method
    )
    row = session.get_one(LedgerRow, (made.tenant_id, view.place.competition.id, made.ledger_seq))
    return Signed(row.seq, row.hash)


def _refuse_unequal(view: SheetView, own_digest: str, own_count: str, unsent: str) -> None:
    if unsent not in ("", "0"):
        raise ConflictError(N_("本机还有 %(n)s 项没有传到服务器，传完才能签名。"), n=unsent)
    count = str(sum(mark.state != MISSING for mark in view.marks.values()))
    if own_digest not in ("", view.digest) or own_count not in ("", count):
        raise ConflictError(N_("平板上的分与服务器上的不一致，不能签名。请返回评分表核对；仍不一致请告诉裁判长。"))


def hold_chain(session: Session, where: Where) -> None:
    """Takes the chain's lock first: marks that are on their way are in, or will find the new state."""
    append_rows(session.connection(), where.competition.tenant_id, where.competition.id, [])


def lock_period(session: Session, actor: Actor, period: Period, reason: str = "") -> None:
    """Locks a period: no more marks. While sheets are missing only with a reason, which goes into the ledger.

    Raises:
        ForbiddenError: neither organizer nor chief judge of the stage.
        ConflictError: not open; or sheets are missing and no reason is given (names who).
    """
    where = decider(session, actor, period)
    session.refresh(where.event, with_for_update=HELD)  # first the event, then the chain, as everybody does
    hold_chain(session, where)
    session.refresh(period)
    if period.state is not PeriodState.OPEN:
        raise ConflictError(N_("“%(title)s”现在不在评分，不能锁定。请刷新页面看看最新状态。"), title=where.stage.title)
    recusals.refresh(session, where.event, [line.member for line in members_of(session, where.event)])
    keep_from_latecomers(session, where.event, where.stage)
    missing = shortfalls(session, where)
    if missing and not reason.strip():
        raise ConflictError(N_("还不能锁定：%(who)s。请先补齐；确实要缺着锁定，请写明理由。"), who=in_words(missing))
    write_state(session, where, kinds.LOCK, reason, missing=sum(item.sheets for item in missing))
    period.state, period.locked_at = PeriodState.LOCKED, now()
    session.add(period)
    session.flush()
    _settle_event(session, where.event)
    make_checkpoint(session, where.competition, "lock")
    record(session, actor, period.tenant_id, "lock", "period", period.id, reason=reason)


def in_words(missing: list[Shortfall]) -> str:
    """Who lacks what: `张三（2 份未评完）、李四（1 份未签名）`, at most eight names."""
    names = [f"{item.name}（{item.words}）" for item in missing[:8]]
    return "、".join(names) + ("…" if len(missing) > len(names) else "")


def decider(session: Session, actor: Actor, period: Period) -> Where:
    """The period's surroundings, for those who lock and unlock it (ForbiddenError)."""
    where = locate(session, period.id, actor)
    if not can_decide(actor, where.competition, member_for(session, actor, where.stage)):
        raise ForbiddenError(N_("只有这个阶段的裁判长或组织者可以锁定、解锁。"))
    return where


def write_state(session: Session, where: Where, kind: str, reason: str, **more: object) -> Appended:
    """Appends the row of a lock or an unlock."""
    data: dict[str, object] = {
        "event": where.event.id,
        "stage": where.stage.key,
        "period": where.period.key,
        "reason": reason.strip(),
    }
    return append(session, where.competition, kind, data | more)


def _settle_event(session: Session, event: Event) -> None:
    """An event is locked when all its periods are."""
    if all(period.state is PeriodState.LOCKED for period in periods_of(session, event)):
        fresh = session.exec(select(Event).where(Event.tenant_id == event.tenant_id, col(Event.id) == event.id)).one()
        fresh.state = EventState.LOCKED
        session.add(fresh)
        session.flush()
