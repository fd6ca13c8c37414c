"""Who reads bulletins, and who issues them."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.competitions.models import Competition

_ORGANIZER = frozenset({Role.ORGANIZER.value})
_READERS = _ORGANIZER | {
    Role.ADMINISTRATOR.value, Role.CHIEF_JUDGE.value, Role.SUPERVISOR.value, Role.ARBITRATOR.value,
    Role.UNIT_CONTACT.value,
}  # fmt: skip

ROUTES: dict[str, frozenset[str]] = {
    "bulletins.index": _READERS,
    "bulletins.show": _READERS,
    "bulletins.pdf": _READERS,
    "bulletins.draft": _ORGANIZER,
    "bulletins.issue": _ORGANIZER,
}


def can_issue_bulletin(actor: Actor, competition: Competition) -> bool:
    """Draw up and issue: the organizer. What is issued is published, so whoever sees the event reads it."""
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds(Role.ORGANIZER, **place, competition_id=competition.id)
