"""A session opens the platform only while it lives: not ended, not expired, not idle too long, its account enabled."""

from datetime import timedelta

import pytest

from contest import db
from contest.accounts import services, visits
from contest.accounts.models import Account, SignInSession
from contest.accounts.passwords import digest
from contest.accounts.signing_in import end_session, start_session
from contest.actors import ANONYMOUS, SYSTEM, Grant, Role
from contest.settings import get_settings
from tests.support import make_person, run_apart

IDLE = timedelta(minutes=get_settings().session_idle_minutes)


def ended(session, signed_in):
    end_session(session, signed_in.id)


def expired(_session, signed_in):
    signed_in.expires_at = db.now()


def idle(_session, signed_in):
    signed_in.seen_at = db.now() - IDLE - timedelta(seconds=1)


def disabled(session, signed_in):
    session.get_one(Account, signed_in.account_id).disabled_at = db.now()


@pytest.fixture
def cookie(database, world):
    account, _ = make_person(world, Role.JUDGE)
    with db.transaction() as session:
        return start_session(session, account)


def test_whoever_signed_in_comes_with_all_roles(cookie, world):
    account, _ = make_person(world, Role.ORGANIZER, login="judge", at="county")
    actor = visits.load_actor(cookie)
    assert (actor.account_id, actor.name, actor.session_id) == (account.id, "测试judge", digest(cookie))
    assert set(actor.grants) == {
        Grant(Role.JUDGE, world.city.id, world.city.path),
        Grant(Role.ORGANIZER, world.city.id, world.county.path),
    }
    assert run_apart(visits.actor_of_cookie(cookie)) == actor


def test_an_account_without_roles_is_signed_in_all_the_same(database, world):
    with db.transaction() as session:
        account = services.create_account(session, SYSTEM, login="new", name="新人", organization=world.team)
        cookie = start_session(session, account)
    actor = visits.load_actor(cookie)
    assert (actor.account_id, actor.grants) == (account.id, ())


@pytest.mark.parametrize("end", [ended, expired, idle, disabled])
def test_a_session_that_is_over_opens_nothing(cookie, end):
    assert visits.load_actor(cookie).is_signed_in
    with db.transaction() as session:
        end(session, session.get_one(SignInSession, digest(cookie)))
    assert visits.load_actor(cookie) == ANONYMOUS
    assert run_apart(visits.actor_of_cookie(cookie)) == ANONYMOUS


def test_just_short_of_idle_is_alive_and_the_visit_is_noted(cookie, monkeypatch):
    monkeypatch.setattr(visits, "_touched_at", 0.0)
    with db.transaction() as session:
        session.get_one(SignInSession, digest(cookie)).seen_at = db.now() - IDLE + timedelta(seconds=30)
    assert run_apart(visits.actor_of_cookie(cookie)).is_signed_in
    with db.reading() as session:
        assert db.now() - session.get_one(SignInSession, digest(cookie)).seen_at < timedelta(seconds=30)


def test_an_unknown_cookie_is_nobody(database):
    assert visits.load_actor("made up") == ANONYMOUS
