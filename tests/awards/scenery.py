"""A published contest of eight with a tie across a boundary, typed by a clerk; totals and ranks worked out by hand.

| number | total | rank |
|---|---|---|
| 1 | 95.0 | 1 |
| 2, 3 | 93.0 | 2 |
| 4, 5 | 90.0 | 4 |
| 6 | 88.0 | 6 |
| 7 | 80.0 | 7 |
| 8 | 70.0 | 8 |
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from contest import db
from contest.accounts.models import Account
from contest.accounts.queries import actor_for
from contest.actors import SYSTEM, Actor, Role
from contest.acts.models import Act
from contest.competitions.models import Competition, CompetitionKind, Event, Period
from contest.competitions.queries import periods_of, stages_of
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.corrections import correcting
from contest.corrections.asked import Asked
from contest.corrections.facts import FactCorrection
from contest.corrections.withdrawal import WithdrawalCorrection
from contest.entries.drawing import assign_codes
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry
from contest.entries.queries import entries_of
from contest.entries.services import add_entries
from contest.judging.locking import lock_period
from contest.judging.models import MarkRow, PanelRole
from contest.judging.panel.services import appoint
from contest.judging.services import apply_operations
from contest.publications.models import Publication
from contest.publications.services import publish
from tests.acts.people import actor
from tests.support import World, make_person, unlock, unseal

TOTALS = (950, 930, 930, 900, 900, 880, 800, 700)
NAMES = ("王一", "李二", "张䶮", "赵四", "孙五", "周六", "吴七", "郑八")
AWARDS: list[dict[str, Any]] = [
    {"id": "first", "title": "一等奖", "by": "rank", "first": 1, "last": 1},
    {"id": "second", "title": "二等奖", "by": "quota", "count": 3},
    {"id": "third", "title": "三等奖", "by": "threshold", "min": "80"},
]
_numbers = itertools.count(1)


def rules(awards: list[dict[str, Any]] = AWARDS, **more: Any) -> dict[str, Any]:
    aspect = {"id": "T1", "title": "成绩", "kind": "measured", "max": "100", "decimals": 1, "sheet": "clerk"}
    stage = {"id": "final", "title": "决赛", "rubric": [{"id": "T", "title": "成绩", "children": [aspect]}]}
    return {
        "schema": 1,
        "title": "桥吊司机",
        "stages": [stage],
        "vetoes": [{"id": "accident", "title": "安全事故"}],
        "awards": awards,
    } | more


@dataclass
class Contest:
    """`entries` in the order of NAMES."""

    world: World
    competition: Competition
    event: Event
    period: Period
    entries: list[Entry]
    organizer: Actor
    account: Account
    clerk: Actor

    def mark(self, number: int, units: int) -> None:
        """Types the total of entry `number` (from 1), in tenths."""
        code = self.entries[number - 1].code
        with db.reading() as session:
            seen = session.exec(
                select(MarkRow.revision).where(MarkRow.event_id == self.event.id, MarkRow.entry_code == code)
            ).first()
        operation = {
            "op_id": f"award-operation-{next(_numbers):06d}", "event": self.event.id, "stage": "final", "period": "1",
            "entry": code, "base": seen or 0, "aspect": "T1", "repetition": 1, "value": units, "judge": "",
            "reason": "录入", "client_time": 0,
        }  # fmt: skip
        with db.transaction() as session:
            answers = apply_operations(session, self.clerk, [operation])
        assert answers[0]["result"] == "accepted", answers

    def publish(self) -> None:
        with db.transaction() as session:
            lock_period(session, SYSTEM, session.get_one(Period, (self.period.tenant_id, self.period.id)), "录入完毕")
        unseal(self.event)
        with db.transaction() as session:
            publish(session, SYSTEM, session.get_one(Event, (self.event.tenant_id, self.event.id)), "决赛成绩")

    def correct(self, number: int, units: int) -> None:
        """Unlocks with a reason, types another total and publishes the next version."""
        with db.transaction() as session:
            unlock(session, session.get_one(Period, (self.period.tenant_id, self.period.id)), "录入有误")
        self.mark(number, units)
        self.publish()

    def veto(self, number: int, reason: str = "吊臂碰撞事故") -> None:
        """Of a published contest, as a correction by two persons, and published again."""
        self.correct_fact(number, "veto|accident", "1", reason)
        self.publish_again()

    def fresh(self, session: Session) -> Event:
        return session.get_one(Event, (self.event.tenant_id, self.event.id))

    def propose_fact(
        self, number: int, fact: str, text: str, reason: str = "登记有误", who: Actor | None = None
    ) -> Act:
        """The first person's half: what the page shows, then the proposal. `number` from 1."""
        return self.propose(FactCorrection(self.entries[number - 1].code or "", fact), text, reason, who)

    def propose_withdrawal(
        self, number: int, state: str = "withdrawn", reason: str = "兴奋剂检查结果认定违规", who: Actor | None = None
    ) -> Act:
        """As `propose_fact`, of whether the entry competes."""
        return self.propose(WithdrawalCorrection(self.entries[number - 1].code or ""), state, reason, who)

    def propose(self, asked: Asked, text: str, reason: str, who: Actor | None = None) -> Act:
        who = who or self.organizer
        with db.reading() as session:
            view = correcting.preview(session, who, self.event.id, asked, text)
        with db.transaction() as session:
            return correcting.propose_correction(
                session, who, self.fresh(session), view.asked, reason=reason, seen=view.effects.digest
            )

    def confirm(self, act: Act, who: Actor | None = None, seen: str = "") -> Act:
        """The second person's half; by default a supervisor's."""
        second = who or actor(self.event, Role.SUPERVISOR)
        with db.transaction() as session:
            return correcting.confirm_correction(session, second, self.fresh(session), act.id, seen=seen or act.digest)

    def correct_fact(self, number: int, fact: str, text: str, reason: str = "登记有误") -> Act:
        return self.confirm(self.propose_fact(number, fact, text, reason))

    def publish_again(self) -> Publication:
        with db.transaction() as session:
            return publish(session, SYSTEM, self.fresh(session), "更正后的成绩")


def build_contest(
    world: World,
    *,
    awards: list[dict[str, Any]] = AWARDS,
    names: tuple[str, ...] = NAMES,
    details: tuple[dict[str, Any], ...] = (),
    **more: Any,
) -> Contest:
    """Registered, drawn, scored; not published. details: what is registered of the first entries; more: of rules."""
    account, organizer = make_person(world, Role.ORGANIZER)
    clerk_account, _ = make_person(world, None, login="clerk")
    with db.transaction() as session:
        competition = create_competition(
            session, SYSTEM, organization=world.city, kind=CompetitionKind.SKILLS, title="港口职工技能竞赛"
        )
        event = create_event(session, SYSTEM, competition, title="桥吊司机")
        save_rule_set(session, SYSTEM, event, rules(awards, **more))
        adopt_rule_set(session, SYSTEM, event)
        add_entries(session, SYSTEM, event, [EntryInput(name=name, unit="钱江机械有限公司") for name in names])
        entries = sorted(entries_of(session, event), key=lambda entry: int(entry.number))
        for entry, detail in zip(entries, details, strict=False):
            entry.detail = json.dumps(detail, ensure_ascii=False)
            session.add(entry)
        session.flush()
        assign_codes(session, SYSTEM, event)
        period = periods_of(session, event)[0]
        appoint(session, SYSTEM, stages_of(session, event)[0], clerk_account, PanelRole.CLERK)
        open_period(session, SYSTEM, period)
    with db.reading() as session:
        clerk = actor_for(session, clerk_account)
    contest = Contest(world, competition, event, period, entries, organizer, account, clerk)
    for number, units in enumerate(TOTALS[: len(names)], start=1):
        contest.mark(number, units)
    return contest


def published(world: World, **options: Any) -> Contest:
    contest = build_contest(world, **options)
    contest.publish()
    return contest
