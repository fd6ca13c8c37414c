"""What is scored: a person, a team, a project, a case, a proposal; members; factors; vetoes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class EntryKind(StrEnum):
    PERSON = "person"
    TEAM = "team"
    PROJECT = "project"
    CASE = "case"
    PROPOSAL = "proposal"


KIND_NAMES: dict[EntryKind, str] = {
    EntryKind.PERSON: "选手",
    EntryKind.TEAM: "参赛队",
    EntryKind.PROJECT: "工程",
    EntryKind.CASE: "案例",
    EntryKind.PROPOSAL: "提案",
}


class EntryState(StrEnum):
    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"


class Entry(TenantRow, table=True):
    """One entry of one event. `code` is its blind code: the only name that judges and the ledger know.

    `salt` binds code and entry in the draw's commitment; erasing a person destroys name, unit and salt.
    `organization_id` is the known unit (for recusal); `unit` is what is printed.
    """

    __tablename__ = "entry"
    __table_args__ = (
        belongs_to("event", "event_id"),
        UniqueConstraint("tenant_id", "event_id", "number"),
        UniqueConstraint("tenant_id", "event_id", "code"),
        Index("ix_entry_event_name", "tenant_id", "event_id", "name"),
    )

    event_id: str = Field(index=True)
    kind: EntryKind = choice_field(EntryKind)
    number: str = Field(max_length=40)
    name: str = Field(max_length=300)
    unit: str = Field(default="", max_length=300)
    organization_id: str | None = Field(default=None, foreign_key="organization.id")
    account_id: str | None = Field(default=None, index=True)
    worker_number: str = Field(default="", max_length=40)
    phone: str = Field(default="", max_length=20)
    code: str | None = Field(default=None, max_length=20)
    salt: str = Field(default="", max_length=64)
    state: EntryState = choice_field(EntryState, default=EntryState.REGISTERED)
    detail: str = "{}"
    created_at: datetime = utc_field(default_factory=now)


class Member(TenantRow, table=True):
    """A member of a team (or author of a case)."""

    __tablename__ = "entry_member"
    __table_args__ = (belongs_to("entry", "entry_id"),)

    entry_id: str = Field(index=True)
    name: str = Field(max_length=100)
    position: int = 0


class Factor(TenantRow, table=True):
    """A factor (difficulty) of an entry for one aspect and repetition: an exact decimal as text."""

    __tablename__ = "entry_factor"
    __table_args__ = (
        belongs_to("entry", "entry_id"),
        UniqueConstraint("tenant_id", "entry_id", "stage_key", "aspect", "repetition"),
    )

    entry_id: str = Field(index=True)
    stage_key: str
    aspect: str
    repetition: int = 1
    value: str


class Veto(TenantRow, table=True):
    """A veto event against an entry: the score stays, the award is barred."""

    __tablename__ = "entry_veto"
    __table_args__ = (belongs_to("entry", "entry_id"),)

    entry_id: str = Field(index=True)
    veto: str = Field(max_length=60)
    reason: str
    decided_by: str
    happened_on: str = ""
    created_at: datetime = utc_field(default_factory=now)
    withdrawn_at: datetime | None = utc_field(default=None)


class Layer(TenantRow, table=True):
    """One layer of a layered sealing (一次加密, 二次加密), made and held by one encryption officer.

    Number 1 gives an entry a lot number, number 2 gives the lot number the blind code. An event without rows has the
    one plain layer, entry to code. Opened in reverse order, each opening confirmed by a witness.
    """

    __tablename__ = "entry_layer"
    __table_args__ = (belongs_to("event", "event_id"), UniqueConstraint("tenant_id", "event_id", "number"))

    event_id: str
    number: int
    officer_id: str = Field(foreign_key="account.id", max_length=16)
    made_at: datetime | None = utc_field(default=None)
    opened_at: datetime | None = utc_field(default=None)
    witness: str = Field(default="", max_length=100)
    witnessed_at: datetime | None = utc_field(default=None)


class LayerLine(TenantRow, table=True):
    """What a layer gives to whom: entry id to lot number, or lot number to code; `salt` binds the two."""

    __tablename__ = "entry_layer_line"
    __table_args__ = (
        belongs_to("event", "event_id"),
        UniqueConstraint("tenant_id", "event_id", "number", "source"),
        UniqueConstraint("tenant_id", "event_id", "number", "given"),
    )

    event_id: str
    number: int
    source: str = Field(max_length=20)
    given: str = Field(max_length=20)
    salt: str = Field(max_length=64)
