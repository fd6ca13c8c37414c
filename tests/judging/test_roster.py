"""The pool of judges and declared conflicts: who declared is kept from the unit's entries, now and later."""

import json

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import Period, PeriodState
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry
from contest.entries.services import add_entry
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging import services
from contest.judging.models import Recusal
from contest.judging.panel.roster_queries import own_competitions, own_conflicts, roster
from contest.ledger import queries as ledger
from tests.support import sign_in

PLANT = "钱江机械有限公司"


def declare(contest, who="anna", by=None, unit=PLANT, reason="曾在该厂工作"):
    with db.transaction() as session:
        return services.declare_conflict(
            session, contest.actors[by or who], contest.competition, contest.accounts[who].id, unit=unit, reason=reason
        )


def result_of(contest, who, entry):
    [answer] = contest.send(who, contest.op(30, "P2", entry))
    return answer["result"], answer["reason"]


def test_a_declared_unit_is_recused_at_once_and_for_entries_that_come_later(contest):
    assert result_of(contest, "anna", 2) == ("accepted", "")
    declare(contest)
    assert {result_of(contest, "anna", entry) for entry in (0, 1)} == {("quarantined", "recused")}
    assert result_of(contest, "anna", 2) == ("accepted", "")
    assert result_of(contest, "bo", 0) == ("accepted", "")
    with db.transaction() as session:
        team = contest.world.team  # below the plant: its entries are the plant's
        late = add_entry(session, SYSTEM, contest.event, EntryInput("装配工", organization_id=team.id))
        code = late.code
    [answer] = contest.send("anna", contest.op(30, "P2", code))
    assert (answer["result"], answer["reason"]) == ("quarantined", "recused")
    with db.reading() as session:
        rows = [json.loads(row.body) for row in ledger.rows(session, contest.competition)]
        names = {entry.name for entry in session.exec(select(Entry))}
    told = [row["data"] for row in rows if row["kind"] == "recusal" and row["data"]["judge"] == "J1"]
    assert {row["entry"] for row in told} == set(contest.codes[:2])
    text = json.dumps(rows, ensure_ascii=False)
    assert "曾在该厂工作" not in text, "a reason may speak of people; the ledger is published"
    assert not any(name in text for name in names)


def test_who_may_declare_what(contest):
    declare(contest, by="organizer")
    with pytest.raises(ConflictError):
        declare(contest)
    with pytest.raises(ForbiddenError):
        declare(contest, "anna", by="bo")
    with pytest.raises(NotFoundError):  # a supervisor judges nothing
        declare(contest, "supervisor")
    with pytest.raises(InvalidError) as caught:
        declare(contest, "bo", unit="没有的厂", reason=" ")
    assert set(caught.value.fields) == {"unit", "reason"}


def test_a_locked_stage_stays_as_it_was_scored(contest):
    with db.transaction() as session:
        session.get_one(Period, (contest.period.tenant_id, contest.period.id)).state = PeriodState.LOCKED
        session.flush()
    declare(contest)
    with db.reading() as session:
        found = session.exec(select(Recusal).where(Recusal.panel_member_id == contest.members["anna"].id)).all()
    assert found == []


def test_the_roster_is_paged_searched_and_counted_in_the_same_statements_for_one_and_three(small):
    contest = small
    organizer = contest.actors["organizer"]
    with db.transaction() as session:
        for who, speciality in (("anna", "电工"), ("bo", "焊工"), ("chief", "电工、钳工")):
            services.add_to_pool(session, organizer, contest.competition, contest.accounts[who], speciality)
    declare(contest)

    def lines(**asked):
        with db.reading() as session, db.counting_queries() as statements:
            view = roster(session, organizer, contest.competition.id, **asked)
        assert len(statements) == 6
        return [line.name for line in view.lines], view.total

    assert lines(limit=1) == (["测试anna"], 3)
    assert lines(descending=True) == (["测试chief", "测试bo", "测试anna"], 3)
    assert lines(search="电工") == (["测试anna", "测试chief"], 2)
    with db.reading() as session:
        first = roster(session, organizer, contest.competition.id).lines[0]
    assert (first.unit, first.seats) == ("盐官镇总工会", ("电工 J1",))
    assert [(line.unit, line.reason, line.is_asked_back) for line in first.conflicts] == [
        (PLANT, "曾在该厂工作", False)
    ]
    with db.transaction() as session:
        with pytest.raises(ForbiddenError):
            services.add_to_pool(session, contest.actors["chief"], contest.competition, contest.accounts["bo"])
        services.remove_from_pool(session, organizer, contest.competition, contest.accounts["bo"].id)
        with pytest.raises(ConflictError):
            services.remove_from_pool(session, organizer, contest.competition, contest.accounts["bo"].id)
    with db.reading() as session, pytest.raises(NotFoundError):
        roster(session, contest.actors["anna"], contest.competition.id)


def test_a_judge_declares_on_their_own_page_and_sees_nobody_elses(client):
    from tests.judging.scenery import build_contest

    contest = build_contest()
    declare(contest, "bo")
    csrf = sign_in(client, contest.accounts["anna"]).csrf_token
    data = {"csrf_token": csrf, "competition": contest.competition.id, "unit": "不存在的厂", "reason": "亲属"}
    refused = client.post("/judging/conflicts", data=data)
    assert refused.status_code == 422
    assert 'value="不存在的厂"' in refused.text
    done = client.post("/judging/conflicts", data=data | {"unit": "海塘建设集团"}, follow_redirects=False)
    assert done.status_code == 303
    page = client.get("/judging/conflicts").text
    assert "海塘建设集团" in page
    assert PLANT not in page
    assert not any(name in page for name in ("王一", "李二", "张三"))
    with db.reading() as session:
        actor = contest.actors["anna"]
        assert [found.id for found in own_competitions(session, actor)] == [contest.competition.id]
        assert own_conflicts(session, actor)[1] == 1
    sign_in(client, contest.accounts["organizer"])
    roster_page = client.get(f"/competitions/{contest.competition.id}/judges?people=测试")
    assert roster_page.status_code == 200
    assert "选入" in roster_page.text
