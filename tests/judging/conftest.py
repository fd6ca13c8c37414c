import pytest
import sqlalchemy as sa

from contest import db
from tests.judging.scenery import Contest, build_contest


@pytest.fixture
def contest(database: sa.Engine) -> Contest:
    """The small contest on both databases."""
    return build_contest()


@pytest.fixture
def small(tmp_path, sqlite_template) -> Contest:
    """The same on SQLite alone, where the database makes no difference."""
    path = tmp_path / "contest.db"
    path.write_bytes(sqlite_template.read_bytes())
    db.configure(f"sqlite:///{path}")
    yield build_contest()
    db.engine().dispose()
