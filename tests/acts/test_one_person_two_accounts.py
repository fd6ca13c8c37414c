"""An organizer who makes up a second account, or hands a role or a tablet to it, is not two persons with it."""

import pytest
from sqlmodel import select

from contest import db
from contest.accounts import hands, people
from contest.accounts.models import RoleGrant
from contest.accounts.queries import actor_for
from contest.accounts.services import create_account, grant_role
from contest.actors import SYSTEM, Role
from contest.acts import services as acts
from contest.acts.models import ActKind
from contest.errors import ForbiddenError
from contest.judging.panel.services import appoint, make_enrolment
from contest.organizations.queries import get_organization
from tests.judging.scenery import build_contest
from tests.support import build_world, make_person, sign_in


@pytest.fixture
def contest(database):
    return build_contest()


def person(contest, login, maker, granter):
    """A supervisor made by one and given the role by another."""
    with db.transaction() as session:
        home = get_organization(session, contest.competition.organization_id)
        account = create_account(session, maker, login=login, name=login, organization=home)
        grant_role(session, granter, account, Role.SUPERVISOR, home)
        session.flush()
        return actor_for(session, account)


def asked(contest, who):
    with db.transaction() as session:
        return acts.propose(session, who, session.merge(contest.event), ActKind.UNSEALING)


def confirmed(contest, who, act):
    with db.transaction() as session:
        acts.confirm(session, who, session.merge(act))


@pytest.mark.parametrize("deed", ["made", "granted", "appointed", "enrolled"])
def test_neither_confirms_what_the_other_asked_for(contest, deed):
    boss = contest.actors["organizer"]
    puppet = person(contest, "puppet", boss if deed == "made" else SYSTEM, boss if deed == "granted" else SYSTEM)
    with db.transaction() as session:
        account = people.get_account(session, puppet.account_id)
        who = boss if deed == "appointed" else SYSTEM
        if deed in ("appointed", "enrolled"):
            member = appoint(session, who, contest.stage, account)
        if deed == "enrolled":
            make_enrolment(session, boss, member)
    for first, second in ((boss, puppet), (puppet, boss)):
        act = asked(contest, first)
        with pytest.raises(ForbiddenError) as refused:
            confirmed(contest, second, act)
        assert refused.value.message == hands.TIED
        with db.transaction() as session:
            acts.refuse(session, first, session.merge(act), "")


def test_taking_the_role_back_does_not_make_two_persons_of_them(contest):
    boss = contest.actors["organizer"]
    puppet = person(contest, "puppet", SYSTEM, boss)
    with db.transaction() as session:
        (grant,) = session.exec(select(RoleGrant).where(RoleGrant.account_id == puppet.account_id)).all()
        people.revoke(session, SYSTEM, puppet.account_id or "", grant.id)
    with pytest.raises(ForbiddenError):
        confirmed(contest, puppet, asked(contest, boss))


def test_whoever_was_made_by_somebody_else_confirms(contest):
    boss, other = contest.actors["organizer"], person(contest, "honest", SYSTEM, SYSTEM)
    confirmed(contest, other, asked(contest, boss))


def test_what_is_done_on_the_pages_is_kept(client, database):
    with db.transaction() as session:
        world = build_world(session)
    boss, _ = make_person(world, Role.ORGANIZER)
    other, _ = make_person(world, Role.SUPERVISOR)
    token = sign_in(client, boss).csrf_token
    client.post(f"/people/{other.id}/enrolment", data={"csrf_token": token})
    with db.reading() as session:
        assert hands.are_tied(session, other.id, boss.id)
        assert not hands.are_tied(session, other.id, other.id)


@pytest.mark.parametrize("step", ["made", "granted", "enrolled"])
def test_nor_an_account_that_ones_own_second_account_made(contest, step):
    """Boss makes a second organizer, signs in as that one, and makes the supervisor who shall confirm the boss."""
    boss = contest.actors["organizer"]
    with db.transaction() as session:
        home = get_organization(session, contest.competition.organization_id)
        second = create_account(session, boss, login="second", name="second", organization=home)
        grant_role(session, SYSTEM, second, Role.ORGANIZER, home)
        session.flush()
        middle = actor_for(session, second)
    puppet = person(contest, "puppet", middle if step == "made" else SYSTEM, middle if step == "granted" else SYSTEM)
    if step == "enrolled":
        with db.transaction() as session:
            account = people.get_account(session, puppet.account_id)
            make_enrolment(session, middle, appoint(session, SYSTEM, contest.stage, account))
    for first, other in ((boss, puppet), (puppet, boss)):
        act = asked(contest, first)
        with pytest.raises(ForbiddenError):
            confirmed(contest, other, act)
        with db.transaction() as session:
            acts.refuse(session, first, session.merge(act), "")


def test_a_role_given_to_somebody_opens_nothing_further(contest):
    """Boss gave an honest organizer a role; whom that one made is not the boss's."""
    boss = contest.actors["organizer"]
    with db.transaction() as session:
        home = get_organization(session, contest.competition.organization_id)
        honest = create_account(session, SYSTEM, login="honest", name="honest", organization=home)
        grant_role(session, boss, honest, Role.ORGANIZER, home)
        session.flush()
        middle = actor_for(session, honest)
    confirmed(contest, person(contest, "third", middle, middle), asked(contest, boss))
