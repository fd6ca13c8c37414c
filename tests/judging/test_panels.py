"""Appointing, removing, recusing."""

import pytest
from sqlmodel import select

from contest import db
from contest.accounts.models import RoleGrant
from contest.actors import SYSTEM, Role
from contest.entries.inputs import EntryInput
from contest.entries.queries import entries_of
from contest.entries.services import add_entry
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.judging import services
from contest.judging.models import PanelRole, Recusal
from contest.judging.panel.queries import panel_view
from contest.judging.queries import locate, members_of
from contest.judging.sheet.queries import sheet_lines
from contest.organizations.models import Organization
from tests.support import make_person


def test_codes_follow_the_role_and_are_never_given_twice(contest):
    with db.reading() as session:
        assert [line.member.code for line in members_of(session, contest.event)] == ["J1", "J2", "C1", "K1"]
    account, _ = make_person(contest.world, None, login="dora", at="county")
    with db.transaction() as session:
        services.remove_member(session, SYSTEM, contest.members["anna"])
        assert services.appoint(session, SYSTEM, contest.stage, account).code == "J3"
        assert services.appoint(session, SYSTEM, contest.stage, contest.accounts["anna"]).code == "J1"


def test_an_appointment_gives_the_role_for_this_competition_and_removal_takes_it_back(contest):
    def grants():
        with db.reading() as session:
            query = select(RoleGrant.role, RoleGrant.competition_id)
            return session.exec(query.where(RoleGrant.account_id == contest.accounts["anna"].id)).all()

    assert grants() == [(Role.JUDGE, contest.competition.id)]
    with db.transaction() as session:
        services.remove_member(session, SYSTEM, contest.members["anna"])
    assert grants() == []


def test_twice_on_one_panel_is_refused_and_only_the_organizer_appoints(contest):
    with db.transaction() as session:
        with pytest.raises(ConflictError):
            services.appoint(session, SYSTEM, contest.stage, contest.accounts["anna"])
        with pytest.raises(ForbiddenError):
            services.appoint(session, contest.actors["chief"], contest.stage, contest.accounts["supervisor"])
        with pytest.raises(InvalidError):
            services.appoint_external(session, SYSTEM, contest.stage, "某评委", code="J1")


def test_who_has_marked_stays_on_the_panel(contest):
    contest.send("anna", contest.op(31))
    with db.transaction() as session, pytest.raises(ConflictError):
        services.remove_member(session, SYSTEM, contest.members["anna"])


def test_an_own_unit_found_later_is_hidden_at_once_and_then_registered(contest):
    with db.transaction() as session:
        entry = add_entry(session, SYSTEM, contest.event, EntryInput(name="赵四", unit="海塘建设集团"))
    with db.reading() as session:
        lines = sheet_lines(session, locate(session, contest.period.id), contest.members["bo"])
        assert entry.code not in [line.code for line in lines]
        assert panel_view(session, contest.actors["organizer"], contest.event.id).unregistered == 1
    with db.transaction() as session:
        assert services.refresh_recusals(session, contest.actors["chief"], contest.event) == 1
        assert services.refresh_recusals(session, contest.actors["chief"], contest.event) == 0
    with db.reading() as session:
        assert len(session.exec(select(Recusal).where(Recusal.ledger_seq != None)).all()) == 2  # noqa: E711


def test_a_team_of_the_judges_enterprise_is_the_own_unit(contest):
    """bo's colleague in a team below the plant counts as the plant; a neighbour in the county does not."""
    account, _ = make_person(contest.world, None, login="teamster", at="team")
    with db.transaction() as session:
        services.appoint(session, SYSTEM, contest.stage, account)
    with db.reading() as session:
        found = [r for r in session.exec(select(Recusal)).all() if r.panel_member_id not in
                 {m.id for m in contest.members.values()}]  # fmt: skip
    with db.reading() as session:
        names = {e.id: e.name for e in entries_of(session, contest.event)}
    assert sorted(names[r.entry_id] for r in found) == ["李二", "王一"]


def test_a_recusal_by_hand_needs_a_reason_and_the_right(contest):
    with db.reading() as session:
        entry = entries_of(session, contest.event)[0]
    chief = contest.members["chief"]
    with db.transaction() as session:
        with pytest.raises(InvalidError):
            services.recuse(session, contest.actors["chief"], contest.members["anna"], entry, " ", chief)
        with pytest.raises(ForbiddenError):
            services.recuse(session, contest.actors["anna"], contest.members["anna"], entry, "师徒", None)
        services.recuse(session, contest.actors["chief"], contest.members["anna"], entry, "师徒", chief)
        with pytest.raises(ConflictError):
            services.recuse(session, contest.actors["chief"], contest.members["anna"], entry, "师徒", chief)
    assert contest.send("anna", contest.op(31, entry=entry.code))[0]["reason"] == "recused"


def test_a_judge_made_on_the_spot_can_enrol_a_tablet(contest):
    with db.transaction() as session:
        member = services.create_judge(
            session, contest.actors["organizer"], contest.stage, name="周五", organization=contest.world.county,
            role=PanelRole.CHIEF,
        )  # fmt: skip
        assert (member.code, member.scores) == ("C2", False)
        assert len(services.make_enrolment(session, contest.actors["organizer"], member)) >= 22
        external = services.appoint_external(session, contest.actors["organizer"], contest.stage, "外请")
        with pytest.raises(ConflictError):
            services.make_enrolment(session, contest.actors["organizer"], external)


def test_no_paper_sheet_of_an_external_judge_is_typed_for_their_own_unit(contest):
    """Else the mark would stand until the lock finds the unit, and then drop out of the result unseen."""
    with db.transaction() as session:
        plant = session.get_one(Organization, contest.world.plant.id)
        external = services.appoint_external(session, SYSTEM, contest.stage, "外请", organization=plant)
        late = add_entry(session, SYSTEM, contest.event, EntryInput("晚到", organization_id=plant.id)).code
    (own,) = contest.send("clerk", contest.op(30, entry=late, judge=external.code))
    assert (own["result"], own["reason"]) == ("quarantined", "recused")
    assert contest.send("clerk", contest.op(30, entry=2, judge=external.code))[0]["result"] == "accepted"
