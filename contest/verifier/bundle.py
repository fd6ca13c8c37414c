"""Reading a bundle, within limits: a bundle comes from those who are to be checked."""

from __future__ import annotations

import hashlib
import json
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_FILE = 512 * 1024 * 1024
"""Bytes that the files of a bundle may have unpacked, all together."""
LONGEST_NUMBER = 20
NAMES = (
    "manifest.json", "rules.json", "inputs.json", "entries.json", "ledger.jsonl", "checkpoints.json", "snapshot.json",
)  # fmt: skip

SEATS = "seats.json"
"""Absent from bundles made before it was added: then heats and stations are reported as not checked."""


class BundleError(Exception):
    """The file is no bundle that could be checked."""


UNREADABLE = (
    OSError, KeyError, ValueError, RuntimeError, EOFError, MemoryError, OverflowError, struct.error, zipfile.BadZipFile,
    zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What a broken, encrypted or nested zip or JSON is answered with (RuntimeError: also of the depth of nesting)."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bundle, read; `raw` holds the bytes whose digests count."""

    raw: dict[str, bytes]
    manifest: dict[str, Any]
    rules: dict[str, Any]
    inputs: dict[str, Any]
    entries: list[dict[str, Any]]
    ledger: list[dict[str, Any]]
    checkpoints: list[dict[str, Any]]
    snapshot: dict[str, Any]
    seats: list[dict[str, Any]] | None = None

    @property
    def event(self) -> str:
        return str(self.manifest["event"])

    @property
    def version(self) -> int:
        return int(self.manifest["version"])


def sha256(data: bytes) -> str:
    """Hexadecimal, as everywhere in a bundle."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """UTF-8 JSON, sorted keys, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_bundle(path: Path | str) -> Bundle:
    """The bundle at `path`; BundleError when it is none or too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            raw = _unpacked(archive)
        values = {name: loads(raw[name]) for name in raw if name.endswith(".json")}
        lines = [loads(line) for line in raw["ledger.jsonl"].splitlines() if line]
    except UNREADABLE as error:
        raise BundleError(f"{type(error).__name__}: {error}") from error
    bundle = Bundle(
        raw, values["manifest.json"], values["rules.json"], values["inputs.json"], values["entries.json"], lines,
        values["checkpoints.json"], values["snapshot.json"], values.get(SEATS),
    )  # fmt: skip
    _require_shape(bundle)
    return bundle


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The files that are checked. Of two with one name another reader may show the other: that is no bundle."""
    there = archive.namelist()
    names = (*NAMES, SEATS) if SEATS in there else NAMES
    if len(set(there)) != len(there):
        raise BundleError("two files of one name")
    if sum(archive.getinfo(name).file_size for name in names) > MAX_FILE:
        raise BundleError("too large")
    return {name: archive.read(name) for name in names}


def loads(text: bytes | str) -> Any:
    """JSON that can be read in one way only (ValueError): no key twice, whole numbers alone, none beyond counting."""
    return json.loads(
        text, parse_float=_no_float, parse_constant=_no_float, parse_int=_whole, object_pairs_hook=_each_once
    )


def _no_float(text: str) -> object:
    raise ValueError(f"a number with decimals is a text here, not {text}")


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return found


def _require_shape(bundle: Bundle) -> None:
    objects = (bundle.manifest, bundle.rules, bundle.inputs, bundle.snapshot)
    lists = (bundle.entries, bundle.ledger, bundle.checkpoints, *([bundle.seats] if SEATS in bundle.raw else []))
    if not all(isinstance(item, dict) for item in objects) or not all(
        isinstance(items, list) and all(isinstance(item, dict) for item in items) for items in lists
    ):
        raise BundleError("a file of the bundle has another shape")
    if bundle.manifest.get("format") != 1:
        raise BundleError("unknown format")
