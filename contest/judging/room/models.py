"""What passes in the judging room: messages, explanations, clocks of the stations, photographs of paper sheets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, now, utc_field


class JudgeMessage(TenantRow, table=True):
    """A short text from the chief judge or organizer to one judge of a stage, or (without `member_id`) to its panel."""

    __tablename__ = "judge_message"
    __table_args__ = (
        belongs_to("event", "event_id"),
        belongs_to("stage", "stage_id"),
        belongs_to("panel_member", "member_id"),
    )

    event_id: str = Field(index=True)
    stage_id: str = Field(index=True)
    member_id: str | None = None
    text: str = Field(max_length=200)
    sent_by: str | None = Field(default=None, max_length=16)
    sender: str = Field(max_length=100)
    sent_at: datetime = utc_field(default_factory=now)


class MessageReceipt(TenantRow, table=True):
    """A judge has read a message."""

    __tablename__ = "message_receipt"
    __table_args__ = (
        belongs_to("judge_message", "message_id"),
        belongs_to("panel_member", "member_id"),
        UniqueConstraint("tenant_id", "message_id", "member_id"),
    )

    message_id: str
    member_id: str = Field(index=True)
    read_at: datetime = utc_field(default_factory=now)


class Explanation(TenantRow, table=True):
    """Why a judge's mark lies where it lies, given while the panel was too far apart; the ledger has it too."""

    __tablename__ = "explanation"
    __table_args__ = (
        belongs_to("event", "event_id"),
        Index("ix_explanation_place", "tenant_id", "event_id", "stage_key", "period_key", "entry_code"),
    )

    event_id: str
    stage_key: str = Field(max_length=64)
    period_key: str = Field(max_length=64)
    entry_code: str = Field(max_length=64)
    aspect: str = Field(max_length=64)
    repetition: int
    judge_code: str = Field(max_length=10)
    text: str = Field(max_length=300)
    ledger_seq: int
    made_at: datetime = utc_field(default_factory=now)


class StationClock(TenantRow, table=True):
    """The time of a station or heat (`label`), by the server's clock: what is used up, and since when it runs.

    Every step (start, pause, extend, end) is a row of the ledger; this is how it stands now.
    """

    __tablename__ = "station_clock"
    __table_args__ = (belongs_to("period", "period_id"), UniqueConstraint("tenant_id", "period_id", "label"))

    period_id: str = Field(index=True)
    label: str = Field(max_length=40)
    entry_code: str = Field(default="", max_length=64)
    seconds: int
    used_ms: int = Field(default=0, sa_type=BigInteger)
    running_since: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)


class PaperScan(TenantRow, table=True):
    """A photograph of a paper score sheet, drawn anew (no metadata); its digest stands in the ledger."""

    __tablename__ = "paper_scan"
    __table_args__ = (
        belongs_to("period", "period_id"),
        Index("ix_paper_scan_sheet", "tenant_id", "period_id", "entry_code", "judge_code"),
    )

    period_id: str
    entry_code: str = Field(max_length=64)
    judge_code: str = Field(default="", max_length=10)
    data: bytes = Field(sa_type=LargeBinary)
    width: int
    height: int
    digest: str = Field(max_length=64)
    account_id: str | None = Field(default=None, max_length=16)
    added_by: str = Field(default="", max_length=100)
    ledger_seq: int
    added_at: datetime = utc_field(default_factory=now)
