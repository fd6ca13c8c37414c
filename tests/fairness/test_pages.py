"""The report's pages: who may see what and when, codes before unsealing, the job, the PDF."""

from __future__ import annotations

import io
import json

import pytest
import sqlalchemy as sa
from litestar.testing import TestClient
from pypdf import PdfReader
from sqlmodel import select

from contest import db
from contest.accounts.queries import actor_for
from contest.actors import SYSTEM, Role
from contest.competitions.queries import stage_periods, stages_of
from contest.fairness.models import FairnessReport
from contest.fairness.services import order_report
from contest.jobs.worker import run_pending
from contest.judging import services as judging
from contest.judging.models import MarkRow, PanelRole
from contest.judging.queries import marks_of
from tests.publications.making import NAMES, Made, lock_all, make_contest, operation, publish, score_all, send
from tests.support import make_person, sign_in, unlock


def enter(client: TestClient, made: Made, role: Role) -> str:
    account, _ = make_person(made.world, role)
    return sign_in(client, account).csrf_token


def path(made: Made) -> str:
    return f"/events/{made.event.id}/fairness"


def make_report(made: Made, stage_key: str = "practice") -> str:
    """The address of a fresh report, made by the system."""
    with db.transaction() as session:
        event = made.fresh(session)
        stage = next(stage for stage in stages_of(session, event) if stage.key == stage_key)
        order_report(session, SYSTEM, event, stage, next_url="/", back_url="/")
    run_pending()
    with db.reading() as session:
        report = session.exec(select(FairnessReport).order_by(FairnessReport.id.desc())).first()
    return f"{path(made)}/{report.id}"


@pytest.fixture
def database(sqlite) -> sa.Engine:
    """SQLite alone: who may see what makes no difference to it. `test_on_both_databases` makes a report on both."""
    return sqlite


@pytest.fixture
def made(client: TestClient) -> Made:
    found = make_contest()
    score_all(found)
    return found


def test_ordering_by_the_page_and_reading_what_came_out(client: TestClient, made: Made) -> None:
    lock_all(made)
    token = enter(client, made, Role.SUPERVISOR)
    page = client.get(path(made)).text
    assert "没有各自打分的评分点" in page  # theory is measured
    answer = client.post(path(made), data={"csrf_token": token, "stage": "practice"}, follow_redirects=False)
    assert answer.status_code == 303
    assert "公平性报告" in client.get(answer.headers["location"]).text
    run_pending()
    link = client.get(path(made)).text.split('cell-link" href="')[-1]
    assert made.event.id in link
    with db.reading() as session:
        report = session.exec(select(FairnessReport)).one()
        before = marks_of(session, made.fresh(session))
    text = client.get(f"{path(made)}/{report.id}").text
    for words in ("宽严", "Krippendorff", "分太少，说不出", "去掉一名裁判", "82.1", "没有裁判自己打分的时刻"):
        assert words in text, words
    assert text.count("<svg") >= 3
    with db.reading() as session:
        assert marks_of(session, made.fresh(session)) == before


def test_a_measured_stage_and_an_unknown_one_are_refused(client: TestClient, made: Made) -> None:
    lock_all(made)
    token = enter(client, made, Role.SUPERVISOR)
    for stage, status in (("theory", 409), ("nothing", 404)):
        answer = client.post(path(made), data={"csrf_token": token, "stage": stage}, follow_redirects=False)
        assert answer.status_code == status


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.ADMINISTRATOR, Role.CHIEF_JUDGE])
def test_those_who_wait_for_the_lock(client: TestClient, made: Made, role: Role) -> None:
    """A chief judge of the competition who has no seat on this stage waits like the organizer."""
    address = make_report(made)
    token = enter(client, made, role)
    assert client.get(address).status_code == 403
    assert client.get(f"{address}/report.pdf").status_code == 403
    assert client.post(path(made), data={"csrf_token": token, "stage": "practice"}).status_code == 403
    assert address not in client.get(path(made)).text
    lock_all(made)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("role", [Role.JUDGE, Role.CLERK, Role.UNIT_CONTACT, Role.MEMBER])
def test_never_for_others(client: TestClient, made: Made, role: Role) -> None:
    lock_all(made)
    address = make_report(made)
    enter(client, made, role)
    for one in (path(made), address, f"{address}/report.pdf"):
        assert client.get(one).status_code in (403, 404)


def test_before_the_lock_there_are_marks_but_no_totals(client: TestClient, made: Made) -> None:
    """Totals and ranks are nobody's before the lock, also when a report with them was made before an unlock."""
    early = make_report(made)
    enter(client, made, Role.SUPERVISOR)
    text = client.get(early).text
    assert "锁定以前谁也看不到总分和名次" in text
    assert "82.1" not in text
    lock_all(made)
    late = make_report(made)
    assert "82.1" in client.get(late).text
    with db.transaction() as session:
        _, period = stage_periods(session, made.fresh(session))[-1]
        unlock(session, period, "补录")
    assert "82.1" not in client.get(late).text


def test_the_stages_own_chief_judge_sees_it_at_once(client: TestClient, made: Made) -> None:
    account, _ = make_person(made.world, None, login="chief", at="county")
    with db.transaction() as session:
        stage = next(stage for stage in stages_of(session, made.fresh(session)) if stage.key == "practice")
        judging.appoint(session, SYSTEM, stage, account, PanelRole.CHIEF)
    address = make_report(made)
    sign_in(client, account)
    assert client.get(address).status_code == 200
    with db.reading() as session:
        assert actor_for(session, account).holds(
            Role.CHIEF_JUDGE, tenant_id=made.event.tenant_id, path="/", competition_id=made.competition.id
        )


def test_codes_until_unsealing_then_names(client: TestClient, made: Made) -> None:
    lock_all(made)
    address = make_report(made)
    enter(client, made, Role.ORGANIZER)
    text = client.get(address).text
    assert made.codes[0] in text
    assert "CANARY" not in text
    assert "谁是哪个单位的不能和分对上" in text
    with db.reading() as session:
        assert "CANARY" not in session.exec(select(FairnessReport.body)).one()
        assert "own" not in json.loads(session.exec(select(FairnessReport.body)).one())
    publish(made)
    text = client.get(address).text
    assert any(name in text for name in NAMES)
    assert "可能已经过时" in text
    assert "没有裁判给本单位打过分" in client.get(make_report(made)).text


def test_the_pdf_says_what_the_page_says_and_carries_its_pictures(client: TestClient, made: Made) -> None:
    lock_all(made)
    address = make_report(made)
    enter(client, made, Role.ARBITRATOR)
    answer = client.get(f"{address}/report.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\n", "")
    for wanted in ("公平性报告", "宽严", "偏松", "Kendall W", "分界线", "82.1", "只提醒复核时先看这里"):
        assert wanted in text, wanted


def test_english(client: TestClient, made: Made) -> None:
    lock_all(made)
    address = make_report(made)
    enter(client, made, Role.SUPERVISOR)
    client.cookies.set("contest_language", "en")
    text = client.get(address, headers={"Accept-Language": "en"}).text
    assert "Too few marks to say" in text
    assert "Leaving out one judge" in text


def test_another_events_report_is_not_found(client: TestClient, made: Made) -> None:
    lock_all(made)
    address = make_report(made)
    other = make_contest(world=made.world)
    lock_all(other)
    enter(client, made, Role.SUPERVISOR)
    assert client.get(address.replace(made.event.id, other.event.id)).status_code == 404


def test_queries_do_not_grow_with_the_entries(client: TestClient) -> None:
    counts, world = [], None
    for names in (("甲",), ("甲", "乙", "丙")):
        made = make_contest(names=names, world=world)
        world = made.world
        score_all(made) if len(names) == 3 else None
        lock_all(made)
        address = make_report(made)
        enter(client, made, Role.ORGANIZER)
        found = []
        for one in (path(made), address):
            with db.counting_queries() as statements:
                assert client.get(one).status_code == 200
            found.append(len(statements))
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20


def test_a_clerks_clock_is_not_the_judges(client: TestClient, made: Made) -> None:
    send(operation(made.event.id, ("practice", "1", "P1"), made.codes[0], "J1", 510, base=_revision(made), reason="核"))
    lock_all(made)
    address = make_report(made)
    with db.reading() as session:
        report = session.get_one(FairnessReport, (made.event.tenant_id, address.rsplit("/", 1)[1]))
    assert json.loads(report.body)["timed"] == 0


def _revision(made: Made) -> int:
    key = (MarkRow.event_id == made.event.id, MarkRow.stage_key == "practice", MarkRow.aspect == "P1")
    mine = (MarkRow.entry_code == made.codes[0], MarkRow.judge_code == "J1")
    with db.reading() as session:
        return session.exec(select(MarkRow.revision).where(*key, *mine)).one()
