import pytest

from tests.projects.scenery import Site, build_site
from tests.support import World


@pytest.fixture
def site(world: World) -> Site:
    return build_site(world, periods=("2026-01", "2026-02"))
