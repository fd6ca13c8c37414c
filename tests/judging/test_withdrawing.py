"""A conflict declared by mistake is taken back by two persons; until then, and for what is locked, it holds."""

import pytest
from sqlmodel import select

from contest import db
from contest.accounts.queries import actor_for
from contest.actors import Role
from contest.competitions.models import Competition, Period, PeriodState
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging import services
from contest.judging.models import Recusal
from contest.judging.panel.roster_models import DeclaredConflict
from contest.judging.panel.roster_queries import own_conflicts
from contest.judging.panel.withdrawing import (
    TAKEN_BACK,
    confirm_withdrawal,
    propose_withdrawal,
    refuse_withdrawal,
    withdrawal_view,
)
from contest.ledger import queries as ledger
from tests.judging.test_roster import PLANT, declare, result_of
from tests.support import make_person, sign_in


def run(contest, work, who, *arguments):
    with db.transaction() as session:
        competition = session.get_one(Competition, (contest.competition.tenant_id, contest.competition.id))
        return work(session, contest.actors[who], competition, *arguments)


def propose(contest, who, conflict, reason="选错了单位"):
    return run(contest, propose_withdrawal, who, conflict.id, reason)


def confirm(contest, who, act):
    return run(contest, confirm_withdrawal, who, act.id)


def recused(contest):
    with db.reading() as session:
        rows = ledger.data_of(ledger.rows(session, contest.competition), "recusal")
        return [(row["entry"], row["state"], row["reason"]) for row in rows if row["judge"] == "J1"]


def test_the_judge_asks_the_chief_decides_and_the_sheets_come_back(contest):
    conflict = declare(contest, reason="与厂长是亲戚")
    with pytest.raises(InvalidError):
        propose(contest, "anna", conflict, " ")
    act = propose(contest, "anna", conflict)
    assert result_of(contest, "anna", 0) == ("quarantined", "recused"), "until it is decided it holds"
    confirm(contest, "chief", act)
    assert result_of(contest, "anna", 0) == ("accepted", "")
    told = recused(contest)
    assert sorted(told[2:]) == sorted((code, "lifted", TAKEN_BACK) for code in contest.codes[:2]), "in fixed words"
    with db.reading() as session:
        assert session.exec(select(Recusal).where(Recusal.panel_member_id == contest.members["anna"].id)).all() == []
        (line,), total = own_conflicts(session, contest.actors["anna"])
        assert (line.is_withdrawn, total) == (True, 1), "kept in history"
        lifted = list(ledger.data_of(ledger.rows(session, contest.competition), "recusal"))[-1]
    assert (lifted["proposed_by"], lifted["confirmed_by"]) == (
        contest.accounts["anna"].id, contest.accounts["chief"].id,
    )  # fmt: skip
    with pytest.raises(ConflictError):
        propose(contest, "anna", conflict)
    declare(contest, reason="确有关系")
    assert result_of(contest, "anna", 1) == ("quarantined", "recused"), "it may be declared again"


@pytest.mark.parametrize("who", ["bo", "clerk", "supervisor"])
def test_intruders(small, who):
    contest = small
    conflict = declare(contest)
    with pytest.raises(ForbiddenError):
        propose(contest, who, conflict)
    act = propose(contest, "organizer", conflict)
    for other in (who, "organizer", "anna"):
        with pytest.raises(ForbiddenError):
            confirm(contest, other, act)
    if who != "supervisor":
        with pytest.raises(NotFoundError), db.reading() as session:
            withdrawal_view(session, contest.actors[who], contest.competition.id, conflict.id)
    with pytest.raises(ForbiddenError):
        run(contest, refuse_withdrawal, who, act.id, "不同意")


def test_the_chief_judge_does_not_decide_their_own_nor_of_a_panel_they_do_not_lead(small):
    contest = small
    own = declare(contest, "chief")
    with pytest.raises(ForbiddenError):
        confirm(contest, "chief", propose(contest, "organizer", own))
    account, _ = make_person(contest.world, Role.CHIEF_JUDGE, login="elsewhere")
    with db.reading() as session:
        contest.actors["elsewhere"] = actor_for(session, account)
    act = propose(contest, "anna", declare(contest))
    with pytest.raises(ForbiddenError):
        confirm(contest, "elsewhere", act)


def test_what_another_reason_keeps_apart_stays_apart(contest):
    """The works is Bo's own unit, and the plant is declared twice: once for itself, once as what is above it."""
    city = contest.world.city.name
    plant, whole = declare(contest), declare(contest, unit=city)
    confirm(contest, "chief", propose(contest, "anna", plant))
    assert {result_of(contest, "anna", entry) for entry in range(3)} == {("quarantined", "recused")}
    assert {(code, recused(contest)[-1][1]) for code in contest.codes[:1]} == {(contest.codes[0], "recused")}
    confirm(contest, "chief", propose(contest, "anna", whole))
    assert {result_of(contest, "anna", entry) for entry in range(3)} == {("accepted", "")}


def test_a_locked_stage_stays_as_it_was_scored(contest):
    conflict = declare(contest)
    with db.transaction() as session:
        session.get_one(Period, (contest.period.tenant_id, contest.period.id)).state = PeriodState.LOCKED
    before = recused(contest)
    confirm(contest, "chief", propose(contest, "anna", conflict))
    assert recused(contest) == before
    with db.reading() as session:
        assert (
            len(session.exec(select(Recusal).where(Recusal.panel_member_id == contest.members["anna"].id)).all()) == 2
        )


def test_a_second_decision_meets_the_first(contest):
    conflict = declare(contest)
    act = propose(contest, "anna", conflict)
    run(contest, refuse_withdrawal, "chief", act.id, "确有关系")
    with pytest.raises(ConflictError):
        confirm(contest, "chief", act)
    assert result_of(contest, "anna", 0) == ("quarantined", "recused")
    with db.reading() as session:
        assert session.exec(select(DeclaredConflict)).one().withdrawal == ""


def test_the_pages(client, small):
    contest = small
    conflict = declare(contest)
    with db.transaction() as session:
        services.add_to_pool(
            session, contest.actors["organizer"], contest.competition, contest.accounts["anna"], "电工"
        )  # fmt: skip
    path = f"/competitions/{contest.competition.id}/conflicts/{conflict.id}"
    token = sign_in(client, contest.accounts["anna"]).csrf_token
    assert path in client.get("/judging/conflicts").text
    assert client.post(path, data={"csrf_token": token, "reason": ""}).status_code == 422
    assert "等第二人确认" in client.post(path, data={"csrf_token": token, "reason": "选错了单位"}).text
    for name in ("bo", "clerk"):
        sign_in(client, contest.accounts[name])
        assert client.get(path).status_code in (403, 404)
    sign_in(client, contest.accounts["supervisor"])
    assert "同意撤回" not in client.get(path).text
    sign_in(client, contest.accounts["organizer"])
    assert "等决定是否撤回" in client.get(f"/competitions/{contest.competition.id}/judges").text
    token = sign_in(client, contest.accounts["chief"]).csrf_token
    assert path in client.get(f"/events/{contest.event.id}/desk").text
    shown = client.get(path).text
    assert PLANT in shown
    act = shown.split("/acts/")[1].split('"')[0]
    assert client.post(f"{path}/acts/{act}", data={"csrf_token": token}, follow_redirects=False).status_code == 303
    assert client.post(f"{path}/acts/{act}", data={"csrf_token": token}).status_code == 409
    sign_in(client, contest.accounts["anna"])
    assert "已撤回" in client.get("/judging/conflicts").text
