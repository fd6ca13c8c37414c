"""The chief judge's desk: one period's matrix, alarms and what waits for a decision; one entry's marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, select

from contest.accounts.devices import labels_of
from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import ActKind
from contest.competitions.models import Competition, Event, Period, PeriodState, Stage
from contest.competitions.opening import Obstacle, obstacles_before_opening
from contest.competitions.queries import competition_of, get_event, stage_periods
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.judging.marks.open_queries import count_open
from contest.judging.models import MarkRow, PanelMember, PanelRole
from contest.judging.panel.reserves import reserves_of
from contest.judging.panel.withdrawing import withdrawals_to_decide
from contest.judging.policy import can_decide, can_know_names, can_manage_panel, can_see_desk, can_see_marks
from contest.judging.queries import MemberLine, Where, assessed_in, locate, member_for, members_of
from contest.judging.room.clocks import ClockFace, clock_faces
from contest.judging.room.progress import Activity, Matrix, Shortfall, activities, matrix, shortfalls
from contest.judging.room.spread import Alarm, spread_alarms
from contest.judging.room.tablets import TabletLine, tablets_of
from contest.judging.sheet.items import Item, items_of
from contest.judging.sheet.queries import entry_by_code
from contest.judging.sheet.rendering import shown
from contest.judging.signatures.waiver_queries import WaitingWaiver, by_signature, waiting_waivers


@dataclass(frozen=True, slots=True)
class DeskView:
    """The desk of one period (the first open one unless asked for another)."""

    event: Event
    competition: Competition
    periods: Sequence[tuple[Stage, Period]]
    where: Where | None
    table: Matrix | None
    missing: Sequence[Shortfall]
    alarms: Sequence[Alarm]
    open: int
    tablets: Sequence[TabletLine]
    can_decide: bool
    sees_marks: bool
    shows_codes: bool
    judges: Sequence[Activity] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    clocks: Sequence[ClockFace] = ()
    reserves: Sequence[PanelMember] = ()
    can_manage: bool = False
    obstacles: Sequence[Obstacle] = ()
    waivers: Sequence[Sequence[WaitingWaiver]] = ()
    conflicts: Sequence[str] = ()
    """Ids of the declared conflicts of which somebody asks to be freed."""
    unlocking: bool = False
    """Whether somebody asks for this period to be opened again."""


def watched_event(session: Session, actor: Actor, event_id: str) -> tuple[Event, Competition]:
    """The event, for those who run or watch its scoring (NotFoundError otherwise)."""
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not can_see_desk(actor, competition):
        raise NotFoundError(N_("找不到这个竞赛项目。"))
    return event, competition


def desk_view(session: Session, actor: Actor, event_id: str, period_id: str = "") -> DeskView:
    """The desk of an event; NotFoundError unless the actor runs or watches the scoring."""
    event, competition = watched_event(session, actor, event_id)
    periods = stage_periods(session, event) if event.rule_set_id else []
    chosen = next((period for _, period in periods if period.id == period_id), None)
    chosen = chosen or next((period for _, period in periods if period.state is PeriodState.OPEN), None)
    chosen = chosen or (periods[0][1] if periods else None)
    if chosen is None:
        return DeskView(event, competition, periods, None, None, (), (), 0, (), False, False, False)
    where = locate(session, chosen.id, actor)
    seat = member_for(session, actor, where.stage)
    sees = can_see_marks(actor, competition, seat, is_locked=chosen.state is PeriodState.LOCKED)
    table = matrix(session, where)
    accounts = [line.member.account_id for line in table.judges if line.member.account_id]
    return DeskView(
        event=event,
        competition=competition,
        periods=periods,
        where=where,
        table=table,
        missing=shortfalls(session, where),
        alarms=spread_alarms(session, where),
        open=count_open(session, event),
        tablets=tablets_of(session, where.stage),
        can_decide=can_decide(actor, competition, seat),
        sees_marks=sees,
        shows_codes=shows_codes(actor, where, is_chief=seat is not None and seat.role is PanelRole.CHIEF),
        judges=activities(session, table),
        labels=labels_of(session, accounts),
        clocks=clock_faces(session, where),
        reserves=reserves_of(session, where.stage),
        can_manage=can_manage_panel(actor, competition),
        obstacles=obstacles_before_opening(session, event, where.stage) if chosen.state is PeriodState.WAITING else (),
        waivers=by_signature([item for item in waiting_waivers(session, event) if item.period_id == chosen.id]),
        conflicts=withdrawals_to_decide(session, actor, competition),
        unlocking=acts.open_act(session, event, ActKind.UNLOCK, chosen.id) is not None,
    )


def shows_codes(actor: Actor, where: Where, *, is_chief: bool) -> bool:
    """Whoever sees names must not see who is recused from which code: that would join both before unsealing."""
    is_open = not where.rules.blind or where.event.is_unsealed
    return is_open or is_chief or not can_know_names(actor, where.competition)


@dataclass(frozen=True, slots=True)
class EntryMarks:
    """All judges' marks of one entry in one period: a line per item, a column per judge."""

    where: Where
    code: str
    judges: Sequence[MemberLine]
    lines: Sequence[tuple[Item, str, tuple[tuple[str, str], ...]]]
    others: Sequence[str]


def entry_marks(session: Session, actor: Actor, period_id: str, code: str) -> EntryMarks:
    """Everybody's marks of one entry.

    Raises:
        NotFoundError: no such period or code.
        ForbiddenError: judges and organizers before the lock.
    """
    where = locate(session, period_id, actor)
    seat = member_for(session, actor, where.stage)
    if not can_see_marks(actor, where.competition, seat, is_locked=where.period.state is PeriodState.LOCKED):
        raise ForbiddenError(N_("锁定以前看不到其他裁判的分。"))
    if entry_by_code(session, where.event, code) is None:
        raise NotFoundError(N_("没有这个加密号。"))
    judges = [
        line for line in members_of(session, where.event) if line.stage.id == where.stage.id and line.member.scores
    ]
    query = select(MarkRow).where(
        MarkRow.tenant_id == where.event.tenant_id,
        MarkRow.event_id == where.event.id,
        MarkRow.stage_key == where.stage.key,
        MarkRow.period_key == where.period.key,
        MarkRow.entry_code == code,
    )
    marks = {(row.aspect, row.repetition, row.judge_code): row for row in session.exec(query)}
    lines = []
    for item in [*items_of(where.stage_rules), *items_of(where.stage_rules, sheet="clerk")]:
        codes = [*(line.member.code for line in judges), ""]
        label = item.aspect.id if item.aspect.repetitions == 1 else f"{item.aspect.id}-{item.repetition}"
        found = tuple((code, shown(item.aspect, marks.get((*item.place, code))) or "—") for code in codes)
        lines.append((item, label, found))
    return EntryMarks(where, code, judges, lines, [entry.code or "" for entry in assessed_in(session, where)])
