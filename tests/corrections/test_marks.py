"""A locked mark is corrected by two persons who saw what it changes; nothing is edited, a new version follows.

The contest of tests/awards/scenery.py: totals 95.0, 93.0, 93.0, 90.0, 90.0, 88.0, 80.0, 70.0.
"""

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.awards.services import give_awards, on_withdrawal
from contest.certificates.models import Certificate, CertificateState
from contest.certificates.services import issue, revoke_withdrawn
from contest.competitions.models import Event, EventState
from contest.competitions.services import close_event
from contest.corrections import correcting, marks
from contest.corrections.services import EffectsChangedError
from contest.db import counting_queries
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.ledger import queries as ledger
from contest.ledger.signing import fingerprint
from contest.publications.queries import latest
from contest.publications.services import publish
from contest.verifier.__main__ import verify_bundle
from contest.verifier.bundle import read_bundle
from tests.acts.people import actor
from tests.awards.scenery import build_contest, published
from tests.support import make_person, sign_in


@pytest.fixture
def contest(world):
    return published(world)


def fresh(session, contest):
    return session.get_one(Event, (contest.event.tenant_id, contest.event.id))


def asked(contest, number):
    return marks.Correction("final", "1", contest.entries[number - 1].code, "T1", 1, "")


def preview(contest, number, value, who=None):
    with db.reading() as session:
        return correcting.preview(session, who or contest.organizer, contest.event.id, asked(contest, number), value)


def propose(contest, number, value, reason="纸上写的是 96", who=None, found=None):
    view = preview(contest, number, value)
    with db.transaction() as session:
        return correcting.propose_correction(
            session, who or contest.organizer, fresh(session, contest), view.asked, reason=reason,
            seen=view.effects.digest, found=found,
        )  # fmt: skip


def confirm(contest, act, who, seen=None):
    with db.transaction() as session:
        return correcting.confirm_correction(session, who, fresh(session, contest), act.id, seen=seen or act.digest)


def test_the_consequences_first_then_two_persons_then_a_new_version_that_verifies(contest, tmp_path):
    """93.0 becomes 96.0: first instead of second, and the first falls to the second place."""
    on_withdrawal(revoke_withdrawn)  # as app.py does
    with db.transaction() as session:
        awards = give_awards(session, contest.organizer, fresh(session, contest))
        certificate = issue(session, contest.organizer, awards[0])
    found = preview(contest, 2, "96").effects
    ranks = {item.entry: (item.before.rank, item.after.rank) for item in found.items}
    first, second, third = (contest.entries[n].code for n in range(3))
    assert ranks == {second: ("2", "1"), first: ("1", "2"), third: ("2", "3")}
    act = propose(contest, 2, "96")
    with db.reading() as session:
        assert latest(session, contest.event).version == 1
        assert not list(ledger.data_of(ledger.rows(session, contest.competition), "correction"))
    watcher = actor(contest.event, Role.SUPERVISOR)
    confirm(contest, act, watcher)
    with db.reading() as session:
        (row,) = ledger.data_of(ledger.rows(session, contest.competition), "correction")
        assert fresh(session, contest).state is EventState.LOCKED
    assert (row["units"], row["state"], row["entry"]) == (960, "scored", second)
    assert (row["proposed_by"], row["confirmed_by"]) == (contest.organizer.account_id, watcher.account_id)
    assert row["reason"] == "纸上写的是 96"
    with db.transaction() as session:
        publication = publish(session, SYSTEM, fresh(session, contest), "更正后的成绩")
        newer = give_awards(session, contest.organizer, fresh(session, contest))
        issue(session, contest.organizer, newer[0])
    assert publication.version == 2
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(publication.bundle)
    report = verify_bundle(read_bundle(bundle), fingerprint())
    assert report.is_good, report.text()
    with db.reading() as session:
        old = session.get_one(Certificate, (certificate.tenant_id, certificate.id))
        assert old.state is not CertificateState.VALID


def test_one_person_is_never_two_and_others_are_neither(contest):
    with pytest.raises(ForbiddenError):
        propose(contest, 2, "96", who=actor(contest.event, Role.SUPERVISOR))
    act = propose(contest, 2, "96")
    for who in (contest.organizer, actor(contest.event, Role.JUDGE), actor(contest.event, Role.ADMINISTRATOR)):
        with pytest.raises(ForbiddenError):
            confirm(contest, act, who)
    with pytest.raises(ConflictError):
        propose(contest, 2, "97")
    confirm(contest, act, actor(contest.event, Role.CHIEF_JUDGE))
    with pytest.raises(ConflictError):
        confirm(contest, act, actor(contest.event, Role.SUPERVISOR))


def test_what_they_saw_must_still_be_what_happens(contest):
    act = propose(contest, 2, "96")
    other = propose(contest, 1, "90")
    confirm(contest, other, actor(contest.event, Role.SUPERVISOR))
    with pytest.raises(EffectsChangedError):
        confirm(contest, act, actor(contest.event, Role.SUPERVISOR))
    stale = preview(contest, 3, "91").effects
    with db.transaction() as session, pytest.raises(EffectsChangedError):
        correcting.propose_correction(
            session, contest.organizer, fresh(session, contest), preview(contest, 3, "92").asked, reason="x",
            seen=stale.digest,
        )  # fmt: skip


def test_consequences_of_a_moved_ledger_are_worked_out_again(contest):
    """The list is worked out before the transaction; when another row came in between it is not trusted."""
    found = preview(contest, 2, "96").effects
    confirm(contest, propose(contest, 1, "90"), actor(contest.event, Role.SUPERVISOR))
    with db.transaction() as session, pytest.raises(EffectsChangedError):
        correcting.propose_correction(
            session, contest.organizer, fresh(session, contest), preview(contest, 2, "96").asked, reason="x",
            seen=found.digest, found=found,
        )  # fmt: skip


@pytest.mark.parametrize(("value", "state"), [("未完成", "not_performed"), ("缺", "missing")])
def test_a_mark_becomes_not_performed_or_none(contest, value, state):
    confirm(contest, propose(contest, 8, value), actor(contest.event, Role.SUPERVISOR))
    with db.reading() as session:
        (row,) = ledger.data_of(ledger.rows(session, contest.competition), "correction")
        assert (row["units"], row["state"]) == (None, state)
    confirm(contest, propose(contest, 8, "71"), actor(contest.event, Role.SUPERVISOR))
    assert preview(contest, 8, "70").line.shown == "71.0"


def test_bad_values_no_reason_wrong_places_and_wrong_times(contest, world):
    for value in ("95", "9999", "acht", "95.05"):
        with pytest.raises(InvalidError):
            preview(contest, 1, value)
    with pytest.raises(InvalidError):
        propose(contest, 2, "96", reason=" ")
    place = marks.Correction("final", "1", contest.entries[0].code, "T1", 2, "")
    with db.reading() as session, pytest.raises(NotFoundError):
        correcting.preview(session, contest.organizer, contest.event.id, place, "90")
    act = propose(contest, 2, "96")
    with db.transaction() as session:
        close_event(session, SYSTEM, fresh(session, contest))
    with pytest.raises(ConflictError):
        confirm(contest, act, actor(contest.event, Role.SUPERVISOR))


def test_while_scoring_is_open_nothing_is_corrected_this_way(world):
    contest = build_contest(world)
    with pytest.raises(NotFoundError):
        propose(contest, 2, "96")


def test_both_persons_on_their_pages_without_script(client, contest):
    path = f"/events/{contest.event.id}/marks"
    token = sign_in(client, contest.account).csrf_token
    code = contest.entries[1].code
    with counting_queries() as statements:
        assert code in client.get(path, params={"entry": code}).text
    assert len(statements) <= 40
    place = {"csrf_token": token, "stage": "final", "period": "1", "entry": code, "aspect": "T1", "repetition": "1"}
    assert client.get(f"{path}/one", params=place).status_code == 200
    bad = client.post(f"{path}/one", data=place | {"value": "9999", "reason": "看错"})
    assert bad.status_code == 422
    assert "9999" in bad.text
    assert "看错" in bad.text
    shown = client.post(f"{path}/one", data=place | {"value": "96", "reason": "看错"})
    digest = preview(contest, 2, "96").effects.digest
    assert digest in shown.text
    assert "3 个会变" in shown.text
    proposed = client.post(f"{path}/one", data=place | {"value": "96", "reason": "看错", "seen": digest},
                           follow_redirects=False)  # fmt: skip
    assert proposed.status_code == 303
    act = proposed.headers["location"]
    assert client.post(f"{act}/confirm", data={"csrf_token": token, "seen": digest}).status_code == 403
    token = sign_in(client, make_person(contest.world, Role.SUPERVISOR)[0]).csrf_token
    assert "确认更正" in client.get(act).text
    assert client.post(f"{act}/confirm", data={"csrf_token": token, "seen": "x"}).status_code == 409
    done = client.post(f"{act}/confirm", data={"csrf_token": token, "seen": digest}, follow_redirects=True)
    assert "已确认并生效" in done.text
    assert client.post(f"{act}/confirm", data={"csrf_token": token, "seen": digest}).status_code == 409
