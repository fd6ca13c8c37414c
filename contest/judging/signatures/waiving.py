"""Waiving a signature that can't be given: who refuses, has left or fell ill, whose tablet is lost.

The chief judge (or the organizer) asks with a ground and a reason, a supervisor who judges nothing here witnesses; of
the chief's own signature organizer or arbitrator ask, of a supervisor's an arbitrator or organizer witnesses. Nobody
asks for or witnesses the waiver of their own. The waiver is a link of the chain of signatures, voided as they are.
"""

from __future__ import annotations

import json

from sqlmodel import Session

from contest.actors import Actor, Role
from contest.acts import services as acts
from contest.acts.models import Act, ActKind
from contest.competitions.models import Competition
from contest.core.canonical import digest as digest_of
from contest.core.marks import MISSING
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember, PanelRole, SheetSignature, SignatureMethod, WaiverGround
from contest.judging.panel.recusals import recused_entries
from contest.judging.policy import can_know_names, can_manage_panel
from contest.judging.queries import Where, is_absent, locate, member_for
from contest.judging.sheet.queries import NOT_FOUND, SheetView
from contest.judging.signatures.services import (
    AT_THE_TABLET,
    CHIEF,
    CONTESTANT,
    JUDGE,
    SUPERVISOR,
    due_roles,
    live,
    new_sheet,
    require_ready,
    require_turn,
    sheet_of,
    signatures_of,
)
from contest.ledger import kinds
from contest.ledger.services import append, append_rows

NOT_YOURS = N_("免签由裁判长或组织者提出，由监督见证（免裁判长的，由组织者或仲裁提出；免监督的，由仲裁或组织者见证）。")
OWN = N_("这是您自己的签名，不能由您提出或见证免签。")
NEED_FIX = N_("有几项需要改正，已标在下面。")


def rights(session: Session, actor: Actor, where: Where, role: str) -> tuple[bool, bool]:
    """Whether the actor may ask for a waiver of `role` in this period, and whether they may witness one.

    Whoever knows names has no part in it before the codes are open: a sheet is named by its code.
    """
    seat, is_open = member_for(session, actor, where.stage), not where.rules.blind or where.event.is_unsealed
    return rights_of(actor, where.competition, seat, role, is_open=is_open)


def rights_of(
    actor: Actor, competition: Competition, seat: PanelMember | None, role: str, *, is_open: bool
) -> tuple[bool, bool]:
    """`rights` of whoever has that seat in the stage; `is_open`: names may stand beside codes."""
    is_chief = seat is not None and seat.role is PanelRole.CHIEF
    if actor.account_id is None or not (is_open or is_chief or not can_know_names(actor, competition)):
        return False, False
    organizer = can_manage_panel(actor, competition)
    arbitrator = seat is None and _holds(actor, competition, Role.ARBITRATOR)
    supervisor = seat is None and _holds(actor, competition, Role.SUPERVISOR)
    if role == SUPERVISOR:
        return is_chief or organizer, arbitrator or (organizer and seat is None)
    return (organizer or arbitrator) if role == CHIEF else (is_chief or organizer), supervisor


def _holds(actor: Actor, competition: Competition, role: Role) -> bool:
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds(role, **place, competition_id=competition.id)


def is_own(session: Session, actor: Actor, view: SheetView, role: str) -> bool:
    """Whether the signature of `role` under this sheet is the actor's own to give."""
    if role == CONTESTANT:
        return view.entry.account_id is not None and view.entry.account_id == actor.account_id
    if role == JUDGE:
        return view.member.account_id is not None and view.member.account_id == actor.account_id
    return owes(actor, view.place.competition, member_for(session, actor, view.place.stage), role)


def owes(actor: Actor, competition: Competition, seat: PanelMember | None, role: str) -> bool:
    """Whether a signature of `role`, which is none of one sheet's own people, is the actor's to give."""
    if role == CHIEF:
        return seat is not None and seat.role is PanelRole.CHIEF
    return role == SUPERVISOR and _holds(actor, competition, Role.SUPERVISOR)


def waived_sheet(session: Session, where: Where, judge: str, code: str, role: str) -> SheetView:
    """The sheet and role that a waiver is about (NotFoundError: no such sheet, recused, or a role that never signs)."""
    view = sheet_of(session, where, judge, code)
    is_kept = view.entry.id in recused_entries(session, view.member, where.event)
    if role not in due_roles(session, where) or is_kept or is_absent(view.entry, where):
        raise NotFoundError(NOT_FOUND)
    return view


def require_waivable(session: Session, view: SheetView, role: str, digest: str) -> None:
    """Refuses what can't be waived now (ConflictError): no marks, not complete, not its turn, signed, too late.

    Unlike a signature at the tablet it may also come after the lock, until the results are published.
    """
    if all(mark.state == MISSING for mark in view.marks.values()):
        raise ConflictError(N_("这份评分表还没有分，没有可以签的。"))
    require_ready(view, digest, CHIEF if role in AT_THE_TABLET else role)
    require_turn(session, view, role, live(signatures_of(session, view.sheet)))


def subject_of(where: Where, judge: str, code: str, role: str) -> str:
    """What the act is about."""
    return f"{where.period.id}/{role}/{judge}/{code}"


def propose_waiver(
    session: Session, actor: Actor, period_id: str, judge: str, code: str, role: str, *, digest: str, ground: str,
    reason: str,
) -> Act:  # fmt: skip
    """The first person's half; `digest` is that of the marks which they were shown.

    Raises:
        NotFoundError, ForbiddenError: no such sheet, not theirs to ask, or their own signature.
        InvalidError: no ground, or no reason.
        ConflictError: see `require_waivable`; or it waits already.
    """
    where = _held(session, actor, period_id)
    if not rights(session, actor, where, role)[0]:
        raise ForbiddenError(NOT_YOURS)
    view = waived_sheet(session, where, judge, code, role)
    if is_own(session, actor, view, role):
        raise ForbiddenError(OWN)
    _require_words(ground, reason)
    require_waivable(session, view, role, digest)
    payload = {"ground": ground, "marks": view.digest}
    return acts.propose(
        session, actor, where.event, ActKind.WAIVER, subject=subject_of(where, judge, code, role), payload=payload,
        digest=digest_of(payload), reason=reason.strip()[:300],
    )  # fmt: skip


def _require_words(ground: str, reason: str) -> None:
    problems = {}
    if ground not in set(WaiverGround):
        problems["ground"] = DomainError(N_("请选：拒绝签字、不在场，还是平板丢失或损坏。"))
    if not reason.strip():
        problems["reason"] = DomainError(N_("请写明理由，它会记入记录。"))
    if problems:
        raise InvalidError(NEED_FIX, fields=problems)


def confirm_waiver(
    session: Session, actor: Actor, period_id: str, judge: str, code: str, role: str, act_id: str
) -> SheetSignature:
    """The witness's half: the waiver stands in the chain and in the ledger.

    Raises:
        ForbiddenError: the same person, no witness, or their own signature.
        NotFoundError: no such act. ConflictError: decided, signed after all, or other marks meanwhile.
    """
    where = _held(session, actor, period_id)
    act = _act(session, where, judge, code, role, act_id)
    acts.require_second(session, actor, act)
    if not rights(session, actor, where, role)[1]:
        raise ForbiddenError(NOT_YOURS)
    view = waived_sheet(session, where, judge, code, role)
    if is_own(session, actor, view, role):
        raise ForbiddenError(OWN)
    acts.require_open(session, act)
    told = json.loads(act.payload)
    if told["marks"] != view.digest:
        raise ConflictError(N_("提出以后分数改过，不能再确认。请不同意或撤回，核对新的分数后重新提出。"))
    require_waivable(session, view, role, view.digest)
    return _put(session, actor, view, role, act, WaiverGround(told["ground"]))


def _put(
    session: Session, actor: Actor, view: SheetView, role: str, act: Act, ground: WaiverGround
) -> SheetSignature:  # fmt: skip
    where, chain = view.place, live(signatures_of(session, view.sheet))
    previous = chain[-1].hash if chain else ""
    bound = {
        "event": where.event.id, "stage": where.stage.key, "period": where.period.key, "entry": view.entry.code or "",
        "judge": view.member.code, "digest": view.digest, "role": role, "previous": previous, "ground": ground.value,
        "reason": act.reason, "proposed_by": act.proposed_by, "confirmed_by": actor.account_id,
    }  # fmt: skip
    link = digest_of(bound)
    row = append(session, where.competition, kinds.WAIVER, bound | {"signature": link})
    sheet = view.sheet or new_sheet(session, view.member, view.entry, where)
    made = SheetSignature(
        tenant_id=sheet.tenant_id, sheet_id=sheet.id, role=role, account_id=act.proposed_by, signer=act.proposer[:100],
        digest=view.digest, previous=previous, hash=link, method=SignatureMethod.WAIVED, ground=ground,
        reason=act.reason, witness=actor.name[:100], ledger_seq=row.seq,
    )  # fmt: skip
    session.add(made)
    session.flush()
    acts.confirm(session, actor, act, ledger_seq=row.seq)
    return made


def refuse_waiver(
    session: Session, actor: Actor, period_id: str, judge: str, code: str, role: str, act_id: str, reason: str
) -> Act:
    """The witness's no, or the first one's withdrawal (ForbiddenError, NotFoundError, InvalidError, ConflictError)."""
    where = _held(session, actor, period_id)
    act = _act(session, where, judge, code, role, act_id)
    if actor.account_id != act.proposed_by and not rights(session, actor, where, role)[1]:
        raise ForbiddenError(NOT_YOURS)
    return acts.refuse(session, actor, act, reason)


def _held(session: Session, actor: Actor, period_id: str) -> Where:
    """The period as it is now, with the chain's lock taken: marks on their way are in, or will find the waiver."""
    where = locate(session, period_id, actor)
    append_rows(session.connection(), where.competition.tenant_id, where.competition.id, [])
    session.refresh(where.period)
    session.refresh(where.event)
    return where


def _act(session: Session, where: Where, judge: str, code: str, role: str, act_id: str) -> Act:
    act = acts.get_act(session, where.event, act_id, ActKind.WAIVER)
    if act.subject != subject_of(where, judge, code, role):
        raise NotFoundError(N_("找不到这件事。"))
    return act
