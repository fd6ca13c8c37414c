"""Who may see, set up and open a competition."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.competitions.models import Competition
from contest.organizations.models import Organization

_DESK = frozenset({Role.ADMINISTRATOR.value, Role.ORGANIZER.value})
_READERS = frozenset(str(role) for role in Role if role not in {Role.MEMBER, Role.HALL_SCREEN})
_ORGANIZER = frozenset({Role.ORGANIZER.value})
_OPENERS = frozenset({Role.ORGANIZER.value, Role.CHIEF_JUDGE.value})

ROUTES: dict[str, frozenset[str]] = {
    "competitions.index": _READERS,
    "competitions.new": _DESK,
    "competitions.create": _DESK,
    "competitions.show": _READERS,
    "competitions.edit": _DESK,
    "competitions.update": _DESK,
    "competitions.new_event": _DESK,
    "competitions.create_event": _DESK,
    "competitions.event": _READERS,
    "competitions.edit_event": _DESK,
    "competitions.update_event": _DESK,
    "competitions.open_period": _OPENERS,
    "competitions.pause_period": _OPENERS,
    "competitions.close_event": _ORGANIZER,
    "competitions.rules": _READERS,
    "competitions.read_rules": _READERS,
    "competitions.rules_pdf": _READERS,
    "competitions.start_rules": _ORGANIZER,
    "competitions.choose_start": _ORGANIZER,
    "competitions.save_part": _ORGANIZER,
    "competitions.move_part": _ORGANIZER,
    "competitions.ask_remove_part": _ORGANIZER,
    "competitions.remove_part": _ORGANIZER,
    "competitions.restore_part": _ORGANIZER,
    "competitions.preview_part": _ORGANIZER,
    "competitions.choose_copy": _ORGANIZER,
    "competitions.copy_parts": _ORGANIZER,
    "competitions.rules_file": _READERS,
    "competitions.upload_rules": _ORGANIZER,
    "competitions.rule_versions": _READERS,
    "competitions.other_rules": _READERS,
    "competitions.compare_rules": _READERS,
    "competitions.copy_rules": _ORGANIZER,
    "competitions.set_aside_rules": _ORGANIZER,
    "competitions.ask_adopt": _ORGANIZER,
    "competitions.adopt": _ORGANIZER,
    "competitions.formalities": _READERS,
    "competitions.set_formalities": _ORGANIZER,
    "competitions.rubric": _ORGANIZER,
    "competitions.rubric_template": _ORGANIZER,
    "competitions.rubric_file": _READERS,
    "competitions.upload_rubric": _ORGANIZER,
    "competitions.rubric_report": _ORGANIZER,
}

FROM_BELOW = frozenset({Role.UNIT_CONTACT, Role.DEPARTMENT_CHECKER, Role.FINANCE_CONFIRMER})
"""Roles that take part in the competitions of the organizations above their own."""
UNSEEING = frozenset({Role.MEMBER, Role.HALL_SCREEN})
"""Roles that know a competition from its public pages only."""


def can_create_competition(actor: Actor, organization: Organization) -> bool:
    """Organizers and administrators, for the organizations of their own subtree."""
    return actor.holds_any(Role.ORGANIZER, Role.ADMINISTRATOR, tenant_id=organization.tenant_id, path=organization.path)


def can_see_competition(actor: Actor, competition: Competition) -> bool:
    """Whoever has a part in it: over its organization, by name, or (unit contacts …) in a unit below it."""
    path = competition.organization_path
    return actor.is_system or any(
        grant.tenant_id == competition.tenant_id
        and grant.role not in UNSEEING
        and (
            grant.competition_id == competition.id
            if grant.competition_id is not None
            else path.startswith(grant.path) or (grant.role in FROM_BELOW and grant.path.startswith(path))
        )
        for grant in actor.grants
    )


def _holds(actor: Actor, competition: Competition, *roles: Role) -> bool:
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds_any(*roles, **place, competition_id=competition.id)


def can_edit_competition(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, Role.ORGANIZER, Role.ADMINISTRATOR)


def can_edit_rule_set(actor: Actor, competition: Competition) -> bool:
    """Only organizers write and adopt rules: administering never includes scoring."""
    return _holds(actor, competition, Role.ORGANIZER)


def can_open_period(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, Role.ORGANIZER, Role.CHIEF_JUDGE)
