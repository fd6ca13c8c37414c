"""Who holds an event keeps nobody from marking, and neither lock nor pause passes the other unseen (PostgreSQL)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from contest import db
from contest.competitions.models import Event, Period, PeriodState
from contest.competitions.services import close_event, pause_period
from contest.entries.guards import locked_event
from contest.errors import ConflictError
from contest.judging.locking import lock_period
from contest.judging.panel.marked import hold_marks
from tests.judging.scenery import build_contest

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
