"""The benefit of an adopted proposal: the unit reports it, finance confirms it (one year from adoption, rules.md 5)."""

from __future__ import annotations

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.errors import DomainError, InvalidError
from contest.i18n import N_
from contest.proposals import policy
from contest.proposals.models import Proposal, ProposalState, ProposalStep
from contest.proposals.money import parse_yuan, yuan
from contest.proposals.steps import FIX, keep, move, require

S = ProposalState


def report_benefit(session: Session, actor: Actor, proposal: Proposal, amount: str, note: str) -> Proposal:
    """The unit reports one year's benefit from adoption: `amount` in yuan as typed, `note` how it was computed.

    Raises:
        ForbiddenError: neither author nor unit.
        InvalidError: no amount, or no account of it.
        ConflictError: not adopted.
    """
    require(policy.can_report_benefit(actor, proposal))
    proposal.reported_fen = parse_yuan(amount)
    if not note.strip():
        raise InvalidError(FIX, fields={"note": DomainError(N_("请写明效益是怎么算出来的。"))})
    return move(session, actor, proposal, S.BENEFIT_REPORTED, note)


def confirm_benefit(session: Session, actor: Actor, proposal: Proposal, amount: str, note: str = "") -> Proposal:
    """Finance confirms the benefit; a different amount than reported needs a note that says why.

    Raises:
        ForbiddenError: not finance, or the person who reported it.
        InvalidError: no amount, or no reason for a different one.
        ConflictError: nothing is reported.
    """
    require(policy.can_confirm_benefit(actor, proposal, reporter(session, proposal)))
    fen = parse_yuan(amount)
    if fen != proposal.reported_fen and not note.strip():
        differs = N_("确认金额与填报的 %(reported)s 元不同，请写明原因。")
        why = DomainError(differs, reported=str(yuan(proposal.reported_fen)))
        raise InvalidError(FIX, fields={"note": why})
    move(session, actor, proposal, S.BENEFIT_CONFIRMED, note)
    proposal.benefit_fen, proposal.benefit_note, proposal.benefit_confirmed_by = fen, note, actor.name
    return keep(session, proposal)


def return_benefit(session: Session, actor: Actor, proposal: Proposal, note: str) -> Proposal:
    """Finance sends a report back, with the reason.

    Raises:
        ForbiddenError: not finance, or the person who reported it.
        InvalidError: no reason.
        ConflictError: nothing is reported.
    """
    require(policy.can_confirm_benefit(actor, proposal, reporter(session, proposal)))
    return move(session, actor, proposal, S.ADOPTED, note)


def reporter(session: Session, proposal: Proposal) -> str | None:
    """The account that reported the benefit last."""
    query = select(ProposalStep.account_id).where(
        ProposalStep.tenant_id == proposal.tenant_id,
        ProposalStep.proposal_id == proposal.id,
        ProposalStep.state == S.BENEFIT_REPORTED,
    )
    return session.exec(query.order_by(col(ProposalStep.at).desc(), col(ProposalStep.id).desc())).first()
