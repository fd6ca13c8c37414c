"""Differences between two documents. Expected ones were written by hand."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from contest.core.differing import ADDED, CHANGED, MOVED, REMOVED, Difference, differences

OLD = {
    "title": "甲",
    "rounding": {"places": 2, "mode": "half_up"},
    "stages": [{"id": "s", "weight": "0.3", "rubric": [{"id": "A", "max": "5"}, {"id": "B", "max": "6"}]}],
    "ties": [{"by": "total"}],
}


def test_each_kind_of_difference_is_named_at_its_place():
    new = copy.deepcopy(OLD)
    new["rounding"]["places"] = 3
    new["stages"][0]["weight"] = "0.4"
    new["stages"][0]["rubric"] = [{"id": "C", "max": "1"}, {"id": "B", "max": "7"}]
    new["ties"] = []
    new["note"] = "新"
    assert differences(OLD, new) == [
        Difference(CHANGED, "", "rounding.places", 2, 3),
        Difference(CHANGED, "stages[0]", "weight", "0.3", "0.4"),
        Difference(ADDED, "stages[0].rubric[0]", after={"id": "C", "max": "1"}),
        Difference(CHANGED, "stages[0].rubric[1]", "max", "6", "7"),
        Difference(REMOVED, "stages[0].rubric[0]", before={"id": "A", "max": "5"}),
        Difference(REMOVED, "ties[0]", before={"by": "total"}),
        Difference(CHANGED, "", "note", None, "新"),
    ]


def test_another_order_is_one_difference():
    new = copy.deepcopy(OLD)
    new["stages"][0]["rubric"].reverse()
    assert differences(OLD, new) == [Difference(MOVED, "stages[0]", "rubric", ["A", "B"], ["B", "A"])]


def test_absent_null_and_no_items_are_the_same():
    assert differences({"a": None, "b": []}, {"b": None}) == []


SCALARS = st.one_of(st.text(max_size=3), st.integers(0, 9), st.booleans())
PARTS = st.recursive(
    st.dictionaries(st.sampled_from("pqr"), SCALARS, max_size=3),
    lambda inner: st.fixed_dictionaries(
        {"x": SCALARS},
        optional={"items": st.lists(inner, max_size=3).map(
            lambda parts: [{**part, "id": str(n)} for n, part in enumerate(parts)]), "inside": inner},
    ),
    max_leaves=8,
)  # fmt: skip


def told(value):
    """What a document says: without nulls and empty lists, which say nothing; 1 and true are different."""
    if isinstance(value, dict):
        return {k: told(v) for k, v in value.items() if v is not None and v != []}
    return [told(item) for item in value] if isinstance(value, list) else (type(value).__name__, value)


@given(PARTS)
def test_a_document_does_not_differ_from_its_copy(document):
    assert differences(document, copy.deepcopy(document)) == []


@given(PARTS, PARTS)
def test_two_documents_differ_exactly_if_they_say_different_things(one, two):
    assert bool(differences(one, two)) == (told(one) != told(two))


@given(PARTS, PARTS)
def test_both_directions_have_as_many_differences(one, two):
    assert len(differences(one, two)) == len(differences(two, one))
