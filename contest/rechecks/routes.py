"""Pages of this feature: the recheck of an event, one entry's sheets, the record."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError, NotFoundError
from contest.i18n import N_, gettext
from contest.rechecks import queries, services
from contest.rechecks.models import CHOSEN_NAMES, ITEM_NAMES, RecheckFinding
from contest.rechecks.rendering import record_pdf
from contest.web.forms import typed
from contest.web.pages import PDF, actor_of, download, page, paging, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]
SHOWN = 50
WHOLE_RECORD = 5000


@get("/events/{event_id:str}/recheck", name="rechecks.show", sync_to_thread=True)
def show(request: Req, event_id: str) -> Response[str]:
    return _show(request, event_id)


def _show(request: Req, event_id: str, words: str = "", error: DomainError | None = None) -> Response[str]:
    asked = paging(request, ("position",), size=SHOWN)
    with reading() as session:
        view = queries.recheck_view(session, actor_of(request), event_id, offset=asked.offset, limit=SHOWN)
    return page(
        request, "rechecks/show.html", view=view, paging=asked,
        pages=asked.pages(view.counts.total), page_href=partial(_at, event_id), words=words,
        chosen_names=CHOSEN_NAMES, item_names=ITEM_NAMES,
        **told(error),
    )  # fmt: skip


def _at(event_id: str, number: int) -> str:
    return url("rechecks.show", event_id=event_id, page=number)


@post("/events/{event_id:str}/recheck", name="rechecks.order", status_code=303, sync_to_thread=True)
def order(request: Req, event_id: str) -> Response[str]:
    actor = actor_of(request)
    try:
        with transaction() as session:
            services.order_recheck(session, actor, get_event(session, event_id, actor))
    except ConflictError as error:
        return _show(request, event_id, error=error)
    done = gettext("复核已发起，种子的承诺值已记入流水。请监督当众说出一组数字，再抽取。")
    return redirect(request, url("rechecks.show", event_id=event_id), flash=done)


def _event_of(request: Req, recheck_id: str) -> str:
    with reading() as session:
        return queries.get_recheck(session, actor_of(request), recheck_id)[1].id


@post("/rechecks/{recheck_id:str}/draw", name="rechecks.draw", status_code=303, sync_to_thread=True)
def draw(request: Req, recheck_id: str, form: FormMultiDict) -> Response[str]:
    event_id, words = _event_of(request, recheck_id), str(form.get("words", ""))
    try:
        with transaction() as session:
            services.draw_sample(session, actor_of(request), recheck_id, words)
    except (ConflictError, InvalidError) as error:
        return _show(request, event_id, words, error)
    return redirect(request, url("rechecks.show", event_id=event_id), flash=gettext("已抽取，种子已公开。"))


@get("/rechecks/{recheck_id:str}/entries/{code:str}", name="rechecks.read", sync_to_thread=True)
def read(request: Req, recheck_id: str, code: str) -> Response[str]:
    return _read(request, recheck_id, code)


def _read(
    request: Req, recheck_id: str, code: str, values: dict[str, str] | None = None, error: DomainError | None = None
) -> Response[str]:
    with reading() as session:
        view = queries.reading_of(session, actor_of(request), recheck_id, code)
    return page(
        request, "rechecks/read.html", view=view,
        values=values or {}, item_names=ITEM_NAMES,
        **told(error),
    )  # fmt: skip


@post("/rechecks/{recheck_id:str}/entries/{code:str}", name="rechecks.record", status_code=303, sync_to_thread=True)
def record(request: Req, recheck_id: str, code: str, form: FormMultiDict) -> Response[str]:
    event_id = _event_of(request, recheck_id)
    try:
        with transaction() as session:
            item = services.record_reading(
                session, actor_of(request), recheck_id, code, seen=str(form.get("seen", "")), right=_right(form),
                note=str(form.get("note", "")),
            )  # fmt: skip
            following = queries.next_waiting(session, item)
    except (ConflictError, InvalidError) as error:
        return _read(request, recheck_id, code, typed(form), error)
    done = gettext("%(code)s：%(result)s，已记入流水。") % {"code": code, "result": gettext(ITEM_NAMES[item.state])}
    if following:
        return redirect(request, url("rechecks.read", recheck_id=recheck_id, code=following), flash=done)
    return redirect(request, url("rechecks.show", event_id=event_id), flash=done)


def _right(form: FormMultiDict) -> dict[int, str]:
    """Line number -> what is right, of the boxes that were filled in."""
    found = {}
    for name, value in typed(form).items():
        head, _, number = name.partition("-")
        if head == "right" and value.strip() and number.isascii() and number.isdigit() and len(number) < 6:  # noqa: PLR2004
            found[int(number)] = value
    return found


@post("/rechecks/{recheck_id:str}/close", name="rechecks.close", status_code=303, sync_to_thread=True)
def close(request: Req, recheck_id: str) -> Response[str]:
    event_id = _event_of(request, recheck_id)
    try:
        with transaction() as session:
            services.close_recheck(session, actor_of(request), recheck_id)
    except ConflictError as error:
        return _show(request, event_id, error=error)
    return redirect(request, url("rechecks.show", event_id=event_id), flash=gettext("复核已完成并签字。"))


@get("/rechecks/{recheck_id:str}/record.pdf", name="rechecks.pdf", sync_to_thread=True)
def pdf(request: Req, recheck_id: str) -> Response[bytes]:
    with reading() as session:
        _, event, _ = queries.get_recheck(session, actor_of(request), recheck_id)
        view = queries.recheck_view(session, actor_of(request), event.id, limit=WHOLE_RECORD)
        if view.recheck is None or view.recheck.id != recheck_id:
            raise NotFoundError(N_("找不到这次复核。"))
        found: dict[str, list[RecheckFinding]] = {}
        for finding in queries.findings_of(session, [line.item for line in view.lines]):
            found.setdefault(finding.item_id, []).append(finding)
    return download(record_pdf(view, found), f"{event.title}-复核记录.pdf", PDF, inline=True)


router = Router("/", route_handlers=[show, order, draw, read, record, close, pdf])
