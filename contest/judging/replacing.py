"""A reserve judge steps in: for a judge who is recused while the scoring runs, or as the third one of two who differ.

The marks of the replaced judge stay in the ledger and count no longer: the core sees a recusal, and waits for the
reserve instead. A reserve called for some entries is kept from all others, so that nobody waits for them there.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, Stage
from contest.competitions.queries import competition_of
from contest.entries.models import Entry
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging import recusals
from contest.judging.models import PanelMember, PanelRole, Recusal, Sheet
from contest.judging.panels import refuse_locked
from contest.judging.policy import can_decide
from contest.judging.queries import entries_in, member_for
from contest.ledger import kinds
from contest.ledger.services import append

ONLY_CALLED = N_("候补裁判：只评指定的评分表")
NEED_FIX = N_("有几项需要改正，已标在下面。")


def replace_judge(
    session: Session, actor: Actor, member: PanelMember, reserve: PanelMember, reason: str,
    entries: Sequence[Entry] | None = None,
) -> int:  # fmt: skip
    """The reserve takes over a judge's sheets: those of `entries`, or all that the judge has not signed; how many.

    Raises:
        ForbiddenError: neither organizer nor chief judge of the stage.
        InvalidError: no reason, or no reserve judge of this stage.
        ConflictError: the stage is locked, nothing is left to take over, or the reserve is recused from one of them.
    """
    stage, event = _allow(session, actor, reserve)
    if member.stage_id != reserve.stage_id or member.id == reserve.id:
        raise InvalidError(NEED_FIX, fields={"member": DomainError(N_("被替换的裁判不在这个阶段的裁判组里。"))})
    chosen = list(entries) if entries is not None else _unsigned(session, event, member)
    chosen = [entry for entry in chosen if entry.id not in recusals.recused_entries(session, member, event)]
    words = _require(session, event, reserve, chosen, reason)
    _call(session, event, stage, reserve, chosen, words, replaced=member.code)
    for entry in chosen:
        recusals.register(session, event, member, entry, words, automatic=False)
    record(session, actor, event.tenant_id, "replace", "panel", member.id, reserve=reserve.code, sheets=len(chosen))
    return len(chosen)


def call_third(session: Session, actor: Actor, reserve: PanelMember, entry: Entry, reason: str) -> None:
    """The reserve marks an entry too, beside the judges who differ (双评 → 三评); the rule set's method decides.

    Raises:
        ForbiddenError, InvalidError, ConflictError: as `replace_judge`.
    """
    stage, event = _allow(session, actor, reserve)
    words = _require(session, event, reserve, [entry], reason)
    _call(session, event, stage, reserve, [entry], words)
    record(session, actor, event.tenant_id, "call", "panel", reserve.id, entry=entry.id)


def reserves_of(session: Session, stage: Stage) -> Sequence[PanelMember]:
    """The reserve judges of a stage, called already or not."""
    query = select(PanelMember).where(
        PanelMember.tenant_id == stage.tenant_id, PanelMember.stage_id == stage.id,
        PanelMember.role == PanelRole.RESERVE, col(PanelMember.removed_at).is_(None),
    )  # fmt: skip
    return session.exec(query.order_by(col(PanelMember.position))).all()


def _allow(session: Session, actor: Actor, reserve: PanelMember) -> tuple[Stage, Event]:
    stage = session.get_one(Stage, (reserve.tenant_id, reserve.stage_id))
    event = session.get_one(Event, (stage.tenant_id, stage.event_id))
    if not can_decide(actor, competition_of(session, event), member_for(session, actor, stage)):
        raise ForbiddenError(N_("只有裁判长和组织者可以让候补裁判上场。"))
    refuse_locked(session, stage)
    return stage, event


def _unsigned(session: Session, event: Event, member: PanelMember) -> list[Entry]:
    query = select(Sheet.entry_id).where(
        Sheet.tenant_id == member.tenant_id, Sheet.panel_member_id == member.id, col(Sheet.signed_at).is_not(None)
    )
    signed = set(session.exec(query))
    return [entry for entry in entries_in(session, event) if entry.id not in signed]


def _require(session: Session, event: Event, reserve: PanelMember, entries: Sequence[Entry], reason: str) -> str:
    problems = {}
    if reserve.role is not PanelRole.RESERVE or reserve.removed_at:
        problems["reserve"] = DomainError(N_("请从候补裁判里选一位；没有候补，先在裁判组里任命。"))
    if not reason.strip():
        problems["reason"] = DomainError(N_("请写明理由，例如：J1 身体不适。"))
    if problems:
        raise InvalidError(NEED_FIX, fields=problems)
    if not entries:
        raise ConflictError(N_("没有可以接手的评分表：都已签名或已回避。"))
    if any(entry.event_id != event.id for entry in entries):
        raise NotFoundError(N_("找不到这个参赛者。"))
    own = {entry.id for entry in recusals.own_unit_entries(session, reserve, event)}
    called = {row.entry_id for row in _standing_by(session, reserve)} - own
    kept = recusals.recused_entries(session, reserve, event) - called
    clash = next((entry for entry in entries if entry.id in kept), None)
    if clash is not None:
        raise ConflictError(
            N_("%(judge)s 须回避 %(code)s，不能评这一份。请换一位候补。"), judge=reserve.code, code=clash.code or ""
        )
    return reason.strip()


def _standing_by(session: Session, reserve: PanelMember) -> Sequence[Recusal]:
    """What keeps the reserve from entries only because nobody called them there yet."""
    query = select(Recusal).where(
        Recusal.tenant_id == reserve.tenant_id, Recusal.panel_member_id == reserve.id, Recusal.reason == ONLY_CALLED
    )
    return session.exec(query).all()


def _call(
    session: Session, event: Event, stage: Stage, reserve: PanelMember, entries: Sequence[Entry], reason: str,
    replaced: str = "",
) -> None:  # fmt: skip
    """Seats the reserve for `entries`, and keeps them from the others unless they were called there before."""
    codes: list[object] = [entry.code for entry in entries if entry.code]
    data: dict[str, object] = {"event": event.id, "stage": stage.key, "judge": replaced, "reserve": reserve.code}
    append(session, competition_of(session, event), kinds.REPLACEMENT, data | {"entries": codes, "reason": reason})
    wanted = {entry.id for entry in entries}
    if not reserve.scores:
        reserve.scores = True
        session.add(reserve)
        for entry in entries_in(session, event):
            if entry.id not in wanted:
                recusals.register(session, event, reserve, entry, ONLY_CALLED, automatic=True)
    for row in _standing_by(session, reserve):
        if row.entry_id in wanted:
            entry = next(entry for entry in entries if entry.id == row.entry_id)
            lifted: dict[str, object] = {"event": event.id, "stage": stage.key, "judge": reserve.code}
            lifted |= {"entry": entry.code, "state": "lifted", "reason": reason}
            append(session, competition_of(session, event), kinds.RECUSAL, lifted)
            session.delete(row)
    session.flush()
