"""Pages of the rehearsal (试算). What was generated is all in the address; pasted marks are kept outside the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile

from contest.calculator import MarksFileError
from contest.competitions.editing import Draft
from contest.competitions.queries import get_event
from contest.core.rehearsing import CASES, MOST_ENTRIES
from contest.corrections import rehearsing, services
from contest.corrections.models import Rehearsal
from contest.corrections.rehearsing import Asked, Run
from contest.db import reading, transaction
from contest.documents.columns import Column
from contest.documents.export import export_csv
from contest.errors import DomainError, InvalidError, NotFoundError
from contest.i18n import N_, error_text, gettext
from contest.standings.slip import make_slip
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, download, page, redirect, url

Req = Request[Any, Any, Any]
CASE_WORDS: Mapping[str, str] = {
    "tie": N_("两个参赛者分数完全相同"), "veto": N_("一个参赛者被一票否决"), "missing": N_("缺一个裁判的分"),
    "not_performed": N_("一个参赛者有一项没有完成"),
}  # fmt: skip
COLUMNS = [
    Column(key=key, title_zh=key, title_en=key)
    for key in ("stage", "period", "entry", "aspect", "repetition", "judge", "value", "state", "factor")
]


def _subject(request: Req, event_id: str, asked: Asked) -> tuple[Draft, list[Rehearsal], Rehearsal | None]:
    with reading() as session:
        draft = rehearsing.subject_of(session, actor_of(request), event_id, asked.version)
        kept = list(rehearsing.kept_marks(session, draft.event))
        chosen = rehearsing.get_kept(session, draft.event, asked.marks) if asked.marks else None
    return draft, kept, chosen


@get("/events/{event_id:str}/rehearsal", name="corrections.rehearsal", sync_to_thread=True)
def rehearsal(request: Req, event_id: str) -> Response[str]:
    """Standings, ties and awards of the newest rule set (or `version`) on made-up or kept marks."""
    return _show(request, event_id, rehearsing.asked_from(_query(request)))


def _query(request: Req) -> dict[str, str]:
    found = {key: str(value) for key, value in request.query_params.items()}
    if request.query_params.get("form"):  # the boxes of the form: none ticked means none
        found["cases"] = ",".join(case for case in CASES if found.get(f"case-{case}")) or "none"
    return found


def _show(
    request: Req, event_id: str, asked: Asked, values: Mapping[str, str] | None = None,
    refused: DomainError | None = None,
) -> Response[str]:  # fmt: skip
    draft, kept, chosen = _subject(request, event_id, asked)
    done, error = _run(draft, asked, chosen) if refused is None else (None, None)
    problem = refused or error
    return page(
        request, "corrections/rehearsal.html", status=422 if refused else 200, draft=draft, kept=kept, chosen=chosen,
        asked=asked, done=done, rows=rehearsing.rows(done) if done else [], most=MOST_ENTRIES,
        awards=rehearsing.awards_of(done) if done else [], case_words=CASE_WORDS, typed=dict(values or {}),
        problem=error_text(problem) if problem else "",
        lines=problem.lines(gettext) if isinstance(problem, MarksFileError) else [],
        errors=messages(refused if isinstance(refused, InvalidError) else None),
    )  # fmt: skip


def _run(draft: Draft, asked: Asked, chosen: Rehearsal | None) -> tuple[Run | None, InvalidError | None]:
    """The rehearsal, or why these marks can't be rehearsed; neither while the draft has faults."""
    if draft.outline.rules is None:
        return None, None
    try:
        return rehearsing.run(draft.outline.rules, asked, chosen), None
    except InvalidError as error:
        return None, error


@get("/events/{event_id:str}/rehearsal/slip", name="corrections.rehearsal_slip", sync_to_thread=True)
def rehearsal_slip(request: Req, event_id: str) -> Response[str]:
    """The computation slip of one made-up entry (`code`)."""
    asked = rehearsing.asked_from(_query(request))
    draft, _, chosen = _subject(request, event_id, asked)
    done, _ = _run(draft, asked, chosen)
    code = str(request.query_params.get("code") or "")
    if done is None or code not in {entry.code for entry in done.entries}:
        raise NotFoundError(N_("试算里没有这个参赛者。"))
    slip = make_slip(done.result, code)
    return page(request, "corrections/slip.html", draft=draft, asked=asked, code=code, slip=slip)


@get("/events/{event_id:str}/rehearsal/marks.csv", name="corrections.rehearsal_marks", sync_to_thread=True)
def rehearsal_marks(request: Req, event_id: str) -> Response[bytes]:
    """The marks of a rehearsal as a marks file, to be changed and pasted or uploaded again."""
    asked = rehearsing.asked_from(_query(request))
    draft, _, chosen = _subject(request, event_id, asked)
    done, _ = _run(draft, asked, chosen)
    if done is None:
        raise NotFoundError(N_("没有可以下载的试算分数。"))
    data = export_csv(COLUMNS, rehearsing.marks_table(done), language="en")
    return download(data, f"{draft.event.title}-试算分数.csv", "text/csv; charset=utf-8")


@post("/events/{event_id:str}/rehearsal", name="corrections.keep_marks", sync_to_thread=True)
def keep_marks(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    """Pasted text or an uploaded file; read once before it is kept, so that its faults are told at once."""
    values = typed(form)
    asked = Asked(version=values.get("version", "")[:6])
    name, data = _sent(form)
    try:
        draft, _, _ = _subject(request, event_id, asked)
        if draft.outline.rules is not None and data.strip():
            unsaved = Rehearsal(tenant_id="", event_id=event_id, file_name=name, data=data)
            rehearsing.run(draft.outline.rules, asked, unsaved)
        with transaction() as session:
            event = get_event(session, event_id, actor_of(request))
            kept = services.keep_marks(session, actor_of(request), event, file_name=name, data=data)
    except InvalidError as error:
        return _show(request, event_id, asked, values, error)
    place = url("corrections.rehearsal", event_id=event_id, **Asked(version=asked.version, marks=kept.id).query())
    return redirect(request, place, flash=gettext("已按这些分数试算；不进入流水。"))


def _sent(form: FormMultiDict) -> tuple[str, bytes]:
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return file.filename, file.file.read()
    return "marks.csv", str(form.get("marks", "")).encode()


@post("/events/{event_id:str}/rehearsal/forget", name="corrections.forget_marks", sync_to_thread=True)
def forget_marks(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    with transaction() as session:
        event = get_event(session, event_id, actor_of(request))
        services.forget_marks(session, actor_of(request), event, str(form.get("marks", "")))
    return redirect(request, url("corrections.rehearsal", event_id=event_id), flash=gettext("试算的分数已删除。"))


HANDLERS = (rehearsal, rehearsal_slip, rehearsal_marks, keep_marks, forget_marks)
