"""Where two readings of docs/rule-set.md were possible and one of them gave somebody marks, or a rank, unearned.

Every case was found by comparing the core with the independent verifier on random contests (tests/verifier).
"""

from __future__ import annotations

import pytest

from contest.core.marks import EntryInput
from contest.core.problems import RuleSetError
from contest.core.scoring import evaluate
from tests.core.builders import aspect, entries, marks, rules, stage

FIRST, FINAL = ("S", "1", "A", 1), ("F", "1", "A", 1)


def statuses(result):
    return {row.entry: (row.status, row.rank) for row in result.standings}


def codes(result, entry):
    return [reason.code for reason in result.standing(entry).reasons]


def test_without_a_factor_nothing_is_added():
    """2 x 30 and no factor of the entry: 60, not 61."""
    own = rules(stage("S", [aspect("A", factor={"how": "add", "constant": "2"})]))
    assert evaluate(own, entries("E"), marks("E", [300])).standing("E").total == 60


def test_a_mark_that_was_taken_back_is_no_mark():
    """Judge 1 took a deduction back: nobody is asked for one now. Without any other mark there is no mark at all."""
    own = rules(stage("S", [aspect("A"), aspect("D", kind="deduction", max="5")]))
    panels = {"S": ["J1", "J2"]}
    taken_back = marks("E", ["missing"], ("S", "1", "D", 1))
    result = evaluate(own, entries("E"), marks("E", [900, 800]) + taken_back, panels)
    assert (result.standing("E").status, result.standing("E").total) == ("ranked", 85)
    assert statuses(evaluate(own, entries("E"), taken_back, panels)) == {"E": ("no_marks", None)}


def test_whole_sheets_may_not_lie_further_apart_than_the_spread():
    method = {"name": "mean", "max_spread": "10"}
    own = rules(stage("S", [aspect("A"), aspect("B")], panel={"scope": "sheet", "method": method}))
    found = marks("E", [500, 400]) + marks("E", [300, 301], ("S", "1", "B", 1))  # 80 and 70.1
    assert evaluate(own, entries("E"), found).standing("E").status == "ranked"
    wide = marks("E", [500, 400]) + marks("E", [300, 299], ("S", "1", "B", 1))  # 80 and 69.9
    assert codes(evaluate(own, entries("E"), wide), "E") == ["spread_too_wide"]


def test_the_spread_of_grades_is_that_of_their_values():
    """Grades 5 and 4 are worth 10 and 6: four apart, not one."""
    graded = {"id": "A", "max": "5", "grades": [["5", "10"], ["4", "6"]], "method": {"name": "mean", "max_spread": "3"}}
    assert codes(evaluate(rules(stage("S", [graded])), entries("E"), marks("E", [5, 4])), "E") == ["spread_too_wide"]


def test_marks_of_who_did_not_go_on_compare_nobody():
    """C is out after the first stage; its 100 in the final must not halve the marks of A, the best of the final."""
    share = aspect("A", kind="measured", conversion={"name": "ratio", "full": "10"})
    own = rules(stage("S", advance={"count": 2}), stage("F", [share]), combine="last")
    found = [m for code, first, last in (("A", 90, 50), ("B", 80, 25), ("C", 70, 100))
             for m in marks(code, [first], FIRST) + marks(code, [last], FINAL)]  # fmt: skip
    result = evaluate(own, entries("A", "B", "C"), found)
    assert [(row.entry, row.total) for row in result.standings] == [("A", 10), ("B", 5), ("C", 7)]
    assert evaluate(own, entries("A", "B", "C"), found, earlier=result) == result


def test_ordinal_ranks_of_equal_entries_do_not_hang_on_the_order_of_the_list():
    found = [m for code in "BAC" for m in marks(code, [900])]
    for order in ("ABC", "CBA"):
        ranked = evaluate(rules(ranking="ordinal"), entries(*order), found)
        assert statuses(ranked) == {"A": ("ranked", "1"), "B": ("ranked", "2"), "C": ("ranked", "3")}


def test_periods_without_weight_give_no_silent_zero():
    periods = [{"id": "1", "weight": "0"}, {"id": "2", "weight": "1"}]
    own = rules(stage("S", periods=periods, accumulate="weighted"))
    entry = EntryInput("E", absent=frozenset({("S", "2")}))
    result = evaluate(own, [entry], marks("E", [900]))
    assert (result.standing("E").total, codes(result, "E")) == (None, ["no_period"])


def test_a_judge_who_places_nobody_holds_nobody_up():
    """J3 is kept from A, so that J3's unfinished sheet of B is of no interest."""
    panel = {"scope": "ranks", "places": {"method": "borda"}}
    own = rules(stage("S", [aspect("A"), aspect("B")], panel=panel))
    found = [m for code, units in (("A", [900, 800, "recused"]), ("B", [700, 600, 500]))
             for m in marks(code, units) + marks(code, [*units[:2], "recused"], ("S", "1", "B", 1))]  # fmt: skip
    result = evaluate(own, entries("A", "B"), found, {"S": ["J1", "J2", "J3"]})
    assert [(row.entry, row.total) for row in result.standings] == [("A", 2), ("B", 0)]


QUALIFYING = (stage("S", [aspect("A"), aspect("B")], weight="0", advance={"count": 1, "by": "stage"}), stage("F"))


def test_whose_way_ends_where_marks_are_missing_has_no_rank():
    """The qualifying stage weighs nothing; but without all its marks nobody is ranked, at a total of 0."""
    found = [m for code in "AB" for m in marks(code, [900], FIRST) + marks(code, [800], ("S", "1", "B", 1))]
    found += marks("C", [950], FIRST) + marks("A", [700], FINAL)
    people = [EntryInput("A"), EntryInput("B", draw=1), EntryInput("C")]
    result = evaluate(rules(*QUALIFYING, ties=[{"by": "measure", "ref": "m"}]), people, found)
    assert result.standing("C").status == "incomplete"
    assert result.standing("C").stage_totals == {"S": None, "F": None}


def test_a_stage_without_weight_that_lacks_marks_shows_none():
    """C is seeded into the final by a wild card: ranked by it, and nothing is shown of the stage it did not finish."""
    people = [EntryInput("C", wild_cards={"S": "上届冠军"})]
    result = evaluate(rules(*QUALIFYING), people, marks("C", [950], FIRST) + marks("C", [700], FINAL))
    assert statuses(result) == {"C": ("ranked", "1")}
    assert {key: value and int(value) for key, value in result.standing("C").stage_totals.items()} == {
        "S": None,
        "F": 70,
    }


def test_a_total_of_nothing_is_refused():
    with pytest.raises(RuleSetError) as caught:
        rules(stage("S", weight="0"), stage("F", weight="0"))
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [("stages", "stages_without_weight")]
    assert rules(stage("S", weight="0"), combine="last")


def test_nothing_is_shown_of_who_is_disqualified():
    result = evaluate(rules(), [EntryInput("E", disqualified="doping")], marks("E", [900]))
    assert (result.standing("E").status, result.standing("E").stage_totals) == ("disqualified", {"S": None})
