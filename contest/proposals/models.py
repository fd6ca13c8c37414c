"""Proposals from idea to proven benefit."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class ProposalState(StrEnum):
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    CHECKED = "checked"
    SCORED = "scored"
    ADOPTED = "adopted"
    BENEFIT_REPORTED = "benefit_reported"
    BENEFIT_CONFIRMED = "benefit_confirmed"


STATE_NAMES: dict[ProposalState, str] = {
    ProposalState.SUBMITTED: "待部门审核",
    ProposalState.RETURNED: "退回修改",
    ProposalState.REJECTED: "未采纳",
    ProposalState.CHECKED: "部门已审核",
    ProposalState.SCORED: "专家已评分",
    ProposalState.ADOPTED: "已采纳实施",
    ProposalState.BENEFIT_REPORTED: "效益已填报",
    ProposalState.BENEFIT_CONFIRMED: "效益已确认",
}


class Proposal(TenantRow, table=True):
    """A worker's idea. `event_id` is the call (an event of kind proposals) whose panel scores it, `entry_id` its entry.

    `reported_fen` is what the unit reported, `benefit_fen` what finance confirmed, a year, in fen (1/100 yuan).
    `score` and `rank` are those of the panel, as printed. `studio_id` has no foreign key: studios stand
    beside proposals, neither below the other.
    """

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_list", "tenant_id", "state", "created_at"),)

    organization_id: str = Field(foreign_key="organization.id", index=True)
    organization_path: str
    account_id: str = Field(foreign_key="account.id", index=True)
    author: str = Field(max_length=100)
    studio_id: str | None = Field(default=None, index=True)
    event_id: str | None = Field(default=None, index=True)
    entry_id: str | None = None
    title: str = Field(max_length=200)
    problem: str = ""
    idea: str = ""
    expected_benefit: str = ""
    state: ProposalState = choice_field(ProposalState, default=ProposalState.SUBMITTED)
    score: str = ""
    rank: str = ""
    reported_fen: int | None = Field(default=None, sa_type=BigInteger)
    benefit_fen: int | None = Field(default=None, sa_type=BigInteger)
    benefit_note: str = ""
    benefit_confirmed_by: str = ""
    created_at: datetime = utc_field(default_factory=now)
    changed_at: datetime = utc_field(default_factory=now)


class ProposalStep(TenantRow, table=True):
    """One step of a proposal's life: who moved it where, when, with which reason."""

    __tablename__ = "proposal_step"
    __table_args__ = (belongs_to("proposal", "proposal_id"),)

    proposal_id: str = Field(index=True)
    state: ProposalState = choice_field(ProposalState)
    account_id: str | None = None
    actor_name: str
    note: str = ""
    at: datetime = utc_field(default_factory=now)
