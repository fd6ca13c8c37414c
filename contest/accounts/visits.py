"""Whose request this is: asked at every request of somebody signed in, so one statement and no row objects."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from threading import Lock

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Executable, bindparam, select, text
from sqlmodel import col

from contest.accounts.models import Account, RoleGrant, SignInSession
from contest.accounts.passwords import digest
from contest.actors import ANONYMOUS, Actor, Grant, Role
from contest.db import UtcDateTime, for_one_statement, is_sqlite, now, transaction
from contest.organizations.models import Organization
from contest.settings import get_settings

_ASKING = CapacityLimiter(4)
_TOUCH_EVERY = 60
_TOUCH_TOGETHER = 5.0
_touched: dict[str, datetime] = {}
_touched_at = 0.0
_touching = Lock()
# Only the time is written: a session revoked meanwhile stays revoked (no resurrection).
_SEEN = text("UPDATE sign_in_session SET seen_at = :at WHERE id = :id").bindparams(bindparam("at", type_=UtcDateTime()))
_LIVE: Executable = (
    select(
        col(SignInSession.id),
        col(SignInSession.device_id),
        col(SignInSession.csrf_token),
        col(SignInSession.moved_at),
        col(SignInSession.seen_at),
        col(Account.id).label("account_id"),
        col(Account.name),
        col(Account.organization_id),
        col(RoleGrant.role),
        col(RoleGrant.tenant_id),
        col(Organization.path),
        col(RoleGrant.competition_id),
    )
    .join(Account, col(Account.id) == col(SignInSession.account_id))
    .outerjoin(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
    .outerjoin(Organization, col(Organization.id) == col(RoleGrant.organization_id))
    .where(
        col(SignInSession.id) == bindparam("token"),
        col(SignInSession.revoked_at).is_(None),
        col(SignInSession.expires_at) > bindparam("now", type_=UtcDateTime()),
        col(SignInSession.seen_at) >= bindparam("idle_since", type_=UtcDateTime()),
        col(Account.disabled_at).is_(None),
    )
)
"""A row per role of a session that lives: not revoked, not expired, not idle too long, its account enabled."""


async def actor_of_cookie(cookie: str) -> Actor:
    """`load_actor` for the server's event loop. SQLite answers in less time than handing the question to a thread
    takes; PostgreSQL is asked from a few threads (more would only wait for the interpreter).
    """
    found, is_due = _find(cookie) if is_sqlite() else await to_thread.run_sync(_find, cookie, limiter=_ASKING)
    if is_due and found.session_id:
        await to_thread.run_sync(_touch, found.session_id)
    return found


def load_actor(cookie: str) -> Actor:
    """The actor of a session cookie, or nobody; notes the visit at most once a minute."""
    found, is_due = _find(cookie)
    if is_due and found.session_id:
        _touch(found.session_id)
    return found


def _find(cookie: str) -> tuple[Actor, bool]:
    """The actor of a cookie, and whether its visit is to be noted."""
    at = now()
    idle_since = at - timedelta(minutes=get_settings().session_idle_minutes)
    with for_one_statement().connect() as connection:
        rows = connection.execute(_LIVE, {"token": digest(cookie), "now": at, "idle_since": idle_since}).all()
    if not rows:
        return ANONYMOUS, False
    found = rows[0]
    actor = Actor(
        account_id=found.account_id,
        name=found.name,
        organization_id=found.organization_id,
        grants=tuple(Grant(Role(row.role), row.tenant_id, row.path, row.competition_id) for row in rows if row.role),
        session_id=found.id,
        device_id=found.device_id,
        csrf_token=found.csrf_token,
        moved_at=found.moved_at,
    )
    return actor, (at - found.seen_at).total_seconds() > _TOUCH_EVERY


def _touch(session_id: str) -> None:
    """Notes a visit; the notes of some seconds are written together: a thousand tablets that come back at one moment
    are not a thousand writes in the way of their marks.
    """
    global _touched_at
    with _touching:
        _touched[session_id] = now()
        if time.monotonic() - _touched_at < _TOUCH_TOGETHER:
            return
        _touched_at, visits = time.monotonic(), [{"id": key, "at": at} for key, at in _touched.items()]
        _touched.clear()
    with transaction() as session:
        session.connection().execute(_SEEN, visits)
