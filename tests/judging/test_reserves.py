"""Whom a reserve judge may step in for, and that nobody learns a code by asking."""

import pytest

from contest import db
from contest.actors import SYSTEM
from contest.entries.inputs import EntryInput
from contest.entries.services import add_entries
from contest.errors import ConflictError
from contest.judging.models import PanelMember
from contest.judging.panel.replacing import replace_judge
from contest.judging.queries import locate
from contest.judging.room.progress import shortfalls
from contest.ledger import kinds
from tests.judging.room_steps import entry_of, ledger, lock, with_reserve
from tests.judging.test_roster import declare
from tests.support import sign_in

WORKS = "海塘建设集团"


def call(contest, reserve, entry):
    with db.transaction() as session:
        anna, rita = (session.get_one(PanelMember, (m.tenant_id, m.id)) for m in (contest.members["anna"], reserve))
        replace_judge(session, contest.actors["chief"], anna, rita, "J1 不适", [entry_of(session, contest, entry)])


def test_a_reserve_who_declares_a_conflict_after_the_first_call_is_not_called_to_that_unit(contest):
    reserve = with_reserve(contest)
    call(contest, reserve, 0)
    declare(contest, "rita", unit=WORKS)
    with pytest.raises(ConflictError, match="回避"):
        call(contest, reserve, 2)
    call(contest, reserve, 1)


def test_nobody_waits_for_a_reserve_where_an_entry_came_after_the_call(contest):
    reserve = with_reserve(contest)
    call(contest, reserve, 0)
    with db.transaction() as session:
        (late,) = add_entries(session, SYSTEM, contest.event, [EntryInput(name="晚到", unit=WORKS)])
        code = late.code
    lock(contest, "测试")
    said = [row for row in ledger(contest, kinds.RECUSAL) if row["judge"] == "R1" and row["entry"] == code]
    assert [(row["state"], row["automatic"]) for row in said] == [("recused", 1)]
    with db.reading() as session:
        lacking = {item.name: item.sheets for item in shortfalls(session, locate(session, contest.period.id))}
    assert lacking["测试rita"] == 1, "the entry of the call"


def test_what_a_reserve_marked_all_the_same_counts(contest):
    reserve = with_reserve(contest)
    call(contest, reserve, 0)
    with db.transaction() as session:
        (late,) = add_entries(session, SYSTEM, contest.event, [EntryInput(name="晚到", unit=WORKS)])
        code = late.code
    assert contest.send("rita", contest.op(30, entry=code))[0]["result"] == "accepted"
    lock(contest, "测试")
    assert not [row for row in ledger(contest, kinds.RECUSAL) if row["judge"] == "R1" and row["entry"] == code]


@pytest.mark.parametrize("entry", ["张三", ""])
def test_who_asks_by_name_reads_no_code(client, contest, entry):
    """That the reserve is of somebody's unit, and the code of that one, would together be name and code."""
    reserve = with_reserve(contest, at="works")
    form = {"reserve": reserve.id, "member": contest.members["anna"].id, "reason": "J1 不适", "entry": entry}
    form["csrf_token"] = sign_in(client, contest.accounts["organizer"]).csrf_token
    page = client.post(f"/events/{contest.event.id}/reserve", data=form)
    assert page.status_code == 409
    assert "R1 须回避其中的参赛者" in page.text
    assert not [code for code in contest.codes if code in page.text]
