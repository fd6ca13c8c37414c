"""Issue, batch, supersede, revoke: against the real database, the real renderer and the real job table."""

import io
import json
import zipfile

import pypdf
import pytest
from sqlmodel import select

from contest import db
from contest.actors import Role
from contest.awards import queries as award_queries
from contest.awards import services as awards
from contest.awards.models import AwardGiven
from contest.certificates import batch, services
from contest.certificates.models import Certificate, CertificateState
from contest.certificates.verification import Unknown, verification
from contest.competitions.models import Event
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.jobs import worker
from contest.jobs.models import Job, JobState
from contest.ledger import queries as ledger
from tests.support import make_person


def key(contest):
    return contest.event.tenant_id, contest.event.id


def issue_first(contest, **options):
    with db.transaction() as session:
        award = award_queries.given_awards(session, contest.event)[0]
        return services.issue(session, contest.organizer, award, **options)


def order(contest, **options):
    with db.transaction() as session:
        event = session.get_one(Event, key(contest))
        return services.issue_all(session, contest.organizer, event, **options).id


def job(contest, job_id):
    with db.reading() as session:
        return session.get_one(Job, (contest.event.tenant_id, job_id))


def certificates(contest):
    with db.reading() as session:
        return session.exec(select(Certificate).order_by(Certificate.created_at, Certificate.id)).all()


def noted(contest, kind):
    with db.reading() as session:
        return list(ledger.data_of(ledger.rows(session, contest.competition), kind))


def test_the_texts_are_frozen_at_issue(contest):
    certificate = issue_first(contest)
    with db.transaction() as session:
        session.get_one(type(contest.entries[0]), (contest.event.tenant_id, contest.entries[0].id)).name = "改名"
    assert certificate.recipient == "王一"
    assert (certificate.unit, certificate.award_title, certificate.event_title) == (
        "钱江机械有限公司", "一等奖", "桥吊司机",
    )  # fmt: skip
    assert certificate.issuer == "海宁市总工会"  # no host was typed: the organization of the competition
    assert certificate.publication_version == 1
    assert len(certificate.publication_digest) == 64


def test_issuing_twice_gives_the_same_and_notes_it_once(contest):
    first, second = issue_first(contest), issue_first(contest)
    assert first.number == second.number
    assert noted(contest, "certificate") == [{"event": contest.event.id, "number": first.number, "reason": ""}]


def test_the_ledger_holds_no_name(contest):
    issue_first(contest)
    assert "王一" not in json.dumps(noted(contest, "certificate"), ensure_ascii=False)


def test_another_layout_replaces_the_certificate(contest):
    first = issue_first(contest)
    second = issue_first(contest, bilingual=True)
    assert first.number != second.number
    with db.reading() as session:
        found = verification(session, first.number)
    assert (found.state, found.replaced_by) == (CertificateState.SUPERSEDED, second.number)


def test_only_given_awards_and_only_the_organizer(contest):
    _, supervisor = make_person(contest.world, Role.SUPERVISOR)
    with db.transaction() as session, pytest.raises(ForbiddenError):
        services.issue(session, supervisor, award_queries.given_awards(session, contest.event)[0])
    with db.transaction() as session, pytest.raises(ForbiddenError):
        services.issue_all(session, supervisor, session.get_one(Event, key(contest)))
    contest.correct(7, 650)
    with db.transaction() as session:
        awards.give_awards(session, contest.organizer, session.get_one(Event, key(contest)))
        gone = session.exec(select(AwardGiven).where(AwardGiven.entry_id == contest.entries[6].id)).one()
        with pytest.raises(ConflictError, match="已撤回"):
            services.issue(session, contest.organizer, gone)
    assert certificates(contest) == []


def test_a_batch_makes_a_zip_of_all(contest):
    job_id = order(contest, output=services.ZIP)
    assert worker.run_pending() == 1
    done = job(contest, job_id)
    assert (done.state, done.done, done.total) == (JobState.DONE, 7, 7)
    with zipfile.ZipFile(io.BytesIO(done.output or b"")) as archive:
        names = archive.namelist()
        (second,) = (name for name in names if "张䶮 二等奖" in name)
        text = pypdf.PdfReader(io.BytesIO(archive.read(second))).pages[0].extract_text()
    assert len(names) == 7
    assert "张䶮" in "".join(text.split())


def test_a_batch_makes_one_book(contest):
    job_id = order(contest, output=services.BOOK)
    worker.run_pending()
    book = pypdf.PdfReader(io.BytesIO(job(contest, job_id).output or b""))
    assert len(book.pages) == 7
    # in the order of the list: the best first
    assert "王一" in "".join(book.pages[0].extract_text().split())


def test_a_second_batch_draws_nothing_again(contest, monkeypatch):
    order(contest, output=services.NOTHING)
    worker.run_pending()
    before = {row.number: row.pdf for row in certificates(contest)}
    drawn = []
    monkeypatch.setattr(batch, "certificate_pdf", lambda certificate: drawn.append(certificate) or b"")
    order(contest, output=services.NOTHING)
    worker.run_pending()
    assert {row.number: row.pdf for row in certificates(contest)} == before
    assert (len(before), drawn) == (7, [])


def test_a_killed_batch_goes_on_where_it_stopped(contest, monkeypatch):
    real, drawn = batch.certificate_pdf, []

    def dies_after_three(certificate):
        if len(drawn) == 3:
            raise KeyboardInterrupt  # what a kill looks like from inside: no except clause of ours sees it
        drawn.append(certificate.number)
        return real(certificate)

    monkeypatch.setattr(batch, "certificate_pdf", dies_after_three)
    job_id = order(contest, output=services.ZIP)
    with pytest.raises(KeyboardInterrupt):
        worker.run_pending()
    assert sum(row.pdf is not None for row in certificates(contest)) == 3
    monkeypatch.setattr(batch, "certificate_pdf", lambda c: drawn.append(c.number) or real(c))
    with db.transaction() as session:
        session.get_one(Job, (contest.event.tenant_id, job_id)).leased_until = contest.event.created_at
    worker.run_pending()
    assert job(contest, job_id).state is JobState.DONE
    assert len(drawn) == len(set(drawn)) == 7
    with zipfile.ZipFile(io.BytesIO(job(contest, job_id).output or b"")) as archive:
        assert len(archive.namelist()) == 7


def test_a_name_that_no_font_prints_stops_only_itself(contest):
    with db.transaction() as session:
        session.get_one(type(contest.entries[1]), (contest.event.tenant_id, contest.entries[1].id)).name = "李\ue000"
    job_id = order(contest, output=services.ZIP)
    worker.run_pending()
    result = json.loads(job(contest, job_id).result)
    assert result["made"] == 6
    assert [reason for _, reason in result["failed"] if "U+E000" in reason]
    assert "李\ue000" not in {row.recipient for row in certificates(contest)}


def test_nothing_given_nothing_to_make(contest):
    with db.transaction() as session:
        for award in session.exec(select(AwardGiven)).all():
            session.delete(award)
    with pytest.raises(ConflictError, match="还没有颁发"):
        order(contest)


def test_a_newer_result_supersedes(contest):
    order(contest, output=services.NOTHING)
    worker.run_pending()
    contest.correct(7, 650)
    with db.transaction() as session:
        awards.give_awards(session, contest.organizer, session.get_one(Event, key(contest)))
    order(contest, output=services.NOTHING)
    worker.run_pending()
    states = [row.state for row in certificates(contest)]
    assert (states.count(CertificateState.VALID), states.count(CertificateState.SUPERSEDED)) == (6, 6)
    assert states.count(CertificateState.REVOKED) == 1  # entry 7 gets no award any more
    with db.reading() as session:
        old = next(row for row in certificates(contest) if row.state is CertificateState.REVOKED)
        assert verification(session, old.number).reason == "奖项已撤回。"
    assert len(noted(contest, "revocation")) == 7


def test_revoking_needs_a_reason_and_happens_once(contest):
    certificate = issue_first(contest)
    with db.transaction() as session, pytest.raises(InvalidError):
        services.revoke(session, contest.organizer, session.merge(certificate), "  ")
    with db.transaction() as session:
        services.revoke(session, contest.organizer, session.merge(certificate), "冒名顶替")
    with db.transaction() as session:
        again = session.get_one(Certificate, (key(contest)[0], certificate.id))
        with pytest.raises(ConflictError, match="已经失效"):
            services.revoke(session, contest.organizer, again, "再来一次")
    assert noted(contest, "revocation") == [
        {"event": contest.event.id, "number": certificate.number, "reason": "冒名顶替"}
    ]


def test_verification_of_what_was_never_issued(contest):
    with db.reading() as session:
        assert verification(session, "2026-22222-2222A") == Unknown("2026-22222-2222A", is_mistyped=False)
        assert verification(session, "2026-22222-2222B") == Unknown("2026-22222-2222B", is_mistyped=True)
