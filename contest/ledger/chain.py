"""The hash chain itself: one canonical byte string per body, one link per row. Pure; docs/bundle.md is its description.

A body is `{"at": ms, "data": {…}, "kind": "…", "seq": n}`. A row's hash is SHA-256 over three times 32 bytes: the
previous hash, SHA-256(event id), SHA-256(body). The digests instead of the body itself let a bundle of one event show
the rows of the competition's other events (which may still be under way) as event and digest alone: the chain stays
whole, nothing of them leaks, and no row of the event itself can be passed off as another's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

GENESIS = "0" * 64
"""What stands as the previous hash of row 1."""
_PLAIN = frozenset({str, int, type(None)})
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(body: Mapping[str, object]) -> bytes:
    """UTF-8 JSON with sorted keys and no blanks; equal content has equal bytes.

    Raises:
        TypeError: something else than texts, whole numbers, null, lists and dicts of them. Floats have no one
            spelling and true/false invite 1/0, so both would let equal content have two hashes.
    """
    _require_plain(body)
    return _ENCODER.encode(body).encode()


def make_body(seq: int, kind: str, at: int, data: Mapping[str, object]) -> bytes:
    """The canonical body of row `seq` (from 1), made at `at` (milliseconds since 1970, UTC)."""
    return canonical({"seq": seq, "kind": kind, "at": at, "data": data})


def link(previous: str, event: str, body: bytes) -> str:
    """The hash (64 hex digits) of a row from the previous row's hash, the event it belongs to and its canonical body.

    `event` is the `event` of the row's data; empty for a row of the whole competition.
    """
    parts = (bytes.fromhex(previous), hashlib.sha256(event.encode()).digest(), hashlib.sha256(body).digest())
    return hashlib.sha256(b"".join(parts)).hexdigest()


def event_of(data: Mapping[str, object]) -> str:
    """The event that a row's data names; empty when it concerns the whole competition."""
    return str(data.get("event", ""))


def event_of_body(body: str) -> str:
    """As `event_of`, from a row's body."""
    return event_of(json.loads(body)["data"])


def commitment(salt: str, entry: str, code: str) -> str:
    """SHA-256 of salt, entry id and blind code (UTF-8, joined by line feeds), in hex: what the draw appends.

    It binds the code to the entry without telling which; publication opens it by giving salt and entry away.
    """
    return hashlib.sha256(f"{salt}\n{entry}\n{code}".encode()).hexdigest()


def _require_plain(value: object) -> None:
    if type(value) in _PLAIN or isinstance(value, str):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("ledger keys are texts")
            if type(item) not in _PLAIN:
                _require_plain(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _require_plain(item)
    elif not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"a ledger body can't hold {type(value).__name__}")
