"""The life line counts what the higher features know, through the facts that the app registers."""

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions import queries
from contest.entries.models import Entry, EntryKind
from contest.event_facts import event_facts
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
