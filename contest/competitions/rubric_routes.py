"""The rubric as a workbook: template, export, upload, and the marked workbook of a refused upload."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions import editing, queries, rubric_services
from contest.competitions import rule_services as services
from contest.competitions.editing import Draft
from contest.competitions.rubric_reading import RubricUpload
from contest.competitions.spreadsheets import rubric_template, rubric_workbook
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError, NotFoundError
from contest.i18n import N_, error_text, gettext
from contest.web.forms import uploaded
from contest.web.pages import XLSX, actor_of, download, page, redirect, url

Req = Request[Any, Any, Any]
MOST_SHOWN = 100
"""Errors listed on the page; the marked workbook holds all."""


@get("/events/{event_id:str}/rubric", name="competitions.rubric", sync_to_thread=True)
def rubric(request: Req, event_id: str) -> Response[str]:
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
    return _rubric(request, draft)


def _rubric(
    request: Req, draft: Draft, error: DomainError | None = None, upload: RubricUpload | None = None,
    *, marked: bool = False,
) -> Response[str]:  # fmt: skip
    words = [(item.row, item.words(gettext)) for item in upload.errors[:MOST_SHOWN]] if upload else []
    return page(
        request, "competitions/rubric.html", status=422 if error or words else 200, draft=draft, upload=upload,
        words=words, marked=marked, problem=error_text(error) if error else "",
    )  # fmt: skip


@get("/rubric-template", name="competitions.rubric_template", sync_to_thread=True)
def template() -> Response[bytes]:
    return download(rubric_template(), "评分标准模板.xlsx", XLSX)


@get("/events/{event_id:str}/rubric/file", name="competitions.rubric_file", sync_to_thread=True)
def rubric_file(request: Req, event_id: str) -> Response[bytes]:
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
    if draft.outline.rules is None:
        raise ConflictError(N_("评分办法还有要改的地方，改好后才能导出。也可以先下载空白模板。"))
    return download(rubric_workbook(draft.outline.rules), f"{draft.event.title}-评分标准.xlsx", XLSX)


@post("/events/{event_id:str}/rubric", name="competitions.upload_rubric", sync_to_thread=True)
def upload_rubric(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    """All or nothing: the whole rubric is taken, or the file comes back with what is wrong in it."""
    with reading() as session:
        draft = editing.draft_of(session, actor_of(request), event_id)
    try:
        services.check_may_write(draft.competition, actor_of(request), draft.event, draft.version)
        filename, data = uploaded(form, "file")
        upload = rubric_services.read_upload(draft.document, str(form.get("stage", "")), data, filename)
        if upload.errors:
            return _refused(request, draft, upload, data, filename)
        with transaction() as session:
            document = {**upload.document, "title": upload.document.get("title") or draft.event.title}
            services.save_rule_set(session, actor_of(request), draft.event, document, base=str(form.get("base", "")))
    except InvalidError as error:
        return _rubric(request, draft, error)
    read = gettext(N_("评分标准已读入，共 %(rows)s 行。")) % {"rows": upload.rows}
    told = " ".join([read, *upload.notices])
    return redirect(request, url("competitions.rules", event_id=event_id), flash=told[:900])


def _refused(request: Req, draft: Draft, upload: RubricUpload, data: bytes, filename: str) -> Response[str]:
    marked = rubric_services.marked_workbook(upload, data, filename)
    if marked is not None:
        with transaction() as session:
            rubric_services.keep_report(session, actor_of(request), draft.event, filename, marked)
    return _rubric(request, draft, upload=upload, marked=marked is not None)


@get("/events/{event_id:str}/rubric/report", name="competitions.rubric_report", sync_to_thread=True)
def rubric_report(request: Req, event_id: str) -> Response[bytes]:
    with reading() as session:
        event = queries.get_event(session, event_id, actor_of(request))
        report = rubric_services.report_of(session, event)
    if report is None:
        raise NotFoundError(N_("没有需要下载的错误说明。"))
    stem = report.file_name.rsplit(".", 1)[0]
    return download(report.data, f"{stem}-错误说明.xlsx", XLSX)


HANDLERS = (rubric, template, rubric_file, upload_rubric, rubric_report)
