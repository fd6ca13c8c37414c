"""Who sees the register, who reports, who checks (design.md, who sees what, when)."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.competitions.models import Competition

ORGANIZERS = frozenset({Role.ORGANIZER.value})
CONTACTS = frozenset({Role.UNIT_CONTACT.value})
REPORTERS = ORGANIZERS | CONTACTS
READERS = REPORTERS | {
    Role.ADMINISTRATOR.value, Role.SUPERVISOR.value, Role.CHIEF_JUDGE.value, Role.ARBITRATOR.value,
}  # fmt: skip

ROUTES: dict[str, frozenset[str]] = {
    "projects.index": READERS,
    "projects.show": READERS,
    "projects.new": ORGANIZERS,
    "projects.create": ORGANIZERS,
    "projects.edit": ORGANIZERS,
    "projects.update": ORGANIZERS,
    "projects.settings": ORGANIZERS,
    "projects.save_settings": ORGANIZERS,
    "projects.import": REPORTERS,
    "projects.template": REPORTERS,
    "projects.upload": REPORTERS,
    "projects.report": CONTACTS,
    "projects.save_report": CONTACTS,
    "projects.check": ORGANIZERS,
    "projects.save_check": ORGANIZERS,
    "projects.indicators": READERS,
    "projects.hand_over": ORGANIZERS,
    "projects.new_finding": ORGANIZERS,
    "projects.add_finding": ORGANIZERS,
    "projects.finding": READERS,
    "projects.withdraw_finding": ORGANIZERS,
    "projects.give_veto": ORGANIZERS,
    "projects.photo": READERS,
    "projects.visits": ORGANIZERS,
    "projects.save_visits": ORGANIZERS,
}


def _holds(actor: Actor, competition: Competition, *roles: Role) -> bool:
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds_any(*roles, **place, competition_id=competition.id)


def can_manage_projects(actor: Actor, competition: Competition) -> bool:
    """Register, check, re-set, inspect, hand over: the authority, which is the organizer. Administering is not."""
    return _holds(actor, competition, Role.ORGANIZER)


def can_report_project(actor: Actor, competition: Competition, paths: list[str | None]) -> bool:
    """Report for a project of the organizations at `paths` (its unit's and its owner's): their unit contacts.

    The authority does not report: it would check its own word.
    """
    own = [
        grant.path
        for grant in actor.grants
        if grant.role is Role.UNIT_CONTACT
        and grant.tenant_id == competition.tenant_id
        and grant.competition_id in (None, competition.id)
    ]
    return actor.is_system or any(path is not None and path.startswith(mine) for path in paths for mine in own)
