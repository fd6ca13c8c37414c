"""Who asked for the erasure of an entry's personal data, why, and who agreed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from contest.db import TenantRow, belongs_to, now, utc_field


class Erasure(TenantRow, table=True):
    """One request. It is open until a second person agrees (`decided_at`) or somebody drops it (`dropped_at`)."""

    __tablename__ = "erasure"
    __table_args__ = (belongs_to("entry", "entry_id"),)

    entry_id: str = Field(index=True)
    reason: str = Field(max_length=300)
    asked_by: str = Field(max_length=16)
    asker: str = Field(max_length=100)
    asked_at: datetime = utc_field(default_factory=now)
    decided_by: str = Field(default="", max_length=16)
    decider: str = Field(default="", max_length=100)
    decided_at: datetime | None = utc_field(default=None)
    dropped_at: datetime | None = utc_field(default=None)
    ledger_seq: int | None = None
