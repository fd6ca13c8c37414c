"""One database of each kind for a whole run, empty again for every test, and one engine for it.

What SQLAlchemy has compiled and PostgreSQL has planned stays: a new engine on a new database for every test costs a
third of the processor time of all tests, and on PostgreSQL half a second each.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from contest import db, migrations
from contest.db import SQLModel

POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
_SCHEMA = """
SELECT md5(string_agg(word, ' ' ORDER BY word)) FROM (
    SELECT c.relname || ' ' || a.attname AS word FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
    UNION ALL SELECT tgname || ' ' || tgrelid::regclass::text || tgenabled::text FROM pg_trigger) words
"""


def databases() -> list[object]:
    """Both databases; CONTEST_TEST_DATABASE=sqlite or postgresql keeps one."""
    both = {"sqlite": pytest.param("sqlite"), "postgresql": pytest.param("postgresql", marks=pytest.mark.postgresql)}
    only = os.environ.get("CONTEST_TEST_DATABASE", "")
    return [both[only]] if only else list(both.values())


def use_sqlite(path: Path, content: bytes) -> sa.Engine:
    """`content` as the database at `path`, whatever stood there."""
    engine = db.use(_engine(f"sqlite:///{path}"))
    engine.dispose()
    for ending in ("", "-wal", "-shm"):  # a connection that somebody still holds keeps the old file, now nameless
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(content)
    return engine


_engines: dict[str, sa.Engine] = {}


def _engine(url: str) -> sa.Engine:
    if url not in _engines:
        _engines[url] = db.create(url)
    return _engines[url]


class Postgresql:
    """The local server: a migrated empty database, and clones of it."""

    def __init__(self) -> None:
        self.name = f"contest_test_{os.getpid()}"
        self.template = f"{self.name}_empty"
        self.admin = sa.create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
        self.say(f"DROP DATABASE IF EXISTS {self.template} WITH (FORCE)", f"CREATE DATABASE {self.template}")
        migrations.upgrade(db.configure(url_of(self.template)))
        self.tables = self._tables()
        with db.engine().connect() as connection:
            self.schema = connection.exec_driver_sql(_SCHEMA).scalar_one()
        db.engine().dispose()  # nobody may be connected to a database while it is cloned

    def _tables(self) -> Sequence[str]:
        known = {table.name for table in SQLModel.metadata.sorted_tables}
        found = set(sa.inspect(db.engine()).get_table_names()) - {"alembic_version"}
        assert found == known, "every table of the database is one of the models"
        return sorted(known)

    def say(self, *statements: str) -> None:
        with self.admin.connect() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    def clone(self, name: str) -> str:
        """A new empty database; its address. It takes 0.1 s, the migrations 0.8 s."""
        self.drop(name)
        self.say(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return url_of(name)

    def drop(self, name: str) -> None:
        self.say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def use_empty(self) -> sa.Engine:
        """The database of the run: emptied, or a new clone where a test has changed its tables or still works on it."""
        url = url_of(self.name)
        is_first = url not in _engines
        engine = db.use(_engine(url))
        if is_first or engine.pool.checkedout() or not self._emptied(engine):  # type: ignore[attr-defined]
            engine.dispose()
            self.clone(self.name)
        return engine

    def _emptied(self, engine: sa.Engine) -> bool:
        filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in self.tables)
        try:
            with engine.begin() as connection:
                if connection.exec_driver_sql(_SCHEMA).scalar_one() != self.schema:
                    return False
                # of a superuser: neither foreign keys nor the ledger's refusal to forget stand in the way
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
                for name in connection.exec_driver_sql(filled).scalars().all():
                    connection.exec_driver_sql(f"DELETE FROM {name}")
        except sa.exc.DBAPIError:
            return False
        return True

    def close(self) -> None:
        if (engine := _engines.get(url_of(self.name))) is not None:
            engine.dispose()
        self.drop(self.name)
        self.drop(self.template)
        self.admin.dispose()


def url_of(name: str) -> str:
    return str(sa.make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False))
