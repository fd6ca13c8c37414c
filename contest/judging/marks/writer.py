"""The one writer of marks: a thread that puts all waiting batches into one durable commit, then answers each.

Thirteen times the throughput of a transaction per judge, and every answer still means `on the disk`. Over several
processes on PostgreSQL each has its own writer; the lock of the chain's head orders them.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress

import structlog

from contest.actors import Actor
from contest.entries.changes import announce, on_change
from contest.judging.live import tell_room
from contest.judging.marks.held import writing
from contest.judging.marks.proposed import Proposed
from contest.judging.marks.storing import Batch, store_batches
from contest.judging.marks.work import Answer
from contest.loops import call_soon

__all__ = ["announce", "commit_batches", "in_rush", "on_change", "stored", "submit"]

log = structlog.get_logger()

MAX_GROUP = 64
MAX_OPERATIONS = 150
"""Batches and (about) operations in one commit: keeps the write lock below 50 ms."""
RUSH = 8
"""Batches in one commit that tell of a rush: the next one waits for company, as it costs the same for one and fifty."""
LINGER, LULL, TURNS = 0.04, 0.008, 3
"""Seconds that it waits at most; it waits no longer once the server's loop has turned so many times, or so many seconds
have passed, without a new batch: a loop that turns quickly has nothing left to read.
"""
Waiting = tuple[Batch, Future[list[Answer]]]
_waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
_starting = threading.Lock()
_thread: threading.Thread | None = None
_rush_until = 0.0
_loop: asyncio.AbstractEventLoop | None = None


def submit(actor: Actor, operations: Sequence[Proposed]) -> Future[list[Answer]]:
    """Queues one batch; the future is answered after the commit that holds it. Cancelled before its turn comes, the
    batch is not stored.
    """
    _start()
    future: Future[list[Answer]] = Future()
    _waiting.put(((actor, operations), future))
    return future


async def stored(actor: Actor, operations: Sequence[Proposed]) -> list[Answer]:
    """`submit` for the server's event loop; cancelled, it takes the batch out of the queue if it is still there."""
    global _loop
    _loop = loop = asyncio.get_running_loop()
    told: asyncio.Future[list[Answer]] = loop.create_future()
    future = submit(actor, operations)
    future.add_done_callback(lambda done: _hand_over(loop, told, done))
    try:
        return await told
    finally:
        future.cancel()


def _hand_over(loop: asyncio.AbstractEventLoop, told: asyncio.Future[list[Answer]], done: Future[list[Answer]]) -> None:
    with suppress(RuntimeError):  # the loop has ended meanwhile, and with it whoever waited
        call_soon(loop, _tell, told, done)


def _tell(told: asyncio.Future[list[Answer]], done: Future[list[Answer]]) -> None:
    if told.done():
        return  # nobody waits any more
    if error := done.exception():
        told.set_exception(error)
    else:
        told.set_result(done.result())


def _start() -> None:
    global _thread
    with _starting:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="marks-writer", daemon=True)
            _thread.start()


def _run() -> None:
    while True:
        group = _gather()
        _note_rush(group)
        # whoever gave up waiting sends the batch again: what they left behind must not be in the way of it
        waited_for = [item for item in group if item[1].set_running_or_notify_cancel()]
        if waited_for:
            _commit(waited_for)


def in_rush() -> bool:
    """Whether many judges at once have been waiting a moment ago: what can wait itself leaves the machine to them."""
    return time.monotonic() < _rush_until


def _note_rush(group: Sequence[Waiting]) -> None:
    global _rush_until
    if len(group) >= RUSH:
        _rush_until = time.monotonic() + 1.0


def _gather() -> list[Waiting]:
    """The batches of the next commit. In a rush it waits while more come in."""
    group = [_waiting.get()]
    latest = time.monotonic() + LINGER if in_rush() else 0.0
    while _take(group) and time.monotonic() < latest:
        before = len(group)
        _let_others_come()
        if not _take(group) or len(group) == before:
            break
    return group


def _let_others_come() -> None:
    turned = threading.Event()
    try:
        if _loop is not None:
            _loop.call_soon_threadsafe(_turn, _loop, TURNS, turned)
    except RuntimeError:  # closed meanwhile
        turned.set()
    turned.wait(LULL)


def _turn(loop: asyncio.AbstractEventLoop, left: int, turned: threading.Event) -> None:
    if left:
        loop.call_soon(_turn, loop, left - 1, turned)
    else:
        turned.set()


def _take(group: list[Waiting]) -> bool:
    """Adds what waits; whether there is room for more."""
    while len(group) < MAX_GROUP and sum(len(batch[1]) for batch, _ in group) < MAX_OPERATIONS:
        try:
            group.append(_waiting.get_nowait())
        except queue.Empty:
            return True
    return False


def _commit(group: Sequence[tuple[Batch, Future[list[Answer]]]]) -> None:
    """One commit for the whole group; if it fails, each batch alone, so that one can't spoil the others'."""
    try:
        answers = commit_batches([batch for batch, _ in group])
    except Exception as error:
        if len(group) == 1:
            log.exception("marks could not be stored")
            group[0][1].set_exception(error)
            return
        for single in group:
            _commit([single])
        return
    for (_, future), answer in zip(group, answers, strict=True):
        future.set_result(answer)


def commit_batches(batches: Sequence[Batch]) -> list[list[Answer]]:
    """Stores the batches in one transaction of its own and tells the listeners; answers in the same order."""
    with writing() as (connection, held):
        answers, changed, apart = store_batches(connection, batches, held)
    for event_id in sorted(changed):
        announce(event_id)
    for event_id in sorted(apart):
        tell_room(event_id)
    return answers
