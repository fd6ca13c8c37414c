"""Where the formalities ask for it: one proposes a publication, another sees its digest and confirms exactly that."""

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions.formalities import set_formalities
from contest.competitions.queries import stage_periods
from contest.errors import ConflictError, ForbiddenError
from contest.judging.services import lock_period
from contest.ledger.kinds import PUBLICATION
from contest.ledger.queries import told
from contest.publications import confirming, services
from contest.publications.queries import latest
from tests.acts.people import actor
from tests.publications.making import correct, lock_all, make_contest, score_all
from tests.support import make_person, sign_in, unlock, unseal


@pytest.fixture
def made(database):
    made = make_contest()
    score_all(made)
    with db.transaction() as session:
        set_formalities(
            session, SYSTEM, made.fresh(session), signers=("judge", "chief"), rechecks=False, publishes_in_pairs=True
        )
    lock_all(made)
    unseal(made.event)
    return made


def propose(made, title="决赛成绩"):
    with db.transaction() as session:
        boss = actor(made.event, Role.ORGANIZER)
        return confirming.propose_publication(session, boss, made.fresh(session), title)


def confirm(made, who, act, seen=None):
    with db.transaction() as session:
        return confirming.confirm_publication(session, who, made.fresh(session), act.id, seen=seen or act.digest)


def test_nobody_publishes_alone(made):
    with db.transaction() as session, pytest.raises(ConflictError):
        services.publish(session, SYSTEM, made.fresh(session), "成绩")
    act = propose(made)
    with db.reading() as session:
        assert latest(session, made.event) is None
    with pytest.raises(ForbiddenError):
        confirm(made, actor(made.event, Role.ORGANIZER), act)
    with pytest.raises(ForbiddenError):
        confirm(made, actor(made.event, Role.JUDGE, "other"), act)
    publication = confirm(made, actor(made.event, Role.SUPERVISOR), act)
    assert (publication.version, publication.title) == (1, "决赛成绩")
    with db.reading() as session:
        (said,) = told(session, made.competition, PUBLICATION)
    assert (said["proposed_by"], said["confirmed_by"]) == (
        act.proposed_by,
        actor(made.event, Role.SUPERVISOR).account_id,
    )
    with pytest.raises(ConflictError):
        confirm(made, actor(made.event, Role.ARBITRATOR), act)


def test_what_changed_since_is_not_what_was_seen(made):
    act = propose(made)
    with pytest.raises(ConflictError):
        confirm(made, actor(made.event, Role.SUPERVISOR), act, seen="0" * 64)
    with db.transaction() as session:
        (period,) = [p for s, p in stage_periods(session, made.fresh(session)) if s.key == "theory"]
        unlock(session, period, "录入有误")
    correct(made.event.id, ("theory", "1", "T1"), made.codes[0], "", 1)
    with db.transaction() as session:
        (period,) = [p for s, p in stage_periods(session, made.fresh(session)) if s.key == "theory"]
        lock_period(session, SYSTEM, period, "录入完毕")
    with pytest.raises(ConflictError) as other:
        confirm(made, actor(made.event, Role.SUPERVISOR), act)
    assert other.value.message == confirming.OTHER


def test_both_persons_on_their_pages(client, made):
    path = f"/events/{made.event.id}/publications"
    token = sign_in(client, make_person(made.world, Role.ORGANIZER)[0]).csrf_token
    page = client.post(path, data={"csrf_token": token, "title": "决赛成绩"}, follow_redirects=True)
    assert "必须由另一个人确认" in page.text
    act = propose_again(made)
    token = sign_in(client, make_person(made.world, Role.SUPERVISOR)[0]).csrf_token
    assert act.digest in client.get(path).text
    done = client.post(f"{path}/acts/{act.id}", data={"csrf_token": token, "seen": act.digest}, follow_redirects=True)
    assert "第 1 版成绩已发布" in done.text


def propose_again(made):
    from contest.acts import services as acts
    from contest.acts.models import ActKind

    with db.reading() as session:
        return acts.open_act(session, made.event, ActKind.PUBLICATION)


def test_formalities_are_fixed_by_the_lock_and_a_stale_page_is_told(client, database):
    made = make_contest()
    path = f"/events/{made.event.id}/formalities"
    token = sign_in(client, make_person(made.world, Role.ORGANIZER)[0]).csrf_token
    assert client.get(path).status_code == 200
    sent = {
        "csrf_token": token,
        "signers": ["contestant", "chief", "supervisor"],
        "rechecks": "1",
        "seen": "judge,chief;0;0;0",
    }
    assert client.post(path, data=sent, follow_redirects=True).status_code == 200
    with db.reading() as session:
        event = made.fresh(session)
        assert (event.signers, event.rechecks, event.publishes_in_pairs) == (
            "contestant,judge,chief,supervisor", True, False,
        )  # fmt: skip
    assert client.post(path, data=sent).status_code == 409
    lock_all(made)
    assert client.post(path, data=sent | {"seen": "contestant,judge,chief,supervisor;1;0;0"}).status_code == 409
