"""What is registered of an entry, where marks are given: bounds by a measure, closed choices, absence."""

import copy

import pytest

from contest import db
from contest.actors import SYSTEM
from contest.competitions.queries import get_event, stage_periods
from contest.entries.facts import FactInput, set_facts
from contest.entries.queries import entries_of
from contest.errors import InvalidError, NotFoundError
from contest.jobs.models import JobState
from contest.judging import services
from contest.judging.paper.clerking import clerk_view, save_typed
from contest.judging.queries import absent_codes, locate, marks_of
from contest.judging.room.progress import shortfalls
from contest.judging.sheet.queries import sheet_lines, sheet_view
from contest.judging.sheet.rendering import sheet_data
from tests.judging.scenery import RULES, build_contest
from tests.judging.test_typing import upload

BANDS = {"measure": "benefit", "bands": [["0", "10", "14"], ["10", "15", "25"]]}
"""benefit 0 to below 10 allows 10-14 marks, from 10 upwards 15-25 (rules.md 5, INNO-3)."""


def rules(**changes):
    document = copy.deepcopy(RULES) | changes
    stage = document["stages"][0]
    children = stage["rubric"][0]["children"]
    children[1]["limits"] = BANDS
    children.append({"id": "P5", "title": "安全等级", "kind": "measured", "max": "10", "required": False,
                     "conversion": {"name": "choices", "full": "10", "choices": [["1", "0"], ["3", "4"]]}})  # fmt: skip
    stage["rubric"][1]["children"][0]["limits"] = None
    stage["periods"] = [{"id": "1", "title": "上半年"}, {"id": "2", "title": "下半年"}]
    return document


@pytest.fixture
def contest(sqlite):
    return build_contest(rules())


def register(contest, entry: int, key: str, value: str) -> None:
    with db.transaction() as session:
        event = get_event(session, contest.event.id)
        found = next(e for e in entries_of(session, event) if e.code == contest.codes[entry])
        set_facts(session, SYSTEM, event, [FactInput(found.id, f"fact|{key}", value)], reason="登记")


def told(answers) -> list[tuple[str, str]]:
    return [(answer["result"], answer["reason"]) for answer in answers]


def test_a_mark_that_the_measure_does_not_allow_is_not_taken(contest):
    """By hand from BANDS: nothing registered -> nothing allowed; 8 -> 10 to 14; 12 -> 15 to 25; −1 -> no band."""
    assert told(contest.send("anna", contest.op(12, "P2"))) == [("quarantined", "measure_missing")]
    register(contest, 0, "measure|benefit", "8")
    answers = contest.send("anna", contest.op(9, "P2"), contest.op(15, "P2"), contest.op(14, "P2"))
    assert told(answers) == [("quarantined", "outside_band"), ("quarantined", "outside_band"), ("accepted", "")]
    assert answers[1]["params"] == {}  # not the registered value: it could tell a judge whose sheet this is
    register(contest, 1, "measure|benefit", "12")
    assert told(contest.send("anna", contest.op(15, "P2", 1), contest.op(26, "P2", 1)))[1][1] == "outside_band"
    register(contest, 2, "measure|benefit", "-1")
    assert told(contest.send("anna", contest.op(12, "P2", 2))) == [("quarantined", "below_first_band")]
    with db.reading() as session:
        assert {(m.entry, m.units) for m in marks_of(session, contest.event)} == {
            (contest.codes[0], 14), (contest.codes[1], 15),
        }  # fmt: skip


def test_a_marks_file_may_bring_the_value_that_bounds_its_marks(contest):
    head = "event,stage,period,entry,aspect,repetition,judge,value,state,factor,name"
    lines = ("电工,,1,{0},P2,,X1,{1},,,", "电工,,,{0},benefit,,,12,,,")
    for value, state in (("14", JobState.FAILED), ("25", JobState.DONE)):
        text = "\n".join([head, *(line.format(contest.codes[0], value) for line in lines)])
        job = upload(contest, text.encode(), makes_judges=True)
        assert job.state is state, job.error
    with db.reading() as session:
        assert [m.units for m in marks_of(session, contest.event)] == [25]


def test_the_sheet_tells_the_tablet_what_the_server_will_take(contest):
    def line(aspect: str, entry: int = 0) -> dict:
        with db.reading() as session:
            view = sheet_view(session, contest.actors["anna"], contest.period.id, contest.codes[entry])
            return next(item for item in sheet_data(view, rules="")["items"] if item["aspect"] == aspect)

    assert "benefit" in line("P2")["blocked"]
    register(contest, 0, "measure|benefit", "8")
    found = line("P2")
    assert (found["min"], found["max"], found["start"], found["blocked"]) == ("10", "14", "0", "")
    assert line("P5")["choices"] == ["1", "3"]
    assert (line("P1")["choices"], line("P1")["min"], line("P1")["max"]) == ([], "0", "15")


def test_typed_entry_says_it_at_the_box(contest):
    with db.transaction() as session:
        services.appoint_external(session, SYSTEM, contest.stage, "外请", code="X1")
    register(contest, 0, "measure|benefit", "8")
    code, other = contest.codes[0], contest.codes[1]
    boxes = {f"v|{code}|P2|1": "15", f"v|{other}|P2|1": "12", f"v|{code}|P5|1": "2"}
    with pytest.raises(InvalidError) as refused, db.transaction() as session:
        save_typed(session, contest.actors["clerk"], contest.event.id, contest.period.id, "X1", boxes, "")
    said = {name: error.message % error.params for name, error in refused.value.fields.items()}
    assert said == {
        f"v|{code}|P2|1": "按登记的数值，分数应在 10–14 之间，您输入了 15",
        f"v|{other}|P2|1": "还没有登记“benefit”，请组织者登记后再录",
        f"v|{code}|P5|1": "只能是 1, 3，您输入了 2",
    }


@pytest.mark.parametrize("blind", [True, False])
def test_who_is_absent_is_on_no_list_and_named_only_where_nothing_is_blind(sqlite, blind):
    contest = build_contest(rules(blind=blind))
    register(contest, 0, "absent|practice|2", "1")
    code = contest.codes[0]
    with db.reading() as session:
        event = get_event(session, contest.event.id)
        here, there = (locate(session, period.id) for _, period in stage_periods(session, event))
        member = contest.members["anna"]
        assert code in {line.code for line in sheet_lines(session, here, member)}
        assert code not in {line.code for line in sheet_lines(session, there, member)}
        assert absent_codes(session, there) == ([] if blind else [code])
        with pytest.raises(NotFoundError):
            sheet_view(session, contest.actors["anna"], there.period.id, code)
        rows = clerk_view(session, contest.actors["clerk"], contest.event.id, period_id=there.period.id).rows
        assert code not in {entry.code for entry, _ in rows}
        owed = (
            [found.sheets for found in shortfalls(session, here)],
            [found.sheets for found in shortfalls(session, there)],
        )
    assert [a - b for a, b in zip(*owed, strict=True)] == [1] * len(owed[0])  # nobody waits for the absent entry
    db.engine().dispose()
