"""The installation's checkpoint key (Ed25519) and the note that it signs.

The note follows the C2SP checkpoint: origin, size and root, one per line, here with time and reason after them, so
that a checkpoint can be printed, read aloud and compared by eye:

    contest/<competition id>
    128
    <root, 64 hex digits>
    1790000000000
    lock

A new key follows an old one by a note of its own (`contest-key`, the old and the new public key) that both sign:
whoever trusts either fingerprint can then trust the other, and nobody with the database alone can slip a third one in.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from contest.settings import get_settings

KEY_FILE = "checkpoint.key"
NEXT_FILE = "checkpoint.key.next"
"""The key that a rotation under way will change to."""


def make_note(competition_id: str, size: int, root: str, at: int, reason: str) -> bytes:
    """The signed bytes of a checkpoint; `at` in milliseconds. A reason of several lines would forge lines: refused."""
    lines = (f"contest/{competition_id}", str(size), root, str(at), reason)
    if any("\n" in line or "\r" in line for line in lines):
        raise ValueError("a checkpoint's reason is one line")
    return ("\n".join(lines) + "\n").encode()


def make_succession(old: str, new: str) -> bytes:
    """The bytes that the old and the new key (public, hex) both sign when one follows the other."""
    return f"contest-key\n{old}\n{new}\n".encode()


@dataclass(frozen=True, slots=True)
class Succession:
    """One change of keys, as it stands in the ledger: both public keys and the signatures of both (hex)."""

    old: str
    new: str
    endorsement: str
    acceptance: str

    @property
    def is_signed(self) -> bool:
        note = make_succession(self.old, self.new)
        return is_signed_by(self.old, note, self.endorsement) and is_signed_by(self.new, note, self.acceptance)

    @property
    def data(self) -> dict[str, str]:
        names = ("old", "new", "endorsement", "acceptance")
        return {name: str(getattr(self, name)) for name in names}


def sign(note: bytes) -> str:
    """The Ed25519 signature of `note` (RFC 8032), 128 hex digits."""
    return _current().sign(note).hex()


def is_signed_by(public: str, note: bytes, signature: str) -> bool:
    """Whether `signature` (hex) is that of the key `public` (hex) over `note`."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), note)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key() -> str:
    """The public key, 64 hex digits."""
    return _public(_current())


def fingerprint(public: str = "") -> str:
    """SHA-256 of a public key (ours by default), 64 hex digits: what is printed on paper and held against a bundle."""
    return hashlib.sha256(bytes.fromhex(public or public_key())).hexdigest()


def prepare_next() -> Succession:
    """Makes the key that is to follow (or takes up the one of a rotation that broke off) and has both sign."""
    path = _folder() / NEXT_FILE
    if not path.exists():
        _create(path)
    old, new = _current(), _read(path)
    note = make_succession(_public(old), _public(new))
    return Succession(_public(old), _public(new), old.sign(note).hex(), new.sign(note).hex())


def next_fingerprint() -> str:
    """The fingerprint of the key of a rotation under way; empty when there is none."""
    path = _folder() / NEXT_FILE
    return fingerprint(_public(_read(path))) if path.exists() else ""


def change_to_next() -> None:
    """The next key becomes the key; the old private key is gone. Of two processes at once the second finds it done."""
    with contextlib.suppress(FileNotFoundError):
        (_folder() / NEXT_FILE).replace(_folder() / KEY_FILE)


def trusted_keys(known: Mapping[str, Succession]) -> dict[str, str]:
    """Fingerprint -> public key of our key and of those before it; `known` has the successions by the new fingerprint.

    It starts at the private key on this disk: rows that somebody wrote into the database vouch for nobody.
    """
    public = public_key()
    found = {fingerprint(public): public}
    while (step := known.get(fingerprint(public))) and step.new == public and step.is_signed:
        public = step.old
        if fingerprint(public) in found:
            break
        found[fingerprint(public)] = public
    return found


def _folder() -> Path:
    return get_settings().data_dir


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _current() -> Ed25519PrivateKey:
    """The key as the file now is: a rotation by another process is seen at once."""
    path = _folder() / KEY_FILE
    if not path.exists():
        _create(path)
    return _cached(path, path.stat().st_mtime_ns, path.stat().st_ino)


@lru_cache(maxsize=8)
def _cached(path: Path, *_version: int) -> Ed25519PrivateKey:
    return _read(path)


def _read(path: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def _create(path: Path) -> None:
    """Makes the key whole and readable by its owner alone; of two processes at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
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
