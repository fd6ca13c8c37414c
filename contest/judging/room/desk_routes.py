"""The chief judge's desk: progress, alarms, quarantine, lock."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.queries import get_period
from contest.db import reading, transaction
from contest.errors import DomainError
from contest.i18n import error_text, gettext
from contest.judging.locking import lock_period
from contest.judging.marks.writer import announce
from contest.judging.policy import ROUTES
from contest.judging.queries import locate
from contest.judging.room.desk_queries import desk_view, entry_marks, watched_event
from contest.judging.room.progress import shortfalls
from contest.judging.signatures.waiver_queries import count_waived, waiting_waivers
from contest.web.pages import actor_of, page, paging, redirect, url
from contest.web.problems import STATUS

Req = Request[Any, Any, Any]
ROWS = 60
"""Entries of the matrix on one page."""


@get("/events/{event_id:str}/desk", name="judging.desk", sync_to_thread=True)
def desk(request: Req, event_id: str) -> Response[str]:
    """The desk; to htmx (the stream said that something changed) only its moving part."""
    asked, period_id = paging(request, ["code"], size=ROWS), str(request.query_params.get("period") or "")

    def page_link(number: int) -> str:
        return asked.query(page=number, period=period_id)

    with reading() as session:
        view = desk_view(session, actor_of(request), event_id, period_id)
        return page(request, "judging/desk.html", blocks=("desk",), view=view, asked=asked, page_link=page_link)


@get("/judging/marks/{period_id:str}/{code:str}", name="judging.marks", sync_to_thread=True)
def marks(request: Req, period_id: str, code: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        view = entry_marks(session, actor, period_id, code)
        return page(request, "judging/marks.html", view=view, watches=bool(ROUTES["judging.desk"] & actor.roles))


@get("/judging/periods/{period_id:str}/lock", name="judging.ask_lock", sync_to_thread=True)
def ask_lock(request: Req, period_id: str) -> Response[str]:
    return show_lock(request, period_id)


def show_lock(request: Req, period_id: str, reason: str = "", error: DomainError | None = None) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        where = locate(session, period_id, actor)
        watched_event(session, actor, where.event.id)
        missing = shortfalls(session, where)
        waived = count_waived(session, where)
        waiting = sum(item.period_id == period_id for item in waiting_waivers(session, where.event))
    return page(
        request,
        "judging/lock.html",
        blocks=("confirm",),
        status=STATUS.get(type(error), 409) if error else 200,
        where=where,
        missing=missing,
        waived=waived,
        waiting=waiting,
        reason=reason,
        error=error_text(error) if error else "",
    )


@post("/judging/periods/{period_id:str}/lock", name="judging.lock", status_code=303, sync_to_thread=True)
def lock(request: Req, period_id: str, form: FormMultiDict) -> Response[str]:
    actor, reason = actor_of(request), str(form.get("reason", ""))[:300]
    try:
        with transaction() as session:
            period = get_period(session, period_id, actor)
            lock_period(session, actor, period, reason)
            event_id = locate(session, period_id).event.id
    except DomainError as error:
        if STATUS.get(type(error)) != 409:  # noqa: PLR2004 (Conflict: the page names who is missing)
            raise
        return show_lock(request, period_id, reason, error)
    announce(event_id)
    return redirect(
        request, url("judging.desk", event_id=event_id, period=period_id), flash=gettext("评分已锁定，并已存证。")
    )


HANDLERS = [desk, marks, ask_lock, lock]
