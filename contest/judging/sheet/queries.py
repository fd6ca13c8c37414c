"""Reading score sheets: a judge's lists, one sheet with its marks, conflicts and signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, select

from contest.actors import Actor
from contest.callroom.models import Seat
from contest.callroom.seating import seats_of
from contest.competitions.models import Event, Period, Stage
from contest.entries.models import Entry, EntryState
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.judging.models import MarkRow, Operation, OperationResult, PanelMember, Sheet, SheetSignature
from contest.judging.panel.recusals import recused_entries
from contest.judging.queries import Where, assessed_in, declared_in, is_absent, is_out, locate, member_for, of_stage
from contest.judging.sheet.items import Item, Place, count_done, items_of, sheet_digest

NOT_FOUND = N_("找不到这份评分表，或者它不是您的。")
NOT_KNOWN_YET = N_("“%(former)s”还没有锁定，还不知道谁进入“%(stage)s”，所以还没有评分表。")
NOT_ADVANCED = N_("%(code)s 没有晋级到“%(stage)s”，不用评，也没有评分表。")

MarkStates = dict[tuple[str, str], dict[Place, str]]


def states_by_sheet(session: Session, place: Where, judge: str | None = None) -> MarkStates:
    """(judge code, entry code) -> states by place, in one period; of one judge, or of all."""
    m = MarkRow
    query = sa.select(col(m.judge_code), col(m.entry_code), col(m.aspect), col(m.repetition), col(m.state)).where(
        col(m.tenant_id) == place.event.tenant_id,
        col(m.event_id) == place.event.id,
        col(m.stage_key) == place.stage.key,
        col(m.period_key) == place.period.key,
    )
    query = query if judge is None else query.where(col(m.judge_code) == judge)
    found: MarkStates = {}
    for code, entry, aspect, repetition, state in session.connection().execute(query):
        found.setdefault((code, entry), {})[aspect, repetition] = state
    return found


def signed_sheets(session: Session, place: Where) -> set[tuple[str, str]]:
    """(panel member id, entry id) of the signed sheets of a period."""
    query = select(Sheet.panel_member_id, Sheet.entry_id).where(
        Sheet.tenant_id == place.period.tenant_id, Sheet.period_id == place.period.id, col(Sheet.signed_at).is_not(None)
    )
    return set(session.exec(query))


def waived_sheets(session: Session, place: Where) -> set[tuple[str, str]]:
    """(panel member id, entry id) of the sheets of a period whose judge's own signature is waived."""
    same = and_(col(SheetSignature.tenant_id) == Sheet.tenant_id, col(SheetSignature.sheet_id) == Sheet.id)
    query = select(Sheet.panel_member_id, Sheet.entry_id).join(SheetSignature, same)
    query = query.where(Sheet.tenant_id == place.period.tenant_id, Sheet.period_id == place.period.id)
    return set(session.exec(query.where(*is_waived_judge())))


def is_waived_judge() -> tuple[ColumnElement[bool], ...]:
    return (
        col(SheetSignature.role) == "judge", col(SheetSignature.ground).is_not(None),
        col(SheetSignature.voided_at).is_(None),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One sheet in a judge's list. `name` is empty while the event is blind."""

    entry: Entry
    code: str
    name: str
    done: int
    total: int
    is_signed: bool
    seat: Seat | None = None
    is_waived: bool = False

    @property
    def is_complete(self) -> bool:
        return self.done >= self.total

    @property
    def is_settled(self) -> bool:
        """Nothing is left to do for its judge: signed, or the signature is waived."""
        return self.is_signed or self.is_waived


def sheet_lines(session: Session, place: Where, member: PanelMember) -> list[SheetLine]:
    """The sheets of one judge in one period as they come to the stations; recused entries, and those not assessed in
    it, are not among them.
    """
    states = states_by_sheet(session, place, member.code)
    signed, waived = signed_sheets(session, place), waived_sheets(session, place)
    recused = recused_entries(session, member, place.event)
    declared = declared_in(session, place)
    everywhere, seats = items_of(place.stage_rules), seats_of(session, place.stage)
    lines = []
    for entry in assessed_in(session, place):
        if entry.id in recused:
            continue
        items = items_of(place.stage_rules, declared[entry.id]) if entry.id in declared else everywhere
        done, total = count_done(items, states.get((member.code, entry.code or ""), {}))
        name = "" if place.rules.blind else entry.name
        seat = seats.get(entry.code or "")
        key = (member.id, entry.id)
        lines.append(SheetLine(entry, entry.code or "", name, done, total, key in signed, seat, key in waived))
    # those not drawn stay behind, by code
    return sorted(lines, key=lambda line: (line.seat is None, line.seat.position if line.seat else 0))


@dataclass(frozen=True, slots=True)
class MyPeriod:
    """One line of the judge's home: where, how far."""

    place: Where
    member: PanelMember
    sheets: int
    complete: int
    signed: int


def my_periods(session: Session, actor: Actor) -> list[MyPeriod]:
    """The open and locked periods of the stages on whose panel the actor sits, newest competition first."""
    query = (
        select(Period.id, PanelMember)
        .join(Stage, and_(col(Period.tenant_id) == col(Stage.tenant_id), col(Period.stage_id) == col(Stage.id)))
        .join(PanelMember, of_stage())
        .join(Event, and_(col(Event.tenant_id) == Stage.tenant_id, col(Event.id) == Stage.event_id))
        .where(PanelMember.account_id == actor.account_id, col(PanelMember.removed_at).is_(None))
        .order_by(col(Event.created_at).desc(), col(Stage.position), col(Period.position))
    )
    found = []
    for period_id, member in session.exec(query).all():
        place = locate(session, period_id)
        lines = sheet_lines(session, place, member) if member.scores and items_of(place.stage_rules) else []
        complete = sum(line.is_complete for line in lines)
        found.append(MyPeriod(place, member, len(lines), complete, sum(line.is_signed for line in lines)))
    return found


@dataclass(frozen=True, slots=True)
class SheetView:
    """One score sheet as its judge sees it."""

    place: Where
    member: PanelMember
    entry: Entry
    items: list[Item]
    marks: Mapping[Place, MarkRow]
    conflicts: Sequence[Operation]
    sheet: Sheet | None
    digest: str
    done: int
    total: int


def sheet_view(session: Session, actor: Actor, period_id: str, code: str) -> SheetView:
    """The actor's own sheet for an entry.

    Raises:
        NotFoundError: not on the panel, no such code: nothing that they may know of.
        ForbiddenError: recused from this entry.
    """
    place = locate(session, period_id, actor)
    member = member_for(session, actor, place.stage)
    entry = entry_by_code(session, place.event, code)
    if member is None or not member.scores or entry is None or is_absent(entry, place):
        raise NotFoundError(NOT_FOUND)
    if place.waits_for:
        raise NotFoundError(NOT_KNOWN_YET, former=place.waits_for, stage=place.stage.title or place.stage.key)
    if is_out(session, entry, place):
        raise NotFoundError(NOT_ADVANCED, code=code, stage=place.stage.title or place.stage.key)
    if entry.id in recused_entries(session, member, place.event):
        raise ForbiddenError(N_("您已登记回避 %(code)s，不能打开这份评分表。"), code=code)
    return build_view(session, place, member, entry)


def entry_by_code(session: Session, event: Event, code: str) -> Entry | None:
    """The competing entry of a code."""
    query = select(Entry).where(
        Entry.tenant_id == event.tenant_id,
        Entry.event_id == event.id,
        Entry.code == code,
        Entry.state == EntryState.REGISTERED,
    )
    return session.exec(query).first()


def build_view(session: Session, place: Where, member: PanelMember, entry: Entry) -> SheetView:
    """A sheet with its marks, its open conflicts and its signature; whoever calls has checked who asks."""
    declared = declared_in(session, place)
    items = items_of(place.stage_rules, declared.get(entry.id))
    rows = sheet_marks(session, place, member.code, entry.code or "")
    marks = {(row.aspect, row.repetition): row for row in rows}
    done, total = count_done(items, {key: row.state for key, row in marks.items()})
    return SheetView(
        place=place,
        member=member,
        entry=entry,
        items=items,
        marks=marks,
        conflicts=open_conflicts(session, place, member.code, entry.code or ""),
        sheet=find_sheet(session, place.period, member, entry),
        digest=sheet_digest((row.aspect, row.repetition, row.units, row.state) for row in rows),
        done=done,
        total=total,
    )


def sheet_marks(session: Session, place: Where, judge: str, code: str) -> Sequence[MarkRow]:
    """The current marks of one sheet."""
    return session.exec(select(MarkRow).where(_on_sheet(MarkRow, place, judge, code))).all()


def open_conflicts(session: Session, place: Where, judge: str, code: str) -> Sequence[Operation]:
    """The conflicts of one sheet that nobody has decided."""
    query = select(Operation).where(_on_sheet(Operation, place, judge, code))
    query = query.where(Operation.result == OperationResult.CONFLICT, col(Operation.decided_at).is_(None))
    return session.exec(query).all()


def _on_sheet(table: type[MarkRow | Operation], place: Where, judge: str, code: str) -> ColumnElement[bool]:
    return and_(
        col(table.tenant_id) == place.event.tenant_id,
        col(table.event_id) == place.event.id,
        col(table.stage_key) == place.stage.key,
        col(table.period_key) == place.period.key,
        col(table.judge_code) == judge,
        col(table.entry_code) == code,
    )


def find_sheet(session: Session, period: Period, member: PanelMember, entry: Entry) -> Sheet | None:
    query = select(Sheet).where(
        Sheet.tenant_id == period.tenant_id,
        Sheet.panel_member_id == member.id,
        Sheet.entry_id == entry.id,
        Sheet.period_id == period.id,
    )
    return session.exec(query).first()
