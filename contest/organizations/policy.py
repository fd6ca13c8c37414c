"""Who may see and change which part of the tree."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.organizations.models import Organization

MANAGERS = frozenset({Role.ADMINISTRATOR.value, Role.ORGANIZER.value})

ROUTES: dict[str, frozenset[str]] = {
    "organizations.index": MANAGERS,
    "organizations.show": MANAGERS,
    "organizations.create": MANAGERS,
    "organizations.edit": MANAGERS,
    "organizations.update": MANAGERS,
    "organizations.export": MANAGERS,
}


def can_manage_organization(actor: Actor, organization: Organization) -> bool:
    """Administrators and organizers manage the nodes of their own subtree."""
    return actor.holds_any(Role.ADMINISTRATOR, Role.ORGANIZER, tenant_id=organization.tenant_id, path=organization.path)


def can_see_organization(actor: Actor, organization: Organization) -> bool:
    """Whoever manages it; the pages of the tree are for managers."""
    return can_manage_organization(actor, organization)
