"""Certificates: the organizer's desk, a winner's own, the PDF, and public verification."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.certificates import batch, queries, services
from contest.certificates.forms import IssueForm, RevokeForm
from contest.certificates.models import CertificateState
from contest.certificates.rendering import certificate_pdf, file_name
from contest.certificates.verification import Unknown, verification
from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.errors import InvalidError, NotFoundError
from contest.i18n import N_, error_text, gettext
from contest.web.forms import typed
from contest.web.pages import PDF, actor_of, download, page, paging, redirect, url
from contest.web.public import brief, path_language, public_get, public_page

__all__ = ["batch", "router"]  # importing batch registers its job and its answer to withdrawn awards

Call = Request[Any, Any, Any]
SECONDS_TO_BELIEVE = 30
"""How long a browser may keep a verification: a revocation must be visible within a minute (trust.md 6.17)."""


@get("/events/{event_id:str}/certificates", name="certificates.index", sync_to_thread=True)
def index(request: Call, event_id: str) -> Response[str]:
    asked = str(request.query_params.get("only") or "all")
    only = asked if asked in queries.FILTERS else "all"
    turn = paging(request, list(queries.SORTS))
    with reading() as session:
        desk = queries.certificate_desk(session, actor_of(request), event_id)
        lines, total = queries.certificate_lines(
            session, desk.event, only=only, search=turn.search, sort=turn.sort, descending=turn.descending,
            offset=turn.offset, limit=turn.size,
        )  # fmt: skip
    return page(
        request, "certificates/index.html", blocks=("certificates",), desk=desk, lines=lines, total=total, only=only,
        turn=turn, pages=turn.pages(total),
    )  # fmt: skip


@post("/events/{event_id:str}/certificates", name="certificates.issue_all", status_code=303, sync_to_thread=True)
def issue_all(request: Call, event_id: str, form: FormMultiDict) -> Response[str]:
    fields = IssueForm.read(form)
    back = url("certificates.index", event_id=event_id)
    with transaction() as session:
        event = get_event(session, event_id, actor_of(request))
        job = services.issue_all(
            session, actor_of(request), event, bilingual=fields.bilingual is not None, output=fields.output,
            back_url=back,
        )  # fmt: skip
    return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))


@post("/events/{event_id:str}/certificates/{award_id:str}", name="certificates.issue", status_code=303,
      sync_to_thread=True)  # fmt: skip
def issue(request: Call, event_id: str, award_id: str, form: FormMultiDict) -> Response[str]:
    """One certificate: refused here and now if it can't be printed; drawn by a job."""
    bilingual = IssueForm.read(form).bilingual is not None
    back = url("certificates.index", event_id=event_id)
    with transaction() as session:
        event = get_event(session, event_id, actor_of(request))
        award = queries.get_award(session, event, award_id)
        services.issue(session, actor_of(request), award, bilingual=bilingual)
        job = services.issue_all(
            session, actor_of(request), event, bilingual=bilingual, output=services.NOTHING, award_id=award.id,
            next_url=back, back_url=back,
        )  # fmt: skip
    return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))


@get("/certificates/{certificate_id:str}/pdf", name="certificates.pdf", sync_to_thread=True)
def pdf(request: Call, certificate_id: str) -> Response[bytes]:
    """The file; one that no job has drawn yet is drawn now, in the limited child process."""
    with reading() as session:
        certificate, _competition, _entry = queries.get_certificate(session, actor_of(request), certificate_id)
    if certificate.state is not CertificateState.VALID:
        raise NotFoundError(N_("这份证书已经失效，不再提供下载。"))
    return download(certificate.pdf or certificate_pdf(certificate), file_name(certificate), PDF)


@get("/certificates/{certificate_id:str}/revoke", name="certificates.ask_revoke", sync_to_thread=True)
def ask_revoke(request: Call, certificate_id: str) -> Response[str]:
    return _revoke_page(request, certificate_id)


def _revoke_page(
    request: Call, certificate_id: str, error: InvalidError | None = None, reason: str = ""
) -> Response[str]:
    with reading() as session:
        certificate, _competition, _entry = queries.get_certificate(session, actor_of(request), certificate_id)
    errors = {name: error_text(problem) for name, problem in error.fields.items()} if error else {}
    return page(
        request, "certificates/revoke.html", blocks=("confirm",), status=422 if error else 200,
        certificate=certificate, errors=errors, reason=reason,
    )  # fmt: skip


@post("/certificates/{certificate_id:str}/revoke", name="certificates.revoke", status_code=303, sync_to_thread=True)
def revoke(request: Call, certificate_id: str, form: FormMultiDict) -> Response[str]:
    try:
        reason = RevokeForm.read(form).reason
    except InvalidError as error:
        return _revoke_page(request, certificate_id, error, typed(form).get("reason", ""))
    with transaction() as session:
        certificate, _competition, _entry = queries.get_certificate(session, actor_of(request), certificate_id)
        services.revoke(session, actor_of(request), certificate, reason)
    told = gettext("证书 %(number)s 已撤销。") % {"number": certificate.number}
    return redirect(request, url("certificates.index", event_id=certificate.event_id), flash=told)


@get("/certificates/mine", name="certificates.mine", sync_to_thread=True)
def mine(request: Call) -> Response[str]:
    with reading() as session:
        rows = queries.certificates_of(session, actor_of(request))
    return page(request, "certificates/mine.html", rows=rows, valid=CertificateState.VALID)


@public_get("/verify", name="certificates.verify_form")
def verify_form(request: Call) -> Response[str]:
    """The box for a number; a typed one leads to its own address."""
    number = str(request.query_params.get("number") or "").strip()
    if number:
        language = path_language(request)
        with reading() as session:
            found = verification(session, number)
        if found.number:
            return Response("", status_code=303, headers={"Location": f"/{language}/verify/{found.number}"})
    return public_page(request, "certificates/verify_form.html", cache=brief(300))


@public_get("/verify/{number:str}", name="certificates.verify")
def verify(request: Call, number: str) -> Response[str]:
    with reading() as session:
        found = verification(session, number)
    if isinstance(found, Unknown):
        return public_page(request, "certificates/unknown.html", status=404, found=found)
    return public_page(request, "certificates/verify.html", cache=brief(SECONDS_TO_BELIEVE), found=found)


router = Router(
    "/", route_handlers=[index, issue_all, issue, pdf, ask_revoke, revoke, mine, verify_form, verify]
)  # fmt: skip
