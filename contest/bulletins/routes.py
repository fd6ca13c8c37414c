"""Issued bulletins, one of them as page and PDF, and drawing up the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.bulletins import services
from contest.bulletins.forms import BulletinForm
from contest.bulletins.queries import bulletin_desk, bulletin_view
from contest.bulletins.rendering import bulletin_pdf
from contest.bulletins.telling import Row
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import error_text, gettext
from contest.web.forms import messages, typed
from contest.web.pages import PDF, actor_of, download, page, paging, redirect, url
from contest.web.problems import STATUS

Req = Request[Any, Any, Any]
NO_VALUES: Mapping[str, str] = {}


@get("/events/{event_id:str}/bulletins", name="bulletins.index", sync_to_thread=True)
def index(request: Req, event_id: str) -> Response[str]:
    return _desk(request, event_id)


def _desk(
    request: Req, event_id: str, values: Mapping[str, str] = NO_VALUES, error: DomainError | None = None,
    rows: list[Row] | None = None,
) -> Response[str]:  # fmt: skip
    asked = paging(request, ["number"])
    told = messages(error) if isinstance(error, InvalidError) else {"": error_text(error)} if error else {}
    with reading() as session:
        desk = bulletin_desk(session, actor_of(request), event_id, offset=asked.offset, limit=asked.size)
    return page(
        request, "bulletins/index.html", status=STATUS.get(type(error), 422) if error else 200, desk=desk, rows=rows,
        typed=values, errors=told, paging=asked,
    )  # fmt: skip


@post("/events/{event_id:str}/bulletins/draft", name="bulletins.draft", status_code=200, sync_to_thread=True)
def draft(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    """The rows as they would be told; nothing is kept."""
    try:
        asked = BulletinForm.read(form).asked()
        with reading() as session:
            _, rows = services.draw_up(session, actor_of(request), event_id, asked)
    except (InvalidError, ConflictError) as error:
        return _desk(request, event_id, typed(form), error)
    return _desk(request, event_id, typed(form), rows=rows)


@post("/events/{event_id:str}/bulletins", name="bulletins.issue", sync_to_thread=True)
def issue(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    try:
        asked = BulletinForm.read(form).asked()
        with transaction() as session:
            bulletin = services.issue_bulletin(session, actor_of(request), event_id, asked)
    except (InvalidError, ConflictError) as error:
        return _desk(request, event_id, typed(form), error)
    target = url("bulletins.show", event_id=event_id, number=bulletin.number)
    return redirect(request, target, flash=gettext("第 %(n)s 期通报已发出。") % {"n": bulletin.number})


@get("/events/{event_id:str}/bulletins/{number:str}", name="bulletins.show", sync_to_thread=True)
def show(request: Req, event_id: str, number: str) -> Response[str]:
    with reading() as session:
        view = bulletin_view(session, actor_of(request), event_id, number)
    return page(request, "bulletins/show.html", view=view)


@get("/events/{event_id:str}/bulletins/{number:str}/pdf", name="bulletins.pdf", sync_to_thread=True)
def pdf(request: Req, event_id: str, number: str) -> Response[bytes]:
    with reading() as session:
        view = bulletin_view(session, actor_of(request), event_id, number)
    return download(bulletin_pdf(view), f"{view.event.title}-第{number}期通报.pdf", PDF, inline=True)


router = Router("/", route_handlers=[index, draft, issue, show, pdf])
