"""Paper sheets: printed, and compared by a second person after they were typed."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.db import reading, transaction
from contest.documents.pdf import html_to_pdf
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import error_text, gettext
from contest.judging.paper.files import PER_PAGE as FILE_PAGE
from contest.judging.paper.files import confirm_file, file_view, imported_files
from contest.judging.paper.services import PER_PAGE, BlankSheets, blank_sheets, check_paper, paper_lines, paper_view
from contest.templating import render
from contest.web.forms import messages
from contest.web.pages import PDF, actor_of, download, page, paging, redirect, url
from contest.web.problems import STATUS

Req = Request[Any, Any, Any]


@get("/judging/periods/{period_id:str}/paper", name="judging.paper", sync_to_thread=True)
def paper(request: Req, period_id: str) -> Response[str]:
    asked = paging(request, ("code",), size=PER_PAGE)
    with reading() as session:
        where, lines, total = paper_lines(session, actor_of(request), period_id, search=asked.search, page=asked.page)
        files = imported_files(session, where.event)
        return page(request, "judging/paper.html", where=where, lines=lines, total=total, paging=asked, files=files)


@get("/events/{event_id:str}/import-marks/{file_id:str}", name="judging.marks_file", sync_to_thread=True)
def marks_file(request: Req, event_id: str, file_id: str) -> Response[str]:
    """All sheets that an imported file touches, for a second person to compare with it."""
    return _marks_file(request, event_id, file_id)


def _marks_file(request: Req, event_id: str, file_id: str, error: ConflictError | None = None) -> Response[str]:
    asked = paging(request, ("code",), size=FILE_PAGE)
    with reading() as session:
        view = file_view(session, actor_of(request), event_id, file_id, page=asked.page)
        return page(
            request, "judging/marks_file.html", status=409 if error else 200, view=view, paging=asked,
            problem=error_text(error) if error else "",
        )  # fmt: skip


@post(
    "/events/{event_id:str}/import-marks/{file_id:str}", name="judging.check_file", status_code=303,
    sync_to_thread=True,
)  # fmt: skip
def check_file(request: Req, event_id: str, file_id: str, form: FormMultiDict) -> Response[str]:
    try:
        with transaction() as session:
            seen = str(form.get("seen", ""))[:64]
            count = confirm_file(session, actor_of(request), event_id, file_id, seen=seen)
    except ConflictError as error:
        return _marks_file(request, event_id, file_id, error)
    done = gettext("已核对 %(n)s 份，与文件一致。") % {"n": count}
    return redirect(request, url("judging.marks_file", event_id=event_id, file_id=file_id), flash=done)


@get("/judging/paper/{period_id:str}/{judge:str}/{code:str}", name="judging.paper_sheet", sync_to_thread=True)
def paper_sheet(request: Req, period_id: str, judge: str, code: str) -> Response[str]:
    return show_paper_sheet(request, period_id, judge, code)


def show_paper_sheet(
    request: Req, period_id: str, judge: str, code: str, *, reason: str = "", error: DomainError | None = None
) -> Response[str]:
    with reading() as session:
        return page(
            request,
            "judging/paper_sheet.html",
            status=STATUS.get(type(error), 422) if error else 200,
            view=paper_view(session, actor_of(request), period_id, judge, code),
            judge=judge,
            reason=reason,
            error=error_text(error) if isinstance(error, ConflictError) else "",
            errors=messages(error if isinstance(error, InvalidError) else None),
        )


@post("/judging/paper/{period_id:str}/{judge:str}/{code:str}", name="judging.check_paper", status_code=303,
      sync_to_thread=True)  # fmt: skip
def check(request: Req, period_id: str, judge: str, code: str, form: FormMultiDict) -> Response[str]:
    reason, digest = str(form.get("reason", ""))[:300], str(form.get("digest", ""))[:64]
    confirms = form.get("confirms") == "1"
    try:
        with transaction() as session:
            actor = actor_of(request)
            check_paper(session, actor, period_id, judge, code, digest=digest, confirms=confirms, reason=reason)
    except (ConflictError, InvalidError) as error:
        return show_paper_sheet(request, period_id, judge, code, reason=reason, error=error)
    text = gettext("已核对，与纸质表一致。") if confirms else gettext("已退回，请录分员对照纸质表更正。")
    return redirect(request, url("judging.paper", period_id=period_id), flash=text)


def _blank(request: Req, period_id: str) -> BlankSheets:
    asked = paging(request, ("code",), size=PER_PAGE)
    judge = str(request.query_params.get("judge", ""))
    with reading() as session:
        return blank_sheets(session, actor_of(request), period_id, judge=judge, page=asked.page)


@get("/judging/periods/{period_id:str}/paper.pdf", name="judging.paper_pdf", sync_to_thread=True)
def paper_pdf(request: Req, period_id: str) -> Response[bytes]:
    view = _blank(request, period_id)
    name = f"{view.where.event.title}-{gettext('纸质评分表')}.pdf"
    return download(html_to_pdf(render("judging/paper_pdf.html", {"view": view})), name, PDF)


@get("/judging/periods/{period_id:str}/paper/print", name="judging.paper_print", sync_to_thread=True)
def paper_print(request: Req, period_id: str) -> Response[str]:
    return page(request, "judging/paper_print.html", layout="layouts/print.html", view=_blank(request, period_id))


HANDLERS = [marks_file, check_file, paper, paper_sheet, check, paper_pdf, paper_print]
