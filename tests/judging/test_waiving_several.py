"""Several sheets of one judge are waived together: each bound to its own marks, all of them or none."""

import pytest
from sqlmodel import select

from contest import db
from contest.acts.models import Act, ActState
from contest.db import counting_queries
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging.models import SheetSignature
from contest.judging.signatures.waiver_lists import waiver_list
from contest.judging.signatures.waiving_several import confirm_waivers, propose_waivers, refuse_waivers
from contest.ledger import queries as ledger
from tests.judging.test_signing import ALL, formal, put, view
from tests.judging.test_waiving import ask, lines, open_names
from tests.support import sign_in


def together(contest, who="chief", role="judge", entries=(0, 1), ground="absent", reason="送医", digest=None):
    sheets = [(contest.codes[entry], digest or view(contest, entry).digest) for entry in entries]
    with db.transaction() as session:
        place = (contest.period.id, "J1", role)
        return propose_waivers(session, contest.actors[who], *place, sheets, ground=ground, reason=reason)


def decide(contest, work, who, made, *more, role="judge", judge="J1"):
    with db.transaction() as session:
        place = (contest.period.id, judge, role)
        return work(session, contest.actors[who], *place, [act.id for act in made], *more)


def states():
    with db.reading() as session:
        return [act.state for act in session.exec(select(Act).order_by(Act.proposed_at))]


def shown(contest, who, role="judge", judge="J1"):
    with db.reading() as session:
        return waiver_list(session, contest.actors[who], contest.period.id, judge, role)


@pytest.fixture
def filled(contest):
    for entry in (0, 1):
        contest.fill("anna", entry)
    return contest


@pytest.fixture
def both(small):
    for entry in (0, 1):
        small.fill("anna", entry)
    return small


def test_every_sheet_has_its_own_row_over_its_own_marks(filled):
    contest = filled
    assert {line.entry for line in shown(contest, "chief").offers} == set(contest.codes[:2])
    made = together(contest)
    assert shown(contest, "chief").offers == []
    assert {item.code for item in shown(contest, "supervisor").witnessed} == set(contest.codes[:2])
    decide(contest, confirm_waivers, "supervisor", made)
    with db.reading() as session:
        rows = list(ledger.data_of(ledger.rows(session, contest.competition), "waiver"))
    assert {(row["entry"], row["digest"]) for row in rows} == {
        (contest.codes[entry], view(contest, entry).digest) for entry in (0, 1)
    }
    assert {row["confirmed_by"] for row in rows} == {contest.accounts["supervisor"].id}
    assert all(dict(line.waived) == {"judge": "不在场"} for line in lines(contest))
    put(contest, "chief", "chief")


def test_all_or_none_are_asked_for_and_the_sheet_is_named(both):
    contest = both
    contest.send("anna", contest.op(30, entry=2))  # not whole
    with pytest.raises(ConflictError) as caught:
        together(contest, entries=(0, 2))
    assert caught.value.params["code"] == contest.codes[2]
    with pytest.raises(ConflictError):
        together(contest, digest="0" * 64)
    assert states() == []


def test_all_or_none_are_confirmed(both):
    contest = both
    made = together(contest)
    contest.send("anna", contest.op(31, entry=1, base=view(contest, 1).marks["P2", 1].revision, reason="复议"))
    assert [item.is_stale for item in shown(contest, "supervisor").witnessed] == [False, True]
    with pytest.raises(ConflictError) as caught:
        decide(contest, confirm_waivers, "supervisor", made)
    assert caught.value.params["code"] == contest.codes[1]
    assert states() == [ActState.PROPOSED] * 2
    with db.reading() as session:
        assert session.exec(select(SheetSignature)).all() == []
    decide(contest, confirm_waivers, "supervisor", made[:1])
    decide(contest, refuse_waivers, "supervisor", made[1:], "分数改过")
    assert states() == [ActState.CONFIRMED, ActState.REFUSED]


@pytest.mark.parametrize("who", ["anna", "bo", "clerk", "supervisor", "organizer"])
def test_who_may_not_ask_for_one_asks_for_none(both, who):
    with pytest.raises(ForbiddenError):
        together(both, who)


def test_one_person_is_never_two_and_other_judges_acts_are_not_among_them(both):
    contest = both
    made = together(contest)
    for who in ("chief", "organizer", "clerk"):
        with pytest.raises(ForbiddenError):
            decide(contest, confirm_waivers, who, made)
    contest.fill("bo", 1)
    other = ask(contest, "chief", "judge", "absent", "送医", entry=1, judge="J2")
    for place in ({"judge": "J2"}, {"role": "chief"}):
        with pytest.raises(NotFoundError):
            decide(contest, confirm_waivers, "supervisor", made, **place)
    with pytest.raises(NotFoundError):
        decide(contest, confirm_waivers, "supervisor", [*made, other])
    assert set(states()) == {ActState.PROPOSED}


def test_nothing_chosen_too_much_chosen_or_nothing_said_is_told(both, monkeypatch):
    contest = both
    for fields, wrong in (({"entries": ()}, "pick"), ({"ground": ""}, "ground"), ({"reason": " "}, "reason")):
        with pytest.raises(InvalidError) as caught:
            together(contest, **fields)
        assert set(caught.value.fields) == {wrong}
    monkeypatch.setattr("contest.judging.signatures.waiving_several.AT_ONCE", 1)
    with pytest.raises(InvalidError):
        together(contest)
    assert states() == []


def test_a_second_click_asks_and_confirms_once(both):
    contest = both
    made = together(contest)
    assert [act.id for act in together(contest)] == [act.id for act in made]
    decide(contest, confirm_waivers, "supervisor", made + made)
    with pytest.raises(ConflictError):
        decide(contest, confirm_waivers, "supervisor", made)


def test_nobody_is_offered_their_own(both):
    contest = both
    formal(contest, *ALL)
    open_names(contest)
    with db.transaction() as session:
        entry = session.exec(select(Entry).where(Entry.code == contest.codes[0])).one()
        entry.account_id = contest.accounts["chief"].id
    assert [line.entry for line in shown(contest, "chief", "contestant").offers] == [contest.codes[1]]
    assert shown(contest, "chief", "judge").offers == [], "the contestant signs first"
    with pytest.raises(ForbiddenError):
        shown(contest, "chief", "chief")


def test_the_list_takes_the_same_queries_for_one_and_for_three(small):
    counts = []
    for entry in range(3):
        small.fill("anna", entry)
        with counting_queries() as statements:
            shown(small, "chief")
        counts.append(len(statements))
    assert len(set(counts)) == 1, counts


def test_the_page_keeps_what_was_typed_and_chooses_all_without_script(client, filled):
    contest = filled
    path = f"/judging/waiver-lists/{contest.period.id}/J1/judge"
    listed = f"/events/{contest.event.id}/signatures"
    token = sign_in(client, contest.accounts["chief"]).csrf_token
    assert path in client.get(listed).text
    text = client.get(path).text
    values = [part.split('"')[0] for part in text.split('name="pick" value="')[1:]]
    assert len(values) == 2
    sent = {"csrf_token": token, "ground": "absent", "reason": "送医", "choose": "offers"}
    chosen = client.post(path, data=sent)
    assert (chosen.status_code, chosen.text.count(" checked")) == (200, 3), "both sheets and the ground"
    assert "送医" in chosen.text
    assert states() == [], "choosing changes nothing"
    del sent["choose"]
    kept = client.post(path, data=sent)
    assert (kept.status_code, "请至少选一份评分表。" in kept.text, "送医" in kept.text) == (422, True, True)
    wrong = client.post(path, data=sent | {"pick": [values[0], values[1][:-64] + "0" * 64]})
    assert (wrong.status_code, contest.codes[1] in wrong.text) == (409, True)
    assert client.post(path, data=sent | {"pick": values}, follow_redirects=False).status_code == 303
    sign_in(client, contest.accounts["organizer"])
    assert client.get(path).status_code == 403, "who knows names"
    token = sign_in(client, contest.accounts["supervisor"]).csrf_token
    assert path in client.get(listed).text
    assert path in client.get(f"/events/{contest.event.id}/desk").text
    text = client.get(path).text
    acts = [part.split('"')[0] for part in text.split('name="pick" value="')[1:]]
    refused = client.post(f"{path}/refuse", data={"csrf_token": token, "pick": acts, "reason": ""})
    assert refused.status_code == 422
    done = client.post(f"{path}/confirm", data={"csrf_token": token, "pick": acts}, follow_redirects=False)
    assert done.status_code == 303
    assert states() == [ActState.CONFIRMED] * 2
    assert client.post(f"{path}/confirm", data={"csrf_token": token, "pick": acts}).status_code == 409
