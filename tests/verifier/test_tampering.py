"""Hundreds of random forgeries of one bundle, each found; and the honest bundle verified by the packed verifier."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contest import db
from contest.entries.codes import make_code
from contest.ledger.signing import fingerprint
from contest.verifier.__main__ import main, verify_bundle
from contest.verifier.build import verifier_archive
from contest.verifier.bundle import NAMES, Bundle, read_bundle
from tests.publications.making import NAMES as PEOPLE
from tests.publications.making import RULES, add_event, lock_all, make_contest, operation, publish, score_all, send
from tests.verifier.draw_forgers import lots
from tests.verifier.drawn import Bodies, Files, draw_order, of_kind, rewritten

TAMPERINGS = int(os.environ.get("TAMPERINGS", "260"))
"""Random forgeries over all kinds; `make tamper` tries 10,000."""


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Files:
    """A published event beside another event of the same competition that is still being scored."""
    path = tmp_path_factory.mktemp("honest") / "contest.db"
    path.write_bytes(sqlite_template.read_bytes())
    db.configure(f"sqlite:///{path}")
    _, publication = published_beside_another()
    db.engine().dispose()
    with zipfile.ZipFile(io.BytesIO(publication.bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def published_beside_another() -> Any:
    from contest.competitions.queries import events_of

    made = make_contest()
    with db.transaction() as session:
        other = add_event(session, made.competition, RULES, ["别的SECRET"], 1)
        codes = {event.id for event in events_of(session, made.competition)}
    assert len(codes) == 2
    draw_order(made, 2, "07 11 23")
    score_all(made)
    with db.reading() as session:
        from contest.entries.queries import entries_of

        code = entries_of(session, other)[0].code or ""
    send(operation(other.id, ("theory", "1", "T1"), code, "", 987))
    lock_all(made)
    return made, publish(made)


def packed(files: Files, folder: Path) -> Path:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def loaded(files: Files, folder: Path) -> Bundle:
    return read_bundle(packed(files, folder))


def test_the_honest_bundle_verifies(honest: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(packed(honest, tmp_path)), "--key", fingerprint()]) == 0
    told = capsys.readouterr().out
    assert "核验通过" in told
    assert "属于其他项目" in told


def test_the_packed_verifier_runs_alone(honest: Files, tmp_path: Path) -> None:
    program = tmp_path / "verify.pyz"
    program.write_bytes(verifier_archive())
    command = [sys.executable, "-I", "-S", str(program), str(packed(honest, tmp_path)), "--key", fingerprint()]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "contest/" not in " ".join(zipfile.ZipFile(program).namelist())


def test_the_shipped_verifier_is_built_from_these_sources() -> None:
    shipped = Path(__file__).parent.parent.parent / "static" / "verify.pyz"
    assert shipped.read_bytes() == verifier_archive(), "python -m contest.verifier.build static/verify.pyz"


def test_nothing_of_the_other_event_is_in_the_bundle(honest: Files) -> None:
    everything = b"".join(honest.values()).decode()
    assert "SECRET" not in everything
    assert '\\"units\\":987' not in everything
    assert all(name in everything for name in PEOPLE)  # the published event is unsealed
    hidden = [json.loads(line) for line in honest["ledger.jsonl"].splitlines() if b'"digest":' in line]
    assert len(hidden) == 4  # adoption, draw, the formalities as it opened, and the one mark
    assert all(set(line) == {"seq", "event", "hash", "digest"} for line in hidden)


def test_another_key_is_found(honest: Files, tmp_path: Path) -> None:
    assert "key" in verify_bundle(loaded(honest, tmp_path), "0" * 64).codes
    assert main([str(packed(honest, tmp_path)), "--key", "00"]) == 1


def test_what_is_no_bundle_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04 broken")
    assert main([str(bad)]) == 2
    assert main([str(tmp_path / "absent.zip")]) == 2
    assert "核验包" in capsys.readouterr().out


def _ledger(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files["ledger.jsonl"].splitlines()]


def _with_ledger(files: Files, lines: list[dict[str, Any]]) -> Files:
    return files | {"ledger.jsonl": b"".join(json.dumps(line).encode() + b"\n" for line in lines)}


def edit_a_row(files: Files, rng: random.Random) -> Files:
    """One field of one row's data changes."""
    lines = _ledger(files)
    line = rng.choice([line for line in lines if "body" in line])
    body = json.loads(line["body"])
    key = rng.choice(sorted(body["data"]))
    value = body["data"][key]
    body["data"][key] = value + 1 if isinstance(value, int) else f"{value}x"
    line["body"] = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _with_ledger(files, lines)


def delete_a_row(files: Files, rng: random.Random) -> Files:
    lines = _ledger(files)
    del lines[rng.randrange(len(lines))]
    return _with_ledger(files, lines)


def insert_a_row(files: Files, rng: random.Random) -> Files:
    lines = _ledger(files)
    place = rng.randrange(len(lines))
    return _with_ledger(files, [*lines[:place], copy.deepcopy(lines[place]), *lines[place:]])


def swap_rows(files: Files, rng: random.Random) -> Files:
    lines = _ledger(files)
    first, second = rng.sample(range(len(lines)), 2)
    lines[first], lines[second] = lines[second], lines[first]
    return _with_ledger(files, lines)


def cut_the_end(files: Files, rng: random.Random) -> Files:
    lines = _ledger(files)
    return _with_ledger(files, lines[: rng.randrange(len(lines))])


def hide_a_row(files: Files, rng: random.Random) -> Files:
    """A row of this event is passed off as one of another: only its digest is shown."""
    lines = _ledger(files)
    line = rng.choice([line for line in lines if "body" in line])
    digest = hashlib.sha256(line.pop("body").encode()).hexdigest()
    line |= {"digest": digest, "event": "another"} if rng.random() < 0.5 else {"digest": digest}
    return _with_ledger(files, lines)


def rewrite_the_chain(files: Files, rng: random.Random) -> Files:
    """The whole chain made anew with one mark changed: only the signed checkpoints can tell."""
    lines, last = _ledger(files), "0" * 64
    marks = [line for line in lines if '"kind":"mark"' in line.get("body", "")]
    chosen = rng.choice(marks)
    body = json.loads(chosen["body"])
    body["data"]["units"] += 1
    chosen["body"] = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for line in lines:
        digest = hashlib.sha256(line["body"].encode()).digest() if "body" in line else bytes.fromhex(line["digest"])
        parts = bytes.fromhex(last) + hashlib.sha256(line["event"].encode()).digest() + digest
        line["hash"] = last = hashlib.sha256(parts).hexdigest()
    return _with_ledger(files, lines)


def swap_places_in_the_order(files: Files, rng: random.Random) -> Files:
    """By somebody who has the key: chain and checkpoints fit."""

    def swap(bodies: Bodies) -> None:
        order = of_kind(bodies, "order")[0]["data"]["order"]
        one, other = rng.sample(range(len(order)), 2)
        order[one], order[other] = order[other], order[one]

    return rewritten(files, swap)


def another_seed(files: Files, rng: random.Random) -> Files:
    """By somebody who has the key; sometimes the order is drawn anew with it."""

    def choose(bodies: Bodies) -> None:
        data = of_kind(bodies, "order")[0]["data"]
        data["seed"] = rng.randbytes(16).hex()
        if rng.random() < 0.5:
            data["order"] = lots(data["seed"], data["public"], data["order"])

    return rewritten(files, choose)


def seed_revealed_before_its_commitment(files: Files, rng: random.Random) -> Files:
    """By somebody who has the key: the `order` row anywhere before the `seed` row."""

    def move(bodies: Bodies) -> None:
        seed, order = of_kind(bodies, "seed")[0], of_kind(bodies, "order")[0]
        bodies.remove(order)
        bodies.insert(rng.randrange(bodies.index(seed) + 1), order)

    return rewritten(files, move)


def another_code(files: Files, rng: random.Random) -> Files:
    """By somebody who has the key: a code is another one in every row and file, with the digests that this takes."""
    code = rng.choice([entry["code"] for entry in json.loads(files["entries.json"])])
    digits = f"{(int(code[:-1]) + rng.randrange(1, 1000)) % 1000:03d}"
    new = make_code(digits) if rng.random() < 0.5 else f"{digits}S"
    everywhere = {
        name: content if name == "ledger.jsonl" else content.replace(f'"{code}"'.encode(), f'"{new}"'.encode())
        for name, content in files.items()
    }

    def replace(bodies: Bodies) -> None:
        bodies[:] = json.loads(json.dumps(bodies, ensure_ascii=False).replace(f'"{code}"', f'"{new}"'))
        said = of_kind(bodies, "publication")[0]["data"]
        said["inputs"] = hashlib.sha256(everywhere["inputs.json"]).hexdigest()
        said["digest"] = hashlib.sha256(everywhere["snapshot.json"]).hexdigest()

    return rewritten(everywhere, replace)


def _edit_json(name: str, change: Callable[[Any, random.Random], None]) -> Callable[[Files, random.Random], Files]:
    def forge(files: Files, rng: random.Random) -> Files:
        value = json.loads(files[name])
        change(value, rng)
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return files | {name: text.encode()}

    forge.__name__ = f"edit_{name}"
    return forge


def _any_leaf(value: Any, rng: random.Random) -> None:
    """Changes one leaf somewhere in a JSON value."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        keys = [key for key in keys if value[key] not in ({}, [])]
        key = rng.choice(keys)
        if not isinstance(value[key], dict | list):
            old = value[key]
            value[key] = "x" if old is None else (not old if isinstance(old, bool) else (
                old + 1 if isinstance(old, int) else f"{old}x"))  # fmt: skip
            return
        value = value[key]


def _swap_winners(value: Any, rng: random.Random) -> None:
    first, second = rng.sample(range(len(value)), 2)
    for field in ("name", "unit", "number", "id"):
        value[first][field], value[second][field] = value[second][field], value[first][field]


FORGERIES = [
    edit_a_row, delete_a_row, insert_a_row, swap_rows, cut_the_end, hide_a_row, rewrite_the_chain,
    _edit_json("snapshot.json", _any_leaf), _edit_json("inputs.json", _any_leaf), _edit_json("rules.json", _any_leaf),
    _edit_json("checkpoints.json", _any_leaf), _edit_json("entries.json", _swap_winners),
    _edit_json("entries.json", _any_leaf), _edit_json("seats.json", _any_leaf), swap_places_in_the_order, another_seed,
    seed_revealed_before_its_commitment, another_code,
]  # fmt: skip


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_every_forgery_is_found(honest: Files, tmp_path: Path, forge: Callable[[Files, random.Random], Files]) -> None:
    assert verify_bundle(loaded(honest, tmp_path), fingerprint()).is_good
    for seed in range(-(-TAMPERINGS // len(FORGERIES))):
        forged = forge(honest, random.Random(seed))
        report = verify_bundle(loaded(forged, tmp_path), fingerprint())
        assert not report.is_good, (forge.__name__, seed)


def test_bent_files_are_failures_and_never_crashes(honest: Files, tmp_path: Path) -> None:
    from contest.verifier.bundle import BundleError

    rng = random.Random(7)
    for _ in range(150):
        name = rng.choice(NAMES)
        content = bytearray(honest[name])
        for _ in range(rng.randint(1, 4)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        if bytes(content) == honest[name]:
            continue
        try:
            report = verify_bundle(loaded(honest | {name: bytes(content)}, tmp_path), fingerprint())
        except BundleError:
            continue
        same = name in ("manifest.json", "ledger.jsonl", "checkpoints.json", "entries.json") and json_equal(
            name, bytes(content), honest[name]
        )
        assert same or not report.is_good, name


def json_equal(name: str, one: bytes, other: bytes) -> bool:
    """A changed blank or letter case of an escape is no change of what is said."""
    if name.endswith(".jsonl"):
        return [json.loads(x) for x in one.splitlines()] == [json.loads(x) for x in other.splitlines()]
    return bool(json.loads(one) == json.loads(other))
