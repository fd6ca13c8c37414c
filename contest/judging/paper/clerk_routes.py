"""The clerk's pages: typing many entries at once, and marks from a file."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.documents.workbook import build_template
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import current_language, error_text, gettext, translator
from contest.judging.marks.importing import require_typist, start_import
from contest.judging.marks.spreadsheets import MARKS_SHEET
from contest.judging.marks.writer import announce
from contest.judging.paper.clerking import clerk_view, save_typed
from contest.web.forms import typed, uploaded
from contest.web.pages import XLSX, actor_of, download, page, redirect, url
from contest.web.problems import STATUS

Req = Request[Any, Any, Any]
_DIGITS = 6


@get("/events/{event_id:str}/clerk", name="judging.clerk", sync_to_thread=True)
def clerk(request: Req, event_id: str) -> Response[str]:
    return show_clerk(request, event_id, dict(request.query_params))


def show_clerk(
    request: Req, event_id: str, asked: dict[str, str], *, values: dict[str, str] | None = None,
    error: DomainError | None = None,
) -> Response[str]:  # fmt: skip
    number = asked.get("page", "1")
    fields = error.fields if isinstance(error, InvalidError) else {}
    with reading() as session:
        actor = actor_of(request)
        view = clerk_view(
            session, actor, event_id, period_id=asked.get("period", ""), judge=asked.get("judge", ""),
            page=max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < _DIGITS else 1,
        )  # fmt: skip
        event = get_event(session, event_id, actor)
        return page(
            request,
            "judging/clerk.html",
            status=STATUS.get(type(error), 422) if error else 200,
            view=view,
            event=event,
            typed=values or {},
            errors={key: error_text(found) for key, found in fields.items()},
            error=error_text(error) if error else "",
        )


@post("/events/{event_id:str}/clerk", name="judging.save_clerk", status_code=303, sync_to_thread=True)
def save_clerk(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    values = typed(form)
    period_id, judge = values.get("period", ""), values.get("judge", "")
    try:
        with transaction() as session:
            actor = actor_of(request)
            count = save_typed(session, actor, event_id, period_id, judge, values, values.get("reason", ""))
    except (InvalidError, ConflictError) as error:
        return show_clerk(request, event_id, values, values=values, error=error)
    announce(event_id)
    text = gettext("已保存 %(n)s 格。") % {"n": count}
    here = url("judging.clerk", event_id=event_id, period=period_id, judge=judge, page=values.get("page", "1"))
    return redirect(request, here, flash=text)


@get("/events/{event_id:str}/import-marks", name="judging.import_marks", sync_to_thread=True)
def import_marks(request: Req, event_id: str) -> Response[str]:
    return show_import(request, event_id)


def show_import(request: Req, event_id: str, error: DomainError | None = None) -> Response[str]:
    with reading() as session:
        actor = actor_of(request)
        event = get_event(session, event_id, actor)
        require_typist(session, actor, event)
        fields = error.fields if isinstance(error, InvalidError) else {}
        return page(
            request,
            "judging/import.html",
            status=STATUS.get(type(error), 422) if error else 200,
            event=event,
            columns=MARKS_SHEET.columns,
            errors={key: error_text(found) for key, found in fields.items()},
            error=error_text(error) if error else "",
        )


@post("/events/{event_id:str}/import-marks", name="judging.do_import", status_code=303, sync_to_thread=True)
def do_import(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    try:
        with transaction() as session:
            actor = actor_of(request)
            event = get_event(session, event_id, actor)
            filename, data = uploaded(form, "file")
            job = start_import(
                session, actor, event, data, filename,
                makes_judges=form.get("makes_judges") == "1",
                reason=str(form.get("reason", "")),
                next_url=url("judging.desk", event_id=event_id),
                back_url=url("judging.import_marks", event_id=event_id),
                language=current_language(),
            )  # fmt: skip
    except (InvalidError, ConflictError) as error:
        return show_import(request, event_id, error)
    return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))


@get("/events/{event_id:str}/import-marks/template", name="judging.import_template", sync_to_thread=True)
def import_template(request: Req, event_id: str) -> Response[bytes]:
    with reading() as session:
        actor = actor_of(request)
        event = get_event(session, event_id, actor)
        require_typist(session, actor, event)
    language = current_language()
    short = "en" if language == "en" else "zh"
    data = build_template(MARKS_SHEET, translator(language), language=short)
    return download(data, f"{event.title}-{gettext('分数模板')}.xlsx", XLSX)


HANDLERS = [clerk, save_clerk, import_marks, do_import, import_template]
