"""A contest of two trades, typed by a clerk and published; the ranks over both are worked out by hand.

| | turner (车工): total, minutes | fitter (钳工): total, minutes |
|---|---|---|
| 甲厂 | 王一 90 / 30, 李二 85 / 31, 张䶮 80 / 32, 赵四 70 / 20 | 王一 88 / 40, 钱五 86 / 41 |
| 乙厂 | 孙六 92 / 35, 周七 84 / 30, 吴八 79 / 30 | 郑九 90 / 50, 冯十 80 / 45, 陈一 76 / 44, 褚二 60 / 43 |
| 丙厂 | 卫三 99 / 60 | - |
| (no unit) | 蒋四 95 / 30 | - |

The best three of a unit in each trade (各队各项竞赛前三名成绩总和): 甲 255 + 174 = 429; 乙 255 + 246 = 501; 丙 99.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contest import db
from contest.actors import SYSTEM, Actor, Role
from contest.awards.services import give_awards
from contest.competitions.models import Competition, CompetitionKind, Event, Period
from contest.competitions.queries import get_event, periods_of
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.entries.drawing import assign_codes
from contest.entries.inputs import EntryInput
from contest.entries.queries import entries_of
from contest.entries.services import add_entries
from contest.judging.locking import lock_period
from contest.publications.services import publish
from tests.publications.making import correct, operation, send
from tests.support import World, make_person, unlock, unseal

People = Sequence[tuple[str, str, str, str]]
"""(name, unit, total, minutes)"""
TURNERS: People = (
    ("王一", "甲厂", "90", "30"), ("李二", "甲厂", "85", "31"), ("张䶮", "甲厂", "80", "32"),
    ("赵四", "甲厂", "70", "20"),
    ("孙六", "乙厂", "92", "35"), ("周七", "乙厂", "84", "30"), ("吴八", "乙厂", "79", "30"),
    ("卫三", "丙厂", "99", "60"),
    ("蒋四", "", "95", "30"),
)  # fmt: skip
FITTERS: People = (
    ("王一", "甲厂", "88", "40"), ("钱五", "甲厂", "86", "41"), ("郑九", "乙厂", "90", "50"),
    ("冯十", "乙厂", "80", "45"), ("陈一", "乙厂", "76", "44"), ("褚二", "乙厂", "60", "43"),
)  # fmt: skip
TEAM: dict[str, Any] = {"title": "团体总分", "of": "unit", "by": "total", "members": 3}
PLACE = ("final", "1", "T1")


def rules(title: str) -> dict[str, Any]:
    aspect = {"id": "T1", "title": "成绩", "kind": "measured", "max": "100", "decimals": 1, "sheet": "clerk"}
    stage = {"id": "final", "title": "决赛", "rubric": [{"id": "T", "title": "成绩", "children": [aspect]}]}
    return {
        "schema": 1, "title": title, "stages": [stage],
        "ties": [{"by": "measure", "ref": "minutes", "direction": "asc"}],
        "awards": [
            {"id": "first", "title": "一等奖", "by": "rank", "first": 1, "last": 1},
            {"id": "second", "title": "二等奖", "by": "rank", "first": 2, "last": 3},
        ],
    }  # fmt: skip


@dataclass
class Trades:
    """The competition; `events` by title, `codes` by (event title, name)."""

    world: World
    competition: Competition
    organizer: Actor
    account: Any
    events: dict[str, Event] = field(default_factory=dict)
    codes: dict[tuple[str, str], str] = field(default_factory=dict)

    def document(self, base: Mapping[str, Any] = TEAM, **more: Any) -> dict[str, Any]:
        """A rule over all events."""
        return {**base, "sources": [{"id": event.id} for event in self.events.values()], **more}

    def add(self, title: str, people: People) -> None:
        """An event with its entries, scored and locked; not published."""
        with db.transaction() as session:
            event = create_event(session, SYSTEM, self.competition, title=title, title_en=f"{title} in English")
            save_rule_set(session, SYSTEM, event, rules(title))
            adopt_rule_set(session, SYSTEM, event)
            add_entries(session, SYSTEM, event, [EntryInput(name=name, unit=unit) for name, unit, _, _ in people])
            entries = sorted(entries_of(session, event), key=lambda entry: int(entry.number))
            for entry, (_, _, _, minutes) in zip(entries, people, strict=True):
                entry.detail = json.dumps({"measures": {"minutes": minutes}})
            session.flush()
            assign_codes(session, SYSTEM, event)  # the draw brings to the ledger what is known by then
            open_period(session, SYSTEM, periods_of(session, event)[0])
        send(*(
            operation(event.id, PLACE, entry.code or "", "", int(float(total) * 10))
            for entry, (_, _, total, _) in zip(entries, people, strict=True)
        ))  # fmt: skip
        self.events[title] = event
        self.codes |= {(title, entry.name): entry.code or "" for entry in entries}
        self._lock(title)

    def _period(self, session: Any, title: str) -> Period:
        return periods_of(session, get_event(session, self.events[title].id))[0]

    def _lock(self, title: str) -> None:
        with db.transaction() as session:
            lock_period(session, SYSTEM, self._period(session, title), "录入完毕")

    def publish(self, title: str) -> None:
        unseal(self.events[title])
        with db.transaction() as session:
            publish(session, SYSTEM, get_event(session, self.events[title].id), f"{title}决赛成绩")

    def correct(self, title: str, name: str, tenths: int) -> None:
        """Unlocks with a reason, types another total and locks again; publish() makes the next version."""
        with db.transaction() as session:
            unlock(session, self._period(session, title), "录入有误")
        correct(self.events[title].id, PLACE, self.codes[title, name], "", tenths)
        self._lock(title)

    def give(self, title: str) -> None:
        with db.transaction() as session:
            give_awards(session, SYSTEM, get_event(session, self.events[title].id))


def make_trades(world: World, *, published: Sequence[str] = ("车工", "钳工")) -> Trades:
    account, organizer = make_person(world, Role.ORGANIZER)
    with db.transaction() as session:
        competition = create_competition(
            session, SYSTEM, organization=world.city, kind=CompetitionKind.SKILLS, title="五工种技能竞赛",
            title_en="Contest of the Trades", host="海宁市总工会",
        )  # fmt: skip
    trades = Trades(world, competition, organizer, account)
    for title, people in (("车工", TURNERS), ("钳工", FITTERS)):
        trades.add(title, people)
        if title in published:
            trades.publish(title)
    return trades
