"""Facts of entries (docs/rule-set.md, "What an entry brings"): which are asked for, who may say them, and when."""

import json
from decimal import Decimal

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions.models import EventState, PeriodState
from contest.competitions.queries import get_event, rules_in_force, stage_periods
from contest.core.parsing import parse_rule_set
from contest.entries import facts, services
from contest.entries.changes import on_change
from contest.entries.detail import facts_in, put, read_detail, value_at
from contest.entries.fact_fields import FactField, fact_fields, fact_value
from contest.entries.facts import FactInput, set_facts
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.ledger.models import LedgerRow
from contest.standings.inputs import entry_inputs
from tests.entries.conftest import document
from tests.support import make_person

ASPECT = {"id": "A1", "title": "动作", "max": "10"}
LIMITED = {"id": "A2", "title": "效益", "max": "30", "limits": {"measure": "benefit", "bands": [["0", "0", "20"]]}}
RICH = {
    "stages": [
        {"id": "first", "title": "初赛", "advance": {"count": 1}, "late": {"each": "1", "per": "day"},
         "periods": [{"id": "1", "title": "上半年"}, {"id": "2", "title": "下半年"}],
         "rubric": [{"id": "C", "title": "技术", "children": [
             ASPECT, {"id": "A3", "title": "试跳", "max": "5", "repetitions": 3, "repetitions_vary": True}]}]},
        {"id": "final", "title": "决赛", "rubric": [{"id": "C", "title": "技术", "children": [ASPECT, LIMITED]}]},
    ],
    "classes": [{"id": "a", "title": "甲组"}, {"id": "b"}],
    "award_bounds": [{"category": "worker", "title": "一线职工", "min_percent": "60"}],
    "awards": [{"id": "one", "title": "一等奖", "by": "rank", "last": 1}],
    "promotions": [{"grants": "技师", "award": "one", "held": ["高级工"]}],
    "ties": [{"by": "measure", "ref": "minutes", "direction": "asc"}],
    "remaining_ties": "draw",
    "vetoes": [],
}  # fmt: skip
ALL = {
    "fact|class": "b", "fact|held": "高级工", "fact|category|worker": "1", "fact|measure|minutes": "２.50",
    "fact|measure|benefit": "8", "fact|lot": "7", "fact|wild_card|first": "由上届冠军单位推荐",
    "fact|absent|first|2": "1", "fact|late|first|1": "3", "fact|times|first|A3": "2",
}  # fmt: skip


@pytest.fixture
def rich(stage):
    stage.adopt(**RICH)
    with db.transaction() as session:
        stage.entry = services.add_entry(session, SYSTEM, stage.event, EntryInput("张三"))
    return stage


def say(stage, values: dict[str, str], actor=SYSTEM, **more) -> int:
    with db.transaction() as session:
        inputs = [FactInput(stage.entry.id, key, value) for key, value in values.items()]
        return set_facts(session, actor, stage.event, inputs, **more)


def draw(stage) -> str:
    with db.transaction() as session:
        services.assign_codes(session, SYSTEM, stage.event)
        return session.get_one(Entry, (stage.entry.tenant_id, stage.entry.id)).code or ""


def told(stage, *kinds: str) -> list[dict]:
    with db.reading() as session:
        rows = session.exec(select(LedgerRow).order_by(LedgerRow.seq)).all()
        return [json.loads(row.body)["data"] for row in rows if row.kind in (kinds or ("fact", "measure"))]


def scored(stage):
    with db.reading() as session:
        entry = session.get_one(Entry, (stage.entry.tenant_id, stage.entry.id))
        event = get_event(session, stage.event.id)
        return entry_inputs(session, event, rules_in_force(session, event), [entry])[0]


def lock(stage, *places: tuple[str, str]) -> None:
    with db.transaction() as session:
        for row, period in stage_periods(session, stage.event):
            if (row.key, period.key) in places:
                period.state = PeriodState.LOCKED
                session.add(period)


def test_only_what_the_rules_read_is_asked_for():
    assert {field.key for field in fact_fields(parse_rule_set(document(**RICH)))} == set(ALL) | {
        "fact|absent|first|1", "fact|late|first|2",
    }  # fmt: skip
    assert fact_fields(parse_rule_set(document())) == []


def test_every_fact_reaches_scoring_as_it_was_said(rich):
    """Hand-made: what docs/rule-set.md says an entry brings, one by one."""
    assert say(rich, ALL) == len(ALL)
    assert say(rich, ALL) == 0  # the same twice changes nothing
    found = scored(rich)
    assert (found.class_id, found.held, found.categories, found.draw) == ("b", "高级工", {"worker"}, 7)
    assert found.measures == {"minutes": Decimal("2.5"), "benefit": Decimal(8)}
    assert (found.absent, found.late) == ({("first", "2")}, {("first", "1"): 3})
    assert found.wild_cards == {"first": "由上届冠军单位推荐"}
    assert found.expected == {
        ("first", "A1", 1), ("first", "A3", 1), ("first", "A3", 2), ("final", "A1", 1), ("final", "A2", 1),
    }  # fmt: skip
    assert say(rich, dict.fromkeys(ALL, "")) == len(ALL)
    with db.reading() as session:
        assert session.get_one(Entry, (rich.entry.tenant_id, rich.entry.id)).detail == "{}"


def test_before_the_draw_facts_wait_and_then_stand_in_the_ledger_under_the_code(rich):
    say(rich, {"fact|class": "a", "fact|measure|minutes": "12"})
    assert told(rich) == []
    code = draw(rich)
    place = {"event": rich.event.id, "entry": code, "reason": ""}
    assert told(rich) == [
        place | {"fact": "class", "place": [], "value": "a"},
        place | {"name": "minutes", "value": "12"},
    ]
    say(rich, {"fact|class": "", "fact|late|first|1": "2"}, reason="申报有误")
    place["reason"] = "申报有误"
    assert told(rich)[2:] == [
        place | {"fact": "class", "place": [], "value": None},
        place | {"fact": "late", "place": ["first", "1"], "value": "2"},
    ]


WRONG = [
    ("fact|class", "c"), ("fact|held", "大师"), ("fact|category|worker", "2"), ("fact|lot", "0"), ("fact|lot", "1.5"),
    ("fact|late|first|1", "-1"), ("fact|late|first|1", "9" * 40), ("fact|times|first|A3", "4"),
    ("fact|measure|minutes", "很快"), ("fact|measure|minutes", "1e5"), ("fact|measure|minutes", "9" * 13),
    ("fact|measure|minutes", "0.123456789"), ("fact|wild_card|first", "长" * 301), ("fact|wild_card|final", "推荐"),
    ("fact|absent|final|1", "1"), ("fact|nothing", "1"),
]  # fmt: skip


def test_what_cannot_be_is_refused_at_its_box_and_nothing_is_written(rich):
    for key, typed in WRONG:
        with pytest.raises(InvalidError) as refused:
            say(rich, {"fact|class": "a"} | {key: typed})
        assert set(refused.value.fields) == {key}, typed
    assert scored(rich).class_id == ""


def test_once_scoring_has_begun_a_change_says_why(rich):
    say(rich, {"fact|class": "a"})
    rich.become(EventState.SCORING)
    assert say(rich, {"fact|class": "a", "fact|measure|minutes": "12", "fact|wild_card|first": "推荐"}) == 2
    for change in ({"fact|class": "b"}, {"fact|measure|minutes": ""}, {"fact|absent|first|1": "1"}):
        with pytest.raises(InvalidError) as refused:
            say(rich, change)
        assert "理由" in str(refused.value.fields[next(iter(change))].message)
        assert say(rich, change, reason="评审后调整") == 1


def test_a_locked_period_and_a_locked_event_keep_what_counts(rich):
    """rules.md: a locked total changes only after unlocking. Classes come after review; lots once totals are known."""
    rich.become(EventState.SCORING)
    lock(rich, ("first", "1"))
    for change in ({"fact|late|first|1": "2"}, {"fact|absent|first|1": "1"}, {"fact|times|first|A3": "1"}):
        with pytest.raises(InvalidError):
            say(rich, change, reason="补登")
    say(rich, {"fact|late|first|2": "2", "fact|wild_card|first": "推荐", "fact|measure|benefit": "3"})
    lock(rich, ("final", "1"))
    for change in ({"fact|wild_card|first": ""}, {"fact|measure|benefit": "4"}):
        with pytest.raises(InvalidError):
            say(rich, change, reason="补登")
    rich.become(EventState.LOCKED)
    assert say(rich, {"fact|class": "a", "fact|lot": "3", "fact|category|worker": "1", "fact|held": "技师"}) == 4
    with pytest.raises(InvalidError):
        say(rich, {"fact|measure|minutes": "1"}, reason="补登")
    rich.become(EventState.PUBLISHED)
    with pytest.raises(ConflictError):
        say(rich, {"fact|class": "b"}, reason="补登")


def test_only_organizers_and_only_from_a_fresh_page(rich):
    _, contact = make_person(rich.world, Role.UNIT_CONTACT, login="contact")
    with pytest.raises(ForbiddenError):
        say(rich, {"fact|class": "a"}, actor=contact)
    with db.reading() as session:
        seen = facts.facts_digest(session.get_one(Entry, (rich.entry.tenant_id, rich.entry.id)))
    assert say(rich, {"fact|class": "a"}, actor=rich.organizer, seen=seen) == 1
    with pytest.raises(ConflictError):
        say(rich, {"fact|class": "b"}, actor=rich.organizer, seen=seen)


def test_boards_hear_of_it_after_the_commit(rich):
    heard: list[str] = []
    on_change(heard.append)
    say(rich, {"fact|class": "a"})
    assert rich.event.id in heard
    heard.clear()
    with pytest.raises(InvalidError):
        say(rich, {"fact|class": "b", "fact|lot": "x"})
    assert heard == []


def test_a_class_or_wild_card_that_newer_rules_do_not_know_counts_for_nothing(rich):
    say(rich, {"fact|class": "a", "fact|wild_card|first": "推荐"})
    rules = parse_rule_set(document(**RICH) | {"classes": [], "stages": [RICH["stages"][1]]})
    with db.reading() as session:
        entry = session.get_one(Entry, (rich.entry.tenant_id, rich.entry.id))
        found = entry_inputs(session, rich.event, rules, [entry])[0]
    assert (found.class_id, found.wild_cards) == ("", {})


@pytest.mark.parametrize(("key", "value"), ALL.items())
def test_a_fact_is_read_as_it_was_written(key, value):
    field = next(f for f in fact_fields(parse_rule_set(document(**RICH))) if f.key == key)
    detail: dict = {}
    kept = fact_value(field, value)
    put(detail, field.kind, field.place, kept)
    assert value_at(json.loads(json.dumps(detail)), field.kind, field.place) == kept
    assert facts_in(json.dumps(detail)) != facts_in("{}")
    put(detail, field.kind, field.place, "")
    assert detail == read_detail("{}")


def test_no_report_that_was_in_time_is_kept():
    assert fact_value(FactField("late", ("s", "1"), "", most=366), "0") == ""
    assert fact_value(FactField("times", ("s", "a"), "", most=3), "0") == "0"  # done no time at all is said
