"""Who wants to know that something changed which counts for an event's standings: its board, and nobody here."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy import event as sa_event
from sqlmodel import Session

log = structlog.get_logger()

_listeners: list[Callable[[str], None]] = []


def on_change(listener: Callable[[str], None]) -> None:
    """Calls `listener(event id)` after every commit that changed marks, facts, locks or panels of that event."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(event_id: str) -> None:
    """Tells the listeners; a listener's fault never reaches whoever made the change."""
    for listener in _listeners:
        try:
            listener(event_id)
        except Exception:
            log.exception("a listener to changes failed", event_id=event_id)


def announce_after_commit(session: Session, event_id: str) -> None:
    """Tells the listeners once the caller's transaction is durable: a board must not show what may be taken back."""
    sa_event.listen(session, "after_commit", lambda _: announce(event_id), once=True)
