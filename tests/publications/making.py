"""A small contest through the services, scored and locked as a test asks."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.competitions.gates import waits_for
from contest.competitions.models import Competition, CompetitionKind, Event, PeriodState
from contest.competitions.queries import get_event, rules_in_force, stage_periods
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.entries.drawing import assign_codes
from contest.entries.inputs import EntryInput
from contest.entries.queries import entries_of
from contest.entries.services import add_entries
from contest.judging import services as judging
from contest.judging.models import MarkRow
from contest.publications import services
from contest.publications.models import Publication
from tests.support import World, build_world, unseal

RULES: dict[str, Any] = {
    "title": "焊工 决赛",
    "stages": [
        {"id": "theory", "title": "理论考试", "weight": "0.3",
         "rubric": [{"id": "T", "title": "理论", "children": [
             {"id": "T1", "title": "试卷成绩", "kind": "measured", "decimals": 1, "sheet": "clerk"}]}]},
        {"id": "practice", "title": "实际操作", "weight": "0.7", "rounding": {"places": 2},
         "panel": {"min_judges": 3, "method": {"name": "trimmed_mean", "min_scores": 3, "rounding": {"places": 2}}},
         "rubric": [{"id": "P", "title": "操作", "children": [
             {"id": "P1", "title": "焊缝外观", "max": "60", "decimals": 1},
             {"id": "P2", "title": "工艺规程", "max": "40", "decimals": 1}]}]},
    ],
    "combine": "weighted",
    "rounding": {"places": 2},
    "ties": [{"by": "stage", "ref": "practice"}],
    "vetoes": [{"id": "major_safety_accident", "title": "重大安全事故"}],
    "board": {"live": True, "hide_marks": False},
    "blind": True,
}  # fmt: skip
NAMES = ("王秀珍CANARY", "李建国CANARY", "张䶮CANARY")
# Practice by hand: 王 P1 (50 52 54 -> 52) + P2 (30 31 35 -> 31) = 83; 李 P1 55 55 55 -> 55 + P2 28 28 29 -> 28 = 83;
# 张 P1 (40 41 42 -> 41) + P2 (20 20 20 -> 20) = 61. Theory 王 80.0 李 80.0 张 99.5.
# Totals: 王 24 + 58.1 = 82.10; 李 the same; 张 29.85 + 42.7 = 72.55.
THEORY = ("800", "800", "995")
PRACTICE = {
    "P1": ((500, 520, 540), (550, 550, 550), (400, 410, 420)),
    "P2": ((300, 310, 350), (280, 280, 290), (200, 200, 200)),
}
_numbers = itertools.count(1)


@dataclass
class Made:
    """What tests talk about; codes in the order of NAMES."""

    competition: Competition
    event: Event
    codes: list[str]
    world: World
    names: Sequence[str] = NAMES

    def fresh(self, session: Any) -> Event:
        return get_event(session, self.event.id)


def operation(event: str, place: tuple[str, str, str], entry: str, judge: str, units: int | None, **more: Any) -> dict:
    """One mark as the importer sends it; place = (stage, period, aspect)."""
    stage, period, aspect = place
    return {
        "op_id": f"making-{time.time_ns()}-{next(_numbers)}", "event": event, "stage": stage, "period": period,
        "entry": entry, "aspect": aspect, "repetition": 1, "value": units, "judge": judge,
    } | more  # fmt: skip


def send(*operations: Mapping[str, Any]) -> None:
    with db.transaction() as session:
        answers = judging.apply_operations(session, SYSTEM, list(operations))
    assert {answer["result"] for answer in answers} <= {"accepted"}, answers


def correct(event: str, place: tuple[str, str, str], entry: str, judge: str, units: int) -> None:
    """A later value of a mark that is there: the tablet knows the revision it replaces."""
    with db.reading() as session:
        key = (MarkRow.event_id == event, MarkRow.stage_key == place[0], MarkRow.aspect == place[2],
               MarkRow.entry_code == entry, MarkRow.judge_code == judge)  # fmt: skip
        base = session.exec(select(MarkRow.revision).where(*key)).one()
    send(operation(event, place, entry, judge, units, base=base, reason="重评"))


def make_contest(
    rules: dict[str, Any] = RULES, names: Sequence[str] = NAMES, judges: int = 3, world: World | None = None
) -> Made:
    """Competition, event, drawn entries, panels of external judges J1…, all periods open that can be."""
    with db.transaction() as session:
        world = world or build_world(session)
        competition = create_competition(
            session, SYSTEM, organization=world.city, kind=CompetitionKind.SKILLS, title="第三届职工技能大赛"
        )
        event = add_event(session, competition, rules, names, judges)
        codes = [entry.code or "" for entry in sorted(entries_of(session, event), key=lambda e: int(e.number))]
    return Made(competition, event, codes, world, names)


def add_event(
    session: Any, competition: Competition, rules: dict[str, Any], names: Sequence[str], judges: int
) -> Event:
    event = create_event(session, SYSTEM, competition, title="焊工")
    save_rule_set(session, SYSTEM, event, {"schema": 1, **rules})
    adopt_rule_set(session, SYSTEM, event)
    inputs = [EntryInput(name=name, number=str(n), unit=f"{name}的单位") for n, name in enumerate(names, 1)]
    add_entries(session, SYSTEM, event, inputs)
    assign_codes(session, SYSTEM, event)
    for stage, period in stage_periods(session, event):
        if period.key == rules_in_force(session, event).stage(stage.key).periods[0].id:
            for number in range(1, judges + 1):
                judging.appoint_external(session, SYSTEM, stage, f"裁判{number}")
    open_ready(session, event)
    return event


def open_ready(session: Any, event: Event) -> None:
    """Opens every waiting period whose entries are known: of a stage to which some advance, once they do."""
    for stage, period in stage_periods(session, event):
        if period.state is PeriodState.WAITING and not waits_for(session, event, stage):
            open_period(session, SYSTEM, period)


def score_all(made: Made) -> None:
    """Every mark of the table above."""
    operations = []
    for entry, code in enumerate(made.codes):
        operations.append(operation(made.event.id, ("theory", "1", "T1"), code, "", int(THEORY[entry])))
        operations += [
            operation(made.event.id, ("practice", "1", aspect), code, f"J{judge}", units)
            for aspect, table in PRACTICE.items()
            for judge, units in enumerate(table[entry], 1)
        ]
    send(*operations)


def lock_all(made: Made) -> None:
    with db.transaction() as session:
        for _, period in stage_periods(session, made.fresh(session)):
            if period.state is PeriodState.OPEN:
                judging.lock_period(session, SYSTEM, period, reason="测试")


def publish(made: Made, title: str = "决赛成绩") -> Publication:
    unseal(made.event)
    with db.transaction() as session:
        return services.publish(session, SYSTEM, made.fresh(session), title)


def published(rules: dict[str, Any] = RULES) -> tuple[Made, Publication]:
    made = make_contest(rules)
    score_all(made)
    lock_all(made)
    return made, publish(made)
