"""Stages in time: who goes on, judges' places, periods of every kind, classes: by hand, and for any input."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.core.marks import EntryInput
from contest.core.periods import movement
from contest.core.placing import borda, places_of, skating
from contest.core.problems import CoreError, RuleSetError
from contest.core.scoring import evaluate
from tests.core.builders import entries, marks, rules, stage
from tests.core.recompute import recompute

PLACE = ("S", "1", "A", 1)
FINAL = ("F", "1", "A", 1)


def knock_out(advance, **more):
    return rules(stage("S", advance=advance), stage("F"), **more)


def contest(own, first, second, **of_entry):
    """First and second stage's units by entry."""
    people = [EntryInput(code, **of_entry.get(code, {})) for code in first]
    given_marks = [m for code, units in first.items() for m in marks(code, [units], PLACE)]
    given_marks += [m for code, units in second.items() for m in marks(code, [units], FINAL)]
    return evaluate(own, people, given_marks)


def rows(result):
    return " ".join(f"{row.entry}{row.rank or '-'}" for row in result.standings)


FIRST = {"A": 900, "B": 800, "C": 800, "D": 700}


@pytest.mark.parametrize(
    ("advance", "through"),
    [
        ({"count": 2}, "ABC"),
        ({"count": 2, "tie": "shrink"}, "A"),
        ({"percent": "50", "tie": "shrink"}, "A"),
        ({"percent": "60"}, "ABC"),  # 2.4 is 2, and B and C are tied
        ({"percent": "60", "share_rounding": "ceil", "tie": "shrink"}, "ABC"),
        ({"min": "80"}, "ABC"),
        ({"count": 1, "min": "95"}, ""),
        ({"count": 9}, "ABCD"),
    ],
)
def test_who_goes_on(advance, through):
    result = contest(knock_out(advance), FIRST, {})
    assert sorted(row.entry for row in result.standings if row.passages[0].goes_on) == sorted(through)


def test_who_is_out_is_ranked_behind_whatever_the_totals_and_lacks_nothing():
    # C has 80 + 5 = 85 and still stands before D, whose 79 is final
    result = contest(knock_out({"count": 2}), {"A": 900, "C": 800, "D": 790}, {"A": 10, "C": 50})
    assert rows(result) == "A1 C2 D3"
    out = result.standing("D")
    assert (out.status, out.total, out.reached, out.stage_totals["F"]) == ("ranked", 79, "S", None)
    assert result.explain("D").inputs[1].operation == {"op": "not_advanced", "cut_after": "S"}
    low = contest(knock_out({"count": 1}), {"A": 900, "D": 890}, {"A": 0})
    assert rows(low) == "A1 D2"


def test_marks_of_somebody_who_was_not_admitted_do_not_count():
    result = contest(knock_out({"count": 1}), {"A": 900, "D": 890}, {"A": 10, "D": 1000})
    assert rows(result) == "A1 D2"
    assert result.standing("D").total == 89


def test_a_wild_card_goes_on_with_its_reason_and_takes_no_place():
    own = knock_out({"count": 2, "tie": "shrink"})
    card = {"D": {"wild_cards": {"S": "主办单位推荐"}}}
    result = contest(own, {"A": 900, "B": 800, "D": 700}, {"A": 10, "B": 10, "D": 900}, **card)
    passages = {row.entry: row.passages[0] for row in result.standings}
    assert [passages[code].by for code in "ABD"] == ["rank", "rank", "wild_card"]
    assert passages["D"].reason == "主办单位推荐"
    assert rows(result) == "D1 A2 B3"


@pytest.mark.parametrize(
    ("cards", "code"), [({"S": " "}, "wild_card_without_reason"), ({"F": "x"}, "wild_card_without_cut")]
)
def test_a_wild_card_needs_a_reason_and_a_cut(cards, code):
    with pytest.raises(CoreError, match=code):
        contest(knock_out({"count": 1}), {"A": 1}, {}, A={"wild_cards": cards})


def test_the_tie_chain_decides_at_the_cut_unless_told_otherwise():
    minutes = {code: {"measures": {"minutes": Decimal(n)}} for code, n in (("B", 30), ("C", 20))}
    chain = [{"by": "measure", "ref": "minutes", "direction": "asc"}]
    for use, through in ((True, ["A", "C"]), (False, ["A", "B", "C"])):
        own = knock_out({"count": 2, "chain": use}, ties=chain)
        result = contest(own, FIRST, {}, **minutes)
        assert sorted(row.entry for row in result.standings if row.passages[0].goes_on) == through


def test_in_a_knock_out_the_last_stage_reached_is_the_result():
    # C10: 38 teams in rounds; what was scored before counts no more
    own = knock_out({"count": 2, "by": "stage"}, combine="last")
    result = contest(own, {"A": 900, "B": 800, "C": 700}, {"A": 500, "B": 600})
    assert [(row.entry, row.total) for row in result.standings] == [("B", 60), ("A", 50), ("C", 70)]


def test_who_has_not_been_marked_yet_is_not_out_but_open():
    result = contest(knock_out({"count": 1}), {"A": 900}, {"A": 10})
    assert result.standing("A").passages[0].by == "rank"
    waiting = evaluate(knock_out({"count": 1}), entries("A", "B"), marks("A", [900], PLACE))
    assert (waiting.standing("B").passages[0].by, waiting.standing("B").status) == ("open", "no_marks")


# SKATE-1 (rules.md 6): seven judges' places of four couples, worked out by hand in the source [S42].
SKATE = {"A": [1, 1, 1, 2, 3, 4, 4], "B": [2, 2, 2, 1, 4, 3, 3], "C": [3, 4, 3, 3, 1, 2, 1], "D": [4, 3, 4, 4, 2, 1, 2]}


def exact(table):
    return {code: [Fraction(place) for place in own] for code, own in table.items()}


def test_the_majority_system_by_hand():
    # Majority 4. Column 1: A has 3. Column 2: A 4 (sum 5), B 4 (sum 7), C 3, D 3: A then B.
    # Column 3: C 6, D 4: C before D.
    found = skating(exact(SKATE))
    assert [int(found[code].place) for code in "ABCD"] == [1, 2, 3, 4]
    assert found["A"].columns == "3:3 4:5"
    assert found["D"].columns == "1:1 3:5 4:8"


def test_what_no_column_separates_shares_the_place():
    found = skating(exact({"A": [1, 2], "B": [2, 1], "C": [3, 3]}))
    assert [found[code].place for code in "ABC"] == [Fraction(3, 2), Fraction(3, 2), 3]


def placed(units, method="skating", **places):
    """Each judge's marks of all entries, in units."""
    own = rules(stage("S", panel={"scope": "ranks", "places": {"method": method, **places}}))
    given_marks = [m for code, values in units.items() for m in marks(code, values)]
    return evaluate(own, entries(*units), given_marks)


def test_judges_with_different_ranges_are_made_equal_by_places():
    # J3 is severe and decides nothing more than the others: A is first with two of three
    result = placed({"A": [900, 910, 100], "B": [890, 900, 900], "C": [880, 890, 110]})
    assert rows(result) == "A1 B2 C3"
    node = next(node for node in result.explain("A").walk() if node.kind == "sheets")
    assert (node.value, node.operation["majority"], node.operation["columns"]) == (3, 2, "2:2")
    assert [sheet.operation["place"] for sheet in node.inputs] == [1, 1, 3]


def test_a_judge_kept_from_one_entry_places_nobody():
    result = placed({"A": [900, 800, "recused"], "B": [800, 900, 900], "C": [700, 700, 1000]}, judge_ties="share")
    node = next(node for node in result.explain("B").walk() if node.kind == "sheets")
    assert [sheet.operation["state"] for sheet in node.inputs] == ["scored", "scored", "excluded"]
    assert rows(result) == "A1 B1 C3"


def test_all_judges_recused_is_no_result_and_no_zero():
    result = placed({"A": ["recused", 800], "B": [900, "recused"]})
    assert [row.status for row in result.standings] == ["incomplete", "incomplete"]
    assert {reason.code for row in result.standings for reason in row.reasons} == {"insufficient_scores"}


def test_while_a_sheet_is_missing_nobody_has_a_place():
    result = placed({"A": [900, 900], "B": [800, "missing"]})
    reasons = {row.entry: [(reason.code, reason.judge) for reason in row.reasons] for row in result.standings}
    assert reasons == {"A": [("places_open", "")], "B": [("mark_missing", "J2")]}
    silent = placed({"A": [900, 900], "B": [800]})
    assert ("mark_missing", "J2") in [(r.code, r.judge) for r in silent.standing("B").reasons]


def test_equal_marks_of_one_judge_are_refused_or_share():
    units = {"A": [900, 900], "B": [900, 800]}
    assert {r.code for row in placed(units).standings for r in row.reasons} == {"places_tied"}
    assert rows(placed(units, judge_ties="share")) == "A1 B2"


TABLES = st.integers(2, 5).flatmap(lambda n: st.lists(st.permutations(range(1, n + 1)), min_size=1, max_size=7))


@settings(max_examples=80, deadline=None)
@given(TABLES, st.randoms())
def test_places_do_not_depend_on_the_order_of_judges_or_entries(judges, random):
    names = "ABCDE"[: len(judges[0])]
    units = {name: [judge[index] for judge in judges] for index, name in enumerate(names)}
    for method in ("skating", "borda"):
        result = placed(units, method, order="asc")
        shuffled = random.sample(judges, len(judges))
        order = random.sample(names, len(names))
        again = placed({name: [judge[names.index(name)] for judge in shuffled] for name in order}, method, order="asc")
        assert {row.entry: row.total for row in again.standings} == {row.entry: row.total for row in result.standings}
        assert [row.rank for row in result.standings] == sorted((row.rank for row in result.standings), key=int)
        for row in result.standings:
            assert row.total == recompute(result.explain(row.entry).plain())


@given(TABLES)
def test_who_most_judges_put_first_wins_the_majority_system(judges):
    table = {str(index): [Fraction(judge[index]) for judge in judges] for index in range(len(judges[0]))}
    found = skating(table)
    places = sorted(own.place for own in found.values())
    assert sum(places) == Fraction(len(table) * (len(table) + 1), 2)  # all places are given, shared ones by their mean
    for code, own in table.items():
        if 2 * own.count(1) > len(judges):
            assert found[code].place == 1
    # Whom every judge puts behind another is behind.
    for code, own in table.items():
        for other, theirs in table.items():
            if all(a < b for a, b in zip(own, theirs, strict=True)):
                assert found[code].place < found[other].place
                assert borda(table)[code] > borda(table)[other]


@given(st.dictionaries(st.sampled_from("ABCDE"), st.fractions(0, 5, max_denominator=2), min_size=1))
def test_a_judge_s_places_add_up_whatever_is_tied(values):
    found = places_of(values)
    assert sum(found.values()) == Fraction(len(values) * (len(values) + 1), 2)


PERIODS = [{"id": str(n), "group": f"Q{(n + 2) // 3}", "weight": "0.25"} for n in range(1, 5)]


def yearly(values, entry=None, **more):
    own = rules(stage("S", periods=PERIODS, **more))
    found = [m for n, units in values.items() for m in marks("E", [units], ("S", str(n), "A", 1))]
    return evaluate(own, [entry or EntryInput("E")], found)


@pytest.mark.parametrize(
    ("more", "total"),
    [
        ({"accumulate": "mean_of_groups"}, "75"),  # (80 + 70) / 2: months 1-3 mean 80, month 4 is 70
        ({"accumulate": "mean"}, "77.5"),
        ({"accumulate": "mean", "best": 2}, "85"),  # 90 and 80, and of the two 80s the earlier
        ({"accumulate": "sum", "best": 1}, "22.5"),
        ({"accumulate": "weighted"}, "77.5"),
        ({"accumulate": "mean", "late": {"each": "2"}}, "77"),
        ({"accumulate": "mean", "late": {"each": "2", "per": "day", "most": "5"}}, "76.25"),
    ],
)
def test_ways_to_accumulate(more, total):
    entry = EntryInput("E", late={("S", "2"): 3})
    result = yearly({1: 900, 2: 800, 3: 700, 4: 700}, entry, **more)
    if "best" in more and more["accumulate"] == "mean":
        assert [node.operation.get("dropped") for node in result.explain("E").inputs[0].inputs] == [
            None,
            None,
            "low",
            "low",
        ]
    assert str(result.standings[0].published) == total
    for node in result.explain("E").walk():
        assert node.value == recompute(node.plain()) or node.kind == "mark"


def test_who_joined_later_loses_nothing_by_it():
    entry = EntryInput("E", absent=frozenset({("S", "1")}))
    for how in ("mean", "weighted"):
        result = yearly({2: 900, 3: 800, 4: 700}, entry, accumulate=how)
        assert (result.standings[0].status, result.standings[0].total) == ("ranked", 80)
    all_absent = EntryInput("E", absent=frozenset(("S", str(n)) for n in range(1, 5)))
    row = yearly({1: 900}, all_absent, accumulate="mean").standings[0]
    assert (row.status, row.total, [reason.code for reason in row.reasons]) == ("incomplete", None, ["no_period"])


def test_movement_is_of_those_who_were_ranked_both_times():
    # C4, 半月一通报: B won two places, A lost one, C is new, D fell out
    assert movement({"A": 1, "B": 3, "D": 2}, {"A": 2, "B": 1, "C": 3, "D": None}) == {"A": -1, "B": 2}


WITHIN = {"classes": [{"id": "x"}, {"id": "y"}], "rank_within": "class"}


def test_classes_are_ranked_apart():
    people = [
        EntryInput("A", class_id="y"),
        EntryInput("B", class_id="x"),
        EntryInput("C", class_id="y"),
        EntryInput("D"),
    ]
    found = [m for code, units in zip("ABCD", (900, 800, 950, 990), strict=True) for m in marks(code, [units])]
    result = evaluate(rules(**WITHIN), people, found)
    assert rows(result) == "B1 C1 A2 D-"
    assert [reason.code for reason in result.standing("D").reasons] == ["class_missing"]
    with pytest.raises(CoreError, match="unknown_class"):
        evaluate(rules(), [EntryInput("A", class_id="z")], [])


FAULTS = [
    ([stage(advance={"count": 1})], {}, ("stages[0].advance", "advance_after_last_stage")),
    ([stage("S", advance={"count": 1, "percent": "5"}), stage("F")], {},
     ("stages[0].advance.percent", "count_or_percent")),
    ([stage("S", advance={}), stage("F")], {}, ("stages[0].advance.count", "required")),
    ([stage("S", weight="0", advance={"count": 1}), stage("F")], {},
     ("stages[0].advance.by", "advance_by_total_without_weight")),
    ([stage(best=2)], {}, ("stages[0].best", "best_above_periods")),
    ([stage(best=1, accumulate="weighted")], {}, ("stages[0].best", "best_needs_sum_or_mean")),
    ([stage(accumulate="mean_of_groups", periods=[{"id": "1"}])], {}, ("stages[0].periods[0].group", "required")),
    ([stage(group_rounding={"places": 2})], {}, ("stages[0].group_rounding", "only_for_groups")),
    ([stage(late={})], {}, ("stages[0].late.each", "required")),
    ([stage(late={"each": "-1"})], {}, ("stages[0].late.each", "must_not_be_negative")),
    ([stage(panel={"places": {}})], {}, ("stages[0].panel.places", "only_for_ranks")),
    ([stage()], {"rank_within": "class"}, ("rank_within", "classes_needed")),
]  # fmt: skip


@pytest.mark.parametrize(("stages", "more", "fault"), FAULTS)
def test_rules_that_contradict_themselves_are_named(stages, more, fault):
    with pytest.raises(RuleSetError) as caught:
        rules(*stages, **more)
    assert fault in {(problem.path, problem.code) for problem in caught.value.problems}


UNITS = st.integers(0, 8).map(lambda n: n * 100) | st.sampled_from(["missing", "not_performed"])
ADVANCE = st.fixed_dictionaries(
    {"tie": st.sampled_from(["expand", "shrink"]), "by": st.sampled_from(["total", "stage"])},
    optional={"min": st.sampled_from(["20", "50"])},
).flatmap(lambda base: st.sampled_from([{"count": 1}, {"count": 3}, {"percent": "40"}]).map(lambda more: base | more))


@settings(max_examples=80, deadline=None)
@given(
    ADVANCE,
    st.lists(st.tuples(UNITS, UNITS, st.booleans()), min_size=1, max_size=7),
    st.sampled_from(["sum", "last"]), st.sampled_from(["unranked", "ranked"]), st.randoms(),
)  # fmt: skip
def test_advancement_holds_for_any_field(advance, found, combine, incomplete, random):
    own = knock_out(advance, combine=combine, incomplete=incomplete)
    codes = [f"E{index}" for index in range(len(found))]
    people = [
        EntryInput(code, wild_cards={"S": "推荐"} if card else {})
        for code, (_, _, card) in zip(codes, found, strict=True)
    ]
    given_marks = [
        m
        for code, (first, second, _) in zip(codes, found, strict=True)
        for m in marks(code, [first], PLACE) + marks(code, [second], FINAL)
    ]
    result = evaluate(own, people, given_marks)
    passed = {row.entry: row.passages[0] for row in result.standings}
    ranked = {code: p for code, p in passed.items() if p.place}
    for code, passage in ranked.items():
        for other, theirs in ranked.items():
            if theirs.by == "rank" and passage.by != "rank":  # nobody is passed by a lower one without a wild card
                assert theirs.value > passage.value
            if theirs.value == passage.value:  # tied ones go together
                assert (theirs.by == "rank") == (passage.by == "rank"), (code, other)
    through = sum(p.by == "rank" for p in passed.values())
    if advance["tie"] == "shrink":
        assert through <= next(iter(passed.values())).places
    rows_ = [row for row in result.standings if row.status == "ranked"]
    assert [row.reached for row in rows_] == sorted(row.reached for row in rows_)  # F before S
    for one, next_ in pairwise(rows_):
        assert one.reached != next_.reached or one.total >= next_.total
    for row in result.standings:
        assert recompute(result.explain(row.entry).plain()) == row.tree.value
    random.shuffle(people)
    random.shuffle(given_marks)
    again = evaluate(own, people, given_marks)
    assert {row.entry: (row.rank, row.total) for row in again.standings} == {
        row.entry: (row.rank, row.total) for row in result.standings
    }
    assert evaluate(own, people, given_marks, earlier=result) == again


@given(st.lists(st.tuples(UNITS, UNITS), min_size=2, max_size=4), st.integers(0, 3))
def test_a_reused_tree_never_keeps_a_place_or_a_cut_of_before(found, change):
    """One entry's marks change: the places of the others, and who goes on, are those of a fresh evaluation."""
    panel = {"scope": "ranks", "places": {"judge_ties": "share"}}
    own = rules(stage("S", panel=panel, advance={"count": 1}), stage("F"))

    def of(rows_):
        return [
            m for index, units in enumerate(rows_)
            for m in marks(f"E{index}", list(units), PLACE) + marks(f"E{index}", [500 + index], FINAL)
        ]  # fmt: skip

    people = entries(*(f"E{index}" for index in range(len(found))))
    first = evaluate(own, people, of(found))
    changed = [(700, 100) if index == change else units for index, units in enumerate(found)]
    assert evaluate(own, people, of(changed), earlier=first) == evaluate(own, people, of(changed))
