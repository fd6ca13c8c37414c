"""Setting up, adopting and opening: who may, in which state, and what it leaves behind."""

import json

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM, Role
from contest.audit.models import AuditRecord
from contest.competitions import queries, services
from contest.competitions.models import CompetitionKind, EventState, Period, PeriodState, Stage
from contest.competitions.policy import can_see_competition
from contest.competitions.rule_services import synchronise_stages
from contest.competitions.starting_points import starting_document
from contest.core.parsing import parse_rule_set
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.ledger.models import LedgerRow
from tests.competitions.helpers import make_event, one_entry
from tests.support import make_person


def test_a_competition_belongs_to_the_tenant_and_path_of_its_organization(session, world):
    made = services.create_competition(
        session, SYSTEM, organization=world.plant, kind=CompetitionKind.MERIT, title="立功竞赛"
    )
    assert (made.tenant_id, made.organization_path) == (world.city.id, world.plant.path)


@pytest.mark.parametrize("role", [Role.JUDGE, Role.SUPERVISOR, Role.UNIT_CONTACT, Role.CHIEF_JUDGE])
def test_other_roles_found_and_write_nothing(world, role, database):
    actor = make_person(world, role)[1]
    with db.transaction() as session:
        competition, event = make_event(session, world)
        with pytest.raises(ForbiddenError):
            services.create_competition(session, actor, organization=world.city, kind=CompetitionKind.MERIT, title="x")
        with pytest.raises(ForbiddenError):
            services.create_event(session, actor, competition, title="x")
        with pytest.raises(ForbiddenError):
            services.update_event(session, actor, event, title="x")
        with pytest.raises(ForbiddenError):
            services.save_rule_set(session, actor, event, starting_document("skills", "x"))


def test_an_administrator_sets_up_but_writes_no_rules(world, database):
    actor = make_person(world, Role.ADMINISTRATOR)[1]
    with db.transaction() as session:
        competition, _ = make_event(session, world)
        event = services.create_event(session, actor, competition, title="焊工")
        with pytest.raises(ForbiddenError):
            services.save_rule_set(session, actor, event, starting_document("skills", "x"))
        with pytest.raises(ForbiddenError):
            services.open_period(session, actor, _period(session, world))


def _period(session, world) -> Period:
    _, event = make_event(session, world, point="skills", adopt=True)
    one_entry(session, event)
    return queries.periods_of(session, event)[0]


def test_adopting_writes_defaults_out_makes_stages_and_tells_ledger_and_audit(session, world):
    competition, event = make_event(session, world, point="merit")
    version = services.adopt_rule_set(session, SYSTEM, event)
    assert event.state is EventState.ADOPTED
    assert event.rule_set_id == version.id
    assert json.loads(version.document)["remaining_ties"] == "share"  # a default that the template leaves out
    assert version.digest == queries.rules_in_force(session, event).digest
    pairs = queries.stage_periods(session, event)
    assert {stage.key for stage, _ in pairs} == {"routine"}
    assert [period.key for _, period in pairs] == [str(n) for n in range(1, 13)]
    assert pairs[6][1].title == "第 7 月"
    row = session.exec(select(LedgerRow).where(LedgerRow.competition_id == competition.id)).one()
    assert json.loads(row.body)["data"] == {"event": event.id, "version": 1, "rules": version.digest}
    assert "adopt" in [record.action for record in session.exec(select(AuditRecord)).all()]


def test_rules_are_not_in_force_before_adoption_and_not_adopted_twice(session, world):
    _, event = make_event(session, world, point="merit")
    with pytest.raises(ConflictError):
        queries.rules_in_force(session, event)
    services.adopt_rule_set(session, SYSTEM, event)
    with pytest.raises(ConflictError):
        services.adopt_rule_set(session, SYSTEM, event)
    with pytest.raises(ConflictError):
        services.save_rule_set(session, SYSTEM, event, starting_document("skills", "x"))


def test_a_faulty_draft_is_kept_but_not_adopted(session, world):
    _, event = make_event(session, world)
    document = starting_document("skills", "电工")
    document["stages"][0]["weight"] = "0.4"
    services.save_rule_set(session, SYSTEM, event, document)
    with pytest.raises(InvalidError) as refused:
        services.adopt_rule_set(session, SYSTEM, event)
    assert refused.value.fields["stages"].params == {"sum": "1.1"}
    assert event.state is EventState.DRAFT
    assert queries.stages_of(session, event) == []


def test_a_draft_is_saved_only_over_the_draft_it_was_made_from(session, world):
    _, event = make_event(session, world)
    first = services.save_rule_set(session, SYSTEM, event, starting_document("skills", "一"), base="")
    digest = first.digest
    services.save_rule_set(session, SYSTEM, event, starting_document("skills", "二"), base=digest)
    with pytest.raises(ConflictError):
        services.save_rule_set(session, SYSTEM, event, starting_document("skills", "三"), base=digest)
    assert json.loads(queries.newest_version(session, event).document)["title"] == "二"


def test_periods_open_pause_and_open_again(session, world):
    period = _period(session, world)
    event = queries.event_of_period(session, period)
    services.open_period(session, SYSTEM, period)
    assert (period.state, event.state) == (PeriodState.OPEN, EventState.SCORING)
    assert period.opened_at is not None
    with pytest.raises(ConflictError):
        services.open_period(session, SYSTEM, period)
    services.pause_period(session, SYSTEM, period)
    with pytest.raises(ConflictError):
        services.pause_period(session, SYSTEM, period)
    services.open_period(session, SYSTEM, period)
    period.state = PeriodState.LOCKED
    with pytest.raises(ConflictError):
        services.open_period(session, SYSTEM, period)


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.PUBLISHED, EventState.CLOSED])
def test_no_period_opens_before_adoption_or_after_publication(session, world, state):
    period = _period(session, world)
    queries.event_of_period(session, period).state = state
    with pytest.raises(ConflictError):
        services.open_period(session, SYSTEM, period)


def test_only_a_published_event_is_archived(session, world):
    competition, event = make_event(session, world, point="skills", adopt=True)
    with pytest.raises(ConflictError):
        services.close_event(session, SYSTEM, event)
    event.state = EventState.PUBLISHED
    session.flush()
    services.close_event(session, SYSTEM, event)
    assert event.state is EventState.CLOSED
    assert competition.closed_at is not None


def test_stage_rows_keep_their_ids_when_the_rules_change(session, world):
    _, event = make_event(session, world, point="skills", adopt=True)
    before = {stage.key: stage.id for stage in queries.stages_of(session, event)}
    document = starting_document("skills", "电工")
    document["stages"] = [document["stages"][1], {**document["stages"][0], "id": "oral", "title": "答辩"}]
    document["ties"] = []
    synchronise_stages(session, event, parse_rule_set(document))
    after = {stage.key: stage.id for stage in queries.stages_of(session, event)}
    assert list(after) == ["practice", "oral"]
    assert after["practice"] == before["practice"]
    assert len(session.exec(select(Stage)).all()) == len(session.exec(select(Period)).all()) == 2


def test_events_are_appended_in_order(session, world):
    competition, first = make_event(session, world)
    second = services.create_event(session, SYSTEM, competition, title="焊工")
    assert [event.id for event in queries.events_of(session, competition)] == [first.id, second.id]
    assert (first.position, second.position) == (1, 2)


def test_what_an_actor_may_see_is_the_same_in_policy_and_in_sql(world, database):
    """One truth in two forms: for every role and place the list and the single look agree."""
    with db.transaction() as session:
        made = [make_event(session, world, at=place)[0] for place in ("city", "county", "plant", "works", "team")]
    seen = {}
    for role in Role:
        for place in ("city", "plant"):
            actor = make_person(world, role, login=f"{role}-{place}", at=place)[1]
            with db.reading() as session:
                rows, total = queries.competition_rows(session, actor)
            listed = {row.competition.id for row in rows}
            assert total == len(listed)
            assert listed == {item.id for item in made if can_see_competition(actor, item)}
            seen[role, place] = {made.index(item) for item in made if item.id in listed}
    assert seen[Role.ORGANIZER, "plant"] == {2, 4}
    assert seen[Role.UNIT_CONTACT, "plant"] == {0, 1, 2, 4}
    assert seen[Role.JUDGE, "plant"] == {2, 4}
    assert seen[Role.HALL_SCREEN, "city"] == set()


def test_a_role_for_one_competition_shows_that_one_alone(world, database):
    with db.transaction() as session:
        competition, event = make_event(session, world)
        _, other = make_event(session, world)
    actor = make_person(world, Role.JUDGE, competition_id=competition.id)[1]
    with db.reading() as session:
        assert queries.get_event(session, event.id, actor).id == event.id
        with pytest.raises(NotFoundError):
            queries.get_event(session, other.id, actor)
