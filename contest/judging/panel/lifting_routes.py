"""Lifting a recusal: one page, two persons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.competitions.models import Event
from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import gettext
from contest.judging.marks.writer import announce
from contest.judging.panel import lifting
from contest.web.pages import actor_of, page, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]
_PATH = "/events/{event_id:str}/recusals/{recusal_id:str}"


@get(_PATH, name="judging.recusal", sync_to_thread=True)
def show(request: Req, event_id: str, recusal_id: str) -> Response[str]:
    return _page(request, event_id, recusal_id)


def _page(
    request: Req, event_id: str, recusal_id: str, reason: str = "", error: DomainError | None = None
) -> Response[str]:
    with reading() as session:
        view = lifting.lifting_view(session, actor_of(request), event_id, recusal_id)
    return page(
        request, "judging/recusal.html", view=view, reason=reason,
        **told(error),
    )  # fmt: skip


def _act(
    request: Req, event_id: str, recusal_id: str, reason: str, done: str, work: Callable[[Session, Event], object]
) -> Response[str]:
    try:
        with transaction() as session:
            work(session, get_event(session, event_id, actor_of(request)))
    except (ConflictError, InvalidError) as error:
        return _page(request, event_id, recusal_id, reason, error)
    announce(event_id)
    return redirect(request, url("judging.panel", event_id=event_id), flash=done)


@post(_PATH, name="judging.propose_lifting", status_code=303, sync_to_thread=True)
def propose(request: Req, event_id: str, recusal_id: str, form: FormMultiDict) -> Response[str]:
    reason, done = str(form.get("reason", "")), gettext("已提出取消回避，等第二人确认。")
    return _act(request, event_id, recusal_id, reason, done,
                lambda s, e: lifting.propose_lifting(s, actor_of(request), e, recusal_id, reason))  # fmt: skip


@post(_PATH + "/acts/{act_id:str}", name="judging.confirm_lifting", status_code=303, sync_to_thread=True)
def confirm(request: Req, event_id: str, recusal_id: str, act_id: str) -> Response[str]:
    return _act(request, event_id, recusal_id, "", gettext("回避已取消，已记入流水。"),
                lambda s, e: lifting.confirm_lifting(s, actor_of(request), e, act_id))  # fmt: skip


@post(_PATH + "/acts/{act_id:str}/refuse", name="judging.refuse_lifting", status_code=303, sync_to_thread=True)
def refuse(request: Req, event_id: str, recusal_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    reason = str(form.get("reason", ""))
    return _act(request, event_id, recusal_id, reason, gettext("回避照旧。"),
                lambda s, e: lifting.refuse_lifting(s, actor_of(request), e, act_id, reason))  # fmt: skip


HANDLERS = [show, propose, confirm, refuse]
