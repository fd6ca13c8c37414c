"""Reading rechecks: how far, which sheets, what was found, and whether the publication has to wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, and_, col, func, select

from contest.actors import Actor
from contest.competitions.models import Competition, Event, EventState, Stage
from contest.competitions.queries import competition_of, get_event, rules_in_force
from contest.core.canonical import digest as digest_of
from contest.core.marks import MISSING
from contest.core.review import FULL_REVIEW, review_decision
from contest.core.ruleset import Aspect
from contest.db import in_batches
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.judging.models import MarkRow, PanelMember
from contest.judging.sheet.rendering import shown
from contest.ledger import kinds
from contest.ledger import queries as ledger
from contest.rechecks import policy
from contest.rechecks.models import ItemState, Recheck, RecheckFinding, RecheckItem, RecheckState

Place = tuple[str, str, str, int, str]
"""Stage, period, aspect, repetition, judge."""


def latest_recheck(session: Session, event: Event) -> Recheck | None:
    """The recheck that counts: the newest that was not set aside."""
    query = select(Recheck).where(
        Recheck.tenant_id == event.tenant_id, Recheck.event_id == event.id, Recheck.state != RecheckState.VOID
    )
    return session.exec(query.order_by(col(Recheck.id).desc())).first()


def is_outdated(session: Session, event: Event, recheck: Recheck) -> bool:
    """Whether the marks were opened again since: then other marks than those would be published."""
    rows = ledger.rows(session, competition_of(session, event), after=recheck.ledger_seq)
    return any(data["event"] == event.id for data in ledger.data_of(rows, kinds.UNLOCK))


def open_recheck(session: Session, event: Event) -> str:
    """Why results can't be published for want of a recheck; empty when nothing stands in the way."""
    found = latest_recheck(session, event)
    if found is None:
        return N_("发布以前必须复核，还没有抽取。") if event.rechecks else ""
    if is_outdated(session, event, found):
        return N_("复核以后又解锁改过分，要重新复核。")
    return "" if found.state is RecheckState.CLOSED else N_("复核还没有完成。")


def unchecked(session: Session, event: Event) -> int | None:
    """How many entries wait to be read (at least one while it is not closed); None: no recheck here."""
    found = latest_recheck(session, event)
    if found is None:
        return 1 if event.rechecks else None
    if found.state is RecheckState.CLOSED:
        return 0
    return max(1, counts_of(session, found).waiting)


def marks_by_code(session: Session, event: Event, codes: Collection[str]) -> dict[str, list[MarkRow]]:
    """The marks of some entries, in the order of stage, period, aspect, repetition and judge."""
    found: dict[str, list[MarkRow]] = defaultdict(list)
    for batch in in_batches(sorted(codes)):
        query = select(MarkRow).where(
            MarkRow.tenant_id == event.tenant_id, MarkRow.event_id == event.id,
            col(MarkRow.entry_code).in_(batch), MarkRow.state != MISSING,
        )  # fmt: skip
        places = (MarkRow.stage_key, MarkRow.period_key, MarkRow.aspect, MarkRow.repetition, MarkRow.judge_code)
        for row in session.exec(query.order_by(*(col(place) for place in places))):
            found[row.entry_code].append(row)
    return found


def place_of(row: MarkRow | RecheckFinding) -> Place:
    return row.stage_key, row.period_key, row.aspect, row.repetition, row.judge_code


def marks_digest(marks: dict[Place, tuple[int | None, str]]) -> str:
    """Names all marks of an entry: what was read."""
    return digest_of([[*place, *value] for place, value in sorted(marks.items()) if value[1] != MISSING])


def as_read(rows: Sequence[MarkRow]) -> dict[Place, tuple[int | None, str]]:
    return {place_of(row): (row.units, row.state) for row in rows}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are to be read, were found right and wrong."""

    waiting: int
    right: int
    wrong: int

    @property
    def read(self) -> int:
        return self.right + self.wrong

    @property
    def total(self) -> int:
        return self.waiting + self.read

    @property
    def needs_all(self) -> bool:
        """More than 5 % wrong is no accident any more (rules.md, re-check)."""
        return self.read > 0 and not self.waiting and review_decision(self.read, self.wrong) == FULL_REVIEW


def counts_of(session: Session, recheck: Recheck) -> Counts:
    query = (
        select(RecheckItem.state, func.count())
        .where(RecheckItem.tenant_id == recheck.tenant_id, RecheckItem.recheck_id == recheck.id)
        .group_by(col(RecheckItem.state))
    )
    found = dict(session.exec(query).all())
    return Counts(*(found.get(state, 0) for state in (ItemState.WAITING, ItemState.RIGHT, ItemState.WRONG)))


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One entry of the list; `is_settled`: its marks are those that the reader found or asked for."""

    item: RecheckItem
    is_settled: bool


@dataclass(frozen=True, slots=True)
class RecheckView:
    competition: Competition
    event: Event
    recheck: Recheck | None
    counts: Counts
    lines: Sequence[ItemLine]
    unsettled: int
    is_outdated: bool
    can_order: bool
    can_check: bool

    @property
    def can_close(self) -> bool:
        is_read = self.counts.total > 0 and not self.counts.waiting and not self.unsettled
        is_drawn = self.recheck is not None and self.recheck.state is RecheckState.DRAWN
        return self.can_check and is_drawn and is_read and not self.is_outdated


def items_of(session: Session, recheck: Recheck, *, offset: int = 0, limit: int | None = None) -> Sequence[RecheckItem]:
    query = select(RecheckItem).where(RecheckItem.tenant_id == recheck.tenant_id, RecheckItem.recheck_id == recheck.id)
    return session.exec(query.order_by(col(RecheckItem.position)).offset(offset).limit(limit)).all()


def is_settled(item: RecheckItem, rows: Sequence[MarkRow]) -> bool:
    return item.state is not ItemState.WAITING and item.digest == marks_digest(as_read(rows))


def unsettled_items(session: Session, event: Event, recheck: Recheck) -> list[RecheckItem]:
    """What was read and is not (any more) as it was read, or as its reader said that it should be."""
    items = [item for item in items_of(session, recheck) if item.state is not ItemState.WAITING]
    marks = marks_by_code(session, event, [item.code for item in items])
    return [item for item in items if not is_settled(item, marks[item.code])]


def recheck_view(session: Session, actor: Actor, event_id: str, *, offset: int = 0, limit: int = 50) -> RecheckView:
    """The page of an event's recheck.

    Raises:
        NotFoundError, ForbiddenError
    """
    event = get_event(session, event_id, actor)
    competition = _seen_by(session, actor, event)
    found = latest_recheck(session, event)
    outdated = found is not None and is_outdated(session, event, found)
    may_order = event.state is EventState.LOCKED and policy.can_order_recheck(actor, competition)
    may_check = policy.can_check(actor, competition) and not judges_here(session, actor, event)
    if found is None:
        return RecheckView(competition, event, None, Counts(0, 0, 0), (), 0, False, may_order, may_check)
    items = items_of(session, found, offset=offset, limit=limit)
    marks = marks_by_code(session, event, [item.code for item in items])
    lines = [ItemLine(item, is_settled(item, marks[item.code])) for item in items]
    return RecheckView(
        competition, event, found, counts_of(session, found), lines, len(unsettled_items(session, event, found)),
        outdated, may_order and outdated, may_check,
    )  # fmt: skip


def _seen_by(session: Session, actor: Actor, event: Event) -> Competition:
    competition = competition_of(session, event)
    if not policy.can_see_recheck(actor, competition):
        raise ForbiddenError(N_("复核由监督和仲裁办理，裁判长和组织者可以查看。"))
    return competition


def judges_here(session: Session, actor: Actor, event: Event) -> bool:
    """Whether the actor sits on a panel of the event: nobody rechecks what they judged."""
    stage = and_(col(Stage.tenant_id) == PanelMember.tenant_id, col(Stage.id) == PanelMember.stage_id)
    query = (
        select(func.count())
        .select_from(PanelMember)
        .join(Stage, stage)
        .where(
            PanelMember.tenant_id == event.tenant_id, Stage.event_id == event.id,
            PanelMember.account_id == actor.account_id, col(PanelMember.removed_at).is_(None),
        )
    )  # fmt: skip
    return session.exec(query).one() > 0


def get_recheck(session: Session, actor: Actor, recheck_id: str) -> tuple[Recheck, Event, Competition]:
    """A recheck with its event, for those who may see it (NotFoundError, ForbiddenError)."""
    found = session.exec(select(Recheck).where(Recheck.id == recheck_id)).first()
    if found is None:
        raise NotFoundError(N_("找不到这次复核。"))
    event = get_event(session, found.event_id, actor)
    return found, event, _seen_by(session, actor, event)


def get_item(session: Session, recheck: Recheck, code: str) -> RecheckItem:
    query = select(RecheckItem).where(
        RecheckItem.tenant_id == recheck.tenant_id, RecheckItem.recheck_id == recheck.id, RecheckItem.code == code
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFoundError(N_("这个号码不在要复核的里面。"))
    return found


def next_waiting(session: Session, item: RecheckItem) -> str | None:
    """The code to be read after this one: the next of the list that waits, at its end from the top again."""
    i = RecheckItem
    query = select(i.code).where(
        i.tenant_id == item.tenant_id, i.recheck_id == item.recheck_id, i.state == ItemState.WAITING
    )
    return session.exec(query.order_by(col(i.position) <= item.position, col(i.position)).limit(1)).first()


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One mark to be compared with the paper."""

    row: MarkRow
    stage: str
    aspect: Aspect
    shown: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All marks of an entry, to be compared with its paper sheets."""

    recheck: Recheck
    event: Event
    competition: Competition
    item: RecheckItem
    lines: Sequence[MarkLine]
    digest: str
    findings: Sequence[RecheckFinding]
    can_check: bool


def reading_of(session: Session, actor: Actor, recheck_id: str, code: str) -> Reading:
    """The marks of one entry as the reader compares them (NotFoundError, ForbiddenError)."""
    recheck, event, competition = get_recheck(session, actor, recheck_id)
    item = get_item(session, recheck, code)
    rows, rules = marks_by_code(session, event, [code])[code], rules_in_force(session, event)
    lines = [_line(row, rules.stage(row.stage_key).title, rules.aspect(row.stage_key, row.aspect)) for row in rows]
    may = policy.can_check(actor, competition) and not judges_here(session, actor, event)
    return Reading(
        recheck, event, competition, item, lines, marks_digest(as_read(rows)), findings_of(session, [item]),
        may and recheck.state is RecheckState.DRAWN,
    )  # fmt: skip


def _line(row: MarkRow, stage: str, aspect: Aspect) -> MarkLine:
    return MarkLine(row, stage or row.stage_key, aspect, shown(aspect, row) or "—")


def findings_of(session: Session, items: Sequence[RecheckItem]) -> Sequence[RecheckFinding]:
    if not items:
        return ()
    query = select(RecheckFinding).where(
        RecheckFinding.tenant_id == items[0].tenant_id, col(RecheckFinding.item_id).in_([item.id for item in items])
    )
    return session.exec(query.order_by(col(RecheckFinding.id))).all()
