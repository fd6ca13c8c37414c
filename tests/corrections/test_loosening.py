"""Once scoring has begun nobody drops a signature or a check alone, whatever is unlocked in between."""

import json

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.acts.models import ActKind
from contest.competitions.formalities import Formalities, LoosensError, formalities_of, set_formalities
from contest.competitions.models import Event, Period, PeriodState
from contest.competitions.queries import stage_periods
from contest.competitions.services import pause_period
from contest.corrections import loosening
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.judging import services as judging
from contest.judging.panel.services import LAST_CHIEF
from contest.ledger import queries as ledger
from contest.publications import services as publications
from contest.publications.queries import latest
from contest.verifier.__main__ import verify_bundle
from contest.verifier.bundle import read_bundle
from contest.verifier.facts import collect
from contest.verifier.formal import check_formalities
from contest.verifier.report import Report
from contest.waiting.queries import waiting_for
from tests.acts.people import actor
from tests.judging.scenery import build_contest
from tests.publications.making import lock_all, make_contest, score_all
from tests.support import make_person, sign_in, unseal

STRICT = {"signers": ("judge", "chief"), "rechecks": False, "publishes_in_pairs": True}
LOOSE = Formalities.asked(("judge",), calibrates=False, rechecks=False, publishes_in_pairs=False)


@pytest.fixture
def made(database):
    """Open for scoring; a publication takes two persons."""
    made = make_contest()
    with db.transaction() as session:
        set_formalities(session, SYSTEM, made.fresh(session), **STRICT)
    return made


def boss(made):
    return actor(made.event, Role.ORGANIZER)


def propose(made, who=None, wanted=LOOSE, reason="监督因病不能到场"):
    with db.transaction() as session:
        return loosening.propose_loosening(session, who or boss(made), made.fresh(session), wanted, reason)


def confirm(made, who, act):
    with db.transaction() as session:
        return loosening.confirm_loosening(session, who, made.fresh(session), act.id)


def rows(made, kind="formalities"):
    with db.reading() as session:
        return list(ledger.data_of(ledger.rows(session, made.competition), kind))


def holds(made):
    with db.reading() as session:
        return formalities_of(made.fresh(session))


def save(made, who=None, **asked):
    with db.transaction() as session:
        set_formalities(session, who or boss(made), made.fresh(session), **asked)


def test_the_ledger_says_what_held_as_scoring_began_and_what_was_tightened(made):
    first, second = rows(made)
    assert (first["signers"], first["publishes_in_pairs"], first["replaces"]) == (["judge", "chief"], 0, None)
    assert (second["publishes_in_pairs"], second["replaces"]["publishes_in_pairs"]) == (1, 0)
    save(made, **STRICT)
    assert len(rows(made)) == 2, "what changes nothing is no row"


@pytest.mark.parametrize(
    "fewer",
    [{"signers": ("judge",)}, {"publishes_in_pairs": False}, {"signers": ("judge", "supervisor")}],
)
def test_nobody_loosens_alone_not_by_swapping_either(made, fewer):
    with pytest.raises(LoosensError):
        save(made, **(STRICT | fewer))
    with pytest.raises(LoosensError):
        save(made, SYSTEM, **(STRICT | fewer))
    assert len(rows(made)) == 2


def test_unlocking_or_pausing_opens_no_way_round(made):
    lock_all(made)
    with pytest.raises(ConflictError):
        propose(made)
    with db.transaction() as session:
        _, period = stage_periods(session, made.fresh(session))[0]
        judging.unlock_period(session, SYSTEM, period, "漏录一份")
        pause_period(session, SYSTEM, period)
    with pytest.raises(LoosensError):
        save(made, **(STRICT | {"publishes_in_pairs": False}))


def test_two_persons_loosen_and_the_ledger_names_both(made):
    act = propose(made)
    assert holds(made).publishes_in_pairs, "nothing changes before the second person"
    for who in (boss(made), SYSTEM):
        with pytest.raises(ForbiddenError):
            confirm(made, who, act)
    with pytest.raises(ForbiddenError):
        confirm(made, actor(made.event, Role.JUDGE, "judge"), act)
    confirm(made, actor(made.event, Role.SUPERVISOR), act)
    assert holds(made) == LOOSE
    row = rows(made)[-1]
    assert (row["proposed_by"], row["confirmed_by"]) == ("account-organizer", "account-supervisor")
    assert (row["reason"], row["replaces"]["signers"], row["signers"]) == (
        "监督因病不能到场", ["judge", "chief"], ["judge"],
    )  # fmt: skip
    with pytest.raises(ConflictError):
        confirm(made, actor(made.event, Role.CHIEF_JUDGE), act)


def test_who_asks_how_and_what_for(made):
    with pytest.raises(InvalidError):
        propose(made, reason=" ")
    for role in (Role.CHIEF_JUDGE, Role.SUPERVISOR, Role.ADMINISTRATOR):
        with pytest.raises(ForbiddenError):
            propose(made, actor(made.event, role))
    tighter = Formalities.asked(
        ("judge", "chief", "supervisor"), calibrates=False, rechecks=True, publishes_in_pairs=True
    )
    with pytest.raises(ConflictError):
        propose(made, wanted=tighter)


def test_what_was_tightened_meanwhile_is_not_swept_away_by_an_older_request(made):
    act = propose(made)
    save(made, **(STRICT | {"rechecks": True}))
    with pytest.raises(ConflictError) as moved:
        confirm(made, actor(made.event, Role.SUPERVISOR), act)
    assert moved.value.message == loosening.MOVED
    assert holds(made).rechecks


def test_the_only_chief_judge_can_not_be_taken_off_the_panel_instead(database):
    small = build_contest()
    with db.transaction() as session, pytest.raises(ConflictError) as refused:
        judging.remove_member(session, SYSTEM, small.members["chief"])
    assert refused.value.message == LAST_CHIEF


def test_the_pages_of_both_keep_what_was_ticked(client, made):
    path = f"/events/{made.event.id}/formalities"
    token = sign_in(client, make_person(made.world, Role.ORGANIZER)[0]).csrf_token
    seen = client.get(path).text.split('name="seen" value="')[1].split('"')[0]
    page = client.post(path, data={"csrf_token": token, "seen": seen, "signers": ["judge", "supervisor"]})
    assert "裁判长”不再签评分表" in page.text
    assert "发布不再要第二个人确认" in page.text
    asked = {"csrf_token": token, "ask": "1", "signers": ["judge", "supervisor"], "reason": ""}
    empty = client.post(f"{path}/loosening", data=asked)
    assert empty.status_code == 422
    assert 'name="signers" value="supervisor"' in empty.text
    sent = client.post(f"{path}/loosening", data=asked | {"reason": "裁判长送医"})
    assert "必须由另一个人确认" in sent.text
    token = sign_in(client, make_person(made.world, Role.SUPERVISOR)[0]).csrf_token
    shown = client.get(f"{path}/loosening").text
    assert "裁判长送医" in shown
    link = shown.split(f'action="{path}/loosening/')[1].split('"')[0]
    done = client.post(f"{path}/loosening/{link}", data={"csrf_token": token})
    assert "手续已放宽" in done.text
    assert holds(made).signers == ("judge", "supervisor")
    assert client.post(f"{path}/loosening/{link}", data={"csrf_token": token}).status_code == 409


def published(made, tmp_path):
    score_all(made)
    lock_all(made)
    unseal(made.event)
    with db.transaction() as session:
        publications.publish(session, SYSTEM, made.fresh(session), "成绩")
    with db.reading() as session:
        path = tmp_path / "bundle.zip"
        path.write_bytes(latest(session, made.event).bundle)
    return read_bundle(path)


def bent(bundle, change):
    """The findings of the formalities alone, over rows that a forger has changed."""
    bodies = [json.loads(line["body"]) for line in bundle.ledger if "body" in line]
    for body in bodies:
        if body["kind"] == "formalities":
            change(body["data"])
    report = Report()
    check_formalities(bundle, bodies, collect(bundle, bodies), {}, report)
    return report


def test_the_verifier_tells_a_loosening_of_two_from_one_of_one(made, tmp_path):
    confirm(made, actor(made.event, Role.SUPERVISOR), propose(made))
    bundle = published(made, tmp_path)
    report = verify_bundle(bundle)
    assert report.is_good, report.text()
    assert "放宽过 1 次，都由两个人办理" in report.text()

    def alone(data):
        data["confirmed_by"] = data.get("proposed_by")

    def silent(data):
        data.pop("reason", None)

    def hidden(data):
        if data.get("confirmed_by"):
            data["replaces"] = {**data["replaces"], "signers": ["judge"]}
            data["publishes_in_pairs"], data["signers"] = 1, ["judge", "chief"]

    for change in (alone, silent, hidden):
        assert "formalities" in bent(bundle, change).codes, change.__name__


def test_an_event_that_asks_for_more_than_was_done_is_not_verified(made, tmp_path):
    """A database in which the formalities were dropped behind the platform's back still has the row of the ledger."""
    confirm(made, actor(made.event, Role.SUPERVISOR), propose(made))
    bundle = published(made, tmp_path)

    def more(data):
        data["signers"], data["rechecks"] = ["judge", "chief", "supervisor"], 1
        data["replaces"] = None

    found = bent(bundle, more).codes
    assert "unsigned" in found
    assert "rechecked" in found


def test_before_the_first_opening_all_is_simple(database):
    contest = build_contest()
    with db.transaction() as session:
        period = session.get_one(Period, (contest.period.tenant_id, contest.period.id))
        period.state, period.opened_at = PeriodState.WAITING, None
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        set_formalities(session, SYSTEM, event, signers=("judge",), rechecks=False, publishes_in_pairs=False)
        assert event.signers == "judge"


def test_it_waits_on_the_list_of_whoever_may_confirm_it(made):
    propose(made)
    with db.reading() as session:
        found = {
            role: len(waiting_for(session, actor(made.event, role), (ActKind.FORMALITIES,))[0])
            for role in (Role.ORGANIZER, Role.SUPERVISOR, Role.CHIEF_JUDGE, Role.JUDGE)
        }
    assert found == {Role.ORGANIZER: 0, Role.SUPERVISOR: 1, Role.CHIEF_JUDGE: 1, Role.JUDGE: 0}
