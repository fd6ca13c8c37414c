"""The tracking page's pictures: how far proposals get, and the confirmed benefit by studio and by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import distinct, func
from sqlmodel import Session, and_, col, select

from contest.actors import Actor
from contest.documents.charts import Bar, bar_chart, funnel_chart
from contest.i18n import N_, gettext
from contest.organizations.models import Organization
from contest.proposals.directory import studio_names
from contest.proposals.models import Proposal, ProposalState, ProposalStep
from contest.proposals.money import yuan
from contest.proposals.queries import HOME, Filter, condition

FUNNEL: Mapping[ProposalState, str] = {
    ProposalState.SUBMITTED: N_("提交"),
    ProposalState.CHECKED: N_("部门通过"),
    ProposalState.SCORED: N_("专家评分"),
    ProposalState.ADOPTED: N_("采纳实施"),
    ProposalState.BENEFIT_CONFIRMED: N_("效益确认"),
}
MOST_BARS = 10
NO_STUDIO = N_("未在工作室名下")


@dataclass(frozen=True, slots=True)
class Pictures:
    """SVG texts, and the figures they say: benefit in yuan, confirmed only."""

    funnel: str
    by_studio: str
    by_unit: str
    proposals: int
    adopted: int
    benefit: Decimal


def pictures(session: Session, actor: Actor, asked: Filter) -> Pictures:
    """The pictures of what the actor sees under these filters, in a fixed number of queries."""
    reached = _reached(session, actor, asked)
    units = _benefit_by(session, actor, asked, Organization.name)
    studios = _benefit_by(session, actor, asked, Proposal.studio_id)
    names = _names(session, actor)
    by_studio = [(names.get(str(key), "—") if key else gettext(NO_STUDIO), fen) for key, fen in studios]
    steps = [Bar(gettext(word), reached.get(state, 0), str(reached.get(state, 0))) for state, word in FUNNEL.items()]
    total = sum(fen for _, fen in units)
    return Pictures(
        funnel=funnel_chart(gettext("提案走到哪一步（件）"), steps),
        by_studio=_bars(gettext("各工作室已确认的年效益（元）"), by_studio),
        by_unit=_bars(gettext("各单位已确认的年效益（元）"), units),
        proposals=reached.get(ProposalState.SUBMITTED, 0),
        adopted=reached.get(ProposalState.ADOPTED, 0),
        benefit=yuan(total) or Decimal(0),
    )


def _reached(session: Session, actor: Actor, asked: Filter) -> dict[ProposalState, int]:
    """State -> how many proposals were ever there: one that was rejected later still got that far."""
    own = and_(col(Proposal.tenant_id) == col(ProposalStep.tenant_id), col(Proposal.id) == ProposalStep.proposal_id)
    query = (
        select(ProposalStep.state, func.count(distinct(col(ProposalStep.proposal_id))))
        .join(Proposal, own)
        .join(Organization, HOME)
        .where(condition(actor, asked))
        .group_by(ProposalStep.state)
    )
    return {ProposalState(state): count for state, count in session.exec(query)}


def _benefit_by(session: Session, actor: Actor, asked: Filter, key: object) -> list[tuple[str, int]]:
    """Key -> confirmed fen, the largest first."""
    total = func.sum(Proposal.benefit_fen)
    query = (
        select(key, total)  # type: ignore[call-overload]
        .select_from(Proposal)
        .join(Organization, HOME)
        .where(condition(actor, asked), col(Proposal.benefit_fen).is_not(None))
        .group_by(key)
        .order_by(total.desc())
    )
    return [(name, int(fen)) for name, fen in session.exec(query)]


def _names(session: Session, actor: Actor) -> dict[str, str]:
    names: dict[str, str] = {}
    for tenant_id in sorted({grant.tenant_id for grant in actor.grants}):
        names |= studio_names(session, tenant_id)
    return names


def _bars(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """Bars of whole yuan; beyond MOST_BARS the rest is one bar. Empty text when there is nothing."""
    shown = list(rows[:MOST_BARS])
    if len(rows) > MOST_BARS:
        shown.append((gettext("其他"), sum(fen for _, fen in rows[MOST_BARS:])))
    bars = [Bar(name, fen, f"{yuan(fen):,.2f}") for name, fen in shown]
    return bar_chart(title, bars) if bars else ""
