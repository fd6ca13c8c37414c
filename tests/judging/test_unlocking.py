"""Opening a locked period again: one person while it is a repair, two once it could choose a known result."""

import json

import pytest

from contest import db
from contest.actors import SYSTEM
from contest.acts.models import ActKind
from contest.callroom.models import OrderDraw
from contest.callroom.ordering import draws_of, reveal_draw, undrawn
from contest.callroom.seating import seats_of
from contest.callroom.services import commit_draw
from contest.competitions.models import PeriodState
from contest.competitions.services import open_period, pause_period
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging import unlocking
from contest.judging.locking import lock_period
from contest.judging.queries import locate
from contest.judging.signatures.listing import seen_digest, sign_waiting, waiting_lines
from contest.judging.unlocking import TakesTwoError, unlock_period
from contest.ledger import queries as ledger
from contest.publications.services import publish
from contest.verifier.__main__ import verify_bundle
from contest.verifier.bundle import read_bundle
from contest.verifier.facts import collect
from contest.verifier.formal import check_formalities
from contest.verifier.report import Report
from contest.waiting.queries import waiting_for
from tests.judging.knock_out import build_rounds
from tests.support import sign_in, unseal

FIRST, SECOND = "organizer", "supervisor"


@pytest.fixture
def rounds(database):
    made = build_rounds()
    made.heats()
    return made


def draw(rounds, who="officer"):
    """The order of the final, drawn and revealed."""
    with db.transaction() as session:
        stage = session.merge(rounds.stages["final"])
        made = commit_draw(session, rounds.actors[who], stage, stations=1)
        return reveal_draw(session, rounds.actors[who], made, "07 11 23")


def propose(rounds, stage="heats", who=FIRST, reason="申诉成立"):
    with db.transaction() as session:
        return unlocking.ask_unlock(session, rounds.actors[who], rounds.period(session, stage), reason)


def confirm(rounds, act, stage="heats", who=SECOND):
    with db.transaction() as session:
        return unlocking.confirm_unlock(session, rounds.actors[who], rounds.periods[stage].id, act.id)


def state(rounds, stage="heats"):
    with db.reading() as session:
        return rounds.period(session, stage).state


def rows(rounds, kind):
    with db.reading() as session:
        return list(ledger.told(session, rounds.competition, kind))


def chief_signs(rounds, stage="heats"):
    with db.transaction() as session:
        period = rounds.periods[stage].id
        seen = seen_digest(waiting_lines(session, locate(session, period), "chief"))
        sign_waiting(session, rounds.actors["chief"], period, role="chief", seen=seen)


def test_while_a_signature_is_missing_one_person_repairs_with_a_reason(rounds):
    assert propose(rounds) is None
    assert state(rounds) is PeriodState.OPEN
    assert [set(row) & {"proposed_by", "confirmed_by"} for row in rows(rounds, "unlock")] == [set()]


def test_once_all_have_signed_it_takes_two(rounds):
    chief_signs(rounds)
    for who in (SYSTEM, rounds.actors["chief"], rounds.actors["organizer"]):
        with db.transaction() as session, pytest.raises(TakesTwoError, match="要两个人"):
            unlock_period(session, who, rounds.period(session, "heats"), "申诉")
    act = propose(rounds)
    assert state(rounds) is PeriodState.LOCKED
    for who in (FIRST, "anna", "officer"):
        with pytest.raises(ForbiddenError):
            confirm(rounds, act, who=who)
    with pytest.raises(NotFoundError):
        confirm(rounds, act, stage="final")
    confirm(rounds, act)
    assert state(rounds) is PeriodState.OPEN
    (row,) = rows(rounds, "unlock")
    assert (row["reason"], row["proposed_by"], row["confirmed_by"]) == (
        "申诉成立", rounds.accounts[FIRST].id, rounds.accounts[SECOND].id,
    )  # fmt: skip
    with pytest.raises(ConflictError):
        confirm(rounds, act)


def test_a_refusal_takes_a_reason_and_the_period_stays_locked(rounds):
    chief_signs(rounds)
    act = propose(rounds)
    place = (rounds.periods["heats"].id, act.id)
    with db.transaction() as session, pytest.raises(InvalidError):
        unlocking.refuse_unlock(session, rounds.actors[SECOND], *place, " ")
    with db.transaction() as session:
        unlocking.refuse_unlock(session, rounds.actors[SECOND], *place, "请走更正")
    with pytest.raises(ConflictError):
        confirm(rounds, act)
    assert state(rounds) is PeriodState.LOCKED


def test_after_the_draw_of_the_final_the_heats_open_by_two_and_the_draw_is_void(rounds):
    draw(rounds)
    with db.transaction() as session, pytest.raises(TakesTwoError, match="决赛"):
        unlock_period(session, rounds.actors["organizer"], rounds.period(session, "heats"), "申诉")
    confirm(rounds, propose(rounds))
    (row,) = rows(rounds, "void")
    assert (row["stage"], row["draw"], row["reason"]) == ("final", 1, "申诉成立")
    with db.transaction() as session:
        stage = session.merge(rounds.stages["final"])
        assert seats_of(session, stage) == {}
        assert undrawn(session, rounds.fresh(session), stage) == [], "nobody is known to take part while it is open"
        (old,) = draws_of(session, stage)
        with pytest.raises(ConflictError):
            commit_draw(session, SYSTEM, stage, stations=1)
        assert old.voided_at


def test_a_seed_that_was_not_revealed_can_not_be_revealed_later(rounds):
    with db.transaction() as session:
        made = commit_draw(session, SYSTEM, session.merge(rounds.stages["final"]), stations=1)
    confirm(rounds, propose(rounds))
    with db.transaction() as session, pytest.raises(ConflictError):
        reveal_draw(session, SYSTEM, session.get_one(OrderDraw, (made.tenant_id, made.id)), "")


def test_where_the_final_was_marked_already_its_order_stands(rounds):
    draw(rounds)
    rounds.do(open_period, "final")
    rounds.mark("final", 0, 90)
    rounds.do(pause_period, "final")
    assert propose(rounds) is None, "nothing of it is drawn again: people have appeared in that order"
    assert rows(rounds, "void") == []


def finish(rounds, entries=(0, 2)):
    rounds.do(open_period, "final")
    rounds.score("final", dict.fromkeys(entries, 90))
    rounds.do(lock_period, "final")
    chief_signs(rounds)
    chief_signs(rounds, "final")
    unseal(rounds.event)
    with db.transaction() as session:
        return publish(session, SYSTEM, rounds.fresh(session), "成绩").bundle


@pytest.fixture
def bundle(rounds, tmp_path):
    """Drawn, opened again by two, another advances, drawn anew, published."""
    draw(rounds)
    confirm(rounds, propose(rounds))
    assert rounds.mark("heats", 2, 85) == ("accepted", "")
    rounds.sign("heats", 2)
    rounds.do(lock_period, "heats")
    draw(rounds)
    packed = finish(rounds)
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed)
    return read_bundle(path)


def test_the_verifier_says_that_the_first_draw_is_void_and_the_second_of_those_who_advanced(bundle):
    report = verify_bundle(bundle)
    assert report.is_good, report.text()
    assert "advanced" not in report.unchecked
    assert {"void", "list", "seats", "unlocked"} <= {finding.code for finding in report.findings}


def test_opened_again_by_one_person_after_the_publication_is_found(rounds, bundle, tmp_path):
    """As intruder with the database: the row of the second unlocking names nobody."""
    bodies = [json.loads(line["body"]) for line in bundle.ledger if "body" in line]
    last = next(n for n, body in enumerate(bodies) if body["kind"] == "publication")
    data = {"event": bundle.event, "stage": "heats", "period": "1", "reason": "x"}
    bodies.insert(last, {"seq": 0, "kind": "unlock", "data": data})
    report = Report()
    check_formalities(bundle, bodies, collect(bundle, bodies), {}, report)
    assert "unlocked" in report.codes


def test_after_publication_it_takes_two_also_where_nothing_is_blind(rounds, bundle):
    act = propose(rounds, "final")
    assert act is not None
    with db.transaction() as session, pytest.raises(TakesTwoError, match="发布过"):
        unlock_period(session, SYSTEM, rounds.period(session, "final"), "改分")
    confirm(rounds, act, "final")
    assert state(rounds, "final") is PeriodState.OPEN


def test_the_pages_of_both(client, rounds):
    draw(rounds)
    path = f"/judging/periods/{rounds.periods['heats'].id}/unlock"
    token = sign_in(client, rounds.accounts[FIRST]).csrf_token
    assert "现在解锁要两个人" in client.get(path).text
    assert client.post(path, data={"csrf_token": token, "reason": ""}).status_code == 422
    sent = client.post(path, data={"csrf_token": token, "reason": "申诉成立"})
    assert "必须由另一个人确认" in sent.text
    token = sign_in(client, rounds.accounts[SECOND]).csrf_token
    assert f'href="{path}"' in client.get(f"/events/{rounds.event.id}/desk").text
    shown = client.get(path).text
    assert "申诉成立" in shown
    act = shown.split(f'action="{path}/')[1].split('"')[0]
    assert "已解锁" in client.post(f"{path}/{act}", data={"csrf_token": token}).text
    assert state(rounds) is PeriodState.OPEN
    sign_in(client, rounds.accounts["officer"])
    assert "作废" in client.get(f"/events/{rounds.event.id}/order?stage=final").text


def test_it_waits_on_the_list_of_whoever_may_confirm_it(rounds):
    draw(rounds)
    propose(rounds)
    with db.reading() as session:
        found = {
            who: [row.kind for row in waiting_for(session, rounds.actors[who], (ActKind.UNLOCK,))[0]]
            for who in (FIRST, SECOND, "anna", "chief")
        }
    assert found == {FIRST: [], SECOND: [ActKind.UNLOCK], "anna": [], "chief": [ActKind.UNLOCK]}
