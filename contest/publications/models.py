"""Immutable numbered snapshots of results, and the current provisional board."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class PublicationKind(StrEnum):
    RESULT = "result"
    BULLETIN = "bulletin"


class Publication(TenantRow, table=True):
    """Version `version` of an event's results: `snapshot` (JSON: all that the public may see) and its digest.

    `bundle` is the zip that the independent verifier checks.
    """

    __tablename__ = "publication"
    __table_args__ = (belongs_to("event", "event_id"), UniqueConstraint("tenant_id", "event_id", "version"))

    event_id: str = Field(index=True)
    version: int
    kind: PublicationKind = choice_field(PublicationKind, default=PublicationKind.RESULT)
    title: str
    snapshot: str
    digest: str = Field(max_length=64)
    bundle: bytes = Field(sa_type=LargeBinary)
    checkpoint_id: str
    ledger_seq: int
    published_at: datetime = utc_field(default_factory=now)
    published_by: str = ""


class BoardSnapshot(SQLModel, table=True):
    """The latest provisional board of an event: replaced, with a growing version that the live stream announces."""

    __tablename__ = "board_snapshot"
    __table_args__ = (belongs_to("event", "event_id"),)

    tenant_id: str = Field(primary_key=True, max_length=16)
    event_id: str = Field(primary_key=True, max_length=16)
    version: int = 0
    snapshot: str = "{}"
    made_at: datetime = utc_field(default_factory=now)
