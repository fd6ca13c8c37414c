"""Batches of several events, competitions and tenants that the writer commits together do not touch one another.

Everything that could be mixed up is alike: stages, aspects, the codes of judges and of entries.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from contest import db
from contest.accounts import services as accounts
from contest.accounts.queries import actor_for
from contest.actors import SYSTEM, Actor, Role
from contest.competitions.models import CompetitionKind, Event, Period, Stage
from contest.competitions.queries import stage_periods
from contest.competitions.services import (
    adopt_rule_set,
    create_competition,
    create_event,
    open_period,
    pause_period,
    save_rule_set,
)
from contest.entries.drawing import assign_codes
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry
from contest.entries.queries import entries_of
from contest.entries.services import add_entries
from contest.judging import services
from contest.judging.marks.proposed import read_batch
from contest.judging.marks.storing import store_batches
from contest.judging.marks.writer import commit_batches
from contest.judging.models import MarkRow, Operation, PanelRole, Sheet
from contest.judging.sheet.queries import sheet_view
from contest.ledger import queries as ledger
from contest.organizations import services as organizations
from contest.organizations.models import Organization, OrganizationKind
from tests.judging.scenery import RULES

CODES = ("401A", "402C", "403E")
"""The same in every event: the first two of the plant (only in the first event of the other works), one of nobody."""
_numbers = itertools.count(1)


@dataclass
class Four:
    """Two events of one competition, one of another competition of the tenant, one of another tenant.

    Seats: anna is J1 of `one`, J2 of `two`, J1 of `next`; bo is J1 of `two` alone; zoe J1 of `far`, another tenant's.
    `ids`: the events' ids; `periods` of their one stage.
    """

    ids: dict[str, str]
    periods: dict[str, Period]
    actors: dict[str, Actor]

    def op(self, event: str, value: int | None, code: int | str = 0, **more: Any) -> dict[str, Any]:
        return {
            "op_id": f"mixed-operation-{next(_numbers):06d}", "event": self.ids[event], "stage": "practice",
            "period": "1", "entry": CODES[code] if isinstance(code, int) else code, "aspect": "P2", "value": value,
        } | more  # fmt: skip

    def commit(self, *sent: tuple[str, dict[str, Any]]) -> list[str]:
        """(who, operation), each a batch of its own in one group; the results with their reasons."""
        answers = commit_batches([(self.actors[who], read_batch([op])) for who, op in sent])
        return [f"{a['result']} {a['reason']}".strip() for (a,) in answers]

    def marks(self) -> dict[tuple[str, str, str], int | None]:
        """(event, judge, code) -> units, of P2."""
        names = {key: name for name, key in self.ids.items()}
        with db.reading() as session:
            rows = session.exec(select(MarkRow).where(MarkRow.aspect == "P2")).all()
            return {(names[row.event_id], row.judge_code, row.entry_code): row.units for row in rows}


@pytest.fixture
def four(database: sa.Engine) -> Four:
    with db.transaction() as session:
        cities = [
            organizations.add_organization(session, SYSTEM, None, kind=OrganizationKind.CITY, name=name)
            for name in ("海宁市总工会", "桐乡市总工会")
        ]
        people = {
            name: accounts.create_account(session, SYSTEM, login=name, name=name, organization=home)
            for name, home in (("anna", cities[0]), ("bo", cities[0]), ("zoe", cities[1]))
        }
        accounts.grant_role(session, SYSTEM, people["zoe"], Role.ORGANIZER, cities[1])
        first, second, far = (_competition(session, home) for home in (cities[0], cities[0], cities[1]))
        events = {
            "one": _event(session, first, [people["anna"]]),
            "two": _event(session, first, [people["bo"], people["anna"]]),
            "next": _event(session, second, [people["anna"]]),
            "far": _event(session, far, [people["zoe"]]),
        }
        periods = {name: stage_periods(session, event)[0][1] for name, event in events.items()}
    with db.reading() as session:
        actors = {name: actor_for(session, account) for name, account in people.items()}
    return Four({name: event.id for name, event in events.items()}, periods, actors)


def _competition(session: Any, home: Organization) -> Any:
    return create_competition(session, SYSTEM, organization=home, kind=CompetitionKind.SKILLS, title="电工技能比武")


def _event(session: Any, competition: Any, judges: list[Any]) -> Event:
    event = create_event(session, SYSTEM, competition, title="电工")
    save_rule_set(session, SYSTEM, event, RULES)
    adopt_rule_set(session, SYSTEM, event)
    add_entries(session, SYSTEM, event, [EntryInput(name=f"选手{n}", unit="某厂") for n in range(len(CODES))])
    assign_codes(session, SYSTEM, event)
    for entry, code in zip(entries_of(session, event), CODES, strict=True):
        entry.code = code  # alike in every event, as by chance
        session.add(entry)
    stage, period = stage_periods(session, event)[0]
    for judge in judges:
        services.appoint(session, SYSTEM, stage, judge)
    open_period(session, SYSTEM, period)
    session.flush()
    return event


def stage_of(session: Any, four: Four, event: str) -> Stage:
    return session.get_one(Stage, (four.periods[event].tenant_id, four.periods[event].stage_id))


def member(session: Any, four: Four, event: str, code: str) -> Any:
    from contest.judging.queries import members_of

    found = session.exec(select(Event).where(Event.id == four.ids[event])).one()
    return next(line.member for line in members_of(session, found) if line.member.code == code)


def test_every_mark_goes_to_its_own_event_and_judge(four):
    assert four.commit(
        ("anna", four.op("one", 11)), ("anna", four.op("two", 12)), ("bo", four.op("two", 13)),
        ("anna", four.op("next", 14)), ("zoe", four.op("far", 15)), ("bo", four.op("one", 16)),
        ("bo", four.op("one", 17, judge="J1")), ("zoe", four.op("one", 18)), ("anna", four.op("far", 19)),
        ("zoe", four.op("far", 20, judge="J1", code=1)),
    ) == [
        "accepted", "accepted", "accepted", "accepted", "accepted", "quarantined not_on_panel",
        "quarantined not_on_panel", "quarantined unknown_event", "quarantined unknown_event", "accepted",
    ]  # fmt: skip
    assert four.marks() == {
        ("one", "J1", CODES[0]): 11, ("two", "J2", CODES[0]): 12, ("two", "J1", CODES[0]): 13,
        ("next", "J1", CODES[0]): 14, ("far", "J1", CODES[0]): 15, ("far", "J1", CODES[1]): 20,
    }  # fmt: skip
    with db.reading() as session:
        for name, count in (("one", 3), ("next", 1), ("far", 2)):
            event = session.exec(select(Event).where(Event.id == four.ids[name])).one()
            from contest.competitions.queries import competition_of

            rows = list(ledger.data_of(ledger.rows(session, competition_of(session, event)), "mark"))
            assert len(rows) == count, name
            assert {row["event"] for row in rows} <= {four.ids["one"], four.ids["two"], four.ids[name]}


def test_a_recusal_a_pause_and_an_entry_of_one_event_hold_there_alone(four):
    with db.transaction() as session:
        twin = member(session, four, "two", "J2")
        entry = session.exec(select(Entry).where(Entry.event_id == four.ids["two"], Entry.code == CODES[0])).one()
        services.recuse(session, SYSTEM, twin, entry, "师徒")
        pause_period(session, SYSTEM, session.merge(four.periods["next"]))
        added = session.exec(select(Entry).where(Entry.event_id == four.ids["two"], Entry.code == CODES[2])).one()
        added.code = "999X"
        session.add(added)
    assert four.commit(
        ("anna", four.op("one", 21)), ("anna", four.op("two", 22)), ("bo", four.op("two", 23)),
        ("anna", four.op("next", 24)), ("anna", four.op("one", 25, code="999X")),
        ("anna", four.op("two", 26, code="999X")), ("bo", four.op("two", 27, code=2)),
        ("anna", four.op("one", 28, code=2)),
    ) == [
        "accepted", "quarantined recused", "accepted", "quarantined not_open", "quarantined unknown_entry", "accepted",
        "quarantined unknown_entry", "accepted",
    ]  # fmt: skip


def test_a_clerk_of_one_event_types_in_no_other(four):
    """`named` members are looked up by account or code: a seat in one event is none in the next."""
    with db.transaction() as session:
        services.appoint_external(session, SYSTEM, stage_of(session, four, "one"), "外请", code="X9")
        services.appoint_external(session, SYSTEM, stage_of(session, four, "two"), "外请", code="X9")
        bo = session.get_one(accounts.Account, four.actors["bo"].account_id)
        services.appoint(session, SYSTEM, stage_of(session, four, "one"), bo, PanelRole.CLERK)
    assert four.commit(
        ("bo", four.op("one", 31, judge="X9")), ("bo", four.op("two", 32, judge="X9")),
        ("bo", four.op("next", 33, judge="X9")), ("anna", four.op("one", 34, judge="X9")), ("bo", four.op("one", 35)),
    ) == ["accepted", *["quarantined not_on_panel"] * 4]  # fmt: skip
    assert four.marks() == {("one", "X9", CODES[0]): 31}


def test_nothing_of_another_event_is_followed_settled_or_a_repetition(four):
    first, other = four.op("one", 5), four.op("two", 5)
    late = four.op("one", 6)
    assert four.commit(("anna", first), ("anna", other), ("anna", late)) == [
        "accepted", "accepted", "conflict newer_mark",
    ]  # fmt: skip
    assert four.commit(
        ("anna", four.op("one", 7, after=other["op_id"])),  # made on another event's mark
        ("anna", four.op("two", 8, code=1, decides=late["op_id"])),
        ("bo", four.op("two", 5, decides=late["op_id"])),
        ("anna", four.op("two", 5)),
    ) == ["conflict newer_mark", "accepted", "accepted", "accepted"]
    with db.reading() as session:
        waiting = session.exec(select(Operation).where(Operation.op_id == late["op_id"])).one()
    assert waiting.decided_at is None, "only in its own event"
    assert four.marks()["one", "J1", CODES[0]] == 5


def test_one_number_for_two_operations_is_one_in_a_tenant_and_two_in_two(four):
    again = {"op_id": "the-very-same-number"}
    assert four.commit(
        ("anna", four.op("one", 1, **again)), ("anna", four.op("two", 2, **again)), ("zoe", four.op("far", 3, **again)),
    ) == ["accepted", "duplicate", "accepted"]  # fmt: skip
    assert four.marks() == {("one", "J1", CODES[0]): 1, ("far", "J1", CODES[0]): 3}


@pytest.mark.parametrize(("changed", "who"), [("one", "anna"), ("two", "bo"), ("next", "anna")])
def test_a_changed_mark_takes_no_signature_of_another_event_off(four, changed, who):
    """Three signed sheets of a J1 for the same code."""
    for event, judge in (("one", "anna"), ("two", "bo"), ("next", "anna")):
        ops = [four.op(event, 100, aspect="P1"), four.op(event, 30), four.op(event, 2, aspect="P3")]
        assert set(four.commit(*((judge, op) for op in ops))) == {"accepted"}
        with db.transaction() as session:
            place = (four.actors[judge], four.periods[event].id, CODES[0])
            services.sign_sheet(session, *place, sheet_view(session, *place).digest)
    with db.reading() as session:
        query = select(MarkRow.revision).where(MarkRow.aspect == "P2", MarkRow.event_id == four.ids[changed])
        base = session.exec(query).one()
    sent = {
        "one": ("anna", four.op("one", 30)),
        "two": ("bo", four.op("two", 30)),
        "next": ("anna", four.op("next", 30)),
    }
    sent[changed] = (who, four.op(changed, 31, base=base, reason="复议"))
    assert four.commit(*sent.values()) == ["accepted"] * 3
    with db.reading() as session:
        gone = session.exec(select(Sheet.period_id).where(Sheet.signed_at.is_(None))).all()
    assert gone == [four.periods[changed].id]


def outcome(four: Four, groups: list[list[tuple[str, dict[str, Any]]]]) -> Any:
    """What becomes of the groups, one after the other, in a transaction that is taken back."""
    with db.engine().execution_options(writes=True).connect() as connection, connection.begin() as work:
        answers = [
            (answer["op_id"], answer["result"], answer.get("first"), answer["reason"])
            for group in groups
            for batch in store_batches(connection, [(four.actors[who], read_batch([op])) for who, op in group])[0]
            for answer in batch
        ]
        columns = "event_id, stage_key, judge_code, entry_code, aspect, units, state, by_code, op_id"
        marks = connection.exec_driver_sql(f"SELECT {columns} FROM mark ORDER BY 1, 2, 3, 4, 5").all()
        work.rollback()
    return sorted(answers), [tuple(row) for row in marks]


@pytest.mark.parametrize("seed", range(12))
def test_a_group_decides_as_each_batch_alone_would(four, seed):
    """Random batches with every sort of mistake: all in one commit, and one by one."""
    rng = random.Random(seed)
    sent: list[tuple[str, dict[str, Any]]] = []
    for _ in range(50):
        who, event = rng.choice(["anna", "bo", "zoe"]), rng.choice(list(four.ids))
        op = four.op(event, rng.choice([1, 2, 3, 41]), rng.choice([0, 0, 1]), aspect=rng.choice(["P2", "P2", "P3"]))
        earlier = [old["op_id"] for _, old in sent]
        own = [old["op_id"] for other, old in sent if (other, old["event"]) == (who, op["event"])]
        if earlier and rng.random() < 0.4:
            op[rng.choice(["after", "after", "decides"])] = rng.choice(earlier)
        if own and rng.random() < 0.1:
            op["op_id"] = rng.choice(own)
        if rng.random() < 0.2:
            op["judge"] = rng.choice(["J1", "J2", ""])
        sent.append((who, op))
    early, late = sent[:20], sent[20:]
    four.commit(*early)  # marks, conflicts and operations to build on stand in every event
    late.sort(key=lambda item: item[1]["event"])  # within a group events come in this order
    assert outcome(four, [late]) == outcome(four, [[item] for item in late])
