"""Conversions: from a value to marks. Expected marks were worked out by hand from the sentence that each one is."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.core.conversion import convert
from contest.core.conversion_relative import Peers
from contest.core.marks import parse_value
from contest.core.parsing import parse_rule_set
from contest.core.problems import CoreError, MarkProblem, RuleSetError
from tests.core.builders import rules, stage
from tests.core.handbook_rules import measured, total, totals

VALUES = st.decimals(-200, 200, places=2)
FEW = st.lists(st.decimals(0, 50, places=1), min_size=1, max_size=12)


def rule_of(conversion):
    return rules(stage("S", [measured("A", conversion)])).aspect("S", "A").conversion


def marks_of(conversion, value, peers=()):
    marks, _ = convert(Fraction(value), rule_of(conversion), Peers.of(map(Fraction, peers)))
    return marks


DIFFERENCE = {"name": "difference", "full": "10", "target": "20", "per": "5", "deduct": "2"}
DAYS = {"name": "days", "full": "10", "late": "1", "early": "1", "early_cap": "3"}
GROWING = {"name": "bands", "bounds": "above", "bands": [["0", "1"], ["500", "2", "100", "1"]], "cap": "6"}
LINE = {"name": "pieces", "points": [["0", "0"], ["60", "0"], ["100", "20"]]}


@pytest.mark.parametrize(
    ("conversion", "value", "marks"),
    [
        (DIFFERENCE, "20", 10), (DIFFERENCE, "27.5", 7), (DIFFERENCE, "12.5", 7), (DIFFERENCE, "99", 0),
        (DIFFERENCE | {"steps": "started"}, "27.5", 6), (DIFFERENCE | {"steps": "whole"}, "27.5", 8),
        (DIFFERENCE | {"side": "above"}, "1", 10), (DIFFERENCE | {"side": "below"}, "27.5", 10),
        (DAYS, "0", 10), (DAYS, "4", 6), (DAYS, "40", 0), (DAYS, "-2", 12), (DAYS, "-9", 13),
        ({"name": "per_unit", "marks": "1.5", "cap": "12"}, "7", "10.5"),
        ({"name": "per_unit", "marks": "1.5", "cap": "12"}, "9", 12),
        ({"name": "per_unit", "marks": "0.5", "at_least": "3"}, "2", 0),
        ({"name": "per_unit", "marks": "0.5", "at_least": "3"}, "3", "1.5"),
        ({"name": "per_unit", "marks": "1", "from": "500", "per": "100", "base": "2", "steps": "whole"}, "799", 4),
        (GROWING, "-3", 0), (GROWING, "0", 0), (GROWING, "500", 1), (GROWING, "500.1", 2), (GROWING, "799", 4),
        (GROWING, "2000", 6),
        ({"name": "bands", "bands": [["60", "6"], ["90", "10"]], "below": "-1"}, "89.9", 6),
        ({"name": "bands", "bands": [["60", "6"], ["90", "10"]], "below": "-1"}, "59", -1),
        ({"name": "table", "table": [["1", "15"], ["2", "12"]]}, "2", 12),
        ({"name": "table", "table": [["1", "15"]], "other": "3"}, "9", 3),
        ({"name": "choices", "full": "2", "choices": [["0", "0"], ["1", "0.5"], ["2", "5"]]}, "1", "1.5"),
        ({"name": "choices", "full": "2", "choices": [["0", "0"], ["1", "0.5"], ["2", "5"]]}, "2", 0),
        (LINE, "-5", 0), (LINE, "60", 0), (LINE, "70", 5), (LINE, "100", 20), (LINE, "130", 20),
    ],
)  # fmt: skip
def test_marks_of_a_value(conversion, value, marks):
    assert marks_of(conversion, value) == Fraction(marks)


RANK = {"name": "rank_points", "first": "10", "step": "3", "floor": "2"}
FIELD = ["90", "80", "80", "70", "60"]


@pytest.mark.parametrize(
    ("conversion", "value", "marks"),
    [
        ({"name": "ratio", "full": "6"}, "60", 4), ({"name": "ratio", "full": "6", "better": "low"}, "80", "4.5"),
        ({"name": "share", "full": "38"}, "80", 8),
        (RANK, "90", 10), (RANK, "80", 7), (RANK, "70", 2), (RANK, "60", 2),
        (RANK | {"ties": "modified"}, "80", 4), (RANK | {"ties": "dense"}, "70", 4),
        (RANK | {"ties": "fractional"}, "80", "5.5"), (RANK | {"better": "low"}, "60", 10),
        ({"name": "rank_points", "points": ["9", "6", "5"]}, "70", 0),
        ({"name": "rank_points", "points": ["9", "6", "5"], "ties": "fractional"}, "80", "5.5"),
        ({"name": "rank_linear", "full": "100"}, "70", 40),
    ],
)  # fmt: skip
def test_marks_among_all_values(conversion, value, marks):
    assert marks_of(conversion, value, FIELD) == Fraction(marks)


def test_nobody_has_anything_is_no_division_by_zero():
    for name in ("ratio", "share"):
        assert marks_of({"name": name, "full": "6"}, "0", ["0", "0"]) == 0
    assert marks_of({"name": "ratio", "full": "6", "better": "low"}, "0", ["0", "3"]) == 6
    assert marks_of({"name": "ratio", "full": "6", "better": "low"}, "3", ["0", "3"]) == 0


def test_a_ratio_of_negative_values_is_refused_and_a_value_outside_the_table_is_never_zero():
    with pytest.raises(CoreError, match="negative_value"):
        marks_of({"name": "ratio", "full": "6"}, "5", ["-1", "5"])
    own = [measured("A", {"name": "ratio", "full": "6"})]
    found = totals(own, {"E": {"A": "-1"}, "F": {"A": "5"}})
    assert [(row.status, row.reasons[0].code) for row in found.values()] == [("incomplete", "negative_value")] * 2
    with pytest.raises(CoreError, match="value_not_in_table"):
        marks_of({"name": "table", "table": [["1", "15"]]}, "2")


def test_only_values_of_the_table_can_be_typed():
    own = rules(stage("S", [measured("A", {"name": "table", "table": [["1", "15"], ["2.5", "12"]]})])).aspect("S", "A")
    assert parse_value("2.5", own) == 25000
    assert parse_value("2", own) == MarkProblem("not_a_choice", {"allowed": "1, 2.5"})


def test_a_deduction_may_be_counted_and_converted():
    once = {"name": "bands", "bands": [["1", "2"]]}  # the same type of finding is deducted once, however often (DED-3)
    findings = [
        measured("A", once, kind="deduction"),
        measured("B", {"name": "per_unit", "marks": "0.5"}, kind="bonus"),
    ]
    assert total(findings, {"A": "7", "B": "3"}) == "-0.5"


FAULTS = {
    "row_of_numbers_expected": {"name": "bands", "bands": [["1", "2", "3"]]},
    "rows_not_ascending": {"name": "pieces", "points": [["1", "2"], ["1", "3"]]},
    "value_twice": {"name": "table", "table": [["1", "2"], ["1.0", "3"]]},
    "points_not_falling": {"name": "rank_points", "points": ["3", "4"]},
    "must_be_positive": {"name": "difference", "full": "1", "deduct": "1", "per": "0"},
    "cap_below_floor": {"name": "per_unit", "marks": "1", "floor": "3", "cap": "2"},
    "must_not_be_empty": {"name": "table", "table": []},
    "unknown_field": {"name": "ratio", "full": "1", "first": "3"},
    "not_allowed": {"name": "ratio", "full": "1", "better": "later"},
    "required": {"name": "rank_points", "step": "3"},
    "write_number_as_text": {"name": "table", "table": [[1, 0.5]]},
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_faulty_conversion_is_named_at_its_place(code):
    with pytest.raises(RuleSetError) as caught:
        rules(stage("S", [measured("A", FAULTS[code])]))
    place = "stages[0].rubric[0].children[0].conversion"
    assert code in {problem.code for problem in caught.value.problems if problem.path.startswith(place)}


@pytest.mark.parametrize("conversion", [GROWING, LINE, DAYS, RANK, {"name": "rank_points", "points": ["3", "2.5"]}])
def test_a_conversion_survives_its_document(conversion):
    own = rules(stage("S", [measured("A", conversion)]))
    assert parse_rule_set(own.to_document()) == own


def test_judged_marks_are_not_converted():
    with pytest.raises(RuleSetError) as caught:
        rules(stage("S", [{"id": "A", "conversion": {"name": "share", "full": "1"}}]))
    assert [problem.code for problem in caught.value.problems] == ["conversion_not_for_kind"]


def test_the_recipes_of_the_document_are_conversions():
    text = (Path(__file__).resolve().parents[2] / "docs" / "rule-set.md").read_text("utf-8").split("**Recipes.**")[1]
    found = [json.loads(code) for code in re.findall(r'`(\{"name".*?\})`', text.split("### Award")[0])]
    assert [rule["name"] for rule in found] == [
        "difference", "per_unit", "bands", "per_unit", "bands", "rank_points", "difference",
    ]  # fmt: skip
    # ten points below 90 %, begun: 86 and 80 lose 5 of 30, 79.9 loses 10; 800 over the plan is 2 + 3
    worked = [("86", 25), ("8", 12), ("800", 5), ("2", 0), ("4", "3.5"), ("1", 60), ("7", 7)]
    for rule, (value, marks) in zip(found, worked, strict=True):
        assert marks_of(rule, value) == Fraction(marks), rule


RISING = [
    {"name": "completion", "full": "30"}, DIFFERENCE | {"side": "below", "steps": "whole"}, GROWING, LINE,
    {"name": "per_unit", "marks": "2", "steps": "whole"}, {"name": "bands", "bands": [["-10", "1"], ["10", "3"]]},
]  # fmt: skip


@given(st.sampled_from(RISING), VALUES, VALUES)
def test_more_never_gives_less(conversion, one, other):
    low, high = sorted([one, other])
    assert marks_of(conversion, low) <= marks_of(conversion, high)


@given(VALUES, VALUES)
def test_later_never_gives_more(one, other):
    early, late = sorted([one, other])
    assert 0 <= marks_of(DAYS, late) <= marks_of(DAYS, early) <= 13


RELATIVE = [
    {"name": "ratio", "full": "6"}, {"name": "share", "full": "6"}, RANK, RANK | {"ties": "modified"},
    RANK | {"ties": "fractional"}, RANK | {"ties": "dense"}, {"name": "rank_linear", "full": "6"},
]  # fmt: skip


@given(st.sampled_from(RELATIVE), FEW, st.randoms())
def test_relative_marks_follow_the_values_whatever_their_order(conversion, values, random):
    marks = [marks_of(conversion, value, values) for value in values]
    for value, mark in zip(values, marks, strict=True):
        assert all(mark >= other for better, other in zip(values, marks, strict=True) if value >= better)
    shuffled = list(values)
    random.shuffle(shuffled)
    assert marks == [marks_of(conversion, value, shuffled) for value in values]


UNITLESS = [rule_of({"name": name, "full": "6"}) for name in ("ratio", "share")]


@given(FEW, st.decimals("0.1", 9, places=1))
def test_ratio_and_share_do_not_depend_on_the_unit(values, unit):
    before, after = (Peers.of(Fraction(value) * scale for value in values) for scale in (1, Fraction(unit)))
    for rule in UNITLESS:
        marks = [convert(Fraction(value), rule, before)[0] for value in values]
        assert marks == [convert(Fraction(value) * Fraction(unit), rule, after)[0] for value in values]
    assert sum(marks) in (0, 6)  # the shares


@given(FEW, st.decimals(-9, 9, places=1))
def test_points_of_a_rank_only_depend_on_the_order(values, shift):
    moved = [value + shift for value in values]
    for value, other in zip(values, moved, strict=True):
        assert marks_of(RANK, value, values) == marks_of(RANK, other, moved)


@given(FEW)
def test_shared_points_neither_win_nor_lose_points(values):
    rule = {"name": "rank_points", "points": ["12", "7", "5", "1"], "ties": "fractional"}
    given_out = sum(marks_of(rule, value, values) for value in values)
    assert given_out == sum([12, 7, 5, 1][: len(values)])


def test_a_real_zero_is_no_missing_value():
    assert total([measured("A", {"name": "ratio", "full": "6"})], {"A": "0"}) == "0"
    assert totals([measured("A", LINE)], {"E": {}})["E"].status == "no_marks"
    assert Decimal(total([measured("A", LINE)], {"A": "70"})) == 5
