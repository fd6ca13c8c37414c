"""Acts that take two persons: unsealing, publishing, correcting, waiving a signature, lifting a recusal and more."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class ActKind(StrEnum):
    UNSEALING = "unsealing"
    PUBLICATION = "publication"
    MARK = "mark"
    FACT = "fact"
    WITHDRAWAL = "withdrawal"
    RECUSAL = "recusal"
    WAIVER = "waiver"
    CONFLICT = "conflict"
    TABLE = "table"
    FORMALITIES = "formalities"
    UNLOCK = "unlock"
    RECUSING = "recusing"


class ActState(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATE_NAMES: dict[ActState, str] = {
    ActState.PROPOSED: "等待第二人确认",
    ActState.CONFIRMED: "已确认并生效",
    ActState.REFUSED: "未同意",
    ActState.WITHDRAWN: "已撤回",
}


class Act(TenantRow, table=True):
    """One act: proposed by one person, confirmed or refused by another; nothing happens before. `event_id`: None of
    what concerns the whole competition.

    `subject` says what it is about (a layer, a mark's place, a recusal), `payload` (JSON) what shall be done, `digest`
    names what both persons saw. `effects`: JSON of the consequences as they were when it took effect.
    """

    __tablename__ = "act"
    __table_args__ = (
        belongs_to("competition", "competition_id"),
        belongs_to("event", "event_id"),
        Index("ix_act_open", "tenant_id", "event_id", "kind", "state"),
        Index("ix_act_competition", "tenant_id", "competition_id", "kind"),
    )

    competition_id: str
    event_id: str | None = Field(default=None, index=True)
    kind: ActKind = choice_field(ActKind)
    subject: str = Field(default="", max_length=300)
    payload: str = "{}"
    digest: str = Field(default="", max_length=64)
    effects: str = ""
    reason: str = ""
    state: ActState = choice_field(ActState, default=ActState.PROPOSED)
    proposed_by: str
    proposer: str
    proposed_at: datetime = utc_field(default_factory=now)
    decided_by: str = ""
    decider: str = ""
    decided_at: datetime | None = utc_field(default=None)
    decision: str = ""
    ledger_seq: int | None = None
