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


class PoolJudge(TenantRow, table=True):
    """A person in the pool of judges (裁判库) of a competition: what they can judge."""

    __tablename__ = "pool_judge"
    __table_args__ = (
        belongs_to("competition", "competition_id"),
        UniqueConstraint("tenant_id", "competition_id", "account_id"),
    )

    competition_id: str
    account_id: str = Field(foreign_key="account.id", max_length=16)
    specialities: str = Field(default="", max_length=300)
    created_at: datetime = utc_field(default_factory=now)


class DeclaredConflict(TenantRow, table=True):
    """A judge must not meet the entries of this unit, or of what is below it, in this competition: with a reason.

    It holds wherever the judge sits on a panel, and for entries that come later too. One entry alone: `Recusal`.
    """

    __tablename__ = "declared_conflict"
    __table_args__ = (
        belongs_to("competition", "competition_id"),
        UniqueConstraint(
            "tenant_id", "competition_id", "account_id", "organization_id", name="uq_declared_conflict_pair"
        ),
    )

    competition_id: str
    account_id: str = Field(foreign_key="account.id", max_length=16)
    organization_id: str = Field(foreign_key="organization.id", max_length=16)
    reason: str = Field(max_length=300)
    declared_by: str = Field(default="", max_length=100)
    created_at: datetime = utc_field(default_factory=now)


class CalibrationState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    SKIPPED = "skipped"


class Calibration(TenantRow, table=True):
    """The calibration round (试评) of a stage: a sample piece that every judge marks before the contest.

    `reference`: JSON of aspect -> units, the marks it is held against; empty where there are none.
    """

    __tablename__ = "calibration"
    __table_args__ = (belongs_to("stage", "stage_id"), UniqueConstraint("tenant_id", "stage_id"))

    stage_id: str
    title: str = Field(default="", max_length=200)
    sample: str = Field(default="", max_length=4000)
    reference: str = "{}"
    state: CalibrationState = choice_field(CalibrationState, default=CalibrationState.OPEN)
    reason: str = Field(default="", max_length=300)
    created_at: datetime = utc_field(default_factory=now)
    closed_at: datetime | None = utc_field(default=None)


class CalibrationMark(TenantRow, table=True):
    """A mark of the calibration round: in a table of its own, so that it can never enter a result."""

    __tablename__ = "calibration_mark"
    __table_args__ = (
        belongs_to("calibration", "calibration_id"),
        belongs_to("panel_member", "panel_member_id"),
        UniqueConstraint("tenant_id", "calibration_id", "panel_member_id", "aspect", name="uq_calibration_mark_place"),
    )

    calibration_id: str
    panel_member_id: str
    aspect: str = Field(max_length=64)
    units: int = Field(sa_type=BigInteger)
    at: datetime = utc_field(default_factory=now)


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


class SignatureMethod(StrEnum):
    """How the signer was known: the tablet's PIN, a password, the open session alone (an account with neither), a
    signed sheet of paper that a clerk scanned.
    """

    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 (a word, no secret)
    SESSION = "session"
    PAPER = "paper"


class SheetSignature(TenantRow, table=True):
    """One signature of a sheet's chain (`signing`): who, over which marks, after which signature.

    `drawing` is the stroke as an SVG path, an optional picture and never the proof. A changed mark voids it.
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
    ledger_seq: int
    signed_at: datetime = utc_field(default_factory=now)
    voided_at: datetime | None = utc_field(default=None)


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
