"""A judge is kept away at once while they have no mark for the entry; from then on only by two persons."""

import re

import pytest
from sqlmodel import select

from contest import db
from contest.accounts.hands import LINKED, TIED, note_hand
from contest.actors import SYSTEM, Role
from contest.acts.models import Act, ActState
from contest.competitions.models import Period
from contest.entries.inputs import EntryInput
from contest.entries.services import update_entry
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.judging import services
from contest.judging.models import Recusal
from contest.judging.panel.marked import MarkedError, marks_given
from contest.judging.panel.recusals import register
from contest.judging.panel.recusing import (
    LOCKED,
    MOVED,
    NO_RESERVE,
    STANDS,
    UNIT_OF_JUDGE,
    ask_recusal,
    confirm_recusal,
    refuse_recusal,
)
from contest.judging.panel.replacing import replace_judge
from contest.ledger import kinds
from contest.standings.services import compute
from tests.judging.room_steps import entry_of, ledger, with_reserve
from tests.judging.test_roster import PLANT, declare
from tests.support import make_person, says, sign_in


def recuse(contest, who="chief", judge="anna", entry=0):
    with db.transaction() as session:
        seat = contest.members.get(who)
        place = contest.members[judge], entry_of(session, contest, entry)
        return services.recuse(session, contest.actors[who], *place, "师徒", seat)


def ask(contest, who="chief", judge="anna", entry=0, reason="师徒", reserve=None):
    with db.transaction() as session:
        place = contest.members[judge], entry_of(session, contest, entry)
        return ask_recusal(session, contest.actors[who], contest.event, *place, reason, reserve)


def agree(contest, who, act, seen="3"):
    with db.transaction() as session:
        return confirm_recusal(session, contest.actors[who], contest.event, act.id, seen)


def refuse(contest, who, act, reason=""):
    with db.transaction() as session:
        return refuse_recusal(session, contest.actors[who], contest.event, act.id, reason)


def standing(contest, automatic=False):
    with db.reading() as session:
        return session.exec(select(Recusal).where(Recusal.automatic == automatic)).all()


def total(contest, entry=0):
    with db.reading() as session:
        return compute(session, contest.event).result.standing(contest.codes[entry]).provisional


def row_of(contest):
    return [row for row in ledger(contest, kinds.RECUSAL) if row["judge"] == "J1" and row["state"] == "recused"][-1]


def test_before_the_first_mark_one_person_keeps_a_judge_away_at_once(contest):
    contest.fill("anna", 1)
    contest.fill("bo")
    recuse(contest)
    assert contest.send("anna", contest.op(30))[0]["reason"] == "recused"
    row = row_of(contest)
    assert (row["entry"], row["automatic"]) == (contest.codes[0], 0)
    assert "confirmed_by" not in row


def test_marks_taken_back_are_none(contest):
    sent = contest.send("anna", contest.op(30))[0]
    with pytest.raises(MarkedError):
        recuse(contest)
    gone = contest.op(None, base=sent["seq"], state="missing", reason="点错")
    assert contest.send("anna", gone)[0]["result"] == "accepted"
    recuse(contest)


def test_marks_that_another_took_back_are_not_gone(contest):
    """Else a chief judge alone takes a judge's marks out in two steps: missing first, then recused."""
    sent = contest.send("anna", contest.op(30))[0]
    gone = contest.op(None, base=sent["seq"], state="missing", reason="打错了", judge=contest.members["anna"].code)
    assert contest.send("chief", gone)[0]["result"] == "accepted"
    with pytest.raises(MarkedError):
        recuse(contest, "chief")


def test_after_it_two_persons_do_and_until_then_the_marks_count(contest):
    contest.fill("anna")
    contest.fill("bo")
    contest.send("bo", contest.op(20, base=mark_of(contest, "bo"), reason="看错"))
    both = total(contest)
    for who in ("chief", "organizer"):
        with pytest.raises(MarkedError):
            recuse(contest, who)
    assert standing(contest) == []
    with pytest.raises(InvalidError):
        ask(contest, reason=" ")
    for who in ("anna", "clerk", "supervisor"):
        with pytest.raises(ForbiddenError):
            ask(contest, who)
    act = ask(contest)
    assert ask(contest).id == act.id, "sent twice"
    with pytest.raises(ConflictError):
        ask(contest, "organizer")
    assert (standing(contest), total(contest)) == ([], both)
    assert both is not None
    for who in ("chief", "anna", "clerk"):
        with pytest.raises(ForbiddenError):
            agree(contest, who, act)
    assert contest.send("anna", contest.op(0, "P4"))[0]["result"] == "accepted", "nothing has changed yet"
    with pytest.raises(ConflictError) as moved:
        agree(contest, "supervisor", act)
    assert moved.value.message == MOVED
    both = total(contest)
    agree(contest, "supervisor", act, "4")
    assert total(contest) != both
    assert contest.send("anna", contest.op(0, "P4"))[0]["reason"] == "recused"
    row = row_of(contest)
    people = [contest.accounts[who].id for who in ("chief", "supervisor")]
    assert [row["proposed_by"], row["confirmed_by"]] == people
    assert (row["reason"], row["automatic"]) == ("师徒", 0)
    with pytest.raises(ConflictError):
        agree(contest, "organizer", act, "4")


def mark_of(contest, who, aspect="P2"):
    from tests.judging.room_steps import marks_of_sheet

    (mark,) = [m for m in marks_of_sheet(contest, contest.members[who].code) if m.aspect == aspect]
    return mark.revision


def test_no_second_person_who_had_a_hand_in_the_first_ones_account(contest):
    contest.fill("anna")
    act = ask(contest, "organizer")
    with db.transaction() as session:
        note_hand(session, contest.actors["organizer"], session.merge(contest.accounts["supervisor"]), LINKED)
    with pytest.raises(ForbiddenError) as tied:
        agree(contest, "supervisor", act)
    assert tied.value.message == TIED
    agree(contest, "chief", act)


def test_refused_or_taken_back_the_marks_stay(contest):
    contest.fill("anna")
    act = ask(contest)
    with pytest.raises(InvalidError):
        refuse(contest, "organizer", act)
    assert refuse(contest, "organizer", act, "不是师徒").state is ActState.REFUSED
    act = ask(contest)
    assert refuse(contest, "chief", act).state is ActState.WITHDRAWN
    with pytest.raises(ConflictError):
        agree(contest, "supervisor", act)
    assert standing(contest) == []


def test_what_came_between_is_asked_again_as_it_is_confirmed(contest):
    contest.fill("anna")
    act, other = ask(contest), None
    contest.fill("anna", 1)
    other = ask(contest, entry=1)
    with db.transaction() as session:
        entry = entry_of(session, contest)
        register(session, contest.event, contest.members["anna"], entry, "申报的利害关系", automatic=True)
    with pytest.raises(ConflictError) as stands:
        agree(contest, "supervisor", act)
    assert stands.value.message == STANDS
    with db.transaction() as session:
        period = session.get_one(Period, (contest.event.tenant_id, contest.period.id))
        services.lock_period(session, SYSTEM, period, "测试")
    with pytest.raises(ConflictError) as locked:
        agree(contest, "supervisor", other)
    assert locked.value.message == LOCKED
    refuse(contest, "chief", act)


def take_over(session, contest, reserve, entries=None):
    return replace_judge(session, contest.actors["chief"], contest.members["anna"], reserve, "J1 不适", entries)


def test_a_reserve_takes_a_marked_sheet_over_by_two_persons(contest):
    reserve = with_reserve(contest)
    contest.fill("anna")
    with db.transaction() as session, pytest.raises(MarkedError):
        take_over(session, contest, reserve, [entry_of(session, contest)])
    with db.transaction() as session:  # all that she has not begun changes hands at once
        assert take_over(session, contest, reserve) == 2
    assert contest.codes[0] not in {row["entry"] for row in ledger(contest, kinds.RECUSAL) if row["judge"] == "J1"}
    act = ask(contest, reserve=reserve)
    assert contest.send("rita", contest.op(30))[0]["reason"] == "recused"
    agree(contest, "supervisor", act)
    assert contest.send("rita", contest.op(30))[0]["result"] == "accepted"
    (called,) = [row for row in ledger(contest, kinds.REPLACEMENT) if row["entries"] == [contest.codes[0]]]
    assert (called["judge"], called["reserve"]) == ("J1", "R1")


def test_a_reserve_who_can_no_longer_step_in_stops_it(contest):
    reserve = with_reserve(contest)
    contest.fill("anna")
    act = ask(contest, reserve=reserve)
    with db.transaction() as session:
        register(session, contest.event, reserve, entry_of(session, contest), "亲属", automatic=False)
    with pytest.raises(ConflictError) as error:
        agree(contest, "supervisor", act)
    assert error.value.message == NO_RESERVE


def test_an_organizer_declares_no_conflict_for_a_judge_who_has_marked_the_unit(contest):
    """The judge may: they decide about their own marks."""
    contest.fill("anna")
    with pytest.raises(InvalidError) as refused:
        declare(contest, by="organizer")
    assert "unit" in refused.value.fields
    with db.reading() as session:
        assert marks_given(session, contest.members["anna"], entry_of(session, contest)) == 3
    declare(contest, by="organizer", unit="海塘建设集团")
    declare(contest, unit=PLANT)
    assert len([r for r in standing(contest, automatic=True) if r.panel_member_id == contest.members["anna"].id]) == 3


def test_no_entry_is_moved_into_the_unit_of_a_judge_who_has_marked_it(contest):
    """bo is of 海塘建设集团: with the unit alone an organizer could take bo's marks out of the result."""
    contest.fill("bo")

    def move(entry):
        with db.transaction() as session:
            moved, fields = entry_of(session, contest, entry), EntryInput(name="王一", unit="海塘建设集团")
            update_entry(session, contest.actors["organizer"], moved, fields, reason="单位写错了")

    move(1)  # bo has not marked it
    with pytest.raises(ConflictError) as refused:
        move(0)
    assert (refused.value.message, refused.value.params) == (UNIT_OF_JUDGE, {"judge": "J2"})
    with db.reading() as session:
        assert entry_of(session, contest).unit == "钱江机械有限公司"
        assert marks_given(session, contest.members["bo"], entry_of(session, contest)) == 3
    agree(contest, "supervisor", ask(contest, judge="bo"))
    move(0)
    with db.reading() as session:
        assert entry_of(session, contest).unit == "海塘建设集团"


FORM = {"entry": "王一", "reason": "曾是师徒"}


def test_the_pages_of_both(client, contest):
    contest.fill("anna")
    panel = f"/events/{contest.event.id}/panel"
    form = FORM | {"member": contest.members["anna"].id, "csrf_token": token(client, contest, "organizer")}
    asked = client.post(f"{panel}/recusals", data=form)
    assert asked.status_code == 409
    assert "裁判评过没有都一样" in asked.text
    assert "3 个" not in asked.text, "with what is marked by code it would tell whose code it is"
    assert not says(asked.text, contest.codes[0]), "who sees names sees no codes"
    assert 'value="王一"' in asked.text
    assert "曾是师徒" in asked.text
    assert standing(contest) == []
    empty = client.post(f"{panel}/recusals/propose", data=form | {"reason": " "})
    assert empty.status_code == 422
    assert 'value="王一"' in empty.text
    done = client.post(f"{panel}/recusals/propose", data=form)
    assert "等第二人确认" in done.text
    assert "曾是师徒" in done.text, "the panel page says what waits"
    path = f"{panel}/recusals/acts/" + done.text.split(f"{panel}/recusals/acts/")[1].split('"')[0]
    assert "必须由另一个人确认" in client.get(path).text
    again = client.post(f"{panel}/recusals", data=form, follow_redirects=False)
    assert again.headers["location"].endswith(path), "what waits already is shown"
    csrf = token(client, contest, "supervisor")
    waiting = client.get("/waiting").text
    assert path in waiting
    assert "登记回避（已评过分）" in waiting
    shown = client.get(path).text
    assert "王一" not in shown
    assert contest.codes[0] in shown
    assert "故障排除" not in shown, "how many marks, never which"
    stale = client.post(path, data={"csrf_token": csrf, "seen": "2"})
    assert (stale.status_code, standing(contest)) == (409, [])
    assert "等第二人确认" in stale.text
    assert client.post(f"{path}/refuse", data={"csrf_token": csrf, "reason": ""}).status_code == 422
    assert client.post(path, data={"csrf_token": csrf, "seen": "3"}).url.path == panel
    assert len(standing(contest)) == 1
    assert "已确认并生效" in client.get(path).text
    assert path not in client.get("/waiting").text


def test_the_chief_sees_a_code_and_english(client, contest):
    contest.fill("anna")
    form = {"member": contest.members["anna"].id, "entry": contest.codes[0], "reason": "师徒"}
    form["csrf_token"] = token(client, contest, "chief")
    panel = f"/events/{contest.event.id}/panel"
    asked = client.post(f"{panel}/recusals", data=form).text
    assert contest.codes[0] in asked
    assert "王一" not in asked
    english = client.post(f"{panel}/recusals", data=form, headers={"Accept-Language": "en"}).text
    assert "J1 has given this entry 3 marks" in english


def test_whoever_names_entries_by_name_never_learns_what_was_marked(client, contest):
    """An organizer types paper marks by code and asks here by name: the answer must be the same for all."""
    contest.fill("anna")
    panel = f"/events/{contest.event.id}/panel"
    form = {"member": contest.members["anna"].id, "csrf_token": token(client, contest, "organizer")}
    answers = []
    for address, reason in ((f"{panel}/recusals", "师徒"), (f"{panel}/recusals/propose", "")):
        for name in ("王一", "李二"):
            found = client.post(address, data=form | {"entry": name, "reason": reason})
            answers.append((found.status_code, found.text.replace(name, "").replace(form["csrf_token"], "")))
    assert plain(answers[0]) == plain(answers[1])
    assert plain(answers[2]) == plain(answers[3])
    assert standing(contest) == []
    acts = [ask(contest, "organizer", entry=entry) for entry in (0, 1)]
    assert [act.state for act in acts] == [ActState.PROPOSED] * 2, "one of them has no marks"
    pages = [client.get(f"{panel}/recusals/acts/{act.id}").text for act in acts]
    assert all("解密以前不显示" in page for page in pages)
    agree(contest, "supervisor", acts[1], seen="0")
    assert len(standing(contest)) == 1


def plain(answer):
    status, text = answer
    return status, re.sub(r'nonce="[^"]*"|nonce-[^"\']*', "", text)


def test_a_sheet_without_marks_is_recused_from_the_same_form(client, contest):
    form = FORM | {"member": contest.members["anna"].id, "csrf_token": token(client, contest, "chief")}
    form["entry"] = contest.codes[0]
    panel = f"/events/{contest.event.id}/panel"
    refused = client.post(f"{panel}/recusals/propose", data=form)
    assert refused.status_code == 409
    assert "可以直接登记回避" in refused.text
    assert f'action="{panel}/recusals"' in refused.text
    assert "回避已登记" in client.post(f"{panel}/recusals", data=form).text


def test_the_desk_sends_a_marked_sheet_to_two_persons(client, contest):
    reserve = with_reserve(contest)
    contest.fill("anna")
    form = {"reserve": reserve.id, "member": contest.members["anna"].id, "reason": "J1 不适"}
    form["csrf_token"] = token(client, contest, "chief")
    path = f"/events/{contest.event.id}/reserve"
    some = client.post(path, data=form)
    assert "共 2 份评分表" in some.text
    assert "另有 1 份 J1 已经评过分" in some.text
    one = client.post(path, data=form | {"entry": contest.codes[0]})
    assert one.status_code == 409
    assert f'value="{reserve.id}" selected' in one.text
    form |= {"entry": contest.codes[0]}
    assert client.post(f"/events/{contest.event.id}/panel/recusals/propose", data=form).is_success
    with db.reading() as session:
        assert reserve.id in session.exec(select(Act)).one().payload


def token(client, contest, who):
    return sign_in(client, contest.accounts[who]).csrf_token


def test_an_arbitrator_sees_what_waits_and_decides_nothing(client, contest):
    contest.fill("anna")
    act = ask(contest)
    account, _ = make_person(contest.world, Role.ARBITRATOR)
    csrf = sign_in(client, account).csrf_token
    panel = f"/events/{contest.event.id}/panel"
    shown = client.get(panel).text
    assert "等第二人确认的回避" in shown
    assert act.id not in shown
    assert client.get(f"{panel}/recusals/acts/{act.id}").status_code == 403
    assert client.post(f"{panel}/recusals/acts/{act.id}", data={"csrf_token": csrf, "seen": "3"}).status_code == 403


def test_another_reserve_or_reason_is_no_second_click(contest):
    """To say `proposed` and keep what was asked before would be a lie."""
    reserve = with_reserve(contest)
    contest.fill("anna")
    ask(contest, reserve=reserve)
    for other in ({"reserve": None}, {"reserve": reserve, "reason": "亲属"}):
        with pytest.raises(ConflictError):
            ask(contest, **other)
