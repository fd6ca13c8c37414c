"""Who sees the tables over several events, who writes their rules and publishes them."""

from __future__ import annotations

from contest.actors import PUBLIC, Actor, Role
from contest.competitions.models import Competition
from contest.publications.policy import can_confirm_publication, can_publish, can_see_publications

_DESK = frozenset({
    Role.ADMINISTRATOR.value, Role.ORGANIZER.value, Role.CHIEF_JUDGE.value, Role.SUPERVISOR.value,
    Role.ARBITRATOR.value,
})  # fmt: skip
_ORGANIZER = frozenset({Role.ORGANIZER.value})
_PUBLIC = frozenset({PUBLIC})

ROUTES: dict[str, frozenset[str]] = {
    "overall.index": _DESK,
    "overall.show": _DESK,
    "overall.pdf": _DESK,
    "overall.new": _ORGANIZER,
    "overall.create": _ORGANIZER,
    "overall.edit": _ORGANIZER,
    "overall.update": _ORGANIZER,
    "overall.adopt": _ORGANIZER,
    "overall.publish": _ORGANIZER,
    "overall.propose": _ORGANIZER,
    "overall.confirm": _DESK - {Role.ADMINISTRATOR.value},
    "overall.refuse": _DESK - {Role.ADMINISTRATOR.value},
    "overall.results": _PUBLIC,
    "overall.version": _PUBLIC,
}


def can_see_tables(actor: Actor, competition: Competition) -> bool:
    """Whoever sees the publications' desk: a table is made of published results only."""
    return can_see_publications(actor, competition)


def can_manage_tables(actor: Actor, competition: Competition) -> bool:
    """Only organizers, as with results: administering never includes scoring."""
    return can_publish(actor, competition)


def can_confirm_table(actor: Actor, competition: Competition) -> bool:
    """The second of two persons for a published table, as with results."""
    return can_confirm_publication(actor, competition)
