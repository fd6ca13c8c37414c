"""A reserve judge steps in: for a judge who can't go on while the scoring runs, or as the third one of two who differ.

The core sees a recusal of the replaced judge, and waits for the reserve instead. Marks that the replaced judge has
given would count no longer: such a sheet changes hands by two persons (`recusing.ask_recusal` with the reserve).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, and_, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, Stage
from contest.competitions.queries import competition_of
from contest.entries.models import Entry
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.judging.models import PanelMember, Sheet, SheetSignature
from contest.judging.panel import recusals
from contest.judging.panel.marked import hold_marks, marked_codes, require_unmarked
from contest.judging.panel.recusing import refuse_locked
from contest.judging.panel.reserves import NO_RESERVE, call_in, is_reserve, require_callable
from contest.judging.policy import can_decide
from contest.judging.queries import entries_of_stage, member_for
from contest.judging.sheet.queries import is_waived_judge

NEED_FIX = N_("有几项需要改正，已标在下面。")
NOTHING_LEFT = N_("没有可以接手的评分表：都已签名、已回避，或者已经评过分。评过分的请逐份办理，由两个人确认。")


def replace_judge(
    session: Session, actor: Actor, member: PanelMember, reserve: PanelMember, reason: str,
    entries: Sequence[Entry] | None = None,
) -> int:  # fmt: skip
    """The reserve takes over a judge's sheets: those of `entries`, or all without a signature or a mark; how many.

    Raises:
        ForbiddenError: neither organizer nor chief judge of the stage.
        InvalidError: no reason, or no reserve judge of this stage.
        MarkedError: the judge has marked one of `entries`: it takes two persons.
        ConflictError: the stage is locked, nothing is left to take over, or the reserve is recused from one of them.
    """
    stage, event = _allow(session, actor, reserve)
    if member.stage_id != reserve.stage_id or member.id == reserve.id:
        raise InvalidError(NEED_FIX, fields={"member": DomainError(N_("被替换的裁判不在这个阶段的裁判组里。"))})
    hold_marks(session, event)
    chosen = list(entries) if entries is not None else _unmarked(session, event, stage, member)
    chosen = [entry for entry in chosen if entry.id not in recusals.recused_entries(session, member, event)]
    words = _require(session, event, stage, reserve, chosen, reason)
    for entry in chosen:
        require_unmarked(session, event, member, entry)
    call_in(session, event, stage, reserve, chosen, words, replaced=member.code)
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
    words = _require(session, event, stage, reserve, [entry], reason)
    call_in(session, event, stage, reserve, [entry], words)
    record(session, actor, event.tenant_id, "call", "panel", reserve.id, entry=entry.id)


def _allow(session: Session, actor: Actor, reserve: PanelMember) -> tuple[Stage, Event]:
    stage = session.get_one(Stage, (reserve.tenant_id, reserve.stage_id))
    event = session.get_one(Event, (stage.tenant_id, stage.event_id))
    if not can_decide(actor, competition_of(session, event), member_for(session, actor, stage)):
        raise ForbiddenError(N_("只有裁判长和组织者可以让候补裁判上场。"))
    refuse_locked(session, stage)
    return stage, event


def _unmarked(session: Session, event: Event, stage: Stage, member: PanelMember) -> list[Entry]:
    marked = marked_codes(session, member)
    return [entry for entry in _unsigned(session, event, stage, member) if entry.code not in marked]


def begun_entries(session: Session, event: Event, stage: Stage, member: PanelMember) -> list[Entry]:
    """Those that the judge has marked and not signed: another person must agree before a reserve takes them over."""
    marked, kept = marked_codes(session, member), recusals.recused_entries(session, member, event)
    entries = _unsigned(session, event, stage, member)
    return [entry for entry in entries if entry.code in marked and entry.id not in kept]


def _unsigned(session: Session, event: Event, stage: Stage, member: PanelMember) -> list[Entry]:
    """The entries whose sheets the judge has not signed and nobody has waived."""
    query = select(Sheet.entry_id).where(
        Sheet.tenant_id == member.tenant_id, Sheet.panel_member_id == member.id, col(Sheet.signed_at).is_not(None)
    )
    waived = select(Sheet.entry_id).join(
        SheetSignature,
        and_(col(SheetSignature.tenant_id) == Sheet.tenant_id, col(SheetSignature.sheet_id) == Sheet.id),
    ).where(Sheet.tenant_id == member.tenant_id, Sheet.panel_member_id == member.id, *is_waived_judge())  # fmt: skip
    signed = {*session.exec(query), *session.exec(waived)}
    return [entry for entry in entries_of_stage(session, event, stage) if entry.id not in signed]


def _require(
    session: Session, event: Event, stage: Stage, reserve: PanelMember, entries: Sequence[Entry], reason: str
) -> str:
    problems = {}
    if not is_reserve(reserve):
        problems["reserve"] = DomainError(NO_RESERVE)
    if not reason.strip():
        problems["reason"] = DomainError(N_("请写明理由，例如：J1 身体不适。"))
    if problems:
        raise InvalidError(NEED_FIX, fields=problems)
    if not entries:
        raise ConflictError(NOTHING_LEFT)
    require_callable(session, event, stage, reserve, entries)
    return reason.strip()
