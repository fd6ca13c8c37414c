"""Entries from and to Excel: template, upload, dry run, preview, confirmation, export."""

from __future__ import annotations

import json
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.actors import Actor
from contest.db import reading, transaction
from contest.documents.archive import check_signature
from contest.documents.refusals import WorkbookRefused, told_as
from contest.entries import exporting, importing, queries
from contest.entries.queries import EventDesk
from contest.entries.spreadsheets import SHEET, entry_template
from contest.errors import ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_, current_language
from contest.jobs.models import Job, JobState
from contest.web.forms import messages, uploaded
from contest.web.pages import XLSX, actor_of, download, page, redirect, url

Req = Request[Any, Any, Any]


def managed_desk(session: Session, actor: Actor, event_id: str) -> EventDesk:
    """The desk, for those who may fill the list now.

    Raises:
        ForbiddenError: they may not, or the event takes no entries any more.
    """
    desk = queries.event_desk(session, actor, event_id)
    if not desk.can_manage:
        raise ForbiddenError(N_("现在不能导入：只有组织者可以导入，并且要在锁定之前。"))
    return desk


@get("/events/{event_id:str}/entries/import", name="entries.import", sync_to_thread=True)
def import_page(request: Req, event_id: str) -> Response[str]:
    return _import_page(request, event_id)


def _import_page(request: Req, event_id: str, error: InvalidError | None = None) -> Response[str]:
    with reading() as session:
        desk = managed_desk(session, actor_of(request), event_id)
    status = 422 if error else 200
    return page(request, "entries/import.html", status=status, desk=desk, sheet=SHEET, errors=messages(error))


@get("/events/{event_id:str}/entries/template", name="entries.template", sync_to_thread=True)
def template(request: Req, event_id: str) -> Response[bytes]:
    with reading() as session:
        desk = queries.event_desk(session, actor_of(request), event_id)
    return download(entry_template(current_language()), f"{desk.event.title}-参赛名单模板.xlsx", XLSX)


@post("/events/{event_id:str}/entries/import", name="entries.upload", sync_to_thread=True)
def upload(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    """Takes the file and starts the dry run; a file that is no workbook is refused at once."""
    try:
        filename, data = uploaded(form, "file")
        if not filename.lower().endswith((".csv", ".txt", ".tsv")):
            refuse_no_workbook(data)
        with transaction() as session:
            desk = managed_desk(session, actor_of(request), event_id)
            job = importing.start_check(
                session, actor_of(request), desk.event, data, filename, language=current_language(),
                next_url=url("entries.preview", event_id=event_id, job_id="JOB"),
                back_url=url("entries.import", event_id=event_id),
            )  # fmt: skip
    except InvalidError as error:
        return _import_page(request, event_id, error)
    return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))


def refuse_no_workbook(data: bytes) -> None:
    """Says at once what is wrong with a file that can't be read, instead of after a wait (InvalidError)."""
    with told_as(WorkbookRefused):
        check_signature(data)


@get("/events/{event_id:str}/entries/import/{job_id:str}", name="entries.preview", sync_to_thread=True)
def preview(request: Req, event_id: str, job_id: str) -> Response[str]:
    with reading() as session:
        desk = queries.event_desk(session, actor_of(request), event_id)
        job = _check_of(session, actor_of(request), desk, job_id)
    if job.state is not JobState.DONE:
        return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))
    payload = json.loads(job.payload)
    return page(
        request, "entries/preview.html", desk=desk, job=job, result=json.loads(job.result),
        filename=payload["filename"], shown=importing.SHOWN,
    )  # fmt: skip


def _check_of(session: Session, actor: Actor, desk: EventDesk, job_id: str) -> Job:
    job = importing.get_check(session, actor, desk.event, job_id)
    if job is None:
        raise NotFoundError(N_("找不到这次检查。请重新上传名单。"))
    return job


@post("/events/{event_id:str}/entries/import/{job_id:str}", name="entries.confirm_import", sync_to_thread=True)
def confirm_import(request: Req, event_id: str, job_id: str) -> Response[str]:
    with transaction() as session:
        desk = managed_desk(session, actor_of(request), event_id)
        checked = _check_of(session, actor_of(request), desk, job_id)
        job = importing.start_commit(
            session, actor_of(request), desk.event, checked,
            next_url=url("entries.index", event_id=event_id),
            back_url=url("entries.preview", event_id=event_id, job_id=job_id),
        )  # fmt: skip
    return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))


@get("/events/{event_id:str}/entries/export", name="entries.export", sync_to_thread=True)
def export(request: Req, event_id: str) -> Response[Any]:
    with reading() as session:
        desk = queries.event_desk(session, actor_of(request), event_id)
        book = exporting.export_now(session, desk, current_language())
    if book is not None:
        return download(book, exporting.file_name(desk), XLSX)
    with transaction() as session:
        back = url("entries.index", event_id=event_id)
        job = exporting.start_export(session, actor_of(request), desk, current_language(), back)
    return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))


HANDLERS = [import_page, template, upload, preview, confirm_import, export]
