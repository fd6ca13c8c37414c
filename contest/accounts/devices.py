"""One person, one live tablet: the second asks before it takes over; the first may still deliver what it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from contest.accounts.models import Account, Device, SignInSession
from contest.actors import Actor
from contest.audit.services import record
from contest.db import now
from contest.errors import ConflictError
from contest.i18n import N_
from contest.organizations.queries import get_organization
from contest.settings import get_settings


def _live() -> tuple[ColumnElement[bool], ...]:
    awake = now() - timedelta(minutes=get_settings().session_idle_minutes)
    return (
        col(SignInSession.revoked_at).is_(None),
        col(SignInSession.moved_at).is_(None),
        col(SignInSession.expires_at) > now(),
        col(SignInSession.seen_at) > awake,
    )


def working_elsewhere(session: Session, actor: Actor) -> bool:
    """Whether another tablet does the actor's work: it was there first, or this one's work was moved away.

    Two browsers without a tablet between them (an office PC and its colleague) are not asked.
    """
    if actor.moved_at is not None:
        return True
    own = session.get(SignInSession, actor.session_id) if actor.session_id else None
    if own is None:
        return False
    other = col(SignInSession.device_id)
    differs = other.is_not(None) if own.device_id is None else or_(other.is_(None), other != own.device_id)
    before = and_(
        col(SignInSession.account_id) == own.account_id,
        col(SignInSession.created_at) < own.created_at,
        differs,
        *_live(),
    )
    return session.exec(select(SignInSession.id).where(before).limit(1)).first() is not None


def is_replaced(session: Session, actor: Actor) -> bool:
    """Whether a spare has taken the place of the actor's tablet: it delivers what it holds and does nothing new."""
    device = session.get(Device, actor.device_id) if actor.device_id else None
    return device is not None and device.replaced_at is not None


def move_here(session: Session, actor: Actor) -> None:
    """Makes this the actor's working tablet; the others may still deliver what they hold.

    Raises:
        ConflictError: this very tablet has been replaced by a spare.
    """
    if is_replaced(session, actor):
        raise ConflictError(N_("这台平板已经换下，只能送出还没送完的分。请用新平板评分。"))
    account = session.get_one(Account, actor.account_id)
    for found in session.exec(select(SignInSession).where(SignInSession.account_id == account.id)):
        found.moved_at = None if found.id == actor.session_id else found.moved_at or now()
        session.add(found)
    tenant_id = get_organization(session, account.organization_id).tenant_id
    record(session, actor, tenant_id, "move", "tablet", actor.device_id or "", account=account.id)


def replace_tablets(session: Session, account: Account) -> int:
    """Every tablet of the account becomes an old one: it may deliver, and opens no sheet any more; how many."""
    count = 0
    query = select(Device).where(Device.account_id == account.id, col(Device.replaced_at).is_(None))
    for device in session.exec(query):
        device.replaced_at = now()
        session.add(device)
        count += device.revoked_at is None
    for found in session.exec(select(SignInSession).where(SignInSession.account_id == account.id)):
        found.moved_at = found.moved_at or now()
        session.add(found)
    return count


def labels_of(session: Session, accounts: Collection[str]) -> Mapping[str, str]:
    """Account id -> label of the newest tablet that works; one query."""
    query = (
        select(Device.account_id, Device.label)
        .where(
            col(Device.account_id).in_(accounts), col(Device.revoked_at).is_(None), col(Device.replaced_at).is_(None)
        )
        .order_by(col(Device.created_at))
    )
    return dict(session.exec(query).all())
