"""What the public may know of a certificate: no account, no tenant, the number is the key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select

from contest.certificates.models import Certificate, CertificateState
from contest.certificates.numbers import is_well_formed, normalise
from contest.publications.models import Publication


@dataclass(frozen=True, slots=True)
class Verification:
    """What anybody may know of a number. `newest_version` is the latest published result of the event."""

    number: str
    state: CertificateState
    recipient: str
    unit: str
    award: str
    competition: str
    event: str
    issuer: str
    issued_on: str
    version: int
    reason: str
    replaced_by: str
    newest_version: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """No certificate of that number; `is_mistyped` says that no certificate could have it."""

    number: str
    is_mistyped: bool


def verification(session: Session, typed: str) -> Verification | Unknown:
    """The public answer for a number as somebody typed it."""
    number = normalise(typed)[:40]
    if not is_well_formed(number):
        return Unknown(number, is_mistyped=True)
    columns: tuple[Any, ...] = (
        Certificate.tenant_id, Certificate.event_id, Certificate.number, Certificate.state, Certificate.recipient,
        Certificate.unit, Certificate.award_title, Certificate.competition_title, Certificate.event_title,
        Certificate.issuer, Certificate.issued_on, Certificate.publication_version, Certificate.reason,
        Certificate.replaced_by,
    )  # fmt: skip
    row = session.exec(select(*columns).where(Certificate.number == number)).first()
    if row is None:
        return Unknown(number, is_mistyped=False)
    tenant_id, event_id, *shown = row
    newest = select(func.max(Publication.version)).where(
        Publication.tenant_id == tenant_id, Publication.event_id == event_id
    )
    return Verification(*[*shown, session.exec(newest).one() or 0])
