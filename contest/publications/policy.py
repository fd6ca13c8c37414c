"""Who may preview, publish and take the proof away."""

from __future__ import annotations

from contest.actors import PUBLIC, Actor, Role
from contest.competitions.models import Competition

_DESK = frozenset({
    Role.ADMINISTRATOR.value, Role.ORGANIZER.value, Role.CHIEF_JUDGE.value, Role.SUPERVISOR.value,
    Role.ARBITRATOR.value,
})  # fmt: skip
_PUBLIC = frozenset({PUBLIC})

ROUTES: dict[str, frozenset[str]] = {
    "publications.index": _DESK,
    "publications.publish": frozenset({Role.ORGANIZER.value}),
    "publications.confirm": _DESK - {Role.ADMINISTRATOR.value},
    "publications.refuse": _DESK - {Role.ADMINISTRATOR.value},
    "publications.bundle": _DESK,
    "publications.workbook": _DESK,
    "publications.home": _PUBLIC,
    "publications.results": _PUBLIC,
    "publications.version": _PUBLIC,
    "publications.board": _PUBLIC,
    "publications.board_rows": _PUBLIC,
    "publications.board_version": _PUBLIC,
    "publications.hall": _PUBLIC,
    "publications.hall_rows": _PUBLIC,
    "publications.hall_version": _PUBLIC,
}


def can_see_publications(actor: Actor, competition: Competition) -> bool:
    """Organizer's page, workbook and bundle: whoever may see the standings after the lock."""
    return _holds(actor, competition, *(Role(role) for role in sorted(_DESK)))


def can_publish(actor: Actor, competition: Competition) -> bool:
    """Only organizers: administering never includes scoring or its results."""
    return _holds(actor, competition, Role.ORGANIZER)


def can_confirm_publication(actor: Actor, competition: Competition) -> bool:
    """The second of two persons: another organizer, or who watches the scoring."""
    return _holds(actor, competition, Role.ORGANIZER, Role.CHIEF_JUDGE, Role.SUPERVISOR, Role.ARBITRATOR)


def _holds(actor: Actor, competition: Competition, *roles: Role) -> bool:
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds_any(*roles, **place, competition_id=competition.id)
