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
    "callroom.home": _CHECKERS,
    "callroom.check_in": _CHECKERS,
    "callroom.scan": _CHECKERS,
    "callroom.person": _CHECKERS,
    "callroom.set_presence": _CHECKERS,
    "callroom.undo": _CHECKERS,
    "callroom.make_tickets": _CHECKERS,
    "callroom.tickets": _CHECKERS,
    "callroom.revoke_ticket": _CHECKERS,
    "callroom.order": _WATCHERS,
    "callroom.commit": _DRAWERS,
    "callroom.reveal": _DRAWERS | {Role.SUPERVISOR.value},
    "callroom.list": _WATCHERS,
    "callroom.wall": _WATCHERS,
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
