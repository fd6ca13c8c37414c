"""Boards follow the marks: at most once a second per event, in one thread, away from the judges' writer."""

from __future__ import annotations

import threading
import time

import structlog
from sqlmodel import Session, select

from contest import db
from contest.competitions.models import Event
from contest.judging.services import on_change
from contest.publications.board import Memory, board_document, store_board

log = structlog.get_logger()

INTERVAL = 1.0
"""Seconds between two boards of one event."""
SHARE = 2.0
"""A board that takes t seconds to compute is not computed again for SHARE x t: judges come first."""
AGAIN = 5.0
"""Seconds until a board that could not be refreshed (a locked database) is tried again: no mark may stay unseen."""
REMEMBERED = 8
"""Events whose latest computation is kept in memory."""


def refresh_now(event_id: str, memory: Memory | None = None) -> int:
    """Computes and keeps the board of one event; its version, 0 without a board. Holds the write lock only to store."""
    with db.reading() as session:
        event = _event(session, event_id)
        document = board_document(session, event, memory) if event else None
    if event is None or document is None:
        return 0
    with db.transaction() as session:
        return store_board(session, event, document).version


def _event(session: Session, event_id: str) -> Event | None:
    return session.exec(select(Event).where(Event.id == event_id)).first()


class Refresher(threading.Thread):
    """Collects events whose marks changed and refreshes their boards one after the other."""

    def __init__(self) -> None:
        super().__init__(name="board-refresher", daemon=True)
        self._changed = threading.Condition()
        self._due: dict[str, float] = {}
        self._not_before: dict[str, float] = {}
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
            is_done = self._refresh(event_id)
            took = time.monotonic() - started
            pause = max(INTERVAL if is_done else AGAIN, SHARE * took)
            self._not_before[event_id] = time.monotonic() + pause
            if not is_done:
                self.ask(event_id)

    def _refresh(self, event_id: str) -> bool:
        try:
            refresh_now(event_id, self._memory)
        except Exception:
            log.exception("board could not be refreshed", event_id=event_id)
            return False
        while len(self._memory) > REMEMBERED:
            del self._memory[next(iter(self._memory))]
        return True

    def _next(self) -> str | None:
        """The event that is due first, as soon as it is; None at the end."""
        with self._changed:
            while not self._stopping:
                wait = None
                if self._due:
                    event_id, at = min(self._due.items(), key=lambda item: item[1])
                    wait = at - time.monotonic()
                    if wait <= 0:
                        del self._due[event_id]
                        return event_id
                self._changed.wait(wait)
        return None


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
