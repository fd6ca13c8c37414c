"""Vetoes (一票否决): the score stays, the award is barred."""

from __future__ import annotations

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Competition, EventState
from contest.competitions.queries import rules_in_force
from contest.db import now
from contest.entries import policy
from contest.entries.changes import announce_after_commit
from contest.entries.guards import event_of, refuse_sealed, require_state
from contest.entries.models import Entry, Veto
from contest.entries.pending import veto_item
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.ledger.services import append

OPEN = frozenset({EventState.ADOPTED, EventState.SCORING})
"""An accident that comes to light once all is locked, even after publication, is a correction (contest.corrections)."""


def give_veto(
    session: Session, actor: Actor, entry: Entry, *, veto: str, reason: str, decided_by: str, happened_on: str = ""
) -> Veto:
    """Bars the entry's award for an occurrence the rule set names.

    `reason` goes into the ledger and is published: it must not name people.

    Raises:
        ForbiddenError: not an organizer of the competition.
        InvalidError: the rule set knows no such veto; no reason, or nobody who decided.
        ConflictError: no rule set in force, or all is locked: then it is a correction.
    """
    event, competition = event_of(session, entry)
    _require_right(actor, competition)
    refuse_sealed(event)
    require_state(event, OPEN)
    known = {item.id for item in rules_in_force(session, event).vetoes}
    problems = {}
    if veto not in known:
        problems["veto"] = DomainError(N_("评分办法里没有这个否决事项，请从列表中选择。"))
    if not reason.strip():
        problems["reason"] = DomainError(N_("请写明发生了什么。"))
    if not decided_by.strip():
        problems["decided_by"] = DomainError(N_("请写明由谁认定。"))
    if problems:
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields=problems)
    row = Veto(
        tenant_id=entry.tenant_id, entry_id=entry.id, veto=veto, reason=reason, decided_by=decided_by,
        happened_on=happened_on,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if entry.code is not None:
        append(session, competition, *veto_item(event, entry.code, veto, "given", reason))
    record(session, actor, entry.tenant_id, "veto", "entry", entry.id, veto=veto, decided_by=decided_by)
    announce_after_commit(session, event.id)
    return row


def withdraw_veto(session: Session, actor: Actor, entry: Entry, veto: Veto, *, reason: str) -> None:
    """Takes a veto back; it stays in the record.

    Raises:
        ForbiddenError, InvalidError: as `give_veto`.
        ConflictError: it is withdrawn already, or all is locked.
    """
    event, competition = event_of(session, entry)
    _require_right(actor, competition)
    refuse_sealed(event)
    require_state(event, OPEN)
    session.refresh(veto)
    if veto.withdrawn_at is not None:
        raise ConflictError(N_("这项一票否决已经撤回，没有重复操作。"))
    if not reason.strip():
        missing = DomainError(N_("请写明为什么撤回。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"withdraw_reason": missing})
    veto.withdrawn_at = now()
    session.add(veto)
    session.flush()
    if entry.code is not None:
        append(session, competition, *veto_item(event, entry.code, veto.veto, "withdrawn", reason))
    record(session, actor, entry.tenant_id, "withdraw veto", "entry", entry.id, veto=veto.veto, reason=reason)
    announce_after_commit(session, event.id)


def _require_right(actor: Actor, competition: Competition) -> None:
    if not policy.can_give_veto(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以登记或撤回一票否决。"))
