"""While the scoring runs: messages, clocks, tablets, refused operations, histories."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import select

from contest import db
from contest.accounts.devices import working_elsewhere
from contest.accounts.models import Device, SignInSession
from contest.accounts.signing_in import enrol_device, sign_in_with_pin
from contest.accounts.visits import load_actor
from contest.documents.images import clean_picture
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.judging import services
from contest.judging.marks.history import mark_history
from contest.judging.marks.open_queries import operation_lines
from contest.judging.marks.settling import settle
from contest.judging.models import Operation
from contest.judging.paper.scans import add_scan, get_scan
from contest.judging.queries import locate
from contest.judging.room import clocks
from contest.judging.room.messaging import message_lines, read_message, send_message, unread_messages
from contest.judging.room.spare import move_here, swap_tablet
from contest.ledger import kinds
from tests.judging.room_steps import (
    ledger,
)


def enrol(contest, who, label):
    from contest.judging.panel.services import make_enrolment

    with db.transaction() as session:
        token = make_enrolment(session, contest.actors["organizer"], contest.members[who])
    with db.transaction() as session:
        return enrol_device(session, token, pin="271828", label=label)


def photograph():
    picture, out = Image.new("RGB", (60, 80), "white"), BytesIO()
    exif = picture.getexif()
    exif[0x010E] = "secret-place"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


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
            return clocks.clock_faces(session, locate(session, contest.period.id))[0]

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
