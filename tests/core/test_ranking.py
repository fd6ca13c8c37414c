"""Tie chains, what remains tied, and awards, with values worked out by hand."""

from decimal import Decimal

import pytest

from contest.core.awarding import assign_awards, award_quotas, share_is_kept
from contest.core.marks import EntryInput
from contest.core.scoring import evaluate
from tests.core.builders import aspect, entries, marks, rules, stage


def ranks(result):
    return [(row.entry, row.rank) for row in result.standings]


def contest(totals, **more):
    """One aspect, one judge; totals in tenths by entry."""
    own = rules(**more)
    given = [mark for code, units in totals.items() for mark in marks(code, [units])]
    return own, evaluate(own, entries(*totals), given)


@pytest.mark.parametrize(
    ("style", "expected"),
    [("standard", "1 2 2 4"), ("modified", "1 3 3 4"), ("dense", "1 2 2 3"), ("ordinal", "1 2 3 4"),
     ("fractional", "1 2.5 2.5 4")],
)  # fmt: skip
def test_rank_styles(style, expected):
    _, result = contest({"A": 950, "B": 920, "C": 920, "D": 900}, ranking=style)
    assert " ".join(rank for _, rank in ranks(result)) == expected
    assert [row.tied for row in result.standings] == [False, True, True, False]


def test_the_chain_names_what_decided_and_what_it_compared():
    own = rules(
        stage(aspects=[aspect("A"), aspect("B")]),
        ties=[{"by": "aspect", "ref": "A"}, {"by": "measure", "ref": "minutes", "direction": "asc"}],
    )
    given = [
        mark
        for code, first, second in (("X", 500, 400), ("Y", 600, 300), ("Z", 500, 400))
        for mark in marks(code, [first]) + marks(code, [second], ("S", "1", "B", 1))
    ]
    minutes = {"X": "30", "Y": "99", "Z": "20"}
    people = [EntryInput(code, measures={"minutes": Decimal(value)}) for code, value in minutes.items()]
    result = evaluate(own, people, given)
    assert ranks(result) == [("Y", "1"), ("Z", "2"), ("X", "3")]
    assert [(row.decided_by.by, row.decided_by.ref) for row in result.standings] == [
        ("aspect", "A"), ("measure", "minutes"), ("measure", "minutes"),
    ]  # fmt: skip
    assert result.standings[1].decided_by.compared == (("Z", 20), ("X", 30))


def test_who_has_no_time_cannot_win_by_time():
    own = rules(ties=[{"by": "measure", "ref": "minutes", "direction": "asc"}])
    people = [EntryInput("A"), EntryInput("B", measures={"minutes": Decimal(99)})]
    assert ranks(evaluate(own, people, marks("A", [500]) + marks("B", [500]))) == [("B", "1"), ("A", "2")]


def test_a_draw_decides_what_remains():
    own = rules(remaining_ties="draw")
    people = [EntryInput("A", draw=2), EntryInput("B", draw=1)]
    assert ranks(evaluate(own, people, marks("A", [500]) + marks("B", [500]))) == [("B", "1"), ("A", "2")]


def test_without_lots_the_rank_stays_shared():
    _, result = contest({"A": 500, "B": 500}, remaining_ties="draw")
    assert ranks(result) == [("A", "1"), ("B", "1")]


def test_equality_is_of_the_published_total():
    # 88.824 and 88.816 both publish as 88.82 and so are equal
    own = rules(stage(aspects=[aspect(decimals=3)]), rounding={"places": 2})
    result = evaluate(own, entries("A", "B"), marks("A", [88824]) + marks("B", [88816]))
    assert ranks(result) == [("A", "1"), ("B", "1")]


TIERS = [
    {"id": "first", "by": "quota", "count": 1},
    {"id": "second", "by": "quota", "count": 2},
    {"id": "third", "by": "quota", "count": 1},
]
TOTALS = {"A": 950, "B": 920, "C": 920, "D": 920, "E": 900, "F": 890}


def given(tie, overflow):
    awards = [tier | {"boundary_tie": tie} for tier in TIERS]
    own, result = contest(TOTALS, awards=awards, award_overflow=overflow)
    return " ".join(f"{grant.entry}:{grant.award_id}" for grant in assign_awards(own, result))


@pytest.mark.parametrize(
    ("tie", "overflow", "expected"),
    [
        ("expand", "extra", "A:first B:second C:second D:second E:third"),
        ("expand", "next_tier", "A:first B:second C:second D:second"),
        # None of three tied for two places gets the second prize; they are then next in line for the third.
        ("shrink", "extra", "A:first"),
        ("shrink", "next_tier", "A:first B:third C:third D:third"),
    ],
)
def test_a_tie_across_the_last_place(tie, overflow, expected):
    assert given(tie, overflow) == expected


def test_a_barred_entry_passes_its_place_of_a_quota_on():
    own = rules(vetoes=[{"id": "accident"}], awards=[{"id": "first", "by": "quota", "count": 1}])
    people = [EntryInput("A", vetoes=("accident",)), EntryInput("B")]
    result = evaluate(own, people, marks("A", [900]) + marks("B", [500]))
    assert [grant.entry for grant in assign_awards(own, result)] == ["B"]


def test_a_barred_rank_stays_empty():
    own = rules(vetoes=[{"id": "accident"}], awards=[{"id": "gold", "by": "rank", "last": 1}])
    people = [EntryInput("A", vetoes=("accident",)), EntryInput("B")]
    result = evaluate(own, people, marks("A", [900]) + marks("B", [500]))
    assert assign_awards(own, result) == []


def test_stars_by_threshold():
    stars = [{"id": "five", "by": "threshold", "min": "90"}, {"id": "four", "by": "threshold", "min": "80"}]
    own, result = contest({"A": 950, "B": 900, "C": 899, "D": 799}, awards=stars)
    assert [(grant.entry, grant.award_id) for grant in assign_awards(own, result)] == [
        ("A", "five"), ("B", "five"), ("C", "four"),
    ]  # fmt: skip


def test_share_with_threshold_as_for_studios():
    # STUDIO-1: 30 % and >= 90, 50 % and >= 80; the fourth with 90 falls to good
    scores = (95, 92, 91, 90, 88, 85, 84, 82, 75, 69)
    tiers = [
        {"id": "excellent", "by": "share", "percent": "30", "min": "90"},
        {"id": "good", "by": "share", "percent": "50", "min": "80"},
        {"id": "qualified", "by": "threshold", "min": "70"},
    ]
    own, result = contest({f"E{index}": 10 * score for index, score in enumerate(scores)}, awards=tiers)
    got = [grant.award_id for grant in assign_awards(own, result)]
    assert got == ["excellent"] * 3 + ["good"] * 5 + ["qualified"]


def test_cumulative_rounding_saves_one_award():
    # AWD-4, -5: of 25, each half-up gives 3 + 5 + 8 = 16, cumulative 3 + 5 + 7 = 15
    percents = [Decimal(10), Decimal(20), Decimal(30)]
    assert award_quotas(25, percents, "each_half_up") == [3, 5, 8]
    assert award_quotas(25, percents, "cumulative_half_up") == [3, 5, 7]


def test_winners_stay_within_the_share():
    assert share_is_kept(30, Decimal(40), [3, 4, 5])
    assert not share_is_kept(30, Decimal(40), [3, 4, 6])
