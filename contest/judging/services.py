"""What others call: submitting operations, and (from their own files) panels, signatures, locks."""

from __future__ import annotations

from sqlmodel import Session

from contest.actors import Actor
from contest.judging.locking import Signed, lock_period, sign_sheet
from contest.judging.marks.proposed import MAX_BATCH, read_batch
from contest.judging.marks.storing import store_batches
from contest.judging.marks.work import Answer
from contest.judging.marks.writer import announce, in_rush, on_change, submit
from contest.judging.panel.recusing import recuse
from contest.judging.panel.roster import add_to_pool, declare_conflict, remove_from_pool
from contest.judging.panel.services import (
    appoint,
    appoint_external,
    create_judge,
    make_enrolment,
    refresh_recusals,
    remove_member,
)
from contest.judging.unlocking import unlock_period

__all__ = [
    "Answer",
    "Signed",
    "add_to_pool",
    "announce",
    "apply_operations",
    "appoint",
    "appoint_external",
    "create_judge",
    "declare_conflict",
    "in_rush",
    "lock_period",
    "make_enrolment",
    "on_change",
    "recuse",
    "refresh_recusals",
    "remove_from_pool",
    "remove_member",
    "sign_sheet",
    "submit_operations",
    "unlock_period",
]

ANSWER_SECONDS = 60


def submit_operations(actor: Actor, batch: object) -> list[Answer]:
    """Stores and judges operations through the one writer; one answer each, in order, after they are durable.

    `batch` is a list of dicts (or {"operations": […]}) with the fields of `marks.proposed.Proposed`; `value`
    is in units. Not inside a transaction of the caller's own: the writer needs the database's write lock. See
    `apply_operations` for that.

    Raises:
        InvalidError, TooLargeError: nothing that could be kept and answered.
    """
    return submit(actor, read_batch(batch)).result(ANSWER_SECONDS)


def apply_operations(session: Session, actor: Actor, operations: list[dict[str, object]]) -> list[Answer]:
    """The same inside the caller's writing transaction, any number of them: all or nothing, with what else it does.

    The caller tells the listeners (`announce`) after its commit.
    """
    answers: list[Answer] = []
    for start in range(0, len(operations), MAX_BATCH):
        batch = read_batch(operations[start : start + MAX_BATCH])
        answers += store_batches(session.connection(), [(actor, batch)])[0][0]
    return answers
