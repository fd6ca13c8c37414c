"""The venue before the judging: tickets, check-in, the draw of order and stations, seats."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class Presence(StrEnum):
    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


PRESENCE_NAMES: dict[Presence, str] = {
    Presence.PRESENT: "已到",
    Presence.LATE: "迟到",
    Presence.ABSENT: "缺席",
}


class Ticket(TenantRow, table=True):
    """The ticket (参赛证) that an entry shows at the door. `secret` is the unguessable part of its QR code.

    It is kept in the open because it is printed again and gives nobody anything: it tells a clerk who is signed in
    whom they have before them.
    """

    __tablename__ = "ticket"
    __table_args__ = (belongs_to("entry", "entry_id"), Index("ix_ticket_id", "id"))

    entry_id: str = Field(index=True)
    secret: str = Field(max_length=32)
    created_at: datetime = utc_field(default_factory=now)
    revoked_at: datetime | None = utc_field(default=None)


class CheckIn(TenantRow, table=True):
    """What the check-in clerk found (检录): one row a finding; the one not undone holds."""

    __tablename__ = "check_in"
    __table_args__ = (
        belongs_to("event", "event_id"),
        belongs_to("entry", "entry_id"),
        Index("ix_check_in_event", "tenant_id", "event_id", "undone_at"),
    )

    event_id: str
    entry_id: str = Field(index=True)
    presence: Presence = choice_field(Presence)
    at: datetime = utc_field(default_factory=now)
    by_name: str = Field(default="", max_length=100)
    undone_at: datetime | None = utc_field(default=None)
    undone_by: str = Field(default="", max_length=100)
    undo_reason: str = Field(default="", max_length=300)


class OrderDraw(TenantRow, table=True):
    """One draw of order and stations (docs/draw.md): first its seed is committed to, then it is revealed.

    `listed` are the codes drawn, one a line; a later draw of the same stage takes the codes that came since. `seed` is
    told to nobody while `revealed_at` is empty. Heats start at `starts_at` and every `minutes` after it, if given.
    """

    __tablename__ = "order_draw"
    __table_args__ = (belongs_to("stage", "stage_id"), UniqueConstraint("tenant_id", "stage_id", "number"))

    stage_id: str
    number: int
    seed: str = Field(max_length=64)
    public: str = Field(default="", max_length=100)
    listed: str
    stations: int
    starts_at: datetime | None = utc_field(default=None)
    minutes: int | None = None
    committed_at: datetime = utc_field(default_factory=now)
    committed_by: str = Field(default="", max_length=100)
    committed_seq: int
    revealed_at: datetime | None = utc_field(default=None)
    revealed_by: str = Field(default="", max_length=100)
    revealed_seq: int | None = None
    voided_at: datetime | None = utc_field(default=None)
    void_reason: str = ""
    """Since when, and why, it counts no more: the stage that decided its list was opened again (`voiding`)."""


class Seat(TenantRow, table=True):
    """Where and when a code appears. `heat` counts through all draws of the stage."""

    __tablename__ = "seat"
    __table_args__ = (
        belongs_to("order_draw", "draw_id"),
        belongs_to("stage", "stage_id"),
        UniqueConstraint("tenant_id", "stage_id", "code"),
        UniqueConstraint("tenant_id", "stage_id", "position"),
    )

    draw_id: str = Field(index=True)
    stage_id: str
    code: str = Field(max_length=64)
    position: int
    heat: int
    station: int
    starts_at: datetime | None = utc_field(default=None)
