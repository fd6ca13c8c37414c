"""Who may judge: the pool of a competition, declared conflicts, the calibration round."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


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
    `withdrawal`: the act by which two persons took it back; empty while it stands. It may be declared again.
    """

    __tablename__ = "declared_conflict"
    __table_args__ = (
        belongs_to("competition", "competition_id"),
        UniqueConstraint(
            "tenant_id",
            "competition_id",
            "account_id",
            "organization_id",
            "withdrawal",
            name="uq_declared_conflict_pair",
        ),
    )

    competition_id: str
    account_id: str = Field(foreign_key="account.id", max_length=16)
    organization_id: str = Field(foreign_key="organization.id", max_length=16)
    reason: str = Field(max_length=300)
    declared_by: str = Field(default="", max_length=100)
    withdrawal: str = Field(default="", max_length=16)
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
