"""A fact of a locked event (veto, factor, late report, values of the tie chain) is corrected as a mark is: the
consequences first, two persons, a row in the ledger; and nowhere else.

The contest of tests/awards/scenery.py with minutes that split its ties: totals 95, 93, 93, 90, 90, 88, 80, 70 and ranks
1 to 8. First prize: rank 1; second: three; third: 80 points.
"""

import dataclasses
import json

import pytest
import sqlalchemy as sa

from contest import db
from contest.actors import SYSTEM, Role
from contest.awards.services import give_awards, on_withdrawal
from contest.certificates.models import Certificate, CertificateState
from contest.certificates.services import issue, revoke_withdrawn
from contest.competitions.models import EventState, Period
from contest.competitions.queries import stages_of
from contest.competitions.services import close_event
from contest.corrections import correcting
from contest.corrections.facts import FactCorrection
from contest.corrections.services import EffectsChangedError
from contest.db import counting_queries
from contest.entries import factors, facts, vetoes
from contest.entries.models import Entry, Veto
from contest.entries.services import withdraw_entry
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.judging.locking import lock_period
from contest.judging.models import PanelRole
from contest.judging.panel.services import appoint
from contest.ledger import queries as ledger
from contest.ledger.services import append
from contest.ledger.signing import fingerprint
from contest.overall import confirming
from contest.overall import queries as overall
from contest.overall import services as tables
from contest.overall.models import OverallTable
from contest.publications.checking import faults_of
from contest.publications.queries import latest
from contest.publications.services import publish
from contest.verifier.__main__ import verify_bundle
from contest.verifier.bundle import read_bundle
from tests.acts.people import actor
from tests.awards.scenery import build_contest, published
from tests.support import make_person, sign_in, unseal

MINUTES = ("30", "31", "32", "40", "41", "50", "50", "50")
ASPECT = {
    "id": "T1", "title": "成绩", "kind": "measured", "max": "100", "decimals": 1, "sheet": "clerk",
    "factor": {"source": "entry", "default": "1"},
}  # fmt: skip
RULES = {
    "stages": [{"id": "final", "title": "决赛", "late": {"each": "1", "per": "day"},
                "rubric": [{"id": "T", "title": "成绩", "children": [ASPECT]}]}],
    "ties": [{"by": "measure", "ref": "minutes", "direction": "asc"}],
    "classes": [{"id": "a", "title": "甲组"}, {"id": "b", "title": "乙组"}],
    "details": tuple({"measures": {"minutes": value}} for value in MINUTES),
}  # fmt: skip
LATE, FACTOR, MEASURE, VETO = "late|final|1", "factor|final|T1|1", "measure|minutes", "veto|accident"


@pytest.fixture
def contest(world):
    return published(world, **RULES)


def shown(contest, number, fact, text, who=None):
    """(number, rank before, rank after, awards before, after) of everybody who would change."""
    asked = FactCorrection(contest.entries[number - 1].code, fact)
    with db.reading() as session:
        view = correcting.preview(session, who or contest.organizer, contest.event.id, asked, text)
    numbers = {entry.code: n for n, entry in enumerate(contest.entries, 1)}
    return {
        numbers[i.entry]: (i.before.rank, i.after.rank, i.before.awards, i.after.awards) for i in view.effects.items
    }


def rows(contest, *kinds):
    with db.reading() as session:
        return [
            d for d in (json.loads(r.body) for r in ledger.rows(session, contest.competition)) if d["kind"] in kinds
        ]


def verified(publication, tmp_path, change=None):
    path = tmp_path / f"{publication.version}.zip"
    path.write_bytes(publication.bundle)
    bundle = read_bundle(path)
    return verify_bundle(bundle if change is None else change(bundle), fingerprint())


@pytest.mark.parametrize(
    ("number", "fact", "text", "expected"),
    [
        (2, MEASURE, "33", {2: ("2", "3", "二", "二"), 3: ("3", "2", "二", "二")}),  # 33 minutes: behind the 32 of 3
        (6, LATE, "10", {6: ("6", "7", "三", ""), 7: ("7", "6", "三", "三")}),  # 88 − 10 = 78: behind 80
        (8, FACTOR, "1.2", {8: ("8", "7", "", "三"), 7: ("7", "8", "三", "三")}),  # 70 × 1.2 = 84: before 80
        (1, VETO, "1", {1: ("1", "1", "一", "")}),
    ],
)  # fmt: skip
def test_the_preview_names_who_changes_by_hand(contest, number, fact, text, expected):
    found = shown(contest, number, fact, text)
    short = {
        n: (before, after, *("".join(award)[:1] for award in awards)) for n, (before, after, *awards) in found.items()
    }
    assert short == expected
    assert not rows(contest, "late", "factor", "veto")


def test_a_correction_reaches_results_awards_certificates_and_tables(contest, tmp_path):
    """Entry 6 reported ten days late: 88 becomes 78, rank 6 becomes 7, and the third prize (80) is lost."""
    on_withdrawal(revoke_withdrawn)  # as app.py does
    with db.transaction() as session:
        awards = give_awards(session, contest.organizer, contest.fresh(session))
        of = {contest.entries.index(next(e for e in contest.entries if e.id == a.entry_id)) + 1: a for a in awards}
        lost, kept = (issue(session, contest.organizer, of[number]) for number in (6, 7))
    document = {"title": "全能", "of": "person", "by": "total", "sources": [{"id": contest.event.id}]}
    with db.transaction() as session:
        table = tables.create_table(session, contest.organizer, contest.competition, document)
        tables.adopt_rule(session, contest.organizer, table, overall.rule_versions(session, table)[0].digest)
    with db.transaction() as session:
        view = overall.table_view(session, contest.organizer, table.id)
        tables.publish_table(session, contest.organizer, view.table, view.stamp)
        first = latest(session, contest.event)
    assert verified(first, tmp_path).is_good

    act = contest.propose_fact(6, LATE, "10", "回执的邮戳是 11 月 12 日")
    assert not rows(contest, "fact")
    watcher = actor(contest.event, Role.SUPERVISOR)
    done = contest.confirm(act, watcher)
    (row,) = rows(contest, "fact")
    assert row["data"] == {
        "event": contest.event.id, "entry": contest.entries[5].code, "fact": "late", "place": ["final", "1"],
        "value": "10", "replaces": "", "reason": "回执的邮戳是 11 月 12 日",
        "proposed_by": contest.organizer.account_id,
        "confirmed_by": watcher.account_id, "effects": act.digest,
    }  # fmt: skip
    assert done.ledger_seq == row["seq"]
    with db.reading() as session:
        assert contest.fresh(session).state is EventState.LOCKED
        assert latest(session, contest.event).version == 1  # what is published stays
        assert faults_of(session, contest.competition) == []

    second = contest.publish_again()
    with db.transaction() as session:
        newer = give_awards(session, contest.organizer, contest.fresh(session))
        issue(session, contest.organizer, next(a for a in newer if a.entry_id == contest.entries[6].id))
    with db.reading() as session:
        told = {row["code"]: (row["rank"], row["total"]) for row in json.loads(second.snapshot)["rows"]}
        states = [session.get_one(Certificate, (c.tenant_id, c.id)).state for c in (lost, kept)]
        assert overall.public_table(session, table.id).behind == {contest.event.id}
    assert [told[contest.entries[n].code] for n in (5, 6)] == [("7", "78"), ("6", "80")]
    assert contest.entries[5].id not in {award.entry_id for award in newer}
    assert states == [CertificateState.REVOKED, CertificateState.SUPERSEDED]

    def fresh(session):
        return session.get_one(OverallTable, (table.tenant_id, table.id))

    with db.reading() as session:
        stamp = overall.table_view(session, contest.organizer, table.id).stamp
    with db.transaction() as session:
        change = confirming.propose_version(session, contest.organizer, fresh(session), seen=stamp, reason="迟报更正")
    with db.transaction() as session:
        confirming.confirm_version(session, watcher, fresh(session), change.id, seen=stamp)
    with db.reading() as session:
        public = overall.public_table(session, table.id)
    assert (public.version, public.behind) == (2, frozenset())
    assert [(r["name"], r["total"]) for r in public.document["rows"][5:7]] == [("吴七", "80"), ("周六", "78")]

    report = verified(second, tmp_path)
    assert report.is_good, report.text()
    assert f"1 次，第 {row['seq']} 条" in report.text()
    assert verified(first, tmp_path).is_good  # what was true when it was published still verifies


def test_vetoes_and_factors_are_given_and_taken_back_in_the_same_way(contest, tmp_path):
    contest.correct_fact(1, VETO, "1", "赛后查明碰撞")
    contest.correct_fact(8, FACTOR, "1.2")
    assert shown(contest, 1, VETO, "0") == {1: ("1", "1", (), ("一等奖",))}
    contest.correct_fact(1, VETO, "0", "查明是设备故障")
    contest.correct_fact(8, FACTOR, "")
    states = [(row["data"]["state"], row["data"]["reason"]) for row in rows(contest, "veto")]
    assert states == [("given", "赛后查明碰撞"), ("withdrawn", "查明是设备故障")]
    assert [(row["data"]["value"], row["data"]["replaces"]) for row in rows(contest, "factor")] == [
        ("1.2", ""), (None, "1.2"),
    ]  # fmt: skip
    report = verified(contest.publish_again(), tmp_path)
    assert report.is_good, report.text()


def test_one_person_is_never_two_and_others_are_neither(contest):
    with pytest.raises(ForbiddenError):
        contest.propose_fact(6, LATE, "10", who=actor(contest.event, Role.SUPERVISOR))
    act = contest.propose_fact(6, LATE, "10")
    roles = (Role.JUDGE, Role.ADMINISTRATOR, Role.ARBITRATOR, Role.UNIT_CONTACT)
    for who in (contest.organizer, *(actor(contest.event, role) for role in roles)):
        with pytest.raises(ForbiddenError):
            contest.confirm(act, who)
    with pytest.raises(ConflictError):
        contest.propose_fact(6, LATE, "9", who=actor(contest.event, Role.CHIEF_JUDGE))
    contest.confirm(act, actor(contest.event, Role.CHIEF_JUDGE))
    with pytest.raises(ConflictError):
        contest.confirm(act, actor(contest.event, Role.SUPERVISOR))


def test_a_judge_of_the_panel_is_no_second_person(contest):
    account, judge = make_person(contest.world, Role.CHIEF_JUDGE, login="both")
    act = contest.propose_fact(6, LATE, "10")
    with db.transaction() as session:
        appoint(session, SYSTEM, stages_of(session, contest.fresh(session))[0], account, PanelRole.JUDGE, scores=False)
    with pytest.raises(ForbiddenError):
        contest.confirm(act, judge)


def test_what_they_saw_must_still_be_what_happens(contest):
    act = contest.propose_fact(6, LATE, "10")
    contest.correct_fact(8, FACTOR, "1.2")
    with pytest.raises(EffectsChangedError):
        contest.confirm(act)
    with pytest.raises(EffectsChangedError):
        contest.confirm(act, seen="x")


def test_bad_values_no_reason_and_wrong_times(contest):
    wrong = [(LATE, "-1"), (LATE, "viel"), (LATE, ""), (FACTOR, "0"), (FACTOR, "1.23456"), (MEASURE, "schnell"),
             (VETO, "ja"), (VETO, "0"), ("class", "c"), (MEASURE, "50.0")]  # fmt: skip
    for fact, text in wrong:
        with pytest.raises(InvalidError) as refused:
            shown(contest, 6, fact, text)
        assert set(refused.value.fields) == {"value"}, (fact, text)
    with pytest.raises(NotFoundError):
        shown(contest, 6, "late|semi|1", "1")
    with pytest.raises(InvalidError):
        contest.propose_fact(6, LATE, "10", reason=" ")
    act = contest.propose_fact(6, LATE, "10")
    with db.transaction() as session:
        close_event(session, SYSTEM, contest.fresh(session))
    with pytest.raises(ConflictError):
        contest.confirm(act)


def say(contest, key, value, number=6, reason="补登"):
    with db.transaction() as session:
        inputs = [facts.FactInput(contest.entries[number - 1].id, f"fact|{key}", value)]
        return facts.set_facts(session, contest.organizer, contest.fresh(session), inputs, reason=reason)


def refused(act):
    """The sentence that leads to the correction."""
    with pytest.raises(DomainError) as error:
        act()
    told = [error.value, *getattr(error.value, "fields", {}).values()]
    assert any("“更正”" in item.message for item in told), told


def test_no_other_way_leads_to_a_locked_fact(contest):
    """Published, and locked again by a correction: facts, factors, vetoes and withdrawals by one person."""
    contest.correct_fact(1, VETO, "1")

    def in_turn():
        with db.reading() as session:
            entry = session.get_one(Entry, (contest.event.tenant_id, contest.entries[0].id))
            veto = session.exec(sa.select(Veto)).scalars().one()
        for key, value in (("late|final|1", "3"), ("measure|minutes", "1"), ("class", "a")):
            refused(lambda key=key, value=value: say(contest, key, value))

        def act(do):
            with db.transaction() as session:
                do(session)

        factor = factors.FactorInput(contest.entries[0].id, "final", "T1", 1, "1.1")
        boss = contest.organizer
        refused(lambda: act(lambda s: factors.set_factors(s, boss, contest.fresh(s), [factor])))
        refused(lambda: act(lambda s: vetoes.give_veto(s, boss, s.merge(entry), veto="accident", reason="x",
                                                       decided_by="y")))  # fmt: skip
        refused(lambda: act(lambda s: vetoes.withdraw_veto(s, boss, s.merge(entry), s.merge(veto), reason="x")))
        with pytest.raises(ConflictError):
            act(lambda s: withdraw_entry(s, boss, s.merge(entry), "伤退"))

    in_turn()
    contest.publish_again()
    in_turn()
    assert len(rows(contest, "veto", "fact", "factor", "withdrawal")) == 1


def test_what_is_given_after_review_is_given_once_by_one_and_changed_by_two(world, tmp_path):
    """Classes come after the lock. Before the first publication they are given; then they are corrected."""
    contest = build_contest(world, **RULES)
    with db.transaction() as session:
        lock_period(session, SYSTEM, session.get_one(Period, (contest.period.tenant_id, contest.period.id)), "录入完毕")
    assert say(contest, "class", "a") == 1
    refused(lambda: say(contest, "class", "b"))
    refused(lambda: say(contest, "class", ""))
    refused(lambda: say(contest, "measure|minutes", "1"))
    with pytest.raises(ConflictError, match="还没有解开"):  # pages by name show facts: that would tell whose code it is
        contest.correct_fact(6, "class", "b")
    unseal(contest.event)
    contest.correct_fact(6, "class", "b")
    assert verified(contest.publish_again(), tmp_path).is_good


def forge(contest, kind, data, detail=None):
    """Somebody with the database and the key in hand: a row and its projection, past every rule."""
    with db.transaction() as session:
        append(session, contest.competition, kind, {"event": contest.event.id, "entry": contest.entries[5].code} | data)
        entry = session.get_one(Entry, (contest.event.tenant_id, contest.entries[5].id))
        entry.detail = json.dumps(json.loads(entry.detail) | (detail or {}))
        session.add(entry)
        event = contest.fresh(session)
        event.state = EventState.LOCKED
        session.add(event)
    with db.transaction() as session:
        return publish(session, SYSTEM, contest.fresh(session), "伪造")


@pytest.mark.parametrize(
    "persons", [{}, {"proposed_by": "a", "confirmed_by": "a"}, {"proposed_by": "", "confirmed_by": "b"}]
)
def test_a_forged_correction_is_found_by_the_verifier(contest, tmp_path, persons):
    fact = {"fact": "late", "place": ["final", "1"], "value": "10", "reason": "x"} | persons
    report = verified(forge(contest, "fact", fact, {"late": [["final", "1", 10]]}), tmp_path)
    assert report.codes == ["alone"], report.text()


def test_a_class_changed_by_one_after_the_publication_is_found(contest, tmp_path):
    fact = {"fact": "class", "place": [], "value": "a", "reason": ""}
    assert verified(forge(contest, "fact", fact, {"class": "a"}), tmp_path).codes == ["alone"]


def test_inputs_that_the_ledger_does_not_know_are_found(contest, tmp_path):
    with db.reading() as session:
        publication = latest(session, contest.event)

    def changed(bundle):
        inputs = json.loads(json.dumps(bundle.inputs))
        inputs["entries"][contest.entries[1].code]["measures"]["minutes"] = "29"
        return dataclasses.replace(bundle, inputs=inputs)

    assert "registered" in verified(publication, tmp_path, changed).codes


def test_a_fact_changed_in_the_database_is_not_published_and_is_told(contest):
    contest.correct_fact(6, LATE, "10")
    with db.transaction() as session:
        entry = session.get_one(Entry, (contest.event.tenant_id, contest.entries[5].id))
        entry.detail = json.dumps(json.loads(entry.detail) | {"late": [["final", "1", 1]]})
        session.add(entry)
    with db.reading() as session:
        (fault,) = faults_of(session, contest.competition)
    assert contest.entries[5].code in fault.params["codes"]
    with pytest.raises(ConflictError, match="不符"):
        contest.publish_again()


def test_both_persons_on_their_pages_without_script(client, contest):
    path = f"/events/{contest.event.id}/marks"
    token = sign_in(client, contest.account).csrf_token
    code = contest.entries[5].code
    with counting_queries() as statements:
        text = client.get(path, params={"entry": code}).text
    assert "迟报 决赛" in text
    assert "一票否决 安全事故" in text
    assert len(statements) <= 45
    unknown = client.get(path, params={"entry": "ZZZ"})
    assert unknown.status_code == 404
    assert "没有这个加密号" in unknown.text
    assert 'value="ZZZ"' in unknown.text, "what was typed stays in its box"
    assert client.get("/events/0000000000000000/marks", params={"entry": code}).status_code == 404
    place = {"csrf_token": token, "entry": code, "fact": LATE}
    assert client.get(f"{path}/one", params=place).status_code == 200
    bad = client.post(f"{path}/one", data=place | {"value": "-1", "reason": "看错"})
    assert bad.status_code == 422
    assert "看错" in bad.text
    seen = client.post(f"{path}/one", data=place | {"value": "10", "reason": "看错"})
    assert "2 个会变" in seen.text
    digest = seen.text.partition('name="seen" value="')[2].partition('"')[0]
    made = client.post(f"{path}/one", data=place | {"value": "10", "reason": "看错", "seen": digest},
                       follow_redirects=False)  # fmt: skip
    assert made.status_code == 303
    act = made.headers["location"]
    assert client.post(f"{act}/confirm", data={"csrf_token": token, "seen": digest}).status_code == 403
    assert f'href="{path}"' in client.get(f"/events/{contest.event.id}").text.partition("next-step")[2]
    token = sign_in(client, make_person(contest.world, Role.SUPERVISOR)[0]).csrf_token
    assert client.get(f"{path}/one", params=place).status_code == 403
    assert "确认更正" in client.get(act).text
    assert client.post(f"{act}/confirm", data={"csrf_token": token, "seen": "x"}).status_code == 409
    done = client.post(f"{act}/confirm", data={"csrf_token": token, "seen": digest}, follow_redirects=True)
    assert "已确认并生效" in done.text
    assert "迟报 决赛" in done.text
