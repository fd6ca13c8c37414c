"""Bundles that are meant to crash, to hang, or to say one thing to one reader and another to the next."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contest.verifier.__main__ import main, verify_bundle
from contest.verifier.values import fraction
from tests.verifier.drawn import Files
from tests.verifier.test_own_key import honest  # noqa: F401 (a fixture)
from tests.verifier.test_tampering import loaded, packed

NOT_VERIFIED, NO_BUNDLE = 1, 2


def replaced(name: str, old: str, new: str) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        text = files[name].decode()
        assert old in text, (name, old)
        return files | {name: text.replace(old, new, 1).encode()}

    return change


ODD_JSON = {
    "a key twice": replaced("manifest.json", '"version":1', '"version":2,"version":1'),
    "not a number": replaced("snapshot.json", '"version":1', '"version":NaN'),
    "infinity": replaced("inputs.json", '"lot":null', '"lot":Infinity'),
    "a fraction": replaced("manifest.json", '"version":1', '"version":1.0'),
    "a number of many digits": replaced("manifest.json", '"version":1', f'"version":{"1" * 4000}'),
    "deep lists": lambda files: files | {"entries.json": b"[" * 100_000 + b"]" * 100_000},
    "deep objects": lambda files: files | {"rules.json": b'{"a":' * 100_000 + b"1" + b"}" * 100_000},
    "no text": lambda files: files | {"rules.json": b"\xff\xfe"},
}


@pytest.mark.parametrize("change", ODD_JSON.values(), ids=ODD_JSON)
def test_json_that_could_be_read_in_two_ways_or_never_is_no_bundle(honest, tmp_path, change):  # noqa: F811
    assert main([str(packed(change(honest), tmp_path))]) == NO_BUNDLE


def in_rules(change: Callable[[Any], None]) -> Callable[[Files], Files]:
    def made(files: Files) -> Files:
        rules = json.loads(files["rules.json"])
        change(rules)
        return files | {"rules.json": json.dumps(rules).encode()}

    return made


def practice(rules: Any) -> Any:
    return rules["stages"][1]


ENDLESS = {
    "a weight": in_rules(lambda rules: practice(rules).update(weight="1e999999999")),
    "a maximum": in_rules(lambda rules: practice(rules)["rubric"][0].update(cap="-1E+99999999999")),
    "places": in_rules(lambda rules: rules["rounding"].update(places=10**9)),
    "decimals": in_rules(lambda rules: practice(rules)["rubric"][0]["children"][0].update(decimals=10**9)),
    "repetitions": in_rules(lambda rules: practice(rules)["rubric"][0]["children"][0].update(repetitions=10**12)),
}


@pytest.mark.parametrize("change", ENDLESS.values(), ids=ENDLESS)
def test_a_number_that_takes_for_ever_is_not_worked_out(honest, tmp_path, change):  # noqa: F811
    report = verify_bundle(loaded(change(honest), tmp_path))
    assert "shape" in report.codes


@pytest.mark.parametrize("text", ["1e100", "1/3", "0x10", "１", " 1", "1_000", "nan", "inf", "", "." * 50])
def test_a_number_of_the_bundle_is_a_plain_decimal(text):
    with pytest.raises(ValueError, match="decimal"):
        fraction(text)


def test_numbers_as_the_platform_writes_them():
    assert [str(fraction(text)) for text in ("12.50", "-0.3", "+7", "1E+2", 4)] == ["25/2", "-3/10", "7", "100", "4"]


def bent(path: Path, change: Callable[[bytearray], None]) -> Path:
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(bytes(content))
    return path


def squeezed(files: Files, folder: Path) -> Path:
    """Deflated, as the platform packs it."""
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def encrypted(content: bytearray) -> None:
    """Every file says that a password is needed."""
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := content.find(head, start + 1)) >= 0:
            content[start + flags] |= 1


def broken_stream(content: bytearray) -> None:
    start = 30 + content[26]  # behind the first local header and its name
    content[start : start + 8] = b"\xff" * 8


def unknown_packing(content: bytearray) -> None:
    """Method 99, which only some other programs know."""
    for head, method in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = -1
        while (start := content.find(head, start + 1)) >= 0:
            content[start + method] = 99


def cut(content: bytearray) -> None:
    del content[len(content) // 2 :]


@pytest.mark.parametrize("change", [encrypted, broken_stream, unknown_packing, cut])
def test_a_zip_that_no_reader_opens_is_no_bundle(honest, tmp_path, change):  # noqa: F811
    assert main([str(bent(squeezed(honest, tmp_path), change))]) == NO_BUNDLE


def test_two_files_of_one_name_are_no_bundle(honest, tmp_path):  # noqa: F811
    """One reader shows the first, the other the last: the results that were checked would not be those shown."""
    path = packed(honest, tmp_path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("snapshot.json", honest["snapshot.json"])
    assert main([str(path)]) == NO_BUNDLE


def test_files_that_unpack_to_more_than_there_may_be_are_no_bundle(honest, tmp_path, monkeypatch):  # noqa: F811
    """Together, not each: eight bombs of just less than the limit are eight times too much."""
    from contest.verifier import bundle

    largest = max(len(content) for content in honest.values())
    monkeypatch.setattr(bundle, "MAX_FILE", largest + 10)
    assert main([str(packed(honest, tmp_path))]) == NO_BUNDLE
