"""While the scoring runs: panels too far apart, and reserve judges."""

import copy

import pytest
from sqlmodel import select

from contest import db
from contest.core.panel import Sheet as CoreSheet
from contest.core.panel import score_panel
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging import services
from contest.judging.marks.history import mark_history
from contest.judging.models import Recusal
from contest.judging.panel.replacing import call_third, replace_judge
from contest.judging.queries import locate, marks_of, panels_of, recusals_of
from contest.judging.room.notices import own_room
from contest.ledger import kinds
from tests.judging.room_steps import (
    alarms,
    all_rows,
    apart,
    entry_of,
    ledger,
    lock,
    marks_of_sheet,
    say_why,
    with_reserve,
)
from tests.judging.scenery import RULES, build_contest
from tests.judging.test_recusing import agree, ask


def _entry(contest):
    from contest.core.marks import EntryInput

    return EntryInput(contest.codes[0])


def test_judges_two_points_apart_explain_and_mark_again_and_both_marks_stay(contest):
    apart(contest)
    (alarm,) = alarms(contest)
    assert (alarm.entry, alarm.key, alarm.marks) == (contest.codes[0], "P3.1", (("J1", "3"), ("J2", "1")))
    with pytest.raises(ConflictError, match="还不能锁定"):
        lock(contest)
    say_why(contest, "anna", "工位整洁，全程戴手套")
    with pytest.raises(InvalidError):
        say_why(contest, "bo", "  ")
    with pytest.raises(ConflictError):  # nobody is apart on the other entry
        say_why(contest, "anna", "没有分差", entry=1)
    (alarm,) = alarms(contest)
    assert dict(alarm.explained) == {"J1": "工位整洁，全程戴手套"}
    (standing,) = [m for m in marks_of_sheet(contest, "J1") if m.aspect == "P3"]
    again = contest.op(
        2, "P3", base=standing.revision, reason="商议后认为未优秀", client_time=standing.client_time + 60_000
    )
    silent = again | {"op_id": "test-without-a-reason", "reason": ""}
    assert [a["reason"] for a in contest.send("anna", silent)] == ["reason_missing"]
    assert [a["result"] for a in contest.send("anna", again)] == ["accepted"]
    assert alarms(contest) == []
    told = [(m["judge"], m["units"], m["reason"]) for m in ledger(contest, kinds.MARK)]
    assert told == [("J1", 3, ""), ("J2", 1, ""), ("J1", 2, "商议后认为未优秀")]
    assert [row["text"] for row in ledger(contest, kinds.EXPLANATION)] == ["工位整洁，全程戴手套"]
    with db.reading() as session:
        view = mark_history(
            session, contest.actors["anna"], contest.period.id, contest.codes[0], aspect="P3", repetition=1, judge="J1"
        )
    assert [(c.before, c.after, c.reason) for c in view.changes if c.seq] == [
        ("3", "2", "商议后认为未优秀"),
        ("—", "3", ""),
    ]
    assert {c.hash for c in view.changes if c.seq} <= {row.hash[:12] for row in all_rows(contest)}
    assert view.explanations[0].text == "工位整洁，全程戴手套"


def test_the_alarm_is_the_cores_own_word(contest):
    """Whatever the rule set asks (spread, majority, agreement …): an alarm exactly where the core refuses."""
    apart(contest)
    contest.send("anna", contest.op(100, "P1"))
    contest.send("bo", contest.op(20, "P1"))  # P1 has no limit: far apart is no alarm
    with db.reading() as session:
        where = locate(session, contest.period.id)
        found = {}
        for aspect in where.stage_rules.aspects():
            key = ("practice", "1", aspect.id, 1)
            marks = [m for m in marks_of(session, contest.event) if m.aspect == aspect.id]
            sheet = CoreSheet(_entry(contest), where.stage_rules, "1", {key: marks}, ("J1", "J2"))
            found[aspect.id] = {r.code for r in score_panel(sheet, aspect, 1).reasons}
    assert {a.aspect.id for a in alarms(contest)} == {key for key, codes in found.items() if "spread_too_wide" in codes}


def test_a_tablet_is_told_of_the_alarm_and_never_of_anothers_mark(contest):
    apart(contest)
    with db.reading() as session:
        room = own_room(session, contest.actors["bo"], contest.period.id, contest.codes[1])
        assert (room.here, room.elsewhere) == ([], [contest.codes[0]])
        with pytest.raises(NotFoundError):
            own_room(session, contest.actors["supervisor"], contest.period.id)
    assert "3" not in alarms(contest)[0].words  # with two judges the distance would tell the other's mark
    assert "2" not in alarms(contest)[0].words


def test_a_period_with_an_alarm_is_locked_only_with_a_reason(contest):
    for who in ("anna", "bo"):
        for entry in range(3 if who == "anna" else 2):
            contest.fill(who, entry)
    with pytest.raises(ConflictError) as before:
        lock(contest)
    assert "分差" not in str(before.value.params)
    (mark,) = [m for m in marks_of_sheet(contest, "J2") if m.aspect == "P3"]
    change = contest.op(0, "P3", base=mark.revision, reason="看错项目")
    contest.send("bo", change)
    with pytest.raises(ConflictError) as error:
        lock(contest)
    assert "1 处分差没有解决" in error.value.params["who"]
    lock(contest, "裁判长与监督商定，这一份不排名")
    assert "不排名" in ledger(contest, kinds.LOCK)[0]["reason"]


def test_a_reserve_takes_over_one_entry_and_the_former_marks_count_no_longer(contest):
    reserve = with_reserve(contest)
    assert reserve.code == "R1"
    with db.reading() as session:
        assert panels_of(session, contest.event)["practice"] == ("J1", "J2")  # nobody waits for a reserve
    assert contest.send("rita", contest.op(30))[0]["reason"] == "not_on_panel"
    contest.fill("anna")
    agree(contest, "supervisor", ask(contest, reserve=reserve))
    assert contest.send("anna", contest.op(33))[0]["reason"] == "recused"
    assert contest.send("rita", contest.op(30), contest.op(30, entry=1))[0]["result"] == "accepted"
    with db.reading() as session:
        assert panels_of(session, contest.event)["practice"] == ("J1", "J2", "R1")
        kept = recusals_of(session, contest.event)
        assert {m.judge for m in marks_of(session, contest.event)} == {"J1", "R1"}  # the old marks are still there
    assert kept[contest.codes[0]] == {("practice", "J1")}
    assert all(("practice", "R1") in kept[code] for code in contest.codes[1:])  # and nobody waits for R1 there
    said = ledger(contest, kinds.REPLACEMENT)
    assert [(row["judge"], row["reserve"], row["entries"]) for row in said] == [("J1", "R1", [contest.codes[0]])]
    with db.transaction() as session:  # a second call opens one more of the reserve's doors, in the ledger too
        other = [entry_of(session, contest, 1)]
        replace_judge(session, contest.actors["chief"], contest.members["bo"], reserve, "J2 离场", other)
    lifted = [row for row in ledger(contest, kinds.RECUSAL) if row["state"] == "lifted"]
    assert [(row["judge"], row["entry"]) for row in lifted] == [("R1", contest.codes[1])]
    assert contest.send("rita", contest.op(30, entry=1))[0]["result"] == "accepted"


def test_the_marks_of_a_replaced_judge_are_apart_from_nobody(contest):
    """Level 1 of the recused judge is still in the table, but the core no longer counts it: 3 and 3 agree."""
    reserve = with_reserve(contest)
    apart(contest)
    agree(contest, "supervisor", ask(contest, judge="bo", reserve=reserve), "1")
    assert alarms(contest) == []  # the panel waits for the reserve
    contest.send("rita", contest.op(3, "P3"))
    assert alarms(contest) == []


def test_a_judge_who_leaves_keeps_what_is_signed(contest):
    reserve = with_reserve(contest)
    contest.fill("anna", 1)
    with db.transaction() as session:
        from contest.judging.sheet.queries import sheet_view

        view = sheet_view(session, contest.actors["anna"], contest.period.id, contest.codes[1])
        services.sign_sheet(session, contest.actors["anna"], contest.period.id, contest.codes[1], view.digest)
    with db.transaction() as session:
        count = replace_judge(session, contest.actors["organizer"], contest.members["anna"], reserve, "J1 家中急事")
    assert count == 2
    with db.reading() as session:
        kept = recusals_of(session, contest.event)
    assert ("practice", "J1") not in kept[contest.codes[1]]
    assert ("practice", "R1") in kept[contest.codes[1]]


@pytest.mark.parametrize(("who", "error"), [("anna", ForbiddenError), ("supervisor", ForbiddenError)])
def test_only_chief_and_organizer_call_a_reserve(small, who, error):
    reserve = with_reserve(small)
    with pytest.raises(error), db.transaction() as session:
        replace_judge(session, small.actors[who], small.members["bo"], reserve, "换人")


def test_a_reserve_of_the_entrys_own_unit_is_refused(small):
    reserve = with_reserve(small, at="plant")
    with pytest.raises(ConflictError, match="回避"), db.transaction() as session:
        call_third(session, small.actors["chief"], reserve, entry_of(session, small), "分差大")
    with pytest.raises(InvalidError), db.transaction() as session:
        call_third(session, small.actors["chief"], small.members["bo"], entry_of(session, small), "分差大")


def test_a_third_judge_settles_what_two_could_not(database):
    """双评 → 三评: a median whose middle marks may differ by 5; 30 and 38 can't, with 36 the middle one is 36."""
    rules = copy.deepcopy(RULES)
    rules["stages"][0]["rubric"][0]["children"][1]["method"] = {
        "name": "median", "min_scores": 2, "max_kept_spread": "5",
    }  # fmt: skip
    contest = build_contest(rules)
    reserve = with_reserve(contest)
    contest.send("anna", contest.op(30))
    contest.send("bo", contest.op(38))
    assert [(a.aspect.id, a.code) for a in alarms(contest)] == [("P2", "kept_spread_too_wide")]
    with db.transaction() as session:
        call_third(session, contest.actors["chief"], reserve, entry_of(session, contest), "两位相差 8 分")
    assert contest.send("rita", contest.op(36))[0]["result"] == "accepted"
    assert alarms(contest) == []
    with db.reading() as session:
        kept = session.exec(select(Recusal).where(Recusal.panel_member_id == reserve.id)).all()
    assert len(kept) == 2
