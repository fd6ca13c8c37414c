"""Tables over several results: a yearly series, all-round ranks, teams from their members."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.core.problems import CoreError, RuleSetError
from contest.core.series import Item, rank_series
from contest.core.series_rules import parse_series_rule


def rule(**more):
    return parse_series_rule({"title": "t"} | more)


def table(found):
    return " ".join(f"{row.unit}{row.rank or '-'}:{row.published}" for row in found)


def results(text, by="total"):
    """`A/1=90` is unit A, source 1, value 90."""
    found = []
    for part in text.split():
        place, value = part.split("=")
        unit, source = place.split("/")
        number = Decimal(value)
        found.append(Item(unit, source, total=number) if by == "total" else Item(unit, source, Fraction(number), None))
    return found


def test_a_team_is_the_sum_of_its_members_and_less_time_wins():
    # S9: team = sum of members' scores, tie -> total time
    own = rule(min_items=2, ties=[{"by": "measure", "ref": "minutes", "direction": "asc"}])
    members = results("A/1=90 A/2=80 B/1=85 B/2=85 C/1=99")
    minutes = dict(zip("ABC", (30, 20, 1), strict=True))
    members = [replace(item, measures={"minutes": Decimal(minutes[item.unit])}) for item in members]
    found = rank_series(own, members)
    assert table(found) == "B1:170 A2:170 C-:None"
    assert found[2].missing == 1  # one member is no team, and no zero either


def test_the_best_members_count():
    found = rank_series(rule(best=2, combine="mean", min_items=2), results("A/1=90 A/2=80 A/3=10 B/1=84 B/2=85"))
    assert table(found) == "A1:85 B2:84.5"
    assert [row.counts for row in found[0].items] == [True, True, False]


FIVE_TRADES = {
    "turner": {"甲": (90, 85, 80, 70), "乙": (92, 84, 79), "丙": (99,)},
    "fitter": {"甲": (88, 86), "乙": (90, 80, 76, 60)},
}


def trades():
    return [
        Item(unit, event, total=Decimal(mark), member=f"{unit}{n}")
        for event, units in FIVE_TRADES.items()
        for unit, marks in units.items()
        for n, mark in enumerate(marks)
    ]


def test_the_best_three_of_a_team_in_every_trade():
    """A city's five trades: 各队各项竞赛前三名成绩总和.

    | team | turner | fitter | sum |
    |---|---|---|---|
    | 甲 | 90 + 85 + 80 = 255 (70 is the fourth) | 88 + 86 = 174 | 429 |
    | 乙 | 92 + 84 + 79 = 255 | 90 + 80 + 76 = 246 (60 is the fourth) | 501 |
    | 丙 | 99 | - | 99 |
    """
    found = rank_series(rule(members=3), trades())
    assert table(found) == "乙1:501 甲2:429 丙3:99"
    turner = next(part for part in found[1].items if part.source == "turner")
    assert [(str(part.item.total), part.counts) for part in turner.parts] == [
        ("90", True), ("85", True), ("80", True), ("70", False),
    ]  # fmt: skip
    # who must have three in both trades: 甲 lacks a fitter, and 丙 has one member in one trade
    whole = rank_series(rule(members=3, min_members=3, min_items=2), trades())
    assert table(whole) == "乙1:501 丙-:None 甲-:None"
    assert [(row.missing, [part.short for part in row.items]) for row in whole] == [
        (0, [0, 0]), (2, [2]), (1, [0, 1]),
    ]  # fmt: skip


def test_the_step_that_split_a_tie_is_told():
    own = rule(ties=[{"by": "best"}])
    found = rank_series(own, results("A/1=90 A/2=80 B/1=85 B/2=85 C/1=60"))
    assert table(found) == "A1:170 B2:170 C3:60"
    told = found[0].decided_by
    assert (told.by, dict(told.compared)) == ("best", {"A": 90, "B": 85})
    assert found[2].decided_by is None


def test_team_points_by_prizes():
    # S17: 8, 4, 2 for the prizes, 1 for having passed all parts
    prizes = {"first": "8", "second": "4", "third": "2", "passed": "1"}
    own = rule(by="award", award_points=[{"award": name, "points": points} for name, points in prizes.items()])
    won = [("A", "1", ("first", "passed")), ("A", "2", ()), ("B", "1", ("second",)), ("B", "2", ("second", "third"))]
    found = rank_series(own, [Item(unit, source, awards=awards) for unit, source, awards in won])
    assert table(found) == "A1:8 B1:8"
    assert found[0].tied


def test_a_series_by_ranks_and_the_points_of_shared_places():
    rounds = results("A/1=1 B/1=2 C/1=2 D/1=4 A/2=4 B/2=1 C/2=2 D/2=3", "rank")
    own = rule(by="rank", table=["10", "6", "4"], rest="1", ties=[{"by": "places", "ref": "1"}])
    assert table(rank_series(own, rounds)) == "B1:16 C2:12 A3:11 D4:5"
    # B and C share places 2 and 3: (6 + 4) / 2 = 5 each
    share = replace(own, tied_points="share")
    assert table(rank_series(share, rounds)) == "B1:15 A2:11 C3:11 D4:5"


def test_all_round_needs_every_event_by_its_weight():
    own = rule(combine="weighted", min_items=2, sources=[{"id": "1", "weight": "0.4"}, {"id": "2", "weight": "0.6"}])
    found = rank_series(own, results("A/1=90 A/2=80 B/1=80 B/2=90 C/1=100"))
    assert table(found) == "B1:86 A2:84 C-:None"


@pytest.mark.parametrize(
    ("items", "code"),
    [("A/1=1 A/1=2", "duplicate_item"), ("A/9=1", "unknown_source")],
)
def test_items_that_cannot_be(items, code):
    with pytest.raises(CoreError, match=code):
        rank_series(rule(sources=[{"id": "1"}]), results(items))
    with pytest.raises(CoreError, match="rank_not_whole"):
        rank_series(rule(by="rank", table=["1"], tied_points="share"), results("A/1=1.5", "rank"))


def test_nobody_and_one():
    assert rank_series(rule(), []) == []
    assert table(rank_series(rule(), results("A/1=0"))) == "A1:0"
    assert rank_series(rule(), [Item("A", "1")])[0].rank is None  # an unranked result is no zero


FAULTS = [
    ({"by": "rank"}, ("table", "required")),
    ({"by": "total", "table": ["1"]}, ("table", "points_of_another_kind")),
    ({"by": "rank", "table": ["1", "2"]}, ("table", "table_must_fall")),
    ({"by": "rank", "table": ["2"], "rest": "3"}, ("rest", "table_must_fall")),
    ({"by": "rank", "table": ["1e9"]}, ("table", "numbers_expected")),
    ({"by": "rank", "table": [True]}, ("table", "numbers_expected")),
    ({"combine": "weighted", "sources": [{"id": "1", "weight": "0.3"}]}, ("sources", "weights_must_sum_to_1")),
    ({"combine": "weighted"}, ("sources", "required")),
    ({"best": 1, "min_items": 2}, ("min_items", "more_than_counted")),
    ({"members": 1, "min_members": 2}, ("min_members", "more_than_counted")),
    ({"sources": [{"id": "1", "weight": "0"}]}, ("sources[0].weight", "must_be_positive")),
    ({"sources": [{"id": "1"}], "min_items": 2}, ("min_items", "more_than_there_are")),
    ({"ties": [{"by": "places", "ref": "x"}]}, ("ties[0].ref", "whole_number_expected")),
    ({"sources": [{"id": "1"}, {"id": "1"}]}, ("sources", "duplicate_id")),
]


@pytest.mark.parametrize(("more", "fault"), FAULTS)
def test_rules_that_contradict_themselves_are_named(more, fault):
    with pytest.raises(RuleSetError) as caught:
        rule(**more)
    assert fault in {(problem.path, problem.code) for problem in caught.value.problems}


RULES = st.sampled_from(
    [
        {}, {"best": 2}, {"of": "person", "members": 2}, {"combine": "mean", "best": 1},
        {"min_items": 2, "rounding": {"places": 1}},
        {"by": "rank", "table": ["9", "5", "2"], "rest": "1"},
        {"by": "rank", "table": ["9", "5", "2"], "tied_points": "share", "best": 2},
        {"ties": [{"by": "best"}, {"by": "source", "ref": "2"}], "ranking": "dense"},
    ]
)  # fmt: skip
PLAYED = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("123"), st.integers(0, 5)),
    unique_by=lambda p: p[:2],
    max_size=12,
)


@settings(max_examples=120, deadline=None)
@given(RULES, PLAYED, st.randoms())
def test_a_table_follows_its_totals_whatever_the_order(more, played, random):
    own = rule(**more)
    items = []
    for unit, source, value in played:
        rank = 1 + sum(other > value for _, where, other in played if where == source)
        items.append(Item(unit, source, Fraction(rank), Decimal(value)))
    found = rank_series(own, items)
    ranked = [row for row in found if row.rank is not None]
    assert [row.total for row in ranked] == sorted((row.total for row in ranked), reverse=True)
    assert [int(row.rank) for row in ranked] == sorted(int(row.rank) for row in ranked)
    assert rank_series(own, random.sample(items, len(items))) == found
    for row in ranked:
        counts = [item for item in row.items if item.counts]
        assert len(counts) == min(len(row.items), own.best or 99) >= own.min_items
        assert all(item.weighted <= min(c.weighted for c in counts) for item in row.items if not item.counts)
    if own.tied_points == "share":  # the points of all places are given, however many share one
        for source in "123":
            points = [item.points for row in found for item in row.items if item.source == source]
            assert sum(points) == sum([9, 5, 2, 0][: len(points)])


@given(RULES)
def test_a_rule_survives_its_document(more):
    own = rule(**more)
    again = parse_series_rule(own.plain())
    assert (again, again.digest) == (own, own.digest)
