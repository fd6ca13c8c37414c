"""Who may see and change accounts and roles."""

from __future__ import annotations

from contest.actors import PUBLIC, Actor, Role
from contest.organizations.models import Organization

ANYBODY = frozenset({PUBLIC})
SIGNED_IN = frozenset({"signed_in"})
MANAGERS = frozenset({Role.ADMINISTRATOR.value, Role.ORGANIZER.value})

ROUTES: dict[str, frozenset[str]] = {
    "accounts.home": ANYBODY,
    "accounts.sign_in": ANYBODY,
    "accounts.do_sign_in": ANYBODY,
    "accounts.sign_out": SIGNED_IN,
    "accounts.language": ANYBODY,
    "accounts.theme": ANYBODY,
    "accounts.link": ANYBODY,
    "accounts.use_link": ANYBODY,
    "accounts.enrol": ANYBODY,
    "accounts.do_enrol": ANYBODY,
    "accounts.pin": ANYBODY,
    "accounts.do_pin": ANYBODY,
    "accounts.first_run": ANYBODY,
    "accounts.do_first_run": ANYBODY,
    "accounts.me": SIGNED_IN,
    "accounts.set_password": SIGNED_IN,
    "accounts.index": MANAGERS,
    "accounts.new": MANAGERS,
    "accounts.create": MANAGERS,
    "accounts.show": MANAGERS,
    "accounts.grant": MANAGERS,
    "accounts.revoke": MANAGERS,
    "accounts.enrolment": MANAGERS,
    "accounts.disable": MANAGERS,
    "accounts.revoke_device": MANAGERS,
}

_ORGANIZER_GRANTS = frozenset(set(Role) - {Role.ADMINISTRATOR})


def can_manage_accounts(actor: Actor, organization: Organization) -> bool:
    """Administrators and organizers manage the people of their subtree."""
    return actor.holds_any(Role.ADMINISTRATOR, Role.ORGANIZER, tenant_id=organization.tenant_id, path=organization.path)


def can_grant_role(actor: Actor, role: Role, organization: Organization) -> bool:
    """An organizer grants every role but administrator; nobody grants beyond the own subtree."""
    if actor.holds(Role.ADMINISTRATOR, tenant_id=organization.tenant_id, path=organization.path):
        return True
    return role in _ORGANIZER_GRANTS and can_manage_accounts(actor, organization)


def can_stand_in_for(actor: Actor, role: Role, organization: Organization, competition_id: str | None) -> bool:
    """Whether the actor may open (by a link) or close an account that holds `role` there: only roles they could give.

    Else whoever appoints an administrator as a judge could enrol a tablet of their own as that administrator.
    """
    place = {"tenant_id": organization.tenant_id, "path": organization.path}
    if competition_id is not None and role in _ORGANIZER_GRANTS:
        return actor.holds_any(Role.ORGANIZER, Role.ADMINISTRATOR, **place, competition_id=competition_id)
    return can_grant_role(actor, role, organization)
