import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from contest import db
from tests.attacks.intruder import Site
from tests.databases import use_sqlite
from tests.judging.scenery import Contest, build_contest


def app_on(app: Litestar, path: Path, content: bytes) -> Iterator[TestClient]:
    use_sqlite(path, content)
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        client.headers["accept-language"] = "zh-CN"
        yield client
    db.engine().dispose()


@pytest.fixture
def bare(app, sqlite_path, sqlite_template) -> Iterator[TestClient]:
    """The app on an empty SQLite."""
    yield from app_on(app, sqlite_path, sqlite_template.read_bytes())


@pytest.fixture(scope="session")
def built(tmp_path_factory, sqlite_template) -> tuple[Contest, bytes]:
    """The small contest and the bytes of its database, made once."""
    path = tmp_path_factory.mktemp("attacked") / "contest.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = db.configure(f"sqlite:///{path}")
    contest = build_contest()
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return contest, path.read_bytes()


@pytest.fixture
def attacked(app, sqlite_path, built) -> Iterator[TestClient]:
    """The app on a copy of that database."""
    yield from app_on(app, sqlite_path, built[1])


@pytest.fixture
def site(attacked, built) -> Site:
    return Site(attacked, copy.deepcopy(built[0]))
