"""Who orders, draws, reads and signs a recheck: supervisors, who judge nothing here."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.competitions.models import Competition

_READERS = frozenset({Role.ORGANIZER, Role.CHIEF_JUDGE, Role.SUPERVISOR, Role.ARBITRATOR})
_CHECKERS = frozenset({Role.SUPERVISOR, Role.ARBITRATOR})
_SEE = frozenset(role.value for role in _READERS)
_CHECK = frozenset(role.value for role in _CHECKERS)

ROUTES: dict[str, frozenset[str]] = {
    "rechecks.show": _SEE,
    "rechecks.order": _CHECK | {Role.ORGANIZER.value},
    "rechecks.draw": _CHECK,
    "rechecks.read": _CHECK,
    "rechecks.record": _CHECK,
    "rechecks.close": _CHECK,
    "rechecks.pdf": _SEE,
}


def _holds(actor: Actor, competition: Competition, *roles: Role) -> bool:
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds_any(*roles, **place, competition_id=competition.id)


def can_see_recheck(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, *sorted(_READERS))


def can_order_recheck(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, Role.ORGANIZER, *sorted(_CHECKERS))


def can_check(actor: Actor, competition: Competition) -> bool:
    """Say the words of the draw, read sheets again, sign. Judges of the event are refused in the service."""
    return actor.account_id is not None and _holds(actor, competition, *sorted(_CHECKERS))
