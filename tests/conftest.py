"""Fixtures of all tests: a fresh real database per test, the app, people of every role, a small competition."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from litestar.testing import TestClient
from sqlmodel import Session

os.environ.setdefault("ARGON2_MEMORY_KIB", "64")  # tests hash hundreds of times; one hash costs 0.1 s otherwise
os.environ.setdefault("DATA_DIR", str(Path(__file__).parent.parent / "var" / f"test-{os.getpid()}"))

from contest import db, migrations
from contest.app import create_app
from tests.browsing import chromium, served  # noqa: F401 (fixtures of the browser tests)
from tests.support import World, build_world, missing

# A busy machine is no failure: no test is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A database of this run's own on the local PostgreSQL."""
    name = f"contest_test_{os.getpid()}"
    admin = sa.create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError:
        missing("PostgreSQL")
    yield str(sa.make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False))
    db.engine().dispose()
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


def databases() -> list[object]:
    """Both databases; CONTEST_TEST_DATABASE=sqlite or postgresql keeps one."""
    both = {"sqlite": pytest.param("sqlite"), "postgresql": pytest.param("postgresql", marks=pytest.mark.postgresql)}
    only = os.environ.get("CONTEST_TEST_DATABASE", "")
    return [both[only]] if only else list(both.values())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated empty database, copied for every test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    migrations.upgrade(db.configure(f"sqlite:///{path}"))
    with db.engine().connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine().dispose()
    return path


@pytest.fixture(params=databases())
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, migrated, empty database: SQLite in a file, PostgreSQL with all tables dropped and made again."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        path = tmp_path / "contest.db"
        path.write_bytes(template.read_bytes())
        return f"sqlite:///{path}"
    url = request.getfixturevalue("postgresql_url")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[sa.Engine]:
    engine = db.configure(database_url)
    if engine.dialect.name == "postgresql":
        migrations.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(database: sa.Engine) -> Iterator[Session]:
    """A writing session, committed at the test's end."""
    with db.transaction() as session:
        yield session


@pytest.fixture
def client(database: sa.Engine) -> Iterator[TestClient]:
    """The app on the test's database; jobs run when the test calls `jobs.worker.run_pending()`."""
    app = create_app(database_url=database.url.render_as_string(hide_password=False), background=False)
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def world(database: sa.Engine) -> World:
    with db.transaction() as session:
        return build_world(session)
