"""Awards given: title and tier from the rule set, to an entry, from one publication."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class AwardState(StrEnum):
    PROPOSED = "proposed"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class AwardGiven(TenantRow, table=True):
    """One award of one entry. `reason` is JSON (awards/reasons.py); `position` is its place in the whole list."""

    __tablename__ = "award_given"
    __table_args__ = (
        belongs_to("event", "event_id"),
        belongs_to("entry", "entry_id"),
        UniqueConstraint("tenant_id", "event_id", "entry_id", "award_key"),
    )

    event_id: str = Field(index=True)
    entry_id: str = Field(index=True)
    publication_version: int
    award_key: str = Field(max_length=60)
    title: str = Field(max_length=200)
    rank: str = ""
    position: int = 0
    reason: str = ""
    state: AwardState = choice_field(AwardState, default=AwardState.PROPOSED)
    created_at: datetime = utc_field(default_factory=now)
