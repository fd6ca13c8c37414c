"""A competition with one event of each kind of blinding, made through the services."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from contest import db
from contest.actors import SYSTEM, Actor, Role
from contest.competitions import rule_services
from contest.competitions import services as competitions
from contest.competitions.models import Competition, CompetitionKind, Event, EventState
from tests.support import World, make_person

ASPECT = {"id": "A1", "title": "动作", "kind": "judged", "max": "10", "decimals": 1}
DIVE = ASPECT | {"id": "D1", "title": "跳水", "repetitions": 2, "factor": {"source": "entry"}}


def document(**changes: object) -> dict[str, object]:
    """A small rule set: one free aspect, one with a difficulty, one veto."""
    rubric = [{"id": "C1", "title": "技术", "children": [ASPECT, DIVE]}]
    stage = {"id": "final", "title": "决赛", "rubric": rubric}
    vetoes = [{"id": "accident", "title": "发生重伤以上事故"}]
    return {"schema": 1, "title": "试用办法", "stages": [stage], "vetoes": vetoes, "blind": True} | changes


@dataclass
class Stage:
    """What the tests of entries stand on."""

    world: World
    competition: Competition
    event: Event
    organizer: Actor

    def adopt(self, **changes: object) -> None:
        with db.transaction() as session:
            event = session.get_one(Event, (self.event.tenant_id, self.event.id))
            rule_services.save_rule_set(session, SYSTEM, event, document(**changes))
            rule_services.adopt_rule_set(session, SYSTEM, event)

    def become(self, state: EventState) -> None:
        with db.transaction() as session:
            event = session.get_one(Event, (self.event.tenant_id, self.event.id))
            event.state = state
            session.add(event)


@pytest.fixture
def stage(world: World) -> Stage:
    _, organizer = make_person(world, Role.ORGANIZER, login="organizer")
    with db.transaction() as session:
        competition = competitions.create_competition(
            session, SYSTEM, organization=world.city, kind=CompetitionKind.SKILLS, title="海宁市职工技能竞赛"
        )
        event = competitions.create_event(session, SYSTEM, competition, title="焊工")
    return Stage(world, competition, event, organizer)
