"""Reading proposals: who sees which, the list, one proposal with its steps, the calls that take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.competitions.models import Competition, CompetitionKind, Event
from contest.db import like_pattern, now
from contest.entries.policy import CHANGEABLE
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.organizations.models import Organization
from contest.proposals import policy
from contest.proposals.benefits import reporter
from contest.proposals.directory import studio_names
from contest.proposals.models import Proposal, ProposalState, ProposalStep
from contest.proposals.money import yuan

SORTS: Mapping[str, Any] = {
    "created": col(Proposal.created_at),
    "title": col(Proposal.title),
    "author": col(Proposal.author),
    "unit": col(Organization.name),
    "state": col(Proposal.state),
    "benefit": func.coalesce(Proposal.benefit_fen, -1),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the tracking page shows; empty texts ask for everything."""

    state: str = ""
    studio: str = ""
    unit: str = ""
    search: str = ""
    only_mine: bool = False


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One line of the tracking page; `days` since it was submitted; `benefit` in yuan, confirmed only."""

    id: str
    title: str
    author: str
    unit: str
    studio: str
    state: ProposalState
    days: int
    waiting: int
    score: str
    benefit: Decimal | None


@dataclass(frozen=True, slots=True)
class ProposalView:
    """One proposal with its way so far and what this actor may do with it now."""

    proposal: Proposal
    unit: str
    studio: str
    call: str
    steps: Sequence[ProposalStep]
    days: int
    may: frozenset[str]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`policy.can_see_proposal` as a condition."""
    if actor.is_system:
        return true()
    found = [
        and_(
            col(Proposal.tenant_id) == grant.tenant_id,
            col(Proposal.organization_path).startswith(grant.path, autoescape=True),
        )
        for grant in actor.grants
        if grant.role in policy.READERS and grant.competition_id is None
    ]
    if actor.account_id:
        found.append(col(Proposal.account_id) == actor.account_id)
    return or_(*found) if found else false()


def condition(actor: Actor, asked: Filter) -> ColumnElement[bool]:
    """Visible to the actor, and what the filters ask for."""
    parts = [visible_to(actor)]
    if asked.state in set(ProposalState):
        parts.append(col(Proposal.state) == ProposalState(asked.state))
    if asked.studio:
        parts.append(col(Proposal.studio_id) == asked.studio)
    if asked.unit:
        parts.append(col(Proposal.organization_id) == asked.unit)
    if asked.only_mine:
        parts.append(col(Proposal.account_id) == (actor.account_id or ""))
    if asked.search:
        fields = (Proposal.title, Proposal.author, Proposal.problem, Proposal.idea, Organization.name)
        parts.append(or_(*(col(field).ilike(like_pattern(asked.search), escape="\\") for field in fields)))
    return and_(*parts)


HOME = col(Organization.id) == col(Proposal.organization_id)


def proposal_lines(
    session: Session, actor: Actor, asked: Filter, *, sort: str, descending: bool, offset: int, limit: int
) -> tuple[list[ProposalLine], int]:
    """One page of the tracking list, and how many proposals there are in all."""
    where = condition(actor, asked)
    total = session.exec(select(func.count()).select_from(Proposal).join(Organization, HOME).where(where)).one()
    order = SORTS[sort].desc() if descending else SORTS[sort].asc()
    query = select(Proposal, Organization.name).join(Organization, HOME).where(where)
    rows = session.exec(query.order_by(order, col(Proposal.id)).offset(offset).limit(limit)).all()
    names: dict[str, str] = {}
    for tenant_id in {row.tenant_id for row, _ in rows if row.studio_id}:
        names |= studio_names(session, tenant_id)
    today = now()
    return [_line(row, unit, names, today) for row, unit in rows], total


def _line(row: Proposal, unit: str, names: Mapping[str, str], today: datetime) -> ProposalLine:
    return ProposalLine(
        row.id, row.title, row.author, unit, names.get(row.studio_id or "", ""), row.state,
        days=(today - row.created_at).days, waiting=(today - row.changed_at).days, score=row.score,
        benefit=yuan(row.benefit_fen),
    )  # fmt: skip


def get_proposal(session: Session, actor: Actor, proposal_id: str) -> Proposal:
    """A proposal that the actor may see.

    Raises:
        NotFoundError: none, or none of theirs.
    """
    found = session.exec(select(Proposal).where(Proposal.id == proposal_id)).first()
    if found is None or not policy.can_see_proposal(actor, found):
        raise NotFoundError(N_("找不到这个提案。"))
    return found


def proposal_view(session: Session, actor: Actor, proposal_id: str) -> ProposalView:
    """One proposal with everything its page shows (NotFoundError as `get_proposal`)."""
    proposal = get_proposal(session, actor, proposal_id)
    steps = session.exec(
        select(ProposalStep)
        .where(ProposalStep.tenant_id == proposal.tenant_id, ProposalStep.proposal_id == proposal.id)
        .order_by(col(ProposalStep.at), col(ProposalStep.id))
    ).all()
    event = session.get(Event, (proposal.tenant_id, proposal.event_id)) if proposal.event_id else None
    unit = session.get_one(Organization, proposal.organization_id).name
    studio = studio_names(session, proposal.tenant_id).get(proposal.studio_id or "", "")
    may = frozenset(_may(session, actor, proposal, event))
    days = (now() - proposal.created_at).days
    return ProposalView(proposal, unit, studio, event.title if event else "", steps, days, may)


def _may(session: Session, actor: Actor, proposal: Proposal, event: Event | None) -> list[str]:
    """What the page offers: the right, and the right moment."""
    state = proposal.state
    manages = policy.can_adopt_proposal(actor, proposal)
    is_scored = event is not None and event.state.value in ("locked", "published", "closed")
    takes_entries = event is not None and event.state in CHANGEABLE
    confirms = policy.can_confirm_benefit(actor, proposal, reporter(session, proposal))
    offers = {
        "edit": state is ProposalState.RETURNED and policy.is_author(actor, proposal),
        "check": state is ProposalState.SUBMITTED and policy.can_check_proposal(actor, proposal),
        "send": state is ProposalState.CHECKED and not proposal.entry_id and takes_entries
        and policy.can_send_to_panel(actor, proposal),
        "score": state is ProposalState.CHECKED and bool(proposal.entry_id) and is_scored and manages,
        "reject": state in (ProposalState.CHECKED, ProposalState.SCORED) and manages,
        "adopt": state is ProposalState.SCORED and manages,
        "report": state is ProposalState.ADOPTED and policy.can_report_benefit(actor, proposal),
        "confirm": state is ProposalState.BENEFIT_REPORTED and confirms,
    }  # fmt: skip
    return [name for name, offered in offers.items() if offered]


def open_calls(session: Session, tenant_id: str) -> list[tuple[str, str]]:
    """(event id, title) of the calls that take proposals, newest first; a proposal may also answer none."""
    owner = and_(col(Competition.tenant_id) == col(Event.tenant_id), col(Competition.id) == col(Event.competition_id))
    query = (
        select(Event.id, Competition.title, Event.title)
        .join(Competition, owner)
        .where(
            Event.tenant_id == tenant_id,
            Competition.kind == CompetitionKind.PROPOSALS,
            col(Event.state).in_(CHANGEABLE),
        )
        .order_by(col(Event.created_at).desc())
        .limit(50)
    )
    return [(event_id, f"{competition} · {event}") for event_id, competition, event in session.exec(query)]
