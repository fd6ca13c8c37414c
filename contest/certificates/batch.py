"""The job that issues and draws certificates one after the other. Each is kept at once, so a second run goes on where
the first one stopped; drawing happens outside every transaction.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import update
from sqlmodel import col, select

from contest.accounts.models import Account
from contest.accounts.queries import actor_for
from contest.actors import SYSTEM, Actor
from contest.awards import services as awards
from contest.awards.models import AwardGiven, AwardState
from contest.certificates import services
from contest.certificates.models import Certificate
from contest.certificates.rendering import certificate_pdf, file_name, merged_pdf, zipped
from contest.db import reading, transaction
from contest.documents.refusals import PdfFailed
from contest.jobs import worker
from contest.jobs.worker import JobRun


def make(run: JobRun) -> None:
    """Issues, draws, and packs."""
    actor = _actor(run)
    award_ids = _awards(run)
    failed: list[tuple[str, str]] = []
    done: list[str] = []
    run.progress(0, len(award_ids))
    for count, award_id in enumerate(award_ids, start=1):
        try:
            done.append(_one(run, actor, award_id))
        except PdfFailed as problem:
            failed.append((award_id, problem.words()))
        run.progress(count, len(award_ids))
    result = {"made": len(done), "failed": failed}
    output, name = _packed(run, done)
    run.finish(result=result, output=output, name=name)


def _actor(run: JobRun) -> Actor:
    """Who ordered the job, with the rights they have now; jobs of the system run as the system."""
    if run.account_id is None:
        return SYSTEM
    with reading() as session:
        return actor_for(session, session.get_one(Account, run.account_id))


def _awards(run: JobRun) -> list[str]:
    query = select(AwardGiven.id).where(
        AwardGiven.tenant_id == run.tenant_id,
        AwardGiven.event_id == run.payload["event_id"],
        col(AwardGiven.state) == AwardState.GIVEN,
    )
    if run.payload.get("award_id"):
        query = query.where(AwardGiven.id == run.payload["award_id"])
    with reading() as session:
        return list(session.exec(query.order_by(col(AwardGiven.position), col(AwardGiven.id))))


def _one(run: JobRun, actor: Actor, award_id: str) -> str:
    """Issues and draws one certificate; its id."""
    with transaction() as session:
        award = session.get_one(AwardGiven, (run.tenant_id, award_id))
        certificate = services.issue(session, actor, award, bilingual=bool(run.payload.get("bilingual")))
    if certificate.pdf is None:
        content = certificate_pdf(certificate)
        with transaction() as session:
            mine = (col(Certificate.tenant_id) == run.tenant_id) & (col(Certificate.id) == certificate.id)
            session.exec(update(Certificate).where(mine).values(pdf=content))
    return certificate.id


def _packed(run: JobRun, ids: list[str]) -> tuple[bytes | None, str]:
    wanted = run.payload.get("output", services.NOTHING)
    if not ids or wanted == services.NOTHING:
        return None, ""
    if wanted == services.BOOK:
        return merged_pdf(content for _, content in _files(run, ids)), "certificates.pdf"
    return zipped(_files(run, ids)), "certificates.zip"


def _files(run: JobRun, ids: list[str]) -> Iterator[tuple[str, bytes]]:
    """Name and PDF of each, read one at a time."""
    for certificate_id in ids:
        with reading() as session:
            certificate = session.get_one(Certificate, (run.tenant_id, certificate_id))
        assert certificate.pdf is not None
        yield file_name(certificate), certificate.pdf


worker.register(services.JOB, make)
awards.on_withdrawal(services.revoke_withdrawn)
