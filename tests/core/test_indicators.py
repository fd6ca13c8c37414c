"""Rates, deductions and months of key projects: worked numbers of the handbook, and what always holds."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.core import indicators

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
MILESTONES = st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=8)
MARKS = st.decimals(0, 20, places=1, allow_nan=False)
FINDINGS = st.lists(st.tuples(st.sampled_from("abc"), MARKS), max_size=8)
MONTHS = st.builds("{:04d}-{:02d}".format, st.integers(1990, 2060), st.integers(1, 12))


def test_worked_numbers():
    assert indicators.completion_rate(2, 3) == Fraction(200, 3)
    assert indicators.completion_rate(5, 0) is None
    due, later = date(2026, 3, 1), date(2026, 9, 1)
    march = date(2026, 3, 31)
    assert indicators.milestone_rate([(due, march), (due, None), (later, due)], march) == 50
    assert indicators.milestone_rate([(later, None)], march) is None
    assert indicators.milestone_rate([(due, due), (later, None)], later, first=date(2026, 7, 1)) == 0
    # the same type of finding is deducted once (rules.md 3 [S37])
    assert indicators.deduction_once([("a", Decimal(2)), ("a", Decimal(3)), ("b", Decimal("0.5"))]) == Decimal("3.5")
    assert [indicators.level_of(n, 100, 10) for n in (100, 99, 10, 9)] == ["province", "city", "city", "county"]


@pytest.mark.parametrize(
    ("month", "day", "after", "due"),
    [("2026-01", 25, 0, date(2026, 1, 25)), ("2026-02", 31, 0, date(2026, 2, 28)),
     ("2024-01", 30, 1, date(2024, 2, 29)), ("2026-12", 5, 1, date(2027, 1, 5))],
)  # fmt: skip
def test_the_due_day_is_a_day_that_the_month_has(month, day, after, due):
    assert indicators.due_day(month, day, after) == due


@pytest.mark.parametrize(
    ("name", "span"),
    [("2026-03", ("2026-03", "2026-03")), ("2026Q2", ("2026-04", "2026-06")), ("2026-q4", ("2026-10", "2026-12")),
     ("2026H2", ("2026-07", "2026-12")), ("2026", ("2026-01", "2026-12")), ("1", None), ("2026-13", None),
     ("上半月", None), ("２０２６", None)],
)  # fmt: skip
def test_a_period_named_after_months_is_recognised_and_nothing_else(name, span):
    assert indicators.months_named(name) == span


@given(MILESTONES, DAYS)
def test_a_milestone_rate_is_a_share_of_what_was_due(milestones, last):
    rate = indicators.milestone_rate(milestones, last)
    due = [reached for planned, reached in milestones if planned <= last]
    assert rate is None if not due else 0 <= rate <= 100
    if due:
        assert rate * len(due) / 100 == sum(reached is not None and reached <= last for reached in due)


@given(MILESTONES, DAYS)
def test_reaching_one_more_milestone_never_lowers_the_rate(milestones, last):
    before = indicators.milestone_rate(milestones, last)
    for index, (planned, _) in enumerate(milestones):
        after = indicators.milestone_rate([*milestones[:index], (planned, last), *milestones[index + 1 :]], last)
        assert before == after is None or after >= before


@given(FINDINGS)
def test_a_repeated_finding_costs_nothing_more_and_the_order_never_matters(findings):
    once = indicators.deduction_once(findings)
    assert indicators.deduction_once(findings * 2) == once == indicators.deduction_once(findings[::-1])
    assert once <= sum((marks for _, marks in findings), Decimal(0))
    assert once >= max((marks for _, marks in findings), default=Decimal(0))


@given(MONTHS, st.integers(-40, 40))
def test_months_follow_each_other_without_gap(month, steps):
    there = indicators.next_month(month, steps)
    assert indicators.next_month(there, -steps) == month
    span = indicators.months_between(*sorted((month, there)))
    assert len(span) == abs(steps) + 1
    for before, after in pairwise(span):
        assert indicators.last_day(before) + timedelta(days=1) == indicators.first_day(after)
    assert {indicators.month_of(indicators.last_day(m)) for m in span} == set(span)


@given(st.lists(st.integers(0, 10**12), max_size=20))
def test_a_running_total_ends_in_the_sum(values):
    found = indicators.running_total(values)
    assert [b - a for a, b in zip([0, *found], found, strict=False)] == values
