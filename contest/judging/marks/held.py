"""Where the writer writes, and what it has read there that still stands.

A SQLite connection can be asked whether any other has committed since (`PRAGMA data_version`). As long as none has, a
scene is what the last group left: what decides about a mark need not be read again, and any change by anybody else,
also by another process, makes the writer read everything anew. PostgreSQL can't be asked; there each group reads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Pool

from contest.db import engine, is_sqlite
from contest.judging.marks.storing import Held

MOST = 50_000
"""Things held at once (looked up, marked, followed): some ten megabytes."""


class _Own(threading.local):
    """Of a thread: a connection that it alone writes on, and the scenes as that one left them."""

    connection: Connection | None = None
    pool: Pool | None = None
    version = 0

    def __init__(self) -> None:
        self.scenes: Held = {}

    def connect(self) -> Connection:
        if self.connection is None or self.pool is not engine().pool:  # another database, or all connections given up
            self.forget()
            self.connection, self.pool = engine().execution_options(writes=True).connect(), engine().pool
        return self.connection

    def forget(self) -> None:
        self.scenes = {}
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def still_standing(self, connection: Connection) -> Held:
        version = int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())
        if version != self.version or _size(self.scenes) > MOST:
            self.scenes = {}
        self.version = version
        return self.scenes


_own = _Own()


@contextmanager
def writing() -> Iterator[tuple[Connection, Held]]:
    """A writing transaction, and what is held of the events; any error takes both back."""
    if not is_sqlite():
        with engine().execution_options(writes=True).connect() as connection, connection.begin():
            yield connection, {}
        return
    try:
        connection = _own.connect()
        with connection.begin():
            yield connection, _own.still_standing(connection)
    except BaseException:
        _own.forget()
        raise


def let_go() -> None:
    """Closes the connection of this thread, as whoever is about to replace the database's file must."""
    _own.forget()


def _size(scenes: Held) -> int:
    return sum(len(scene.asked) + len(scene.marks) + len(scene.followed) for scene in scenes.values())
