"""Argon2 for passwords and PINs: at most two at once (64 MiB each), off the event loop by the handlers' threads."""

from __future__ import annotations

import hashlib
import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from contest.settings import get_settings

_hasher = PasswordHasher(memory_cost=get_settings().argon2_memory_kib)
_slots = BoundedSemaphore(2)
_DUMMY = _hasher.hash(secrets.token_hex(8))


def hash_secret(secret: str) -> str:
    with _slots:
        return _hasher.hash(secret)


def verify_secret(stored: str, secret: str) -> bool:
    """True when `secret` matches; an unknown account costs the same time as a wrong password."""
    with _slots:
        try:
            return _hasher.verify(stored or _DUMMY, secret) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


def new_token() -> str:
    """A random token of 256 bits for cookies and one-time links."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Tokens are kept as their SHA-256 only: a stolen database opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()
