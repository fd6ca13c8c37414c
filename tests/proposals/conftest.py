import pytest

from tests.proposals.scenery import Innovation, build_innovation
from tests.support import World


@pytest.fixture
def innovation(world: World) -> Innovation:
    return build_innovation(world)
