"""The life line counts what the higher features know, through the facts that the app registers."""

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions import queries
from contest.competitions.rule_services import adopt_rule_set, save_rule_set
from contest.competitions.starting_points import starting_document
from contest.entries.models import Entry, EntryKind
from contest.entries.services import assign_codes
from contest.event_facts import before_anybody_came, event_facts
from contest.judging.models import PanelRole
from contest.judging.panel import services as panels
from tests.competitions.helpers import make_event, new_event
from tests.support import make_person, sign_in


def enter(session, event, number, **more):
    session.add(
        Entry(
            tenant_id=event.tenant_id, event_id=event.id, kind=EntryKind.PERSON, number=number, name=f"选手{number}",
            **more,
        )
    )  # fmt: skip
    session.flush()


def test_entries_codes_and_missing_judges_are_counted(session, world):
    _, event = make_event(session, world, point="skills", adopt=True)
    assert event_facts(session, event)["entries"] == 0
    enter(session, event, "1")
    enter(session, event, "2", code="K7M2")
    enter(session, event, "3", state="withdrawn")
    facts = event_facts(session, event)
    assert (facts["entries"], facts["uncoded"]) == (2, 1)
    assert facts["missing_judges"] == 5  # practice asks for five; theory is typed by the clerk
    assert (facts["publications"], facts["awards"], facts["certificates"]) == (0, 0, 0)


def test_an_appointed_judge_is_no_longer_missing(world, database):
    account, _ = make_person(world, Role.JUDGE)
    with db.transaction() as session:
        _, event = make_event(session, world, point="skills", adopt=True)
        practice = queries.stages_of(session, event)[1]
        panels.appoint(session, SYSTEM, practice, account, PanelRole.JUDGE)
        assert event_facts(session, event)["missing_judges"] == 4


def test_the_desk_shows_them_and_links_to_the_next_step(client, world):
    _, event = new_event(world, point="skills", adopt=True)
    sign_in(client, make_person(world, Role.ORGANIZER)[0])
    here = f"/events/{event.id}"
    page = client.get(here).text
    assert "登记参赛者：逐个填写，或者从 Excel 导入。" in page
    assert f'href="{here}/entries"' in page
    with db.transaction() as session:
        enter(session, event, "1")
    page = client.get(here).text
    assert "抽签：给每个参赛者一个加密号" in page
    assert f'href="{here}/draw"' in page


def test_nothing_opens_before_somebody_has_entered_and_has_a_code(client, world):
    """Judges would find no sheet, and the line would call it scoring."""
    _, event = new_event(world, point="skills", adopt=True)
    token = sign_in(client, make_person(world, Role.ORGANIZER)[0]).csrf_token
    here = f"/events/{event.id}"
    with db.reading() as session:
        period = queries.stage_periods(session, event)[0][1]
    button = f"/periods/{period.id}/open"

    def refused(what, page):
        text = client.get(here).text
        assert button not in text
        assert f'<a href="{here}/{page}">{what}</a>' in text
        answer = client.post(button, data={"csrf_token": token})
        assert answer.status_code == 409
        assert what in answer.text

    refused("还没有参赛者", "entries")
    with db.transaction() as session:
        enter(session, event, "1")
    refused("1 个没有加密号", "draw")
    with db.transaction() as session:
        assign_codes(session, SYSTEM, event)
    assert button in client.get(here).text
    assert client.post(button, data={"csrf_token": token}, follow_redirects=False).status_code == 303


def test_a_call_for_proposals_opens_before_the_first_one_comes(world, database):
    with db.transaction() as session:
        _, event = make_event(session, world)
        document = starting_document("innovation", "微创新") | {"entry_kind": "proposal"}
        save_rule_set(session, SYSTEM, event, document)
        adopt_rule_set(session, SYSTEM, event)
        stage = queries.stages_of(session, event)[0]
        assert not before_anybody_came(session, event, stage)
        enter(session, event, "1")
        assert before_anybody_came(session, event, stage), "but none without a code"
