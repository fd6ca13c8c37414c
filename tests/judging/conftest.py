import pytest
import sqlalchemy as sa

from tests.judging.scenery import Contest, build_contest


@pytest.fixture
def contest(database: sa.Engine) -> Contest:
    """The small contest on both databases."""
    return build_contest()


@pytest.fixture
def small(sqlite: sa.Engine) -> Contest:
    """The same on SQLite alone, where the database makes no difference."""
    return build_contest()
