"""Unsealing: after the lock, two persons, a row in the ledger; before it no page joins a code and a name."""

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions.models import Event, EventState
from contest.competitions.queries import stage_periods
from contest.db import counting_queries
from contest.entries import unsealing
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.judging.services import unlock_period
from contest.ledger import queries as ledger
from contest.publications import services
from tests.acts.people import actor
from tests.publications.making import NAMES, RULES, lock_all, make_contest, score_all
from tests.support import make_person, sign_in


@pytest.fixture
def made(database):
    made = make_contest()
    score_all(made)
    lock_all(made)
    return made


def propose(made, who):
    with db.transaction() as session:
        return unsealing.propose_unsealing(session, who, made.fresh(session))


def confirm(made, who, act):
    with db.transaction() as session:
        return unsealing.confirm_unsealing(session, who, made.fresh(session), act.id)


def test_two_persons_open_the_codes_and_the_ledger_says_who(made):
    officer, watcher = actor(made.event, Role.ENCRYPTION_OFFICER), actor(made.event, Role.SUPERVISOR)
    act = propose(made, officer)
    with db.reading() as session:
        assert not made.fresh(session).is_unsealed
    confirm(made, watcher, act)
    with db.reading() as session:
        assert made.fresh(session).is_unsealed
        (row,) = ledger.data_of(ledger.rows(session, made.competition), "unsealing")
        assert ledger.checkpoints(session, made.competition)[-1].reason == "unsealing"
    assert row == {
        "event": made.event.id, "codes": len(NAMES), "proposed_by": officer.account_id,
        "confirmed_by": watcher.account_id,
    }  # fmt: skip
    with pytest.raises(ConflictError):
        confirm(made, watcher, act)
    with pytest.raises(ConflictError):
        propose(made, officer)


def test_one_person_is_never_two(made):
    officer = actor(made.event, Role.ENCRYPTION_OFFICER)
    act = propose(made, officer)
    for who in (officer, SYSTEM):
        with pytest.raises(ForbiddenError):
            confirm(made, who, act)


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.CHIEF_JUDGE, Role.JUDGE, Role.ADMINISTRATOR])
def test_who_publishes_or_judges_is_not_the_second_person(made, role):
    act = propose(made, actor(made.event, Role.ORGANIZER))
    with pytest.raises(ForbiddenError):
        confirm(made, actor(made.event, role, "another"), act)


def test_refusing_takes_a_reason_and_another_proposal_may_follow(made):
    first, watcher = actor(made.event, Role.ORGANIZER), actor(made.event, Role.SUPERVISOR)
    act = propose(made, first)
    with db.transaction() as session, pytest.raises(InvalidError):
        unsealing.refuse_unsealing(session, watcher, made.fresh(session), act.id, " ")
    with db.transaction() as session:
        unsealing.refuse_unsealing(session, watcher, made.fresh(session), act.id, "裁判长还没有交分")
    with pytest.raises(ConflictError):
        confirm(made, watcher, act)
    confirm(made, watcher, propose(made, first))


def test_nothing_is_opened_while_marks_can_come_in(database):
    made = make_contest()
    score_all(made)
    with pytest.raises(ConflictError):
        propose(made, actor(made.event, Role.ORGANIZER))
    lock_all(made)
    act = propose(made, actor(made.event, Role.ORGANIZER))
    with db.transaction() as session:
        _, period = stage_periods(session, made.fresh(session))[0]
        unlock_period(session, SYSTEM, period, "漏录")
    with pytest.raises(ConflictError):
        confirm(made, actor(made.event, Role.SUPERVISOR), act)


def test_sealed_results_are_not_published_and_an_event_without_blinding_needs_none_of_it(made):
    with db.transaction() as session, pytest.raises(ConflictError) as refused:
        services.publish(session, SYSTEM, made.fresh(session), "成绩")
    assert "解密" in refused.value.message
    open_one = make_contest(RULES | {"blind": False}, world=made.world)
    score_all(open_one)
    lock_all(open_one)
    with db.transaction() as session:
        assert services.publish(session, SYSTEM, open_one.fresh(session), "成绩").version == 1


def test_the_pages_of_both_and_what_they_show_before_and_after(client, made):
    path = f"/events/{made.event.id}/unseal"
    boss, _ = make_person(made.world, Role.ORGANIZER)
    watch, _ = make_person(made.world, Role.SUPERVISOR)
    token = sign_in(client, boss).csrf_token
    assert client.post(path, data={"csrf_token": token}, follow_redirects=True).status_code == 200
    page = client.get(path).text
    assert "必须由另一个人确认" in page
    with db.reading() as session:
        act = unsealing.unsealing_view(session, actor(made.event, Role.SUPERVISOR), made.event.id).waiting
    token = sign_in(client, watch).csrf_token
    before = client.get(path).text
    assert f"确认解密 {len(NAMES)} 个加密号" in before
    assert not any(name in before for name in NAMES)
    empty = client.post(f"{path}/{act.id}/refuse", data={"csrf_token": token, "reason": ""})
    assert empty.status_code == 422
    assert client.post(f"{path}/{act.id}", data={"csrf_token": token}, follow_redirects=True).status_code == 200
    with counting_queries() as statements:
        after = client.get(path).text
    assert all(name in after for name in NAMES)
    assert all(code in after for code in made.codes)
    assert len(statements) <= 12
    assert client.post(f"{path}/{act.id}", data={"csrf_token": token}).status_code == 409


def test_an_unlocked_event_hides_the_names_again(made):
    officer, watcher = actor(made.event, Role.ENCRYPTION_OFFICER), actor(made.event, Role.SUPERVISOR)
    confirm(made, watcher, propose(made, officer))
    with db.transaction() as session:
        session.get_one(Event, (made.event.tenant_id, made.event.id)).state = EventState.SCORING
    with db.reading() as session:
        assert not made.fresh(session).is_unsealed
        assert unsealing.unsealing_view(session, watcher, made.event.id).lines == ()
