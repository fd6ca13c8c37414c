"""Reports of units, checks of the authority, sheets, and indicators on their way to scoring."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.core.indicators import month_of, next_month
from contest.core.marks import format_units
from contest.db import now, reading, transaction
from contest.entries.import_routes import refuse_no_workbook
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_, current_language, gettext
from contest.judging.services import announce
from contest.projects import forms, handing, importing, queries, reporting, services
from contest.projects.importing import month_text
from contest.projects.money import wan
from contest.projects.queries import RegisterDesk
from contest.projects.spreadsheets import SHEETS, sheet_of, template_book
from contest.templating import BEIJING
from contest.web.forms import messages, typed, uploaded
from contest.web.pages import XLSX, Paging, actor_of, download, page, paging, redirect, url
from contest.web.problems import STATUS

Req = Request[Any, Any, Any]


def managed(session: Session, request: Req, event_id: str) -> RegisterDesk:
    """The desk, for the organizer (ForbiddenError)."""
    found = queries.register_desk(session, actor_of(request), event_id)
    if not found.can_manage:
        raise ForbiddenError(N_("只有本竞赛的组织者可以维护工程台账。"))
    return found


def asked_month(request: Req) -> str:
    """The month in the query, else this month."""
    this = month_of(now().astimezone(BEIJING).date())
    return month_text(str(request.query_params.get("month") or "")) or this


@get("/events/{event_id:str}/projects/{entry_id:str}/monthly", name="projects.report", sync_to_thread=True)
def report(request: Req, event_id: str, entry_id: str) -> Response[str]:
    return _report(request, event_id, entry_id, asked_month(request))


def _report(
    request: Req, event_id: str, entry_id: str, month: str, values: dict[str, str] | None = None,
    error: DomainError | None = None,
) -> Response[str]:  # fmt: skip
    with reading() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        progress = queries.progress_of(session, [queries.get_project(session, found, entry_id)])[0]
    return page(
        request, "projects/report.html", status=STATUS.get(type(error), 422) if error else 200, found=found,
        progress=progress, month=month, line=progress.month(month), typed=values, wan=wan, next_month=next_month,
        errors=messages(error if isinstance(error, InvalidError) else None),
    )  # fmt: skip


@post("/events/{event_id:str}/projects/{entry_id:str}/monthly", name="projects.save_report", sync_to_thread=True)
def save_report(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    boxes = typed(form)
    month = month_text(boxes.get("month", "")) or asked_month(request)
    try:
        with transaction() as session:
            found = queries.register_desk(session, actor_of(request), event_id)
            progress = queries.progress_of(session, [queries.get_project(session, found, entry_id)])[0]
            said = forms.reported(progress, month, boxes)
            count = services.report(session, actor_of(request), found.event, said)
    except InvalidError as error:
        return _report(request, event_id, entry_id, month, boxes, error)
    done = gettext("已上报 %(n)s 项，等待核定。") % {"n": count}
    return redirect(request, url("projects.show", event_id=event_id, entry_id=entry_id), flash=done)


@get("/events/{event_id:str}/projects/check", name="projects.check", sync_to_thread=True)
def check(request: Req, event_id: str) -> Response[str]:
    return _check(request, event_id, asked_month(request))


def _check(
    request: Req, event_id: str, month: str, values: dict[str, str] | None = None, error: DomainError | None = None
) -> Response[str]:
    asked = paging(request, ORDER)  # a sent form's address says which page it was
    with reading() as session:
        found = managed(session, request, event_id)
        rows, total = queries.competing_rows(session, found, **_page_of(asked))
        months = queries.contest_months(found.desk, found.register)
        waiting = reporting.count_waiting(session, found.event, month)
    told = messages(error if isinstance(error, InvalidError) else None)
    if error is not None and not told:
        told = {"": gettext(str(error))}
    return page(
        request, "projects/check.html", status=STATUS.get(type(error), 422) if error else 200, found=found, rows=rows,
        month=month, months=sorted({*months, month}), typed=values or {}, errors=told, wan=wan,
        milestones=[(one, line) for one in rows for line in one.milestones if line.told.waits],
        waiting=waiting, total=total, paging=asked,
    )  # fmt: skip


ORDER = ["number", "name", "investment"]


def _page_of(asked: Paging) -> dict[str, Any]:
    return {
        "search": asked.search, "sort": asked.sort, "descending": asked.descending, "offset": asked.offset,
        "limit": asked.size,
    }  # fmt: skip


@post("/events/{event_id:str}/projects/check", name="projects.save_check", sync_to_thread=True)
def save_check(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    boxes = typed(form)
    month = month_text(boxes.get("month", "")) or asked_month(request)
    try:
        with transaction() as session:
            found = managed(session, request, event_id)
            sent = {parts[1] for box in boxes if len(parts := box.split("|")) == 3}  # noqa: PLR2004 (box|entry|what)
            rows = queries.progress_of(session, queries.projects_of(session, found, sent))
            count = services.check(session, actor_of(request), found.event, forms.checked(rows, month, boxes))
    except (InvalidError, ConflictError) as error:
        return _check(request, event_id, month, boxes, error)
    done = gettext("已核定 %(n)s 项。") % {"n": count}
    target = url("projects.check", event_id=event_id) + paging(request, ORDER).query(month=month)
    return redirect(request, target, flash=done)


@get("/events/{event_id:str}/projects/import", name="projects.import", sync_to_thread=True)
def import_page(request: Req, event_id: str) -> Response[str]:
    return _import_page(request, event_id)


def _import_page(request: Req, event_id: str, error: InvalidError | None = None) -> Response[str]:
    with reading() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        months = queries.contest_months(found.desk, found.register)
    mine = importing.kinds_of(found)
    sheets = [(what, sheet_of(what, months)) for what in ("projects", *SHEETS) if what in mine]
    status = 422 if error else 200
    return page(request, "projects/import.html", status=status, found=found, sheets=sheets, errors=messages(error))


@get("/events/{event_id:str}/projects/sheets/{what:str}/template", name="projects.template", sync_to_thread=True)
def template(request: Req, event_id: str, what: str) -> Response[bytes]:
    if what not in importing.MANAGED | importing.REPORTED:
        raise NotFoundError(N_("没有这种表。"))
    with reading() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        importing.require_kind(found, what)
        months = queries.contest_months(found.desk, found.register)
    title = sheet_of(what, months).title
    return download(template_book(what, months, current_language()), f"{found.event.title}-{title}.xlsx", XLSX)


@post("/events/{event_id:str}/projects/import", name="projects.upload", sync_to_thread=True)
def upload(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    try:
        filename, data = uploaded(form, "file")
        if not filename.lower().endswith((".csv", ".txt", ".tsv")):
            refuse_no_workbook(data)
        with transaction() as session:
            found = queries.register_desk(session, actor_of(request), event_id)
            job = importing.start_import(
                session, actor_of(request), found, typed(form).get("what", ""), data, filename,
                language=current_language(), next_url=url("projects.index", event_id=event_id),
                back_url=url("projects.import", event_id=event_id),
            )  # fmt: skip
    except InvalidError as error:
        return _import_page(request, event_id, error)
    return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))


@get("/events/{event_id:str}/projects/indicators", name="projects.indicators", sync_to_thread=True)
def indicators(request: Req, event_id: str) -> Response[str]:
    asked = paging(request, ORDER)
    with reading() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        table = handing.indicator_table(
            session, found, str(request.query_params.get("period") or ""),
            lambda: queries.competing_rows(session, found, **_page_of(asked)),
        )  # fmt: skip
    return page(request, "projects/indicators.html", found=found, table=table, shown=format_units, paging=asked)


@post("/events/{event_id:str}/projects/indicators", name="projects.hand_over", sync_to_thread=True)
def hand_over(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    period_id = typed(form).get("period", "")
    with transaction() as session:
        found = queries.register_desk(session, actor_of(request), event_id)
        count = services.hand_over(session, actor_of(request), found, period_id)
    announce(event_id)
    done = gettext("已把 %(n)s 项指标交给评分，写入记分流水。") % {"n": count}
    return redirect(request, url("projects.indicators", event_id=event_id, period=period_id), flash=done)


HANDLERS = [
    report, save_report, check, save_check, import_page, template, upload, indicators, hand_over,
]  # fmt: skip
