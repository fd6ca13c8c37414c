"""Changes of an adopted rule set, proposed by one person and decided by another; pasted marks of rehearsals."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class ChangeState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


STATE_NAMES: dict[ChangeState, str] = {
    ChangeState.PROPOSED: "等待第二人批准",
    ChangeState.APPROVED: "已批准并生效",
    ChangeState.REJECTED: "未批准",
    ChangeState.WITHDRAWN: "已撤回",
}


class RuleChange(TenantRow, table=True):
    """One proposal to replace the rule set in force (`base_id`) by a draft (`version_id`), with its reason.

    `rules`: the digest that the new rule set will have. `effects`: JSON of what would change, as its proposer saw it,
    then as it was when it took effect; `effects_digest` names that list. `proposed_by`, `decided_by`: account ids.
    """

    __tablename__ = "rule_change"
    __table_args__ = (
        belongs_to("event", "event_id"),
        belongs_to("rule_set_version", "version_id"),
        belongs_to("rule_set_version", "base_id"),
    )

    event_id: str = Field(index=True)
    version_id: str
    base_id: str
    rules: str = Field(max_length=64)
    reason: str
    state: ChangeState = choice_field(ChangeState, default=ChangeState.PROPOSED)
    effects: str
    effects_digest: str = Field(max_length=64)
    affected: int = 0
    proposed_by: str
    proposer: str
    proposed_at: datetime = utc_field(default_factory=now)
    decided_by: str = ""
    decider: str = ""
    decided_at: datetime | None = utc_field(default=None)
    decision: str = ""
    ledger_seq: int | None = None


class Rehearsal(TenantRow, table=True):
    """Pasted or uploaded marks of one rehearsal (`data`: a marks file); never in the ledger, the newest few stay."""

    __tablename__ = "rehearsal"
    __table_args__ = (belongs_to("event", "event_id"),)

    event_id: str = Field(index=True)
    file_name: str = Field(max_length=200)
    data: bytes = Field(sa_type=LargeBinary)
    made_by: str = ""
    made_at: datetime = utc_field(default_factory=now)
