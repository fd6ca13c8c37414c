"""A rule that the verifier does not know is told as such: passing over it would make its verdict worthless."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contest.verifier.bundle import Bundle
from contest.verifier.facts import Facts
from contest.verifier.fields import unread
from contest.verifier.report import Report
from contest.verifier.results import check_results
from tests.verifier.random_contests import make

NEW = [
    ("", "tiebreak_by_dice"),
    ("stages.0", "handicap"),
    ("stages.0.panel", "shuffle"),
    ("stages.0.periods.0", "half_life"),
    ("stages.0.rubric.0", "damping"),
    ("stages.0.rubric.0.children.0", "bonus_curve"),
    ("stages.0.rubric.0.children.0.method", "power"),
    ("stages.0.rubric.0.children.0.factor", "exponent"),
]


def changed(document: dict[str, Any], path: str, field: str, value: object) -> dict[str, Any]:
    found = copy.deepcopy(document)
    place: Any = found
    for step in path.split(".") if path else []:
        place = place[int(step)] if step.isdigit() else place[step]
    place[field] = value
    return found


@pytest.mark.parametrize(("path", "field"), NEW)
def test_an_unknown_field_is_told_and_nothing_is_called_equal(path: str, field: str) -> None:
    *_, bundle, _ = make(1)
    rules = changed(bundle.rules, path, field, "1")
    told = [name.partition(" = ")[0].rpartition(".")[2] for name in unread(rules, bundle.inputs)]
    assert told == [field]
    report = Report()
    check_results(Bundle({}, {}, rules, bundle.inputs, [], [], [], {"rows": []}), Facts(), report)
    assert "unread" in report.codes
    assert "results" not in [finding.code for finding in report.findings]
    assert f"cannot be recomputed: {unread(rules, bundle.inputs)[0]}" in report.text()


@pytest.mark.parametrize(("path", "field"), [("", "ranking"), ("", "combine"), ("stages.0", "accumulate"),
                                             ("stages.0.panel", "scope")])  # fmt: skip
def test_a_known_field_with_an_unknown_word_is_told(path: str, field: str) -> None:
    *_, bundle, _ = make(1)
    assert unread(changed(bundle.rules, path, field, "by_magic"), bundle.inputs)


def test_what_an_entry_brings_is_looked_at_too() -> None:
    *_, bundle, _ = make(1)
    code = next(iter(bundle.inputs["entries"]))
    inputs = changed(bundle.inputs, f"entries.{code}", "handicap", 3)
    assert unread(bundle.rules, inputs) == [f"entries.{code}.handicap = 3"]


def test_all_that_a_rule_set_writes_out_is_known() -> None:
    """`to_document` writes every default: none of them may be a stranger to the verifier."""
    for seed in range(40):
        *_, bundle, _ = make(seed)
        assert unread(bundle.rules, bundle.inputs) == []
