"""Panels made comparable (rules.md 6): shift and scale of a panel do not matter, its order stays, Z-1 and Z-2."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.core.checks import notices
from contest.core.marks import EntryInput, Mark
from contest.core.problems import RuleSetError
from contest.core.scoring import evaluate
from contest.core.statistics import deviation
from tests.core.builders import aspect, rules, stage
from tests.core.handbook_rules import measured
from tests.core.recompute import recompute

RULE = {"mean": "80", "sd": "5", "group": "panel"}
VALUES = st.lists(st.integers(-500, 500), min_size=2, max_size=7)


def own(**more):
    return rules(stage("S", [measured("A")], panel={"normalise": RULE | more.pop("normalise", {})}, **more))


def score(rules_set, panels, **more):
    """`panels`: the values of each panel; the entries are named a0, a1 … b0 …"""
    rows = {f"{name}{n}": (name, value) for name, values in panels.items() for n, value in enumerate(values)}
    given_entries = [
        EntryInput(code, measures={"panel": Decimal("ab".index(name))}, **more) for code, (name, _) in rows.items()
    ]
    marks = [Mark("S", "1", code, "A", 1, "", value * 10000) for code, (_, value) in rows.items()]
    return evaluate(rules_set, given_entries, marks)


def totals_of(result):
    return {row.entry: row.total for row in result.standings}


@settings(max_examples=40, deadline=None)
@given(VALUES, VALUES, st.integers(-40, 40), st.integers(1, 6))
def test_a_strict_and_a_generous_panel_count_alike(one, other, shift, scale):
    before = totals_of(score(own(), {"a": one, "b": other}))
    after = totals_of(score(own(), {"a": [value * scale + shift for value in one], "b": other}))
    for code, total in before.items():
        # the deviation is rounded to 12 places, so that a scaled panel may differ beyond the tenth
        assert abs(after[code] - total) < Fraction(1, 10**9)
        if code.startswith("b"):
            assert after[code] == total
    ranked = sorted(range(len(one)), key=lambda index: one[index])
    assert [before[f"a{index}"] for index in ranked] == sorted(before[f"a{index}"] for index in ranked)


def test_equal_entries_and_a_lone_one_stand_at_the_mean():
    assert totals_of(score(own(), {"a": [70, 70], "b": [3]})) == {"a0": 80, "a1": 80, "b0": 80}


def test_sample_and_population_by_hand():
    # 1 and 3: mean 2; sample deviation sqrt(2) = 1.414213562373 (12 places), population deviation 1
    assert deviation([Fraction(1), Fraction(3)], "sample") == Fraction("1.414213562373")
    assert totals_of(score(own(normalise={"deviation": "population"}), {"a": [1, 3]})) == {"a0": 75, "a1": 85}


def test_every_step_recomputes_and_late_reports_come_off_afterwards():
    rule_set = own(late={"each": "2"}, period_rounding={"places": 1})
    result = score(rule_set, {"a": [60, 75, 90]}, late={("S", "1"): 3})
    # mean 75, deviation 15: 75, 80, 85, each less 2
    assert sorted(totals_of(result).values()) == [73, 78, 83]
    (node,) = [node for node in result.explain("a0").walk() if node.kind == "normalised"]
    assert node.value == recompute(node.plain()) == 75
    assert result.standing("a0").aspect_scores == {("S", "1", "A"): 60}


def test_an_entry_without_a_panel_is_incomplete_and_not_compared():
    result = evaluate(own(), [EntryInput("E")], [Mark("S", "1", "E", "A", 1, "", 5)])
    assert (result.standings[0].status, result.standings[0].reasons[0].code) == ("incomplete", "panel_unknown")


def test_a_new_value_in_a_panel_moves_that_panel_only():
    first = score(own(), {"a": [60, 70], "b": [10, 20]})
    second = score(own(), {"a": [60, 90], "b": [10, 20]})
    marks = [Mark("S", "1", row.entry, "A", 1, "", value * 10000) for row, value in
             zip(sorted(first.standings, key=lambda row: row.entry), [60, 90, 10, 20], strict=True)]  # fmt: skip
    entries = [EntryInput(code, measures={"panel": Decimal("ab".index(code[0]))}) for code in ("a0", "a1", "b0", "b1")]
    reused = evaluate(own(), entries, marks, earlier=first)
    assert totals_of(reused) == totals_of(second)
    assert reused.standing("b0").tree is first.standing("b0").tree


def test_the_option_comes_with_its_warning_and_its_faults():
    assert [notice.code for notice in notices(own())] == ["normalise_needs_random_panels"]
    days = {"name": "days", "full": "10", "early": "1", "early_cap": "2"}
    careless = {"id": "C", "best": 1, "children": [aspect(kind="measured", conversion=days)]}
    found = notices(rules(stage("S", rubric=[careless])))
    assert [notice.code for notice in found] == ["early_days_cannot_be_typed", "best_leaves_nothing_out"]
    for fault, code in (({"sd": "0"}, "must_be_positive"), ({"sd": None}, "required")):
        with pytest.raises(RuleSetError) as caught:
            own(normalise=fault)
        assert [(problem.path, problem.code) for problem in caught.value.problems] == [
            ("stages[0].panel.normalise.sd", code)
        ]
    with pytest.raises(RuleSetError) as caught:
        rules(stage("S", [aspect()], panel={"scope": "ranks", "normalise": RULE}))
    assert [problem.code for problem in caught.value.problems] == ["normalise_not_for_ranks"]
