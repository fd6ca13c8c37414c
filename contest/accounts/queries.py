"""Reading accounts, grants and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, true
from sqlmodel import Session, col, select

from contest.accounts.models import Account, Device, RoleGrant
from contest.actors import Actor, Grant, Role
from contest.db import like_pattern
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A row of the list of people."""

    id: str
    login: str
    name: str
    organization: str
    roles: tuple[Role, ...]
    is_disabled: bool


def grants_of(session: Session, account_id: str) -> tuple[Grant, ...]:
    """The roles of an account with the paths they cover."""
    query = (
        select(RoleGrant.role, RoleGrant.tenant_id, Organization.path, RoleGrant.competition_id)
        .join(Organization, col(Organization.id) == RoleGrant.organization_id)
        .where(RoleGrant.account_id == account_id)
    )
    return tuple(Grant(Role(role), tenant, path, only) for role, tenant, path, only in session.exec(query))


def actor_for(session: Session, account: Account) -> Actor:
    """The actor that `account` is, with all its grants and no session."""
    return Actor(
        account_id=account.id,
        name=account.name,
        organization_id=account.organization_id,
        grants=grants_of(session, account.id),
    )


def get_account(session: Session, account_id: str) -> Account:
    """The account of that id.

    Raises:
        NotFoundError: there is none.
    """
    found = session.get(Account, account_id)
    if found is None:
        raise NotFoundError(N_("找不到这个人。"))
    return found


def account_by_login(session: Session, login: str) -> Account | None:
    return session.exec(select(Account).where(Account.login == login)).first()


def devices_of(session: Session, account_id: str) -> Sequence[Device]:
    query = select(Device).where(Device.account_id == account_id).order_by(col(Device.created_at))
    return session.exec(query).all()


SORTS = ("name", "login", "organization")


def list_accounts(
    session: Session, actor: Actor, *, search: str, sort: str, descending: bool, offset: int, limit: int
) -> tuple[list[AccountLine], int]:
    """One page of the people in the actor's subtrees, and how many there are in all."""
    columns = {"name": col(Account.name), "login": col(Account.login), "organization": col(Organization.name)}
    order = columns[sort].desc() if descending else columns[sort].asc()
    query = (
        select(Account, Organization.name)
        .join(Organization, col(Organization.id) == Account.organization_id)
        .where(_in_subtrees(actor), _matches(search))
    )
    total = session.exec(select(func.count()).select_from(query.subquery())).one()
    rows = session.exec(query.order_by(order, col(Account.id)).offset(offset).limit(limit)).all()
    roles = _roles_by_account(session, [account.id for account, _ in rows])
    lines = [
        AccountLine(a.id, a.login, a.name, unit, roles.get(a.id, ()), a.disabled_at is not None) for a, unit in rows
    ]
    return lines, total


def _in_subtrees(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    paths = [
        (col(Organization.tenant_id) == g.tenant_id) & col(Organization.path).startswith(g.path)
        for g in actor.grants
        if g.role in (Role.ADMINISTRATOR, Role.ORGANIZER) and g.competition_id is None
    ]
    return or_(*paths) if paths else ~true()


def _matches(search: str) -> ColumnElement[bool]:
    if not search:
        return true()
    pattern = like_pattern(search)
    fields = (col(Account.name), col(Account.login), col(Organization.name))
    return or_(*(field.ilike(pattern, escape="\\") for field in fields))


def _roles_by_account(session: Session, ids: Sequence[str]) -> dict[str, tuple[Role, ...]]:
    found: dict[str, list[Role]] = {}
    query = select(RoleGrant.account_id, RoleGrant.role).where(col(RoleGrant.account_id).in_(ids)).distinct()
    for account_id, role in session.exec(query):
        found.setdefault(account_id, []).append(Role(role))
    return {account_id: tuple(sorted(roles)) for account_id, roles in found.items()}


def search_accounts(session: Session, tenant_id: str, text: str, *, limit: int = 20) -> Sequence[Account]:
    """People of a tenant by name or login, for choosing judges and contacts."""
    query = (
        select(Account)
        .join(Organization, col(Organization.id) == Account.organization_id)
        .where(Organization.tenant_id == tenant_id, col(Account.disabled_at).is_(None), _matches(text))
        .order_by(col(Account.name), col(Account.id))
        .limit(limit)
    )
    return session.exec(query).all()
