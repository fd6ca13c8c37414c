"""Growing the tree."""

from __future__ import annotations

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.db import new_id
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.organizations.models import Organization, OrganizationKind
from contest.organizations.policy import can_manage_organization
from contest.organizations.queries import normalised_name

MAX_DEPTH = 20
"""Levels of the tree: a path is 17 letters a level and has 400."""


def add_organization(
    session: Session,
    actor: Actor,
    parent: Organization | None,
    *,
    kind: OrganizationKind,
    name: str,
    name_en: str = "",
    is_tenant: bool = False,
) -> Organization:
    """Adds a node under `parent` (None: a new root, which is its own tenant; only the system may).

    Raises:
        ForbiddenError: `parent` is outside the actor's subtree.
        InvalidError: `parent` already has one of that name, or the tree would be too deep.
    """
    allowed = actor.is_system if parent is None else can_manage_organization(actor, parent)
    if not allowed:
        raise ForbiddenError(N_("您只能在自己管理的组织下面增加下级组织。"))
    if parent is not None:
        _refuse_taken_name(session, parent.id, name)
        _refuse_depth(parent)
    new = new_id()
    tenant = new if parent is None or is_tenant else parent.tenant_id
    organization = Organization(
        id=new,
        tenant_id=tenant,
        parent_id=parent.id if parent else None,
        kind=kind,
        name=name,
        name_en=name_en,
        path=(parent.path if parent else "/") + f"{new}/",
        is_tenant=tenant == new,
    )
    session.add(organization)
    session.flush()
    record(session, actor, tenant, "create", "organization", new, name=name)
    return organization


def rename_organization(
    session: Session,
    actor: Actor,
    organization: Organization,
    *,
    name: str,
    name_en: str = "",
    kind: OrganizationKind,
    drawn_name: str | None = None,
) -> None:
    """Gives a node another name or kind. Names already printed on entries and certificates stay as they were.

    `drawn_name` is the name that the form was drawn from.

    Raises:
        ForbiddenError: outside the actor's subtree.
        ConflictError: somebody else renamed it meanwhile.
        InvalidError: a sister has that name.
    """
    if not can_manage_organization(actor, organization):
        raise ForbiddenError(N_("您只能修改自己管理的组织。"))
    if drawn_name is not None and drawn_name != organization.name:
        now = organization.name
        raise ConflictError(N_("这个组织刚刚被别人改名为“%(now)s”。请返回，刷新页面后再改。"), now=now)
    if organization.parent_id:
        _refuse_taken_name(session, organization.parent_id, name, but=organization.id)
    before = organization.name
    organization.name, organization.name_en, organization.kind = name, name_en, kind
    session.add(organization)
    record(session, actor, organization.tenant_id, "update", "organization", organization.id, before=before, name=name)


def _refuse_taken_name(session: Session, parent_id: str, name: str, but: str = "") -> None:
    """Sisters need different names, else a sheet's unit text could mean either."""
    sisters = select(Organization.name).where(Organization.parent_id == parent_id, col(Organization.id) != but)
    wanted = normalised_name(name)
    for sister in session.exec(sisters):
        if normalised_name(sister) == wanted:
            taken = DomainError(N_("这一级已经有“%(name)s”，请换一个名称。"), name=sister)
            raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"name": taken})


def _refuse_depth(parent: Organization) -> None:
    if parent.path.count("/") > MAX_DEPTH:
        raise InvalidError(N_("组织最多 %(n)s 级，不能再往下增加。"), n=MAX_DEPTH)
