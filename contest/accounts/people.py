"""The management page's actions and views: adding a person with a first role, listing and revoking grants."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from contest.accounts.models import Account, Device, RoleGrant, SignInSession
from contest.accounts.queries import get_account
from contest.accounts.services import create_account, grant_role, require_reach, revoke_role
from contest.actors import Actor, Role
from contest.audit.services import record
from contest.db import now
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.organizations.models import Organization
from contest.organizations.queries import get_organization

MAX_OPTIONS = 500


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A role as shown on a person's page."""

    id: str
    role: Role
    organization: str
    is_one_competition: bool


def grant_lines(session: Session, account_id: str) -> list[GrantLine]:
    query = (
        select(RoleGrant, Organization.name)
        .join(Organization, col(Organization.id) == RoleGrant.organization_id)
        .where(RoleGrant.account_id == account_id)
        .order_by(col(RoleGrant.created_at))
    )
    return [GrantLine(g.id, g.role, unit, g.competition_id is not None) for g, unit in session.exec(query)]


def organization_options(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """The organizations of the actor's subtrees for a choice box, indented by depth."""
    paths = [
        (col(Organization.tenant_id) == g.tenant_id) & col(Organization.path).startswith(g.path)
        for g in actor.grants
        if g.role in (Role.ADMINISTRATOR, Role.ORGANIZER) and g.competition_id is None
    ]
    if not paths:
        return []
    query = select(Organization).where(or_(*paths)).order_by(col(Organization.path)).limit(MAX_OPTIONS)
    found = session.exec(query).all()
    top = min((o.path.count("/") for o in found), default=0)
    return [(o.id, "　" * (o.path.count("/") - top) + o.name) for o in found]


def add_person(
    session: Session,
    actor: Actor,
    *,
    login: str,
    name: str,
    organization_id: str,
    phone: str = "",
    password: str | None = None,
    role: Role | None = None,
) -> Account:
    """A new account with, if given, its first role over its own organization.

    Raises:
        ForbiddenError: outside the actor's subtree.
        InvalidError: see `create_account`.
    """
    organization = get_organization(session, organization_id)
    account = create_account(
        session, actor, login=login, name=name, organization=organization, password=password, phone=phone
    )
    if role:
        grant_role(session, actor, account, role, organization)
    return account


def revoke_device(session: Session, actor: Actor, account: Account, device_id: str, tenant_id: str) -> None:
    """Cuts a lost or returned tablet off at once: its PIN and its open sessions are worth nothing any more.

    Raises:
        NotFoundError: the tablet is not this person's.
        ForbiddenError: the person has roles beyond the actor.
    """
    require_reach(session, actor, account)
    device = session.get(Device, device_id)
    if device is None or device.account_id != account.id:
        raise NotFoundError(N_("找不到这台平板。"))
    device.revoked_at = device.revoked_at or now()
    session.add(device)
    for live in session.exec(select(SignInSession).where(SignInSession.device_id == device.id)):
        live.revoked_at = live.revoked_at or now()
        session.add(live)
    record(session, actor, tenant_id, "revoke", "device", device.id, account=account.id)


def revoke(session: Session, actor: Actor, account_id: str, grant_id: str) -> None:
    """Takes the grant back; twice is once.

    Raises:
        NotFoundError: the grant is not this person's.
    """
    account = get_account(session, account_id)
    grant = session.exec(select(RoleGrant).where(RoleGrant.id == grant_id)).first()
    if grant is None:
        return
    if grant.account_id != account.id:
        raise NotFoundError(N_("找不到这个角色。"))
    revoke_role(session, actor, grant, get_organization(session, grant.organization_id))
