"""Reading certificates: the organizer's list, a winner's own, and what the public may verify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.awards.models import AwardGiven, AwardState
from contest.certificates.models import Certificate, CertificateState
from contest.certificates.policy import can_fetch_certificate, can_issue_certificate, can_see_certificates
from contest.competitions.models import Competition, Event
from contest.competitions.queries import competition_of, get_event
from contest.db import like_pattern
from contest.documents.fonts import missing_glyphs
from contest.entries.models import Entry
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_

FILTERS = ("all", "missing", "void")
SORTS: Mapping[str, Any] = {
    "award": col(AwardGiven.position),
    "name": col(Entry.name),
    "unit": col(Entry.unit),
    "number": col(Certificate.number),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One award with its certificate, if there is one. `unprintable`: characters that keep it from being issued."""

    award_id: str
    award: str
    rank: str
    recipient: str
    unit: str
    certificate_id: str | None
    number: str | None
    state: CertificateState | None
    version: int | None
    reason: str
    unprintable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateDesk:
    """The organizer's page: counts of the event's awards and certificates."""

    competition: Competition
    event: Event
    awards: int
    valid: int
    void: int
    can_issue: bool

    @property
    def missing(self) -> int:
        return self.awards - self.valid


def certificate_desk(session: Session, actor: Actor, event_id: str) -> CertificateDesk:
    """The desk of an event.

    Raises:
        NotFoundError: no such event for this actor.
        ForbiddenError: certificates are not this role's.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not can_see_certificates(actor, competition):
        raise ForbiddenError(N_("您的角色不能查看证书名单。"))
    awards = session.exec(select(func.count()).select_from(AwardGiven).where(_given(event))).one()
    rows = session.exec(
        select(Certificate.state, func.count())
        .where(Certificate.tenant_id == event.tenant_id, Certificate.event_id == event.id)
        .group_by(Certificate.state)
    )
    counts = dict(rows.all())
    valid = counts.pop(CertificateState.VALID, 0)
    can_issue = can_issue_certificate(actor, competition)
    return CertificateDesk(competition, event, awards, valid, sum(counts.values()), can_issue)


def certificate_lines(
    session: Session, event: Event, *, only: str = "all", search: str = "", sort: str = "award",
    descending: bool = False, offset: int = 0, limit: int = 50,
) -> tuple[list[Line], int]:  # fmt: skip
    """One page of the event's awards with their certificates, and how many there are; `only` is one of FILTERS."""
    certificate = and_(
        col(Certificate.tenant_id) == col(AwardGiven.tenant_id),
        col(Certificate.award_id) == col(AwardGiven.id),
        true() if only == "void" else col(Certificate.state) == CertificateState.VALID,
    )
    entry = and_(col(Entry.tenant_id) == col(AwardGiven.tenant_id), col(Entry.id) == col(AwardGiven.entry_id))
    base = (
        select(AwardGiven, Entry.name, Entry.unit, *_COLUMNS)
        .join(Entry, entry)
        .join(Certificate, certificate, isouter=only != "void")
        .where(_filtered(event, only), _found(search))
    )
    total = session.exec(select(func.count()).select_from(base.subquery())).one()
    order = SORTS[sort].desc() if descending else SORTS[sort].asc()
    rows = session.exec(base.order_by(order, col(AwardGiven.id)).offset(offset).limit(limit)).all()
    return [_line(*row) for row in rows], total


_COLUMNS: tuple[Any, ...] = (
    Certificate.id, Certificate.number, Certificate.state, Certificate.publication_version, Certificate.reason,
)  # fmt: skip
"""Never the whole row: it holds the PDF."""


def _line(award: AwardGiven, name: str, unit: str, *certificate: Any) -> Line:
    found, number, state, version, reason = certificate
    unprintable = () if found else tuple(missing_glyphs(name + unit, ("kai",)))
    return Line(award.id, award.title, award.rank, name, unit, found, number, state, version, reason or "", unprintable)


def _given(event: Event) -> ColumnElement[bool]:
    return and_(
        col(AwardGiven.tenant_id) == event.tenant_id,
        col(AwardGiven.event_id) == event.id,
        col(AwardGiven.state) == AwardState.GIVEN,
    )


def _filtered(event: Event, only: str) -> ColumnElement[bool]:
    if only == "void":
        here = and_(col(AwardGiven.tenant_id) == event.tenant_id, col(AwardGiven.event_id) == event.id)
        return and_(here, col(Certificate.state) != CertificateState.VALID)
    return and_(_given(event), col(Certificate.id).is_(None)) if only == "missing" else _given(event)


def _found(search: str) -> ColumnElement[bool]:
    if not search:
        return true()
    fields = (Entry.name, Entry.unit, AwardGiven.title, Certificate.number)
    return or_(*(col(field).ilike(like_pattern(search), escape="\\") for field in fields))


def get_award(session: Session, event: Event, award_id: str) -> AwardGiven:
    """An award of this event.

    Raises:
        NotFoundError: none.
    """
    award = session.get(AwardGiven, (event.tenant_id, award_id))
    if award is None or award.event_id != event.id:
        raise NotFoundError(N_("找不到这个奖项。"))
    return award


def get_certificate(session: Session, actor: Actor, certificate_id: str) -> tuple[Certificate, Competition, Entry]:
    """A certificate that the actor may fetch, with its competition and its entry.

    Raises:
        NotFoundError: none, or somebody else's.
    """
    certificate = session.exec(select(Certificate).where(Certificate.id == certificate_id)).first()
    if certificate is not None:
        key = certificate.tenant_id
        competition = competition_of(session, session.get_one(Event, (key, certificate.event_id)))
        award = session.get_one(AwardGiven, (key, certificate.award_id))
        entry = session.get_one(Entry, (key, award.entry_id))
        if can_fetch_certificate(actor, competition, entry):
            return certificate, competition, entry
    raise NotFoundError(N_("找不到这份证书。"))


def certificates_of(session: Session, actor: Actor) -> Sequence[tuple[Any, ...]]:
    """The certificates of the actor's own entries, newest first: id, number, award, competition,
    event, day, state.
    """
    if actor.account_id is None:
        return []
    award = and_(col(AwardGiven.tenant_id) == col(Certificate.tenant_id), col(AwardGiven.id) == Certificate.award_id)
    entry = and_(col(Entry.tenant_id) == col(AwardGiven.tenant_id), col(Entry.id) == col(AwardGiven.entry_id))
    columns: tuple[Any, ...] = (
        Certificate.id, Certificate.number, Certificate.award_title, Certificate.competition_title,
        Certificate.event_title, Certificate.issued_on, Certificate.state,
    )  # fmt: skip
    query = select(*columns).join(AwardGiven, award).join(Entry, entry).where(Entry.account_id == actor.account_id)
    return [tuple(row) for row in session.exec(query.order_by(col(Certificate.created_at).desc())).all()]
