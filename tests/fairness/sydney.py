"""Sydney 2000 through the product's own import: four events of three stages, judges and divers with their countries.

The table gives the countries of the judges, not their names. Two judges were German: Burk on the men's platform, Alt in
the three other events (10 and 25 dives of compatriots); two were Chinese, and are not told apart here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import CompetitionKind, Event
from contest.competitions.queries import get_event, stage_periods, stages_of
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.entries.drawing import assign_codes
from contest.entries.inputs import EntryInput
from contest.entries.services import add_entries
from contest.jobs.models import Job, JobState
from contest.jobs.worker import run_pending
from contest.judging import services as judging
from contest.judging.marks.importing import start_import
from contest.judging.panel.services import appoint_external
from contest.organizations import services as organizations
from contest.organizations.models import Organization, OrganizationKind
from tests.calculator import test_diving as diving
from tests.calculator.relayout import table, write
from tests.support import World

ROUNDS = ("Prelim", "Semi", "Final")
SEATS = range(1, 8)
Dive = dict[str, str]


def dives() -> list[Dive]:
    """The published table; the number of a diver is that of the sorted list."""
    rows = table("diving_sydney2000/sydney2000_dives.csv")
    order = {diver: str(n) for n, diver in enumerate(sorted({(row["Diver"], row["Country"]) for row in rows}), 1)}
    return [row | {"number": order[row["Diver"], row["Country"]]} for row in rows]


def rules() -> dict[str, Any]:
    """The final's own rules (semi-final and final count), and the preliminary round shown without weight.

    Two panels of seven take turns in the first two rounds, so a stage goes on without those who are not on turn.
    """
    document = json.loads((Path(diving.__file__).parent / "rulesets" / "diving_final.json").read_text("utf-8"))
    stages = [{**json.loads(json.dumps(document["stages"][0])), "id": name} for name in ROUNDS]
    for stage in stages:
        stage["rubric"][0]["children"][0]["method"]["missing"] = "exclude"
        stage["title"] = stage["id"]
    stages[0]["weight"] = "0"
    return document | {"stages": stages, "blind": False}


def judge_name(event: str, country: str) -> str:
    if country == "GER":
        return "Burk" if event == "M10mPF" else "Alt"
    return f"Judge of {country}"


class Sydney:
    """The competition of a city whose branches are the countries: diving teams below them, judges on top."""

    def __init__(self, world: World, rows: list[Dive]) -> None:
        self.rows, self.teams, self.countries = rows, {}, {}
        with db.transaction() as session:
            title = "Sydney 2000"
            self.competition = create_competition(
                session, SYSTEM, organization=world.city, kind=CompetitionKind.SKILLS, title=title
            )
            judged = {row[f"J{seat}_country"] for row in rows for seat in SEATS}
            for country in sorted(judged | {row["Country"] for row in rows}):
                self._country(session, world, country)

    def _country(self, session: Any, world: World, country: str) -> None:
        union = organizations.add_organization(
            session, SYSTEM, world.city, kind=OrganizationKind.COUNTY, name=f"Union of {country}"
        )
        team = organizations.add_organization(
            session, SYSTEM, union, kind=OrganizationKind.ENTERPRISE, name=f"{country} diving"
        )
        self.countries[country], self.teams[country] = union, team

    def event(self, title: str) -> Event:
        """An event with its entries and its panels of external judges, coded by country; open for scoring."""
        own = [row for row in self.rows if row["Event"] == title]
        people = {row["number"]: self._entry(row) for row in own}
        with db.transaction() as session:
            event = create_event(session, SYSTEM, self.competition, title=title)
            save_rule_set(session, SYSTEM, event, rules())
            adopt_rule_set(session, SYSTEM, event)
            add_entries(session, SYSTEM, event, list(people.values()))
            assign_codes(session, SYSTEM, event)
            for stage in stages_of(session, event):
                judged = {row[f"J{seat}_country"] for row in own if row["Round"] == stage.key for seat in SEATS}
                for country in sorted(judged):
                    home: Organization = self.countries[country]
                    name = judge_name(title, country)
                    appoint_external(session, SYSTEM, stage, name, code=country, organization=home)
            for _, period in stage_periods(session, event):
                open_period(session, SYSTEM, period)
            return event

    def _entry(self, row: Dive) -> EntryInput:
        unit = self.teams[row["Country"]]
        return EntryInput(name=row["Diver"], number=row["number"], unit=unit.name, organization_id=unit.id)

    def bring(self, event: Event, folder: Path) -> None:
        """The marks through the import page's own job, and the lock."""
        path = write(folder / "marks.csv", self._marks(event.title))
        with db.transaction() as session:
            job = start_import(
                session, SYSTEM, get_event(session, event.id), path.read_bytes(), path.name, makes_judges=False,
                reason="原始记录", next_url="/", back_url="/", language="zh-CN",
            )  # fmt: skip
        run_pending()
        with db.reading() as session:
            done = session.get_one(Job, (job.tenant_id, job.id))
        assert (done.state, done.error) == (JobState.DONE, "")
        with db.transaction() as session:
            for _, period in stage_periods(session, get_event(session, event.id)):
                judging.lock_period(session, SYSTEM, period, reason="两组裁判轮流评分")

    def _marks(self, title: str) -> Any:
        for row in self.rows:
            if row["Event"] == title:
                common = {"stage": row["Round"], "entry": row["number"], "aspect": "dive", "factor": row["Difficulty"]}
                for seat in SEATS:
                    mark = {"judge": row[f"J{seat}_country"], "value": row[f"J{seat}"]}
                    yield common | mark | {"repetition": row["DiveNo"]}
