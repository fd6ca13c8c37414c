"""A change of an adopted rule set: a reason, two persons, a list of what would change; and everything against it.

The contest is that of tests/awards/scenery.py: totals 95.0, 93.0, 93.0, 90.0, 90.0, 88.0, 80.0, 70.0.
"""

import json
import zipfile

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions import queries as competitions
from contest.competitions import rule_services
from contest.competitions.models import Event, Period, PeriodState
from contest.corrections import queries, services
from contest.corrections.models import ChangeState, RuleChange
from contest.db import counting_queries
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.judging.panel.services import appoint
from contest.ledger.queries import data_of, rows
from contest.ledger.signing import fingerprint
from contest.publications.queries import latest
from contest.verifier.__main__ import verify_bundle
from contest.verifier.bundle import read_bundle
from tests.awards.scenery import build_contest
from tests.competitions.helpers import make_event, post
from tests.support import make_person, says, sign_in


@pytest.fixture
def contest(world):
    return build_contest(world)


@pytest.fixture
def second(world):
    """Another organizer: account and actor."""
    return make_person(world, Role.ORGANIZER, login="second")


def draft(contest, change=None):
    """Writes the draft that is to follow; `change` edits the document. By default the third prize needs 85."""
    with db.transaction() as session:
        event = fresh(session, contest)
        source = competitions.version_in_force(session, event)
        newest = competitions.newest_version(session, event)
        document = json.loads(source.document)
        (change or raise_third)(document)
        return rule_services.save_rule_set(
            session, SYSTEM, event, document, base=newest.digest, as_new=True, follows=True
        )


def raise_third(document):
    document["awards"][2]["min"] = "85"


def dense(document):
    document["ranking"] = "dense"


def fresh(session, contest):
    return session.get_one(Event, (contest.event.tenant_id, contest.event.id))


def desk(contest, actor=None):
    with db.reading() as session:
        return queries.change_desk(session, actor or contest.organizer, contest.event.id)


def propose(contest, actor=None, reason="评委会 11 月 20 日决定", **changed):
    shown = desk(contest)
    boxes = {"base": shown.draft.digest, "seen": shown.effects.digest if shown.effects else "", "reason": reason}
    with db.transaction() as session:
        return services.propose_change(session, actor or contest.organizer, fresh(session, contest), **boxes | changed)


def seen(contest, change, actor=None):
    with db.reading() as session:
        return queries.change_view(session, actor or contest.organizer, change.id).effects.digest


def approve(contest, change, actor, digest=None):
    digest = digest or seen(contest, change)
    with db.transaction() as session:
        return services.approve_change(session, actor, change.id, seen=digest)


def in_force(contest):
    with db.reading() as session:
        return competitions.rules_in_force(session, fresh(session, contest))


def code(contest, number):
    return contest.entries[number - 1].code


def adoptions(contest):
    with db.reading() as session:
        return list(data_of(rows(session, contest.competition), "adoption"))


def test_the_list_names_exactly_the_entries_that_would_change(contest):
    draft(contest)
    found = desk(contest).effects
    (only,) = found.items
    assert (only.entry, only.before.awards, only.after.awards) == (code(contest, 7), ("三等奖",), ())
    assert only.changed == ("awards",)
    assert (found.entries, found.marks) == (8, 8)
    draft(contest, dense)
    ranks = {item.entry: (item.before.rank, item.after.rank) for item in desk(contest).effects.items}
    by_hand = {4: ("4", "3"), 5: ("4", "3"), 6: ("6", "4"), 7: ("7", "5"), 8: ("8", "6")}
    assert ranks == {code(contest, number): pair for number, pair in by_hand.items()}


def test_it_takes_effect_when_the_second_person_approves_and_stands_in_the_ledger(contest, second):
    before = in_force(contest).digest
    draft(contest)
    change = propose(contest)
    assert in_force(contest).digest == before, "nothing changes before the approval"
    approve(contest, change, second[1])
    rules = in_force(contest)
    assert str(rules.awards[2].min) == "85"
    row = adoptions(contest)[-1]
    assert row == {
        "event": contest.event.id, "version": 2, "rules": rules.digest, "replaces": before,
        "reason": "评委会 11 月 20 日决定", "proposed_by": contest.organizer.account_id,
        "approved_by": second[1].account_id, "effects": desk(contest).history[0].effects_digest,
    }  # fmt: skip
    kept = queries.kept_effects(desk(contest).history[0])
    assert [item.entry for item in kept.items] == [code(contest, 7)]


def test_what_is_published_afterwards_verifies_against_the_new_rules(contest, second, tmp_path):
    draft(contest, dense)
    approve(contest, propose(contest), second[1])
    contest.publish()
    with db.reading() as session:
        bundle = tmp_path / "bundle.zip"
        bundle.write_bytes(latest(session, contest.event).bundle)
    assert json.loads(zipfile.ZipFile(bundle).read("rules.json"))["ranking"] == "dense"
    report = verify_bundle(read_bundle(bundle), fingerprint())
    assert report.is_good, report.text()


def test_nobody_changes_rules_alone(contest, second):
    draft(contest)
    change = propose(contest)
    with pytest.raises(ForbiddenError):
        approve(contest, change, contest.organizer)
    with pytest.raises(ForbiddenError):
        approve(contest, change, SYSTEM, "x")
    assert in_force(contest).ranking == "standard"
    assert len(adoptions(contest)) == 1
    approve(contest, change, second[1])
    with pytest.raises(ConflictError):
        approve(contest, change, second[1])
    assert len(adoptions(contest)) == 2, "a second click must not adopt again"


def test_a_second_click_on_propose_finds_the_same_proposal(contest, second):
    draft(contest)
    first = propose(contest)
    assert propose(contest).id == first.id
    with pytest.raises(ConflictError):
        propose(contest, second[1])


def test_marks_that_change_the_list_meanwhile_stop_it_until_it_is_seen_again(contest, second):
    draft(contest)
    old = desk(contest).effects.digest
    contest.mark(6, 840)  # now 88.0 becomes 84.0: number 6 loses the third prize too
    with pytest.raises(services.EffectsChangedError):
        propose(contest, seen=old)
    change = propose(contest)
    digest = seen(contest, change)
    contest.mark(7, 860)
    with pytest.raises(services.EffectsChangedError):
        approve(contest, change, second[1], digest)
    assert len(adoptions(contest)) == 1
    contest.mark(8, 100)  # changes no entry of the list: what was seen still holds
    done = approve(contest, change, second[1], seen(contest, change))
    assert [item.entry for item in queries.kept_effects(done).items] == [code(contest, 6)]


def test_marks_that_leave_the_list_as_it_is_do_not_stop_it(contest, second):
    draft(contest)
    change = propose(contest)
    digest = seen(contest, change)
    contest.mark(8, 100)
    assert approve(contest, change, second[1], digest).state is ChangeState.APPROVED


def test_a_draft_edited_after_the_proposal_can_not_be_approved(contest, second):
    draft(contest)
    change = propose(contest)
    digest = seen(contest, change)
    with db.transaction() as session:
        version = competitions.newest_version(session, fresh(session, contest))
        document = json.loads(version.document) | {"ranking": "ordinal"}
        rule_services.save_rule_set(session, SYSTEM, fresh(session, contest), document, base=version.digest)
    with pytest.raises(ConflictError, match="修改稿又被改过"):
        approve(contest, change, second[1], digest)
    assert in_force(contest).ranking == "standard"


def test_a_proposal_on_rules_no_longer_in_force_can_not_be_approved(contest, second):
    draft(contest)
    change = propose(contest)
    with db.transaction() as session:
        other = session.get_one(RuleChange, (change.tenant_id, change.id))
        other.base_id = other.version_id
    with pytest.raises(ConflictError, match="现行办法已换成另一版"):
        approve(contest, change, second[1], "x")


def test_marks_that_would_not_fit_or_mean_another_value_refuse_the_change(contest):
    def decimals(document):
        document["stages"][0]["rubric"][0]["children"][0]["decimals"] = 2

    def gone(document):
        document["stages"][0]["rubric"][0]["children"][0]["id"] = "T9"

    def lower(document):
        document["stages"][0]["rubric"][0]["children"][0]["max"] = "94"

    for change, reason, count in (
        (decimals, "decimals_changed", 8),
        (gone, "place_gone", 8),
        (lower, "above_maximum", 1),
    ):
        draft(contest, change)
        (misfit,) = desk(contest).effects.misfits
        assert (misfit.code, misfit.count) == (reason, count)
        with pytest.raises(ConflictError):
            propose(contest)


def test_locked_and_published_refuse_with_the_way_to_go(contest, second):
    draft(contest)
    change = propose(contest)
    digest = seen(contest, change)
    contest.publish()
    with pytest.raises(ConflictError, match="解锁"):
        approve(contest, change, second[1], digest)
    with pytest.raises(ConflictError, match="解锁"):
        propose(contest)
    assert len(adoptions(contest)) == 1


def test_a_stage_with_a_locked_period_is_not_touched(session, world):
    _, event = make_event(session, world, point="skills", adopt=True)
    stage, period = competitions.stage_periods(session, event)[0]
    period.state = PeriodState.LOCKED
    session.add(period)
    session.flush()
    document = json.loads(competitions.version_in_force(session, event).document)
    document["ranking"] = "dense"
    assert queries.effects_of(session, event, rule_services.checked(document)).is_possible
    document["stages"][0]["rubric"][0]["title"] = "另一个名称"
    found = queries.effects_of(session, event, rule_services.checked(document))
    assert found.locked == [stage.title]
    assert not found.is_possible


def test_a_reason_is_needed_to_propose_and_to_refuse(contest, second):
    draft(contest)
    with pytest.raises(InvalidError):
        propose(contest, reason="  ")
    change = propose(contest)
    with db.transaction() as session, pytest.raises(InvalidError):
        services.reject_change(session, second[1], change.id, reason="")
    with db.transaction() as session:
        services.reject_change(session, second[1], change.id, reason="理由不足")
    with pytest.raises(ConflictError):
        approve(contest, change, second[1], "x")
    again = propose(contest)
    with db.transaction() as session:
        services.withdraw_change(session, contest.organizer, again.id)
    assert [item.state for item in desk(contest).history] == [ChangeState.WITHDRAWN, ChangeState.REJECTED]


def test_a_judge_of_the_event_sees_no_totals_whatever_other_role_they_hold(contest, world, second):
    account, actor = second
    with db.transaction() as session:
        stage = competitions.stages_of(session, fresh(session, contest))[0]
        appoint(session, SYSTEM, stage, account)
    draft(contest)
    change = propose(contest)
    with pytest.raises(ForbiddenError):
        desk(contest, actor)
    with pytest.raises(ForbiddenError):
        approve(contest, change, actor, "x")


def test_pages_without_script_from_draft_to_approval(client, world, contest, second):
    account, organizer = contest.account, sign_in(client, contest.account)
    here = f"/events/{contest.event.id}/changes"
    page = client.get(here).text
    assert "开始写修改稿" in page
    draft(contest)
    page = client.get(here).text
    assert code(contest, 7) in page
    assert not says(page, code(contest, 6))
    assert "张䶮" not in page, "codes only"
    assert "“最低总分”由 80 改为 85。" in page
    shown = desk(contest)
    boxes = {"base": shown.draft.digest, "seen": shown.effects.digest}
    assert post(client, organizer, here, **boxes).status_code == 422
    stale = post(client, organizer, here, base=boxes["base"], seen="old", reason="依据")
    assert stale.status_code == 409
    assert "名单在您查看之后变了" in stale.text
    assert ">依据</textarea>" in stale.text.replace("\n", ""), "nothing typed is lost"
    answer = post(client, organizer, here, **boxes, reason="依据")
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert "要由另一位组织者、裁判长或监督批准" in client.get(place).text
    assert post(client, organizer, f"{place}/approve", seen=boxes["seen"]).status_code == 403
    other = sign_in(client, second[0])
    assert "我已看过名单，批准" in client.get(place).text
    assert post(client, other, f"{place}/approve", seen="old").status_code == 409
    assert post(client, other, f"{place}/approve", seen=boxes["seen"]).status_code == 303
    assert post(client, other, f"{place}/approve", seen=boxes["seen"]).status_code == 409
    assert "已批准并生效" in client.get(place).text
    client.cookies.set("contest_language", "en")
    assert "Changes after adoption" in client.get(here).text
    assert account.id != second[0].id


def test_strangers_meet_nothing(client, world, contest):
    draft(contest)
    change = propose(contest)
    paths = (f"/events/{contest.event.id}/changes", f"/changes/{change.id}")
    stranger = sign_in(client, make_person(world, Role.ORGANIZER, login="stranger", at="works")[0])
    for path in paths:
        assert client.get(path).status_code == 404
    for path in (paths[0], *(f"{paths[1]}/{verb}" for verb in ("approve", "reject", "withdraw"))):
        assert post(client, stranger, path, seen="x", reason="x").status_code == 404
    for role in (Role.JUDGE, Role.ADMINISTRATOR, Role.CLERK):
        actor = sign_in(client, make_person(world, role, login=f"a-{role.value}")[0])
        assert client.get(paths[0]).status_code == 403
        assert post(client, actor, f"{paths[1]}/approve", seen="x").status_code == 403


def test_the_pages_ask_as_often_for_three_changes_as_for_one(client, contest, second):
    sign_in(client, contest.account)
    counts = []
    for rounds in (1, 2):
        for _ in range(rounds):
            draft(contest, dense if rounds == 1 else raise_third)
            change = propose(contest)
            with db.transaction() as session:
                services.withdraw_change(session, contest.organizer, change.id)
        with counting_queries() as statements:
            assert client.get(f"/events/{contest.event.id}/changes").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_an_event_being_locked_has_no_form(client, contest):
    sign_in(client, contest.account)
    draft(contest)
    with db.transaction() as session:
        session.get_one(Period, (contest.period.tenant_id, contest.period.id)).state = PeriodState.LOCKED
    page = client.get(f"/events/{contest.event.id}/changes").text
    assert "提交，等待第二人批准" in page, "awards are not of the locked stage"
