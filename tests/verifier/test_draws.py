"""Every draw can be proved from the bundle alone, and whoever alters one is found although they have the key."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from contest import db
from contest.ledger import signing
from contest.verifier.__main__ import main, verify_bundle
from contest.verifier.held import Held
from contest.verifier.report import Report
from tests.verifier.draw_forgers import FOUND_BY, bodies_of, lots, row, sha
from tests.verifier.drawn import Bodies, Files, of_kind, published_with_draws, rewritten
from tests.verifier.test_tampering import loaded, packed

RANDOM = int(os.environ.get("TAMPERINGS", "260")) // 4
DRAWS = ("draw", "seed", "order", "layer", "unseal", "recheck")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Files:
    path = tmp_path_factory.mktemp("draws") / "contest.db"
    path.write_bytes(sqlite_template.read_bytes())
    db.configure(f"sqlite:///{path}")
    _, files = published_with_draws()
    db.engine().dispose()
    return files


def verified(files: Files, folder: Path) -> Report:
    return verify_bundle(loaded(files, folder), signing.fingerprint())


def without(files: Files, *codes: str, path: str = "seats.json") -> Files:
    return files | {path: json.dumps([x for x in json.loads(files[path]) if x["code"] not in codes]).encode()}


def test_the_report_says_in_two_languages_what_was_proved_and_what_not(honest, tmp_path, capsys):
    assert main([str(packed(honest, tmp_path)), "--key", signing.fingerprint(), "--order"]) == 0
    told = capsys.readouterr().out
    for line in (
        "2 次顺序抽签：种子都是先承诺、后公开，与承诺相符",
        "2 draws of order: each seed was committed to first, and revealed as it was committed to",
        "27 个号码的顺序逐个一致，共 7 场",  # 24 in heats of five, three in heats of two
        "heats and stations of all 27 codes follow from the draw",
        "第二层的 27 个承诺全部打开",
        "第一层的 26 个承诺打开",
        "the layers were opened in reverse order",
        "27 个加密号的校验字母都对",
        "1 次复核抽样：秘密先承诺、后公开",
        "[未核 OPEN] 1 个加密号的承诺没有打开，因为退赛者的身份不公开",
        "种子是不是平台挑出来的没有核对，因为没有混入公开值：one #2",
        "有 3 处没有核对，原因写在上面",
        "3 points were not checked, for the reasons above",
    ):
        assert line in told, line
    shown = [line.split("\t") for line in told.splitlines() if line.startswith("one\t")]
    assert [line[:5] for line in shown[4:6]] == [["one", "1", "5", "1", "5"], ["one", "1", "6", "2", "1"]]
    assert [line[:5] for line in shown[24:]] == [
        ["one", "2", "25", "6", "1"], ["one", "2", "26", "6", "2"], ["one", "2", "27", "7", "1"],
    ]  # fmt: skip
    assert [line[5] for line in shown] == [seat["code"] for seat in json.loads(honest["seats.json"])]


def test_the_files_beside_the_ledger_hold_no_name_and_the_sealed_layer_no_salt_too_many(honest):
    assert all(set(seat) == {"stage", "draw", "code", "position", "heat", "station"}
               for seat in json.loads(honest["seats.json"]))  # fmt: skip
    assert "选手" not in honest["ledger.jsonl"].decode()
    withdrawn = {body["data"]["entry"] for body in bodies_of(honest) if body["kind"] == "withdrawal"}
    entries = json.loads(honest["entries.json"])
    assert len(withdrawn) == 1
    assert not withdrawn & {entry["code"] for entry in entries}
    assert len({entry["lot"] for entry in entries}) == len(entries) == 26


def test_a_chain_written_anew_without_a_change_is_as_good_as_the_old_one(honest, tmp_path):
    """So that whatever the following tests find is the draw and nothing of the chain."""
    report = verified(rewritten(honest, lambda _: None), tmp_path)
    assert report.is_good, report.text()
    assert report.unchecked == ["closed", "layer1_closed", "chosen"]


@pytest.mark.parametrize("change", FOUND_BY, ids=lambda change: change.__name__)
def test_who_writes_the_chain_anew_and_signs_it_is_found_by_the_draw_itself(honest, tmp_path, change):
    report = verified(rewritten(honest, change), tmp_path)
    assert FOUND_BY[change] in report.codes
    assert not {"chain", "checkpoints", "covered", "key", "shape"} & set(report.codes)


def test_any_field_of_any_draw_altered_and_signed_again_is_found(honest, tmp_path):
    for seed in range(RANDOM):
        rng = random.Random(seed)
        told: list[object] = []

        def alter(bodies: Bodies, rng: random.Random = rng, told: list[object] = told) -> None:
            rows = [
                body for body in bodies if body["kind"] in DRAWS and body["data"].get("state") not in ("read", "closed")
            ]
            told.append(_alter_leaf(rng.choice(rows)["data"], rng))

        report = verified(rewritten(honest, alter), tmp_path)
        assert not report.is_good or told == ["percent"], (seed, told)


def _alter_leaf(value: Any, rng: random.Random) -> object:
    """Changes one leaf; gives its name."""
    key = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
    if isinstance(value[key], dict | list) and value[key]:
        return _alter_leaf(value[key], rng)
    value[key] = value[key] + 1 if isinstance(value[key], int) else f"{value[key]}x"
    return key


def test_a_seed_chosen_afterwards_and_committed_to_backwards_is_found_by_a_checkpoint_kept_from_before(
    honest, tmp_path
):
    """Nothing in the bundle can tell: seed, commitment, order and seats all fit. docs/bundle.md says so."""

    def choose(bodies: Bodies) -> None:
        seed, order = of_kind(bodies, "seed")[1]["data"], of_kind(bodies, "order")[1]["data"]
        order["seed"] = next(x for x in map(str, range(99)) if lots(x, "", order["order"]) != order["order"])
        order["order"] = lots(order["seed"], order["public"], order["order"])
        seed["commitment"] = sha(order["seed"])

    forged = rewritten(honest, choose)
    last = of_kind(bodies_of(forged), "order")[1]["data"]["order"]
    old = json.loads(honest["seats.json"])
    moved = [seat | {"code": code} for seat, code in zip(old, [*(s["code"] for s in old[:24]), *last], strict=True)]
    forged |= {"seats.json": json.dumps(moved).encode()}
    bundle = loaded(forged, tmp_path)
    alone = verify_bundle(bundle, signing.fingerprint())
    assert alone.codes == ["secret"], "only the recheck, whose root is that of the true chain"
    item = next(x for x in json.loads(honest["checkpoints.json"]) if x["reason"] == "lock")
    kept = Held(json.loads(honest["manifest.json"])["competition"], item["size"], item["root"], item["at"],
                item["reason"], signing.public_key(), item["signature"])  # fmt: skip
    assert verify_bundle(loaded(honest, tmp_path), signing.fingerprint(), [kept]).is_good
    assert "held" in verify_bundle(bundle, signing.fingerprint(), [kept]).codes


@pytest.mark.parametrize("field", ["stage", "draw", "code", "position", "heat", "station"])
def test_seats_that_do_not_follow_from_the_draw_are_found(honest, tmp_path, field):
    seats = json.loads(honest["seats.json"])
    seats[3][field], seats[26][field] = seats[26][field], seats[3][field]
    swapped = verified(honest | {"seats.json": json.dumps(seats).encode()}, tmp_path)
    assert swapped.codes == (["seats"] if field != "stage" else [])  # both are of the one stage
    assert verified(without(honest, seats[5]["code"]), tmp_path).codes == ["seats"]
    assert verified(honest | {"seats.json": json.dumps([*seats, seats[0]]).encode()}, tmp_path).codes == ["seats"]


def test_what_is_not_in_the_bundle_is_named_and_not_passed_over(honest, tmp_path, capsys):
    """Bundles from before seats and lots were in them; a seed that waits; a layer that is not open."""
    entries = json.loads(honest["entries.json"])
    for entry in entries:
        del entry["lot"], entry["lot_salt"]
    old = {name: content for name, content in honest.items() if name != "seats.json"}
    report = verified(old | {"entries.json": json.dumps(entries).encode()}, tmp_path)
    assert report.is_good
    assert report.unchecked == ["closed", "layer1", "seats", "chosen"]
    assert "没有核对，因为核验包里没有 seats.json" in report.text()
    assert "was not checked, because the bundle does not hold its salts" in report.text()

    def wait(bodies: Bodies) -> None:
        bodies.remove(of_kind(bodies, "order")[1])

    places = {seat["code"] for seat in json.loads(honest["seats.json"])[24:]}
    report = verified(without(rewritten(honest, wait), *places), tmp_path)
    assert {"sealed", "unplaced"} <= set(report.unchecked)
    assert "because its seed is not revealed yet" in report.text()
    assert "seats" not in report.codes

    def keep_sealed(bodies: Bodies) -> None:
        bodies[:] = [body for body in bodies if body["kind"] != "unseal"]

    report = verified(rewritten(honest, keep_sealed), tmp_path)
    assert {"unsealing", "layer2"} <= set(report.unchecked)
    assert "第二层（参赛号到加密号）没有核对，因为还没有解密" in report.text()


def test_lots_of_two_people_exchanged_are_found(honest, tmp_path):
    entries = json.loads(honest["entries.json"])
    one, other = entries[0], entries[1]
    for field in ("lot", "lot_salt"):
        one[field], other[field] = other[field], one[field]
    assert verified(honest | {"entries.json": json.dumps(entries).encode()}, tmp_path).codes == ["layer1"]


def test_an_entry_with_two_codes_and_a_code_of_two_entries_are_found(honest, tmp_path):
    entries = json.loads(honest["entries.json"])
    for double in (entries[0] | {"code": "000A"}, entries[0] | {"id": "another"}):
        report = verified(honest | {"entries.json": json.dumps([double, *entries]).encode()}, tmp_path)
        assert "pairs" in report.codes


def test_first_ten_who_are_not_the_first_of_the_results_are_found(honest, tmp_path):
    """The eleventh read in full in the place of the tenth, with candidates, seed and sample that fit."""
    snapshot = json.loads(honest["snapshot.json"])["rows"]
    tenth, eleventh = snapshot[9]["code"], snapshot[10]["code"]

    def favour(bodies: Bodies) -> None:
        ordered, data = row(bodies, "recheck", state="ordered"), row(bodies, "recheck", state="drawn")
        data["top"] = [code for code in data["top"] if code != tenth] + [eleventh]
        rest = [row["code"] for row in snapshot if row["code"] not in data["top"]]
        plain = {"rest": sorted(rest, key=lambda code: (len(code), code)), "top": data["top"]}
        ordered["candidates"] = sha(json.dumps(plain, separators=(",", ":")))
        data["sample"] = lots(data["seed"], "", rest)[:3]
        sheets = of_kind(bodies, "recheck", state="read")
        for sheet, code in zip(sheets, [*data["top"], *data["sample"]], strict=True):
            sheet["data"]["entry"] = code

    assert verified(rewritten(honest, favour), tmp_path).codes == ["candidates"]
