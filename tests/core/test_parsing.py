"""The rule set document: the printed example, defaults, and every fault with its path at once."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.core.checks import contradictions
from contest.core.parsing import parse_rule_set
from contest.core.problems import RuleSetError

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rule-set.md"


def example():
    return json.loads(DOCS.read_text("utf-8").split("```json")[1].split("```")[0])


def problems(document):
    with pytest.raises(RuleSetError) as caught:
        parse_rule_set(document)
    return {(problem.path, problem.code) for problem in caught.value.problems}


def test_the_documented_example_is_a_rule_set():
    own = parse_rule_set(example())
    assert own.stage("practice").weight == Decimal("0.7")
    assert own.aspect("practice", "P1").method.name == "trimmed_mean"
    assert [aspect.id for aspect in own.stage("practice").aspects()] == ["P1", "P2", "P3"]
    assert own.stage("practice").maximum() == 100
    assert contradictions(own) == ()


def test_the_digest_ignores_order_and_writing_but_no_rule():
    first = parse_rule_set(example())
    shuffled = dict(reversed(example().items())) | {"note": "x"}
    shuffled["stages"][0]["weight"] = "0.30"
    assert parse_rule_set(shuffled).digest == first.digest
    shuffled["ranking"] = "dense"
    assert parse_rule_set(shuffled).digest != first.digest


def test_all_faults_are_reported_at_once_with_their_paths():
    document = example() | {"ranking": "olympic", "combin": "sum", "title": ""}
    document["stages"][0]["weight"] = 0.3
    document["stages"][1]["rubric"][0]["children"][0] |= {"step": "0.25", "id": "P2"}
    document["awards"][0] = {"id": "first", "by": "share"}
    assert problems(document) == {
        ("ranking", "not_allowed"),
        ("combin", "unknown_field"),
        ("title", "required"),
        ("stages[0].weight", "write_number_as_text"),
        ("stages", "weights_must_sum_to_1"),
        ("stages[1].rubric[0].children[0].step", "step_does_not_fit_decimals"),
        ("stages[1].rubric[0].children", "duplicate_id"),
        ("stages[1].rubric", "duplicate_id"),
        ("awards[0].percent", "required"),
    }


@pytest.mark.parametrize(
    ("tie", "code"),
    [
        ({"by": "stage", "ref": "nowhere"}, "unknown_reference"),
        ({"by": "aspect", "ref": "P9"}, "unknown_reference"),
        ({"by": "criterion", "ref": "P", "stage": "theory"}, "unknown_reference"),
        ({"by": "stage"}, "required"),
    ],
)
def test_tie_breaks_must_point_to_something(tie, code):
    assert problems(example() | {"ties": [tie]}) == {("ties[0].ref", code)}


@pytest.mark.parametrize(
    "document", [[], "text", None, {"stages": {}}, {"stages": [None]}, {"title": 5, "stages": [[]]}]
)
def test_no_document_at_all(document):
    assert problems(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from([Decimal("1E+999999999"), Decimal("NaN"), "1e5", "-0", "9" * 40, 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "places", "x"]), inner),
    max_leaves=6,
)  # fmt: skip


def spoil(node, data):
    """Replace one value somewhere in a document by any other value."""
    key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
    if isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
        spoil(node[key], data)
    else:
        node[key] = data.draw(JSON)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_document_breaks_the_parser(data):
    document = example()
    spoil(document, data)
    try:
        own = parse_rule_set(document)
    except RuleSetError:
        return  # any other exception fails the test
    assert parse_rule_set(own.to_document()) == own


def test_nesting_has_an_end():
    node = {"id": "leaf"}
    for level in range(40):
        node = {"id": f"C{level}", "children": [node]}
    found = problems({"title": "deep", "stages": [{"id": "S", "rubric": [node]}]})
    assert "nested_too_deep" in {code for _, code in found}


def test_contradictory_totals_are_reported_and_not_refused():
    document = {
        "title": "x",
        "stages": [
            {
                "id": "S",
                "sections": [{"id": "1", "declared": "15"}],
                "rubric": [
                    {"id": "A", "declared_max": "30", "children": [{"id": "A1", "max": "29", "standard_section": "1"}]}
                ],
            }
        ],
    }
    found = [(problem.code, problem.params["found"]) for problem in contradictions(parse_rule_set(document))]
    assert found == [("declared_max_differs", "29"), ("section_total_differs", "29")]
