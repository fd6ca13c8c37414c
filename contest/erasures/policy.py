"""Organizers and administrators erase, two of them for each person."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.competitions.models import Competition
from contest.erasures.models import Erasure

_MANAGERS = frozenset({Role.ORGANIZER.value, Role.ADMINISTRATOR.value})

ROUTES: dict[str, frozenset[str]] = {
    "erasures.show": _MANAGERS,
    "erasures.ask": _MANAGERS,
    "erasures.agree": _MANAGERS,
    "erasures.drop": _MANAGERS,
}


def can_erase(actor: Actor, competition: Competition) -> bool:
    """By name: an erasure is always somebody's."""
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    held = actor.holds_any(Role.ORGANIZER, Role.ADMINISTRATOR, **place, competition_id=competition.id)
    return held and actor.account_id is not None


def can_agree(actor: Actor, competition: Competition, erasure: Erasure) -> bool:
    """Another person than who asked."""
    return can_erase(actor, competition) and actor.account_id != erasure.asked_by
