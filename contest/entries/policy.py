"""Who may see, enter and change entries, draw codes, give vetoes (design.md, who sees what, when)."""

from __future__ import annotations

from collections.abc import Sequence

from contest.actors import Actor, Role
from contest.competitions.models import Competition, EventState

MANAGERS = frozenset({Role.ADMINISTRATOR.value, Role.ORGANIZER.value})
REGISTRARS = MANAGERS | {Role.UNIT_CONTACT.value}
READERS = REGISTRARS | {Role.SUPERVISOR.value, Role.CHIEF_JUDGE.value, Role.ARBITRATOR.value}
DRAWERS = frozenset({Role.ORGANIZER.value, Role.ENCRYPTION_OFFICER.value})
ORGANIZERS = frozenset({Role.ORGANIZER.value})

ROUTES: dict[str, frozenset[str]] = {
    "entries.index": READERS,
    "entries.show": READERS,
    "entries.new": REGISTRARS,
    "entries.create": REGISTRARS,
    "entries.edit": REGISTRARS,
    "entries.update": REGISTRARS,
    "entries.ask_withdraw": REGISTRARS,
    "entries.withdraw": REGISTRARS,
    "entries.restore": MANAGERS,
    "entries.export": MANAGERS,
    "entries.import": MANAGERS,
    "entries.template": MANAGERS,
    "entries.upload": MANAGERS,
    "entries.preview": MANAGERS,
    "entries.confirm_import": MANAGERS,
    "entries.draw": DRAWERS,
    "entries.do_draw": DRAWERS,
    "entries.slips": frozenset({Role.ENCRYPTION_OFFICER.value}),
    "entries.factors": ORGANIZERS,
    "entries.factor_template": ORGANIZERS,
    "entries.upload_factors": ORGANIZERS,
    "entries.save_factors": ORGANIZERS,
    "entries.facts": ORGANIZERS,
    "entries.fact_template": ORGANIZERS,
    "entries.upload_facts": ORGANIZERS,
    "entries.save_facts": ORGANIZERS,
    "entries.give_veto": ORGANIZERS,
    "entries.withdraw_veto": ORGANIZERS,
}

UNSEALED = frozenset({EventState.PUBLISHED, EventState.CLOSED})
"""A publication opens the codes of its event; before it nobody sees name and code side by side."""
CHANGEABLE = frozenset({EventState.DRAFT, EventState.ADOPTED, EventState.SCORING})
"""States in which the list of entries may still change."""
BEFORE_SCORING = frozenset({EventState.DRAFT, EventState.ADOPTED})
DRAWABLE = frozenset({EventState.ADOPTED, EventState.SCORING})


def _holds(actor: Actor, competition: Competition, *roles: Role) -> bool:
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds_any(*roles, **place, competition_id=competition.id)


def can_manage_entries(actor: Actor, competition: Competition) -> bool:
    """Organizers and administrators register for everybody; registration is no scoring."""
    return _holds(actor, competition, Role.ORGANIZER, Role.ADMINISTRATOR)


def can_see_names(actor: Actor, competition: Competition, *, is_open: bool) -> bool:
    """All names: managers always; supervisors, arbitrators and the chief judge once nothing is blind any more."""
    watching = _holds(actor, competition, Role.SUPERVISOR, Role.ARBITRATOR, Role.CHIEF_JUDGE)
    return can_manage_entries(actor, competition) or (is_open and watching)


def contact_paths(actor: Actor, competition: Competition) -> Sequence[str]:
    """The subtrees whose entries the actor looks after as unit contact in this competition."""
    return [
        grant.path
        for grant in actor.grants
        if grant.role is Role.UNIT_CONTACT
        and grant.tenant_id == competition.tenant_id
        and grant.competition_id in (None, competition.id)
    ]


def can_enter_for(actor: Actor, competition: Competition, path: str | None) -> bool:
    """Enter, change and withdraw an entry of the organization at `path` (None: of no known organization)."""
    if can_manage_entries(actor, competition):
        return True
    return path is not None and any(path.startswith(own) for own in contact_paths(actor, competition))


def can_draw(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, Role.ORGANIZER, Role.ENCRYPTION_OFFICER)


def can_hold_codes(actor: Actor, competition: Competition) -> bool:
    """Print the slips with name and code: the encryption officer alone, who neither organizes nor judges."""
    judging = (Role.JUDGE, Role.CHIEF_JUDGE, Role.CLERK, Role.ORGANIZER, Role.ADMINISTRATOR)
    return _holds(actor, competition, Role.ENCRYPTION_OFFICER) and not _holds(actor, competition, *judging)


def can_give_veto(actor: Actor, competition: Competition) -> bool:
    """Vetoes and factors are facts of the contest: organizers record them, administrators don't."""
    return _holds(actor, competition, Role.ORGANIZER)


def can_set_factors(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, Role.ORGANIZER)
