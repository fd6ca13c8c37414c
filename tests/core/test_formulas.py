"""Medals, scales, votes, re-checks, terms, benefits and agreement: what holds for any input, and bad input."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.core import agreement, benefit, medals, review, scale, votes
from contest.core.calendar import WorkCalendar, appeal_open, notice_end
from contest.core.problems import CoreError

POINTS = st.lists(st.integers(690, 760), max_size=12)
VOTES = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)
ORDER = {"gold": 3, "silver": 2, "bronze": 1, "excellence": 0, "": -1}


@given(POINTS, st.integers(0, 5), st.sampled_from([None, 700]))
def test_a_lower_score_never_has_a_better_medal_and_equal_scores_have_equal_ones(scores, tie, excellence):
    found = medals.share_medals(scores, tie, excellence)
    for score, medal in zip(scores, found, strict=True):
        for other, theirs in zip(scores, found, strict=True):
            if score >= other:
                assert ORDER[medal] >= ORDER[theirs]
    if scores:
        assert max(scores) - min(s for s, medal in zip(scores, found, strict=True) if medal == "gold") <= tie
        assert found.count("gold") == sum(max(scores) - score <= tie for score in scores)
    if found.count("gold") > 1:
        assert "silver" not in found


@given(POINTS)
def test_a_medal_the_field_does_not_give_becomes_a_medallion_at_most(scores):
    found = medals.share_medals(scores, 2, 700, medals.medals_for(5))
    assert "bronze" not in found
    assert set(medals.share_medals(scores, 2, 700, medals.medals_for(3))) <= {""}


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12), st.booleans())
def test_scales_keep_the_order_and_ignore_a_common_shift(values, sample):
    for name in (scale.scale_median_mad, lambda v, c, k: scale.scale_mean_sd(v, c, k, sample=sample)):
        found = name(values, 700, 30)
        assert found == name([value + 17 for value in values], 700, 30)
        order = sorted(range(len(values)), key=lambda index: values[index])
        assert [found[index] for index in order] == sorted(found)
    if len(set(values)) == 1:
        assert set(scale.scale_mean_sd(values, 500, 100)) == {500}


@given(st.fractions(0, 10**6, max_denominator=50), st.sampled_from([-1, 1]), st.integers(0, 3))
def test_rounding_beside_an_irrational_root_is_exact(square, sign, places):
    unit = scale.round_with_root(Fraction(500), sign, square, places)
    # |unit - 500| = rounded root: (u - 1/2)² <= square <= (u + 1/2)² in the unit
    away = Fraction(sign * (unit - 500 * 10**places))
    assert max(away - Fraction(1, 2), Fraction(0)) ** 2 <= square * 100**places <= (away + Fraction(1, 2)) ** 2


@given(VOTES, st.randoms())
def test_more_votes_never_mean_fewer_points_whatever_the_order(counts, random):
    for method in (votes.vote_proportional, votes.vote_share, votes.vote_rank_linear):
        points = dict(zip(counts, method(counts), strict=True))
        assert [points[count] for count in sorted(points)] == sorted(points.values())
        assert 0 <= min(points.values()) <= max(points.values()) <= 100
        mixed = random.sample(counts, len(counts))
        assert method(mixed) == [points[count] for count in mixed]
    if sum(counts):
        assert sum(votes.vote_share(counts)) == 100


def test_votes_of_nobody_and_negative_votes():
    assert votes.vote_rank_linear([]) == votes.vote_share([]) == votes.vote_proportional([]) == []
    with pytest.raises(CoreError, match="negative_votes"):
        votes.vote_share([3, -1])
    with pytest.raises(CoreError, match="weights_must_sum_to_1"):
        votes.vote_composite(1, 1, Decimal("1.1"))


@pytest.mark.parametrize(
    ("ballot", "valid"),
    [((10, 9, 10, None), False), ((0, 0, None, None), False), ((5, 5, None, 5), True), ((6, 6, None, 5), False)],
)
def test_a_ballot_names_nobody_twice_and_not_too_many(ballot, valid):
    assert votes.ballot_valid(*ballot) is valid


@given(st.integers(0, 400), st.integers(0, 100), st.integers(0, 30))
def test_a_review_never_checks_more_than_there_are_nor_less_than_the_share(entrants, percent, top):
    found = review.review_sample(entrants, percent, top=top)
    assert found.full == min(top, entrants)
    assert (entrants - found.full) * percent <= 100 * found.sample
    assert found.total <= entrants


def test_a_review_needs_a_rule_and_something_checked():
    with pytest.raises(CoreError, match="top_or_top_percent"):
        review.review_sample(10, 15)
    with pytest.raises(CoreError, match="nothing_checked"):
        review.review_decision(0, 0)


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(DAYS, st.integers(1, 15), st.frozensets(DAYS, max_size=20))
def test_a_notice_has_exactly_its_working_days(start, days, holidays):
    calendar = WorkCalendar(holidays=holidays)
    end = notice_end(start, days, calendar)
    span = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    assert sum(map(calendar.works, span)) == days
    assert calendar.works(end)


def test_a_calendar_that_contradicts_itself_or_never_works_is_refused():
    day = date(2026, 10, 1)
    with pytest.raises(CoreError, match="holiday_and_working_day"):
        WorkCalendar(frozenset({day}), frozenset({day}))
    years = frozenset(date(2026, 1, 1) + timedelta(days=offset) for offset in range(4000))
    with pytest.raises(CoreError, match="no_working_days"):
        notice_end(day, 5, WorkCalendar(years))
    with pytest.raises(CoreError, match="at_least_one_day"):
        notice_end(day, 0, WorkCalendar())


def test_an_appeal_before_the_contest_ended_is_not_open_yet():
    end = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)
    assert not appeal_open(end, 2, end - timedelta(seconds=1))


TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 10), min_size=width, max_size=width), min_size=2, max_size=6)
)


@given(TABLES, st.randoms())
def test_agreement_does_not_depend_on_the_order_of_entries_or_judges(table, random):
    for measure in (agreement.icc, lambda rows: agreement.icc(rows, mean_of_panel=False)):
        try:
            found = measure(table)
        except CoreError:  # nobody differs from anybody
            continue
        columns = random.sample(range(len(table[0])), len(table[0]))
        assert measure([[row[column] for column in columns] for row in random.sample(table, len(table))]) == found


@given(st.lists(st.permutations(range(1, 6)), min_size=1, max_size=4))
def test_kendall_w_is_a_share(places):
    assert 0 <= agreement.kendall_w(places) <= 1
    assert agreement.kendall_w([places[0]] * 3) == 1


@pytest.mark.parametrize(
    ("table", "code"),
    [([], "incomplete_table"), ([[]], "incomplete_table"), ([[1, 2], [1]], "incomplete_table"), ([[1]], "no_variation"),
     ([[2, 2], [2, 2]], "no_variation")],
)  # fmt: skip
def test_tables_without_an_answer(table, code):
    for measure in (agreement.kendall_w, agreement.icc):
        with pytest.raises(CoreError) as caught:
            measure([[Decimal("1.5")] * 2] * 2 if code == "no_variation" and len(table) > 1 else table)
        assert caught.value.code == code


def test_a_loss_earns_no_reward_and_a_thing_must_last():
    assert benefit.benefit_share(-100, 20) == 0
    with pytest.raises(CoreError, match="life_must_be_positive"):
        benefit.net_benefit(1, 1, 1, 0, 1)
