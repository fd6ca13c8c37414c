"""Store first, judge later: every operation is kept, answered once and for ever, and counted only if it may."""

import json
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import Period
from contest.core.marks import Mark
from contest.errors import InvalidError, TooLargeError
from contest.judging import services
from contest.judging.marks.proposed import read_batch
from contest.judging.marks.writer import commit_batches
from contest.judging.models import MarkRow, Operation, OperationResult, Sheet
from contest.judging.queries import marks_of
from contest.ledger import queries as ledger


def rows(contest):
    with db.reading() as session:
        return ledger.rows(session, contest.competition)


def marks(contest):
    with db.reading() as session:
        return sorted(marks_of(session, contest.event), key=lambda mark: (mark.judge, mark.entry, mark.aspect))


def kept(contest, result=None):
    with db.reading() as session:
        query = select(Operation).where(Operation.event_id == contest.event.id)
        found = session.exec(query).all()
        return [row for row in found if result is None or row.result is result]


def test_a_mark_is_answered_with_its_place_in_the_ledger_and_counts(contest):
    before = len(rows(contest))
    (answer,) = contest.send("anna", contest.op(31, device="tablet-1", seq=7))
    row = rows(contest)[-1]
    assert len(rows(contest)) == before + 1
    assert (answer["result"], answer["seq"], answer["hash"]) == ("accepted", row.seq, row.hash[:12])
    body = json.loads(row.body)
    assert body["kind"] == "mark"
    assert body["data"]["units"] == 31
    assert (body["data"]["judge"], body["data"]["entry"]) == ("J1", contest.codes[0])
    assert "anna" not in row.body
    assert marks(contest) == [Mark("practice", "1", contest.codes[0], "P2", 1, "J1", 31)]


def test_the_chain_holds_over_many_groups(contest):
    contest.fill("anna")
    contest.fill("bo")
    found = rows(contest)
    previous = found[0].previous
    for row in found:
        assert row.previous == previous
        previous = row.hash
    assert json.loads(found[-1].body)["seq"] == len(found)


def test_the_same_operation_twice_counts_once_and_gets_the_same_answer(contest):
    op = contest.op(31)
    (first,) = contest.send("anna", op)
    (again,) = contest.send("anna", op)
    together = contest.send("anna", contest.op(5, "P1"), op, op)
    assert again == first | {"result": "duplicate", "first": "accepted"}
    assert [answer["result"] for answer in together] == ["accepted", "duplicate", "duplicate"]
    assert len(kept(contest)) == 2


def test_twice_in_one_batch_is_a_duplicate_of_the_first(contest):
    op = contest.op(31)
    first, again = contest.send("anna", op, op)
    assert (first["result"], again["result"], again["first"]) == ("accepted", "duplicate", "accepted")
    assert (again["seq"], again["hash"]) == (first["seq"], first["hash"])


def test_a_different_value_on_a_newer_mark_is_a_conflict_and_both_are_kept(contest):
    (first,) = contest.send("anna", contest.op(31))
    (second,) = contest.send("anna", contest.op(33))  # another tablet that never saw the 31
    assert second["result"] == "conflict"
    assert second["current"] == {"value": 31, "state": "scored", "revision": first["revision"]}
    assert [mark.units for mark in marks(contest)] == [31]
    assert [json.loads(row.body)["value"] for row in kept(contest, OperationResult.CONFLICT)] == [33]


def test_the_same_value_from_a_second_tablet_is_settled_without_a_new_row(contest):
    (first,) = contest.send("anna", contest.op(31))
    size = len(rows(contest))
    (second,) = contest.send("anna", contest.op(31))
    assert (second["result"], second["seq"], second["hash"]) == ("accepted", first["seq"], first["hash"])
    assert len(rows(contest)) == size


def test_the_owner_decides_a_conflict_with_a_new_operation(contest):
    (first,) = contest.send("anna", contest.op(31))
    late = contest.op(33)
    contest.send("anna", late)
    decision = contest.op(33, base=first["revision"], decides=late["op_id"])
    (answer,) = contest.send("anna", decision)
    assert answer["result"] == "accepted"
    (conflict,) = kept(contest, OperationResult.CONFLICT)
    assert conflict.decided_at is not None
    assert json.loads(rows(contest)[-1].body)["data"]["decides"] == late["op_id"]


def test_keeping_the_old_value_decides_a_conflict_too(contest):
    (first,) = contest.send("anna", contest.op(31))
    late = contest.op(33)
    contest.send("anna", late)
    (answer,) = contest.send("anna", contest.op(31, base=first["revision"], decides=late["op_id"]))
    assert answer["result"] == "accepted"
    assert answer["seq"] > first["seq"]  # the decision itself is in the ledger
    assert kept(contest, OperationResult.CONFLICT)[0].decided_at is not None


def test_changes_made_before_the_first_answer_follow_each_other(contest):
    first = contest.op(3)
    second = contest.op(31, after=first["op_id"])
    third = contest.op(32, after=second["op_id"])
    answers = contest.send("anna", first, second, third)
    assert [answer["result"] for answer in answers] == ["accepted"] * 3
    assert [mark.units for mark in marks(contest)] == [32]


@pytest.mark.parametrize(
    ("who", "changes", "reason"),
    [
        ("anna", {"value": 41}, "above_maximum"),
        ("anna", {"value": -1}, "below_minimum"),
        ("anna", {"value": 51, "aspect": "P1"}, "off_step"),
        ("anna", {"value": 4, "aspect": "P3"}, "above_maximum"),
        ("anna", {"aspect": "P9"}, "unknown_aspect"),
        ("anna", {"repetition": 2}, "unknown_aspect"),
        ("anna", {"entry": "000"}, "unknown_entry"),
        ("anna", {"stage": "theory"}, "unknown_period"),
        ("anna", {"period": "2"}, "unknown_period"),
        ("anna", {"aspect": "T1"}, "clerk_aspect"),
        ("anna", {"rules": "0" * 64}, "other_rules"),
        ("anna", {"aspect": "P4", "value": 2}, "reason_missing"),
        ("anna", {"judge": "J2"}, "not_on_panel"),
        ("anna", {"judge": ""}, "not_on_panel"),
        ("anna", {"value": "31"}, "malformed"),
        ("anna", {"value": 31.5}, "malformed"),
        ("anna", {"value": None}, "malformed"),
        ("anna", {"state": "recused", "value": None}, "malformed"),
        ("anna", {"reason": "\ud800"}, "malformed"),
        ("chief", {}, "not_on_panel"),
        ("clerk", {}, "not_on_panel"),
        ("clerk", {"judge": ""}, "judge_aspect"),
        ("clerk", {"judge": "J1"}, "not_on_panel"),
        ("organizer", {}, "not_on_panel"),
        ("organizer", {"judge": "J1"}, "not_on_panel"),
        ("supervisor", {}, "not_on_panel"),
        ("chief", {"judge": "J1"}, "reason_missing"),
    ],
)
def test_what_may_not_count_is_kept_in_quarantine_with_its_reason(contest, who, changes, reason):
    (answer,) = contest.send(who, contest.op(31) | changes)
    assert (answer["result"], answer["reason"]) == ("quarantined", reason)
    assert marks(contest) == []
    assert [row.reason for row in kept(contest)] == [reason]


def test_an_unknown_event_is_kept_with_its_sender(contest):
    (answer,) = contest.send("anna", contest.op(31, event="nowhere"))
    assert (answer["result"], answer["reason"]) == ("quarantined", "unknown_event")
    with db.reading() as session:
        assert session.exec(select(Operation.event_id)).all() == ["nowhere"]


@pytest.mark.parametrize("junk", [None, [], {}, "x", [1], [{"value": 3}], [{"op_id": 5}], [{"op_id": "a b c d e f"}]])
def test_noise_that_cannot_be_kept_is_refused(small, junk):
    with pytest.raises(InvalidError):
        services.submit_operations(small.actors["anna"], junk)


def test_more_than_a_tablet_ever_sends_is_refused_as_a_whole(small):
    with pytest.raises(TooLargeError):
        small.send("anna", *[small.op(1) for _ in range(201)])
    with pytest.raises(TooLargeError):
        small.send("anna", small.op(1, note="x" * 5000))
    assert kept(small) == []


def test_after_the_lock_a_mark_is_late_and_kept(contest):
    with db.transaction() as session:
        services.lock_period(
            session, SYSTEM, session.get_one(Period, (contest.period.tenant_id, contest.period.id)), "测试"
        )
    (answer,) = contest.send("anna", contest.op(31))
    assert (answer["result"], answer["reason"]) == ("quarantined", "locked")


def test_own_unit_is_recused_from_the_start(contest):
    (answer,) = contest.send("bo", contest.op(31, entry=2))  # bo and the third entry are of the same works
    assert (answer["result"], answer["reason"]) == ("quarantined", "recused")
    assert contest.send("bo", contest.op(31))[0]["result"] == "accepted"
    assert any(json.loads(row.body)["data"].get("reason") == "本单位" for row in rows(contest) if row.kind == "recusal")


def test_undo_needs_no_reason_but_a_later_change_does(contest):
    (first,) = contest.send("anna", contest.op(31, client_time=1_000_000))
    (undone,) = contest.send("anna", contest.op(None, state="missing", base=first["seq"], client_time=1_008_000))
    (again,) = contest.send("anna", contest.op(32, base=undone["seq"], client_time=1_009_000))
    late = contest.op(33, base=again["seq"], client_time=1_060_000)
    (refused,) = contest.send("anna", late)
    (taken,) = contest.send("anna", late | {"op_id": "with-a-reason-1", "reason": "看错一项"})
    assert [x["result"] for x in (first, undone, again, refused, taken)] == [
        "accepted", "accepted", "accepted", "quarantined", "accepted",
    ]  # fmt: skip
    assert [mark.units for mark in marks(contest)] == [33]


def test_not_performed_is_a_state_of_its_own_and_missing_is_no_mark(contest):
    (first,) = contest.send("anna", contest.op(None, state="not_performed"))
    assert [mark.state for mark in marks(contest)] == ["not_performed"]
    contest.send("anna", contest.op(None, state="missing", base=first["seq"]))
    assert marks(contest) == []


def test_the_chief_corrects_with_a_reason_and_the_ledger_says_who(contest):
    (first,) = contest.send("anna", contest.op(31))
    change = contest.op(33, judge="J1", base=first["seq"], reason="复议：漏看一处接线")
    (answer,) = contest.send("chief", change)
    assert answer["result"] == "accepted"
    data = json.loads(rows(contest)[-1].body)["data"]
    assert (data["judge"], data["by"], data["reason"]) == ("J1", "C1", "复议：漏看一处接线")


def test_a_clerk_types_measured_values_for_the_whole_panel(contest):
    (answer,) = contest.send("clerk", contest.op(95, "T1", judge=""))
    assert answer["result"] == "accepted"
    assert marks(contest) == [Mark("practice", "1", contest.codes[0], "T1", 1, "", 95)]
    with db.reading() as session:
        assert session.exec(select(MarkRow.by_code)).one() == "K1"


def test_a_paper_sheet_of_an_external_judge_is_typed_by_the_clerk(contest):
    with db.transaction() as session:
        member = services.appoint_external(session, SYSTEM, contest.stage, "外请评委", code="X7")
    assert contest.send("clerk", contest.op(31, judge=member.code))[0]["result"] == "accepted"
    assert contest.send("organizer", contest.op(31, "P1", judge="X7") | {"value": 50})[0]["result"] == "accepted"
    assert contest.send("anna", contest.op(31, judge="X7"))[0]["result"] == "quarantined"


def test_fifty_judges_at_once_lose_nothing_and_one_broken_batch_spoils_nobody(contest):
    answers = {}

    def work(number):
        op = contest.op(number % 40, "P2", op_id=f"thread-{number:04d}-op")
        answers[number] = contest.send("anna" if number % 2 else "bo", op)[0]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(50)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(kept(contest)) == 50
    assert {answer["result"] for answer in answers.values()} <= {"accepted", "conflict"}
    accepted = sorted({a["seq"] for a in answers.values() if a["result"] == "accepted"})
    assert [row.seq for row in rows(contest)] == list(range(1, len(rows(contest)) + 1))
    assert set(accepted) <= {row.seq for row in rows(contest) if row.kind == "mark"}


def test_listeners_hear_of_a_change_after_the_commit_and_only_then(small):
    heard = []
    services.on_change(lambda event: heard.append((event, len(marks(small)))))
    small.send("anna", small.op(31))
    small.send("anna", small.op(99))
    assert heard == [(small.event.id, 1)]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_repeats_and_reorderings_never_change_what_counts(small, data):
    """Each operation of a short history sent one to three times in any order of whole histories per mark."""
    aspects = data.draw(st.lists(st.sampled_from(["P1", "P2", "P3"]), min_size=1, max_size=6))
    last, history = {}, []
    for n, aspect in enumerate(aspects):
        op = small.op(n % 3 * (10 if aspect == "P1" else 1), aspect, reason="重复送达测试")
        op["after"] = last.get(aspect, {}).get("op_id", "")
        with db.reading() as session:
            stands = session.exec(select(MarkRow).where(MarkRow.aspect == aspect)).first()
        op["base"] = 0 if op["after"] or stands is None else stands.revision
        last[aspect] = op
        history.append(op)
    for op in history:
        batch = [op] * data.draw(st.integers(1, 3)) + data.draw(
            st.lists(st.sampled_from(history[: history.index(op) + 1]))
        )
        small.send("anna", *batch)
    final = {mark.aspect: mark.units for mark in marks(small)}
    assert {aspect: final[aspect] for aspect in last} == {aspect: op["value"] for aspect, op in last.items()}


def test_the_number_of_statements_does_not_grow_with_the_marks(small):
    commit_batches([(small.actors["anna"], read_batch([small.op(90, "P1")]))])
    counts = []
    for n in (1, 3):
        with db.transaction() as session:  # so that nothing of the last group is held
            session.connection().execute(text("UPDATE entry SET phone = :n"), {"n": str(n)})
        batch = [(small.actors["anna"], read_batch([small.op(n, entry=i) for i in range(n)]))]
        with db.counting_queries() as statements:
            commit_batches(batch)
        counts.append(len(statements))
    assert counts[0] == counts[1] < 20


def test_a_changed_mark_takes_the_signature_off(contest):
    contest.fill("anna")
    with db.transaction() as session:
        from contest.judging.sheet.queries import sheet_view

        view = sheet_view(session, contest.actors["anna"], contest.period.id, contest.codes[0])
        services.sign_sheet(session, contest.actors["anna"], contest.period.id, contest.codes[0], view.digest)
    base = view.marks["P2", 1].revision
    (refused,) = contest.send("anna", contest.op(35, base=base))
    assert refused["reason"] == "reason_missing"  # signed: even at once only with a reason
    contest.send("anna", contest.op(35, base=base, reason="复议"))
    with db.reading() as session:
        assert session.exec(select(Sheet.signed_at)).one() is None
