"""What another rule set would change. Totals and ranks worked out by hand."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from contest.core.consequences import Misfit, Outcome, effects, effects_digest, misfits, outcomes
from contest.core.marks import NOT_PERFORMED, EntryInput, Mark
from contest.core.parsing import parse_rule_set
from contest.core.scoring import evaluate

RULES = {
    "title": "x",
    "stages": [{"id": "s", "rubric": [{"id": "A", "children": [
        {"id": "A1", "kind": "measured", "max": "10"}, {"id": "A2", "kind": "measured", "max": "10"}]}]}],
    "awards": [{"id": "gold", "title": "金奖", "by": "rank", "last": 1}],
}  # fmt: skip
MARKS = {"E1": (6, 3), "E2": (5, 5), "E3": (2, 2)}


def rules(**weights):
    document = copy.deepcopy(RULES)
    for aspect in document["stages"][0]["rubric"][0]["children"]:
        aspect["weight"] = weights.get(aspect["id"], "1")
    return parse_rule_set(document)


def marks(table=MARKS):
    return [
        Mark("s", "1", code, f"A{n}", 1, "", units) for code, pair in table.items() for n, units in enumerate(pair, 1)
    ]


def outcome_by(rule_set, table=MARKS):
    return outcomes(rule_set, evaluate(rule_set, [EntryInput(code) for code in table], marks(table)))


def test_only_what_changes_is_listed_with_before_and_after():
    # before: E1 9, E2 10, E3 4; A2 at half: E1 7.5, E2 7.5, E3 3; A2 at nothing: E1 6, E2 5, E3 2
    found = effects(outcome_by(rules()), outcome_by(rules(A2="0")))
    assert [(item.entry, item.changed) for item in found] == [
        ("E1", ("total", "rank", "awards")), ("E2", ("total", "rank", "awards")), ("E3", ("total",)),
    ]  # fmt: skip
    assert found[0].before == Outcome("9", "2", "ranked", ())
    assert found[0].after == Outcome("6", "1", "ranked", ("金奖",))
    tied = {item.entry: item.after.rank for item in effects(outcome_by(rules()), outcome_by(rules(A2="0.5")))}
    assert tied == {"E1": "1", "E2": "1", "E3": "3"}


def test_the_digest_names_rules_and_list():
    items = effects(outcome_by(rules()), outcome_by(rules(A2="0")))
    names = {effects_digest("a", "b", items), effects_digest("a", "c", items), effects_digest("a", "b", items[:1])}
    assert len(names) == 3


def test_marks_that_do_not_fit_are_counted_by_reason():
    document = copy.deepcopy(RULES)
    one, two = document["stages"][0]["rubric"][0]["children"]
    one["decimals"] = 1
    two["max"] = "4"
    assert misfits(rules(), parse_rule_set(document), marks()) == [
        Misfit("s", "A1", "decimals_changed", 3), Misfit("s", "A2", "above_maximum", 1),
    ]  # fmt: skip
    two["id"] = "B"
    gone = misfits(rules(), parse_rule_set(document), marks())
    assert gone[1] == Misfit("s", "A2", "place_gone", 3)


def test_a_state_without_a_value_fits_wherever_its_place_is():
    document = copy.deepcopy(RULES)
    document["stages"][0]["rubric"][0]["children"][0]["decimals"] = 2
    absent = [Mark("s", "1", "E1", "A1", 1, "", None, NOT_PERFORMED)]
    assert misfits(rules(), parse_rule_set(document), absent) == []


TABLES = st.dictionaries(
    st.sampled_from(["E1", "E2", "E3", "E4"]), st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1
)
WEIGHTS = st.sampled_from(["0", "0.5", "1", "3"])


@given(TABLES, WEIGHTS)
def test_the_same_rules_change_nothing(table, weight):
    assert effects(outcome_by(rules(A1=weight), table), outcome_by(rules(A1=weight), table)) == []
    assert misfits(rules(), rules(A1=weight), marks(table)) == []


@given(TABLES, WEIGHTS, WEIGHTS)
def test_who_is_not_listed_has_the_same_outcome_by_both_rules(table, one, two):
    before, after = outcome_by(rules(A1=one), table), outcome_by(rules(A1=two), table)
    listed = {item.entry for item in effects(before, after)}
    assert {code for code in table if before[code] != after[code]} == listed


@given(TABLES, WEIGHTS)
def test_marks_without_misfits_can_be_evaluated(table, weight):
    document = copy.deepcopy(RULES)
    document["stages"][0]["rubric"][0]["children"][1]["max"] = weight if weight != "0" else "7"
    new = parse_rule_set(document)
    if not misfits(rules(), new, marks(table)):
        assert set(outcome_by(new, table)) == set(table)
