"""What the browser gets from others is exactly what was published."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

VENDOR = Path(__file__).parent.parent.parent / "static" / "vendor"


def listed() -> list[dict[str, str]]:
    return tomllib.loads((VENDOR / "VENDORED.toml").read_text(encoding="utf-8"))["file"]


def test_digests_are_those_of_the_record():
    found = {item["path"]: hashlib.sha256((VENDOR / item["path"]).read_bytes()).hexdigest() for item in listed()}
    assert found == {item["path"]: item["sha256"] for item in listed()}


def test_every_vendored_file_is_on_record_with_its_licence():
    on_disk = {path.name for path in VENDOR.iterdir()} - {"VENDORED.toml"}
    assert on_disk == {item["path"] for item in listed()}
    assert all(item["licence"] and item["version"] and item["package"] for item in listed())
