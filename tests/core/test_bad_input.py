"""Contradictory rules and events with next to nothing in them: a sentence or a reason, never a crash or a silent 0."""

from __future__ import annotations

import pytest

from contest.competitions.problem_texts import fault_text
from contest.core.awarding import assign_awards
from contest.core.marks import EntryInput
from contest.core.parsing import parse_rule_set
from contest.core.problems import RuleSetError
from contest.core.scoring import evaluate
from tests.core.builders import aspect, entries, marks, rules, stage

CYCLE: dict[str, object] = {"id": "C"}
CYCLE["children"] = [CYCLE]
HALVES = [stage("S", weight="0.5"), stage("F", weight="0.6")]
BAD = {
    "contradictory limits": ({"stages": [{"id": "S", "rubric": [{"id": "C", "floor": "5", "cap": "3", "children": [
        aspect()]}]}]}, "stages[0].rubric[0].cap", "cap_below_floor"),
    "contradictory ranks": ({"stages": [stage()], "awards": [{"id": "a", "first": 3, "last": 1}]},
                            "awards[0].last", "last_before_first"),
    "two ways to cut": ({"stages": [stage(advance={"count": 1, "percent": "5"}), stage("F")]},
                        "stages[0].advance.percent", "count_or_percent"),
    "weights that do not add up": ({"stages": HALVES, "combine": "weighted"}, "stages", "weights_must_sum_to_1"),
    "periods that do not add up": ({"stages": [stage(accumulate="weighted", periods=[{"id": "1", "weight": "0.9"}])]},
                                   "stages[0].periods", "weights_must_sum_to_1"),
    "no weight at all": ({"stages": [stage(weight="0")]}, "stages", "stages_without_weight"),
    "a criterion inside itself": ({"stages": [{"id": "S", "rubric": [CYCLE]}]},
                                  "stages[0].rubric[0]" + ".children[0]" * 6 + ".children", "nested_too_deep"),
    "an event without stages": ({"stages": []}, "stages", "must_not_be_empty"),
    "a stage without criteria": ({"stages": [{"id": "S", "rubric": []}]}, "stages[0].rubric", "must_not_be_empty"),
    "a criterion without aspects": ({"stages": [{"id": "S", "rubric": [{"id": "C", "children": []}]}]},
                                    "stages[0].rubric[0].children", "must_not_be_empty"),
    "a tie broken by nothing": ({"stages": [stage()], "ties": [{"by": "aspect", "ref": "X"}]},
                                "ties[0].ref", "unknown_reference"),
    "an award for the worse half of nobody": ({"stages": [stage()], "awards": [
        {"id": "a", "by": "share", "percent": "101"}]}, "awards[0].percent", "percent_out_of_range"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_rules_are_refused_in_a_sentence_at_their_place(name):
    document, path, code = BAD[name]
    with pytest.raises(RuleSetError) as caught:
        parse_rule_set({"title": "t"} | document)
    problem = next(problem for problem in caught.value.problems if (problem.path, problem.code) == (path, code))
    sentence = fault_text(problem)
    assert sentence.endswith("。")
    assert "%(" not in sentence
    assert code not in sentence


AWARDS = [
    {"id": "first", "by": "share", "percent": "50", "boundary_tie": "shrink"},
    {"id": "any", "by": "rank", "last": 1},
]


def test_all_judges_recused_is_no_zero():
    for panel in ({}, {"scope": "sheet"}, {"scope": "ranks"}):
        own = rules(stage("S", panel=panel), awards=AWARDS)
        entry = EntryInput("E", recused=frozenset({("S", "J1"), ("S", "J2")}))
        result = evaluate(
            own, [entry, EntryInput("F")], marks("E", [900, 800]) + marks("F", [0, 0]), {"S": ["J1", "J2"]}
        )
        row = result.standing("E")
        assert (row.status, row.total, row.published, row.rank) == ("incomplete", None, None, None)
        assert [reason.code for reason in row.reasons] == ["insufficient_scores"]
        assert result.standing("F").status == "ranked"  # whose zeros are real ones
        assert {grant.entry for grant in assign_awards(own, result)} <= {"F"}


@pytest.mark.parametrize("ranking", ["standard", "dense", "modified", "ordinal", "fractional"])
def test_one_entry_only_is_first(ranking):
    relative = aspect("R", kind="measured", conversion={"name": "rank_linear", "full": "10"})
    own = rules(
        stage("S", panel={"normalise": {"mean": "80", "sd": "10"}}, advance={"percent": "50"}),
        stage("F", [relative]), ranking=ranking, awards=AWARDS, ties=[{"by": "stage", "ref": "S"}],
        statistics=[{"id": "s", "name": "scale_mean_sd"}],
    )  # fmt: skip
    result = evaluate(own, entries("E"), marks("E", [500]) + marks("E", [70], ("F", "1", "R", 1)))
    (row,) = result.standings
    assert (row.rank, row.tied, row.total) == ("1", False, 90)  # the panel's mean, and the first of one
    assert [grant.award_id for grant in assign_awards(own, result)] == ["first"]  # half of one, rounded half up


TIED = {"standard": "1 1 1", "dense": "1 1 1", "modified": "3 3 3", "ordinal": "1 2 3", "fractional": "2 2 2"}


@pytest.mark.parametrize(("ranking", "ranks"), list(TIED.items()))
def test_all_tied_share_what_the_rules_say(ranking, ranks):
    own = rules(ranking=ranking, awards=AWARDS)
    result = evaluate(own, entries("A", "B", "C"), [mark for code in "ABC" for mark in marks(code, [800])])
    assert " ".join(row.rank for row in result.standings) == ranks
    assert all(row.tied for row in result.standings)
    # two places for three equal entries: under `shrink` none of them; by rank who has rank 1
    firsts = {row.entry for row in result.standings if row.rank == "1"}
    assert {(grant.entry, grant.award_id) for grant in assign_awards(own, result)} == {(code, "any") for code in firsts}


def test_no_marks_at_all_is_no_zero():
    own = rules(stage("S", best=1), stage("F", [aspect("D", kind="deduction")]), awards=AWARDS)
    result = evaluate(own, entries("A", "B"), [], {"S": ["J1"], "F": ["J1"]})
    assert {(row.status, row.total, row.rank, *row.stage_totals.values()) for row in result.standings} == {
        ("no_marks", None, None, None, None)
    }
    assert not assign_awards(own, result)


def test_nobody_entered_ranks_nobody():
    result = evaluate(rules(awards=AWARDS), [], [], {"S": ["J1"]})
    assert result.standings == ()
    assert not assign_awards(result.rules, result)
