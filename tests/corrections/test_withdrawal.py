"""An entry is withdrawn after the lock (退赛), or taken back in, as a mark is corrected: the consequences first, two
persons, a row in the ledger; and in no other way.

The contest of tests/awards/scenery.py with minutes that split its ties: totals 95, 93, 93, 90, 90, 88, 80, 70 and ranks
1 to 8. First prize: rank 1; second: three; third: 80 points. Without number 2 everybody behind it moves up by one, and
the second prizes go to 3, 4 and 5.
"""

import json

import pytest
import sqlalchemy as sa

from contest import db
from contest.accounts.hands import CREATED
from contest.accounts.models import AccountHand
from contest.actors import SYSTEM, Role
from contest.awards.services import give_awards, on_withdrawal
from contest.certificates.models import Certificate, CertificateState
from contest.certificates.services import issue, revoke_withdrawn
from contest.competitions.models import EventState, Period
from contest.competitions.services import close_event, open_period
from contest.corrections import correcting
from contest.corrections.desk import correction_desk
from contest.corrections.services import EffectsChangedError
from contest.corrections.withdrawal import WithdrawalCorrection
from contest.db import counting_queries
from contest.entries.guards import CORRECT_IT
from contest.entries.models import Entry, EntryState
from contest.entries.services import restore_entry, withdraw_entry
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging.locking import lock_period
from contest.publications.checking import faults_of
from contest.publications.queries import latest
from contest.publications.services import publish
from contest.standings.services import compute
from tests.acts.people import actor
from tests.awards.scenery import NAMES, build_contest, published
from tests.corrections.test_facts import FACTOR, LATE, RULES, rows, verified
from tests.judging.knock_out import build_rounds
from tests.support import make_person, says, sign_in, unlock, unseal


@pytest.fixture
def contest(world):
    return published(world, **RULES)


def shown(contest, number, state="withdrawn"):
    """number -> rank before, rank after, first letters of the awards before, after: whoever would change, in order."""
    asked = WithdrawalCorrection(contest.entries[number - 1].code)
    with db.reading() as session:
        view = correcting.preview(session, contest.organizer, contest.event.id, asked, state)
    numbers = {entry.code: n for n, entry in enumerate(contest.entries, 1)}
    first = lambda awards: "".join(title[0] for title in awards)
    return {
        numbers[i.entry]: (i.before.rank, i.after.rank, first(i.before.awards), first(i.after.awards))
        for i in view.effects.items
    }


def withdraw(contest, number, state="withdrawn", **more):
    return contest.confirm(contest.propose_withdrawal(number, state, **more))


def told(publication):
    """Code -> rank of what was published."""
    return {row["code"]: row["rank"] for row in json.loads(publication.snapshot)["rows"]}


def state_of(contest, number):
    with db.reading() as session:
        return session.get_one(Entry, (contest.event.tenant_id, contest.entries[number - 1].id)).state


WITHOUT_2 = {
    2: ("2", "", "二", ""), 3: ("3", "2", "二", "二"), 4: ("4", "3", "二", "二"), 5: ("5", "4", "三", "二"),
    6: ("6", "5", "三", "三"), 7: ("7", "6", "三", "三"), 8: ("8", "7", "", ""),
}  # fmt: skip
WITHOUT_1 = {
    1: ("1", "", "一", ""), 2: ("2", "1", "二", "一"), 3: ("3", "2", "二", "二"), 4: ("4", "3", "二", "二"),
    5: ("5", "4", "三", "二"), 6: ("6", "5", "三", "三"), 7: ("7", "6", "三", "三"), 8: ("8", "7", "", ""),
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "expected"), [(1, WITHOUT_1), (2, WITHOUT_2), (8, {8: ("8", "", "", "")})]
)  # fmt: skip
def test_the_preview_names_who_moves_up_by_hand(contest, number, expected):
    found = shown(contest, number)
    assert found == expected
    assert next(iter(found)) == number, "whom it is about stands first"
    assert not rows(contest, "withdrawal")
    assert state_of(contest, number) is EntryState.REGISTERED


def test_two_persons_withdraw_and_results_awards_certificates_and_the_proof_follow(contest, tmp_path):
    on_withdrawal(revoke_withdrawn)  # as app.py does
    with db.transaction() as session:
        awards = give_awards(session, contest.organizer, contest.fresh(session))
        of = {award.entry_id: issue(session, contest.organizer, award) for award in awards}
        first = latest(session, contest.event)
    act = contest.propose_withdrawal(2, reason="兴奋剂检查结果 2026-07 号认定违规")
    assert not rows(contest, "withdrawal")
    assert state_of(contest, 2) is EntryState.REGISTERED
    watcher = actor(contest.event, Role.SUPERVISOR)
    done = contest.confirm(act, watcher)
    (row,) = rows(contest, "withdrawal")
    assert row["data"] == {
        "event": contest.event.id, "entry": contest.entries[1].code, "state": "withdrawn", "replaces": "restored",
        "reason": "兴奋剂检查结果 2026-07 号认定违规", "proposed_by": contest.organizer.account_id,
        "confirmed_by": watcher.account_id, "effects": act.digest,
    }  # fmt: skip
    assert done.ledger_seq == row["seq"]
    with db.reading() as session:
        assert contest.fresh(session).state is EventState.LOCKED, "a new version is due"
        assert latest(session, contest.event).version == 1, "what is published stays"
        assert faults_of(session, contest.competition) == []
        view = correcting.act_view(session, watcher, contest.event.id, act.id)
    assert [item.entry for item in view.effects.items] == [contest.entries[n - 1].code for n in WITHOUT_2]

    second = contest.publish_again()
    assert told(second) == {contest.entries[n - 1].code: str(r) for r, n in enumerate((1, 3, 4, 5, 6, 7, 8), 1)}
    with db.transaction() as session:
        newer = give_awards(session, contest.organizer, contest.fresh(session))
        titles = {contest.entries.index(next(e for e in contest.entries if e.id == a.entry_id)) + 1: a.title
                  for a in newer}  # fmt: skip
        states = {n: session.get_one(Certificate, (of[e.id].tenant_id, of[e.id].id)).state
                  for n, e in enumerate(contest.entries, 1) if e.id in of}  # fmt: skip
    assert titles == {1: "一等奖", 3: "二等奖", 4: "二等奖", 5: "二等奖", 6: "三等奖", 7: "三等奖"}
    assert {n for n, state in states.items() if state is CertificateState.REVOKED} == {2, 5}, "5 gets a better one"

    report = verified(second, tmp_path)
    assert report.is_good, report.text()
    assert f"1 次，第 {row['seq']} 条" in report.text()
    assert verified(first, tmp_path).is_good, "what was true when it was published still verifies"


def test_a_withdrawal_found_to_be_wrong_is_taken_back_in_the_same_way(contest, tmp_path):
    withdraw(contest, 2)
    contest.publish_again()
    assert shown(contest, 2, "restored") == {
        n: (after, before, late, early) for n, (before, after, early, late) in WITHOUT_2.items()
    }
    with pytest.raises(InvalidError):
        contest.propose_withdrawal(2, "withdrawn")
    withdraw(contest, 2, "restored", reason="B 瓶检查为阴性")
    assert [(r["data"]["state"], r["data"]["replaces"]) for r in rows(contest, "withdrawal")] == [
        ("withdrawn", "restored"), ("restored", "withdrawn"),
    ]  # fmt: skip
    third = contest.publish_again()
    assert told(third) == {entry.code: str(rank) for rank, entry in enumerate(contest.entries, 1)}
    report = verified(third, tmp_path)
    assert report.is_good, report.text()


def test_a_refused_one_changes_nothing(contest):
    act = contest.propose_withdrawal(2)
    with db.transaction() as session:
        second = actor(contest.event, Role.SUPERVISOR)
        with pytest.raises(InvalidError):
            correcting.refuse_correction(session, second, contest.fresh(session), act.id, " ")
    with db.transaction() as session:
        correcting.refuse_correction(session, second, contest.fresh(session), act.id, "复检结果未出")
    with pytest.raises(ConflictError):
        contest.confirm(act)
    assert not rows(contest, "withdrawal")
    assert state_of(contest, 2) is EntryState.REGISTERED
    with db.reading() as session:
        assert contest.fresh(session).state is EventState.PUBLISHED


def test_one_person_is_never_two_and_others_are_neither(contest):
    with pytest.raises(ForbiddenError):
        contest.propose_withdrawal(2, who=actor(contest.event, Role.SUPERVISOR))
    act = contest.propose_withdrawal(2)
    roles = (Role.JUDGE, Role.ADMINISTRATOR, Role.ARBITRATOR, Role.UNIT_CONTACT, Role.ENCRYPTION_OFFICER)
    for who in (contest.organizer, SYSTEM, *(actor(contest.event, role) for role in roles)):
        with pytest.raises(ForbiddenError):
            contest.confirm(act, who)
    account, tied = make_person(contest.world, Role.SUPERVISOR)
    with db.transaction() as session:
        session.add(AccountHand(account_id=account.id, by_id=contest.organizer.account_id, deed=CREATED))
    with pytest.raises(ForbiddenError):
        contest.confirm(act, tied)
    assert not rows(contest, "withdrawal")
    contest.confirm(act, actor(contest.event, Role.CHIEF_JUDGE))
    with pytest.raises(ConflictError):
        contest.confirm(act, actor(contest.event, Role.SUPERVISOR))


def test_what_they_saw_must_still_be_what_happens(contest):
    act = contest.propose_withdrawal(2)
    contest.correct_fact(8, FACTOR, "1.2")  # 84: before 7
    with pytest.raises(EffectsChangedError):
        contest.confirm(act)
    assert state_of(contest, 2) is EntryState.REGISTERED


def test_a_correction_of_an_entry_that_withdrew_meanwhile_can_only_be_refused(contest):
    act = contest.propose_fact(2, LATE, "10")
    withdraw(contest, 2)
    with pytest.raises(EffectsChangedError):
        contest.confirm(act)
    second = actor(contest.event, Role.SUPERVISOR)
    with db.reading() as session:
        view = correcting.act_view(session, second, contest.event.id, act.id)
        assert (view.line, view.effects.items) == (None, ())
        desk = correction_desk(session, second, contest.event.id, contest.entries[1].code, offset=0, limit=9)
        assert (desk.lines, desk.facts) == ([], []), "of who does not compete only the way back is open"
    with db.transaction() as session:
        correcting.refuse_correction(session, second, contest.fresh(session), act.id, "已退赛")


def test_bad_values_no_reason_and_wrong_times(contest):
    for text in ("", "1", "disqualified", "restored"):
        with pytest.raises(InvalidError) as wrong:
            shown(contest, 2, text)
        assert set(wrong.value.fields) == {"value"}, text
    with db.reading() as session, pytest.raises(NotFoundError):
        correcting.preview(session, contest.organizer, contest.event.id, WithdrawalCorrection("ZZZ"), "withdrawn")
    with pytest.raises(InvalidError):
        contest.propose_withdrawal(2, reason=" ")
    act = contest.propose_withdrawal(2)
    with db.transaction() as session:
        close_event(session, SYSTEM, contest.fresh(session))
    with pytest.raises(ConflictError):
        contest.confirm(act)


def test_one_person_alone_withdraws_nobody_once_all_is_locked(world):
    contest = build_contest(world, **RULES)

    def alone(number, what=withdraw_entry, who=None):
        with db.transaction() as session:
            entry = session.get_one(Entry, (contest.event.tenant_id, contest.entries[number - 1].id))
            what(session, who or contest.organizer, entry, "伤退")

    alone(8)
    alone(8, restore_entry)
    alone(8)
    assert [row["data"] for row in rows(contest, "withdrawal")][-1] == {
        "event": contest.event.id, "entry": contest.entries[7].code, "state": "withdrawn", "reason": "伤退",
    }  # fmt: skip
    with db.transaction() as session:
        lock_period(session, SYSTEM, session.get_one(Period, (contest.period.tenant_id, contest.period.id)), "录毕")
    admin = actor(contest.event, Role.ADMINISTRATOR)
    steps = ((2, withdraw_entry, None), (2, withdraw_entry, admin), (8, restore_entry, None))
    for publish_it in (False, True):
        if publish_it:
            unseal(contest.event)
            contest.publish_again()
        for number, what, who in steps:
            with pytest.raises(ConflictError) as refused:
                alone(number, what, who)
            assert refused.value.message == CORRECT_IT
    assert len(rows(contest, "withdrawal")) == 3


def test_while_codes_are_sealed_no_withdrawal_tells_whose_a_code_is(client, world):
    """Start lists by name show who withdrew: a code withdrawn beside them would be told."""
    contest = build_contest(world, **RULES)
    with db.transaction() as session:
        lock_period(session, SYSTEM, session.get_one(Period, (contest.period.tenant_id, contest.period.id)), "录毕")
    with pytest.raises(ConflictError):
        contest.propose_withdrawal(2)
    code = contest.entries[1].code
    sign_in(client, contest.account)
    desk = client.get(f"/events/{contest.event.id}/marks", params={"entry": code})
    assert desk.status_code == 200
    assert "加密号解开以后才能更正" in desk.text
    one = client.get(f"/events/{contest.event.id}/marks/one", params={"entry": code, "withdrawal": "1"})
    assert one.status_code == 409
    assert "请先由两个人解密" in one.text
    assert not any(name in page.text for page in (desk, one) for name in NAMES)
    unseal(contest.event)
    withdraw(contest, 2)
    assert state_of(contest, 2) is EntryState.WITHDRAWN
    assert told(contest.publish_again())[contest.entries[2].code] == "2"


def forge(contest, persons):
    """Somebody with the database and the key in hand: a row and its projection, past every rule."""
    from contest.ledger.services import append

    data = {"event": contest.event.id, "entry": contest.entries[1].code, "state": "withdrawn"}
    with db.transaction() as session:
        append(session, contest.competition, "withdrawal", data | persons)
        session.get_one(Entry, (contest.event.tenant_id, contest.entries[1].id)).state = EntryState.WITHDRAWN
        contest.fresh(session).state = EventState.LOCKED
    with db.transaction() as session:
        return publish(session, SYSTEM, contest.fresh(session), "伪造")


@pytest.mark.parametrize(
    "persons",
    [
        {"reason": "x"}, {"reason": "x", "proposed_by": "a"}, {"reason": "x", "proposed_by": "a", "confirmed_by": "a"},
        {"reason": "x", "proposed_by": "", "confirmed_by": "b"},
        {"reason": " ", "proposed_by": "a", "confirmed_by": "b"},
    ],
)  # fmt: skip
def test_a_withdrawal_after_the_lock_that_is_not_of_two_persons_is_found(contest, tmp_path, persons):
    report = verified(forge(contest, persons), tmp_path)
    assert report.codes == ["alone"], report.text()


@pytest.mark.parametrize("number", [2, 3])
def test_a_state_that_the_ledger_does_not_know_is_not_published_and_is_told(contest, number):
    """2 withdrew by two persons and is put back in the table; 3 is taken out there."""
    withdraw(contest, 2)
    with db.transaction() as session:
        entry = session.get_one(Entry, (contest.event.tenant_id, contest.entries[number - 1].id))
        entry.state = EntryState.REGISTERED if number == 2 else EntryState.WITHDRAWN
    with db.reading() as session:
        (fault,) = faults_of(session, contest.competition)
    assert fault.params["codes"] == contest.entries[number - 1].code
    with pytest.raises(ConflictError, match="是否退赛"):
        contest.publish_again()


def test_both_persons_on_their_pages_without_script(client, contest):
    path, code = f"/events/{contest.event.id}/marks", contest.entries[1].code
    token = sign_in(client, contest.account).csrf_token
    with counting_queries() as statements:
        desk = client.get(path, params={"entry": code})
    assert "更正为：已退赛" in desk.text
    assert len(statements) <= 45
    place = {"csrf_token": token, "entry": code, "withdrawal": "1"}
    assert client.get(f"{path}/one", params=place).status_code == 200
    bad = client.post(f"{path}/one", data=place | {"value": "x", "reason": "退回奖项"})
    assert bad.status_code == 422
    assert "退回奖项" in bad.text
    place |= {"value": "withdrawn", "reason": "参赛队退回奖项"}
    seen = client.post(f"{path}/one", data=place)
    assert "7 个会变" in seen.text
    assert not any(name in seen.text for name in NAMES)
    digest = seen.text.partition('name="seen" value="')[2].partition('"')[0]
    made = client.post(f"{path}/one", data=place | {"seen": digest}, follow_redirects=False)
    act = made.headers["location"]
    assert client.post(f"{act}/confirm", data={"csrf_token": token, "seen": digest}).status_code == 403
    token = sign_in(client, make_person(contest.world, Role.SUPERVISOR)[0]).csrf_token
    waiting = client.get("/waiting").text
    assert "更正是否退赛" in waiting
    assert act in waiting
    assert not says(waiting, code)
    done = client.post(f"{act}/confirm", data={"csrf_token": token, "seen": digest}, follow_redirects=True)
    assert "已确认并生效" in done.text
    assert "已退赛" in done.text
    assert act not in client.get("/waiting").text
    after = client.get(path, params={"entry": code})
    assert after.status_code == 200
    assert "已退赛" in after.text
    with db.reading() as session:
        assert session.exec(sa.select(Entry.state).where(Entry.code == code)).scalar_one() is EntryState.WITHDRAWN


def test_who_comes_into_a_final_that_is_over_is_told_and_scored_there(database):
    """Heats 90, 80, 70, 60, of which two advance; final 75, 85. Without 李 (85) 张 comes in and has no mark there."""
    rounds = build_rounds()
    rounds.heats()
    rounds.do(open_period, "final")
    rounds.score("final", {0: 75, 1: 85})
    rounds.do(lock_period, "final")
    unseal(rounds.event)
    asked, boss = WithdrawalCorrection(rounds.codes[1]), rounds.actors["organizer"]
    with db.reading() as session:
        view = correcting.preview(session, boss, rounds.event.id, asked, "withdrawn")
    found = {rounds.codes.index(i.entry): (i.before.rank, i.after.rank, i.after.status) for i in view.effects.items}
    assert found == {
        1: ("1", "", "withdrawn"), 0: ("2", "1", "ranked"), 3: ("4", "2", "ranked"), 2: ("3", "", "incomplete"),
    }  # fmt: skip
    assert view.lets_in
    with db.transaction() as session:
        act = correcting.propose_correction(
            session, boss, rounds.fresh(session), view.asked, reason="违规", seen=view.effects.digest
        )
    with db.transaction() as session:
        second = rounds.actors["supervisor"]
        correcting.confirm_correction(session, second, rounds.fresh(session), act.id, seen=act.digest)
    with db.transaction() as session:
        unlock(session, rounds.period(session, "final"), "补评张三丰")
    rounds.score("final", {2: 80})
    rounds.do(lock_period, "final")
    with db.reading() as session:
        standings = compute(session, rounds.fresh(session)).result.standings
    assert [(rounds.codes.index(r.entry), r.rank) for r in standings] == [(2, "1"), (0, "2"), (3, "3")]
