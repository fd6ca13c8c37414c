"""The installation's checkpoint key (Ed25519) and the note that it signs.

The note follows the C2SP checkpoint: origin, size and root, one per line, here with time and reason after them, so
that a checkpoint can be printed, read aloud and compared by eye:

    contest/<competition id>
    128
    <root, 64 hex digits>
    1790000000000
    lock
"""

from __future__ import annotations

import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contest.settings import get_settings

KEY_FILE = "checkpoint.key"


def make_note(competition_id: str, size: int, root: str, at: int, reason: str) -> bytes:
    """The signed bytes of a checkpoint; `at` in milliseconds. A reason of several lines would forge lines: refused."""
    lines = (f"contest/{competition_id}", str(size), root, str(at), reason)
    if any("\n" in line or "\r" in line for line in lines):
        raise ValueError("a checkpoint's reason is one line")
    return ("\n".join(lines) + "\n").encode()


def sign(note: bytes) -> str:
    """The Ed25519 signature of `note` (RFC 8032), 128 hex digits."""
    return _key(get_settings().data_dir).sign(note).hex()


def is_signed(note: bytes, signature: str) -> bool:
    """Whether `signature` (hex) is this installation's of `note`."""
    try:
        _key(get_settings().data_dir).public_key().verify(bytes.fromhex(signature), note)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key() -> str:
    """The public key, 64 hex digits."""
    return _key(get_settings().data_dir).public_key().public_bytes_raw().hex()


def fingerprint() -> str:
    """SHA-256 of the public key, 64 hex digits: what is printed on paper and held against a bundle."""
    return hashlib.sha256(bytes.fromhex(public_key())).hexdigest()


@lru_cache(maxsize=8)
def _key(folder: Path) -> Ed25519PrivateKey:
    path = folder / KEY_FILE
    if not path.exists():
        _create(path)
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def _create(path: Path) -> None:
    """Makes the key whole and readable by its owner alone; of two processes at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
