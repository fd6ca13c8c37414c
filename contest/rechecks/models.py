"""Rechecks (复核): which entries are read again before results, what was found, how often it was wrong."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class RecheckState(StrEnum):
    """ordered: the secret is committed to; drawn: the sample is known, sheets are read; closed: signed; void."""

    ORDERED = "ordered"
    DRAWN = "drawn"
    CLOSED = "closed"
    VOID = "void"


class Chosen(StrEnum):
    TOP = "top"
    SAMPLE = "sample"
    FULL = "full"


CHOSEN_NAMES: dict[Chosen, str] = {
    Chosen.TOP: "名列前茅",
    Chosen.SAMPLE: "抽中",
    Chosen.FULL: "全部复核",
}


class ItemState(StrEnum):
    WAITING = "waiting"
    RIGHT = "right"
    WRONG = "wrong"


ITEM_NAMES: dict[ItemState, str] = {
    ItemState.WAITING: "待复核",
    ItemState.RIGHT: "无误",
    ItemState.WRONG: "有误",
}


class Recheck(TenantRow, table=True):
    """One recheck of an event's locked marks.

    `candidates` (JSON) are the codes in the order in which lots are drawn; `secret` (hex) is committed to before
    `words` are known, so that neither the server nor the supervisor can choose; `seed` is made of both and `root`.
    """

    __tablename__ = "recheck"
    __table_args__ = (belongs_to("event", "event_id"),)

    event_id: str = Field(index=True)
    state: RecheckState = choice_field(RecheckState, default=RecheckState.ORDERED)
    top: int
    percent: int
    candidates: str
    secret: str = Field(max_length=64)
    root: str = Field(max_length=64)
    words: str = Field(default="", max_length=200)
    seed: str = Field(default="", max_length=64)
    is_full: bool = False
    ordered_by: str = Field(default="", max_length=100)
    ordered_at: datetime = utc_field(default_factory=now)
    drawn_by: str = Field(default="", max_length=100)
    drawn_at: datetime | None = utc_field(default=None)
    closed_by: str = Field(default="", max_length=100)
    closed_at: datetime | None = utc_field(default=None)
    ledger_seq: int


class RecheckItem(TenantRow, table=True):
    """One entry that is read again, and what its reader found; `digest` names the marks that were read."""

    __tablename__ = "recheck_item"
    __table_args__ = (belongs_to("recheck", "recheck_id"), UniqueConstraint("tenant_id", "recheck_id", "code"))

    recheck_id: str = Field(index=True)
    code: str = Field(max_length=20)
    position: int
    chosen: Chosen = choice_field(Chosen)
    state: ItemState = choice_field(ItemState, default=ItemState.WAITING)
    digest: str = Field(default="", max_length=64)
    note: str = ""
    checker_id: str = ""
    checker: str = Field(default="", max_length=100)
    checked_at: datetime | None = utc_field(default=None)


class RecheckFinding(TenantRow, table=True):
    """One mark that is not what the paper says: its place, and what is right."""

    __tablename__ = "recheck_finding"
    __table_args__ = (belongs_to("recheck_item", "item_id"),)

    item_id: str = Field(index=True)
    stage_key: str = Field(max_length=64)
    period_key: str = Field(max_length=64)
    aspect: str = Field(max_length=64)
    repetition: int
    judge_code: str = Field(default="", max_length=10)
    units: int | None = Field(default=None, sa_type=BigInteger)
    state: str = Field(default="scored", max_length=20)
