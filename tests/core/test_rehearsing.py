"""Made-up marks: the same for the same seed, inside every bound, and telling of what was to be staged."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.competitions.starting_points import STARTING_POINTS, starting_document
from contest.core.marks import SCORED, check_units
from contest.core.parsing import parse_rule_set
from contest.core.rehearsing import CASES, draw, generate
from contest.core.scoring import evaluate

ALL = frozenset(CASES)


def rules_of(key):
    return parse_rule_set(starting_document(key, "甲"))


def test_a_draw_is_what_its_name_says_for_ever():
    # printf '1\\x1flevel\\x1fE01' | sha256sum
    assert draw("1", "level", "E01") == 0xF8EF9C03


@pytest.mark.parametrize("point", STARTING_POINTS, ids=lambda point: point.key)
def test_every_template_can_be_rehearsed_and_ranks_everybody(point):
    rules = rules_of(point.key)
    made = generate(rules, "7", 12)
    result = evaluate(rules, made.entries, made.marks)
    assert {row.status for row in result.standings} == {"ranked"}
    assert len(result.standings) == 12


def test_what_is_staged_can_be_seen_in_the_result():
    rules = rules_of("skills")
    made = generate(rules, "7", 10, ALL)
    rows = {row.entry: row for row in evaluate(rules, made.entries, made.marks).standings}
    assert rows["E01"].total == rows["E02"].total
    assert rows["E01"].tied
    assert rows["E10"].reasons[0].code == "mark_missing"
    assert any(reason.code == "not_performed" for reason in rows["E09"].reasons)
    merit = rules_of("merit")
    vetoed = generate(merit, "7", 10, ALL)
    assert [entry.code for entry in vetoed.entries if entry.vetoes] == ["E06"]


def test_a_changed_part_leaves_all_other_marks_as_they_were():
    document = starting_document("skills", "甲")
    before = generate(parse_rule_set(document), "7", 5).marks
    changed = copy.deepcopy(document)
    changed["stages"][1]["rubric"][0]["children"][0]["max"] = "9"
    after = generate(parse_rule_set(changed), "7", 5).marks
    differing = {mark.aspect for mark, other in zip(before, after, strict=True) if mark != other}
    assert differing <= {changed["stages"][1]["rubric"][0]["children"][0]["id"]}
    assert before != generate(parse_rule_set(document), "8", 5).marks


ASPECTS = st.fixed_dictionaries(
    {"id": st.just("A1"), "max": st.sampled_from(["1", "10", "30", "0.5"]), "decimals": st.sampled_from([1, 2])},
    optional={
        "kind": st.sampled_from(["judged", "judgement", "measured", "boolean", "deduction", "bonus"]),
        "step": st.sampled_from(["0.1", "0.5"]), "repetitions": st.sampled_from([1, 3]),
        "measure": st.sampled_from([{}, {"min": "0.25"}, {"min": "-3", "max": "3"}]),
        "min": st.sampled_from(["0", "0.1"]),
        "method": st.sampled_from([
            {"name": "mean", "max_spread": "0.5"}, {"name": "majority"}, {"name": "agreed"},
            {"name": "trimmed_mean", "min_scores": 6}, {"name": "median"},
        ]),
    },
)  # fmt: skip


@given(ASPECTS, st.text(max_size=5), st.integers(1, 6), st.sets(st.sampled_from(CASES)))
def test_every_made_mark_is_one_that_the_rules_take(aspect, seed, count, cases):
    from hypothesis import assume

    from contest.core.problems import RuleSetError

    assume("step" not in aspect or aspect.get("measure") != {"min": "0.25"})  # no mark at all could be typed
    stage = {"id": "s", "panel": {"min_judges": 3}, "rubric": [{"id": "A", "children": [aspect]}]}
    try:
        rules = parse_rule_set({"title": "x", "stages": [stage]})
    except RuleSetError:
        assume(False)
    made = generate(rules, seed, count, frozenset(cases))
    assert made == generate(rules, seed, count, frozenset(cases))
    read = rules.aspect("s", "A1")
    assert [m for m in made.marks if m.state == SCORED and check_units(m.units, read) is not None] == []
    result = evaluate(rules, made.entries, made.marks)
    if not cases:
        assert {row.status for row in result.standings} == {"ranked"}
