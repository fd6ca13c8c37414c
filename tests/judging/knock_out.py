"""A contest in two stages: four entries in the heats, two advance to the final. Marks by hand."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import select

from contest import db
from contest.accounts.models import Account
from contest.accounts.queries import actor_for
from contest.actors import SYSTEM, Actor, Role
from contest.competitions.models import Competition, CompetitionKind, Event, Period, Stage
from contest.competitions.queries import stage_periods
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.entries.drawing import assign_codes
from contest.entries.inputs import EntryInput
from contest.entries.queries import entries_of
from contest.entries.services import add_entries
from contest.judging import services
from contest.judging.locking import sign_sheet
from contest.judging.models import MarkRow, PanelRole
from contest.judging.queries import locate, members_of
from contest.judging.sheet.queries import sheet_lines, sheet_view
from tests.judging.scenery import op_id
from tests.support import build_world, make_person

NAMES = ("王一秀", "李二强", "张三丰", "赵四海")
HEATS = (90, 80, 70, 60)
"""By the order of NAMES: 王 and 李 advance where two do."""


def stage(key: str, title: str, **more: Any) -> dict[str, Any]:
    rubric = [{"id": f"{key}-c", "title": "操作", "children": [{"id": "A", "title": "得分", "max": "100"}]}]
    return {"id": key, "title": title, "rubric": rubric, "panel": {"method": {"name": "mean", "min_scores": 1}}} | more


def knock_out(count: int = 2, **more: Any) -> dict[str, Any]:
    """Heats, of which `count` advance, and a final; `last`: only the last stage reached counts."""
    stages = [stage("heats", "初赛", advance={"count": count} | more.pop("advance", {})), stage("final", "决赛")]
    return {"schema": 1, "title": "焊工 两阶段", "combine": "last", "blind": True, "stages": stages} | more


@dataclass
class Rounds:
    """What the tests talk about; `codes` in the order of NAMES."""

    competition: Competition
    event: Event
    periods: dict[str, Period]
    stages: dict[str, Stage]
    accounts: dict[str, Account]
    actors: dict[str, Actor]
    codes: list[str]
    last: dict[tuple[str, int], int] = field(default_factory=dict)

    def fresh(self, session: Any) -> Event:
        return session.get_one(Event, (self.event.tenant_id, self.event.id))

    def period(self, session: Any, key: str) -> Period:
        return session.get_one(Period, (self.event.tenant_id, self.periods[key].id))

    def op(self, stage: str, entry: int, value: int, **more: Any) -> dict[str, Any]:
        return {
            "op_id": op_id(), "event": self.event.id, "stage": stage, "period": "1", "entry": self.codes[entry],
            "aspect": "A", "value": value, "client_time": time.time_ns() // 1_000_000,
        } | more  # fmt: skip

    def mark(self, stage: str, entry: int, value: int, **more: Any) -> tuple[str, str]:
        """anna's mark: (result, reason)."""
        base = self.last.get((stage, entry), 0)
        (answer,) = services.submit_operations(
            self.actors["anna"], [self.op(stage, entry, value, base=base, reason="重评" if base else "", **more)]
        )
        if answer["result"] == "accepted":
            self.last[stage, entry] = answer["seq"]
        return answer["result"], answer["reason"]

    def sign(self, stage: str, entry: int) -> None:
        with db.transaction() as session:
            view = sheet_view(session, self.actors["anna"], self.periods[stage].id, self.codes[entry])
            sign_sheet(session, self.actors["anna"], self.periods[stage].id, self.codes[entry], view.digest)

    def score(self, stage: str, marks: dict[int, int]) -> None:
        """Entry -> mark, each signed."""
        for entry, value in marks.items():
            assert self.mark(stage, entry, value) == ("accepted", "")
            self.sign(stage, entry)

    def do(self, step: Any, stage: str, *more: Any, who: Actor = SYSTEM) -> None:
        """open_period, pause_period, lock_period or unlock_period of a stage."""
        with db.transaction() as session:
            step(session, who, self.period(session, stage), *more)

    def heats(self, marks: tuple[int, ...] = HEATS) -> None:
        """The heats scored and locked, nothing missing."""
        self.score("heats", dict(enumerate(marks)))
        self.do(services.lock_period, "heats")

    def listed(self, stage: str) -> list[int]:
        """The entries on anna's list, by their place in NAMES."""
        with db.reading() as session:
            where = locate(session, self.periods[stage].id)
            panel = [line for line in members_of(session, where.event) if line.stage.id == where.stage.id]
            member = next(line.member for line in panel if line.login == "anna")
            return sorted(self.codes.index(line.code) for line in sheet_lines(session, where, member))

    def marks(self, stage: str) -> dict[int, int | None]:
        """The marks that stand in the table, whether they count or not."""
        with db.reading() as session:
            query = select(MarkRow).where(MarkRow.event_id == self.event.id, MarkRow.stage_key == stage)
            found = session.exec(query).all()
            return {self.codes.index(row.entry_code): row.units for row in found}


def build_rounds(rules: dict[str, Any] | None = None, *, opened: tuple[str, ...] = ("heats",)) -> Rounds:
    """The contest on the configured database: anna judges every stage, the chief leads it; the heats are open."""
    with db.transaction() as session:
        world = build_world(session)
    people = {
        "organizer": make_person(world, Role.ORGANIZER),
        "officer": make_person(world, Role.ENCRYPTION_OFFICER),
        "supervisor": make_person(world, Role.SUPERVISOR),
        "anna": make_person(world, None, login="anna", at="county"),
        "chief": make_person(world, None, login="chief", at="county"),
    }
    accounts = {name: account for name, (account, _) in people.items()}
    with db.transaction() as session:
        kind = CompetitionKind.SKILLS
        competition = create_competition(session, SYSTEM, organization=world.city, kind=kind, title="焊工技能比武")
        event = create_event(session, SYSTEM, competition, title="焊工")
        save_rule_set(session, SYSTEM, event, rules or knock_out())
        adopt_rule_set(session, SYSTEM, event)
        add_entries(session, SYSTEM, event, [EntryInput(name=name, unit="东海焊接公司") for name in NAMES])
        assign_codes(session, SYSTEM, event)
        found = stage_periods(session, event)
        for row, period in found:
            services.appoint(session, SYSTEM, row, accounts["anna"])
            services.appoint(session, SYSTEM, row, accounts["chief"], PanelRole.CHIEF)
            if row.key in opened:
                open_period(session, SYSTEM, period)
        session.flush()
        codes = [entry.code or "" for entry in sorted(entries_of(session, event), key=lambda e: e.number)]
    with db.reading() as session:
        actors = {name: actor_for(session, account) for name, account in accounts.items()}
    return Rounds(
        competition, event, {row.key: period for row, period in found}, {row.key: row for row, _ in found},
        accounts, actors, codes,
    )  # fmt: skip
