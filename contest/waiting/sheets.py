"""Score sheets that wait: for a signature of the chain, for the comparison with their paper. A row is a period.

The list of the period itself (`judging.signatures.listing`, `judging.paper`) knows more than a condition can: which
boxes an entry is asked for, who advanced. So a row stands here only where a sheet waits for sure by what is signed:
an external judge's unsigned sheet counts from the lock on, or once its signed paper is there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, func, literal, or_
from sqlalchemy import select as plain_select
from sqlalchemy.orm import aliased
from sqlmodel import col, exists

from contest.accounts.hands import tied
from contest.competitions.models import SIGNERS, Event, Period, PeriodState, Stage
from contest.core.marks import MISSING
from contest.entries.models import Entry, EntryState
from contest.judging.marks.proposed import SEEN_BEFORE
from contest.judging.models import (
    MarkRow,
    Operation,
    OperationResult,
    PanelMember,
    PanelRole,
    PaperCheck,
    Sheet,
    SheetSignature,
)
from contest.judging.policy import can_type
from contest.judging.signatures.services import CHIEF, CONTESTANT, JUDGE, signs_as
from contest.waiting.columns import Rows, is_recused, periods
from contest.waiting.kinds import Kind, OtherKind
from contest.waiting.reach import SIGNABLE, Reach


def signatures(reach: Reach, kind: Kind) -> Rows:
    """The periods where a sheet waits for the actor's signature as chief judge or as supervisor."""
    role = kind.value
    may = reach.by_seat(
        Event.competition_id, Stage.id, lambda competition, seat: signs_as(reach.actor, competition, seat, role)
    )
    return periods(kind).where(
        may, col(Event.state).in_(SIGNABLE), col(Period.state) != PeriodState.WAITING, _signs(role), _sheet_waits(role)
    )


def _signs(role: str) -> ColumnElement[bool]:
    """Whether the event's formalities ask for that signature (the keys by comma)."""
    return (literal(",") + Event.signers + literal(",")).like(f"%,{role},%")


def _has_chief() -> ColumnElement[bool]:
    chief = aliased(PanelMember)
    return exists().where(
        col(chief.tenant_id) == Stage.tenant_id, col(chief.stage_id) == Stage.id, col(chief.role) == PanelRole.CHIEF,
        col(chief.account_id).is_not(None), col(chief.removed_at).is_(None),
    )  # fmt: skip


def _sheet_waits(role: str) -> ColumnElement[bool]:
    """Whether any sheet with marks lacks this signature, while nothing that has to come before is missing."""
    member, entry, is_locked = PanelMember, Entry, col(Period.state) == PeriodState.LOCKED
    before = [key for key in SIGNERS if list(SIGNERS).index(key) < list(SIGNERS).index(role)]
    marks = plain_select(literal(1)).select_from(MarkRow)
    marks = marks.join(member, and_(
        col(member.tenant_id) == Stage.tenant_id, col(member.stage_id) == Stage.id,
        col(member.code) == MarkRow.judge_code, col(member.scores).is_(True), col(member.removed_at).is_(None),
    )).join(entry, and_(
        col(entry.tenant_id) == MarkRow.tenant_id, col(entry.event_id) == MarkRow.event_id,
        col(entry.code) == MarkRow.entry_code, col(entry.state) == EntryState.REGISTERED,
    ))  # fmt: skip
    excused = {
        CONTESTANT: or_(is_locked, col(member.account_id).is_(None)), JUDGE: is_locked, CHIEF: ~_has_chief(),
    }  # fmt: skip
    turn = [or_(~_signs(key), _given(key), excused[key]) for key in before]
    return marks.where(
        *_of_period(MarkRow), col(MarkRow.judge_code) != "", col(MarkRow.state) != MISSING, ~_given(role), *turn,
        ~is_recused(), ~_in_conflict(),
    ).correlate(Period, Stage, Event).exists()  # fmt: skip


def _of_period(table: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        col(table.tenant_id) == Event.tenant_id, col(table.event_id) == Event.id,
        col(table.stage_key) == Stage.key, col(table.period_key) == Period.key,
    )  # fmt: skip


def _given(role: str) -> ColumnElement[bool]:
    """Whether the sheet has a live signature of the role, or its waiver."""
    return (
        plain_select(literal(1))
        .select_from(Sheet)
        .join(
            SheetSignature,
            and_(col(SheetSignature.tenant_id) == Sheet.tenant_id, col(SheetSignature.sheet_id) == Sheet.id),
        )
        .where(
            col(Sheet.tenant_id) == Period.tenant_id, col(Sheet.period_id) == Period.id,
            col(Sheet.panel_member_id) == PanelMember.id, col(Sheet.entry_id) == Entry.id,
            col(SheetSignature.role) == role, col(SheetSignature.voided_at).is_(None),
        )
        .correlate(Period, PanelMember, Entry)
        .exists()
    )  # fmt: skip


def _in_conflict() -> ColumnElement[bool]:
    return exists().where(
        *_of_period(Operation), col(Operation.judge_code) == MarkRow.judge_code,
        col(Operation.entry_code) == MarkRow.entry_code, col(Operation.result) == OperationResult.CONFLICT,
        col(Operation.decided_at).is_(None),
    )  # fmt: skip


def comparisons(reach: Reach) -> Rows:
    """The open periods with a typed sheet that waits for another person than who typed it."""
    may = reach.by_event(
        Event.competition_id, Event.id, lambda competition, seat: can_type(reach.actor, competition, seat)
    )
    return periods(OtherKind.PAPER).where(may, col(Period.state) == PeriodState.OPEN, _typed_sheet(reach.me).exists())


def _typed_sheet(me: str) -> Any:
    """A sheet that a person typed, and that nobody has compared since its newest mark."""
    mark, sent = MarkRow, Operation
    external = plain_select(col(PanelMember.code)).where(
        col(PanelMember.tenant_id) == Stage.tenant_id, col(PanelMember.stage_id) == Stage.id,
        col(PanelMember.account_id).is_(None), col(PanelMember.removed_at).is_(None),
    )  # fmt: skip
    is_there = col(mark.state) != MISSING
    typed = and_(is_there, col(sent.account_id) != "", col(sent.device).not_in(SEEN_BEFORE))
    own = and_(is_there, or_(col(sent.account_id) == me, tied(me, col(sent.account_id))))
    checked = plain_select(func.max(PaperCheck.ledger_seq)).where(
        *_of_period(PaperCheck), col(PaperCheck.judge_code) == mark.judge_code,
        col(PaperCheck.entry_code) == mark.entry_code,
    )  # fmt: skip
    return (
        plain_select(literal(1))
        .select_from(mark)
        .join(sent, and_(col(sent.tenant_id) == mark.tenant_id, col(sent.op_id) == mark.op_id), isouter=True)
        .join(Entry, and_(
            col(Entry.tenant_id) == mark.tenant_id, col(Entry.event_id) == mark.event_id,
            col(Entry.code) == mark.entry_code, col(Entry.state) == EntryState.REGISTERED,
        ))
        .where(*_of_period(mark), or_(col(mark.judge_code) == "", col(mark.judge_code).in_(external)))
        .group_by(col(mark.judge_code), col(mark.entry_code))
        .having(
            _any(typed), ~_any(own),
            func.max(mark.revision) > func.coalesce(checked.correlate(Event, Stage, Period, mark).scalar_subquery(), 0),
        )
        .correlate(Period, Stage, Event)
    )  # fmt: skip


def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.sum(case((condition, literal(1, Integer)), else_=literal(0, Integer))) > 0
