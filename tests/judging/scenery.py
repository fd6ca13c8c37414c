"""A small contest, open for scoring: two judges and a chief on the practice stage, a clerk, three entries."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from typing import Any

from contest import db
from contest.accounts.models import Account
from contest.actors import SYSTEM, Actor, Role
from contest.competitions.models import Competition, CompetitionKind, Event, Period, Stage
from contest.competitions.queries import stage_periods
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.entries.drawing import assign_codes
from contest.entries.inputs import EntryInput
from contest.entries.queries import entries_of
from contest.entries.services import add_entries
from contest.judging import services
from contest.judging.models import PanelMember, PanelRole
from tests.support import World, build_world, make_person

RULES: dict[str, Any] = {
    "schema": 1,
    "title": "电工 实际操作",
    "stages": [
        {
            "id": "practice",
            "title": "实际操作",
            "panel": {"min_judges": 2, "method": {"name": "mean", "min_scores": 1}},
            "rubric": [
                {
                    "id": "P",
                    "title": "操作",
                    "children": [
                        {"id": "P1", "title": "接线工艺", "max": "15", "decimals": 1, "step": "0.5",
                         "note": "导线横平竖直，接点牢固，无毛刺"},
                        {"id": "P2", "title": "故障排除", "max": "40"},
                        {"id": "P3", "title": "职业素养", "kind": "judgement", "max": "1",
                         "method": {"name": "mean", "min_scores": 2, "max_spread": "1"},
                         "levels": [["0", "没有做到"], ["1", "达到行业标准"], ["2", "部分超过标准"], ["3", "优秀"]]},
                        {"id": "P4", "title": "违规扣分", "kind": "deduction", "max": "10",
                         "method": {"name": "mean", "min_scores": 1}},
                    ],
                },
                {"id": "T", "title": "用时", "children": [
                    {"id": "T1", "title": "完成用时", "kind": "measured", "max": "10", "decimals": 1,
                     "sheet": "clerk"}]},
            ],
        }
    ],
    "blind": True,
}  # fmt: skip

_numbers = itertools.count(1)


def op_id() -> str:
    return f"test-operation-{next(_numbers):06d}"


@dataclass
class Contest:
    """What the tests talk about; `codes` in the order of entering: two of the plant, one of the works."""

    world: World
    competition: Competition
    event: Event
    stage: Stage
    period: Period
    members: dict[str, PanelMember]
    accounts: dict[str, Account]
    actors: dict[str, Actor]
    codes: list[str]

    def op(self, value: int | None, aspect: str = "P2", entry: int | str = 0, **changes: Any) -> dict[str, Any]:
        """An operation as a tablet makes it."""
        return {
            "op_id": op_id(),
            "event": self.event.id,
            "stage": "practice",
            "period": "1",
            "entry": self.codes[entry] if isinstance(entry, int) else entry,
            "aspect": aspect,
            "repetition": 1,
            "value": value,
            "client_time": time.time_ns() // 1_000_000,
        } | changes

    def send(self, who: str, *operations: dict[str, Any]) -> list[dict[str, Any]]:
        return services.submit_operations(self.actors[who], list(operations))

    def fill(self, who: str, entry: int = 0) -> None:
        """Marks every required item of one sheet."""
        marks = [self.op(100, "P1", entry), self.op(30, "P2", entry), self.op(2, "P3", entry)]
        assert {answer["result"] for answer in self.send(who, *marks)} == {"accepted"}


def build_contest(rules: dict[str, Any] = RULES) -> Contest:
    """The contest on the configured, migrated and empty database."""
    with db.transaction() as session:
        world = build_world(session)
    people = {
        "organizer": make_person(world, Role.ORGANIZER),
        "anna": make_person(world, None, login="anna", at="county"),
        "bo": make_person(world, None, login="bo", at="works"),
        "chief": make_person(world, None, login="chief", at="county"),
        "clerk": make_person(world, None, login="clerk", at="county"),
        "supervisor": make_person(world, Role.SUPERVISOR),
    }
    accounts = {name: account for name, (account, _) in people.items()}
    with db.transaction() as session:
        competition = create_competition(
            session, SYSTEM, organization=world.city, kind=CompetitionKind.SKILLS, title="电工技能比武"
        )
        event = create_event(session, SYSTEM, competition, title="电工")
        save_rule_set(session, SYSTEM, event, rules)
        adopt_rule_set(session, SYSTEM, event)
        add_entries(session, SYSTEM, event, [
            EntryInput(name="王一", unit="钱江机械有限公司"),
            EntryInput(name="李二", unit="钱江机械有限公司"),
            EntryInput(name="张三", unit="海塘建设集团"),
        ])  # fmt: skip
        assign_codes(session, SYSTEM, event)
        stage, period = stage_periods(session, event)[0]
        members = {
            "anna": services.appoint(session, SYSTEM, stage, accounts["anna"]),
            "bo": services.appoint(session, SYSTEM, stage, accounts["bo"]),
            "chief": services.appoint(session, SYSTEM, stage, accounts["chief"], PanelRole.CHIEF),
            "clerk": services.appoint(session, SYSTEM, stage, accounts["clerk"], PanelRole.CLERK),
        }
        open_period(session, SYSTEM, period)
        session.flush()
        codes = [entry.code or "" for entry in sorted(entries_of(session, event), key=lambda entry: entry.number)]
    with db.reading() as session:
        from contest.accounts.queries import actor_for

        actors = {name: actor_for(session, account) for name, account in accounts.items()}
    return Contest(world, competition, event, stage, period, members, accounts, actors, codes)
