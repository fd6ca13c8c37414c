"""What the live stream says of a room: `desk-<event>` at every mark, `room-<event>` when tablets have something to ask.

Only version numbers go out; what an actor may know of them is asked for by a page that knows who they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, MutableMapping

_announcers: list[Callable[[str, int], None]] = []
_versions: list[MutableMapping[str, int]] = []


def connect(announce: Callable[[str, int], None], versions: MutableMapping[str, int]) -> None:
    """Called by `app.py`: how a topic's new version is told, and the versions told so far (by any process)."""
    _announcers[:], _versions[:] = [announce], [versions]


def tell_desk(event_id: str) -> None:
    """Marks, signatures, locks or the panel changed: the desks that watch look again."""
    _tell(f"desk-{event_id}")


def tell_room(event_id: str) -> None:
    """A message, a clock or a panel too far apart: the tablets look again, and the desks."""
    _tell(f"room-{event_id}")
    tell_desk(event_id)


def room_version(event_id: str) -> int:
    """The last version of the room, as the stream says it: it rides on every answer to a tablet's operations."""
    return next((known.get(f"room-{event_id}", 0) for known in _versions), 0)


def _tell(topic: str) -> None:
    for announce in _announcers:
        announce(topic, time.time_ns() // 1_000_000)
