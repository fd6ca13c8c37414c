"""Who sees checkpoints, countersigns them, and has the chain held against one."""

from __future__ import annotations

from contest.actors import PUBLIC, Actor, Role
from contest.competitions.models import Competition

_READERS = (Role.ADMINISTRATOR, Role.ORGANIZER, Role.CHIEF_JUDGE, Role.SUPERVISOR, Role.ARBITRATOR)
_DESK = frozenset(role.value for role in _READERS)

ROUTES: dict[str, frozenset[str]] = {
    "checkpoints.index": _DESK,
    "checkpoints.note": _DESK,
    "checkpoints.check": _DESK,
    "checkpoints.countersign": frozenset({Role.SUPERVISOR.value}),
    "checkpoints.hall": frozenset({PUBLIC}),
}


def can_see_checkpoints(actor: Actor, competition: Competition) -> bool:
    """Whoever works on the competition at its head, or watches it. A checkpoint tells no mark and no name."""
    return _holds(actor, competition, *_READERS)


def can_countersign(actor: Actor, competition: Competition) -> bool:
    """Supervisors, by name."""
    return actor.account_id is not None and _holds(actor, competition, Role.SUPERVISOR)


def _holds(actor: Actor, competition: Competition, *roles: Role) -> bool:
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds_any(*roles, **place, competition_id=competition.id)
