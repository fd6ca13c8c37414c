"""Rules between the marks and a criterion: clamped marks, kept spread, translated grades, bands, best only, caps.

Expected values were worked out by hand.
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.core import statistics
from contest.core.kernel import plan_for
from contest.core.marks import EntryInput, Mark
from contest.core.problems import RuleSetError
from contest.core.rubric import Method
from contest.core.scoring import evaluate
from tests.core.builders import aspect, entries, marks, rules, stage
from tests.core.handbook_rules import given as optional
from tests.core.handbook_rules import measured, total, totals
from tests.core.recompute import recompute

UNITS = st.lists(st.integers(0, 1000), min_size=3, max_size=9)


def judged(method, values, **more):
    own = rules(stage("S", [aspect("A", method=method, **more)]))
    result = evaluate(own, entries("E"), marks("E", values))
    return result.standings[0], result.explain("E")


def test_a_mark_far_from_the_mean_is_pulled_to_the_bound():
    # mean of 90, 90, 90, 50 is 80; the bounds are 70 and 90: (90 + 90 + 90 + 70) / 4
    found, tree = judged({"name": "mean", "clamp": "10"}, [900, 900, 900, 500])
    assert found.total == 85
    panel = next(node for node in tree.walk() if node.kind == "panel")
    assert [node.operation.get("counts_as") for node in panel.inputs] == [None, None, None, 70]
    assert panel.operation["center"] == 80


def test_the_middle_two_must_lie_within_the_tolerance():
    gymnastics = {"name": "trimmed_mean", "max_kept_spread": "0.5"}
    assert judged(gymnastics, [90, 85, 80, 10])[0].total == Fraction("8.25")
    found, _ = judged(gymnastics, [90, 86, 80, 10])
    assert (found.status, found.reasons[0].code) == ("incomplete", "kept_spread_too_wide")
    assert found.reasons[0].params == {"spread": "0.6", "allowed": "0.5"}
    assert judged({"name": "median", "max_kept_spread": "0.5"}, [0, 100, 40, 45])[0].total == Fraction("4.25")
    assert judged({"name": "median", "max_kept_spread": "0"}, [0, 100, 40])[0].total == 4


def test_grades_are_translated_before_anything_is_dropped():
    # skating [S30]: grades 3, 3, 2, 2, 1, 2, 2 stand for 2.1, 2.1, 1.4, 1.4, 0.7, 1.4, 1.4; the mean of the middle
    # five is (2.1 + 1.4 x 4) / 5 = 1.54; added to the base value 3.0 of this entry
    grades = [["1", "0.7"], ["2", "1.4"], ["3", "2.1"]]
    element = aspect("A", max="3", decimals=0, grades=grades, factor={"source": "entry", "how": "add"},
                     method={"name": "trimmed_mean", "rounding": {"places": 2}})  # fmt: skip
    own = rules(stage("S", [element]))
    entry = EntryInput("E", factors={("S", "A", 1): Decimal("3.0")})
    result = evaluate(own, [entry], marks("E", [3, 3, 2, 2, 1, 2, 2]))
    assert result.standings[0].total == Fraction("4.54")
    assert recompute(result.explain("E").plain()) == Fraction("4.54")
    (unknown,) = evaluate(own, [entry], marks("E", [3, 3, 0])).standings
    assert (unknown.status, unknown.reasons[0].code) == ("incomplete", "value_not_in_table")


def banded(measure, mark):
    limits = {"measure": "benefit", "bands": [["10", "15", "25"], ["50", "26", "30"]]}
    measures = {} if measure is None else {"benefit": Decimal(measure)}
    (found,) = totals([{"id": "A", "max": "30", "limits": limits}], {"E": {"A": mark}},
                      entries=[EntryInput("E", measures=measures)]).values()  # fmt: skip
    return found.status, [reason.code for reason in found.reasons]


def test_a_measure_of_the_entry_limits_what_a_judge_may_give():
    assert banded("50", "26") == ("ranked", [])
    assert banded("49.99", "26") == ("incomplete", ["outside_band"])  # INNO-4: 28 for 300 000 yuan is refused
    assert banded("9", "12") == ("incomplete", ["below_first_band"])
    assert banded(None, "20") == ("incomplete", ["measure_missing"])


def test_only_the_best_children_count_and_of_deductions_the_greatest():
    levels = [optional(name, weight=weight) for name, weight in (("a", "3"), ("b", "1"), ("c", "2"))]
    assert total(levels, {"a": "1", "b": "5", "c": "2"}, limits={"best": 1}) == "5"
    assert total(levels, {"a": "1", "b": "5", "c": "2"}, limits={"best": 2}) == "9"
    assert total(levels, {"a": "1"}, limits={"best": 1, "cap": "2"}) == "2"
    findings = [measured(name, kind="deduction", required=False) for name in ("a", "b", "c")]
    assert total(findings, {"a": "1", "b": "4"}, limits={"best": 1}) == "-4"
    assert total(findings, {"a": "1", "b": "4"}, limits={"floor": "-3"}) == "-3"


@pytest.mark.parametrize(("order", "expected"), [("cap_then_deduct", "11"), ("deduct_then_cap", "12")])
def test_the_order_of_cap_and_deduction_is_a_rule(order, expected):
    """MEAS-7 and MEAS-8: 13.5 earned, 12 at most, 1 off; deductions may stand in a criterion of their own."""
    children = [measured("found"), {"id": "off", "children": [measured("false", kind="deduction")]}]
    limits = {"cap": "12", "floor": "0", "cap_order": order}
    assert total(children, {"found": "13.5", "false": "1"}, limits=limits) == expected
    assert total(children, {"found": "3", "false": "9"}, limits=limits) == "0"


def test_every_step_may_be_rounded_by_name():
    # trials 1, 2, 2: mean 1.666… -> 1.67; twice that and 1/3 of it … each step keeps what its own rule says
    trials = measured("A", repetitions=3, combine_repetitions="mean", rounding={"places": 2})
    assert total([trials], {"A": ["1", "2", "2"]}) == "1.67"
    assert (
        total([measured("A", weight="0.333")], {"A": "1"}, limits={"rounding": {"places": 2, "mode": "up"}}) == "0.34"
    )


def test_contradictory_rules_are_named():
    def codes(**criterion):
        with pytest.raises(RuleSetError) as caught:
            rules(stage("S", rubric=[{"id": "C", "children": [aspect()]} | criterion]))
        return {problem.code for problem in caught.value.problems}

    assert codes(floor="3", cap="2") == {"cap_below_floor"}
    assert codes(best=1, children=[aspect(), aspect("D", kind="deduction")]) == {"best_mixes_deductions"}
    assert codes(children=[aspect(method={"name": "agreed", "clamp": "1"})]) == {"not_for_this_method"}
    assert codes(children=[aspect(method={"name": "mean", "clamp": "-1"})]) == {"must_not_be_negative"}
    assert codes(children=[aspect(kind="measured", grades=[["1", "2"]])]) == {"only_for_judged"}
    assert codes(children=[aspect(limits={"measure": "m", "bands": [["1", "3", "2"]]})]) == {"band_upside_down"}


def test_flagged_marks_stay_where_they_are():
    marks_given = [Decimal(text) for text in ("88", "90", "89", "91", "60")]
    assert statistics.mad_outliers(marks_given, 3, 3) == [4]
    assert statistics.mad_outliers(list(reversed(marks_given)), 3, 3) == [0]
    assert statistics.mad_outliers(marks_given, 3, 30) == []


@given(UNITS, st.integers(0, 500))
def test_clamping_keeps_the_order_and_stays_near_the_mean(values, distance):
    exact = [Fraction(value) for value in values]
    pulled = statistics.clamped(exact, Fraction(distance))
    center = statistics.mean(exact)
    assert all(abs(value - center) <= distance for value in pulled)
    assert [value for value in exact if abs(value - center) <= distance] == [
        after for before, after in zip(exact, pulled, strict=True) if abs(before - center) <= distance
    ]
    order = sorted(range(len(exact)), key=exact.__getitem__)
    assert [pulled[index] for index in order] == sorted(pulled)


@given(UNITS, st.integers(-300, 300), st.integers(1, 5), st.sampled_from(["mean", "trimmed_mean", "median"]))
def test_panels_shift_and_scale_with_their_marks(values, shift, scale, name):
    drop = 1 if name == "trimmed_mean" else 0
    method = Method(name, drop, drop)
    exact = [Fraction(value) for value in values]
    moved = [value * scale + shift for value in exact]
    before = statistics.pool(statistics.clamped(exact, Fraction(40)), method)
    assert statistics.pool(statistics.clamped(moved, Fraction(40 * scale)), method) == before * scale + shift
    assert statistics.kept_spread(moved, method) == statistics.kept_spread(exact, method) * scale


@given(UNITS, st.integers(0, 10**6))
def test_a_dropped_extreme_does_not_widen_what_is_kept(values, more):
    method = Method("trimmed_mean", 1, 1)
    exact = sorted(map(Fraction, values))
    assert statistics.kept_spread([*exact[:-1], exact[-1] + more], method) == statistics.kept_spread(exact, method)


@given(st.fractions(0, 10**9, max_denominator=10**6))
def test_the_square_root_is_the_nearest_of_its_places(value):
    root = statistics.square_root(value)
    half = Fraction(1, 2 * 10**12)
    assert max(root - half, Fraction(0)) ** 2 <= value < (root + half) ** 2


@given(st.lists(st.integers(0, 3), min_size=3, max_size=9), st.decimals("0.1", 9, places=1), st.randoms())
def test_an_even_table_of_grades_is_a_scale(grades, each, random):
    """Translation before trimming: where every grade is worth the same, the order of both does not matter."""
    table = [[str(grade), str(grade * each)] for grade in range(4)]
    method = {"name": "trimmed_mean", "max_kept_spread": "100"}
    plain = rules(stage("S", [aspect("A", decimals=0, max="3", method=method)]))
    own = rules(stage("S", [aspect("A", decimals=0, max="3", method=method, grades=table)]))
    total_of = [evaluate(item, entries("E"), marks("E", grades)).standings[0].total for item in (plain, own)]
    assert total_of[1] == total_of[0] * Fraction(each)
    random.shuffle(grades)
    assert evaluate(own, entries("E"), marks("E", grades)).standings[0].total == total_of[1]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=5), st.integers(0, 100), st.randoms())
def test_a_total_stands_exactly_while_all_marks_are_within_the_band(given_marks, benefit, random):
    limits = {"measure": "benefit", "bands": [["0", "10", "14"], ["10", "15", "25"], ["50", "26", "30"]]}
    low, high = (26, 30) if benefit >= 50 else (15, 25) if benefit >= 10 else (10, 14)
    own = rules(stage("S", [aspect("A", decimals=0, max="30", limits=limits)]))
    random.shuffle(given_marks)
    entry = EntryInput("E", measures={"benefit": Decimal(benefit)})
    (found,) = evaluate(own, [entry], marks("E", given_marks)).standings
    assert (found.status == "ranked") == all(low <= mark <= high for mark in given_marks)
    assert len(found.reasons) == sum(not low <= mark <= high for mark in given_marks)


@given(UNITS, st.integers(0, 300))
def test_a_tolerance_says_only_whether_never_what(values, tolerance):
    free, _ = judged({"name": "median"}, values)
    bound, _ = judged({"name": "median", "max_kept_spread": str(tolerance)}, values)
    order, half = sorted(values), (len(values) - 1) // 2
    kept = order[len(order) - 1 - half] - order[half]
    assert bound.provisional == free.provisional
    assert (bound.status == "ranked") == (kept <= tolerance * 10)


UNKNOWN_TO_THE_KERNEL = [
    {"best": 1}, {"cap": "5", "cap_order": "cap_then_deduct"},
    {"children": [aspect(method={"name": "mean", "clamp": "1"})]},
    {"children": [aspect(method={"name": "mean", "max_kept_spread": "1"})]},
    {"children": [aspect(grades=[["1", "2"]])]},
    {"children": [aspect(limits={"measure": "m", "bands": [["0", "0", "9"]]})]},
    {"children": [aspect(factor={"source": "entry", "default": "1", "how": "add"})]},
    {"children": [measured("A", {"name": "ratio", "full": "1"})]},
]  # fmt: skip


@pytest.mark.parametrize("criterion", UNKNOWN_TO_THE_KERNEL)
def test_the_fast_path_leaves_these_rules_to_the_one_that_knows_them(criterion):
    plain = {"id": "C", "children": [aspect()]}
    assert plan_for(rules(stage("S", rubric=[plain])), {"S": 3}) is not None
    assert plan_for(rules(stage("S", rubric=[plain | criterion])), {"S": 3}) is None


CONVERSIONS = [
    {"name": "difference", "full": "60", "target": "50", "deduct": "1.5", "per": "7", "steps": "started"},
    {"name": "bands", "bands": [["10", "5"], ["40", "20", "10", "1.25"]], "cap": "24"},
    {"name": "per_unit", "marks": "0.3", "per": "0.7", "at_least": "20", "cap": "20"},
    {"name": "pieces", "points": [["10", "0"], ["30", "11"], ["90", "40"]]},
    {"name": "ratio", "full": "30"}, {"name": "ratio", "full": "30", "better": "low"},
    {"name": "share", "full": "100"}, {"name": "rank_points", "first": "20", "step": "3", "ties": "fractional"},
    {"name": "rank_linear", "full": "50", "ties": "dense"}, {"name": "days", "full": "60", "early": "1"},
]  # fmt: skip
ROUNDING = st.none() | st.fixed_dictionaries(
    {"places": st.integers(0, 2), "mode": st.sampled_from(["half_up", "down"])}
)


@st.composite
def rule_sets(draw):
    """Compared and converted aspects, clamped panels, deductions, and a criterion with every limit there is."""
    method = {"name": draw(st.sampled_from(["mean", "trimmed_mean", "median", "sum"])), "rounding": draw(ROUNDING)}
    method["clamp"] = draw(st.none() | st.sampled_from(["0", "5", "33.3"]))
    conversion = draw(st.sampled_from(CONVERSIONS)) | {"rounding": draw(ROUNDING)}
    best = draw(st.none() | st.integers(1, 2))
    children = [aspect("J", method=method, rounding=draw(ROUNDING)),
                aspect("M", kind="measured", conversion=conversion, repetitions=2, rounding=draw(ROUNDING),
                       combine_repetitions=draw(st.sampled_from(["sum", "mean", "best"])))]  # fmt: skip
    if best is None:
        children.append(aspect("D", kind="deduction", weight="2", method={"name": "sum"}))
    criterion = {
        "id": "C", "children": children, "best": best, "cap": draw(st.none() | st.just("60")),
        "floor": draw(st.none() | st.just("10")), "rounding": draw(ROUNDING),
        "cap_order": draw(st.sampled_from(["cap_then_deduct", "deduct_then_cap"])),
    }  # fmt: skip
    return rules(
        stage("S", rubric=[criterion], panel=draw(st.sampled_from([{}, {"scope": "sheet", "method": method}])))
    )


@st.composite
def all_marks(draw, code):
    found = []
    for name, repetition in (("J", 1), ("D", 1)):
        found += marks(code, draw(UNITS), ("S", "1", name, repetition))
    for repetition in (1, 2):
        found += marks(code, [draw(st.integers(0, 1000))], ("S", "1", "M", repetition))
    return found


def those_of(own, found):
    known = {item.id for item in own.stage("S").aspects()}
    return [mark for mark in found if mark.aspect in known]


@settings(max_examples=80, deadline=None)
@given(rule_sets(), all_marks("E"), all_marks("O"), st.randoms())
def test_every_step_recomputes_whatever_the_order(own, one, other, random):
    found = those_of(own, [*one, *other])
    result = evaluate(own, entries("E", "O"), found)
    for code in ("E", "O"):
        tree = result.explain(code)
        assert tree.value == result.standing(code).tree.value == recompute(tree.plain())
        for node in tree.walk():
            assert node.value == recompute(node.plain()) or node.kind == "mark"
            if node.kind == "criterion" and node.value is not None and "places" not in node.operation:
                assert node.value <= node.operation.get("cap", node.value)
                assert node.value >= node.operation.get("floor", node.value)
    random.shuffle(found)
    again = evaluate(own, entries("O", "E"), found)
    assert {row.entry: row.total for row in again.standings} == {row.entry: row.total for row in result.standings}


@settings(max_examples=80, deadline=None)
@given(rule_sets(), all_marks("E"), all_marks("O"), all_marks("N"), st.integers(0, 4))
def test_a_tree_is_reused_only_if_what_it_saw_of_others_is_the_same(own, one, other, new, change):
    """The other entry's marks, its disqualification or a third entry change what value/best and ranks compare with."""
    first = evaluate(own, entries("E", "O"), those_of(own, [*one, *other]))
    changed = [replace(mark, entry="O") for mark in new] if change == 0 else other
    now = entries("E", "O") if change != 1 else [EntryInput("E"), EntryInput("O", disqualified="x")]
    if change == 2:
        now, changed = [*now, EntryInput("N")], [*other, *new]
    if change == 3:
        changed = other[:-1]
    if change == 4:
        now, changed = entries("E"), []
    found = those_of(own, [*one, *changed])
    assert evaluate(own, now, found, earlier=first) == evaluate(own, now, found)


def test_one_changed_value_moves_those_who_are_compared_with_it_and_no_others():
    compared = measured("R", {"name": "ratio", "full": "100"})
    own = rules(stage("S", [compared, measured("P")]))

    def values(code, of_r, of_p="1"):
        return [Mark("S", "1", code, name, 1, "", int(text) * 10000) for name, text in (("R", of_r), ("P", of_p))]

    before = [*values("E", "50"), *values("O", "100")]
    first = evaluate(own, entries("E", "O"), before)
    assert [row.total for row in first.standings] == [101, 51]
    second = evaluate(own, entries("E", "O"), [*values("E", "50"), *values("O", "200")], earlier=first)
    assert second.standing("E").total == 26
    assert second.explain("E").value == 26
    third = evaluate(own, entries("E", "O"), [*values("E", "50"), *values("O", "100", "9")], earlier=first)
    assert third.standing("E").tree is first.standing("E").tree


def test_a_disqualified_or_incomplete_entry_is_nobody_s_measure():
    own = rules(stage("S", [measured("R", {"name": "ratio", "full": "100"})]))
    found = [Mark("S", "1", code, "R", 1, "", units * 10000) for code, units in (("E", 50), ("O", 100), ("N", 40))]
    out = [EntryInput("E"), EntryInput("O", disqualified="phone"), EntryInput("N")]
    result = evaluate(own, out, found)
    assert {row.entry: row.total for row in result.standings} == {"E": 100, "N": 80, "O": None}
