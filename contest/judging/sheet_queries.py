"""Reading score sheets: a judge's lists, one sheet with its marks, conflicts and signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, and_, col, select

from contest.actors import Actor
from contest.competitions.models import Event, Period, Stage
from contest.entries.models import Entry, EntryState
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.judging.models import MarkRow, Operation, OperationResult, PanelMember, Sheet
from contest.judging.queries import Where, assessed_in, declared_in, is_absent, locate, member_for, of_stage
from contest.judging.recusals import recused_entries
from contest.judging.sheets import Item, Place, count_done, items_of, sheet_digest

NOT_FOUND = N_("找不到这份评分表，或者它不是您的。")

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


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One sheet in a judge's list. `name` is empty while the event is blind."""

    entry: Entry
    code: str
    name: str
    done: int
    total: int
    is_signed: bool

    @property
    def is_complete(self) -> bool:
        return self.done >= self.total


def sheet_lines(session: Session, place: Where, member: PanelMember) -> list[SheetLine]:
    """The sheets of one judge in one period; entries that are recused or not assessed in it are not among them."""
    states = states_by_sheet(session, place, member.code)
    signed, recused = signed_sheets(session, place), recused_entries(session, member, place.event)
    declared = declared_in(session, place)
    everywhere = items_of(place.stage_rules)
    lines = []
    for entry in assessed_in(session, place):
        if entry.id in recused:
            continue
        items = items_of(place.stage_rules, declared[entry.id]) if entry.id in declared else everywhere
        done, total = count_done(items, states.get((member.code, entry.code or ""), {}))
        name = "" if place.rules.blind else entry.name
        lines.append(SheetLine(entry, entry.code or "", name, done, total, (member.id, entry.id) in signed))
    return lines


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
    query = select(MarkRow).where(
        MarkRow.tenant_id == place.event.tenant_id,
        MarkRow.event_id == place.event.id,
        MarkRow.stage_key == place.stage.key,
        MarkRow.period_key == place.period.key,
        MarkRow.judge_code == judge,
        MarkRow.entry_code == code,
    )
    return session.exec(query).all()


def open_conflicts(session: Session, place: Where, judge: str, code: str) -> Sequence[Operation]:
    """The conflicts of one sheet that nobody has decided."""
    query = select(Operation).where(
        Operation.tenant_id == place.event.tenant_id,
        Operation.event_id == place.event.id,
        Operation.stage_key == place.stage.key,
        Operation.period_key == place.period.key,
        Operation.judge_code == judge,
        Operation.entry_code == code,
        Operation.result == OperationResult.CONFLICT,
        col(Operation.decided_at).is_(None),
    )
    return session.exec(query).all()


def find_sheet(session: Session, period: Period, member: PanelMember, entry: Entry) -> Sheet | None:
    query = select(Sheet).where(
        Sheet.tenant_id == period.tenant_id,
        Sheet.panel_member_id == member.id,
        Sheet.entry_id == entry.id,
        Sheet.period_id == period.id,
    )
    return session.exec(query).first()
