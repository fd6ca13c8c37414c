"""Opening a locked period again: one page; from a certain point on two persons."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.acts.models import STATE_NAMES
from contest.competitions.gates import begun_after, titled
from contest.competitions.models import PeriodState
from contest.competitions.queries import get_period, stage_periods
from contest.db import reading, transaction
from contest.errors import DomainError
from contest.i18n import error_text, gettext
from contest.judging import unlocking
from contest.judging.marks.writer import announce
from contest.judging.queries import Where, locate
from contest.judging.room.desk_queries import watched_event
from contest.web.pages import actor_of, page, redirect, url
from contest.web.problems import STATUS, told

Req = Request[Any, Any, Any]
_PATH = "/judging/periods/{period_id:str}/unlock"
_SHOWN = (409, 422)
"""What the page itself says: a conflict, or what is missing in the form."""


@get(_PATH, name="judging.ask_unlock", sync_to_thread=True)
def ask_unlock(request: Req, period_id: str) -> Response[str]:
    return show_unlock(request, period_id)


def _later_places(session: Session, where: Where) -> list[tuple[str, str]]:
    """(title, period id) of what is to be paused or unlocked before this one, the last first."""
    begun = {stage.id for stage in begun_after(session, where.event, where.stage)}
    found = [(s, p) for s, p in stage_periods(session, where.event) if s.id in begun]
    return [(titled(s), p.id) for s, p in reversed(found) if p.state is not PeriodState.WAITING]


def show_unlock(request: Req, period_id: str, reason: str = "", error: DomainError | None = None) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        where = locate(session, period_id, actor)
        watched_event(session, actor, where.event.id)
        view = unlocking.unlocking_view(session, actor, where)
        begun = unlocking.later_begun(session, where)
        later = _later_places(session, where) if begun else []
    return page(
        request, "judging/unlock.html", blocks=("confirm",),
        where=where, view=view, reason=reason, blocked=error_text(begun) if begun else "", later=later,
        state_names=STATE_NAMES, **told(error),
    )  # fmt: skip


@post(_PATH, name="judging.unlock", status_code=303, sync_to_thread=True)
def unlock(request: Req, period_id: str, form: FormMultiDict) -> Response[str]:
    actor, reason = actor_of(request), str(form.get("reason", ""))[:300]
    try:
        with transaction() as session:
            act = unlocking.ask_unlock(session, actor, get_period(session, period_id, actor), reason)
            event_id = locate(session, period_id).event.id
    except DomainError as error:
        if STATUS.get(type(error)) not in _SHOWN:
            raise
        return show_unlock(request, period_id, reason, error)
    if act is not None:
        done = gettext("已提出解锁，等第二人确认；确认以前仍然锁定。")
        return redirect(request, url("judging.ask_unlock", period_id=period_id), flash=done)
    announce(event_id)
    return _opened(request, event_id, period_id)


def _opened(request: Req, event_id: str, period_id: str) -> Response[str]:
    desk = url("judging.desk", event_id=event_id, period=period_id)
    return redirect(request, desk, flash=gettext("已解锁，可以继续评分。"))


@post(_PATH + "/{act_id:str}", name="judging.confirm_unlock", status_code=303, sync_to_thread=True)
def confirm(request: Req, period_id: str, act_id: str) -> Response[str]:
    try:
        with transaction() as session:
            act = unlocking.confirm_unlock(session, actor_of(request), period_id, act_id)
            event_id = act.event_id or ""
    except DomainError as error:
        if STATUS.get(type(error)) not in _SHOWN:
            raise
        return show_unlock(request, period_id, "", error)
    announce(event_id)
    return _opened(request, event_id, period_id)


@post(_PATH + "/{act_id:str}/refuse", name="judging.refuse_unlock", status_code=303, sync_to_thread=True)
def refuse(request: Req, period_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    actor, reason = actor_of(request), str(form.get("reason", ""))[:300]
    try:
        with transaction() as session:
            unlocking.refuse_unlock(session, actor, period_id, act_id, reason)
    except DomainError as error:
        if STATUS.get(type(error)) not in _SHOWN:
            raise
        return show_unlock(request, period_id, reason, error)
    done = gettext("没有解锁，一切不变。")
    return redirect(request, url("judging.ask_unlock", period_id=period_id), flash=done)


HANDLERS = [ask_unlock, unlock, confirm, refuse]
