"""Reading studios and their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.db import like_pattern
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.organizations.models import Organization
from contest.studios import policy
from contest.studios.models import Studio, StudioKind, StudioMember

SORTS: Mapping[str, Any] = {
    "name": col(Studio.name),
    "leader": col(Studio.leader),
    "unit": col(Organization.name),
    "kind": col(Studio.kind),
    "founded": col(Studio.founded_on),
}
HOME = col(Organization.id) == col(Studio.organization_id)
MAX_OPTIONS = 500


@dataclass(frozen=True, slots=True)
class StudioLine:
    """One line of the list."""

    studio: Studio
    unit: str
    members: int


@dataclass(frozen=True, slots=True)
class StudioView:
    """One studio with its people."""

    studio: Studio
    unit: str
    members: Sequence[StudioMember]
    can_manage: bool


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`policy.can_see_studio` as a condition."""
    if actor.is_system:
        return true()
    tenants = sorted({grant.tenant_id for grant in actor.grants})
    return col(Studio.tenant_id).in_(tenants) if tenants else false()


def studio_lines(
    session: Session, actor: Actor, *, search: str = "", kind: str = "", sort: str = "name", descending: bool = False,
    offset: int = 0, limit: int = 50,
) -> tuple[list[StudioLine], int]:  # fmt: skip
    """One page of the studios of the actor's tenants, and how many there are in all."""
    where = visible_to(actor)
    if kind in set(StudioKind):
        where = and_(where, col(Studio.kind) == StudioKind(kind))
    if search:
        fields = (Studio.name, Studio.leader, Studio.honours, Organization.name)
        where = and_(where, or_(*(col(field).ilike(like_pattern(search), escape="\\") for field in fields)))
    total = session.exec(select(func.count()).select_from(Studio).join(Organization, HOME).where(where)).one()
    members = (
        select(func.count())
        .select_from(StudioMember)
        .where(StudioMember.tenant_id == Studio.tenant_id, StudioMember.studio_id == Studio.id)
        .correlate(Studio)
        .scalar_subquery()
    )
    order = SORTS[sort].desc() if descending else SORTS[sort].asc()
    query = select(Studio, Organization.name, members).join(Organization, HOME).where(where)
    rows = session.exec(query.order_by(order, col(Studio.id)).offset(offset).limit(limit)).all()
    return [StudioLine(*row) for row in rows], total


def get_studio(session: Session, actor: Actor, studio_id: str) -> Studio:
    """A studio that the actor may see.

    Raises:
        NotFoundError: none, or none of their tenant.
    """
    found = session.exec(select(Studio).where(Studio.id == studio_id)).first()
    if found is None or not policy.can_see_studio(actor, found):
        raise NotFoundError(N_("找不到这个创新工作室。"))
    return found


def studio_view(session: Session, actor: Actor, studio_id: str) -> StudioView:
    """One studio with everything its page shows (NotFoundError as `get_studio`)."""
    studio = get_studio(session, actor, studio_id)
    query = select(StudioMember).where(StudioMember.tenant_id == studio.tenant_id, StudioMember.studio_id == studio.id)
    members = session.exec(query.order_by(col(StudioMember.id))).all()
    unit = session.get_one(Organization, studio.organization_id).name
    return StudioView(studio, unit, members, policy.can_manage_studio(actor, studio))


def studio_names(session: Session, tenant_id: str) -> Mapping[str, str]:
    """Studio id -> name of a tenant, by name."""
    query = select(Studio.id, Studio.name).where(Studio.tenant_id == tenant_id).order_by(col(Studio.name))
    return dict(session.exec(query).all())


def organization_options(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """(id, name) of the organizations that the actor may register a studio for, from the root down."""
    places = [
        and_(
            col(Organization.tenant_id) == grant.tenant_id,
            col(Organization.path).startswith(grant.path, autoescape=True),
        )
        for grant in actor.grants
        if grant.role in policy.MANAGERS and grant.competition_id is None
    ]
    where = true() if actor.is_system else or_(*places) if places else false()
    query = select(Organization.id, Organization.name).where(where).order_by(col(Organization.path))
    return [(key, name) for key, name in session.exec(query.limit(MAX_OPTIONS))]
