"""Who may make and read fairness reports: those who see all marks (design, "Who sees what, when")."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.competitions.models import Competition, Event
from contest.judging.models import PanelMember, PanelRole
from contest.standings.policy import LOCKED

_READERS = frozenset({
    Role.ADMINISTRATOR.value, Role.ORGANIZER.value, Role.CHIEF_JUDGE.value, Role.SUPERVISOR.value,
    Role.ARBITRATOR.value,
})  # fmt: skip

ROUTES: dict[str, frozenset[str]] = {
    "fairness.index": _READERS,
    "fairness.make": _READERS,
    "fairness.show": _READERS,
    "fairness.pdf": _READERS,
}


def has_part(actor: Actor, competition: Competition) -> bool:
    """Whether any role lets the actor see reports of this competition at some time; if not, it isn't found."""
    return actor.holds_any(
        *(Role(role) for role in sorted(_READERS)),
        tenant_id=competition.tenant_id,
        path=competition.organization_path,
        competition_id=competition.id,
    )


def can_see_fairness(actor: Actor, competition: Competition, event: Event, seat: PanelMember | None) -> bool:
    """The stage's chief judge, supervisors and arbitrators always; organizers and administrators after the lock.

    `seat` is the actor's own place on the stage's panel. Other judges never: the report holds totals and ranks.
    """
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    if actor.holds_any(Role.SUPERVISOR, Role.ARBITRATOR, **place, competition_id=competition.id):
        return True
    if seat is not None and seat.role is PanelRole.CHIEF:
        return True
    managers = (Role.ORGANIZER, Role.ADMINISTRATOR, Role.CHIEF_JUDGE)
    return event.state in LOCKED and actor.holds_any(*managers, **place, competition_id=competition.id)


def shows_ranks(event: Event) -> bool:
    """Totals and ranks exist for nobody before everything is locked."""
    return event.state in LOCKED
