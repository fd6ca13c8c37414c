"""A checkpoint kept outside finds what nothing in the bundle can: a history rewritten by those who have the key."""

from __future__ import annotations

import io
import json
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from contest import db
from contest.ledger import holding, queries, rotation, services, signing
from contest.settings import get_settings
from contest.verifier.__main__ import main, verify_bundle
from contest.verifier.bundle import Bundle
from contest.verifier.held import Held, read_held
from tests.publications.making import lock_all, make_contest, publish, score_all
from tests.verifier.test_tampering import Files, _with_ledger, loaded, packed, rewrite_the_chain


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[Files, bytes, str, str]:
    """Files of a bundle, a checkpoint kept before the key was changed, the old and the new fingerprint."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("held")
        patch.setattr(get_settings(), "data_dir", folder / "data")
        (folder / "contest.db").write_bytes(sqlite_template.read_bytes())
        db.configure(f"sqlite:///{folder / 'contest.db'}")
        made = make_contest()
        score_all(made)
        with db.transaction() as session:
            item = services.make_checkpoint(session, made.competition, "timer")
            kept = holding.as_json(item, queries.trusted_keys(session)[item.key_id])
        old, new = rotation.rotate_key()
        lock_all(made)
        bundle = publish(made).bundle
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        db.engine().dispose()
        yield files, kept, old, new


def signed_again(files: Files) -> Files:
    """Every checkpoint made to fit the chain as it now is, with the server's own key."""
    lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    competition = json.loads(files["manifest.json"])["competition"]
    items = []
    for item in json.loads(files["checkpoints.json"]):
        root = lines[item["size"] - 1]["hash"]
        note = signing.make_note(competition, item["size"], root, item["at"], item["reason"])
        items.append(item | {"root": root, "signature": signing.sign(note), "key_id": signing.fingerprint()})
    # those from before the change of keys would need the old private key, which is gone: the forger leaves them out
    change = next(line["seq"] for line in lines if '"kind":"key"' in line.get("body", ""))
    return files | {"checkpoints.json": json.dumps([item for item in items if item["size"] >= change]).encode()}


def test_both_fingerprints_and_the_kept_checkpoint_verify(site, tmp_path, capsys):
    files, kept, old, new = site
    path, file = packed(files, tmp_path), tmp_path / "kept.json"
    file.write_bytes(kept)
    assert old != new
    for fingerprint in (old, new):
        assert main([str(path), "--key", fingerprint, "--checkpoint", str(file)]) == 0, capsys.readouterr().out
    told = capsys.readouterr().out
    assert "与您保存的存证一致" in told
    assert "由新旧两把签名" in told
    assert main([str(path), "--key", "0" * 64]) == 1
    file.write_bytes(b"nonsense")
    assert main([str(path), "--checkpoint", str(file)]) == 2


def test_a_history_rewritten_and_signed_again_by_the_server_is_found_by_the_kept_checkpoint_alone(site, tmp_path):
    files, kept, _, new = site
    held = read_held(kept)
    for seed in range(10):
        forged = signed_again(rewrite_the_chain(files, random.Random(seed)))
        bundle = loaded(forged, tmp_path)
        alone = verify_bundle(bundle, new).codes
        assert not {"chain", "checkpoints", "covered", "key", "keys"} & set(alone), alone
        assert "held" in verify_bundle(bundle, new, [held]).codes
    honest: Bundle = loaded(files, tmp_path)
    assert verify_bundle(honest, new, [held]).is_good


@pytest.mark.parametrize("change", [
    {"size": 1}, {"root": "0" * 64}, {"at": 1}, {"reason": "lock"}, {"signature": "00" * 64}, {"competition": "other"},
    {"public_key": "11" * 32}, {"size": 10_000},
])  # fmt: skip
def test_a_kept_checkpoint_that_was_altered_proves_nothing(site, tmp_path, change):
    files, kept, _, _ = site
    held: Held = replace(read_held(kept), **change)
    assert "held" in verify_bundle(loaded(files, tmp_path), None, [held]).codes


def test_a_change_of_keys_that_is_not_signed_by_both_is_found(site, tmp_path):
    files, _, old, _ = site
    lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    for name in ("endorsement", "acceptance"):
        forged = json.loads(json.dumps(lines))
        line = next(item for item in forged if '"kind":"key"' in item.get("body", ""))
        body = json.loads(line["body"])
        body["data"][name] = "00" * 64
        line["body"] = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        codes = verify_bundle(loaded(_with_ledger(files, forged), tmp_path), old).codes
        assert "chain" in codes
