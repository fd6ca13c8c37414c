"""Reading a bundle, within limits: a bundle comes from those who are to be checked."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_FILE = 512 * 1024 * 1024
NAMES = (
    "manifest.json", "rules.json", "inputs.json", "entries.json", "ledger.jsonl", "checkpoints.json", "snapshot.json",
)  # fmt: skip


class BundleError(Exception):
    """The file is no bundle that could be checked."""


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
            raw = {name: _read(archive, name) for name in NAMES}
        values = {name: json.loads(raw[name], parse_float=_no_float) for name in NAMES if name.endswith(".json")}
        lines = [json.loads(line, parse_float=_no_float) for line in raw["ledger.jsonl"].splitlines() if line]
    except (OSError, KeyError, ValueError, RecursionError, zipfile.BadZipFile, NotImplementedError) as error:
        raise BundleError(f"{type(error).__name__}: {error}") from error
    bundle = Bundle(
        raw, values["manifest.json"], values["rules.json"], values["inputs.json"], values["entries.json"], lines,
        values["checkpoints.json"], values["snapshot.json"],
    )  # fmt: skip
    _require_shape(bundle)
    return bundle


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MAX_FILE:
        raise BundleError(f"{name} is too large")
    return archive.read(name)


def _no_float(text: str) -> object:
    raise ValueError(f"a number with decimals is a text here, not {text}")


def _require_shape(bundle: Bundle) -> None:
    objects = (bundle.manifest, bundle.rules, bundle.inputs, bundle.snapshot)
    lists = (bundle.entries, bundle.ledger, bundle.checkpoints)
    if not all(isinstance(item, dict) for item in objects) or not all(
        isinstance(items, list) and all(isinstance(item, dict) for item in items) for items in lists
    ):
        raise BundleError("a file of the bundle has another shape")
    if bundle.manifest.get("format") != 1:
        raise BundleError("unknown format")
