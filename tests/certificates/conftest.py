import pytest

from contest import db
from contest.awards import services as awards
from contest.competitions.models import Event
from tests.awards.scenery import Contest, published
from tests.support import World


@pytest.fixture
def contest(world: World) -> Contest:
    """Eight entries, published; seven awards given."""
    contest = published(world)
    with db.transaction() as session:
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        awards.give_awards(session, contest.organizer, event)
    return contest
