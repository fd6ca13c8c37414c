"""Bulletins (通报): what was told of a period, numbered and never changed afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, now, utc_field


class Bulletin(TenantRow, table=True):
    """One issued bulletin of an event. `body`: JSON of the rows as they were told; `digest` its SHA-256.

    `first_period`, `last_period` are period keys of `stage_key`; `words` is what the committee adds.
    """

    __tablename__ = "bulletin"
    __table_args__ = (belongs_to("event", "event_id"), UniqueConstraint("tenant_id", "event_id", "number"))

    event_id: str
    number: int
    title: str = Field(max_length=200)
    stage_key: str = Field(max_length=64)
    first_period: str = Field(max_length=64)
    last_period: str = Field(max_length=64)
    words: str = Field(default="", max_length=2000)
    body: str
    digest: str = Field(max_length=64)
    by_name: str = Field(default="", max_length=100)
    issued_at: datetime = utc_field(default_factory=now)
