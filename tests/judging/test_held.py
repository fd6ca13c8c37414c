"""What the writer holds between two groups: never older than the database, and nothing of what was taken back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.entries.models import Entry, EntryState
from contest.judging import services
from contest.judging.marks.proposed import read_batch
from contest.judging.marks.writer import commit_batches
from contest.judging.models import MarkRow, Sheet
from contest.judging.panel.recusing import ask_recusal, confirm_recusal
from contest.judging.sheet.queries import sheet_view


def commit(contest: Any, *operations: dict[str, Any], who: str = "anna") -> list[str]:
    """One group of one batch, in this thread; the results with their reasons."""
    (answers,) = commit_batches([(contest.actors[who], read_batch(list(operations)))])
    return [f"{a['result']} {a['reason']}".strip() for a in answers]


def mark(contest: Any) -> MarkRow:
    with db.reading() as session:
        return session.exec(select(MarkRow).where(MarkRow.aspect == "P2")).one()


def lock(contest: Any) -> None:
    with db.transaction() as session:
        services.lock_period(session, SYSTEM, session.get_one(type(contest.period), _key(contest.period)), "检查")


def recuse(contest: Any) -> None:
    with db.transaction() as session:
        entry = session.exec(select(Entry).where(Entry.code == contest.codes[0])).one()
        member = session.merge(contest.members["anna"])
        act = ask_recusal(session, contest.actors["chief"], contest.event, member, entry, "师徒")
        confirm_recusal(session, contest.actors["supervisor"], contest.event, act.id, "1")


def withdraw(contest: Any) -> None:
    with db.transaction() as session:
        session.exec(select(Entry).where(Entry.code == contest.codes[0])).one().state = EntryState.WITHDRAWN


def leave_the_panel(contest: Any) -> None:
    with db.transaction() as session:
        session.connection().execute(
            sa.text("UPDATE panel_member SET removed_at = :now WHERE id = :id"),
            {"now": "2026-11-21 00:00:00", "id": contest.members["anna"].id},
        )


def another_process(contest: Any) -> None:
    """A program of its own on the same file: nothing of this process knows of it."""
    if not db.is_sqlite():
        pytest.skip("PostgreSQL: every group reads")
    other = sqlite3.connect(str(db.engine().url.database))
    other.execute("UPDATE mark SET revision = 1000")
    other.commit()
    other.close()


def _key(row: Any) -> tuple[str, str]:
    return row.tenant_id, row.id


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lock, "quarantined locked"),
        (recuse, "quarantined recused"),
        (withdraw, "quarantined unknown_entry"),
        (leave_the_panel, "quarantined not_on_panel"),
        (another_process, "conflict newer_mark"),
    ],
)
def test_whatever_others_change_between_two_groups_counts_at_once(
    contest: Any, change: Callable[[Any], None], told: str
) -> None:
    assert commit(contest, contest.op(10)) == ["accepted"]
    seen = mark(contest).revision
    change(contest)
    assert commit(contest, contest.op(20, base=seen)) == [told]


def test_what_a_group_did_is_known_to_the_next(contest: Any) -> None:
    """The revision that its row was given, and that the same mark again changes nothing."""
    first = contest.op(10)
    assert commit(contest, first) == ["accepted"]
    revision = mark(contest).revision
    assert commit(contest, contest.op(20)) == ["conflict newer_mark"]
    assert commit(contest, contest.op(20, base=revision)) == ["accepted"]
    assert commit(contest, contest.op(30, after=first["op_id"])) == ["conflict newer_mark"]
    assert commit(contest, contest.op(20)) == ["accepted"]
    assert mark(contest).revision == revision + 1


def test_a_group_that_failed_leaves_nothing_behind(contest: Any) -> None:
    """Taken back by the database at the very end: the next group finds the mark as it was before."""
    assert commit(contest, contest.op(10)) == ["accepted"]
    revision = mark(contest).revision

    def refuse(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE ledger_head"):
            raise OSError("disk full")

    sa.event.listen(db.engine(), "before_cursor_execute", refuse)
    with pytest.raises(OSError, match="disk full"):
        commit(contest, contest.op(20, base=revision))
    sa.event.remove(db.engine(), "before_cursor_execute", refuse)
    assert mark(contest).units == 10
    assert commit(contest, contest.op(30, base=revision)) == ["accepted"]
    assert (mark(contest).units, mark(contest).revision) == (30, revision + 1)


def test_a_signature_is_taken_off_once(contest: Any) -> None:
    """The first change of a signed sheet says why; what follows within the undo time is a slip again."""
    contest.fill("anna")
    with db.transaction() as session:
        view = sheet_view(session, contest.actors["anna"], contest.period.id, contest.codes[0])
        services.sign_sheet(session, contest.actors["anna"], contest.period.id, contest.codes[0], digest=view.digest)
    first = contest.op(20, base=mark(contest).revision)
    assert commit(contest, first) == ["quarantined reason_missing"]
    assert commit(contest, first | {"op_id": "with-its-reason", "reason": "看错"}) == ["accepted"]
    with db.reading() as session:
        assert session.exec(select(Sheet)).one().signed_at is None
    assert commit(contest, contest.op(25, base=mark(contest).revision)) == ["accepted"]


def test_sqlite_is_asked_for_nothing_twice(small: Any) -> None:
    """The same place again: nobody asks for the panel; after any other commit everything is asked anew."""
    asked = []
    for value in (10, 20, 30):
        operation = small.op(value, base=0 if value == 10 else mark(small).revision)
        if value == 30:
            with db.transaction() as session:
                session.connection().execute(sa.text("UPDATE entry SET phone = '1'"))
        with db.counting_queries() as statements:
            assert commit(small, operation) == ["accepted"]
        asked.append(any("panel_member" in statement for statement in statements))
    assert asked == [True, False, True]
