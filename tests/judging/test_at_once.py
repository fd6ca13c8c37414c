"""Two at once on PostgreSQL: nobody waits for ever, and nothing passes a mark or a lock that is on its way unseen."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import Event, EventState, Period, PeriodState
from contest.competitions.services import close_event, pause_period
from contest.entries.guards import locked_event
from contest.errors import ConflictError
from contest.judging import services
from contest.judging.locking import lock_period
from contest.judging.marks.settling import settle
from contest.judging.models import PanelMember
from contest.judging.panel.marked import hold_marks
from tests.judging.scenery import build_contest
from tests.judging.test_paper import check, type_sheet
from tests.judging.test_signing import formal, put
from tests.support import make_person

pytestmark = pytest.mark.postgresql


@pytest.fixture
def busy(postgresql):
    """SQLite has one writer at a time: only here can two meet."""
    postgresql.use_empty()
    return build_contest()


@pytest.fixture
def another() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def lock(contest) -> None:
    with db.transaction() as session:
        period = session.get_one(Period, (contest.period.tenant_id, contest.period.id))
        lock_period(session, contest.actors["organizer"], period, "测试")


def test_a_new_mark_waits_for_nobody_who_holds_the_event(busy, another):
    """Otherwise the mark's writer, who has the chain, and whoever holds the event and wants it would wait for ever."""
    with db.transaction() as session:
        event, _ = locked_event(session, busy.event.tenant_id, busy.event.id)
        sent = another.submit(busy.send, "anna", busy.op(30))
        wait([sent], 10)
        assert sent.done()
        assert sent.result()[0]["result"] == "accepted"
        hold_marks(session, event)


def test_a_lock_waits_for_whoever_holds_the_event_before_it_takes_the_chain(busy, another):
    with db.transaction() as session:
        event, _ = locked_event(session, busy.event.tenant_id, busy.event.id)
        locking = another.submit(lock, busy)
        wait([locking], 0.5)
        assert not locking.done()
        hold_marks(session, event)
    locking.result(10)


def test_a_pause_never_undoes_a_lock(busy):
    """Opening what is locked takes a reason, a row of the ledger and at times two persons."""
    key = busy.period.tenant_id, busy.period.id
    with db.transaction() as late:
        period = late.get_one(Period, key)
        assert period.state is PeriodState.OPEN
        lock(busy)
        with pytest.raises(ConflictError):
            pause_period(late, busy.actors["organizer"], period)
    with db.reading() as session:
        assert session.get_one(Period, key).state is PeriodState.LOCKED


def test_nothing_is_archived_that_was_opened_again_meanwhile(busy):
    def become(state: str) -> None:
        with db.engine().begin() as connection:
            connection.exec_driver_sql(f"UPDATE event SET state = '{state}'")

    become("published")
    with db.transaction() as late:
        event = late.get_one(Event, (busy.event.tenant_id, busy.event.id))
        become("scoring")
        with pytest.raises(ConflictError):
            close_event(late, busy.actors["organizer"], event)


def test_a_judge_whose_first_mark_is_on_its_way_stays_on_the_panel(busy, another):
    """Off it, the mark would count for nobody."""

    def remove() -> None:
        with db.transaction() as session:
            member = session.get_one(PanelMember, (busy.event.tenant_id, busy.members["anna"].id))
            services.remove_member(session, busy.actors["organizer"], member)

    with db.transaction() as session:
        (answer,) = services.apply_operations(session, busy.actors["anna"], [busy.op(30)])
        assert answer["result"] == "accepted"
        removing = another.submit(remove)
        wait([removing], 0.5)
    with pytest.raises(ConflictError, match="已经评过分"):
        removing.result(10)


def test_nobody_joins_a_panel_whose_lock_is_on_its_way(busy, another):
    account, _ = make_person(busy.world, None, login="rita", at="county")

    def join() -> None:
        with db.transaction() as session:
            services.appoint(session, busy.actors["organizer"], busy.stage, account)

    with db.transaction() as session:
        period = session.get_one(Period, (busy.period.tenant_id, busy.period.id))
        lock_period(session, busy.actors["organizer"], period, "测试")
        joining = another.submit(join)
        wait([joining], 0.5)
    with pytest.raises(ConflictError, match="已经锁定"):
        joining.result(10)


def test_what_is_settled_twice_at_once_is_settled_once(busy, another):
    """Else the ledger would say of what counts that it does not."""
    busy.send("clerk", late := busy.op(30, judge="J1"))

    def settle_it(session, *, take: bool) -> None:
        settle(session, busy.actors["organizer"], busy.event, late["op_id"], take=take, reason="核对过")

    def other() -> None:
        with db.transaction() as session:
            settle_it(session, take=False)

    with db.transaction() as session:
        settle_it(session, take=False)
        settling = another.submit(other)
        wait([settling], 0.5)
    with pytest.raises(ConflictError, match="已经处理过"):
        settling.result(10)


def test_no_typed_sheet_is_compared_once_the_lock_is_on_its_way(busy, another):
    with db.transaction() as session:
        services.appoint_external(session, SYSTEM, busy.stage, "外请评委")
    type_sheet(busy, {"P2": "30"})
    with db.transaction() as session:
        period = session.get_one(Period, (busy.period.tenant_id, busy.period.id))
        lock_period(session, busy.actors["organizer"], period, "测试")
        checking = another.submit(check, busy, "organizer")
        wait([checking], 0.5)
    with pytest.raises(ConflictError, match="没有开放"):
        checking.result(10)


def test_nobody_signs_what_is_being_published(busy, another):
    formal(busy, "judge", "chief")
    busy.fill("anna")
    put(busy, "anna", "judge")
    with db.transaction() as session:
        event, _ = locked_event(session, busy.event.tenant_id, busy.event.id)
        hold_marks(session, event)
        signing = another.submit(put, busy, "chief", "chief")
        wait([signing], 0.5)
        event.state = EventState.PUBLISHED
    with pytest.raises(ConflictError, match="已经发布"):
        signing.result(10)
