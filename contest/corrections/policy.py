"""Who proposes a change of an adopted rule set, who decides about it, who sees what it would change."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.competitions.models import Competition
from contest.competitions.policy import can_edit_rule_set
from contest.corrections.models import RuleChange

DECIDERS = frozenset({Role.ORGANIZER, Role.CHIEF_JUDGE, Role.SUPERVISOR})
"""The second person; administering never includes scoring."""
_ORGANIZER = frozenset({Role.ORGANIZER.value})
_DECIDERS = frozenset(role.value for role in DECIDERS)

ROUTES: dict[str, frozenset[str]] = {
    "corrections.changes": _DECIDERS,
    "corrections.change": _DECIDERS,
    "corrections.propose": _ORGANIZER,
    "corrections.withdraw": _ORGANIZER,
    "corrections.approve": _DECIDERS,
    "corrections.reject": _DECIDERS,
    "corrections.marks": _DECIDERS,
    "corrections.mark": _DECIDERS - {Role.SUPERVISOR.value},
    "corrections.propose_mark": _DECIDERS - {Role.SUPERVISOR.value},
    "corrections.mark_act": _DECIDERS,
    "corrections.confirm_mark": _DECIDERS,
    "corrections.refuse_mark": _DECIDERS,
    "corrections.loosening": _DECIDERS,
    "corrections.propose_loosening": _ORGANIZER,
    "corrections.confirm_loosening": _DECIDERS,
    "corrections.refuse_loosening": _DECIDERS,
    "corrections.rehearsal": _DECIDERS,
    "corrections.rehearsal_slip": _DECIDERS,
    "corrections.rehearsal_marks": _DECIDERS,
    "corrections.keep_marks": _DECIDERS,
    "corrections.forget_marks": _DECIDERS,
}


def can_see_changes(actor: Actor, competition: Competition) -> bool:
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    return actor.holds_any(*sorted(DECIDERS), **place, competition_id=competition.id)


def can_propose_correction(actor: Actor, competition: Competition) -> bool:
    """The first of two persons for a locked mark or fact: an organizer or a chief judge, by name."""
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    may = actor.holds_any(Role.ORGANIZER, Role.CHIEF_JUDGE, **place, competition_id=competition.id)
    return actor.account_id is not None and may


def can_propose_change(actor: Actor, competition: Competition) -> bool:
    """Organizers, by name: a change is always somebody's."""
    return actor.account_id is not None and can_edit_rule_set(actor, competition)


def can_decide_change(actor: Actor, competition: Competition, change: RuleChange) -> bool:
    """Another person than who proposed it, never the system itself."""
    is_another = actor.account_id is not None and actor.account_id != change.proposed_by
    return is_another and can_see_changes(actor, competition)


def can_withdraw_change(actor: Actor, competition: Competition) -> bool:
    return can_propose_change(actor, competition)


def can_rehearse(actor: Actor, competition: Competition) -> bool:
    """Made-up or pasted marks tell nothing of the event: whoever writes, judges at the head of, or watches it."""
    return can_see_changes(actor, competition)
