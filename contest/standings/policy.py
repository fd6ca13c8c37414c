"""Who sees standings and slips, and when (design: who sees what, when)."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.competitions.models import Competition, Event, EventState
from contest.core.ruleset import RuleSet

_READERS = frozenset({
    Role.ADMINISTRATOR.value, Role.ORGANIZER.value, Role.CHIEF_JUDGE.value, Role.SUPERVISOR.value,
    Role.ARBITRATOR.value,
})  # fmt: skip

ROUTES: dict[str, frozenset[str]] = {
    "standings.show": _READERS,
    "standings.slip": _READERS,
    "standings.slip_pdf": _READERS,
}
LOCKED = frozenset({EventState.LOCKED, EventState.PUBLISHED, EventState.CLOSED})


def has_part(actor: Actor, competition: Competition) -> bool:
    """Whether any role lets the actor see standings of this competition at some time; if not, it isn't found."""
    return actor.holds_any(
        *(Role(role) for role in sorted(_READERS)),
        tenant_id=competition.tenant_id,
        path=competition.organization_path,
        competition_id=competition.id,
    )


def can_see_standings(actor: Actor, competition: Competition, event: Event, rules: RuleSet) -> bool:
    """After the lock; an organizer also before, where the adopted rule set shows a live board to all."""
    if event.state in LOCKED:
        return has_part(actor, competition)
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return rules.board.live and actor.holds(Role.ORGANIZER, **place, competition_id=competition.id)


def can_see_slip(actor: Actor, competition: Competition, event: Event) -> bool:
    """Single marks of all judges: only after the lock, for everybody who has a part."""
    return event.state in LOCKED and has_part(actor, competition)


def is_unsealed(event: Event, rules: RuleSet) -> bool:
    """Whether codes may be joined to names: without blinding always, else once two persons opened them."""
    return not rules.blind or event.is_unsealed
