"""A recusal declared by mistake is lifted by two persons with a reason; one that was found by itself is not."""

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import Period
from contest.competitions.services import open_period
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging import services
from contest.judging.models import Recusal
from contest.judging.panel.lifting import confirm_lifting, propose_lifting, refuse_lifting
from contest.judging.panel.recusals import register
from contest.judging.queries import members_of, recusals_of
from contest.ledger import queries as ledger
from tests.judging.knock_out import HEATS, build_rounds
from tests.support import says, sign_in


def declared(contest, automatic=False):
    with db.transaction() as session:
        services.refresh_recusals(session, SYSTEM, contest.event)
        entry = session.exec(select(Entry).where(Entry.code == contest.codes[0])).one()
        services.recuse(session, SYSTEM, contest.members["anna"], entry, "师徒")
    with db.reading() as session:
        return session.exec(select(Recusal).where(Recusal.automatic == automatic)).one()


def propose(contest, who, recusal, reason="同名，不是师徒"):
    with db.transaction() as session:
        return propose_lifting(session, contest.actors[who], contest.event, recusal.id, reason)


def confirm(contest, who, act):
    with db.transaction() as session:
        return confirm_lifting(session, contest.actors[who], contest.event, act.id)


def test_two_persons_lift_it_and_the_judge_may_mark(contest):
    recusal = declared(contest)
    assert contest.send("anna", contest.op(30))[0]["reason"] == "recused"
    with pytest.raises(InvalidError):
        propose(contest, "chief", recusal, " ")
    act = propose(contest, "chief", recusal)
    for who in ("chief", "anna", "clerk"):
        with pytest.raises(ForbiddenError):
            confirm(contest, who, act)
    confirm(contest, "supervisor", act)
    assert contest.send("anna", contest.op(30))[0]["result"] == "accepted"
    with db.reading() as session:
        row = list(ledger.data_of(ledger.rows(session, contest.competition), "recusal"))[-1]
        assert contest.codes[0] not in recusals_of(session, contest.event)
    assert (row["state"], row["judge"], row["reason"]) == ("lifted", "J1", "同名，不是师徒")
    assert row["proposed_by"] != row["confirmed_by"]
    with pytest.raises(ConflictError):
        confirm(contest, "organizer", act)
    with pytest.raises(NotFoundError):
        propose(contest, "chief", recusal)


def test_what_was_found_by_itself_stays(contest):
    with pytest.raises(ConflictError):
        propose(contest, "organizer", declared(contest, automatic=True))


def test_after_the_lock_nothing_is_lifted(contest):
    recusal = declared(contest)
    act = propose(contest, "organizer", recusal)
    with db.transaction() as session:
        period = session.get_one(Period, (contest.event.tenant_id, contest.period.id))
        services.lock_period(session, SYSTEM, period, "测试")
    with pytest.raises(ConflictError):
        confirm(contest, "chief", act)


def test_nothing_is_lifted_of_a_stage_that_is_locked_while_the_next_one_is_scored(database):
    """The marks that came back would let other entries advance into what the judges are scoring."""
    rounds = build_rounds()
    rounds.score("heats", dict(enumerate(HEATS)))
    with db.transaction() as session:
        entry = session.exec(select(Entry).where(Entry.code == rounds.codes[0])).one()
        (anna,) = [line.member for line in members_of(session, rounds.event)
                   if line.login == "anna" and line.stage.key == "heats"]  # fmt: skip
        recusal = register(session, rounds.event, anna, entry, "师徒", automatic=False)
    early = propose(rounds, "organizer", recusal)
    rounds.do(services.lock_period, "heats", "测试")
    rounds.do(open_period, "final")
    field = rounds.listed("final")
    with pytest.raises(ConflictError):
        confirm(rounds, "supervisor", early)
    with db.transaction() as session:
        refuse_lifting(session, rounds.actors["organizer"], rounds.event, early.id, "")
    with pytest.raises(ConflictError):
        propose(rounds, "organizer", recusal)
    assert rounds.listed("final") == field


def test_the_page_of_both(client, contest):
    recusal = declared(contest)
    path = f"/events/{contest.event.id}/recusals/{recusal.id}"
    token = sign_in(client, contest.accounts["organizer"]).csrf_token
    assert path in client.get(f"/events/{contest.event.id}/panel").text
    shown = client.get(path).text
    assert "王一" in shown
    assert not says(shown, contest.codes[0]), "who sees names sees no codes"
    assert client.post(path, data={"csrf_token": token, "reason": ""}).status_code == 422
    assert client.post(path, data={"csrf_token": token, "reason": "登记错了"}, follow_redirects=True).is_success
    token = sign_in(client, contest.accounts["supervisor"]).csrf_token
    shown = client.get(path).text
    assert "王一" not in shown
    act = shown.split("/acts/")[1].split('"')[0]
    assert client.post(f"{path}/acts/{act}", data={"csrf_token": token}, follow_redirects=False).status_code == 303
    assert client.get(path).status_code == 404
