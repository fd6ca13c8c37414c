"""Awards of every kind: single cases by hand, and what holds for any field."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.core.awarding import assign_awards, bound_findings, prize_totals
from contest.core.beside import statistics_of
from contest.core.marks import EntryInput
from contest.core.problems import RuleSetError
from contest.core.promotion import promote
from contest.core.scoring import evaluate
from tests.core.builders import marks, rules, stage

CLASSES = [{"id": "x"}, {"id": "y"}]
QUOTA = {"by": "quota", "count": 1}


def field(totals, **more):
    """Totals in tenths by entry; an entry's fields by its code."""
    own = rules(classes=CLASSES, **more.pop("rules", {}))
    people = [EntryInput(code, **more.get(code, {})) for code in totals]
    result = evaluate(own, people, [m for code, units in totals.items() for m in marks(code, [units])])
    return own, people, result, assign_awards(own, result)


def given_to(totals, awards, **more):
    _, _, _, grants = field(totals, rules={"awards": awards} | more.pop("rules", {}), **more)
    return " ".join(f"{grant.entry}:{grant.award_id}" for grant in grants)


IN_CLASS = {code: {"class_id": name} for code, name in zip("ABCD", "xyxy", strict=True)}
TOTALS = {"A": 900, "B": 800, "C": 700, "D": 600}


def test_one_grand_prize_and_one_winner_in_each_class():
    # C11: a grand prize over all, then the best case of each class
    awards = [QUOTA | {"id": "grand"}, QUOTA | {"id": "best", "per": "class"}]
    assert given_to(TOTALS, awards, **IN_CLASS) == "A:grand C:best B:best"


def test_ranks_in_a_class_are_counted_anew():
    awards = [{"id": "first", "by": "rank", "last": 1, "per": "class"}]
    assert given_to(TOTALS, awards, **IN_CLASS) == "A:first B:first"
    assert given_to(TOTALS, [{"id": "own", "by": "rank", "last": 4, "classes": ["y"]}], **IN_CLASS) == "B:own D:own"


def test_an_award_beside_takes_nothing_from_the_others():
    awards = [{"id": "craft", "by": "threshold", "min": "85", "beside": True}, QUOTA | {"id": "first"}]
    assert given_to(TOTALS, awards) == "A:craft A:first"


def test_every_part_must_be_passed():
    # 理论、实操均须合格: B has the higher total and failed the theory
    own = rules(
        stage("T"), stage("P"),
        awards=[QUOTA | {"id": "first", "conditions": [{"ref": "T", "min": "60"}]}],
    )  # fmt: skip
    found = [
        m
        for code, theory, practice in (("A", 600, 700), ("B", 590, 900))
        for m in marks(code, [theory], ("T", "1", "A", 1)) + marks(code, [practice], ("P", "1", "A", 1))
    ]
    result = evaluate(own, [EntryInput("A"), EntryInput("B")], found)
    assert [row.entry for row in result.standings] == ["B", "A"]
    assert [grant.entry for grant in assign_awards(own, result)] == ["A"]


LIMIT = {"award_limit": {"percent": "50"}}


def test_the_limit_cuts_the_lowest_tier_and_the_tied_together():
    awards = [QUOTA | {"id": "first"}, {"id": "rest", "by": "threshold", "min": "0"}]
    assert given_to(TOTALS, awards, rules=LIMIT) == "A:first B:rest"
    assert given_to({"A": 900, "B": 800, "C": 800, "D": 600}, awards, rules=LIMIT) == "A:first"


MEDALS = [{"id": medal, "by": "medal", "medal": medal} for medal in ("gold", "silver", "bronze", "excellence")]


def test_medals_by_distance_pass_a_barred_place_on():
    rule = {"medals": {"excellence": "60"}, "vetoes": [{"id": "phone"}]}
    assert given_to(TOTALS, MEDALS, rules=rule) == "A:gold B:silver C:bronze D:excellence"
    barred = {"A": {"vetoes": ("phone",)}}
    assert given_to(TOTALS, MEDALS, rules=rule, **barred) == "B:gold C:silver D:bronze"
    few = rule | {"medals": {"excellence": "60", "by_entrants": True}}
    assert given_to(TOTALS, MEDALS, rules=few) == "A:gold B:excellence C:excellence D:excellence"


def test_medals_on_a_scale_leave_the_ranking_alone():
    # median 70, MAD 5: 60, 65, 70, 75, 90 stand at 660, 680, 700, 720, 781 (SCALE-1)
    scale = {"statistics": [{"id": "ws", "name": "scale_median_mad"}], "medals": {"on": "ws", "excellence": "700"}}
    totals = {"A": 600, "B": 650, "C": 700, "D": 750, "E": 900}
    own, _, result, grants = field(totals, rules=scale | {"awards": MEDALS})
    assert statistics_of(own, result) == {"ws": {"E": 781, "D": 720, "C": 700, "B": 680, "A": 660}}
    assert [(grant.entry, grant.award_id) for grant in grants] == [("E", "gold"), ("D", "silver"), ("C", "bronze")]
    assert [row.entry for row in result.standings] == list("EDCBA")


def test_a_table_promotes_by_rank_and_grade_held():
    # S14: merit award or better -> technician; who holds that -> senior technician
    table = [
        {"grants": "高级技师", "last": 3, "held": ["技师"]},
        {"grants": "技师", "last": 3},
        {"grants": "高级工", "min": "60"},
    ]
    held = {"A": {"held": "技师"}, "B": {"held": ""}, "D": {"held": "高级工"}}
    own, people, result, grants = field(TOTALS, rules={"promotions": table}, **held)
    found = [(row.entry, row.granted, row.row) for row in promote(own, people, result, grants)]
    assert found == [("A", "高级技师", 0), ("B", "技师", 1), ("C", "技师", 1)]


def test_bounds_of_categories_are_reported_and_move_nobody():
    bounds = [
        {"category": "worker", "min_percent": "35"}, {"category": "head", "max_percent": "30"},
    ]  # fmt: skip
    who = {"A": {"categories": frozenset({"head"})}, "B": {"categories": frozenset({"worker", "head"})}}
    awards = [{"id": "all", "by": "rank", "last": 4, "money": "500", "points": "0.5"}]
    own, people, _, grants = field(TOTALS, rules={"awards": awards, "award_bounds": bounds}, **who)
    found = {row.category: (row.have, row.least, row.most, row.is_kept) for row in bound_findings(own, people, grants)}
    assert found == {"worker": (1, 2, None, False), "head": (2, 0, 1, False)}  # 1.4 up, 1.2 down
    assert prize_totals(own, grants) == (Decimal(2000), Decimal("2.0"))


FAULTS = [
    ({"awards": [MEDALS[0]]}, ("awards[0].medal", "medals_needed")),
    ({"awards": [QUOTA | {"id": "a", "per": "class"}]}, ("awards[0].per", "classes_needed")),
    ({"awards": [QUOTA | {"id": "a", "classes": ["z"]}]}, ("awards[0].classes", "unknown_class")),
    ({"awards": [QUOTA | {"id": "a", "conditions": [{"ref": "Z", "min": "1"}]}]},
     ("awards[0].conditions[0].ref", "unknown_reference")),
    ({"awards": [QUOTA | {"id": "a", "money": "-1"}]}, ("awards[0].money", "must_not_be_negative")),
    ({"medals": {"on": "z"}}, ("medals.on", "unknown_statistic")),
    ({"promotions": [{"grants": "x", "award": "z"}]}, ("promotions[0].award", "unknown_award")),
    ({"promotions": [{"grants": "x"}]}, ("promotions[0].last", "required")),
    ({"statistics": [{"id": "s", "spread": "0"}]}, ("statistics[0].spread", "must_be_positive")),
    ({"award_bounds": [{"category": "w", "min_percent": "50", "max_percent": "40"}]},
     ("award_bounds[0].max_percent", "maximum_below_minimum")),
    ({"award_limit": {}}, ("award_limit.percent", "required")),
    ({"rank_within": "class", "classes": CLASSES, "awards": [QUOTA | {"id": "a", "per": "event"}]},
     ("awards[0].per", "award_needs_one_ranking")),
]  # fmt: skip


@pytest.mark.parametrize(("more", "fault"), FAULTS)
def test_rules_that_contradict_themselves_are_named(more, fault):
    with pytest.raises(RuleSetError) as caught:
        rules(**more)
    assert fault in {(problem.path, problem.code) for problem in caught.value.problems}


TIERS = st.lists(
    st.fixed_dictionaries(
        {"by": st.sampled_from(["quota", "share", "rank_share", "rank", "threshold", "medal"])},
        optional={
            "per": st.just("class"), "beside": st.just(True), "boundary_tie": st.just("shrink"),
            "classes": st.just(["x"]), "of": st.just("ranked"),
        },
    ),
    min_size=1, max_size=4,
)  # fmt: skip
EACH = {"count": 2, "percent": "40", "last": 2, "min": "40", "medal": "gold"}
NEEDS = {
    "quota": ("count",), "share": ("percent",), "rank_share": ("percent",), "rank": ("last",), "threshold": ("min",),
    "medal": ("medal",),
}  # fmt: skip
FIELD = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["", "x", "y"]), st.booleans()), max_size=9)


@settings(max_examples=150, deadline=None)
@given(TIERS, FIELD, st.none() | st.sampled_from(["0", "30", "60"]), st.sampled_from(["event", "class"]), st.randoms())
def test_what_holds_for_every_list_of_awards(tiers, found, limit, within, random):
    awards = [
        {"id": f"a{index}"} | tier | {key: EACH[key] for key in NEEDS[tier["by"]]} for index, tier in enumerate(tiers)
    ]
    if within == "class":
        awards = [award | {"per": "class"} for award in awards]
    own = rules(
        awards=awards, classes=CLASSES, rank_within=within, medals={}, vetoes=[{"id": "v"}],
        award_limit=None if limit is None else {"percent": limit},
    )  # fmt: skip
    people = [
        EntryInput(f"E{index}", class_id=name, vetoes=("v",) if barred else ())
        for index, (_, name, barred) in enumerate(found)
    ]
    given_marks = [
        m for person, (units, _, _) in zip(people, found, strict=True) for m in marks(person.code, [units * 100])
    ]
    result = evaluate(own, people, given_marks)
    grants = assign_awards(own, result)
    by_code = {row.entry: row for row in result.standings}
    assert not any(by_code[grant.entry].award_barred or by_code[grant.entry].status != "ranked" for grant in grants)
    if limit is not None:
        assert 100 * len({grant.entry for grant in grants}) <= Decimal(limit) * len(people)
    once = [grant.entry for grant in grants if not next(a for a in awards if a["id"] == grant.award_id).get("beside")]
    assert len(once) == len(set(once))
    for award in awards:
        for class_id in {grant.class_id for grant in grants if grant.award_id == award["id"]}:
            got = [grant for grant in grants if (grant.award_id, grant.class_id) == (award["id"], class_id)]
            quota = got[0].quota
            if quota is not None and len(got) > quota:
                assert award.get("boundary_tie") != "shrink"
                assert len({by_code[grant.entry].total for grant in got[max(quota - 1, 0) :]}) == 1
        if "classes" in award:
            assert {by_code[g.entry].class_id for g in grants if g.award_id == award["id"]} <= {"x"}
    shuffled = random.sample(people, len(people))
    again = assign_awards(own, evaluate(own, shuffled, given_marks))
    assert {(g.entry, g.award_id) for g in again} == {(g.entry, g.award_id) for g in grants}


EVERYTHING = {
    "classes": CLASSES, "medals": {"on": "s", "by_entrants": True, "excellence": "0"},
    "statistics": [{"id": "s", "name": "scale_mean_sd"}, {"id": "t", "name": "scale_median_mad"}],
    "award_limit": {"percent": "50", "of": "ranked"}, "award_bounds": [{"category": "w", "min_percent": "10"}],
    "promotions": [{"grants": "g", "last": 1}], "incomplete": "ranked",
    "awards": [*MEDALS, {"id": "c", "by": "rank_share", "percent": "50", "per": "class"}],
}  # fmt: skip


@pytest.mark.parametrize("units", [[], [500], [500, 500, 500], [0, 0], ["missing"], ["recused"], ["not_performed"] * 2])
@pytest.mark.parametrize("scope", ["aspect", "ranks"])
def test_nobody_one_all_tied_and_no_marks_give_a_clear_result(units, scope):
    """Issue 3, bad input: never a crash, never a silent zero."""
    own = rules(stage(panel={"scope": scope}, advance={"percent": "50"}), stage("F", weight="0"), **EVERYTHING)
    people = [EntryInput(f"E{index}", class_id="x") for index in range(len(units))]
    found = [m for person, value in zip(people, units, strict=True) for m in marks(person.code, [value])]
    result = evaluate(own, people, found)
    for row in result.standings:
        assert (row.total is None) == (row.status != "ranked")
        assert row.status == "ranked" or row.reasons
    grants = assign_awards(own, result)
    assert {grant.entry for grant in grants} <= {row.entry for row in result.standings if row.status == "ranked"}
    ranked = [row for row in result.standings if row.status == "ranked"]
    assert all(len(values) == len(ranked) for values in statistics_of(own, result).values())
    assert len(promote(own, people, result, grants)) <= len(ranked)
    bound_findings(own, people, grants)
