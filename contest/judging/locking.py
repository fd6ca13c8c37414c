"""Signing a sheet, locking and unlocking a period: what closes the marks, and what is missing before."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, EventState, Period, PeriodState
from contest.competitions.queries import periods_of
from contest.core.marks import MISSING
from contest.db import now
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.judging import recusals
from contest.judging.models import Sheet
from contest.judging.policy import can_decide
from contest.judging.progress import Shortfall, shortfalls
from contest.judging.queries import Where, locate, member_for, members_of
from contest.judging.sheet_queries import SheetView, sheet_view
from contest.ledger import kinds
from contest.ledger.services import append, append_rows, make_checkpoint


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: the ledger's number and hash that the paper sheet prints."""

    seq: int
    hash: str


def sign_sheet(
    session: Session, actor: Actor, period_id: str, code: str, digest: str, *, own_digest: str = "",
    own_count: str = "", unsent: str = "",
) -> Signed:  # fmt: skip
    """Signs the actor's own sheet; `digest` is that of the marks the judge was shown.

    The tablet adds its own account: the digest and number of the marks it knows, and how many operations it has not
    sent. All three must agree with the server (design, Score entry); a page without its script says none of them.

    Raises:
        NotFoundError, ForbiddenError: not the actor's sheet (see `sheet_view`).
        ConflictError: locked, not complete, an undecided conflict, or marks changed since the page was drawn.
    """
    where = locate(session, period_id, actor)
    _hold_chain(session, where)
    view = sheet_view(session, actor, period_id, code)
    _refuse_unready(view, digest)
    _refuse_unequal(view, own_digest, own_count, unsent)
    data = {
        "event": where.event.id,
        "stage": where.stage.key,
        "period": where.period.key,
        "entry": code,
        "judge": view.member.code,
        "digest": view.digest,
    }
    row = append(session, where.competition, kinds.SIGN, data)
    sheet = view.sheet or Sheet(
        tenant_id=where.period.tenant_id,
        panel_member_id=view.member.id,
        entry_id=view.entry.id,
        period_id=where.period.id,
    )
    sheet.signed_at, sheet.digest, sheet.ledger_seq = now(), view.digest, row.seq
    session.add(sheet)
    session.flush()
    return Signed(row.seq, row.hash)


def _refuse_unready(view: SheetView, digest: str) -> None:
    if view.place.period.state is not PeriodState.OPEN:
        raise ConflictError(N_("评分已经锁定或还没有开放，不能签名。"))
    if view.conflicts:
        raise ConflictError(N_("还有 %(n)s 处冲突没有决定，不能签名。"), n=len(view.conflicts))
    if view.done < view.total:
        raise ConflictError(N_("还有 %(n)s 项没有评，不能签名。"), n=view.total - view.done)
    if digest != view.digest:
        raise ConflictError(N_("您看到的分与服务器上的不一致（可能刚在另一台平板上改过）。请重新核对后再签名。"))


def _refuse_unequal(view: SheetView, own_digest: str, own_count: str, unsent: str) -> None:
    if unsent not in ("", "0"):
        raise ConflictError(N_("本机还有 %(n)s 项没有传到服务器，传完才能签名。"), n=unsent)
    count = str(sum(mark.state != MISSING for mark in view.marks.values()))
    if own_digest not in ("", view.digest) or own_count not in ("", count):
        raise ConflictError(N_("平板上的分与服务器上的不一致，不能签名。请返回评分表核对；仍不一致请告诉裁判长。"))


def _hold_chain(session: Session, where: Where) -> None:
    """Takes the chain's lock first: marks that are on their way are in, or will find the new state."""
    append_rows(session.connection(), where.competition.tenant_id, where.competition.id, [])


def lock_period(session: Session, actor: Actor, period: Period, reason: str = "") -> None:
    """Locks a period: no more marks. While sheets are missing only with a reason, which goes into the ledger.

    Raises:
        ForbiddenError: neither organizer nor chief judge of the stage.
        ConflictError: not open; or sheets are missing and no reason is given (names who).
    """
    where = _decider(session, actor, period)
    _hold_chain(session, where)
    session.refresh(period)
    if period.state is not PeriodState.OPEN:
        raise ConflictError(N_("“%(title)s”现在不在评分，不能锁定。请刷新页面看看最新状态。"), title=where.stage.title)
    recusals.refresh(session, where.event, [line.member for line in members_of(session, where.event)])
    missing = shortfalls(session, where)
    if missing and not reason.strip():
        raise ConflictError(N_("还不能锁定：%(who)s。请先补齐；确实要缺着锁定，请写明理由。"), who=in_words(missing))
    _write_state(session, where, kinds.LOCK, reason, missing=sum(item.sheets for item in missing))
    period.state, period.locked_at = PeriodState.LOCKED, now()
    session.add(period)
    session.flush()
    _settle_event(session, where.event)
    make_checkpoint(session, where.competition, "lock")
    record(session, actor, period.tenant_id, "lock", "period", period.id, reason=reason)


def unlock_period(session: Session, actor: Actor, period: Period, reason: str) -> None:
    """Opens a locked period again, with a reason. What is published stays as it is: a new version follows it.

    Raises:
        ForbiddenError: neither organizer nor chief judge of the stage.
        InvalidError: no reason.
        ConflictError: not locked, or the event is closed.
    """
    where = _decider(session, actor, period)
    if not reason.strip():
        message = DomainError(N_("请写明为什么解锁，这条理由会记入流水。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"reason": message})
    _hold_chain(session, where)
    session.refresh(period)
    session.refresh(where.event)
    if period.state is not PeriodState.LOCKED:
        raise ConflictError(N_("“%(title)s”没有锁定，不需要解锁。"), title=where.stage.title)
    if where.event.state is EventState.CLOSED:
        raise ConflictError(N_("这个项目已经归档，不能再解锁评分。"))
    _write_state(session, where, kinds.UNLOCK, reason)
    period.state, period.locked_at = PeriodState.OPEN, None
    where.event.state = EventState.SCORING
    session.add(period)
    session.add(where.event)
    record(session, actor, period.tenant_id, "unlock", "period", period.id, reason=reason)


def in_words(missing: list[Shortfall]) -> str:
    """Who lacks what: `张三（2 份未评完）、李四（1 份未签名）`, at most eight names."""
    names = [f"{item.name}（{item.words}）" for item in missing[:8]]
    return "、".join(names) + ("…" if len(missing) > len(names) else "")


def _decider(session: Session, actor: Actor, period: Period) -> Where:
    where = locate(session, period.id, actor)
    if not can_decide(actor, where.competition, member_for(session, actor, where.stage)):
        raise ForbiddenError(N_("只有这个阶段的裁判长或组织者可以锁定、解锁。"))
    return where


def _write_state(session: Session, where: Where, kind: str, reason: str, **more: int) -> None:
    data: dict[str, object] = {
        "event": where.event.id,
        "stage": where.stage.key,
        "period": where.period.key,
        "reason": reason.strip(),
    }
    append(session, where.competition, kind, data | more)


def _settle_event(session: Session, event: Event) -> None:
    """An event is locked when all its periods are."""
    if all(period.state is PeriodState.LOCKED for period in periods_of(session, event)):
        fresh = session.exec(select(Event).where(Event.tenant_id == event.tenant_id, col(Event.id) == event.id)).one()
        fresh.state = EventState.LOCKED
        session.add(fresh)
        session.flush()
