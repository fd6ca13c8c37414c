"""Tables over several events of a competition (团体、全能、积分): their rules in versions, and what was published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, now, utc_field


class OverallTable(TenantRow, table=True):
    """One table of a competition; its titles are those of the newest version of its rule."""

    __tablename__ = "overall_table"
    __table_args__ = (
        belongs_to("competition", "competition_id"),
        Index("ix_overall_table_competition", "tenant_id", "competition_id"),
    )

    competition_id: str
    title: str = Field(max_length=200)
    title_en: str = Field(default="", max_length=200)
    created_at: datetime = utc_field(default_factory=now)


class OverallRule(TenantRow, table=True):
    """One version of a table's rule: the JSON document and its digest. Adopted ones never change.

    `reason`: why it follows the one before.
    """

    __tablename__ = "overall_rule"
    __table_args__ = (belongs_to("overall_table", "table_id"), UniqueConstraint("tenant_id", "table_id", "version"))

    table_id: str
    version: int
    document: str
    digest: str = Field(max_length=64)
    reason: str = Field(default="", max_length=500)
    created_at: datetime = utc_field(default_factory=now)
    adopted_at: datetime | None = utc_field(default=None)
    adopted_by: str = ""


class OverallPublication(TenantRow, table=True):
    """Version `version` of a table as the public sees it: `snapshot` (JSON) and its digest; never changed."""

    __tablename__ = "overall_publication"
    __table_args__ = (belongs_to("overall_table", "table_id"), UniqueConstraint("tenant_id", "table_id", "version"))

    table_id: str
    version: int
    rule_version: int
    snapshot: str
    digest: str = Field(max_length=64)
    checkpoint_id: str
    ledger_seq: int
    published_at: datetime = utc_field(default_factory=now)
    published_by: str = ""
