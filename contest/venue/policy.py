"""Who checks in, who draws order and stations, who reads the seats.

Check-in knows names and no codes; the draw and its seats know codes and no names. No page of one shows the other.
"""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.competitions.models import Competition

_CHECKERS = frozenset({Role.ORGANIZER.value, Role.CHECK_IN_CLERK.value})
_DRAWERS = frozenset({Role.ORGANIZER.value, Role.ENCRYPTION_OFFICER.value})
_WATCHERS = _DRAWERS | {Role.SUPERVISOR.value, Role.CHIEF_JUDGE.value, Role.ARBITRATOR.value, Role.JUDGE.value}

ROUTES: dict[str, frozenset[str]] = {
    "venue.home": _CHECKERS,
    "venue.check_in": _CHECKERS,
    "venue.scan": _CHECKERS,
    "venue.person": _CHECKERS,
    "venue.set_presence": _CHECKERS,
    "venue.undo": _CHECKERS,
    "venue.make_tickets": _CHECKERS,
    "venue.tickets": _CHECKERS,
    "venue.revoke_ticket": _CHECKERS,
    "venue.order": _WATCHERS,
    "venue.commit": _DRAWERS,
    "venue.reveal": _DRAWERS | {Role.SUPERVISOR.value},
    "venue.list": _WATCHERS,
    "venue.wall": _WATCHERS,
}


def _holds(actor: Actor, competition: Competition, *roles: Role) -> bool:
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds_any(*roles, **place, competition_id=competition.id)


def can_check_in(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, Role.ORGANIZER, Role.CHECK_IN_CLERK)


def can_draw_order(actor: Actor, competition: Competition) -> bool:
    return _holds(actor, competition, Role.ORGANIZER, Role.ENCRYPTION_OFFICER)


def can_reveal_order(actor: Actor, competition: Competition) -> bool:
    """Whoever may draw, and the supervisor, who types the public value in front of witnesses."""
    return can_draw_order(actor, competition) or _holds(actor, competition, Role.SUPERVISOR)


def can_see_order(actor: Actor, competition: Competition) -> bool:
    """Everybody who works with codes; the wall list hangs in the hall anyway."""
    watching = (Role.SUPERVISOR, Role.CHIEF_JUDGE, Role.ARBITRATOR, Role.JUDGE)
    return can_draw_order(actor, competition) or _holds(actor, competition, *watching)
