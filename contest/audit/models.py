"""The trail of administrative actions (marks and results have the ledger)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index

from contest.db import TenantRow, now, utc_field


class AuditRecord(TenantRow, table=True):
    """Who did what to what, when; `detail` is a JSON text without secrets."""

    __tablename__ = "audit_record"
    __table_args__ = (Index("ix_audit_record_noun", "tenant_id", "noun", "noun_id"),)

    at: datetime = utc_field(default_factory=now)
    account_id: str | None = None
    actor_name: str = ""
    action: str
    noun: str
    noun_id: str = ""
    detail: str = "{}"
