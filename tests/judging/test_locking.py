"""Signing, locking, unlocking: what is refused, what it says, what the ledger keeps."""

import json

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import Event, EventState, Period, PeriodState
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import error_text
from contest.judging import services
from contest.judging.models import Sheet
from contest.judging.paper.services import PANEL, check_paper, paper_view
from contest.judging.paper.unchecked import unchecked_sheets
from contest.judging.queries import locate, marks_of, panels_of, recusals_of
from contest.judging.room.progress import shortfalls
from contest.judging.room.spread import spread_alarms
from contest.judging.sheet.queries import sheet_lines, sheet_view
from contest.ledger import queries as ledger


def view_of(contest, who="anna", entry=0):
    with db.reading() as session:
        return sheet_view(session, contest.actors[who], contest.period.id, contest.codes[entry])


def sign(contest, who="anna", entry=0, digest=None):
    digest = view_of(contest, who, entry).digest if digest is None else digest
    with db.transaction() as session:
        return services.sign_sheet(session, contest.actors[who], contest.period.id, contest.codes[entry], digest)


def lock(contest, who="chief", reason=""):
    with db.transaction() as session:
        services.lock_period(session, contest.actors[who], fresh_period(session, contest), reason)


def unlock(contest, who="chief", reason="漏录一份"):
    with db.transaction() as session:
        services.unlock_period(session, contest.actors[who], fresh_period(session, contest), reason)


def fresh_period(session, contest):
    return session.get_one(Period, (contest.period.tenant_id, contest.period.id))


def complete(contest):
    """Everything that a lock asks for."""
    for who, entries in {"anna": (0, 1, 2), "bo": (0, 1)}.items():
        for entry in entries:
            contest.fill(who, entry)
            sign(contest, who, entry)
    contest.send("clerk", *[contest.op(90, "T1", entry, judge="") for entry in range(3)])
    confirm_typed(contest)


def confirm_typed(contest):
    """The chief judge, as the second person, finds every typed sheet the same as on paper."""
    with db.transaction() as session:
        for judge, code in unchecked_sheets(session, locate(session, contest.period.id)):
            place, actor = (contest.period.id, judge or PANEL, code), contest.actors["chief"]
            seen = paper_view(session, actor, *place).digest
            check_paper(session, actor, *place, digest=seen, confirms=True, reason="")


def kinds(contest):
    with db.reading() as session:
        return [(row.kind, json.loads(row.body)["data"]) for row in ledger.rows(session, contest.competition)]


def test_a_judge_sees_the_own_sheets_by_code_and_not_the_recused_one(contest):
    with db.reading() as session:
        where = locate(session, contest.period.id)
        mine = sheet_lines(session, where, contest.members["anna"])
        other = sheet_lines(session, where, contest.members["bo"])
    assert sorted(line.code for line in mine) == sorted(contest.codes)
    assert sorted(line.code for line in other) == sorted(contest.codes[:2])
    assert {line.name for line in mine} == {""}
    assert [(line.done, line.total) for line in mine] == [(0, 3)] * 3


def test_a_recused_sheet_is_forbidden_and_a_foreign_one_not_found(contest):
    with db.reading() as session:
        with pytest.raises(ForbiddenError):
            sheet_view(session, contest.actors["bo"], contest.period.id, contest.codes[2])
        with pytest.raises(NotFoundError):
            sheet_view(session, contest.actors["clerk"], contest.period.id, contest.codes[0])
        with pytest.raises(NotFoundError):
            sheet_view(session, contest.actors["anna"], contest.period.id, "000")


def test_a_signature_binds_the_marks_that_were_shown(contest):
    contest.fill("anna")
    shown = view_of(contest).digest
    contest.send("anna", contest.op(31, base=view_of(contest).marks["P2", 1].revision))
    with pytest.raises(ConflictError):
        sign(contest, digest=shown)
    signed = sign(contest)
    kind, data = kinds(contest)[signed.seq - 1]
    assert (kind, data["judge"], data["entry"]) == ("sign", "J1", contest.codes[0])
    assert data["digest"] == view_of(contest).digest


def test_a_sheet_with_gaps_or_a_conflict_can_not_be_signed(contest):
    contest.send("anna", contest.op(31))
    with pytest.raises(ConflictError) as gaps:
        sign(contest)
    assert gaps.value.params["n"] == 2  # P1 and P3; the deduction is not required
    contest.send("anna", contest.op(100, "P1"), contest.op(2, "P3"), contest.op(33))
    with pytest.raises(ConflictError) as conflict:
        sign(contest)
    assert "冲突" in error_text(conflict.value)


def test_a_lock_names_who_is_missing(contest):
    contest.fill("anna")
    with pytest.raises(ConflictError) as missing:
        lock(contest)
    text = error_text(missing.value)
    # anna: one sheet complete but unsigned, two not complete; bo: two (one is recused); clerk: three times T1
    for part in ("测试anna（2 份未评完，1 份未签名）", "测试bo（2 份未评完）", "录分员（3 份未评完）"):
        assert part in text


def test_a_complete_period_locks_with_a_checkpoint_and_locks_the_event(contest):
    complete(contest)
    lock(contest)
    with db.reading() as session:
        assert fresh_period(session, contest).state is PeriodState.LOCKED
        assert session.get_one(Event, (contest.event.tenant_id, contest.event.id)).state is EventState.LOCKED
        (checkpoint,) = ledger.checkpoints(session, contest.competition)
        assert (checkpoint.size, checkpoint.reason) == (ledger.head(session, contest.competition)[0], "lock")
    assert kinds(contest)[-1][0] == "lock"


def test_a_lock_with_gaps_needs_a_reason_which_the_ledger_keeps(contest):
    lock(contest, reason="两位裁判因台风未到")
    kind, data = kinds(contest)[-1]
    assert (kind, data["reason"], data["missing"]) == ("lock", "两位裁判因台风未到", 8)


def test_only_the_chief_judge_or_the_organizer_locks_and_unlocks(contest):
    for who in ("anna", "clerk", "supervisor"):
        with pytest.raises(ForbiddenError):
            lock(contest, who, "测试")
    lock(contest, "organizer", "测试")
    with pytest.raises(ForbiddenError):
        unlock(contest, "anna")
    unlock(contest, "organizer")


def test_unlocking_takes_a_reason_and_marks_count_again(contest):
    lock(contest, reason="测试")
    with pytest.raises(InvalidError):
        unlock(contest, reason="  ")
    unlock(contest)
    assert kinds(contest)[-1] == ("unlock", kinds(contest)[-1][1] | {"reason": "漏录一份"})
    assert contest.send("anna", contest.op(31))[0]["result"] == "accepted"
    with pytest.raises(ConflictError):
        unlock(contest)


def test_a_second_lock_says_that_it_is_locked(contest):
    lock(contest, reason="测试")
    with pytest.raises(ConflictError):
        lock(contest, reason="测试")


@pytest.mark.parametrize("state", [EventState.PUBLISHED, EventState.CLOSED])
def test_after_publication_unlocking_leads_to_a_new_version_after_closing_nothing_moves(contest, state):
    lock(contest, reason="测试")
    with db.transaction() as session:
        session.get_one(Event, (contest.event.tenant_id, contest.event.id)).state = state
    if state is EventState.CLOSED:
        with pytest.raises(ConflictError):
            unlock(contest)
        return
    unlock(contest)
    with db.reading() as session:
        assert session.get_one(Event, (contest.event.tenant_id, contest.event.id)).state is EventState.SCORING


def test_external_judges_have_nothing_to_sign(contest):
    with db.transaction() as session:
        services.appoint_external(session, SYSTEM, contest.stage, "外请评委", code="X1")
    complete(contest)
    with db.reading() as session:
        (owed,) = shortfalls(session, locate(session, contest.period.id))
    assert (owed.name, owed.incomplete, owed.unsigned) == ("外请评委", 3, 0)
    for entry in range(3):
        contest.send(
            "clerk", contest.op(100, "P1", entry, judge="X1"), contest.op(30, "P2", entry, judge="X1"),
            contest.op(1, "P3", entry, judge="X1"),
        )  # fmt: skip
    confirm_typed(contest)
    lock(contest)


def test_a_panel_further_apart_than_one_point_raises_an_alarm(contest):
    contest.send("anna", contest.op(3, "P3"))
    contest.send("bo", contest.op(2, "P3"))
    with db.reading() as session:
        assert spread_alarms(session, locate(session, contest.period.id)) == []
    contest.send("anna", contest.op(3, "P3", 1))
    contest.send("bo", contest.op(1, "P3", 1))
    with db.reading() as session:
        (alarm,) = spread_alarms(session, locate(session, contest.period.id))
    assert (alarm.entry, alarm.marks, alarm.allowed) == (contest.codes[1], (("J1", "3"), ("J2", "1")), "1")


def test_what_the_core_gets(contest):
    complete(contest)
    with db.reading() as session:
        assert panels_of(session, contest.event) == {"practice": ("J1", "J2")}
        assert recusals_of(session, contest.event) == {contest.codes[2]: frozenset({("practice", "J2")})}
        assert len(marks_of(session, contest.event)) == 5 * 3 + 3


def test_a_removed_signature_is_owed_again(contest):
    complete(contest)
    base = view_of(contest).marks["P2", 1].revision
    contest.send("anna", contest.op(35, base=base, reason="复议"))
    with db.reading() as session:
        (owed,) = shortfalls(session, locate(session, contest.period.id))
        assert (owed.name, owed.unsigned) == ("测试anna", 1)
        assert session.exec(select(Sheet).where(Sheet.signed_at == None)).one()  # noqa: E711
