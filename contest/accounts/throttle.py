"""Wrong passwords slow down the account and the device they come from, never a whole factory behind one address."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, text
from sqlmodel import Session

from contest.accounts.models import Attempt
from contest.db import UtcDateTime, now
from contest.errors import TooManyError
from contest.i18n import N_

FREE_FAILURES = {"login": 5, "device": 5, "address": 50}
"""Failures without a wait, by what the key names: an account, an enrolled tablet, a network address."""

LONGEST = timedelta(minutes=15)


FORGOTTEN_AFTER = {"login": timedelta(days=1), "device": timedelta(days=1), "address": timedelta(hours=1)}
"""Without a further failure so long, the count starts anew: else an address that was wrong fifty times in a year
would lock its whole factory out at every further slip.
"""

_NEW = text("INSERT INTO attempt (key, failures, last_at) VALUES (:key, 0, :at) ON CONFLICT DO NOTHING").bindparams(
    bindparam("at", type_=UtcDateTime())
)


def check(session: Session, *keys: str) -> None:
    """Refuses while any of `keys` is blocked.

    Raises:
        TooManyError: with the minutes to wait.
    """
    for key in keys:
        _refuse_blocked(session.get(Attempt, key))


def admit(session: Session, key: str) -> None:
    """Refuses while `key` is blocked; else counts the try as a failure before it is made, which `note_success` takes
    back: of forty guesses at one moment no more get through than of forty one after the other.

    Raises:
        TooManyError: with the minutes to wait.
    """
    _refuse_blocked(_held(session, key))
    note_failure(session, key)


def note_failure(session: Session, *keys: str) -> None:
    """Counts a failure; beyond the free ones each doubles the wait, up to a quarter of an hour."""
    for key in keys:
        attempt, kind = _held(session, key), key.split(":")[0]
        if now() - attempt.last_at > FORGOTTEN_AFTER[kind]:
            attempt.failures = 0
        attempt.failures += 1
        attempt.last_at = now()
        over = attempt.failures - FREE_FAILURES[kind]
        if over > 0:
            attempt.blocked_until = now() + min(timedelta(seconds=30) * 2 ** min(over - 1, 8), LONGEST)
        session.add(attempt)
        session.flush()


def note_success(session: Session, *keys: str) -> None:
    for key in keys:
        attempt = session.get(Attempt, key)
        if attempt:
            session.delete(attempt)


def _held(session: Session, key: str) -> Attempt:
    """The row of `key`, made if there is none, and held: two failures at one moment are two."""
    session.connection().execute(_NEW, {"key": key, "at": now()})
    return session.get_one(Attempt, key, with_for_update=True, populate_existing=True)


def _refuse_blocked(attempt: Attempt | None) -> None:
    if attempt and attempt.blocked_until and attempt.blocked_until > now():
        minutes = int((attempt.blocked_until - now()).total_seconds() // 60) + 1
        raise TooManyError(N_("连续输错次数太多，请 %(minutes)s 分钟后再试。"), minutes=minutes)
