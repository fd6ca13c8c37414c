"""Accounts and roles: created, granted, taken away, disabled."""

from __future__ import annotations

import unicodedata

from sqlmodel import Session, col, select

from contest.accounts.hands import CREATED, GRANTED, note_hand
from contest.accounts.models import Account, Device, OneTimeLink, RoleGrant, SignInSession
from contest.accounts.passwords import hash_secret
from contest.accounts.policy import can_grant_role, can_manage_accounts, can_stand_in_for
from contest.accounts.queries import account_by_login
from contest.actors import Actor, Role
from contest.audit.services import record
from contest.db import now
from contest.errors import DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.organizations.models import Organization

MIN_PASSWORD = 10


def normalise_login(text: str) -> str:
    """NFKC, lower case, no blanks, nothing invisible: ' Ａdmin ' is 'admin', so nobody can look like another."""
    folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return "".join(sign for sign in folded if unicodedata.category(sign) not in {"Cf", "Cc"})


def create_account(
    session: Session,
    actor: Actor,
    *,
    login: str,
    name: str,
    organization: Organization,
    password: str | None = None,
    phone: str = "",
) -> Account:
    """A new person in `organization`; without a password they sign in by link or device only.

    Raises:
        ForbiddenError: the organization is outside the actor's subtree.
        InvalidError: the login is taken, or the password too short.
    """
    if not can_manage_accounts(actor, organization):
        raise ForbiddenError(N_("您只能在自己管理的组织里增加人员。"))
    key = normalise_login(login)
    if not key or account_by_login(session, key):
        taken = DomainError(N_("登录名“%(login)s”已经有人使用，请换一个。"), login=login)
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"login": taken})
    account = Account(
        login=key,
        name=name,
        organization_id=organization.id,
        phone=phone,
        password_hash=_checked_hash(password) if password else "",
    )
    session.add(account)
    session.flush()
    note_hand(session, actor, account, CREATED)
    record(session, actor, organization.tenant_id, "create", "account", account.id, login=key)
    return account


def _checked_hash(password: str) -> str:
    if len(password) < MIN_PASSWORD:
        short = DomainError(N_("密码至少 %(n)s 个字符。"), n=MIN_PASSWORD)
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"password": short})
    return hash_secret(password)


def set_password(session: Session, account: Account, password: str) -> None:
    """Sets the password; every session of the account and every link that is still out ends.

    Raises:
        InvalidError: too short.
    """
    account.password_hash = _checked_hash(password)
    session.add(account)
    end_sessions(session, account.id)
    for link in session.exec(
        select(OneTimeLink).where(OneTimeLink.account_id == account.id, col(OneTimeLink.used_at).is_(None))
    ):
        link.used_at = now()
        session.add(link)


def end_sessions(session: Session, account_id: str) -> None:
    for live in session.exec(
        select(SignInSession).where(SignInSession.account_id == account_id, col(SignInSession.revoked_at).is_(None))
    ):
        live.revoked_at = now()
        session.add(live)


def grant_role(
    session: Session,
    actor: Actor,
    account: Account,
    role: Role,
    organization: Organization,
    competition_id: str | None = None,
) -> RoleGrant:
    """Gives `role` over the subtree of `organization`, or over one competition of it only. Twice is once.

    Raises:
        ForbiddenError: beyond what the actor may grant, or a role for themselves (two persons: trust.md 3).
    """
    if account.id == actor.account_id:
        raise ForbiddenError(N_("不能给自己授予角色。请由另一位管理员或组织者办理。"))
    if not can_grant_role(actor, role, organization):
        raise ForbiddenError(N_("您不能授予这个角色，或者超出了您管理的组织。"))
    grant = RoleGrant(
        tenant_id=organization.tenant_id,
        account_id=account.id,
        role=role,
        organization_id=organization.id,
        competition_id=competition_id,
    )
    note_hand(session, actor, account, GRANTED)
    existing = session.exec(
        select(RoleGrant).where(
            RoleGrant.tenant_id == grant.tenant_id,
            RoleGrant.account_id == account.id,
            RoleGrant.role == role,
            RoleGrant.organization_id == organization.id,
            RoleGrant.competition_id == competition_id,
        )
    ).first()
    if existing:
        return existing
    session.add(grant)
    session.flush()
    record(session, actor, organization.tenant_id, "grant", "account", account.id, role=role, at=organization.name)
    return grant


def require_reach(session: Session, actor: Actor, account: Account) -> None:
    """Refuses to open or close the account of somebody with roles that the actor could not give.

    Raises:
        ForbiddenError: one of the roles is beyond the actor.
    """
    query = select(RoleGrant, Organization).join(Organization, col(Organization.id) == RoleGrant.organization_id)
    for grant, organization in session.exec(query.where(RoleGrant.account_id == account.id)):
        if not can_stand_in_for(actor, grant.role, organization, grant.competition_id):
            raise ForbiddenError(N_("此人还有您管理范围以外的角色，您不能代办这一步。请联系上级组织的管理员。"))


def revoke_role(session: Session, actor: Actor, grant: RoleGrant, organization: Organization) -> None:
    """Takes a role back.

    Raises:
        ForbiddenError: beyond what the actor may grant.
    """
    if not can_grant_role(actor, grant.role, organization):
        raise ForbiddenError(N_("您不能收回这个角色，或者超出了您管理的组织。"))
    session.delete(grant)
    record(session, actor, grant.tenant_id, "revoke", "account", grant.account_id, role=grant.role)


def disable_account(session: Session, actor: Actor, account: Account, organization: Organization) -> None:
    """Closes an account: no sign-in, every session and device ended at once; its history stays.

    Raises:
        ForbiddenError: outside the actor's subtree, the actor's own account, or one with higher roles.
    """
    if not can_manage_accounts(actor, organization) or account.id == actor.account_id:
        raise ForbiddenError(N_("您不能停用这个账号。"))
    require_reach(session, actor, account)
    account.disabled_at = now()
    session.add(account)
    end_sessions(session, account.id)
    for device in session.exec(select(Device).where(Device.account_id == account.id)):
        device.revoked_at = device.revoked_at or now()
        session.add(device)
    record(session, actor, organization.tenant_id, "disable", "account", account.id)
