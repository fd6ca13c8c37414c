"""Whoever has the server's key and alters what no mark shows: each result recomputed as the forger would have it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contest import db
from contest.ledger.signing import fingerprint
from contest.verifier.__main__ import verify_bundle
from contest.verifier.bundle import canonical
from contest.verifier.facts import collect
from contest.verifier.report import Report
from contest.verifier.results import recompute
from tests.publications.making import published
from tests.verifier.drawn import Bodies, Files, of_kind, rewritten, unpacked
from tests.verifier.test_tampering import loaded


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Files:
    """王 and 李 share the first rank with 82.10, 张 has 72.55 (see `making`)."""
    path = tmp_path_factory.mktemp("own_key") / "contest.db"
    path.write_bytes(sqlite_template.read_bytes())
    db.configure(f"sqlite:///{path}")
    _, publication = published()
    db.engine().dispose()
    return unpacked(publication.bundle)


def same(_value: Any) -> None:
    """Nothing is altered there."""


def republished(
    files: Files, folder: Path, *, inputs: Callable[[Any], None] = same, rules: Callable[[Any], None] = same,
    rows: Callable[[Bodies], None] = same,
) -> tuple[Files, dict[str, str | None]]:  # fmt: skip
    """The bundle altered, every total and rank worked out anew, all digests and signatures right; and code -> rank."""
    made = dict(files)
    for name, change in (("inputs.json", inputs), ("rules.json", rules)):
        value = json.loads(made[name])
        change(value)
        made[name] = canonical(value)
    made = rewritten(made, rows)
    bundle = loaded(made, folder)
    found = recompute(bundle, collect(bundle, [json.loads(line["body"]) for line in bundle.ledger]))
    snapshot = json.loads(made["snapshot.json"])
    for row in snapshot["rows"]:
        row |= {key: value for key, value in found[row["code"]].items() if key != "barred"}
    snapshot["rows"].sort(key=lambda row: (row["rank"] is None, float(row["rank"] or 0)))
    snapshot["rules"]["digest"] = hashlib.sha256(canonical(json.loads(made["rules.json"]))).hexdigest()
    snapshot["judges"] = {stage: len(panel) for stage, panel in json.loads(made["inputs.json"])["panels"].items()}
    made["snapshot.json"] = canonical(snapshot)

    def say(bodies: Bodies) -> None:
        said = of_kind(bodies, "publication")[0]["data"]
        said["digest"] = hashlib.sha256(made["snapshot.json"]).hexdigest()
        said["inputs"] = hashlib.sha256(made["inputs.json"]).hexdigest()

    return rewritten(made, say), {code: row["rank"] for code, row in found.items()}


def verified(files: Files, folder: Path) -> Report:
    return verify_bundle(loaded(files, folder), fingerprint())


def code_of(files: Files, name: str) -> str:
    return next(entry["code"] for entry in json.loads(files["entries.json"]) if entry["name"].startswith(name))


def test_a_forger_who_alters_nothing_is_believed(honest, tmp_path):
    """Else the forgeries below could be found for their making alone."""
    made, ranks = republished(honest, tmp_path)
    assert verified(made, tmp_path).is_good
    assert sorted(ranks.values()) == ["1", "1", "3"]


def test_what_an_entry_is_asked_for_is_no_free_choice(honest, tmp_path):
    """Without his theory 李 lost 24 points: the forger leaves it out of what he is asked for."""
    rival = code_of(honest, "李")

    def leave_out(inputs: Any) -> None:
        inputs["entries"][rival]["expected"] = [["practice", "P1", 1], ["practice", "P2", 1]]

    made, ranks = republished(honest, tmp_path, inputs=leave_out)
    assert ranks[rival] != "1"
    assert verified(made, tmp_path).codes == ["declared"]


def test_nobody_is_disqualified_without_a_row_of_the_ledger(honest, tmp_path):
    rival = code_of(honest, "李")
    made, ranks = republished(
        honest, tmp_path, inputs=lambda inputs: inputs["entries"][rival].update(disqualified="phone")
    )
    assert ranks[rival] is None
    assert verified(made, tmp_path).codes == ["declared"]


def locked_then(kind: str, **data: Any) -> Callable[[Bodies], None]:
    """A row of this event after the last lock."""

    def put(bodies: Bodies) -> None:
        last = of_kind(bodies, "lock")[-1]
        body = last | {"kind": kind, "data": {"event": last["data"]["event"], **data}}
        bodies.insert(bodies.index(last) + 1, body)

    return put


def test_no_recusal_takes_a_locked_mark_out_unless_two_did_it(honest, tmp_path):
    """J1 gave 王 the lowest mark for the weld; of 李's 55 55 55 none is missed."""
    row = {"stage": "practice", "judge": "J1", "entry": code_of(honest, "王"), "state": "recused", "reason": "本单位"}
    made, ranks = republished(honest, tmp_path, rows=locked_then("recusal", **row))
    assert sorted(map(str, ranks.values())) != ["1", "1", "3"]
    assert verified(made, tmp_path).codes == ["moved", "recused"]
    both = {"proposed_by": "a", "confirmed_by": "b"}
    made, _ = republished(honest, tmp_path, rows=locked_then("recusal", **row, **both))
    assert verified(made, tmp_path).codes == []


@pytest.mark.parametrize("persons", [{}, {"proposed_by": "a", "approved_by": "a"}, {"proposed_by": "a"}])
def test_no_rule_set_is_replaced_by_one_person(honest, tmp_path, persons):
    """Before the lock even: the new weights put 张 first."""

    def reweigh(rules: Any) -> None:
        for stage, weight in zip(rules["stages"], ("0.9", "0.1"), strict=True):
            stage["weight"] = weight

    rules = json.loads(honest["rules.json"])
    reweigh(rules)
    digest = hashlib.sha256(canonical(rules)).hexdigest()

    def adopt(bodies: Bodies) -> None:
        first = of_kind(bodies, "adoption")[0]
        data = first["data"] | {"version": 2, "rules": digest} | persons
        bodies.insert(bodies.index(of_kind(bodies, "lock")[0]), first | {"data": data})

    made, ranks = republished(honest, tmp_path, rules=reweigh, rows=adopt)
    assert ranks[code_of(honest, "张")] == "1"
    assert verified(made, tmp_path).codes == ["moved"]


def test_no_rule_set_is_replaced_once_all_is_locked_not_even_by_two(honest, tmp_path):
    said = {"version": 2, "rules": hashlib.sha256(canonical(json.loads(honest["rules.json"]))).hexdigest()}
    both = {"proposed_by": "a", "approved_by": "b"}
    made, _ = republished(honest, tmp_path, rows=locked_then("adoption", **said, **both))
    assert verified(made, tmp_path).codes == ["moved"]


def test_a_row_says_its_event_in_one_way(honest, tmp_path):
    """A list that reads like the event's id in the link, and is passed over where the rows are played."""

    def hide(bodies: Bodies) -> None:
        mark = of_kind(bodies, "mark")[-1]["data"]
        mark["event"] = [mark["event"]]

    assert "chain" in verified(rewritten(honest, hide), tmp_path).codes
