"""Panels, recusals, operations as the tablets sent them, current marks, sheets and their sign-off."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class PanelRole(StrEnum):
    JUDGE = "judge"
    CHIEF = "chief"
    CLERK = "clerk"
    RESERVE = "reserve"


ROLE_NAMES: dict[PanelRole, str] = {
    PanelRole.JUDGE: "裁判",
    PanelRole.CHIEF: "裁判长",
    PanelRole.CLERK: "录分员",
    PanelRole.RESERVE: "候补裁判",
}


class PanelMember(TenantRow, table=True):
    """A judge (or chief judge, clerk) of one stage. `code` (J1, J2 …) is the name that the ledger knows.

    Without an account it is an external judge: a clerk types their paper sheets, and `organization_id` is their unit
    (of others the account knows it). `scores` says whether the panel waits for their marks (a chief judge may or may
    not award marks).
    """

    __tablename__ = "panel_member"
    __table_args__ = (
        belongs_to("stage", "stage_id"),
        UniqueConstraint("tenant_id", "stage_id", "account_id"),
        UniqueConstraint("tenant_id", "stage_id", "code"),
    )

    stage_id: str = Field(index=True)
    account_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    name: str = Field(default="", max_length=100)
    organization_id: str | None = Field(default=None, max_length=16)
    role: PanelRole = choice_field(PanelRole, default=PanelRole.JUDGE)
    scores: bool = True
    code: str = Field(max_length=10)
    position: int = 0
    created_at: datetime = utc_field(default_factory=now)
    removed_at: datetime | None = utc_field(default=None)


class Recusal(TenantRow, table=True):
    """A judge kept from an entry, with the reason (own unit is found automatically).

    `ledger_seq` is None until the entry has drawn its code: the ledger knows entries by code only.
    """

    __tablename__ = "recusal"
    __table_args__ = (
        belongs_to("panel_member", "panel_member_id"),
        belongs_to("entry", "entry_id"),
        UniqueConstraint("tenant_id", "panel_member_id", "entry_id"),
    )

    panel_member_id: str = Field(index=True)
    entry_id: str = Field(index=True)
    reason: str
    automatic: bool = False
    ledger_seq: int | None = None
    created_at: datetime = utc_field(default_factory=now)


class OperationResult(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"


class Operation(SQLModel, table=True):
    """What a tablet sent, kept for ever as sent, and what became of it. `op_id` is unique for ever.

    `device` is what the tablet calls itself, `tablet_id` the enrolled tablet that the server knows it came from.
    """

    __tablename__ = "operation"
    __table_args__ = (
        Index("ix_operation_open", "tenant_id", "event_id", "result", "decided_at"),
        Index("ix_operation_sheet", "tenant_id", "event_id", "stage_key", "period_key", "judge_code", "entry_code"),
    )

    tenant_id: str = Field(primary_key=True, max_length=16)
    op_id: str = Field(primary_key=True, max_length=64)
    competition_id: str = Field(default="", index=True, max_length=16)
    event_id: str = Field(default="", max_length=16)
    stage_key: str = Field(default="", max_length=64)
    period_key: str = Field(default="", max_length=64)
    entry_code: str = Field(default="", max_length=64)
    judge_code: str = Field(default="", max_length=10)
    account_id: str = ""
    device: str = ""
    device_seq: int = 0
    tablet_id: str = Field(default="", max_length=16)
    body: str
    result: OperationResult = choice_field(OperationResult)
    reason: str = ""
    ledger_seq: int | None = None
    ledger_hash: str = Field(default="", max_length=64)
    received_at: int = Field(sa_type=BigInteger)
    decided_at: int | None = Field(default=None, sa_type=BigInteger)
    decision: str = ""
    decision_reason: str = Field(default="", max_length=300)


class MarkRow(SQLModel, table=True):
    """The current mark of one judge for one aspect: a projection of the ledger, rebuilt from it at will.

    `revision` is the ledger's sequence number of the row that made it; `by_code` who typed it (the judge, a clerk, the
    chief); `client_time` the typing device's clock in milliseconds, which is evidence and orders nothing.
    """

    __tablename__ = "mark"
    __table_args__ = (
        belongs_to("event", "event_id"),
        Index("ix_mark_sheet", "tenant_id", "event_id", "stage_key", "period_key", "judge_code", "entry_code"),
        Index("ix_mark_revision", "tenant_id", "event_id", "revision"),
    )

    tenant_id: str = Field(primary_key=True, max_length=16)
    event_id: str = Field(primary_key=True, max_length=16)
    stage_key: str = Field(primary_key=True, max_length=64)
    period_key: str = Field(primary_key=True, max_length=64)
    entry_code: str = Field(primary_key=True, max_length=64)
    aspect: str = Field(primary_key=True, max_length=64)
    repetition: int = Field(primary_key=True)
    judge_code: str = Field(primary_key=True, max_length=10)
    units: int | None = Field(default=None, sa_type=BigInteger)
    state: str = "scored"
    reason: str = ""
    by_code: str = Field(default="", max_length=20)
    revision: int
    op_id: str
    client_time: int = Field(default=0, sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class Sheet(TenantRow, table=True):
    """The sign-off of one score sheet (judge x entry x stage x period): bound to the digest of its marks."""

    __tablename__ = "sheet"
    __table_args__ = (
        belongs_to("panel_member", "panel_member_id"),
        belongs_to("entry", "entry_id"),
        belongs_to("period", "period_id"),
        UniqueConstraint("tenant_id", "panel_member_id", "entry_id", "period_id"),
    )

    panel_member_id: str = Field(index=True)
    entry_id: str = Field(index=True)
    period_id: str = Field(index=True)
    signed_at: datetime | None = utc_field(default=None)
    digest: str = ""
    ledger_seq: int | None = None


class SignatureMethod(StrEnum):
    """How the signer was known: the tablet's PIN, a password, the open session alone (an account with neither), a
    signed sheet of paper that a clerk scanned. Of a waiver: nobody signed, two persons say why.
    """

    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 (a word, no secret)
    SESSION = "session"
    PAPER = "paper"
    WAIVED = "waived"


class WaiverGround(StrEnum):
    """Why a signature can't be given. Refused and absent are told apart: the one objects, the other does not."""

    REFUSED = "refused"
    ABSENT = "absent"
    TABLET = "tablet"


GROUND_NAMES: dict[WaiverGround, str] = {
    WaiverGround.REFUSED: "拒绝签字",
    WaiverGround.ABSENT: "不在场",
    WaiverGround.TABLET: "平板丢失或损坏",
}


class SheetSignature(TenantRow, table=True):
    """One signature of a sheet's chain (`signing`): who, over which marks, after which signature.

    `drawing` is the stroke as an SVG path, an optional picture and never the proof. A changed mark voids it.
    A link with a `ground` is no signature but its waiver (`waiving`): `signer` asked for it, `witness` confirmed it.
    """

    __tablename__ = "sheet_signature"
    __table_args__ = (belongs_to("sheet", "sheet_id"),)

    sheet_id: str = Field(index=True)
    role: str = Field(max_length=20)
    account_id: str = ""
    signer: str = Field(default="", max_length=100)
    digest: str = Field(max_length=64)
    previous: str = Field(default="", max_length=64)
    hash: str = Field(max_length=64)
    drawing: str = ""
    method: SignatureMethod = choice_field(SignatureMethod)
    ground: WaiverGround | None = choice_field(WaiverGround, default=None)
    reason: str = ""
    witness: str = Field(default="", max_length=100)
    ledger_seq: int
    signed_at: datetime = utc_field(default_factory=now)
    voided_at: datetime | None = utc_field(default=None)

    @property
    def is_waiver(self) -> bool:
        return self.ground is not None


class SheetScan(TenantRow, table=True):
    """A signed paper sheet as a picture of our own making (no metadata), bound to the marks it was compared with."""

    __tablename__ = "sheet_scan"
    __table_args__ = (belongs_to("sheet", "sheet_id"),)

    sheet_id: str = Field(index=True)
    digest: str = Field(max_length=64)
    picture: bytes = Field(sa_type=LargeBinary)
    made_by: str = Field(default="", max_length=100)
    made_at: datetime = utc_field(default_factory=now)


class TabletContact(SQLModel, table=True):
    """What a judge's tablet last said of itself: when, and how many operations it still held.

    A number for the desk, not evidence: the tablet's own count, at the time of its last contact.
    """

    __tablename__ = "tablet_contact"

    tenant_id: str = Field(primary_key=True, max_length=16)
    account_id: str = Field(primary_key=True, max_length=16)
    device: str = Field(primary_key=True, max_length=64)
    unsent: int
    seen_at: datetime = utc_field()


class PaperCheck(TenantRow, table=True):
    """A second person's word on a paper sheet that a clerk typed: the same as on paper, or not and why.

    Bound to the digest of the marks as they were seen: a later change waits for a new check.
    """

    __tablename__ = "paper_check"
    __table_args__ = (
        belongs_to("event", "event_id"),
        Index("ix_paper_check_sheet", "tenant_id", "event_id", "stage_key", "period_key", "judge_code", "entry_code"),
    )

    event_id: str
    stage_key: str = Field(max_length=64)
    period_key: str = Field(max_length=64)
    judge_code: str = Field(max_length=10)
    entry_code: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    is_confirmed: bool
    reason: str = ""
    by_code: str = Field(max_length=20)
    ledger_seq: int
    checked_at: datetime = utc_field(default_factory=now)
