"""A board computed from the one before reads only what was marked since, and says what a new one says."""

from __future__ import annotations

import sqlalchemy as sa

from contest import db
from contest.publications.board import Memory, board_document
from contest.standings.services import compute
from tests.publications.making import correct, make_contest, operation, score_all, send


def test_each_board_is_that_of_a_fresh_start(database: sa.Engine) -> None:
    made = make_contest()
    memory: Memory = {}
    place = ("practice", "1", "P1")

    def check(marks: int) -> None:
        with db.reading() as session:
            event = made.fresh(session)
            assert board_document(session, event, memory) == board_document(session, event)
            assert len(memory[event.id].marks) == marks

    check(0)
    score_all(made)
    check(21)
    correct(made.event.id, place, made.codes[2], "J1", 600)
    check(21)
    last = memory[made.event.id].seen
    correct(made.event.id, place, made.codes[2], "J2", 600)
    check(21)
    assert memory[made.event.id].seen > last
    send(operation(made.event.id, ("theory", "1", "T1"), made.codes[0], "", None, state="missing", reason="录错",
                   base=_revision(made.event.id, made.codes[0])))  # fmt: skip
    check(20)  # a mark that was taken back is no mark


def test_the_marks_of_others_are_not_read_again(database: sa.Engine) -> None:
    made = make_contest()
    score_all(made)
    with db.reading() as session:
        first = compute(session, made.fresh(session))
    correct(made.event.id, ("practice", "1", "P1"), made.codes[2], "J1", 600)
    with db.reading() as session:
        second = compute(session, made.fresh(session), first)
    same = [code for code in made.codes if second.book.of_entry(code) is first.book.of_entry(code)]
    assert same == made.codes[:2]


def _revision(event: str, code: str) -> int:
    with db.reading() as session:
        query = "SELECT revision FROM mark WHERE event_id = :event AND entry_code = :code AND aspect = 'T1'"
        return session.connection().execute(sa.text(query), {"event": event, "code": code}).scalar_one()
