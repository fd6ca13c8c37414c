"""A later stage takes only the entries that advance into it (docs/rule-set.md, Advancement); numbers by hand."""

import io
import json
import zipfile

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.callroom.services import commit_draw, reveal_draw
from contest.competitions.models import EventState, PeriodState
from contest.competitions.services import open_period, pause_period
from contest.corrections import correcting
from contest.corrections import marks as corrections
from contest.entries.admission import admitted
from contest.entries.facts import FactInput, set_facts
from contest.entries.inputs import EntryInput
from contest.entries.queries import entries_of
from contest.entries.services import add_entries, restore_entry, withdraw_entry
from contest.errors import ConflictError, NotFoundError
from contest.i18n import error_text, use_language
from contest.judging.locking import lock_period
from contest.judging.marks.settling import settle
from contest.judging.models import Operation, OperationResult
from contest.judging.paper.clerking import clerk_view
from contest.judging.paper.services import blank_sheets
from contest.judging.queries import locate
from contest.judging.room.desk_queries import desk_view
from contest.judging.room.progress import shortfalls
from contest.judging.sheet.queries import my_periods, sheet_view
from contest.judging.signatures.listing import seen_digest, sign_waiting, unsigned_sheets, waiting_lines
from contest.judging.unlocking import unlock_period
from contest.publications.services import publish
from contest.standings.services import compute
from contest.verifier.__main__ import main as verify
from tests.judging.knock_out import NAMES, build_rounds, knock_out, stage
from tests.support import unseal

WANG, LI, ZHANG, ZHAO = range(4)


@pytest.fixture(autouse=True)
def in_chinese():
    use_language("zh")
    yield
    use_language("zh")


@pytest.fixture
def rounds(database):
    return build_rounds()


def table(rounds):
    """(entry, rank, total) in published order."""
    with db.reading() as session:
        found = compute(session, rounds.fresh(session)).result.standings
    return [(rounds.codes.index(r.entry), r.rank, None if r.published is None else str(r.published)) for r in found]


def entry_of(session, rounds, number):
    found = entries_of(session, rounds.fresh(session), with_withdrawn=True)
    return next(entry for entry in found if entry.code == rounds.codes[number])


def wild_card(rounds, number, why):
    with db.transaction() as session:
        entry = entry_of(session, rounds, number)
        set_facts(
            session, SYSTEM, rounds.fresh(session), [FactInput(entry.id, "fact|wild_card|heats", why)], reason="改"
        )


def test_the_final_waits_for_the_lock_of_the_heats(rounds):
    with pytest.raises(ConflictError) as refused:
        rounds.do(open_period, "final")
    assert error_text(refused.value) == "还不能开放“决赛”的评分：先锁定“初赛”，晋级的才能开始"
    with db.reading() as session:
        assert rounds.period(session, "final").state is PeriodState.WAITING
    assert rounds.listed("final") == []
    assert rounds.listed("heats") == [WANG, LI, ZHANG, ZHAO]
    rounds.heats()
    rounds.do(open_period, "final")
    assert rounds.listed("final") == [WANG, LI]


def test_everything_that_lists_the_final_has_the_two_that_advanced(rounds):
    rounds.heats()
    rounds.do(open_period, "final")
    final, two = rounds.periods["final"].id, {rounds.codes[WANG], rounds.codes[LI]}
    with db.reading() as session:
        desk = desk_view(session, rounds.actors["chief"], rounds.event.id, final)
        assert {row.entry.code for row in desk.table.rows} == two
        assert {code for code, _ in blank_sheets(session, rounds.actors["chief"], final).sheets} == two
        clerk = clerk_view(session, rounds.actors["chief"], rounds.event.id, period_id=final)
        assert {entry.code for entry, _ in clerk.rows} <= two
        (mine,) = [item for item in my_periods(session, rounds.actors["anna"]) if item.place.period.id == final]
        assert (mine.sheets, mine.complete) == (2, 0)
        sheet_view(session, rounds.actors["anna"], final, rounds.codes[LI])
        with pytest.raises(NotFoundError) as refused:
            sheet_view(session, rounds.actors["anna"], final, rounds.codes[ZHANG])
    assert error_text(refused.value) == f"{rounds.codes[ZHANG]} 没有晋级到“决赛”，不用评，也没有评分表。"


def test_the_final_is_complete_with_the_two_and_needs_no_reason(rounds):
    rounds.heats()
    rounds.do(open_period, "final")
    rounds.score("final", {WANG: 75})
    with db.reading() as session:
        (missing,) = shortfalls(session, locate(session, rounds.periods["final"].id))
        assert (missing.name, missing.incomplete, missing.unsigned) == ("测试anna", 1, 0)
    with pytest.raises(ConflictError):
        rounds.do(lock_period, "final")
    rounds.score("final", {LI: 85})
    rounds.do(lock_period, "final")
    with db.reading() as session:
        assert rounds.fresh(session).state is EventState.LOCKED
        assert unsigned_sheets(session, rounds.fresh(session)) == 4 + 2  # the chief has signed none
    # `last`: 李 85 before 王 75, both before 张 and 赵, whose total is that of the heats
    assert table(rounds) == [(LI, "1", "85"), (WANG, "2", "75"), (ZHANG, "3", "70"), (ZHAO, "4", "60")]


def test_a_mark_for_who_did_not_advance_waits_with_its_reason(rounds):
    rounds.heats()
    rounds.do(open_period, "final")
    assert rounds.mark("final", ZHANG, 99) == ("quarantined", "not_admitted")
    assert rounds.mark("final", WANG, 75) == ("accepted", "")
    assert rounds.marks("final") == {WANG: 75}
    with db.reading() as session:
        kept = session.exec(select(Operation).where(Operation.result == OperationResult.QUARANTINED)).all()
        assert [json.loads(op.body)["value"] for op in kept] == [99]  # what was sent is not lost
        kept_id = kept[0].op_id
    with pytest.raises(ConflictError) as refused, db.transaction() as session:
        settle(session, rounds.actors["chief"], rounds.fresh(session), kept_id, take=True, reason="看过")
    assert "这一号没有晋级到这个阶段，不用评" in error_text(refused.value)
    use_language("en")
    assert "did not advance to the stage" in error_text(refused.value)


def test_a_final_opened_before_there_was_this_rule_takes_no_mark_until_the_heats_are_locked(sqlite):
    """Both open at once, as an older database may hold them: nobody is known to have advanced."""
    rounds = build_rounds()
    with db.transaction() as session:
        period = rounds.period(session, "final")
        period.state = PeriodState.OPEN
        session.add(period)
    assert rounds.mark("final", WANG, 75) == ("quarantined", "former_open")
    assert rounds.listed("final") == []
    rounds.heats()
    assert rounds.mark("final", WANG, 75) == ("accepted", "")
    assert rounds.listed("final") == [WANG, LI]


def test_stages_are_undone_in_the_reverse_order_and_no_mark_is_lost(rounds):
    """Heats 90 80 70 60; the heats' mark of 李 becomes 65 on appeal: 王 and 张 advance, 李's 85 of the final stays.

    Final: 王 75, 张 88: 张, 王; then of the others 李 65, 赵 60.
    """
    rounds.heats()
    rounds.do(open_period, "final")
    rounds.score("final", {WANG: 75, LI: 85})
    with pytest.raises(ConflictError) as refused:
        rounds.do(unlock_period, "heats", "申诉成立")
    assert "请先暂停“决赛”（已锁定的先解锁），再解锁“初赛”" in error_text(refused.value)
    rounds.do(lock_period, "final")
    with pytest.raises(ConflictError):
        rounds.do(unlock_period, "heats", "申诉成立")
    rounds.do(unlock_period, "final", "申诉成立")
    rounds.do(pause_period, "final")
    rounds.do(unlock_period, "heats", "申诉成立")
    assert rounds.listed("final") == []
    with pytest.raises(ConflictError):
        rounds.do(open_period, "final")
    rounds.score("heats", {LI: 65})
    rounds.do(lock_period, "heats")
    rounds.do(open_period, "final")
    assert rounds.listed("final") == [WANG, ZHANG]
    assert rounds.marks("final") == {WANG: 75, LI: 85}
    rounds.score("final", {ZHANG: 88})
    rounds.do(lock_period, "final")  # 王's signature still holds: her marks are the same
    assert table(rounds) == [(ZHANG, "1", "88"), (WANG, "2", "75"), (LI, "3", "65"), (ZHAO, "4", "60")]
    assert rounds.marks("final") == {WANG: 75, LI: 85, ZHANG: 88}


def test_the_next_takes_the_place_of_who_withdraws_before_the_final_opens(rounds):
    rounds.heats()
    with db.transaction() as session:
        withdraw_entry(session, SYSTEM, entry_of(session, rounds, WANG), "受伤")
    assert rounds.listed("final") == [LI, ZHANG]
    with db.transaction() as session:
        restore_entry(session, SYSTEM, entry_of(session, rounds, WANG), "恢复")
    assert rounds.listed("final") == [WANG, LI]


@pytest.mark.parametrize("who", [WANG, ZHAO])
def test_once_the_final_is_open_nobody_withdraws_whoever_it_is(rounds, who):
    """The same answer for all: a refusal for those alone who advanced would tell which names they are."""
    rounds.heats()
    rounds.do(open_period, "final")
    with pytest.raises(ConflictError) as refused, db.transaction() as session:
        withdraw_entry(session, SYSTEM, entry_of(session, rounds, who), "受伤")
    assert "晋级名单不能再变" in error_text(refused.value)
    with pytest.raises(ConflictError), db.transaction() as session:
        add_entries(session, SYSTEM, rounds.fresh(session), [EntryInput(name="孙五", unit="外单位")])
    assert rounds.listed("final") == [WANG, LI]


def test_a_stand_in_comes_by_a_wild_card_also_while_the_final_runs(rounds):
    rounds.heats()
    rounds.do(open_period, "final")
    wild_card(rounds, ZHANG, "递补：王一秀缺席")
    assert rounds.listed("final") == [WANG, LI, ZHANG]
    assert rounds.mark("final", ZHANG, 70) == ("accepted", "")
    wild_card(rounds, ZHANG, "")
    assert rounds.listed("final") == [WANG, LI]
    assert rounds.marks("final") == {ZHANG: 70}


def test_a_lot_that_would_change_who_advanced_is_refused_while_the_final_runs(database):
    """90 80 80 60, two advance, lots decide between equals: lot 1 of 李 lets 李 through; 2 and 1 would let 张."""
    rounds = build_rounds(knock_out(remaining_ties="draw", advance={"tie": "shrink"}))
    rounds.heats((90, 80, 80, 60))
    assert rounds.listed("final") == [WANG]
    lots(rounds, {LI: "1", ZHANG: "2"})
    assert rounds.listed("final") == [WANG, LI]
    rounds.do(open_period, "final")
    with pytest.raises(ConflictError):
        lots(rounds, {LI: "2", ZHANG: "1"})
    lots(rounds, {ZHAO: "3"})
    assert rounds.listed("final") == [WANG, LI]


def lots(rounds, drawn):
    with db.transaction() as session:
        facts = [FactInput(entry_of(session, rounds, n).id, "fact|lot", lot) for n, lot in drawn.items()]
        set_facts(session, SYSTEM, rounds.fresh(session), facts, reason="抽签")


def test_equal_ones_across_the_line_go_on_together(sqlite):
    rounds = build_rounds(knock_out(advance={"tie": "expand"}))
    rounds.heats((90, 80, 80, 60))
    assert rounds.listed("final") == [WANG, LI, ZHANG]


def test_stages_that_stop_nobody_run_side_by_side_as_before(database):
    """Weighted sum 0.4 and 0.6: all four are in both stages, which are open together and locked in any order."""
    rules = knock_out(
        combine="weighted", stages=[stage("heats", "理论", weight="0.4"), stage("final", "实操", weight="0.6")]
    )
    rounds = build_rounds(rules, opened=("heats", "final"))
    assert rounds.listed("heats") == rounds.listed("final") == [WANG, LI, ZHANG, ZHAO]
    rounds.score("final", dict(enumerate((50, 60, 70, 80))))
    rounds.do(lock_period, "final")
    rounds.score("heats", dict(enumerate((90, 80, 70, 60))))
    rounds.do(lock_period, "heats")
    with db.transaction() as session:
        assert admitted(session, rounds.fresh(session), rounds.stages["final"]) is None
    # 36+30, 32+36, 28+42, 24+48
    assert table(rounds) == [(ZHAO, "1", "72"), (ZHANG, "2", "70"), (LI, "3", "68"), (WANG, "4", "66")]
    rounds.do(unlock_period, "heats", "申诉")


def test_three_stages_each_wait_for_all_before(database):
    """Four, three, two: 90 80 70 60, then 50 80 70. A stage that cuts nobody after the semi-final waits for it too."""
    stages = [stage("heats", "初赛", advance={"count": 3}), stage("semi", "复赛", advance={"count": 2, "by": "stage"}),
              stage("final", "决赛"), stage("show", "展示", weight="0")]  # fmt: skip
    rounds = build_rounds(knock_out(stages=stages, combine="sum"))
    rounds.heats()
    for later in ("final", "show"):
        with pytest.raises(ConflictError) as refused:
            rounds.do(open_period, later)
        assert "先锁定“复赛”" in error_text(refused.value)
    rounds.do(open_period, "semi")
    assert (rounds.listed("semi"), rounds.listed("final")) == ([WANG, LI, ZHANG], [])
    rounds.score("semi", {WANG: 50, LI: 80, ZHANG: 70})
    rounds.do(lock_period, "semi")
    assert rounds.listed("final") == rounds.listed("show") == [LI, ZHANG]
    rounds.do(open_period, "show")
    rounds.do(open_period, "final")  # side by side
    assert rounds.mark("final", WANG, 1) == ("quarantined", "not_admitted")
    with pytest.raises(ConflictError) as refused:
        rounds.do(unlock_period, "heats", "申诉")
    assert "“复赛”“决赛”“展示”" in error_text(refused.value)


def test_a_correction_of_the_heats_after_the_lock_lets_another_advance(rounds):
    """Locked whole: 李's 80 becomes 65 by two persons. 张 (70) advances and has no mark of the final yet."""
    rounds.heats()
    rounds.do(open_period, "final")
    rounds.score("final", {WANG: 75, LI: 85})
    rounds.do(lock_period, "final")
    with db.reading() as session:
        event = rounds.fresh(session)
        lines = corrections.mark_lines(session, event, rounds.codes[ZHANG])
        assert {line.where.stage.key for line in lines} == {"heats"}
        asked = corrections.Correction("heats", "1", rounds.codes[LI], "A", 1, "J1")
        line = corrections.find_line(session, event, asked)
        asked = corrections.with_value(line, asked, "65")
        seen = correcting.effects_of_correction(session, event, asked).digest
    with db.transaction() as session:
        act = correcting.propose_correction(
            session, rounds.actors["organizer"], rounds.fresh(session), asked, reason="看错", seen=seen
        )
        act_id = act.id
    with db.transaction() as session:
        event = rounds.fresh(session)
        correcting.confirm_correction(session, rounds.actors["supervisor"], event, act_id, seen=seen)
    with db.reading() as session:
        (missing,) = shortfalls(session, locate(session, rounds.periods["final"].id))
        assert missing.incomplete == 1
    rounds.do(unlock_period, "final", "补评张三丰")
    rounds.score("final", {ZHANG: 80})
    rounds.do(lock_period, "final")
    assert table(rounds) == [(ZHANG, "1", "80"), (WANG, "2", "75"), (LI, "3", "65"), (ZHAO, "4", "60")]


def test_the_published_proof_is_recomputed_by_the_verifier(rounds, tmp_path, capsys):
    """With a mark of the final that counts no longer, and a stand-in by wild card."""
    rounds.heats()
    rounds.do(open_period, "final")
    wild_card(rounds, ZHAO, "递补")
    rounds.score("final", {WANG: 75, LI: 85, ZHAO: 95})
    wild_card(rounds, ZHAO, "")
    rounds.do(lock_period, "final")
    sign_as_chief(rounds)
    unseal(rounds.event)
    with db.transaction() as session:
        made = publish(session, SYSTEM, rounds.fresh(session), "决赛成绩").bundle
    told = tmp_path / "bundle.zip"
    told.write_bytes(made)
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        key = json.loads(files.read("checkpoints.json"))[-1]["key_id"]
        rows = json.loads(files.read("snapshot.json"))["rows"]
    assert [(row["name"], row["rank"], row["total"]) for row in rows] == [
        (NAMES[LI], "1", "85"), (NAMES[WANG], "2", "75"), (NAMES[ZHANG], "3", "70"), (NAMES[ZHAO], "4", "60"),
    ]  # fmt: skip
    assert verify([str(told), "--key", key]) == 0, capsys.readouterr().out


def sign_as_chief(rounds):
    for period in rounds.periods.values():
        with db.transaction() as session:
            lines = waiting_lines(session, locate(session, period.id), "chief")
            sign_waiting(session, rounds.actors["chief"], period.id, role="chief", seen=seen_digest(lines))


@pytest.mark.parametrize(("late", "told"), [(False, "抽签的名单就是承诺的名单"), (True, "[未核 OPEN] final")])
def test_the_order_of_a_final_is_drawn_from_those_who_advanced_and_that_is_proved(rounds, tmp_path, capsys, late, told):
    """`late`: after the draw a wild card comes in, so the list is no longer that of the published marks."""
    rounds.heats()
    with db.transaction() as session:
        draw = commit_draw(session, SYSTEM, session.merge(rounds.stages["final"]))
        assert reveal_draw(session, SYSTEM, draw, "07 11 23").listed.split("\n") == sorted(
            [rounds.codes[WANG], rounds.codes[LI]]
        )
    rounds.do(open_period, "final")
    if late:
        wild_card(rounds, ZHAO, "递补")
        rounds.score("final", {ZHAO: 20})
    rounds.score("final", {WANG: 75, LI: 85})
    rounds.do(lock_period, "final")
    sign_as_chief(rounds)
    unseal(rounds.event)
    with db.transaction() as session:
        made = publish(session, SYSTEM, rounds.fresh(session), "决赛成绩").bundle
    (tmp_path / "bundle.zip").write_bytes(made)
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        key = json.loads(files.read("checkpoints.json"))[-1]["key_id"]
    assert verify([str(tmp_path / "bundle.zip"), "--key", key]) == 0, capsys.readouterr().out
    assert told in capsys.readouterr().out
