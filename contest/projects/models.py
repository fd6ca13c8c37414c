"""The key-project register (重点工程): plans, actuals of units and authority, findings, visiting judges."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class ProjectLevel(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


LEVEL_NAMES: dict[ProjectLevel, str] = {
    ProjectLevel.PROVINCE: "省级",
    ProjectLevel.CITY: "市级",
    ProjectLevel.COUNTY: "县级",
}


class Source(StrEnum):
    """Whose word an actual is: the unit's, or the authority's, which counts."""

    REPORTED = "reported"
    CHECKED = "checked"


class ProjectRegister(TenantRow, table=True):
    """What an event's register goes by. Thresholds in fen; reports are due on `due_day` of the month itself or of
    the next one.

    `indicators`: JSON, `stage|aspect` -> indicator; `months`: JSON, `stage|period` -> [first, last month];
    `finding_types`: JSON, [[type, deduction as text]].
    """

    __tablename__ = "project_register"
    __table_args__ = (belongs_to("event", "event_id"), UniqueConstraint("tenant_id", "event_id"))

    event_id: str
    province_from: int = Field(default=100_000 * 1_000_000, sa_type=BigInteger)
    city_from: int = Field(default=10_000 * 1_000_000, sa_type=BigInteger)
    due_day: int = 25
    due_next_month: bool = False
    same_type_once: bool = True
    empty_counts_full: bool = False
    indicators: str = "{}"
    months: str = "{}"
    finding_types: str = "[]"


class Project(TenantRow, table=True):
    """What the register says about an entry. Money in fen; `group_name` is its 片区; `level` follows from the
    investment. `owner_id` is the owner's organization if it is known: its people neither judge nor lose sight of it.
    """

    __tablename__ = "project"
    __table_args__ = (
        belongs_to("entry", "entry_id"),
        UniqueConstraint("tenant_id", "entry_id"),
        Index("ix_project_event", "tenant_id", "event_id", "group_name"),
    )

    event_id: str
    entry_id: str
    owner: str = Field(default="", max_length=300)
    owner_id: str | None = Field(default=None, foreign_key="organization.id")
    contractor: str = Field(default="", max_length=300)
    group_name: str = Field(default="", max_length=100)
    investment: int = Field(default=0, sa_type=BigInteger)
    level: ProjectLevel = choice_field(ProjectLevel)
    created_at: datetime = utc_field(default_factory=now)


class MonthPlan(TenantRow, table=True):
    """Planned investment of one month, in fen."""

    __tablename__ = "project_plan"
    __table_args__ = (belongs_to("project", "project_id"), UniqueConstraint("tenant_id", "project_id", "month"))

    project_id: str
    month: str = Field(max_length=7)
    amount: int = Field(sa_type=BigInteger)


class Milestone(TenantRow, table=True):
    """A planned milestone (节点)."""

    __tablename__ = "project_milestone"
    __table_args__ = (belongs_to("project", "project_id"), UniqueConstraint("tenant_id", "project_id", "name"))

    project_id: str
    name: str = Field(max_length=100)
    planned_on: date


class Actual(TenantRow, table=True):
    """What somebody said was done: the investment of a month (`month`, `amount` in fen) or the day a milestone was
    reached (`milestone_id`, `done_on`; None: not reached). Rows are only added: the unit's and the authority's newest
    stand side by side, and the authority's counts. `revision` counts the rows of one month or milestone.
    """

    __tablename__ = "project_actual"
    __table_args__ = (
        belongs_to("project", "project_id"),
        belongs_to("project_milestone", "milestone_id"),
        UniqueConstraint("tenant_id", "project_id", "subject", "revision"),
    )

    project_id: str
    subject: str = Field(max_length=16)
    revision: int
    source: Source = choice_field(Source)
    month: str = Field(default="", max_length=7)
    milestone_id: str | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)
    done_on: date | None = None
    note: str = Field(default="", max_length=500)
    is_late: bool = False
    account_id: str = Field(default="", max_length=16)
    by_name: str = Field(default="", max_length=100)
    created_at: datetime = utc_field(default_factory=now)


class Finding(TenantRow, table=True):
    """Something found on site (检查问题). `deduction`: exact decimal text. `veto_id`: the veto it is evidence of."""

    __tablename__ = "project_finding"
    __table_args__ = (belongs_to("project", "project_id"), Index("ix_project_finding", "tenant_id", "project_id"))

    project_id: str
    found_on: date
    kind: str = Field(max_length=100)
    description: str = Field(max_length=1000)
    deduction: str = Field(max_length=20)
    veto_id: str | None = None
    account_id: str = Field(default="", max_length=16)
    by_name: str = Field(default="", max_length=100)
    created_at: datetime = utc_field(default_factory=now)
    withdrawn_at: datetime | None = utc_field(default=None)
    withdrawn_reason: str = Field(default="", max_length=500)


class Photo(TenantRow, table=True):
    """A photograph of a finding as we drew it anew (JPEG, no metadata); never what was uploaded."""

    __tablename__ = "project_photo"
    __table_args__ = (belongs_to("project_finding", "finding_id"), Index("ix_project_photo", "tenant_id", "finding_id"))

    finding_id: str
    data: bytes = Field(sa_type=LargeBinary)
    width: int
    height: int
    digest: str = Field(max_length=64)


class Visitor(TenantRow, table=True):
    """A judge who visits for a group (片区, C18): they mark the projects of all other groups, never of their own."""

    __tablename__ = "project_visitor"
    __table_args__ = (
        belongs_to("panel_member", "panel_member_id"),
        UniqueConstraint("tenant_id", "panel_member_id"),
    )

    panel_member_id: str
    group_name: str = Field(max_length=100)
