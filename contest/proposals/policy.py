"""Who proposes, checks, scores, adopts, reports and confirms: a proposal belongs to its author's organization."""

from __future__ import annotations

from contest.actors import Actor, Role
from contest.proposals.models import Proposal

_MANAGERS = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER})
READERS = _MANAGERS | {Role.DEPARTMENT_CHECKER, Role.FINANCE_CONFIRMER, Role.UNIT_CONTACT, Role.SUPERVISOR}
"""Roles that see every proposal of their subtree; everybody sees the own ones."""
_ALL = frozenset({str(role) for role in READERS | {Role.MEMBER, Role.JUDGE, Role.CHIEF_JUDGE}})
_CHECKER = frozenset({Role.DEPARTMENT_CHECKER.value})
_ORGANIZER = frozenset({Role.ORGANIZER.value})
_REPORTERS = frozenset({str(role) for role in (Role.MEMBER, Role.UNIT_CONTACT, Role.ORGANIZER)})
_FINANCE = frozenset({Role.FINANCE_CONFIRMER.value})

ROUTES: dict[str, frozenset[str]] = {
    "proposals.index": _ALL,
    "proposals.new": _ALL,
    "proposals.create": _ALL,
    "proposals.show": _ALL,
    "proposals.edit": _ALL,
    "proposals.update": _ALL,
    "proposals.check": _CHECKER,
    "proposals.send_to_panel": _CHECKER | _ORGANIZER,
    "proposals.record_score": _ORGANIZER,
    "proposals.adopt": _ORGANIZER,
    "proposals.report_benefit": _REPORTERS,
    "proposals.confirm_benefit": _FINANCE,
}


def _holds(actor: Actor, proposal: Proposal, *roles: Role) -> bool:
    return actor.holds_any(*roles, tenant_id=proposal.tenant_id, path=proposal.organization_path)


def is_author(actor: Actor, proposal: Proposal) -> bool:
    return actor.account_id is not None and actor.account_id == proposal.account_id


def can_see_proposal(actor: Actor, proposal: Proposal) -> bool:
    return is_author(actor, proposal) or _holds(actor, proposal, *READERS)


def can_check_proposal(actor: Actor, proposal: Proposal) -> bool:
    """The department, but nobody their own idea."""
    return _holds(actor, proposal, Role.DEPARTMENT_CHECKER) and not is_author(actor, proposal)


def can_send_to_panel(actor: Actor, proposal: Proposal) -> bool:
    return _holds(actor, proposal, Role.DEPARTMENT_CHECKER, Role.ORGANIZER)


def can_adopt_proposal(actor: Actor, proposal: Proposal) -> bool:
    return _holds(actor, proposal, Role.ORGANIZER)


def can_report_benefit(actor: Actor, proposal: Proposal) -> bool:
    return is_author(actor, proposal) or _holds(actor, proposal, Role.UNIT_CONTACT, Role.ORGANIZER)


def can_confirm_benefit(actor: Actor, proposal: Proposal, reported_by: str | None) -> bool:
    """Finance, and never the person who reported it (a second person confirms), nor the author."""
    second = actor.account_id is None or actor.account_id not in (reported_by, proposal.account_id)
    return _holds(actor, proposal, Role.FINANCE_CONFIRMER) and second
