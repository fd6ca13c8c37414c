"""One step of a proposal's life, with its trace; every service of this feature moves a proposal through here."""

from __future__ import annotations

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.services import record
from contest.core.workflow import TransitionError, needs_reason, require_transition
from contest.db import now
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.proposals.models import STATE_NAMES, Proposal, ProposalState, ProposalStep

NOT_YOURS = N_("这一步不由您办理。")
FIX = N_("有几项需要改正，已标在下面。")


def require(allowed: bool) -> None:
    """ForbiddenError unless `allowed`."""
    if not allowed:
        raise ForbiddenError(NOT_YOURS)


def move(session: Session, actor: Actor, proposal: Proposal, target: ProposalState, note: str) -> Proposal:
    """One step of the workflow, with its trace; a step that is not legal from here is a conflict (stale page)."""
    start = proposal.state
    try:
        require_transition("proposal", start.value, target.value)
    except TransitionError:
        raise ConflictError(
            N_("提案现在是“%(state)s”，不能再做这一步。请刷新后再看。"), state=STATE_NAMES[start]
        ) from None
    if needs_reason("proposal", start.value, target.value) and not note.strip():
        raise InvalidError(FIX, fields={"note": DomainError(N_("请写明理由，提案人会看到。"))})
    proposal.state = target
    keep(session, proposal)
    note_step(session, actor, proposal, note.strip())
    record(session, actor, proposal.tenant_id, "move", "proposal", proposal.id, to=target.value)
    return proposal


def keep(session: Session, proposal: Proposal) -> Proposal:
    """Writes the proposal with the time of its change."""
    proposal.changed_at = now()
    session.add(proposal)
    session.flush()
    return proposal


def note_step(session: Session, actor: Actor, proposal: Proposal, note: str) -> None:
    """Puts down that the proposal is where it now is: who, when, why."""
    session.add(
        ProposalStep(
            tenant_id=proposal.tenant_id,
            proposal_id=proposal.id,
            state=proposal.state,
            account_id=actor.account_id,
            actor_name=actor.name,
            note=note,
        )
    )
    session.flush()
