import pytest

from tests.awards.scenery import Contest, published
from tests.support import World


@pytest.fixture
def contest(world: World) -> Contest:
    """Eight entries, published once."""
    return published(world)
