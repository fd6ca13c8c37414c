"""Once all of a stage is locked one person alone makes no other result of the same marks: panel and recusals stand."""

import json

import pytest
from sqlmodel import select

from contest import db
from contest.accounts.models import Account
from contest.competitions.models import Event, Period, PeriodState
from contest.errors import ConflictError
from contest.judging import services
from contest.judging.marks.proposed import from_outside, read_batch
from contest.judging.marks.settling import settle
from contest.judging.marks.writer import commit_batches
from contest.judging.models import Operation, PanelRole
from contest.judging.panel.services import appoint_external
from contest.judging.paper.unchecked import unchecked_sheets
from contest.judging.queries import locate, panels_of, recusals_of
from contest.judging.signatures.listing import sheet_signatures
from contest.ledger import queries as ledger
from contest.standings.services import compute
from tests.judging.scenery import RULES, build_contest
from tests.judging.test_locking import complete, lock, unlock
from tests.support import make_person

LOCKED = "这个阶段已经锁定，评分的裁判不能再增减"


@pytest.fixture
def locked(small):
    complete(small)
    lock(small, reason="测试")
    return small


def result(contest):
    """What the standings are made of that is no mark, and what they are."""
    with db.reading() as session:
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        totals = [(s.entry, s.status, s.rank) for s in compute(session, event).result.standings]
        return panels_of(session, event), recusals_of(session, event), totals


def organizer(contest):
    return contest.actors["organizer"]


def test_nobody_joins_or_leaves_a_locked_panel(locked):
    before = result(locked)
    newcomer, _ = make_person(locked.world, None, login="newcomer", at="county")
    for work in (
        lambda session: services.appoint(session, organizer(locked), locked.stage, newcomer),
        lambda session: services.appoint(
            session, organizer(locked), locked.stage, newcomer, PanelRole.CHIEF, scores=True
        ),
        lambda session: appoint_external(session, organizer(locked), locked.stage, "外请"),
    ):
        with pytest.raises(ConflictError, match=LOCKED), db.transaction() as session:
            work(session)
    assert result(locked) == before
    with db.transaction() as session:  # who only signs may come
        services.appoint(session, organizer(locked), locked.stage, newcomer, PanelRole.CHIEF)
    assert result(locked) == before


def test_a_judge_whose_marks_are_missed_is_not_taken_off_the_locked_panel(small):
    """Locked with a reason while all wait for bo: without bo the entries would have a rank."""
    for entry in range(3):
        small.fill("anna", entry)
    lock(small, reason="bo 没有来")
    before = result(small)
    with pytest.raises(ConflictError, match=LOCKED), db.transaction() as session:
        services.remove_member(session, organizer(small), small.members["bo"])
    assert result(small) == before
    unlock(small)
    with db.transaction() as session:
        services.remove_member(session, organizer(small), small.members["bo"])


def test_a_unit_changed_after_the_lock_takes_no_mark_out_and_no_sheet_from_those_to_be_signed(locked):
    before = result(locked)
    with db.reading() as session:
        sheets = len(sheet_signatures(session, locate(session, locked.period.id)))
    with db.transaction() as session:
        session.get_one(Account, locked.accounts["anna"].id).organization_id = locked.world.plant.id
    with db.transaction() as session:
        assert services.refresh_recusals(session, organizer(locked), session.merge(locked.event)) == 0
    assert result(locked) == before
    with db.reading() as session:
        assert len(sheet_signatures(session, locate(session, locked.period.id))) == sheets
    unlock(locked)
    with db.transaction() as session:
        assert services.refresh_recusals(session, organizer(locked), session.merge(locked.event)) == 2


@pytest.fixture
def external(database):
    """One external judge, whose paper is typed; whatever is typed waits for a second person."""
    contest = build_contest({**RULES, "stages": [{**RULES["stages"][0], "rubric": RULES["stages"][0]["rubric"][:1]}]})
    with db.transaction() as session:
        appoint_external(session, organizer(contest), contest.stage, "外请评委")
    return contest


def waiting(contest):
    with db.reading() as session:
        return unchecked_sheets(session, locate(session, contest.period.id))


def outside(contest, who, *operations):
    """As the address for tablets takes them."""
    return commit_batches([(contest.actors[who], from_outside(read_batch(list(operations))))])[0]


@pytest.mark.parametrize("name", ["import", "projects", "seed"])
def test_a_typed_mark_does_not_pass_for_the_platforms_by_way_of_the_quarantine(external, name):
    """The chief types what has to be settled, as the platform; settles it; and nobody would have to see it."""
    wrong = external.op(3, "P4", judge="J3", device=name)
    (answer,) = outside(external, "chief", wrong)
    assert (answer["result"], answer["reason"]) == ("quarantined", "reason_missing")
    with db.transaction() as session:
        settle(session, external.actors["chief"], external.event, wrong["op_id"], take=True, reason="与纸质表一致")
    with db.reading() as session:
        rows = list(ledger.data_of(ledger.rows(session, external.competition), "mark"))
    assert [row["device"] for row in rows] == [""]
    assert waiting(external) == [("J3", external.codes[0])]


def test_nobody_settles_what_another_sent(contest):
    """An accepted mark of one's own names the number of a rival's open conflict."""
    late = contest.op(33)
    assert [a["result"] for a in contest.send("anna", contest.op(31), late)] == ["accepted", "conflict"]
    (answer,) = contest.send("bo", contest.op(20, decides=late["op_id"]))
    assert answer["result"] == "accepted"
    with db.reading() as session:
        found = session.exec(select(Operation).where(Operation.op_id == late["op_id"])).one()
    assert found.decided_at is None
    assert json.loads(found.body)["value"] == 33


def test_a_stage_with_a_period_to_come_still_takes_judges(small):
    """Only a stage that is locked whole is closed."""
    with db.transaction() as session:
        period = session.get_one(Period, (small.period.tenant_id, small.period.id))
        period.state = PeriodState.WAITING
        appoint_external(session, organizer(small), small.stage, "外请")
