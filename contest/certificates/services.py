"""Issuing and revoking certificates. The texts are frozen at issue; the PDF is made later, by a job."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.awards.models import AwardGiven, AwardState
from contest.certificates.models import Certificate, CertificateState
from contest.certificates.numbers import new_number
from contest.certificates.policy import can_issue_certificate
from contest.certificates.rendering import check_printable
from contest.competitions.models import Competition, Event
from contest.competitions.queries import competition_of
from contest.core.workflow import require_transition
from contest.db import now
from contest.entries.models import Entry
from contest.entries.queries import members_of
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.jobs.models import Job
from contest.jobs.services import enqueue
from contest.ledger import kinds
from contest.ledger.services import append
from contest.organizations.models import Organization
from contest.publications.models import Publication
from contest.templating import BEIJING

JOB = "certificates.make"
ZIP, BOOK, NOTHING = "zip", "book", ""
"""What a batch job hands over: a zip of single files, one file for the print shop, or only certificates in place."""
SUPERSEDED = N_("成绩已更新到第 %(version)s 版，换发新证书。")
WITHDRAWN = N_("奖项已撤回。")


def issue(session: Session, actor: Actor, award: AwardGiven, *, bilingual: bool = False) -> Certificate:
    """The certificate of a given award. A valid one of the same result is given back; of an older one, replaced.

    Raises:
        ForbiddenError: the actor is not the organizer.
        ConflictError: the award is not given (any more).
        PdfFailed: a character of its texts can't be printed; it is named.
    """
    event = session.get_one(Event, (award.tenant_id, award.event_id))
    competition = competition_of(session, event)
    _require_organizer(actor, competition)
    if award.state is not AwardState.GIVEN:
        raise ConflictError(N_("这个奖项还没有颁发，或已撤回，不能制作证书。"))
    valid = _valid_of(session, award)
    if valid and valid.publication_version == award.publication_version and valid.bilingual == bilingual:
        return valid
    certificate = _draft(session, competition, event, award, bilingual=bilingual)
    check_printable(certificate)
    if valid:
        reason = SUPERSEDED % {"version": award.publication_version}
        _end(session, actor, competition, valid, CertificateState.SUPERSEDED, reason, replaced_by=certificate.number)
    session.add(certificate)
    _note(session, competition, certificate, kinds.CERTIFICATE, "")
    record(session, actor, event.tenant_id, "issue", "certificate", certificate.id, number=certificate.number)
    session.flush()
    return certificate


def _require_organizer(actor: Actor, competition: Competition) -> None:
    if not can_issue_certificate(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以制作和撤销证书。"))


def _valid_of(session: Session, award: AwardGiven) -> Certificate | None:
    query = select(Certificate).where(Certificate.tenant_id == award.tenant_id, Certificate.award_id == award.id)
    return session.exec(query.where(col(Certificate.state) == CertificateState.VALID)).first()


def _draft(
    session: Session, competition: Competition, event: Event, award: AwardGiven, *, bilingual: bool
) -> Certificate:
    """The certificate with its texts as they are today."""
    entry = session.get_one(Entry, (award.tenant_id, award.entry_id))
    today = now().astimezone(BEIJING).date()
    members = members_of(session, award.tenant_id, [entry.id]).get(entry.id, ())
    return Certificate(
        tenant_id=award.tenant_id,
        event_id=event.id,
        award_id=award.id,
        number=_free_number(session, today),
        recipient=entry.name,
        unit=entry.unit,
        entry_kind=entry.kind.value,
        members="\n".join(members),
        competition_title=competition.title,
        competition_title_en=competition.title_en,
        event_title=event.title,
        event_title_en=event.title_en,
        award_title=award.title,
        issuer=competition.host or session.get_one(Organization, competition.organization_id).name,
        issued_on=today.isoformat(),
        bilingual=bilingual,
        publication_version=award.publication_version,
        publication_digest=_digest(session, event, award.publication_version),
    )


def _free_number(session: Session, today: date) -> str:
    """A number that nobody has: the chance of a second try is one in millions, the constraint is the last word."""
    while True:
        number = new_number(today.year)
        if session.exec(select(Certificate.id).where(Certificate.number == number)).first() is None:
            return number


def _digest(session: Session, event: Event, version: int) -> str:
    query = select(Publication.digest).where(
        Publication.tenant_id == event.tenant_id, Publication.event_id == event.id, Publication.version == version
    )
    return session.exec(query).first() or ""


def revoke(session: Session, actor: Actor, certificate: Certificate, reason: str) -> Certificate:
    """Ends a certificate for good; the reason stands on its verification page.

    Raises:
        ForbiddenError: the actor is not the organizer.
        InvalidError: no reason.
        ConflictError: it is not valid any more.
    """
    competition = competition_of(session, session.get_one(Event, (certificate.tenant_id, certificate.event_id)))
    _require_organizer(actor, competition)
    if not reason.strip():
        raise InvalidError(N_("请写明撤销原因。"), fields={"reason": DomainError(N_("请写明撤销原因，它会公开显示。"))})
    if certificate.state is not CertificateState.VALID:
        raise ConflictError(N_("证书 %(number)s 已经失效，不用再撤销。"), number=certificate.number)
    _end(session, actor, competition, certificate, CertificateState.REVOKED, reason.strip())
    return certificate


def revoke_withdrawn(session: Session, actor: Actor, award: AwardGiven) -> None:
    """What happens to the certificate of an award that a newer result no longer gives (awards.on_withdrawal)."""
    certificate = _valid_of(session, award)
    if certificate:
        competition = competition_of(session, session.get_one(Event, (award.tenant_id, award.event_id)))
        _end(session, actor, competition, certificate, CertificateState.REVOKED, WITHDRAWN)


def _end(
    session: Session, actor: Actor, competition: Competition, certificate: Certificate, state: CertificateState,
    reason: str, replaced_by: str = "",
) -> None:  # fmt: skip
    require_transition("certificate", "issued", state.value)
    certificate.state, certificate.reason, certificate.replaced_by = state, reason, replaced_by
    session.add(certificate)
    _note(session, competition, certificate, kinds.REVOCATION, reason)
    record(session, actor, certificate.tenant_id, "revoke", "certificate", certificate.id, number=certificate.number,
           state=state.value, reason=reason)  # fmt: skip
    session.flush()


def _note(session: Session, competition: Competition, certificate: Certificate, kind: str, reason: str) -> None:
    data = {"event": certificate.event_id, "number": certificate.number, "reason": reason}
    append(session, competition, kind, data)


def issue_all(
    session: Session, actor: Actor, event: Event, *, bilingual: bool = False, output: str = ZIP,
    award_id: str | None = None, next_url: str = "", back_url: str = "",
) -> Job:  # fmt: skip
    """A job that issues what is not issued yet, makes every missing PDF, and hands over `output`. Safe to run twice.

    `award_id` keeps it to one award.

    Raises:
        ForbiddenError: the actor is not the organizer.
        ConflictError: no award is given.
    """
    _require_organizer(actor, competition_of(session, event))
    query = select(AwardGiven.id).where(AwardGiven.tenant_id == event.tenant_id, AwardGiven.event_id == event.id)
    if session.exec(query.where(col(AwardGiven.state) == AwardState.GIVEN)).first() is None:
        raise ConflictError(N_("还没有颁发奖项。请先在“授奖名单”颁发，再制作证书。"))
    payload = {"event_id": event.id, "bilingual": bilingual, "output": output, "award_id": award_id,
               "back_url": back_url}  # fmt: skip
    title = f"{event.title} 证书"
    return enqueue(session, actor, event.tenant_id, JOB, title[:200], payload, next_url=next_url)
