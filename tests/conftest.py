"""Fixtures of all tests: a fresh real database per test, the app, people of every role, a small competition."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import Session

os.environ.setdefault("ARGON2_MEMORY_KIB", "64")  # tests hash hundreds of times; one hash costs 0.1 s otherwise
os.environ.setdefault("DATA_DIR", str(Path(__file__).parent.parent / "var" / f"test-{os.getpid()}"))

from contest import db, event_facts, migrations
from contest.app import create_app
from tests.browsing import browser, chromium, running_server, served  # noqa: F401 (fixtures of the browser tests)
from tests.databases import Postgresql, databases, use_sqlite
from tests.support import World, build_world, missing

event_facts.register()  # as the app does; many tests speak to the services alone
# A busy machine is no failure: no test is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a browser first, for they take longest, then those of many tests: no core waits for a file begun last.

    `make test` hands files out in this order (`--no-loadscope-reorder`); xdist's own puts those of one long test last.
    """
    tests_in = Counter(item.path for item in items)
    with_browser = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: (item.path not in with_browser, -tests_in[item.path], item.path))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    try:
        server = Postgresql()
    except sa.exc.OperationalError:
        missing("PostgreSQL")
    yield server
    server.close()


@pytest.fixture
def postgresql_url(postgresql: Postgresql) -> Iterator[str]:
    """A fresh, migrated, empty database on PostgreSQL that the test may do with as it likes."""
    name = f"{postgresql.name}_own"
    yield postgresql.clone(name)
    db.engine().dispose()
    postgresql.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated empty database, copied for every test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    migrations.upgrade(db.configure(f"sqlite:///{path}"))
    with db.engine().connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine().dispose()
    return path


@pytest.fixture(scope="session")
def sqlite_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every test's SQLite database stands."""
    return tmp_path_factory.mktemp("database") / "contest.db"


@pytest.fixture
def sqlite(sqlite_path: Path, sqlite_template: Path) -> Iterator[sa.Engine]:
    """A fresh, migrated, empty database on SQLite."""
    engine = use_sqlite(sqlite_path, sqlite_template.read_bytes())
    yield engine
    engine.dispose()


@pytest.fixture(params=databases())
def database(request: pytest.FixtureRequest) -> sa.Engine:
    """A migrated, empty database, one after the other on both."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite")
    return request.getfixturevalue("postgresql").use_empty()


@pytest.fixture
def session(database: sa.Engine) -> Iterator[Session]:
    """A writing session, committed at the test's end."""
    with db.transaction() as session:
        yield session


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """The app, put together once (0.4 s): it works on whichever database `db.configure` named last."""
    path = tmp_path_factory.mktemp("app") / "contest.db"
    app = create_app(database_url=f"sqlite:///{path}", background=False)
    db.engine().dispose()
    return app


@pytest.fixture
def client(app: Litestar, database: sa.Engine) -> Iterator[TestClient]:
    """The app on the test's database; jobs run when the test calls `jobs.worker.run_pending()`."""
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def world(database: sa.Engine) -> World:
    with db.transaction() as session:
        return build_world(session)
