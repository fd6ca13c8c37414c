"""Who was in the final and is not any more: their marks stay, and nobody is asked for them; numbers by hand.

Heats 90 80 70 60: 王 and 李 advance. The final has begun when 李's heat becomes 65 on appeal: 王 and 张 advance.
"""

from io import BytesIO

import pytest
from PIL import Image

from contest import db
from contest.actors import SYSTEM
from contest.competitions.queries import competition_of
from contest.competitions.services import open_period, pause_period
from contest.documents.images import clean_picture
from contest.errors import ConflictError, InvalidError, NotFoundError
from contest.fairness.making import report_body
from contest.fairness.own_unit import panels_in
from contest.i18n import error_text, use_language
from contest.judging.locking import lock_period
from contest.judging.panel.services import appoint_external
from contest.judging.paper.clerking import save_typed
from contest.judging.paper.scans import add_scan, get_scan, scan_lines
from contest.judging.paper.services import paper_lines, paper_view
from contest.judging.queries import locate
from contest.judging.room import clocks
from contest.judging.room.desk_queries import desk_view
from contest.judging.sheet.queries import NOT_ADVANCED
from contest.judging.unlocking import unlock_period
from contest.standings.services import compute
from tests.judging.knock_out import build_rounds

WANG, LI, ZHANG, _ = range(4)


@pytest.fixture
def rounds(database):
    """The final with an external judge J2, opened while 王 and 李 are in it."""
    use_language("zh")
    found = build_rounds()
    with db.transaction() as session:
        assert appoint_external(session, SYSTEM, found.stages["final"], "外请评委").code == "J2"
    found.heats()
    found.do(open_period, "final")
    return found


def drop_out(rounds):
    rounds.do(pause_period, "final")
    rounds.do(unlock_period, "heats", "申诉成立")
    rounds.score("heats", {LI: 65})
    rounds.do(lock_period, "heats")
    rounds.do(open_period, "final")


def type_sheets(rounds, *entries):
    form = {f"v|{rounds.codes[entry]}|A|1": "70" for entry in entries}
    with db.transaction() as session:
        assert save_typed(
            session, rounds.actors["organizer"], rounds.event.id, rounds.periods["final"].id, "J2", form, ""
        ) == len(entries)


def test_a_typed_sheet_of_who_dropped_out_waits_for_no_second_person(rounds):
    final, chief = rounds.periods["final"].id, rounds.actors["chief"]

    def listed():
        with db.reading() as session:
            _, lines, total = paper_lines(session, chief, final)
            assert total == len(lines)
            return {rounds.codes.index(line.entry) for line in lines}

    type_sheets(rounds, WANG, LI)
    assert listed() == {WANG, LI}
    drop_out(rounds)
    assert listed() == {WANG}
    with db.reading() as session, pytest.raises(NotFoundError) as refused:
        paper_view(session, chief, final, "J2", rounds.codes[LI])
    assert "没有晋级到“决赛”" in error_text(refused.value)


def test_the_fairness_of_a_panel_is_that_of_the_marks_that_count(rounds):
    def figures():
        with db.reading() as session:
            event = rounds.fresh(session)
            body = report_body(session, competition_of(session, event), event, "final", lambda *_: None)
            panels = panels_in(session, event, compute(session, event).rules)
            own = {reading.place[0] for panel in panels if panel.stage.id == "final" for reading in panel.readings}
            return body["entries"], body["marks"], {rounds.codes.index(code) for code in own}

    rounds.score("final", {WANG: 75, LI: 85})
    type_sheets(rounds, WANG, LI)
    assert figures() == (2, 4, {WANG, LI})
    drop_out(rounds)
    assert figures() == (1, 2, {WANG})
    rounds.score("final", {ZHANG: 88})
    assert figures() == (2, 3, {WANG, ZHANG})


def test_a_clock_is_set_for_who_takes_part_and_left_out_once_they_do_not(rounds):
    final, chief = rounds.periods["final"].id, rounds.actors["chief"]

    def set_up(label, entry):
        with db.transaction() as session:
            return clocks.set_clock(session, chief, final, label=label, seconds=60, entry=rounds.codes[entry])

    def turn(clock, step):
        with db.transaction() as session:
            clocks.turn_clock(session, chief, clock.id, step)

    def seen():
        """Labels: in the hall, at the desk, and where they are set up."""
        with db.reading() as session:
            where = locate(session, final)
            hall = clocks.hall_faces(session, [where.period])
            desk = desk_view(session, chief, rounds.event.id, final).clocks
            lists = hall, desk, clocks.all_faces(session, where)
        return [[face.clock.label for face in faces] for faces in lists]

    with pytest.raises(InvalidError) as refused:
        set_up("3 号赛位", ZHANG)
    assert refused.value.fields["entry"].message == NOT_ADVANCED
    set_up("1 号赛位", WANG)
    second = set_up("2 号赛位", LI)
    assert seen() == [["1 号赛位", "2 号赛位"]] * 3
    drop_out(rounds)
    assert seen() == [["1 号赛位"], ["1 号赛位"], ["1 号赛位", "2 号赛位"]]
    with pytest.raises(ConflictError, match="没有晋级"):
        turn(second, clocks.Step.START)
    turn(second, clocks.Step.END)  # never started: it is only put away
    with db.reading() as session:
        states = [face.state for face in clocks.all_faces(session, locate(session, final))]
    assert states == ["ready", "ended"]


def test_a_photograph_is_evidence_and_stays_with_the_reason_beside_it(rounds):
    final, organizer = rounds.periods["final"].id, rounds.actors["organizer"]

    def photograph(entry):
        out = BytesIO()
        Image.new("RGB", (60, 80), "white").save(out, "JPEG")
        with db.transaction() as session:
            picture = clean_picture(out.getvalue())
            return add_scan(session, organizer, final, code=rounds.codes[entry], judge="J2", picture=picture)

    def listed():
        with db.reading() as session:
            lines, _ = scan_lines(session, locate(session, final), search="", offset=0, limit=10)
            return {(rounds.codes.index(line.entry), line.is_out) for line in lines}

    photograph(WANG)
    early = photograph(LI)
    assert listed() == {(WANG, False), (LI, False)}
    drop_out(rounds)
    assert listed() == {(WANG, False), (LI, True)}
    with db.reading() as session:
        assert get_scan(session, organizer, final, early.id).entry_code == rounds.codes[LI]
    photograph(LI)  # a sheet that was found later
    assert listed() == {(WANG, False), (LI, True)}
