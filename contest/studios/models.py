"""Innovation studios and their members."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class StudioKind(StrEnum):
    MODEL_WORKER = "model_worker"
    CRAFTSMAN = "craftsman"
    SKILLED = "skilled"


KIND_NAMES: dict[StudioKind, str] = {
    StudioKind.MODEL_WORKER: "劳模创新工作室",
    StudioKind.CRAFTSMAN: "工匠创新工作室",
    StudioKind.SKILLED: "高技能人才创新工作室",
}


class Studio(TenantRow, table=True):
    __tablename__ = "studio"

    organization_id: str = Field(foreign_key="organization.id", index=True)
    organization_path: str
    kind: StudioKind = choice_field(StudioKind)
    name: str = Field(max_length=200)
    leader: str = Field(max_length=100)
    honours: str = ""
    place: str = ""
    equipment: str = ""
    founded_on: date | None = None
    created_at: datetime = utc_field(default_factory=now)


class StudioMember(TenantRow, table=True):
    __tablename__ = "studio_member"
    __table_args__ = (belongs_to("studio", "studio_id"),)

    studio_id: str = Field(index=True)
    name: str = Field(max_length=100)
    account_id: str | None = Field(default=None, index=True)
    duty: str = Field(default="", max_length=100)
    joined_on: date | None = None
