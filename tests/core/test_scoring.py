"""Single rules of scoring with values worked out by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from contest.core.marks import EntryInput, Mark
from contest.core.problems import CoreError
from contest.core.scoring import evaluate
from tests.core.builders import aspect, entries, marks, rules, stage

TRIMMED = {"name": "trimmed_mean", "rounding": {"places": 2}}


def only(result):
    (standing,) = result.standings
    return standing


def test_a_recused_judge_is_removed_before_trimming():
    # MISS-1: drop 95 and 89, 364.5 / 4 = 91.125
    own = rules(stage(aspects=[aspect(method=TRIMMED | {"min_scores": 5})]))
    result = evaluate(own, entries("E"), marks("E", [925, "recused", 900, 950, 915, 890, 905]))
    assert (only(result).status, str(only(result).published)) == ("ranked", "91.13")


def test_a_recusal_of_the_entry_removes_the_judge_s_mark_too():
    own = rules(stage(aspects=[aspect(method={"name": "mean"})]))
    entry = EntryInput("E", recused=frozenset({("S", "J2")}))
    result = evaluate(own, [entry], marks("E", [800, 100, 900]), {"S": ["J1", "J2", "J3"]})
    assert only(result).total == 85
    states = [node.operation["state"] for node in result.explain("E").walk() if node.kind == "mark"]
    assert states == ["scored", "recused", "scored"]


def test_below_the_minimum_panel_there_is_no_rank():
    own = rules(stage(aspects=[aspect(method=TRIMMED | {"min_scores": 5})]))
    result = evaluate(own, entries("E"), marks("E", [925, "recused", "recused", 950, "recused", 890, 905]))
    assert (only(result).rank, only(result).status) == (None, "incomplete")
    assert [(reason.code, reason.params["have"]) for reason in only(result).reasons] == [("insufficient_scores", 4)]


def test_a_missing_mark_is_never_zero():
    own = rules(stage(aspects=[aspect(method={"name": "mean"})]))
    standing = only(evaluate(own, entries("E"), marks("E", [900, "missing", 800])))
    assert (standing.status, standing.total, standing.provisional) == ("incomplete", None, Decimal(85))
    assert [(reason.code, reason.judge) for reason in standing.reasons] == [("mark_missing", "J2")]


def test_a_silent_judge_of_the_panel_is_missing():
    own = rules(stage(aspects=[aspect(method={"name": "mean"})]))
    standing = only(evaluate(own, entries("E"), marks("E", [900]), {"S": ["J1", "J2"]}))
    assert [(reason.code, reason.judge) for reason in standing.reasons] == [("mark_missing", "J2")]


def test_a_real_zero_is_a_score():
    own = rules(stage(aspects=[aspect(method={"name": "median"})]))
    assert only(evaluate(own, entries("E"), marks("E", [0, 0, 900]))).total == 0


@pytest.mark.parametrize(("incomplete", "status"), [("unranked", "incomplete"), ("ranked", "ranked")])
def test_not_performed_follows_the_rule_set(incomplete, status):
    own = rules(stage(aspects=[aspect("A"), aspect("B")]), incomplete=incomplete)
    given = [*marks("E", [500]), *marks("E", ["not_performed"], ("S", "1", "B", 1))]
    standing = only(evaluate(own, entries("E"), given))
    assert (standing.status, standing.provisional) == (status, Decimal(50))


def test_an_entry_without_any_mark_is_named_so():
    assert only(evaluate(rules(), entries("E"), [])).status == "no_marks"


def test_a_disqualified_entry_has_no_rank_but_keeps_its_tree():
    entry = EntryInput("E", disqualified="phone")
    standing = only(evaluate(rules(), [entry], marks("E", [500])))
    assert (standing.status, standing.rank, standing.reasons[0].code) == ("disqualified", None, "phone")


def test_judgement_refuses_a_wide_spread():
    own = rules(stage(aspects=[{"id": "A", "kind": "judgement", "max": "1"}]))
    standing = only(evaluate(own, entries("E"), marks("E", [1, 2, 3])))
    assert [reason.code for reason in standing.reasons] == ["spread_too_wide"]


def test_judgement_rounds_the_mark_and_not_the_mean():
    # JUDG-1: 7/9 of 1.00 is 0.78; rounding the mean 2.33 first would give 0.7767
    own = rules(stage(aspects=[{"id": "A", "kind": "judgement", "max": "1"}]))
    assert only(evaluate(own, entries("E"), marks("E", [2, 2, 3]))).total == Fraction("0.78")


def test_factor_constant_and_repetitions():
    # Two dives: (8 + 8 + 8) x 3.0 x 0.6 = 43.2 and (7 + 7 + 7) x 2.0 x 0.6 = 25.2
    method = {"name": "trimmed_sum"}
    dive = aspect(max="10", repetitions=2, method=method, factor={"source": "entry", "constant": "0.6"})
    own = rules(stage(aspects=[dive]))
    factors = {("S", "A", 1): Decimal("3.0"), ("S", "A", 2): Decimal("2.0")}
    given = marks("E", [80, 80, 80, 90, 10]) + marks("E", [70, 70, 70, 100, 0], ("S", "1", "A", 2))
    assert only(evaluate(own, [EntryInput("E", factors=factors)], given)).total == Fraction("68.4")


def test_a_missing_factor_leaves_the_entry_incomplete():
    own = rules(stage(aspects=[aspect(factor={"source": "entry"})]))
    assert only(evaluate(own, entries("E"), marks("E", [80]))).reasons[0].code == "factor_missing"


def test_entries_may_differ_in_what_they_are_scored_on():
    own = rules(stage(aspects=[aspect("A"), aspect("B")]))
    entry = EntryInput("E", expected=frozenset({("S", "A", 1)}))
    assert only(evaluate(own, [entry], marks("E", [500]))).status == "ranked"


def test_deductions_are_subtracted_and_need_no_row():
    own = rules(stage(aspects=[aspect("A"), aspect("D", kind="deduction", max="10")]))
    given = [*marks("E", [900]), *marks("F", [900]), *marks("F", [25], ("S", "1", "D", 1))]
    result = evaluate(own, entries("E", "F"), given)
    assert [(row.entry, row.total) for row in result.standings] == [("E", 90), ("F", Fraction("87.5"))]


def test_periods_mean_and_weights():
    # PER-1, quarters 90, 91, 91, 93 -> 91.25
    quarters = [{"id": f"Q{number}"} for number in range(1, 5)]
    own = rules(stage(periods=quarters, accumulate="mean"))
    given = [
        mark
        for period, units in (("Q1", 900), ("Q2", 910), ("Q3", 910), ("Q4", 930))
        for mark in marks("E", [units], ("S", period, "A", 1))
    ]
    assert only(evaluate(own, entries("E"), given)).total == Fraction("91.25")


@pytest.mark.parametrize(("parts", "total"), [(False, "88.82"), (True, "88.83")])
def test_where_to_round_changes_the_hundredth(parts, total):
    # WT-3 and WT-4: 85.25 x 0.3 = 25.575, 90.35 x 0.7 = 63.245; together 88.82, in parts 25.58 + 63.25
    own = rules(
        stage("T", [aspect(decimals=2)], weight="0.3"), stage("P", [aspect(decimals=2)], weight="0.7"),
        combine="weighted", rounding={"places": 2, "parts": parts},
    )  # fmt: skip
    given = marks("E", [8525], ("T", "1", "A", 1)) + marks("E", [9035], ("P", "1", "A", 1))
    assert str(only(evaluate(own, entries("E"), given)).published) == total


def test_whole_sheets_are_pooled():
    # Sheet totals 16, 13, 12, 11: the highest and lowest sheet go, mean 12.5. Aspect by aspect it would be 12.0.
    panel = {"scope": "sheet", "method": {"name": "trimmed_mean"}}
    own = rules(stage(aspects=[aspect("A", decimals=0), aspect("B", decimals=0)], panel=panel))
    given = marks("E", [10, 3, 6, 5]) + marks("E", [6, 10, 6, 6], ("S", "1", "B", 1))
    assert only(evaluate(own, entries("E"), given)).total == Fraction("12.5")


SHEETS = {"scope": "sheet", "method": {"name": "trimmed_mean"}}


def test_each_stage_pools_the_sheets_of_its_own_judges():
    own = rules(stage("S", panel=SHEETS), stage("T", panel=SHEETS))
    finals = [Mark("T", "1", "E", "A", 1, judge, units) for judge, units in (("K1", 10), ("K2", 20), ("K3", 90))]
    assert only(evaluate(own, entries("E"), marks("E", [100, 110, 120]) + finals)).total == 13


def test_a_recused_or_silent_judge_s_sheet_does_not_count_as_zero():
    own = rules(stage(panel=SHEETS))
    given = marks("E", [100, 110, 120, "recused"])
    assert only(evaluate(own, entries("E"), given)).total == 11
    silent = only(evaluate(own, entries("E"), given, {"S": ["J1", "J2", "J3", "J4", "J5"]}))
    assert [(reason.code, reason.judge) for reason in silent.reasons] == [("mark_missing", "J5")]
    assert silent.provisional == 11


@pytest.mark.parametrize(("incomplete", "status"), [("unranked", "incomplete"), ("ranked", "ranked")])
def test_sheets_count_what_was_performed(incomplete, status):
    own = rules(stage(aspects=[aspect("A"), aspect("B")], panel=SHEETS), incomplete=incomplete)
    given = marks("E", [100, 110, 120]) + marks("E", ["not_performed"] * 3, ("S", "1", "B", 1))
    standing = only(evaluate(own, entries("E"), given))
    assert (standing.status, standing.provisional) == (status, 11)


@pytest.mark.parametrize(("incomplete", "status"), [("unranked", "incomplete"), ("ranked", "ranked")])
def test_an_excluded_silent_judge_does_not_hide_what_was_not_performed(incomplete, status):
    panel = {"scope": "sheet", "method": {"name": "mean", "missing": "exclude"}}
    own = rules(stage(aspects=[aspect("A"), aspect("B")], panel=panel), incomplete=incomplete)
    given = marks("E", [100, 120]) + marks("E", ["not_performed"] * 2, ("S", "1", "B", 1))
    standing = only(evaluate(own, entries("E"), given, {"S": ["J1", "J2", "J3"]}))
    assert (standing.status, standing.provisional) == (status, 11)


def test_completion_within_a_rubric():
    # COMP-5: 110 % of 30 marks is 33
    measured = aspect(
        kind="measured", max="36", measure={"min": "0", "unit": "%"},
        conversion={"name": "completion", "full": "30", "floor": "70", "over_cap_pct": "20"},
    )  # fmt: skip
    own = rules(stage(aspects=[measured]))
    given = [Mark("S", "1", "E", "A", 1, "", 1100)]
    assert only(evaluate(own, entries("E"), given)).total == 33


def test_a_stage_of_weight_zero_is_shown_and_not_counted():
    own = rules(stage("T", weight="0"), stage("P"))
    standing = only(evaluate(own, entries("E"), marks("E", [700], ("P", "1", "A", 1))))
    assert (standing.status, standing.total, standing.stage_totals["T"]) == ("ranked", 70, None)


def test_a_criterion_stays_within_floor_and_cap():
    own = rules({"id": "S", "rubric": [{"id": "C", "cap": "60", "floor": "10", "children": [aspect()]}]})
    result = evaluate(own, entries("E", "F"), [*marks("E", [900]), *marks("F", [50])])
    assert [row.total for row in result.standings] == [60, 10]


def test_a_veto_keeps_the_rank_and_bars_the_award():
    own = rules(vetoes=[{"id": "accident"}])
    standing = only(evaluate(own, [EntryInput("E", vetoes=("accident", "other"))], marks("E", [964])))
    assert (standing.rank, standing.award_barred) == ("1", ("accident",))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([Mark("S", "1", "E", "X", 1, "J", 5)], "unknown_place"),
        ([Mark("S", "1", "E", "A", 2, "J", 5)], "unknown_place"),
        ([Mark("S", "1", "F", "A", 1, "J", 5)], "unknown_place"),
        ([Mark("S", "1", "E", "A", 1, "J", None)], "mark_without_value"),
        ([Mark("S", "1", "E", "A", 1, "J", 5), Mark("S", "1", "E", "A", 1, "J", 6)], "duplicate_mark"),
    ],
)
def test_marks_that_belong_nowhere_are_refused(given, code):
    with pytest.raises(CoreError) as caught:
        evaluate(rules(), entries("E"), given)
    assert caught.value.code == code
