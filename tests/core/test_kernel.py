"""The kernel gives the totals and ranks of the pure path, or says that it can't."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.core import ranking
from contest.core.kernel import Ranking, plan_for
from contest.core.marks import Mark
from contest.core.scoring import evaluate
from tests.core.builders import aspect, entries, rules, stage

MODES = ["half_up", "half_even", "half_down", "down", "up"]
ROUNDING = st.none() | st.fixed_dictionaries({"places": st.integers(0, 3), "mode": st.sampled_from(MODES)})
WEIGHT = st.sampled_from(["0", "0.3", "1", "1.25", "-1"])
METHOD = st.fixed_dictionaries(
    {"name": st.sampled_from(["mean", "sum", "trimmed_mean", "trimmed_sum"]), "rounding": ROUNDING}
)


@st.composite
def common_rules(draw):
    """Two stages of two periods with everything that the kernel knows."""
    leaves = [
        aspect("A", method=draw(METHOD), rounding=draw(ROUNDING)),
        aspect("D", kind="deduction", method=draw(METHOD), decimals=2, max="10", rounding=draw(ROUNDING)),
        aspect("R", method=draw(METHOD), repetitions=2, factor={"constant": "0.6"}, min="-5"),
    ]
    periods = [{"id": "1", "weight": "0.4"}, {"id": "2", "weight": "0.6"}]
    how = draw(st.sampled_from(["sum", "mean", "weighted"]))
    first = stage("S", leaves, weight="0.3", periods=periods, accumulate=how, rounding=draw(ROUNDING))
    inner = {"id": "C", "weight": draw(st.sampled_from(["1", "0.5"])), "children": [aspect("B")]}
    inner |= {"rounding": draw(ROUNDING)}
    second = {"id": "T", "weight": "0.7", "rubric": [{"id": "O", "children": [inner]}]}
    return rules(first, second, rounding=draw(ROUNDING))


@settings(max_examples=60, deadline=None)
@given(common_rules(), st.integers(3, 6), st.integers(1, 5), st.data())
def test_the_totals_are_those_of_the_pure_path(parsed, judges, people, data):
    plan = plan_for(parsed, {"S": judges, "T": judges})
    assert plan is not None
    units = [
        np.array(data.draw(st.lists(st.lists(st.integers(-limit * (aspect_id == "R" and limit > 50) // 20, limit),
                                             min_size=people, max_size=people), min_size=judges, max_size=judges)))
        for (_, _, aspect_id, _), limit in zip(plan.columns, plan.limits, strict=True)
    ]  # fmt: skip
    codes = [f"E{n}" for n in range(people)]
    marks = [
        Mark(where, period, codes[n], name, repetition, f"J{j}", int(column[j][n]))
        for (where, period, name, repetition), column in zip(plan.columns, units, strict=True)
        for j in range(judges)
        for n in range(people)
    ]
    standings = evaluate(parsed, entries(*codes), marks).standings
    pure = {standing.entry: standing.total for standing in standings}
    columns = [Fraction(int(total), plan.denominator) for total in plan.totals(units)]
    rows = [plan.total([[int(value) for value in column[:, n]] for column in units]) for n in range(people)]
    assert columns == rows == [pure[code] for code in codes]
    ranks = Ranking({code: int(total) for code, total in zip(codes, plan.totals(units), strict=True)}).ranks()
    assert {standing.entry: standing.rank for standing in standings} == {c: str(r) for c, r in ranks.items()}


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "judgement", "max": "1"}, {"method": {"name": "median"}},
        {"combine_repetitions": "best", "repetitions": 2},
        {"factor": {"source": "entry"}}, {"kind": "measured"}, {"method": {"name": "mean", "min_scores": 4}},
        {"decimals": 6, "max": "1000000000", "method": {"name": "mean", "rounding": {"places": 6}}},
    ],
)  # fmt: skip
def test_what_it_does_not_know_is_left_to_the_pure_path(more):
    assert plan_for(rules(stage("S", [{"id": "A", "max": "100"} | more])), {"S": 3}) is None


def test_a_mark_beyond_its_limits_is_refused():
    plan = plan_for(rules(stage("S", [aspect("A")])), {"S": 1})
    with pytest.raises(ValueError, match="limits"):
        plan.totals([np.array([[1001]])])


@given(st.lists(st.integers(0, 5), min_size=1, max_size=9), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 5))))
def test_ranks_follow_every_change(totals, changes):
    now = {f"E{n}": total for n, total in enumerate(totals)}
    running = Ranking(now)
    for place, total in changes:
        code = f"E{place % len(totals)}"
        now[code] = total
        running.change(code, total)
        assert {code: str(rank) for code, rank in running.ranks().items()} == dict(
            zip(now, ranking.ranks(list(now.values())), strict=True)
        )


@pytest.mark.parametrize(
    "more",
    [
        {"combine": "last"},
        {"classes": [{"id": "x"}], "rank_within": "class"},
        {"rounding": {"places": 2, "parts": True}},
    ],
)
def test_rules_of_the_whole_event_that_it_does_not_know_are_left_to_the_pure_path(more):
    judges = {"S": 3}
    assert plan_for(rules(), judges) is not None
    assert plan_for(rules(**more), judges) is None


@pytest.mark.parametrize(
    "more", [{"late": {"each": "1"}}, {"best": 1}, {"panel": {"scope": "ranks"}}, {"period_rounding": {"places": 0}},
             {"accumulate": "mean_of_groups", "periods": [{"id": "1", "group": "q"}]}],
)  # fmt: skip
def test_rules_of_a_stage_that_it_does_not_know_are_left_to_the_pure_path(more):
    assert plan_for(rules(stage(**more)), {"S": 3}) is None
