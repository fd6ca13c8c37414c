"""Boards follow the marks: at most once a second per event, in one thread, away from the judges' writer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import structlog
from sqlmodel import Session, select

from contest import db
from contest.competitions.models import Event
from contest.judging.services import in_rush, on_change
from contest.publications.board import Memory, board_document, store_board
from contest.publications.snapshot import Document

log = structlog.get_logger()

INTERVAL = 1.0
"""Seconds between two boards of one event."""
TOGETHER = 0.1
"""Seconds that boards are made for before all of them are kept, if more than one is due."""
SHARE, SHARE_IN_RUSH = 2.0, 19.0
"""After boards that took t seconds the thread rests for SHARE x t: judges come first."""
AGAIN = 5.0
"""Seconds until a board that could not be refreshed (a locked database) is tried again: no mark may stay unseen."""
REMEMBERED = 10_000
"""Entries whose latest computation is kept in memory, over all events; the latest event is kept whatever its size."""


def refresh_now(event_id: str) -> None:
    """Computes and keeps the board of one event, if it has one."""
    store_made([made] if (made := make(event_id, {})) else [])


Made = tuple[Event, Document]


def make(event_id: str, memory: Memory) -> Made | None:
    """The board of one event as it is now; None without a board. Only reads."""
    with db.reading() as session:
        event = _event(session, event_id)
        document = board_document(session, event, memory) if event else None
    return (event, document) if event and document else None


def store_made(boards: Sequence[Made]) -> None:
    """Keeps the boards in one commit: the judges' writer waits for it, and for each."""
    if boards:
        with db.transaction() as session:
            for event, document in boards:
                store_board(session, event, document)


def _event(session: Session, event_id: str) -> Event | None:
    return session.exec(select(Event).where(Event.id == event_id)).first()


class Refresher(threading.Thread):
    """Collects events whose marks changed and refreshes their boards one after the other."""

    def __init__(self) -> None:
        super().__init__(name="board-refresher", daemon=True)
        self._changed = threading.Condition()
        self._due: dict[str, float] = {}
        self._not_before: dict[str, float] = {}
        self._rested = 0.0
        self._memory: Memory = {}
        self._stopping = False

    def ask(self, event_id: str) -> None:
        """Called by the writer after a commit: returns at once."""
        with self._changed:
            self._due.setdefault(event_id, max(time.monotonic(), self._not_before.get(event_id, 0.0)))
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self.join(timeout=10)

    def run(self) -> None:
        while (event_id := self._next()) is not None:
            started = time.monotonic()
            asked = self._refresh(event_id, started)
            now = time.monotonic()
            self._rested = now + (SHARE_IN_RUSH if in_rush() else SHARE) * (now - started)
            for done, is_done in asked.items():
                self._not_before[done] = now + (INTERVAL if is_done else AGAIN)
                if not is_done:
                    self.ask(done)

    def _refresh(self, event_id: str | None, started: float) -> Mapping[str, bool]:
        """The boards that are due, for so long as may pass before the first is kept; whether each could be made."""
        made: list[Made] = []
        asked: dict[str, bool] = {}
        while event_id is not None:
            asked[event_id] = False
            with _logged(event_id):
                board = make(event_id, self._memory)
                made += [board] if board else []
                asked[event_id] = True
            self._forget()
            event_id = self._next(waits=False) if time.monotonic() - started < TOGETHER else None
        with _logged(*asked):
            store_made(made)
            return asked
        return dict.fromkeys(asked, False)

    def _forget(self) -> None:
        while len(self._memory) > 1 and sum(len(one.entries) for one in self._memory.values()) > REMEMBERED:
            del self._memory[next(iter(self._memory))]

    def _next(self, *, waits: bool = True) -> str | None:
        """The event that is due first, as soon as it is; None at the end, or without `waits` if none is due now."""
        with self._changed:
            while not self._stopping:
                wait = None
                if self._due:
                    event_id, at = min(self._due.items(), key=lambda item: item[1])
                    wait = (max(at, self._rested) if waits else at) - time.monotonic()
                    if wait <= 0:
                        del self._due[event_id]
                        return event_id
                if not waits:
                    break
                self._changed.wait(wait)
        return None


@contextmanager
def _logged(*events: str) -> Iterator[None]:
    try:
        yield
    except Exception:
        log.exception("boards could not be refreshed", events=events)


_refresher: Refresher | None = None
_is_wired = False


def board_changed(event_id: str) -> None:
    """The marks, locks or panel of an event changed; its board follows within about a second."""
    if _refresher is not None:
        _refresher.ask(event_id)
    else:
        refresh_now(event_id)


def wire(*, background: bool = True) -> None:
    """Listens to the writer of marks. Without `background` (tests, seeds) boards are refreshed on the spot."""
    global _refresher, _is_wired
    if not _is_wired:
        on_change(board_changed)
        _is_wired = True
    if background and _refresher is None:
        _refresher = Refresher()
        _refresher.start()


def unwire() -> None:
    """Ends the thread (at shutdown); boards would then be refreshed on the spot."""
    global _refresher
    if _refresher is not None:
        _refresher.stop()
        _refresher = None
