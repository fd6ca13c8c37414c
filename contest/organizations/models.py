"""The tree of organizations: province, city, county, town or industry, enterprise, team."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from contest.db import choice_field, new_id, now, utc_field


class OrganizationKind(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    INDUSTRY = "industry"
    ENTERPRISE = "enterprise"
    TEAM = "team"


KIND_NAMES: dict[OrganizationKind, str] = {
    OrganizationKind.PROVINCE: "省级工会",
    OrganizationKind.CITY: "市级工会",
    OrganizationKind.COUNTY: "县（区）工会",
    OrganizationKind.TOWN: "乡镇（街道）工会",
    OrganizationKind.INDUSTRY: "产业工会",
    OrganizationKind.ENTERPRISE: "企业",
    OrganizationKind.TEAM: "班组",
}


class Organization(SQLModel, table=True):
    """A node of the tree. `path` is the ids from the root down, '/a/b/c/': a subtree is a prefix.

    `tenant_id` is the nearest node at or above it that is flagged `is_tenant`.
    """

    __tablename__ = "organization"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=16)
    tenant_id: str = Field(index=True, max_length=16)
    parent_id: str | None = Field(default=None, foreign_key="organization.id", index=True)
    kind: OrganizationKind = choice_field(OrganizationKind)
    name: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    path: str = Field(index=True, max_length=400)
    is_tenant: bool = False
    created_at: datetime = utc_field(default_factory=now)
