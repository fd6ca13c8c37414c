"""A report as it was made: its figures never change, a newer report stands beside it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from contest.db import TenantRow, belongs_to, now, utc_field


class FairnessReport(TenantRow, table=True):
    """The figures of one stage's panel. `body` is JSON (fairness/making.py) that knows entries by code only.

    `ledger_size` is the length of the ledger it was made from: a longer one means that the report may be out of date.
    `with_ranks` says whether it holds totals and ranks, which nobody sees before the lock.
    """

    __tablename__ = "fairness_report"
    __table_args__ = (belongs_to("event", "event_id"),)

    event_id: str = Field(index=True)
    stage_key: str = Field(max_length=64)
    body: str
    ledger_size: int = 0
    with_ranks: bool = False
    made_by: str = Field(default="", max_length=100)
    made_at: datetime = utc_field(default_factory=now)
