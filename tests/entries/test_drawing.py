"""The draw, vetoes and factors, and what the ledger keeps of them."""

import hashlib
import json

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions.models import EventState
from contest.entries import codes, queries, services, slips
from contest.entries.drawing import PER_ROW
from contest.entries.factors import FactorInput, factor_places, factor_value
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry, Veto
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.ledger import queries as ledger
from tests.support import make_person, unseal


def enter(stage, *names) -> list[Entry]:
    with db.transaction() as session:
        return services.add_entries(session, SYSTEM, stage.event, [EntryInput(name, number=name[:9]) for name in names])


def draw(stage, actor=SYSTEM) -> int:
    with db.transaction() as session:
        return services.assign_codes(session, actor, stage.event)


def entries(stage) -> dict[str, Entry]:
    with db.reading() as session:
        return {entry.name: entry for entry in queries.entries_of(session, stage.event, with_withdrawn=True)}


def bodies(stage, kind) -> list[dict]:
    with db.reading() as session:
        rows = [json.loads(row.body) for row in ledger.rows(session, stage.competition)]
    return [row["data"] for row in rows if row["kind"] == kind]


def commitment(entry) -> str:
    """As docs/bundle.md says: SHA-256 over salt, entry id and code, joined by line feeds."""
    return hashlib.sha256(f"{entry.salt}\n{entry.id}\n{entry.code}".encode()).hexdigest()


def test_a_blind_draw_gives_checked_codes_and_commits_to_them_without_names(stage):
    enter(stage, "张三", "李四", "王五")
    stage.adopt()
    assert draw(stage, stage.organizer) == 3
    found = entries(stage)
    assert all(codes.is_code(entry.code) and len(entry.code) == 4 for entry in found.values())
    [row] = bodies(stage, "draw")
    assert row["event"] == stage.event.id
    assert row["entries"] == sorted(row["entries"], key=lambda line: line["code"])
    assert {line["code"]: line["commitment"] for line in row["entries"]} == {
        entry.code: commitment(entry) for entry in found.values()
    }
    text = json.dumps(row, ensure_ascii=False)
    assert not any(entry.name in text or entry.id in text or entry.salt in text for entry in found.values())
    assert len({entry.salt for entry in found.values()}) == 3


def test_no_line_of_the_list_carries_a_code_before_unsealing(stage):
    enter(stage, "张三")
    stage.adopt()
    draw(stage)

    def line():
        with db.reading() as session:
            desk = queries.event_desk(session, stage.organizer, stage.event.id)
            return queries.entry_lines(session, desk)[0][0]

    for state in (EventState.ADOPTED, EventState.SCORING, EventState.LOCKED):
        stage.become(state)
        assert line().code == ""
    unseal(stage.event)
    assert line().code == entries(stage)["张三"].code


def test_drawing_twice_says_so_and_late_entries_draw_for_themselves(stage):
    enter(stage, "张三")
    stage.adopt()
    draw(stage)
    with pytest.raises(ConflictError):
        draw(stage)
    first = entries(stage)["张三"].code
    [late] = enter(stage, "迟到")
    assert codes.is_code(late.code)
    assert late.code != first
    assert entries(stage)["张三"].code == first
    assert [len(row["entries"]) for row in bodies(stage, "draw")] == [1, 1]


def test_without_blinding_the_number_is_the_code_and_still_committed(stage):
    enter(stage, "A7", "B2")
    stage.adopt(blind=False)
    draw(stage)
    assert {entry.code for entry in entries(stage).values()} == {"A7", "B2"}
    [row] = bodies(stage, "draw")
    assert [line["code"] for line in row["entries"]] == ["A7", "B2"]
    assert row["entries"][0]["commitment"] == commitment(entries(stage)["A7"])


def test_no_draw_before_adoption_for_nobody_or_after_locking(stage):
    with pytest.raises(ConflictError):
        draw(stage)
    stage.adopt()
    with pytest.raises(ConflictError):
        draw(stage)
    enter(stage, "张三")
    stage.become(EventState.LOCKED)
    with pytest.raises(ConflictError):
        draw(stage)


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.ORGANIZER, True), (Role.ENCRYPTION_OFFICER, True), (Role.ADMINISTRATOR, False), (Role.CHIEF_JUDGE, False)],
)
def test_who_may_draw(stage, role, may):
    enter(stage, "张三")
    stage.adopt()
    _, actor = make_person(stage.world, role)
    if may:
        assert draw(stage, actor) == 1
    else:
        with pytest.raises(ForbiddenError):
            draw(stage, actor)


def test_a_long_draw_is_split_into_rows(stage):
    enter(stage, *(f"{n}" for n in range(PER_ROW + 1)))
    stage.adopt()
    draw(stage)
    assert [len(row["entries"]) for row in bodies(stage, "draw")] == [PER_ROW, 1]


def test_slips_are_the_encryption_officers_alone(stage):
    enter(stage, "张三")
    stage.adopt()
    draw(stage)
    _, officer = make_person(stage.world, Role.ENCRYPTION_OFFICER)
    _, both = make_person(stage.world, Role.ENCRYPTION_OFFICER, login="organizer")
    with db.transaction() as session:
        desk = queries.event_desk(session, officer, stage.event.id)
        assert slips.slips(session, officer, desk, "zh-CN").startswith(b"PK")
        for actor in (both, stage.organizer):
            with pytest.raises(ForbiddenError):
                slips.slips(session, actor, desk, "zh-CN")


# --- vetoes


def veto(stage, entry, actor=None, **fields):
    values = {"veto": "accident", "reason": "工地坍塌", "decided_by": "安全监察部"} | fields
    with db.transaction() as session:
        there = session.get_one(Entry, (entry.tenant_id, entry.id))
        return services.give_veto(session, actor or stage.organizer, there, **values)


def test_a_veto_is_given_and_taken_back_in_the_ledger(stage):
    [entry] = enter(stage, "张三")
    stage.adopt()
    draw(stage)
    given = veto(stage, entry)
    with db.reading() as session:
        assert [item.veto for _, item in queries.vetoes_of(session, stage.event)] == ["accident"]

    def back(reason):
        with db.transaction() as session:
            there = session.get_one(Entry, (entry.tenant_id, entry.id))
            row = session.get_one(Veto, (given.tenant_id, given.id))
            services.withdraw_veto(session, stage.organizer, there, row, reason=reason)

    with pytest.raises(InvalidError):
        back(" ")
    back("查明不是本单位")
    with pytest.raises(ConflictError):
        back("再来一次")
    code = entries(stage)["张三"].code
    assert [(row["entry"], row["veto"], row["state"], row["reason"]) for row in bodies(stage, "veto")] == [
        (code, "accident", "given", "工地坍塌"),
        (code, "accident", "withdrawn", "查明不是本单位"),
    ]
    with db.reading() as session:
        assert queries.vetoes_of(session, stage.event) == []


def test_what_comes_before_the_draw_reaches_the_ledger_with_the_draw(stage):
    first, second = enter(stage, "张三", "李四")
    stage.adopt()
    veto(stage, second)
    set_factors(stage, FactorInput(first.id, "final", "D1", 1, "2.4"))
    assert bodies(stage, "veto") == bodies(stage, "factor") == []
    draw(stage)
    found = entries(stage)
    assert [row["entry"] for row in bodies(stage, "veto")] == [found["李四"].code]
    assert [(row["entry"], row["value"]) for row in bodies(stage, "factor")] == [(found["张三"].code, "2.4")]


def test_a_veto_needs_an_occurrence_of_the_rules_a_reason_and_somebody_who_decided(stage):
    [entry] = enter(stage, "张三")
    stage.adopt()
    with pytest.raises(InvalidError) as caught:
        veto(stage, entry, veto="weather", reason=" ", decided_by="")
    assert set(caught.value.fields) == {"veto", "reason", "decided_by"}
    _, administrator = make_person(stage.world, Role.ADMINISTRATOR)
    with pytest.raises(ForbiddenError):
        veto(stage, entry, administrator)


# --- factors


def set_factors(stage, *inputs, actor=None) -> int:
    with db.transaction() as session:
        return services.set_factors(session, actor or stage.organizer, stage.event, inputs)


def test_factors_are_set_changed_withdrawn_and_the_same_twice_is_nothing(stage):
    first, second = enter(stage, "张三", "李四")
    stage.adopt()
    draw(stage)
    here = ("final", "D1", 1)
    assert set_factors(stage, FactorInput(first.id, *here, "２。40"), FactorInput(second.id, *here, "3")) == 2
    assert set_factors(stage, FactorInput(first.id, *here, "2.4")) == 0
    assert set_factors(stage, FactorInput(first.id, *here, "2.6")) == 1
    assert set_factors(stage, FactorInput(second.id, *here, "")) == 1
    with db.reading() as session:
        assert [(e.name, f.value) for e, f in queries.factors_of(session, stage.event)] == [("张三", "2.6")]
    found = entries(stage)
    one, other = found["张三"].code, found["李四"].code
    rows = [(row["entry"], row["value"]) for row in bodies(stage, "factor")]
    assert rows == [*sorted([(one, "2.4"), (other, "3")]), (one, "2.6"), (other, None)]


@pytest.mark.parametrize("place", [("final", "D1", 3), ("final", "A1", 1), ("other", "D1", 1), ("final", "D1", 0)])
def test_a_place_without_a_factor_is_refused_and_nothing_is_kept(stage, place):
    [entry] = enter(stage, "张三")
    stage.adopt()
    with pytest.raises(InvalidError):
        set_factors(stage, FactorInput(entry.id, "final", "D1", 1, "2"), FactorInput(entry.id, *place, "2"))
    with db.reading() as session:
        assert queries.factors_of(session, stage.event) == []


@pytest.mark.parametrize(
    ("text", "value"), [("2.40", "2.4"), ("3.0", "3"), ("１．５", "1.5"), (" ", ""), ("100", "100")]
)
def test_a_factor_is_kept_as_a_plain_decimal(text, value):
    assert factor_value(text) == value


@pytest.mark.parametrize("text", ["0", "-1", "难", "1.23456", "1001", "1e3", "NaN"])
def test_a_factor_that_cant_be_one_is_refused(text):
    with pytest.raises(InvalidError):
        factor_value(text)


def test_the_places_follow_the_rubric(stage):
    from contest.core.parsing import parse_rule_set
    from tests.entries.conftest import document

    places = factor_places(parse_rule_set(document()))
    assert [(place.stage, place.aspect, place.repetition) for place in places] == [
        ("final", "D1", 1),
        ("final", "D1", 2),
    ]


def test_factors_are_the_organizers(stage):
    [entry] = enter(stage, "张三")
    stage.adopt()
    for role in (Role.ADMINISTRATOR, Role.JUDGE, Role.UNIT_CONTACT):
        _, actor = make_person(stage.world, role)
        with pytest.raises(ForbiddenError):
            set_factors(stage, FactorInput(entry.id, "final", "D1", 1, "2"), actor=actor)
