"""The history of a mark, and the photographs of paper sheets beside it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.db import reading, transaction
from contest.documents.images import clean_picture
from contest.errors import DomainError, InvalidError, NotFoundError
from contest.i18n import N_, gettext
from contest.judging.forms import ScanForm
from contest.judging.marks.history import PER_PAGE, mark_history
from contest.judging.marks.writer import announce
from contest.judging.paper.scans import add_scan as keep_scan
from contest.judging.paper.scans import get_scan, scan_lines, typist_place
from contest.web.forms import messages as texts_of
from contest.web.forms import typed, uploaded
from contest.web.pages import actor_of, download, page, paging, redirect, url

Req = Request[Any, Any, Any]
_DIGITS = 3


@get("/judging/history/{period_id:str}/{code:str}", name="judging.history", sync_to_thread=True)
def history(request: Req, period_id: str, code: str) -> Response[str]:
    """`aspect`, `repetition` and `judge` (empty: the whole panel's value) in the query say which mark."""
    query, asked = request.query_params, paging(request, ["at"], size=PER_PAGE)
    number = str(query.get("repetition") or "1")
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        raise NotFoundError(N_("找不到这个分。"))
    with reading() as session:
        view = mark_history(
            session, actor_of(request), period_id, code, aspect=str(query.get("aspect") or ""),
            repetition=int(number), judge=str(query.get("judge") or ""), page=asked.page,
        )  # fmt: skip
        place = {"aspect": view.aspect.id, "repetition": view.repetition, "judge": view.judge}
        return page(
            request, "judging/history.html", view=view, asked=asked,
            page_link=lambda number: asked.query(page=number, **place),
        )  # fmt: skip


@get("/judging/periods/{period_id:str}/scans", name="judging.scans", sync_to_thread=True)
def scans(request: Req, period_id: str) -> Response[str]:
    return show_scans(request, period_id, dict(request.query_params))


def show_scans(
    request: Req, period_id: str, values: dict[str, str], error: InvalidError | None = None
) -> Response[str]:
    asked = paging(request, ["seq"])
    with reading() as session:
        where = typist_place(session, actor_of(request), period_id)
        lines, total = scan_lines(session, where, search=asked.search, offset=asked.offset, limit=asked.size)
        return page(
            request, "judging/scans.html", status=422 if error else 200, where=where, lines=lines, total=total,
            asked=asked, typed=values, errors=texts_of(error) if error else {},
            page_link=lambda number: asked.query(page=number),
        )  # fmt: skip


@post("/judging/periods/{period_id:str}/scans", name="judging.add_scan", status_code=303, sync_to_thread=True)
def add_scan(request: Req, period_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        fields = ScanForm.read(form)
        with reading() as session:  # before the slow part: nobody else's pictures are drawn
            event_id = typist_place(session, actor, period_id).event.id
        picture = _picture(form)
        with transaction() as session:
            keep_scan(session, actor, period_id, code=fields.entry, judge=fields.judge, picture=picture)
    except InvalidError as error:
        return show_scans(request, period_id, typed(form), error)
    announce(event_id)
    return redirect(request, url("judging.scans", period_id=period_id), flash=gettext("纸质评分表已存，摘要记入流水。"))


def _picture(form: FormMultiDict) -> Any:
    try:
        return clean_picture(uploaded(form, "file")[1])
    except InvalidError as error:
        fields: dict[str, DomainError] = dict(error.fields) or {"file": error}
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields=fields) from None


@get("/judging/scans/{period_id:str}/{scan_id:str}", name="judging.scan", sync_to_thread=True)
def scan(request: Req, period_id: str, scan_id: str) -> Response[bytes]:
    with reading() as session:
        found = get_scan(session, actor_of(request), period_id, scan_id)
        return download(found.data, f"{found.entry_code}-{found.judge_code or '0'}.jpg", "image/jpeg", inline=True)


HANDLERS = [history, scans, add_scan, scan]
