"""Registering studios and their members."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, select

from contest.accounts.models import Account
from contest.accounts.queries import account_by_login
from contest.accounts.services import normalise_login
from contest.actors import Actor
from contest.audit.services import record
from contest.errors import DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.organizations.models import Organization
from contest.studios import policy
from contest.studios.models import Studio, StudioKind, StudioMember

FIX = N_("有几项需要改正，已标在下面。")


def register_studio(
    session: Session, actor: Actor, organization: Organization, *, kind: StudioKind, name: str, leader: str,
    honours: str = "", place: str = "", equipment: str = "", founded_on: date | None = None,
) -> Studio:  # fmt: skip
    """A new studio of `organization`.

    Raises:
        ForbiddenError: the organization is not the actor's to manage.
        InvalidError: a studio of that name is registered there already.
    """
    if not policy.can_register_studio(actor, organization):
        raise ForbiddenError(N_("您只能为自己管理的单位登记创新工作室。"))
    same = select(Studio.id).where(Studio.tenant_id == organization.tenant_id, Studio.name == name)
    if session.exec(same).first():
        taken = DomainError(N_("“%(name)s”已经登记过了，请核对名称。"), name=name)
        raise InvalidError(FIX, fields={"name": taken})
    studio = Studio(
        tenant_id=organization.tenant_id, organization_id=organization.id, organization_path=organization.path,
        kind=kind, name=name, leader=leader, honours=honours, place=place, equipment=equipment, founded_on=founded_on,
    )  # fmt: skip
    session.add(studio)
    session.flush()
    record(session, actor, studio.tenant_id, "create", "studio", studio.id, name=name)
    return studio


def add_member(
    session: Session, actor: Actor, studio: Studio, *, name: str, duty: str = "", account_id: str | None = None,
    login: str = "", joined_on: date | None = None,
) -> StudioMember:  # fmt: skip
    """A member, by name; with `account_id` or `login` linked to their account.

    Raises:
        ForbiddenError: not the actor's studio.
        InvalidError: nobody of the tenant has that login.
    """
    _require(actor, studio)
    member = StudioMember(
        tenant_id=studio.tenant_id, studio_id=studio.id, name=name, duty=duty, joined_on=joined_on,
        account_id=account_id or _account_of(session, studio, login),
    )  # fmt: skip
    session.add(member)
    session.flush()
    record(session, actor, studio.tenant_id, "add_member", "studio", studio.id, name=name)
    return member


def _account_of(session: Session, studio: Studio, login: str) -> str | None:
    if not login.strip():
        return None
    account: Account | None = account_by_login(session, normalise_login(login))
    home = session.get(Organization, account.organization_id) if account else None
    if account is None or home is None or home.tenant_id != studio.tenant_id:
        unknown = DomainError(N_("没有登录名为“%(login)s”的人。可以先不填，只登记姓名。"), login=login)
        raise InvalidError(FIX, fields={"login": unknown})
    return account.id


def remove_member(session: Session, actor: Actor, studio: Studio, member_id: str) -> None:
    """Takes a member off the list; a second click finds nobody.

    Raises:
        ForbiddenError: not the actor's studio.
        NotFoundError: no such member.
    """
    _require(actor, studio)
    member = session.get(StudioMember, (studio.tenant_id, member_id))
    if member is None or member.studio_id != studio.id:
        raise NotFoundError(N_("这位成员已经不在名单里。"))
    session.delete(member)
    record(session, actor, studio.tenant_id, "remove_member", "studio", studio.id, name=member.name)


def _require(actor: Actor, studio: Studio) -> None:
    if not policy.can_manage_studio(actor, studio):
        raise ForbiddenError(N_("这个创新工作室不由您管理。"))
