"""What touches the tables: a report kept and found again, the unit of an external judge."""

from __future__ import annotations

import json

from litestar.testing import TestClient
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions.queries import stages_of
from contest.entries.queries import entries_of
from contest.fairness.models import FairnessReport
from contest.fairness.queries import latest_report
from contest.judging.models import Recusal
from contest.judging.panel.services import appoint_external
from tests.fairness.test_pages import make_report, path
from tests.publications.making import lock_all, make_contest, publish, score_all
from tests.support import make_person, sign_in


def test_the_newest_report_of_a_stage_is_the_one_that_is_offered(client: TestClient) -> None:
    made = make_contest()
    score_all(made)
    lock_all(made)
    publish(made)
    make_report(made)
    newest = make_report(made)
    with db.reading() as session:
        found = latest_report(session, made.fresh(session), "practice")
        assert len(session.exec(select(FairnessReport)).all()) == 2
    assert found is not None
    assert newest.endswith(found.id)
    body = json.loads(found.body)
    assert (body["marks"], body["entries"], body["left_out"], body["own"]) == (18, 3, 0, [])
    assert found.with_ranks
    sign_in(client, make_person(made.world, Role.SUPERVISOR)[0])
    assert newest in client.get(path(made)).text


def test_the_unit_of_an_external_judge_keeps_them_from_their_own_entries(client: TestClient) -> None:
    """What the form says ("finds the own unit") holds for external judges too."""
    made = make_contest()
    with db.transaction() as session:
        event = made.fresh(session)
        stage = next(stage for stage in stages_of(session, event) if stage.key == "practice")
        entry = entries_of(session, event)[0]
        entry.organization_id = made.world.plant.id
        session.add(entry)
        session.flush()
        member = appoint_external(session, SYSTEM, stage, "厂内评委", organization=made.world.team)
        found = session.exec(select(Recusal).where(Recusal.panel_member_id == member.id)).all()
        assert [recusal.entry_id for recusal in found] == [entry.id]
        member = appoint_external(session, SYSTEM, stage, "厂外评委", organization=made.world.county)
        assert not session.exec(select(Recusal).where(Recusal.panel_member_id == member.id)).all()
