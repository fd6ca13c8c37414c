"""What the tests of competitions share: an event of the world's city, and posting a form as its organizer."""

from __future__ import annotations

from typing import Any

from litestar.testing import TestClient
from sqlmodel import Session

from contest import db
from contest.actors import SYSTEM, Actor
from contest.competitions import services
from contest.competitions.models import Competition, CompetitionKind, Event
from contest.competitions.starting_points import starting_document
from contest.entries import services as entries
from contest.entries.inputs import EntryInput
from tests.support import World


def make_event(
    session: Session, world: World, *, title: str = "电工", at: str = "city", point: str = "", adopt: bool = False
) -> tuple[Competition, Event]:
    competition = services.create_competition(
        session, SYSTEM, organization=world.organization(at), kind=CompetitionKind.SKILLS, title="职工技能大赛"
    )
    event = services.create_event(session, SYSTEM, competition, title=title)
    if point:
        services.save_rule_set(session, SYSTEM, event, starting_document(point, title))
    if adopt:
        services.adopt_rule_set(session, SYSTEM, event)
    return competition, event


def new_event(world: World, **options: Any) -> tuple[Competition, Event]:
    """The same in a transaction of its own, for tests that go through HTTP."""
    with db.transaction() as session:
        return make_event(session, world, **options)


def one_entry(session: Session, event: Event) -> None:
    """Somebody to mark: nothing opens without."""
    entries.add_entries(session, SYSTEM, event, [EntryInput("选手")])
    entries.assign_codes(session, SYSTEM, event)


def post(client: TestClient, actor: Actor, path: str, **boxes: str) -> Any:
    return client.post(path, data={"csrf_token": actor.csrf_token, **boxes}, follow_redirects=False)


def upload(client: TestClient, actor: Actor, path: str, name: str, data: bytes, **boxes: str) -> Any:
    return client.post(
        path, data={"csrf_token": actor.csrf_token, **boxes}, files={"file": (name, data)}, follow_redirects=False
    )
