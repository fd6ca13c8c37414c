"""Asking for an erasure, agreeing to it as a second person, dropping it."""

from __future__ import annotations

from sqlmodel import Session, col, delete, update

from contest.accounts.hands import require_untied
from contest.actors import Actor
from contest.audit.models import AuditRecord
from contest.audit.services import record
from contest.db import now
from contest.entries.guards import locked_event
from contest.entries.models import Entry, LayerLine, Member
from contest.entries.queries import is_blind
from contest.erasures.models import Erasure
from contest.erasures.queries import ErasureView, erasure_view
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger.services import append

ERASED = "（已删除）"
MAX_REASON = 300


def ask_erasure(session: Session, actor: Actor, event_id: str, entry_id: str, reason: str) -> Erasure:
    """Asks for the erasure of an entry's personal data; a second person must agree.

    Raises:
        InvalidError: no reason, or a longer one than 300 letters.
        ConflictError: it is erased already, or asked for.
    """
    view = _held(session, actor, event_id, entry_id)
    if view.open or view.done:
        raise ConflictError(N_("这一个的个人信息已经删除，或正在等第二人同意。"))
    _require_unsealed(session, view)
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        message = DomainError(N_("请写明理由（300 字以内），例如：本人要求删除。不要写姓名。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"reason": message})
    asked = Erasure(
        tenant_id=view.event.tenant_id, entry_id=entry_id, reason=reason, asked_by=actor.account_id or "",
        asker=actor.name,
    )  # fmt: skip
    session.add(asked)
    session.flush()
    record(session, actor, asked.tenant_id, "ask_erasure", "entry", entry_id, reason=reason)
    return asked


def agree_erasure(session: Session, actor: Actor, event_id: str, entry_id: str) -> Erasure:
    """The second person agrees: salt, name, unit, members, phone and what the audit trail says of them are destroyed.

    Code, marks, ranks, published versions and certificates stay; the chain says which code has nobody behind it any
    more, so that a later bundle verifies without that commitment.

    Raises:
        ForbiddenError: it is the same person.
        ConflictError: nothing is asked.
    """
    view = _held(session, actor, event_id, entry_id)
    asked = view.open
    if asked is None:
        raise ConflictError(N_("没有等待同意的删除。请刷新页面看看最新状态。"))
    if not view.can_agree:
        raise ForbiddenError(N_("要由另一位组织者或管理员同意。"))
    require_untied(session, actor, asked.asked_by)
    if view.entry.code is not None:
        fact = {"event": view.event.id, "entry": view.entry.code, "reason": asked.reason}
        asked.ledger_seq = append(session, view.competition, kinds.ERASURE, fact).seq
    _destroy(session, view.entry)
    asked.decided_by, asked.decider, asked.decided_at = actor.account_id or "", actor.name, now()
    session.add(asked)
    record(session, actor, asked.tenant_id, "erase", "entry", entry_id, reason=asked.reason)
    return asked


def drop_erasure(session: Session, actor: Actor, event_id: str, entry_id: str) -> None:
    """Nothing is erased; either of the two may say so (ConflictError when nothing is asked)."""
    view = _held(session, actor, event_id, entry_id)
    if view.open is None:
        raise ConflictError(N_("没有等待同意的删除。请刷新页面看看最新状态。"))
    view.open.dropped_at = now()
    session.add(view.open)
    record(session, actor, view.event.tenant_id, "drop_erasure", "entry", entry_id)


def _require_unsealed(session: Session, view: ErasureView) -> None:
    """The ledger's row names the code: while it is sealed, whoever erases one person would learn theirs."""
    is_sealed = not view.event.is_unsealed and is_blind(session, view.event)
    if view.entry.code is not None and is_sealed:
        raise ConflictError(N_("成绩发布、加密号解密以后才能删除：否则会泄露这个人的加密号。现在可以先退赛。"))


def _held(session: Session, actor: Actor, event_id: str, entry_id: str) -> ErasureView:
    """The view, with the event's row held: two clicks at one moment are one after the other."""
    view = erasure_view(session, actor, event_id, entry_id)
    locked_event(session, view.event.tenant_id, event_id)
    return erasure_view(session, actor, event_id, entry_id)


def _destroy(session: Session, entry: Entry) -> None:
    here = (col(Member.tenant_id) == entry.tenant_id, col(Member.entry_id) == entry.id)
    session.exec(delete(Member).where(*here))
    trail = (col(AuditRecord.tenant_id) == entry.tenant_id, col(AuditRecord.noun) == "entry")
    session.exec(update(AuditRecord).where(*trail, col(AuditRecord.noun_id) == entry.id).values(detail="{}"))
    entry.name, entry.unit, entry.worker_number, entry.phone = ERASED, "", "", ""
    entry.account_id = entry.organization_id = None
    lot = (col(LayerLine.tenant_id) == entry.tenant_id, col(LayerLine.source) == entry.id)
    session.exec(update(LayerLine).where(*lot).values(salt=""))
    entry.salt = ""  # its facts stay: the chain has them under the code, and results are recomputed with them
    session.add(entry)
    session.flush()
