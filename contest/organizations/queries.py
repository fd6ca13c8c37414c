"""Reading the tree."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from contest.actors import Actor, Role
from contest.db import like_pattern
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.organizations.models import Organization, OrganizationKind
from contest.organizations.policy import can_see_organization


def get_organization(session: Session, organization_id: str, actor: Actor | None = None) -> Organization:
    """The organization of that id; with an actor, only if they may see it.

    Raises:
        NotFoundError: there is none, or none that the actor may know of.
    """
    found = session.get(Organization, organization_id)
    if found is None or (actor is not None and not can_see_organization(actor, found)):
        raise NotFoundError(N_("找不到这个组织。"))
    return found


def subtree(session: Session, organization: Organization) -> Sequence[Organization]:
    """The organization and everything below it, in path order."""
    query = (
        select(Organization)
        .where(Organization.tenant_id == organization.tenant_id, col(Organization.path).startswith(organization.path))
        .order_by(col(Organization.path))
    )
    return session.exec(query).all()


def managed_by(actor: Actor) -> ColumnElement[bool]:
    """`can_manage_organization` as a condition, so that lists are filtered (and counted) in SQL."""
    if actor.is_system:
        return true()
    places = [
        and_(col(Organization.tenant_id) == grant.tenant_id, col(Organization.path).startswith(grant.path))
        for grant in actor.grants
        if grant.role in (Role.ADMINISTRATOR, Role.ORGANIZER) and grant.competition_id is None
    ]
    return or_(*places) if places else false()


def top_organizations(session: Session, actor: Actor) -> Sequence[Organization]:
    """The highest organizations the actor manages: where browsing begins."""
    ids = [path.strip("/").split("/")[-1] for path in _top_paths(actor)]
    condition = col(Organization.parent_id).is_(None) if actor.is_system else col(Organization.id).in_(ids)
    return session.exec(select(Organization).where(condition).order_by(col(Organization.name))).all()


def _top_paths(actor: Actor) -> list[str]:
    managing = (Role.ADMINISTRATOR, Role.ORGANIZER)
    paths = {grant.path for grant in actor.grants if grant.role in managing and grant.competition_id is None}
    return [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]


def ancestors(session: Session, actor: Actor, organization: Organization) -> Sequence[Organization]:
    """What stands above the organization, from the top down, as far up as the actor manages."""
    ids = organization.path.strip("/").split("/")[:-1]
    query = select(Organization).where(col(Organization.id).in_(ids), managed_by(actor))
    return session.exec(query.order_by(func.length(Organization.path))).all()


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """One line of a list: the organization, its parent's name, and how many stand directly below it."""

    organization: Organization
    parent: str
    children: int


SORTS: Mapping[str, Any] = {
    "name": col(Organization.name),
    "kind": col(Organization.kind),
    "created": col(Organization.created_at),
}


def organization_rows(
    session: Session, actor: Actor, *, parent: Organization | None = None, search: str = "", kind: str = "",
    sort: str = "name", descending: bool = False, offset: int = 0, limit: int = 50,
) -> tuple[list[OrganizationRow], int]:  # fmt: skip
    """One page of what stands directly below `parent`, or, with `search`, of all below it that match by name.

    Without `parent`: of all that the actor manages. The second value is how many there are in all.
    """
    condition = and_(managed_by(actor), _wanted(parent, search), _of_kind(kind))
    total = session.exec(select(func.count()).select_from(Organization).where(condition)).one()
    above, below = aliased(Organization), aliased(Organization)
    children = (
        select(func.count())
        .select_from(below)
        .where(col(below.parent_id) == col(Organization.id), col(below.tenant_id) == col(Organization.tenant_id))
        .correlate(Organization)
        .scalar_subquery()
    )
    order = SORTS[sort]
    query = (
        select(Organization, func.coalesce(above.name, ""), children)
        .join(above, col(above.id) == col(Organization.parent_id), isouter=True)
        .where(condition)
        .order_by(order.desc() if descending else order.asc(), col(Organization.id))
    )
    return [OrganizationRow(*row) for row in session.exec(query.offset(offset).limit(limit))], total


def _wanted(parent: Organization | None, search: str) -> ColumnElement[bool]:
    if not search:
        return true() if parent is None else col(Organization.parent_id) == parent.id
    pattern = like_pattern(search)
    named = or_(*(col(name).ilike(pattern, escape="\\") for name in (Organization.name, Organization.name_en)))
    return named if parent is None else and_(named, col(Organization.path).startswith(parent.path))


def _of_kind(kind: str) -> ColumnElement[bool]:
    return col(Organization.kind) == kind if kind in set(OrganizationKind) else true()


def normalised_name(text: str) -> str:
    """A name as it is compared, never as it is kept: width, case, blanks, slashes and invisible signs don't count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if not c.isspace() and c != "/" and unicodedata.category(c) != "Cf")


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The organizations of a tenant by name, for sheets that name units in words."""

    by_name: Mapping[str, tuple[str, ...]]

    def find(self, text: str) -> str | None:
        """The id of the one organization of that name (or of parent's name and name), None if none or several."""
        found = self.by_name.get(normalised_name(text), ())
        return found[0] if len(found) == 1 else None

    def is_ambiguous(self, text: str) -> bool:
        """Several organizations have that name."""
        return len(self.by_name.get(normalised_name(text), ())) > 1


def name_index(session: Session, tenant_id: str) -> NameIndex:
    """Every organization of the tenant by its normalised name, alone and behind its parent's (某厂一车间)."""
    columns = select(Organization.id, Organization.parent_id, Organization.name)
    query = columns.where(Organization.tenant_id == tenant_id)
    rows = session.exec(query).all()
    names = {key: name for key, _, name in rows}
    found: dict[str, tuple[str, ...]] = {}
    for key, parent, name in rows:
        # a set: a name that repeats its parent's must not count twice
        for text in {normalised_name(name), normalised_name(names.get(parent or "", "") + name)}:
            found[text] = (*found.get(text, ()), key)
    return NameIndex(found)


def organizations_below(session: Session, tenant_id: str, paths: Sequence[str], limit: int = 500) -> list[Organization]:
    """The organizations of these subtrees, from the top down: the choice of a unit on a form."""
    if not paths:
        return []
    below = or_(*(col(Organization.path).startswith(path) for path in paths))
    query = select(Organization).where(Organization.tenant_id == tenant_id, below)
    return list(session.exec(query.order_by(func.length(Organization.path), col(Organization.name)).limit(limit)))
