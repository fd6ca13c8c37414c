"""An event with rules in force and entries, and the people of the venue."""

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.entries import services as entries
from contest.entries.inputs import EntryInput
from tests.entries.conftest import Stage, stage  # noqa: F401 (the fixture these stand on)
from tests.support import make_person

NAMES = tuple(f"选手{n}" for n in range(1, 8))


@pytest.fixture
def venue(stage: Stage) -> Stage:  # noqa: F811
    """Seven entries with blind codes; a check-in clerk, an encryption officer, a supervisor and a judge."""
    with db.transaction() as session:
        entries.add_entries(session, SYSTEM, stage.event, [EntryInput(name, unit="钱江机械有限公司") for name in NAMES])
    stage.adopt()
    with db.transaction() as session:
        entries.assign_codes(session, SYSTEM, stage.event)
    stage.people = {
        "organizer": make_person(stage.world, None, login="organizer"),
        "door": make_person(stage.world, Role.CHECK_IN_CLERK),
        "officer": make_person(stage.world, Role.ENCRYPTION_OFFICER),
        "supervisor": make_person(stage.world, Role.SUPERVISOR),
        "judge": make_person(stage.world, Role.JUDGE),
    }
    return stage
