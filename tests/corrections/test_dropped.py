"""A correction whose mark or fact the rules in force know no more: its page still says what it was about."""

import json

import pytest

from contest import db
from contest.actors import Role
from contest.competitions.models import Event, RuleSetVersion
from contest.corrections import correcting
from contest.corrections.facts import FactCorrection
from contest.corrections.marks import Correction
from tests.awards.scenery import published
from tests.corrections.test_facts import RULES, VETO
from tests.support import make_person, sign_in


@pytest.mark.parametrize("decided", [False, True])
def test_what_was_corrected_is_told_after_the_rules_have_dropped_it(client, world, decided):
    contest = published(world, **RULES)
    codes = [entry.code for entry in contest.entries]
    asked = (FactCorrection(codes[0], VETO), "1"), (Correction("final", "1", codes[1], "T1", 1, ""), "96")
    acts = [propose(contest, *one) for one in asked]
    with db.transaction() as session:
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        for act in acts if decided else ():
            correcting.refuse_correction(session, contest.organizer, event, act.id, "")
        version = session.get_one(RuleSetVersion, (event.tenant_id, event.rule_set_id))
        document = json.loads(version.document) | {"vetoes": []}
        document["stages"][0]["rubric"][0]["children"][0]["id"] = "T9"
        version.document = json.dumps(document)
    sign_in(client, make_person(contest.world, Role.SUPERVISOR)[0])
    for act, words in zip(acts, ("accident", "T1"), strict=True):
        page = client.get(f"/events/{contest.event.id}/marks/acts/{act.id}")
        assert page.status_code == 200
        assert words in page.text


def propose(contest, asked, value):
    with db.reading() as session:
        view = correcting.preview(session, contest.organizer, contest.event.id, asked, value)
    with db.transaction() as session:
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        return correcting.propose_correction(
            session, contest.organizer, event, view.asked, reason="照纸质表", seen=view.effects.digest
        )
