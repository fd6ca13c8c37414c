"""Engine, session, transaction; the column types and base rows every feature uses."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKeyConstraint,
    MetaData,
    String,
    TextClause,
    TypeDecorator,
    event,
)
from sqlalchemy.engine import ExceptionContext
from sqlmodel import Field, Session, SQLModel, create_engine

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention

_DURABLE = {"options": "-c synchronous_commit=on"}
"""Of a PostgreSQL session: a server set to answer before the disk does would lose acknowledged marks at a power cut."""
HELD: dict[str, Any] = {"key_share": True}
"""`with_for_update` of a row that others point to: only whoever holds it too waits. FOR UPDATE would also stop each new
row with a foreign key to it, such as a mark whose writer holds the chain that this transaction will want: a deadlock.
"""
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_engine: Engine | None = None
_last_id = 0
_one_at_a_time = threading.Lock()


def new_id() -> str:
    """A 16-letter id: 45 bits of milliseconds (so ids sort by time) and 35 random bits.

    It sorts after every id this process made before: the rows of an imported file keep their order within a
    millisecond, and under a clock that is set back.
    """
    global _last_id
    number = time.time_ns() // 1_000_000 << 35 | secrets.randbits(35)
    with _one_at_a_time:
        _last_id = number if number > _last_id else _last_id + 1 + secrets.randbits(20)
        number = _last_id
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))


def now() -> datetime:
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on SQLite (which forgets the zone) and PostgreSQL alike."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumText(TypeDecorator[StrEnum]):
    """A StrEnum kept as its value in a text column: readable rows, and no database type to migrate."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        del dialect
        return None if value is None else self.kind(value)


def choice_field(kind: type[StrEnum], **options: Any) -> Any:
    return Field(sa_type=EnumText(kind), **options)


def utc_field(**options: Any) -> Any:
    return Field(sa_type=UtcDateTime, **options)


class TenantRow(SQLModel):
    """Base of every table that grows: the tenant is part of its key, so that the tables can be sharded by it."""

    tenant_id: str = Field(primary_key=True, max_length=16)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=16)


def belongs_to(table: str, column: str, *, parent_key: str = "id") -> ForeignKeyConstraint:
    """A foreign key inside one tenant: (tenant_id, column) -> table(tenant_id, id)."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.{parent_key}"])


def configure(url: str, *, echo: bool = False) -> Engine:
    """Makes the process's engine for `url`; the connections of a former one are given up."""
    return use(create(url, echo=echo))


def use(made: Engine) -> Engine:
    """Makes `made` the process's engine; the connections of another one are given up."""
    global _engine
    if _engine is not None and _engine is not made:
        _engine.dispose()
    _engine = made
    return made


def create(url: str, *, echo: bool = False) -> Engine:
    """An engine as the platform needs it."""
    made = create_engine(
        url,
        echo=echo,
        pool_size=40 if url.startswith("sqlite") else 10,  # a connection over it is opened, set up and closed each time
        max_overflow=20,
        pool_pre_ping=url.startswith("postgres"),
        connect_args=_DURABLE if url.startswith("postgres") else {},
        hide_parameters=True,  # a failed statement is logged: its values are people's names and secrets
    )
    event.listen(made, "handle_error", _name_nobody)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _set_pragmas)
        event.listen(made, "begin", _begin)
    return made


def _name_nobody(context: ExceptionContext) -> None:
    """PostgreSQL's DETAIL holds the failing row, and errors are logged: only the first line of a message stays."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0],)


def engine() -> Engine:
    if _engine is None:
        raise RuntimeError("call contest.db.configure first")
    return _engine


def for_one_statement() -> Engine:
    """For a single statement that only reads: PostgreSQL is spared the BEGIN and ROLLBACK around it, two thirds of
    the time that it takes.
    """
    return engine() if is_sqlite() else engine().execution_options(isolation_level="AUTOCOMMIT")


def execute_many(connection: Connection, statement: TextClause, rows: Sequence[Mapping[str, Any]]) -> None:
    """`connection.execute(statement, rows)` without its work on each single value, which costs as much as the insert:
    for plain SQL whose values the driver takes as they are.
    """
    words, in_order = _for_driver(statement, connection.dialect)
    connection.exec_driver_sql(words, list(map(in_order, rows)) if in_order else list(rows))


@lru_cache
def _for_driver(statement: TextClause, dialect: Dialect) -> tuple[str, Callable[[Mapping[str, Any]], Any] | None]:
    """A statement in a driver's own spelling, and what brings a row's values into the order that it wants, if any."""
    compiled = statement.compile(dialect=dialect)
    return compiled.string, itemgetter(*compiled.positiontup) if compiled.positiontup else None


def is_sqlite() -> bool:
    return engine().dialect.name == "sqlite"


PRAGMAS = (
    "PRAGMA busy_timeout=30000",  # before WAL: fifty connections opening at once are 'locked' otherwise
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL may lose committed marks at a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # else INSERT OR REPLACE walks past the ledger's delete trigger
)


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin on its own; `_begin` does
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Any) -> None:
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that writes: committed at the end, rolled back on any error."""
    writer = engine().execution_options(writes=True)
    with Session(writer, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session that only reads; nothing it does is kept."""
    with Session(engine(), expire_on_commit=False, autoflush=False) as session:
        yield session


@contextmanager
def counting_queries() -> Iterator[list[str]]:
    """Collects the SQL statements of this process while it runs: every list page's count is asserted."""
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK", "SAVEPOINT")):
            statements.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def like_pattern(text: str) -> str:
    r"""`text` as a LIKE pattern of 'contains', with its own % and _ taken literally (escape character \\)."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def in_batches(items: Sequence[Any], size: int = 500) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
