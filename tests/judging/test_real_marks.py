"""Published competitions through the platform's own import: rule set as data, marks as a file, official results out.

`tests/calculator` does the same with `contest score`; the rule sets and the relayout of the columns are its own.
"""

from __future__ import annotations

import html
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM, Actor, Role
from contest.competitions.models import CompetitionKind
from contest.competitions.queries import get_event, stage_periods
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.entries.drawing import assign_codes
from contest.entries.inputs import EntryInput
from contest.entries.services import add_entries
from contest.jobs.models import Job, JobState
from contest.jobs.worker import run_pending
from contest.judging import services as judging
from contest.judging.marks.importing import start_import
from contest.publications.services import publish
from contest.standings.services import Computation, compute
from contest.verifier.__main__ import main as verify
from tests.calculator import test_diving as diving
from tests.calculator import test_skating as skating
from tests.calculator.relayout import melt, table, write
from tests.support import World, build_world, make_person, sign_in, unseal

RULES = Path(diving.__file__).parent / "rulesets"
NOBODY_ELSE = "已公布的分，没有第二人核对"
"""An imported file is compared by a second person, or locked with a reason: these marks were published long ago."""


@pytest.fixture
def world(sqlite) -> World:
    """SQLite alone: which database it is makes no difference to a rank, and the marks are many."""
    with db.transaction() as session:
        return build_world(session)


@pytest.fixture
def organizer(world) -> Actor:
    return make_person(world, Role.ORGANIZER)[1]


def make_competition(world: World, title: str) -> Any:
    with db.transaction() as session:
        return create_competition(session, SYSTEM, organization=world.city, kind=CompetitionKind.SKILLS, title=title)


def make_event(competition: Any, title: str, rules: str, entries: dict[str, EntryInput]) -> str:
    """An event open for scoring; not blind, as in the open contests that the marks come from."""
    document = json.loads((RULES / f"{rules}.json").read_text("utf-8")) | {"blind": False}
    with db.transaction() as session:
        event = create_event(session, SYSTEM, competition, title=title)
        save_rule_set(session, SYSTEM, event, document)
        adopt_rule_set(session, SYSTEM, event)
        add_entries(session, SYSTEM, event, list(entries.values()))
        assign_codes(session, SYSTEM, event)
        for _, period in stage_periods(session, event):
            open_period(session, SYSTEM, period)
        return event.id


def bring_marks(actor: Actor, event_id: str, path: Path, **options: Any) -> Job:
    """The page's own job on a file of the documented columns."""
    with db.transaction() as session:
        job = start_import(
            session, actor, get_event(session, event_id), path.read_bytes(), path.name,
            **{"makes_judges": True, "reason": "原始记录"} | options, next_url="/", back_url="/", language="zh-CN",
        )  # fmt: skip
    run_pending()
    with db.reading() as session:
        return session.get_one(Job, (job.tenant_id, job.id))


def computed(event_id: str) -> Computation:
    with db.reading() as session:
        return compute(session, get_event(session, event_id))


def lock_publish_verify(event_id: str, folder: Path) -> dict[str, str]:
    """Publishes, has the independent verifier recount the bundle, and gives the published ranks by code."""
    with db.transaction() as session:
        for _, period in stage_periods(session, get_event(session, event_id)):
            judging.lock_period(session, SYSTEM, period, NOBODY_ELSE)
    with db.reading() as session:
        unseal(get_event(session, event_id))
    with db.transaction() as session:
        publication = publish(session, SYSTEM, get_event(session, event_id), "成绩")
        bundle = folder / "bundle.zip"
        bundle.write_bytes(publication.bundle)
        rows = json.loads(publication.snapshot)["rows"]
    assert verify([str(bundle)]) == 0
    return {row["code"]: row["rank"] for row in rows}


# Diving: an event of the platform is one event-round; its stages are the rounds that count for it.


def diving_rounds() -> list[tuple[str, str, str, list[dict[str, str]], dict[str, str]]]:
    """(event, round, rule set, dives that count for it, official rank by number), twelve of them."""
    dives = table("diving_sydney2000/sydney2000_dives.csv")
    order = sorted({(row["Diver"], row["Country"]) for row in dives})
    numbers = {diver: str(number) for number, diver in enumerate(order, 1)}
    for dive in dives:
        dive["number"] = numbers[dive["Diver"], dive["Country"]]
    found = []
    for event in sorted({dive["Event"] for dive in dives}):
        for rules, decided, counted in diving.ROUNDS:
            own = [dive for dive in dives if dive["Event"] == event]
            ranks = {dive["number"]: dive["Rank"] for dive in own if dive["Round"] == decided}
            there = [dive for dive in own if dive["Round"] in counted and dive["number"] in ranks]
            found.append((event, decided, f"diving_{rules}", there, ranks))
    return found


def diving_marks(path: Path, dives: list[dict[str, str]]) -> Path:
    return write(path, melt(dives, diving.JUDGES, diving.FIXED | {"entry": "number"}))


def diving_event(competition: Any, title: str, rules: str, dives: list[dict[str, str]]) -> str:
    people = {d["number"]: EntryInput(name=d["Diver"], number=d["number"], unit=d["Country"]) for d in dives}
    return make_event(competition, title, rules, people)


def test_all_295_ranks_of_sydney(world, organizer, tmp_path):
    competition = make_competition(world, "Sydney 2000")
    ranks = 0
    for event, decided, rules, dives, official in diving_rounds():
        event_id = diving_event(competition, f"{event} {decided}", rules, dives)
        job = bring_marks(organizer, event_id, diving_marks(tmp_path / "marks.csv", dives))
        assert (job.state, job.error) == (JobState.DONE, "")
        assert job.done == job.total == 7 * len(dives)
        found = {row.entry: row.rank for row in computed(event_id).result.standings}
        assert found == official, f"{event} {decided}"
        ranks += len(found)
    assert ranks == 295
    assert lock_publish_verify(event_id, tmp_path) == official


SKATE_AMERICA = "ISU GP 2016 Progressive Skate America"


def skating_segments() -> dict[tuple[str, str], dict[str, dict[str, str]]]:
    """(rule set, programme) -> its performances by their number: eight segments of one competition."""
    found: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for rules, word in skating.SEGMENTS.items():
        for pid, row in skating.performances(word).items():
            if row["competition"] == SKATE_AMERICA:
                found.setdefault((f"skating_{rules}", row["program"]), {})[pid] = row
    return found


def test_components_totals_and_ranks_of_a_skating_competition(world, organizer, tmp_path):
    competition = make_competition(world, SKATE_AMERICA)
    events, performances = {}, 0
    for (rules, programme), own in skating_segments().items():
        people = {pid: EntryInput(name=row["name"], number=pid, unit=row["nation"]) for pid, row in own.items()}
        event_id = events[programme] = make_event(competition, programme, rules, people)
        job = bring_marks(organizer, event_id, write(tmp_path / "marks.csv", skating.marks_rows(own)))
        assert (job.state, job.error) == (JobState.DONE, "")
        assert_official(computed(event_id), own)
        performances += len(own)
    assert (len(events), performances) == (8, 78)
    eight_judges = events["PAIRS SHORT PROGRAM"]  # the sixth was not there
    assert computed(eight_judges).panels == {"segment": tuple(f"J{n}" for n in (1, 2, 3, 4, 5, 7, 8, 9))}
    official = skating_segments()["skating_short", "PAIRS SHORT PROGRAM"]
    assert lock_publish_verify(eight_judges, tmp_path) == {pid: row["rank"] for pid, row in official.items()}


def assert_official(computation: Computation, own: dict[str, dict[str, str]]) -> None:
    """Segment total and rank, the sum of the components, and the panel's value of each of them."""
    standings = computation.result.standings
    assert {row.entry: (str(row.published.quantize(Decimal("0.01"))), row.rank) for row in standings} == {
        pid: (row["total_segment_score"], row["rank"]) for pid, row in own.items()
    }
    programme, panels = {}, {}
    for row in standings:
        for node in row.tree.walk():
            if node.kind == "criterion" and node.label == "programme":
                programme[row.entry] = node.value
            if node.kind == "aspect" and node.label in skating.COMPONENTS.values():
                panels[row.entry, node.label] = next(part.value for part in node.walk() if part.kind == "panel")
    assert programme == {pid: Decimal(row["total_component_score"]) for pid, row in own.items()}
    assert panels == {
        (row["pid"], skating.COMPONENTS[row["aspect_desc"]]): Decimal(row["scores_of_panel"])
        for row in skating.components(own)
    }


# The same in the browser's way: every step a page's own form.


class Desk:
    """The organizer at the pages of one event."""

    def __init__(self, client: TestClient, token: str, event_id: str) -> None:
        self.client, self.token, self.event = client, token, f"/events/{event_id}"

    def send(self, path: str, file: tuple[str, bytes] | None = None, **boxes: str) -> str:
        """Posts a form as the page would; the address it leads to."""
        files = {"file": file} if file else None
        data = {"csrf_token": self.token} | boxes
        answer = self.client.post(path, data=data, files=files, follow_redirects=False)
        assert answer.status_code in (302, 303), answer.text
        return answer.headers["location"]

    def bring_entries(self, dives: list[dict[str, str]]) -> None:
        people = sorted({(d["number"], d["Diver"], d["Country"]) for d in dives})
        sheet = "\n".join(["编号,姓名,单位", *(",".join(person) for person in people)])
        self.send(f"{self.event}/entries/import", ("entries.csv", sheet.encode()))
        run_pending()
        with db.reading() as session:
            check = session.exec(select(Job).where(Job.kind == "entries.check")).one()
        self.send(f"{self.event}/entries/import/{check.id}")
        run_pending()


def test_rules_entries_and_marks_through_the_pages(app, sqlite, tmp_path):
    event, decided, rules, dives, official = next(
        found for found in diving_rounds() if found[:2] == ("W10mPF", "Final")
    )
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        with db.transaction() as session:
            world = build_world(session)
        competition = make_competition(world, "Sydney 2000")
        with db.transaction() as session:
            event_id = create_event(session, SYSTEM, competition, title=f"{event} {decided}").id
        desk = Desk(client, sign_in(client, make_person(world, Role.ORGANIZER)[0]).csrf_token, event_id)
        document = json.loads((RULES / f"{rules}.json").read_text("utf-8")) | {"blind": False}
        desk.send(f"{desk.event}/rules/file", ("rules.json", json.dumps(document).encode()))
        base = re.search(r'name="base" value="(\w+)"', client.get(f"{desk.event}/rules/adopt").text)
        desk.send(f"{desk.event}/rules/adopt", base=base[1])
        desk.bring_entries(dives)
        desk.send(f"{desk.event}/draw")
        with db.reading() as session:
            periods = [period.id for _, period in stage_periods(session, get_event(session, event_id))]
        for period in periods:
            desk.send(f"/periods/{period}/open")
        marks = diving_marks(tmp_path / "marks.csv", dives).read_bytes()
        told = desk.send(f"{desk.event}/import-marks", ("marks.csv", marks), makes_judges="1")
        assert "导入分数" in client.get(told).text
        run_pending()
        assert "导入分数" in client.get(told).text
        for period in periods:
            desk.send(f"/judging/periods/{period}/lock", reason=NOBODY_ELSE)
        desk.send(f"{desk.event}/publications", title="Final")
        client.cookies.clear()
        page = client.get(f"/zh/results/{event_id}").text
        shown = re.findall(r'result-rank">\s*(\w+).*?<bdi>(.*?)</bdi>', page, re.DOTALL)
        names = {dive["number"]: dive["Diver"] for dive in dives}
        assert {html.unescape(name): rank for rank, name in shown} == {names[k]: rank for k, rank in official.items()}
    db.engine().dispose()
