"""Who registers studios and who sees them."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.organizations.models import Organization
from contest.studios.models import Studio

_MANAGERS = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER, Role.UNIT_CONTACT})
_READERS = _MANAGERS | {Role.DEPARTMENT_CHECKER, Role.FINANCE_CONFIRMER, Role.MEMBER, Role.SUPERVISOR}
_MANAGER_VALUES = frozenset(str(role) for role in _MANAGERS)
_READER_VALUES = frozenset(str(role) for role in _READERS)

ROUTES: dict[str, frozenset[str]] = {
    "studios.index": _READER_VALUES,
    "studios.show": _READER_VALUES,
    "studios.new": _MANAGER_VALUES,
    "studios.create": _MANAGER_VALUES,
    "studios.add_member": _MANAGER_VALUES,
    "studios.remove_member": _MANAGER_VALUES,
}
MANAGERS = _MANAGERS


def can_register_studio(actor: Actor, organization: Organization) -> bool:
    return actor.holds_any(*_MANAGERS, tenant_id=organization.tenant_id, path=organization.path)


def can_see_studio(actor: Actor, studio: Studio) -> bool:
    """Studios are shown to everybody of their tenant: 示范引领 is one of their four duties."""
    return actor.is_system or any(grant.tenant_id == studio.tenant_id for grant in actor.grants)


def can_manage_studio(actor: Actor, studio: Studio) -> bool:
    return actor.holds_any(*_MANAGERS, tenant_id=studio.tenant_id, path=studio.organization_path)
