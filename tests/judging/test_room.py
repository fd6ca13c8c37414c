"""While the scoring runs: panels too far apart, reserve judges, messages, clocks, tablets, histories."""

import copy
import json
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import select

from contest import db
from contest.accounts.devices import working_elsewhere
from contest.accounts.models import Device, SignInSession
from contest.accounts.queries import actor_for
from contest.accounts.signing_in import enrol_device, load_actor, sign_in_with_pin
from contest.competitions.models import Period
from contest.core.panel import Sheet as CoreSheet
from contest.core.panel import score_panel
from contest.documents.images import clean_picture
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging import clocks, services
from contest.judging.explaining import explain
from contest.judging.history import mark_history
from contest.judging.locking import lock_period
from contest.judging.messaging import message_lines, read_message, send_message, unread_messages
from contest.judging.models import MarkRow, Operation, PanelRole, Recusal
from contest.judging.open_queries import operation_lines
from contest.judging.queries import locate, marks_of, panels_of, recusals_of
from contest.judging.replacing import call_third, replace_judge
from contest.judging.room import own_room
from contest.judging.scans import add_scan, get_scan
from contest.judging.settling import settle
from contest.judging.spare import move_here, swap_tablet
from contest.judging.spread import spread_alarms
from contest.ledger import kinds
from contest.ledger.queries import data_of, rows
from tests.judging.scenery import RULES, build_contest
from tests.support import make_person


def alarms(contest):
    with db.reading() as session:
        return spread_alarms(session, locate(session, contest.period.id))


def lock(contest, reason=""):
    with db.transaction() as session:
        period = session.get_one(Period, (contest.period.tenant_id, contest.period.id))
        lock_period(session, contest.actors["chief"], period, reason)


def ledger(contest, kind):
    with db.reading() as session:
        return list(data_of(rows(session, contest.competition), kind))


def say_why(contest, who, text, entry=0, aspect="P3"):
    with db.transaction() as session:
        explain(
            session,
            contest.actors[who],
            contest.period.id,
            contest.codes[entry],
            aspect=aspect,
            repetition=1,
            text=text,
        )


def apart(contest, entry=0):
    """Levels 3 and 1 of one aspect: two points, one allowed (rules.md 1, judgement)."""
    return contest.send("anna", contest.op(3, "P3", entry)) + contest.send("bo", contest.op(1, "P3", entry))


def entry_of(session, contest, number=0):
    query = select(Entry).where(Entry.event_id == contest.event.id, Entry.code == contest.codes[number])
    return session.exec(query).one()


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


def all_rows(contest):
    with db.reading() as session:
        return rows(session, contest.competition)


def marks_of_sheet(contest, judge, entry=0):
    with db.reading() as session:
        query = select(MarkRow).where(MarkRow.judge_code == judge, MarkRow.entry_code == contest.codes[entry])
        return session.exec(query).all()


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


def _entry(contest):
    from contest.core.marks import EntryInput

    return EntryInput(contest.codes[0])


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


def with_reserve(contest, at="county"):
    account, _ = make_person(contest.world, None, login="rita", at=at)
    with db.transaction() as session:
        reserve = services.appoint(session, contest.actors["organizer"], contest.stage, account, PanelRole.RESERVE)
    with db.reading() as session:
        contest.actors["rita"], contest.accounts["rita"] = actor_for(session, account), account
    return reserve


def test_a_reserve_takes_over_one_entry_and_the_former_marks_count_no_longer(contest):
    reserve = with_reserve(contest)
    assert reserve.code == "R1"
    with db.reading() as session:
        assert panels_of(session, contest.event)["practice"] == ("J1", "J2")  # nobody waits for a reserve
    assert contest.send("rita", contest.op(30))[0]["reason"] == "not_on_panel"
    contest.fill("anna")
    with db.transaction() as session:
        entries = [entry_of(session, contest)]
        replace_judge(session, contest.actors["chief"], contest.members["anna"], reserve, "J1 不适", entries)
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
    with db.transaction() as session:
        entries = [entry_of(session, contest)]
        replace_judge(session, contest.actors["chief"], contest.members["bo"], reserve, "J2 离场", entries)
    assert alarms(contest) == []  # the panel waits for the reserve
    contest.send("rita", contest.op(3, "P3"))
    assert alarms(contest) == []


def test_a_judge_who_leaves_keeps_what_is_signed(contest):
    reserve = with_reserve(contest)
    contest.fill("anna", 1)
    with db.transaction() as session:
        from contest.judging.sheet_queries import sheet_view

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


def test_a_message_reaches_the_panel_or_one_judge_and_is_acknowledged(contest):
    with db.transaction() as session:
        send_message(session, contest.actors["chief"], contest.event, contest.stage, "十分钟后休息")
        bo = contest.members["bo"]
        send_message(session, contest.actors["organizer"], contest.event, contest.stage, "请看 P3", member=bo)
        with pytest.raises(ForbiddenError):
            send_message(session, contest.actors["bo"], contest.event, contest.stage, "你好")
        with pytest.raises(InvalidError):
            send_message(session, contest.actors["chief"], contest.event, contest.stage, " \n ")
    with db.reading() as session:
        unread = {who: [m.text for m in unread_messages(session, contest.actors[who])] for who in contest.actors}
    assert unread["anna"] == ["十分钟后休息"]
    assert unread["bo"] == ["十分钟后休息", "请看 P3"]
    assert unread["chief"] == unread["supervisor"] == []
    with db.transaction() as session:
        mine = unread_messages(session, contest.actors["bo"])[1].id
        with pytest.raises(NotFoundError):  # another judge's message
            read_message(session, contest.actors["anna"], mine)
        read_message(session, contest.actors["bo"], mine)
        read_message(session, contest.actors["bo"], mine)
    with db.reading() as session:
        lines, total = message_lines(session, contest.event)
        assert [(line.to, line.read, line.readers) for line in lines] == [("J2", 1, 1), ("", 0, 3)]
        assert total == 2
        assert message_lines(session, contest.event, search="P3")[1] == 1


def test_the_clock_runs_by_the_server_and_an_overrun_is_a_fact(contest, monkeypatch):
    moment = [1_000_000_000_000]
    monkeypatch.setattr(clocks, "now_ms", lambda: moment[0])
    chief, period = contest.actors["chief"], contest.period.id

    def turn(step, **more):
        with db.transaction() as session:
            clocks.turn_clock(session, chief, clock.id, clocks.Step(step), **more)

    def face():
        with db.reading() as session:
            return clocks.clock_faces(session, contest.period)[0]

    with db.transaction() as session:
        clock = clocks.set_clock(session, chief, period, label="3 号赛位", seconds=600, entry=contest.codes[0])
        with pytest.raises(InvalidError):
            clocks.set_clock(session, chief, period, label="3 号赛位", seconds=600)
    assert (face().state, face().text) == ("ready", "10:00")
    turn("start")
    moment[0] += 250_000
    assert (face().state, face().text) == ("running", "05:50")
    with pytest.raises(InvalidError):
        turn("pause")  # why?
    turn("pause", reason="停电")
    moment[0] += 3_600_000  # nothing runs while it is paused
    assert face().text == "05:50"
    with pytest.raises(ConflictError):
        turn("pause", reason="再停")
    turn("extend", seconds=120, reason="停电补时")
    turn("start")
    moment[0] += 471_000  # 5:50 + 2:00 = 470 s
    assert (face().over, face().text) == (1, "00:01")
    turn("end")
    moment[0] += 60_000
    assert (face().state, face().over) == ("ended", 1)
    told = [(row["state"], row["seconds"], row["reason"]) for row in ledger(contest, kinds.CLOCK)]
    assert told == [
        ("started", 600, ""), ("paused", 350, "停电"), ("extended", 120, "停电补时"), ("started", 470, ""),
        ("ended", -1, ""),
    ]  # fmt: skip
    with pytest.raises(ForbiddenError), db.transaction() as session:
        clocks.set_clock(session, contest.actors["anna"], period, label="4", seconds=60)


def enrol(contest, who, label):
    from contest.judging.panels import make_enrolment

    with db.transaction() as session:
        token = make_enrolment(session, contest.actors["organizer"], contest.members[who])
    with db.transaction() as session:
        return enrol_device(session, token, pin="271828", label=label)


def test_one_judge_one_live_tablet_and_the_old_one_delivers(contest):
    _, first_cookie = enrol(contest, "anna", "一号平板")
    _, second_cookie = enrol(contest, "anna", "二号平板")
    first, second = load_actor(first_cookie), load_actor(second_cookie)
    with db.reading() as session:
        assert not working_elsewhere(session, first)
        assert working_elsewhere(session, second)  # it asks before it takes over
    with db.transaction() as session:
        move_here(session, second)
    first, second = load_actor(first_cookie), load_actor(second_cookie)
    with db.reading() as session:
        assert working_elsewhere(session, first)
        assert not working_elsewhere(session, second)
    before = contest.op(31, client_time=int((first.moved_at - timedelta(minutes=5)).timestamp() * 1000))
    after = contest.op(32, "P1", client_time=int((first.moved_at + timedelta(minutes=5)).timestamp() * 1000))
    answers = services.submit_operations(first, [before, after])
    assert [(a["result"], a["reason"]) for a in answers] == [("accepted", ""), ("quarantined", "moved")]
    with db.reading() as session:
        view = mark_history(session, first, contest.period.id, contest.codes[0], aspect="P2", repetition=1, judge="J1")
        assert [change.device for change in view.changes] == ["一号平板"]  # the server's word, not the tablet's
    with db.reading() as session:  # kept for the chief, as it was sent
        assert json.loads(session.exec(select(Operation.body).where(Operation.reason == "moved")).one())["value"] == 32


def test_a_spare_tablet_takes_the_place_of_a_broken_one(contest):
    secret, cookie = enrol(contest, "anna", "坏平板")
    with pytest.raises(ForbiddenError), db.transaction() as session:
        swap_tablet(session, contest.actors["chief"], contest.members["anna"])
    with db.transaction() as session:
        token = swap_tablet(session, contest.actors["organizer"], contest.members["anna"])
    with db.transaction() as session:
        _, spare = enrol_device(session, token, pin="314159", label="备用")
    old, new = load_actor(cookie), load_actor(spare)
    with db.reading() as session:
        assert (working_elsewhere(session, old), working_elsewhere(session, new)) == (True, False)
    again = load_actor(sign_in_with_pin(secret, "271828"))  # switched on once more: to deliver, not to score
    assert again.moved_at is not None
    with pytest.raises(ConflictError, match="换下"), db.transaction() as session:
        move_here(session, again)
    held = contest.op(31, client_time=1_700_000_000_000)
    assert services.submit_operations(again, [held])[0]["result"] == "accepted"
    with db.reading() as session:
        assert session.exec(select(Device.replaced_at).where(Device.label == "坏平板")).one() is not None
        assert session.exec(select(SignInSession).where(SignInSession.moved_at.is_(None))).all()


def test_a_refused_operation_is_settled_in_the_ledger_and_stays_listed(contest):
    bad = contest.op(99)
    contest.send("anna", bad)
    with db.transaction() as session:
        settle(session, contest.actors["chief"], contest.event, bad["op_id"], take=False, reason="输错，裁判已重评")
    assert [(row["op"], row["state"], row["by"]) for row in ledger(contest, kinds.SETTLEMENT)] == [
        (bad["op_id"], "kept", "C1")
    ]
    with db.reading() as session:
        show = {"sees": {"practice"}, "shows_codes": True}
        assert operation_lines(session, contest.event, **show)[1] == 0
        (line,), total = operation_lines(session, contest.event, **show, settled=True, search="重评")
        assert (total, line.sent, line.why, line.operation.decision_reason) == (1, "99", "高于上限", "输错，裁判已重评")
        hidden = {"sees": (), "shows_codes": False, "settled": True}
        assert operation_lines(session, contest.event, **hidden)[0][0].sent == "—"
        assert operation_lines(session, contest.event, **hidden, search=contest.codes[0])[1] == 0


def photograph():
    picture, out = Image.new("RGB", (60, 80), "white"), BytesIO()
    exif = picture.getexif()
    exif[0x010E] = "secret-place"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_paper_sheet_stands_beside_the_mark_without_its_metadata(contest):
    picture, period, code = clean_picture(photograph()), contest.period.id, contest.codes[0]
    contest.send("anna", contest.op(31))
    with db.transaction() as session:
        scan = add_scan(session, contest.actors["clerk"], period, code=code, judge="J1", picture=picture)
        with pytest.raises(ForbiddenError):
            add_scan(session, contest.actors["bo"], period, code=code, judge="J2", picture=picture)
        with pytest.raises(InvalidError):
            add_scan(session, contest.actors["clerk"], period, code="??", judge="J9", picture=picture)
    assert b"secret-place" not in scan.data
    assert ledger(contest, kinds.PAPER)[0]["digest"] == scan.digest
    with db.reading() as session:
        who = contest.actors
        assert get_scan(session, who["anna"], contest.period.id, scan.id).judge_code == "J1"
        for stranger in ("bo", "organizer"):  # not before the lock
            with pytest.raises(NotFoundError):
                get_scan(session, who[stranger], contest.period.id, scan.id)


@pytest.mark.parametrize(
    ("who", "sees"),
    [("anna", True), ("chief", True), ("supervisor", True), ("bo", False), ("organizer", False), ("clerk", False)],
)
def test_a_history_is_as_visible_as_its_mark(small, who, sees):
    small.send("anna", small.op(31))

    def look():
        with db.reading() as session:
            return mark_history(
                session, small.actors[who], small.period.id, small.codes[0], aspect="P2", repetition=1, judge="J1"
            )

    if sees:
        assert look().total == 1
    else:
        with pytest.raises(NotFoundError):
            look()
