"""Who may see the award list, and who gives awards."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.competitions.models import Competition

_READERS = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER, Role.CHIEF_JUDGE, Role.SUPERVISOR, Role.ARBITRATOR})

ROUTES: dict[str, frozenset[str]] = {
    "awards.index": frozenset(str(role) for role in _READERS),
    "awards.give": frozenset({Role.ORGANIZER.value}),
}


def _place(competition: Competition) -> dict[str, str]:
    return {
        "tenant_id": competition.tenant_id,
        "path": competition.organization_path,
        "competition_id": competition.id,
    }


def can_see_awards(actor: Actor, competition: Competition) -> bool:
    """Those who see totals after the lock (design, "Who sees what, when"); the list exists after publication only."""
    return actor.holds_any(*_READERS, **_place(competition))


def can_give_awards(actor: Actor, competition: Competition) -> bool:
    """The organizer alone: administering never includes results."""
    return actor.holds(Role.ORGANIZER, **_place(competition))
