"""The append-only record of everything that makes a result: one hash chain per competition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from contest.db import TenantRow, belongs_to, now, utc_field


class HasChain(Protocol):
    """What appending needs of a competition."""

    @property
    def tenant_id(self) -> str: ...
    @property
    def id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain of one competition, by its keys alone."""

    tenant_id: str
    id: str


class LedgerRow(SQLModel, table=True):
    """One event of a competition's chain: `hash` as `ledger.chain.link` makes it, `body` canonical JSON.

    The body holds seq, kind, at (milliseconds) and the data: strings, integers and null only; blind codes, no names.
    """

    __tablename__ = "ledger"
    __table_args__ = (belongs_to("competition", "competition_id"),)

    tenant_id: str = Field(primary_key=True, max_length=16)
    competition_id: str = Field(primary_key=True, max_length=16)
    seq: int = Field(primary_key=True)
    kind: str = Field(max_length=40)
    body: str
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class ChainHead(SQLModel, table=True):
    """The last row of a chain; every append locks it."""

    __tablename__ = "ledger_head"
    __table_args__ = (belongs_to("competition", "competition_id"),)

    tenant_id: str = Field(primary_key=True, max_length=16)
    competition_id: str = Field(primary_key=True, max_length=16)
    seq: int = 0
    hash: str = Field(max_length=64)


class Checkpoint(TenantRow, table=True):
    """A signed digest of a chain that leaves the server: size, root, time, Ed25519 signature (hex)."""

    __tablename__ = "checkpoint"
    __table_args__ = (belongs_to("competition", "competition_id"),)

    competition_id: str = Field(index=True)
    size: int
    root: str = Field(max_length=64)
    at: int = Field(sa_type=BigInteger)
    reason: str
    key_id: str
    signature: str


class Countersignature(TenantRow, table=True):
    """A supervisor's word that they hold a checkpoint; the ledger's row `ledger_seq` says the same without a name."""

    __tablename__ = "countersignature"
    __table_args__ = (
        belongs_to("checkpoint", "checkpoint_id"),
        UniqueConstraint("tenant_id", "checkpoint_id", "account_id"),
    )

    checkpoint_id: str
    account_id: str = Field(foreign_key="account.id", index=True)
    name: str = Field(max_length=100)
    at: datetime = utc_field(default_factory=now)
    ledger_seq: int


class SigningKey(SQLModel, table=True):
    """A change of the installation's key: `id` is the fingerprint of the new one (`signing.Succession`)."""

    __tablename__ = "signing_key"

    id: str = Field(primary_key=True, max_length=64)
    old: str = Field(max_length=64)
    new: str = Field(max_length=64)
    endorsement: str = Field(max_length=128)
    acceptance: str = Field(max_length=128)
    made_at: datetime = utc_field(default_factory=now)
