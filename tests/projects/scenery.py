"""A key-project contest: two projects of the plant and the works, monthly periods, indicators wired to the rubric."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contest import db
from contest.accounts.models import Account
from contest.actors import SYSTEM, Actor, Role
from contest.competitions.models import Competition, CompetitionKind, Event, Period, Stage
from contest.competitions.queries import stage_periods
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.entries.drawing import assign_codes
from contest.projects import services
from contest.projects.models import Project
from contest.projects.progress import Progress
from contest.projects.queries import progress_of, projects_of, register_desk
from contest.projects.services import ProjectInput, RegisterInput, Said
from tests.support import World, make_person

WAN = 1_000_000
"""Fen in 万元."""


def rules(periods: list[str], **changes: Any) -> dict[str, Any]:
    """Progress from the register (25 % floor at 70, S24), two judged comparisons, findings deducted."""
    completion = {"name": "completion", "full": "30", "floor": "70", "over_cap_pct": "20",
                  "rounding": {"places": 2, "mode": "half_up"}}  # fmt: skip
    measured = {"kind": "measured", "sheet": "clerk", "measure": {"min": "0", "max": "300", "unit": "%"}}
    rubric = [
        {"id": "B3", "title": "投资完成率", "max": "36", "decimals": 2, "conversion": completion, **measured},
        {"id": "B4", "title": "节点完成率", "max": "36", "decimals": 2, "conversion": completion, **measured},
        {"id": "B1", "title": "质量", "max": "40", "decimals": 1, "kind": "measured", "sheet": "clerk"},
        {"id": "B7", "title": "检查扣分", "kind": "deduction", "max": "10", "decimals": 1, "sheet": "clerk",
         "method": {"name": "agreed", "min_scores": 1}},
    ]  # fmt: skip
    stage = {
        "id": "year", "title": "平时考评", "accumulate": "mean",
        "periods": [{"id": key, "title": key} for key in periods],
        "rubric": [{"id": "B", "title": "六比六赛", "children": rubric}],
    }  # fmt: skip
    document = {
        "schema": 1, "title": "考评办法", "entry_kind": "project", "stages": [stage], "blind": False,
        "rounding": {"places": 2, "mode": "half_up"}, "vetoes": [{"id": "accident", "title": "重大安全事故"}],
        "awards": [{"id": "first", "title": "先进集体", "by": "rank", "first": 1, "last": 2}],
    }  # fmt: skip
    return document | changes


INDICATORS = {"year|B3": "investment", "year|B4": "milestones", "year|B7": "findings"}


@dataclass
class Site:
    """What the tests talk about: projects K01 (of the plant) and K02 (of the works)."""

    world: World
    competition: Competition
    event: Event
    periods: dict[str, tuple[Stage, Period]]
    people: dict[str, tuple[Account, Actor]]

    def actor(self, name: str) -> Actor:
        return self.people[name][1]

    def progress(self, number: str) -> Progress:
        with db.reading() as session:
            found = register_desk(session, SYSTEM, self.event.id)
            return next(p for p in progress_of(session, projects_of(session, found)) if p.entry.number == number)

    def report(self, who: str, number: str, month: str, wan: int, on: date, note: str = "") -> int:
        said = Said(self.progress(number).project, month, amount=wan * WAN, note=note)
        with db.transaction() as session:
            return services.report(session, self.actor(who), self.event, [said], on=on)

    def check(self, number: str, month: str, wan: int, note: str = "", who: str = "organizer") -> int:
        said = Said(self.progress(number).project, month, amount=wan * WAN, note=note)
        with db.transaction() as session:
            return services.check(session, self.actor(who), self.event, [said])

    def reach(self, number: str, day: date | None, who: str = "plant", checked: bool = True) -> None:
        line = self.progress(number).milestones[0]
        said = [Said(self.progress(number).project, milestone=line.milestone, done_on=day)]
        with db.transaction() as session:
            services.report(session, self.actor(who), self.event, said)
            if checked:
                services.check(session, self.actor("organizer"), self.event, said)

    def hand_over(self, period: str, who: str = "organizer") -> int:
        with db.transaction() as session:
            actor = self.actor(who)
            found = register_desk(session, actor, self.event.id)
            return services.hand_over(session, actor, found, self.periods[period][1].id)

    def project(self, number: str) -> Project:
        return self.progress(number).project


PROJECTS = [
    ProjectInput(
        "临江隧道", "K01", "海宁市总工会", "钱江机械有限公司", "东片", 120_000 * WAN,
        {"2026-01": 1000 * WAN, "2026-02": 2000 * WAN, "2026-03": 1000 * WAN}, {"基坑完成": date(2026, 2, 10)},
    ),
    ProjectInput(
        "海塘安澜", "K02", "城投集团", "海塘建设集团", "西片", 20_000 * WAN,
        {"2026-01": 300 * WAN, "2026-02": 300 * WAN}, {"沉桩": date(2026, 1, 20)},
    ),
]  # fmt: skip


def build_site(world: World, periods: tuple[str, ...] = ("2026-01", "2026Q1"), **changes: Any) -> Site:
    """The contest with its register, drawn and open."""
    people = {
        "organizer": make_person(world, Role.ORGANIZER, login="organizer"),
        "plant": make_person(world, Role.UNIT_CONTACT, login="plant", at="plant"),
        "works": make_person(world, Role.UNIT_CONTACT, login="works", at="works"),
        "supervisor": make_person(world, Role.SUPERVISOR, login="supervisor"),
        "administrator": make_person(world, Role.ADMINISTRATOR, login="administrator"),
    }
    with db.transaction() as session:
        competition = create_competition(
            session, SYSTEM, organization=world.city, kind=CompetitionKind.MERIT, title="重点工程立功竞赛",
            starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31),
        )  # fmt: skip
        event = create_event(session, SYSTEM, competition, title="重点工程组")
        save_rule_set(session, SYSTEM, event, rules(list(periods), **changes))
        adopt_rule_set(session, SYSTEM, event)
        organizer = people["organizer"][1]
        services.save_register(session, organizer, event, RegisterInput(
            province_from=100_000 * WAN, city_from=10_000 * WAN, indicators=INDICATORS,
            finding_types=[("扬尘", Decimal(2)), ("围挡", Decimal("1.5"))],
        ))  # fmt: skip
        services.register_projects(session, organizer, event, PROJECTS)
        assign_codes(session, SYSTEM, event)
        pairs = {period.key: (stage, period) for stage, period in stage_periods(session, event)}
        for _, period in pairs.values():
            open_period(session, SYSTEM, period)
    return Site(world, competition, event, pairs, people)
