"""Certificates: the document given for an award; number, verification, valid / superseded / revoked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class CertificateState(StrEnum):
    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class Certificate(TenantRow, table=True):
    """`number` is public and unguessable enough to be looked up one by one; the texts are frozen at issue.

    `members` are the names of a team (or the authors of a case), one a line; `issued_on` is an ISO date in Beijing.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        belongs_to("event", "event_id"),
        belongs_to("award_given", "award_id"),
        UniqueConstraint("number"),
    )

    event_id: str = Field(index=True)
    award_id: str = Field(index=True)
    number: str = Field(max_length=40)
    recipient: str = Field(max_length=300)
    unit: str = Field(default="", max_length=300)
    entry_kind: str = Field(default="person", max_length=20)
    members: str = ""
    competition_title: str
    competition_title_en: str = ""
    event_title: str = ""
    event_title_en: str = ""
    award_title: str
    issuer: str
    issued_on: str
    bilingual: bool = False
    publication_version: int
    publication_digest: str = Field(default="", max_length=64)
    state: CertificateState = choice_field(CertificateState, default=CertificateState.VALID)
    reason: str = ""
    replaced_by: str = ""
    pdf: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime = utc_field(default_factory=now)
