"""What a forger with the server's key could do beside marks and totals: whom to count, who agreed, what is shown."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contest import db
from contest.verifier.bundle import canonical
from tests.publications.making import RULES, published
from tests.verifier.drawn import Bodies, Files, of_kind, rewritten, unpacked
from tests.verifier.test_own_key import code_of, honest, locked_then, republished, same, verified

__all__ = ["honest"]
TWO = {"proposed_by": "a", "confirmed_by": "b", "reason": "重评"}


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Files:
    """Whole sheets are pooled: the panel says whose."""
    path = tmp_path_factory.mktemp("sheets") / "contest.db"
    path.write_bytes(sqlite_template.read_bytes())
    db.configure(f"sqlite:///{path}")
    rules = copy.deepcopy(RULES)
    rules["stages"][1]["panel"] |= {"scope": "sheet", "method": {"name": "mean"}}
    _, publication = published(rules)
    db.engine().dispose()
    return unpacked(publication.bundle)


def codes(
    files: Files, folder: Path, rows: Callable[[Bodies], None] = same, inputs: Callable[[Any], None] = same
) -> list[str]:
    made, _ = republished(files, folder, rows=rows, inputs=inputs)
    return verified(made, folder).codes


@pytest.mark.parametrize(
    "more",
    [
        {"reason": None}, {"reason": []}, {"reason": 0}, {"reason": " "}, {"confirmed_by": ["a"]}, {"confirmed_by": 1},
        {"confirmed_by": "a "}, {"proposed_by": None}, {"proposed_by": {}},
    ],
    ids=str,
)  # fmt: skip
def test_two_persons_are_two_names_and_a_reason_is_words(honest, tmp_path, more):
    mark = {"stage": "practice", "period": "1", "entry": code_of(honest, "李"), "aspect": "P1", "repetition": 1,
            "judge": "J1", "units": 1, "state": "scored", "op": "x", "replaces": 1, "effects": ""}  # fmt: skip
    assert codes(honest, tmp_path, locked_then("correction", **mark, **TWO)) == []
    assert codes(honest, tmp_path, locked_then("correction", **mark, **TWO | more)) == ["alone"]


def test_a_veto_that_was_withdrawn_before_it_was_given_stands(honest, tmp_path):
    """The winner is barred, and the page would not say so."""

    def put(bodies: Bodies) -> None:
        mark = of_kind(bodies, "mark")[0]
        for state in ("withdrawn", "given"):
            data = {"entry": code_of(honest, "王"), "veto": "major_safety_accident", "state": state, "reason": "x"}
            body = mark | {"kind": "veto", "data": {"event": mark["data"]["event"], **data}}
            bodies.insert(bodies.index(mark), body)

    assert codes(honest, tmp_path, put) == ["results"]


def test_true_is_no_number_of_a_row(honest, tmp_path):
    def bend(bodies: Bodies) -> None:
        of_kind(bodies, "mark")[-1]["data"]["repetition"] = True

    assert "chain" in codes(honest, tmp_path, bend)


def of_rival(files: Files, **change: object) -> Callable[[Bodies], None]:
    """J1's marks for 李 with other fields."""

    def bend(bodies: Bodies) -> None:
        for body in of_kind(bodies, "mark", entry=code_of(files, "李"), judge="J1"):
            body["data"] |= change

    return bend


@pytest.mark.parametrize(
    "change",
    [
        {"judge": "J1 "}, {"judge": "J9"}, {"judge": ""}, {"aspect": "P9"}, {"period": "2"}, {"repetition": 2},
        {"repetition": "1"}, {"state": "recused"}, {"state": "Scored"}, {"units": None},
    ],
    ids=str,
)  # fmt: skip
def test_no_mark_is_left_aside_by_a_name_that_nobody_has(honest, tmp_path, change):
    assert {"counted", "shape"} & set(codes(honest, tmp_path, of_rival(honest, **change)))


def test_marks_of_nobody_do_not_count(honest, tmp_path):
    def add(bodies: Bodies) -> None:
        mark = of_kind(bodies, "mark", entry=code_of(honest, "李"), judge="J1")[0]
        for judge in ("J8", "J9"):
            bodies.insert(bodies.index(mark), mark | {"data": mark["data"] | {"judge": judge, "units": 0}})

    made, ranks = republished(honest, tmp_path, rows=add)
    assert ranks[code_of(honest, "李")] != "1"
    assert verified(made, tmp_path).codes == ["counted"]


def test_no_judge_with_marks_is_left_out_of_the_panel(sheets, tmp_path):
    """Whole sheets: whose sheet counts is said by the panel alone, and no row of the ledger names it."""
    made, before = republished(sheets, tmp_path)
    assert verified(made, tmp_path).is_good
    made, ranks = republished(sheets, tmp_path, inputs=lambda inputs: inputs["panels"]["practice"].remove("J3"))
    assert ranks != before
    assert verified(made, tmp_path).codes == ["counted"]


def alone(bodies: Bodies) -> None:
    data = of_kind(bodies, "unsealing")[0]["data"]
    data["confirmed_by"] = data["proposed_by"]


def never(bodies: Bodies) -> None:
    bodies.remove(of_kind(bodies, "unsealing")[0])


def early(bodies: Bodies) -> None:
    row = of_kind(bodies, "unsealing")[0]
    bodies.remove(row)
    bodies.insert(bodies.index(of_kind(bodies, "lock")[-1]), row)


@pytest.mark.parametrize("change", [alone, never, early])
def test_codes_are_opened_by_two_once_all_is_locked(honest, tmp_path, change):
    assert codes(honest, tmp_path, change) == ["opened"]


def shown(files: Files, change: Callable[[Any], object]) -> Files:
    """Another page, its digest in the chain."""
    value = json.loads(files["snapshot.json"])
    change(value)
    made = files | {"snapshot.json": canonical(value)}

    def say(bodies: Bodies) -> None:
        of_kind(bodies, "publication")[0]["data"]["digest"] = hashlib.sha256(made["snapshot.json"]).hexdigest()

    return rewritten(made, say)


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page["rows"].reverse(),
        lambda page: page["rows"][0].update({"class": "甲组"}),
        lambda page: page["judges"].update(practice=9),
        lambda page: page["rules"].update(digest="0" * 64),
        lambda page: page["rules"].update(blind=False),
        lambda page: page["stages"].pop(),
        lambda page: page["event"].update(id="another"),
        lambda page: page.update(version=2),
    ],
    ids=["order", "class", "judges", "rules", "blind", "stages", "event", "version"],
)
def test_the_page_says_nothing_else_than_the_bundle(honest, tmp_path, change):
    assert verified(shown(honest, same), tmp_path).is_good
    assert verified(shown(honest, change), tmp_path).codes == ["shown"]


@pytest.mark.parametrize(
    ("more", "is_recent", "wrong", "untold"),
    [
        ({"proposed_by": "a", "confirmed_by": "b"}, True, [], []),
        ({"proposed_by": "a", "confirmed_by": "a"}, True, ["pairs_published"], []),
        ({}, True, ["pairs_published"], []),
        ({}, False, [], ["pairs_published"]),
        ({"proposed_by": "a"}, False, ["pairs_published"], []),
    ],
    ids=["two", "one", "nobody", "an old row", "half of an old row"],
)
def test_where_two_shall_publish_two_did(honest, tmp_path, more, is_recent, wrong, untold):
    usual = verified(honest, tmp_path).unchecked

    def ask(bodies: Bodies) -> None:
        for body in of_kind(bodies, "formalities"):
            body["data"]["publishes_in_pairs"] = 1
            if not is_recent:
                body["data"].pop("recuses_in_pairs")
        of_kind(bodies, "publication")[0]["data"] |= more

    report = verified(rewritten(honest, ask), tmp_path)
    assert report.codes == wrong
    assert sorted(report.unchecked) == sorted([*usual, *untold])
