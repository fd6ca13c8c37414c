"""Unsealing: one page, two persons."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.acts.models import STATE_NAMES
from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.entries import unsealing
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import gettext
from contest.web.pages import actor_of, page, paging, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/unseal", name="entries.unseal", sync_to_thread=True)
def unseal(request: Req, event_id: str) -> Response[str]:
    return _page(request, event_id)


def _page(request: Req, event_id: str, reason: str = "", error: DomainError | None = None) -> Response[str]:
    asked = paging(request, ("code",))
    with reading() as session:
        view = unsealing.unsealing_view(session, actor_of(request), event_id, offset=asked.offset, limit=asked.size)
    return page(
        request, "entries/unseal.html", view=view, paging=asked, page_href=partial(_at, event_id),
        state_names=STATE_NAMES, reason=reason,
        **told(error),
    )  # fmt: skip


def _at(event_id: str, number: int) -> str:
    return url("entries.unseal", event_id=event_id, page=number)


@post("/events/{event_id:str}/unseal", name="entries.propose_unsealing", sync_to_thread=True)
def propose(request: Req, event_id: str) -> Response[str]:
    try:
        with transaction() as session:
            unsealing.propose_unsealing(session, actor_of(request), get_event(session, event_id, actor_of(request)))
    except ConflictError as error:
        return _page(request, event_id, error=error)
    done = gettext("已提出解密，等第二人确认；确认以前什么也没有打开。")
    return redirect(request, url("entries.unseal", event_id=event_id), flash=done)


@post("/events/{event_id:str}/unseal/{act_id:str}", name="entries.confirm_unsealing", sync_to_thread=True)
def confirm(request: Req, event_id: str, act_id: str) -> Response[str]:
    actor = actor_of(request)
    try:
        with transaction() as session:
            unsealing.confirm_unsealing(session, actor, get_event(session, event_id, actor), act_id)
    except ConflictError as error:
        return _page(request, event_id, error=error)
    return redirect(request, url("entries.unseal", event_id=event_id), flash=gettext("已解密，两人姓名已记入流水。"))


@post("/events/{event_id:str}/unseal/{act_id:str}/refuse", name="entries.refuse_unsealing", sync_to_thread=True)
def refuse(request: Req, event_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    actor, reason = actor_of(request), str(form.get("reason", ""))
    try:
        with transaction() as session:
            unsealing.refuse_unsealing(session, actor, get_event(session, event_id, actor), act_id, reason)
    except (ConflictError, InvalidError) as error:
        return _page(request, event_id, reason, error)
    return redirect(request, url("entries.unseal", event_id=event_id), flash=gettext("没有解密。"))


HANDLERS = [unseal, propose, confirm, refuse]
