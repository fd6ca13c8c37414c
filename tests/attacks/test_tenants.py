"""Tenants do not see, reach or change each other: every route with every id of the other one (design, Shapes)."""

import re

import pytest
from litestar.handlers import HTTPRouteHandler

from contest import app as application
from contest import db
from contest.actors import PUBLIC, SYSTEM, Role
from contest.web.security import access
from tests.attacks.intruder import dump
from tests.support import build_world, make_person, sign_in

OWN = frozenset({"accounts.sign_out", "accounts.set_password", "accounts.language", "accounts.theme"})


def templates():
    """(name, method, path template) of every route that takes an id and is not public."""
    for router in application.feature_routers():
        for route in router.routes:
            for handler in route.route_handlers:
                if isinstance(handler, HTTPRouteHandler) and PUBLIC not in access.get(
                    handler.name or "", frozenset({PUBLIC})
                ):
                    for method in handler.http_methods & {"GET", "POST"}:
                        yield handler.name or "", method, route.path


def foreign_ids(site) -> dict[str, list[str]]:
    """Parameter name -> the other tenant's ids that fit."""
    from contest.jobs.services import enqueue
    from contest.organizations.models import Organization
    from contest.studios.models import StudioKind
    from contest.studios.services import register_studio

    contest, plant = site.contest, site.contest.world.plant
    with db.transaction() as session:
        job = enqueue(
            session,
            contest.actors["organizer"],
            plant.tenant_id,
            "entries.check",
            "检查",
            {"event_id": contest.event.id},
        )
        studio = register_studio(
            session,
            SYSTEM,
            session.get_one(Organization, plant.id),
            kind=StudioKind.MODEL_WORKER if hasattr(StudioKind, "MODEL_WORKER") else next(iter(StudioKind)),
            name="李师傅工作室",
            leader="李",
        )
        job_id, studio_id = job.id, studio.id
    with db.engine().connect() as connection:

        def one(sql: str) -> list[str]:
            return [str(row[0]) for row in connection.exec_driver_sql(sql)]

        return {
            "tenant_id": [plant.tenant_id],
            "job_id": [job_id],
            "studio_id": [studio_id],
            "competition_id": [contest.competition.id],
            "event_id": [contest.event.id],
            "stage_id": [contest.stage.id],
            "period_id": [contest.period.id],
            "code": contest.codes[:1],
            "entry_id": one("SELECT id FROM entry LIMIT 1"),
            "member_id": one("SELECT id FROM panel_member LIMIT 1"),
            "account_id": [contest.accounts["anna"].id],
            "grant_id": one("SELECT id FROM role_grant LIMIT 1"),
            "organization_id": [plant.id],
        }


def filled(path: str, ids: dict[str, list[str]]) -> str:
    return re.sub(r"\{(\w+):\w+\}", lambda part: ids.get(part[1], ["0000000000000000"])[0], path)


@pytest.fixture
def stranger(site):
    """Organizer and administrator of another tenant, with every other role there too; and a city of their own."""
    with db.transaction() as session:
        other = build_world(session)
    for role in Role:
        site.people["stranger"], _ = make_person(other, role, login="stranger")
    return other


FIELDS = {
    "title": "假的",
    "name": "假",
    "reason": "假",
    "kind": "skills",
    "login": "x9",
    "decision": "accept",
    "note": "假",
    "take": "1",
    "version": "1",
    "pin": "482913",
    "idea": "假想",
    "problem": "问题",
    "step": "5",
    "operation": "x" * 12,
    "veto": "x",
    "decided_by": "假",
    "withdraw_reason": "假",
    "leader": "假",
    "label": "x",
    "at": "",
    "point": "blank",
    "amount": "1",
}


def test_every_route_with_foreign_ids_is_not_found_and_changes_nothing(site, stranger):
    ids = foreign_ids(site)
    before = dump()
    token = sign_in(site.client, site.account("stranger")).csrf_token
    tried, strange = 0, []
    for name, method, path in sorted(set(templates())):
        if "{" not in path or name in OWN:
            continue
        address = filled(path, ids)
        fields = FIELDS | {
            "csrf_token": token,
            "stage": ids["stage_id"][0],
            "account": ids["account_id"][0],
            "member": ids["member_id"][0],
            "entry": "1",
            "organization_id": ids["organization_id"][0],
            "role": "judge",
            "presence": "present",
            "period": ids["period_id"][0],
        }
        if method == "GET":
            response = site.client.get(address, follow_redirects=False)
        else:
            files = {"file": ("x.csv", b"a,b\n1,2\n", "text/csv")}
            response = site.client.post(address, data=fields, files=files, follow_redirects=False)
        if response.status_code not in (403, 404):
            strange.append((name, method, response.status_code))
        assert "电工技能比武" not in response.text, name
        tried += 1
    assert strange == []
    assert tried > 60
    after = dump()
    assert {name for name in after if after[name] != before[name]} == set()


def test_lists_and_searches_show_nothing_foreign(site, stranger):
    foreign_ids(site)
    sign_in(site.client, site.account("stranger"))
    for path in (
        "/competitions",
        "/competitions?q=电工",
        "/people?q=anna",
        "/organizations?q=钱江",
        "/studios",
        "/judging",
        "/proposals",
        "/certificates/mine",
        "/competitions/new",
        "/people/new",
        "/studios/new",
        f"/studios?q=李师傅&kind=&unit={site.contest.world.plant.id}",
    ):
        response = site.client.get(path)
        assert response.status_code == 200, path
        assert "电工技能比武" not in response.text, path
        assert site.contest.world.plant.id not in response.text.replace(f"unit={site.contest.world.plant.id}", ""), path
        assert "李师傅工作室" not in response.text, path
        assert site.contest.accounts["anna"].id not in response.text, path


def test_foreign_ids_in_the_boxes_of_own_forms_are_refused(site, stranger):
    """An own competition, an own studio, an own panel: but with somebody else's organization, person or stage."""
    plant, anna = site.contest.world.plant.id, site.contest.accounts["anna"].id
    with db.transaction() as session:
        from contest.competitions.models import CompetitionKind
        from contest.competitions.services import create_competition, create_event

        own = create_competition(
            session, SYSTEM, organization=stranger.city, kind=CompetitionKind.SKILLS, title="自己的"
        )
        event = create_event(session, SYSTEM, own, title="自己的项目")
        event_id = event.id
    before = dump()
    attempts = {
        "/competitions": {"title": "假", "organization_id": plant, "organization": plant, "kind": "skills"},
        "/people": {"login": "x9", "name": "假", "organization_id": plant},
        f"/people/{site.account('stranger').id}/roles": {"role": "judge", "organization_id": plant},
        "/studios": {"name": "假", "leader": "假", "organization_id": plant, "kind": "model_worker"},
        f"/events/{event_id}/panel/appoint": {"stage": site.contest.stage.id, "account": anna},
        f"/events/{event_id}/panel/judges": {"stage": site.contest.stage.id, "name": "假", "organization": plant},
        f"/organizations/{plant}": {"name": "假", "kind": "team"},
    }
    for path, fields in attempts.items():
        assert site.post("stranger", path, **fields).status_code in (403, 404, 405, 422), path
    after = dump()
    assert {name for name in after if after[name] != before[name]} == set()
    site.post("stranger", f"/events/{event_id}/entries", name="自己人", organization_id=plant)
    with db.engine().connect() as connection:
        linked = connection.exec_driver_sql(
            f"SELECT count(*) FROM entry WHERE event_id = '{event_id}' AND organization_id = '{plant}'"
        )
        assert linked.scalar_one() == 0, "an entry of one tenant is never linked to another's organization"
