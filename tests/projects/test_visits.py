"""Visits between groups (C18): nobody marks a project of their own group, unit, or one their unit owns."""

import pytest

from contest import db
from contest.accounts.queries import actor_for
from contest.actors import SYSTEM
from contest.entries.models import Entry
from contest.errors import ConflictError, InvalidError
from contest.judging.models import PanelRole
from contest.judging.panel import recusals
from contest.judging.panel.kept_apart import kept_apart
from contest.judging.services import appoint, submit_operations
from contest.projects import services, visiting
from contest.projects.queries import projects_of, register_desk
from contest.projects.services import ProjectInput
from tests.projects.scenery import WAN, Site, build_site
from tests.support import make_person

JUDGED = [{"id": "V", "title": "互访", "children": [{"id": "V1", "title": "现场", "max": "100"}]}]


@pytest.fixture
def site(world) -> Site:
    visiting.register_source()
    stage = {"id": "visit", "title": "互访", "rubric": JUDGED, "panel": {"min_judges": 1}}
    return build_site(world, periods=("2026-01",), stages=[stage])


def seat(site: Site, login: str, at: str, group: str = "") -> tuple[str, object]:
    """A judge of that organization who visits for `group`: (member id, actor)."""
    account, _ = make_person(site.world, None, login=login, at=at)
    with db.transaction() as session:
        stage = site.periods["1"][0]
        member = appoint(session, SYSTEM, stage, account, PanelRole.JUDGE)
        if group:
            found = register_desk(session, site.actor("organizer"), site.event.id)
            services.set_visitors(session, site.actor("organizer"), found, {member.id: group})
        return member.id, actor_for(session, account)


def answers(site: Site, actor, codes: list[str]) -> dict[str, str]:
    operations = [
        {"op_id": f"visit-{actor.account_id}-{code}", "event": site.event.id, "stage": "visit", "period": "1",
         "entry": code, "aspect": "V1", "value": 80}
        for code in codes
    ]  # fmt: skip
    return {
        code: found["reason"] or found["result"]
        for code, found in zip(codes, submit_operations(actor, operations), strict=True)
    }


def test_a_visitor_marks_other_groups_only(site: Site):
    _, east = seat(site, "east", "county", "东片")
    assert answers(site, east, ["K01", "K02"]) == {"K01": "recused", "K02": "accepted"}


def test_a_project_that_joins_the_group_later_is_kept_from_its_visitor_at_once(site: Site):
    _, west = seat(site, "west", "county", "西片")
    with db.transaction() as session:
        new = ProjectInput("后来的工程", "K03", contractor="别的公司", group_name="西片", investment=WAN)
        services.register_projects(session, site.actor("organizer"), site.event, [new])
    assert answers(site, west, ["K01", "K02", "K03"]) == {"K01": "accepted", "K02": "recused", "K03": "recused"}


def test_nobody_marks_a_project_that_their_own_unit_owns(site: Site):
    _, owner = seat(site, "owner", "city")  # 海宁市总工会 owns K01
    assert answers(site, owner, ["K01", "K02"]) == {"K01": "recused", "K02": "accepted"}


def test_the_pairs_are_registered_with_their_reason_and_shown_as_recusals(site: Site):
    member, _ = seat(site, "east", "county", "东片")
    with db.reading() as session:
        found = {(r.panel_member_id, e.code): r.reason for r, _, e in recusals.recusals_in(session, site.event)}
        pairs = kept_apart(session.connection(), site.event.tenant_id, [site.event.id])
    assert found[member, "K01"] == visiting.OWN_GROUP
    assert (member, "K02") not in found
    assert {m for m, _ in pairs} == {member}


def test_no_organizer_takes_marks_out_by_a_visit_or_a_group(site: Site):
    """Whoever knew the marks could pick the visits by them: a judge's marks go by two persons alone."""
    member, west = seat(site, "west", "county", "西片")
    assert answers(site, west, ["K01"]) == {"K01": "accepted"}
    with db.reading() as session:
        found = register_desk(session, site.actor("organizer"), site.event.id)
    with pytest.raises(ConflictError), db.transaction() as session:
        services.set_visitors(session, site.actor("organizer"), found, {member: "东片"})
    with db.transaction() as session:
        found = register_desk(session, site.actor("organizer"), site.event.id)
        ((first, entry),) = [pair for pair in projects_of(session, found) if pair[1].code == "K01"]
    moved = ProjectInput(entry.name, entry.number, first.owner, first.contractor, "西片", first.investment)
    with pytest.raises(InvalidError) as refused, db.transaction() as session:
        services.register_projects(session, site.actor("organizer"), site.event, [moved])
    assert "group_name" in refused.value.fields
    with db.reading() as session:
        assert not [
            r
            for r, _, _ in recusals.recusals_in(session, site.event)
            if r.panel_member_id == member and session.get_one(Entry, (r.tenant_id, r.entry_id)).code == "K01"
        ]
