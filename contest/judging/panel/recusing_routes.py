"""A recusal of a judge who has marked the entry: proposed on one page, decided on another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.acts.models import STATE_NAMES
from contest.competitions.models import Event
from contest.competitions.queries import competition_of, get_event
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import gettext
from contest.judging.forms import RecusalForm
from contest.judging.live import tell_room
from contest.judging.marks.writer import announce
from contest.judging.panel import recusing
from contest.judging.panel.queries import find_entry
from contest.judging.panel.recusing_queries import asked_view, asking_view
from contest.judging.policy import can_manage_panel
from contest.judging.queries import get_member
from contest.web.forms import typed
from contest.web.pages import actor_of, page, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]
_PATH = "/events/{event_id:str}/panel/recusals"


def show_asking(
    request: Req, event_id: str, values: Mapping[str, str], error: DomainError | None = None
) -> Response[str]:
    """What the judge has marked, that it takes two persons, and what was typed; or the proposal that waits already."""
    with reading() as session:
        view = asking_view(session, actor_of(request), event_id, values.get("member", ""), values.get("entry", ""))
    if view.act is not None:
        return redirect(request, url("judging.asked_recusal", event_id=event_id, act_id=view.act.id))
    status = {} if error else {"status": 409}
    return page(request, "judging/recusing.html", view=view, typed=values, reason="", **(told(error) | status))


@post(_PATH + "/propose", name="judging.propose_recusal", status_code=303, sync_to_thread=True)
def propose(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    try:
        with transaction() as session:
            _propose(session, request, event_id, RecusalForm.read(form))
    except (ConflictError, InvalidError) as error:
        return show_asking(request, event_id, typed(form), error)
    done = gettext("已提出回避，等第二人确认；确认以前这位裁判的分照旧计入。")
    return redirect(request, url("judging.panel", event_id=event_id), flash=done)


def _propose(session: Session, request: Req, event_id: str, fields: RecusalForm) -> None:
    actor = actor_of(request)
    event = get_event(session, event_id, actor)
    by_name = can_manage_panel(actor, competition_of(session, event))
    member, entry = get_member(session, event, fields.member), find_entry(session, event, fields.entry, by_name=by_name)
    reserve = get_member(session, event, fields.reserve) if fields.reserve else None
    recusing.ask_recusal(session, actor, event, member, entry, fields.reason, reserve)


@get(_PATH + "/acts/{act_id:str}", name="judging.asked_recusal", sync_to_thread=True)
def show(request: Req, event_id: str, act_id: str) -> Response[str]:
    return _page(request, event_id, act_id)


def _page(
    request: Req, event_id: str, act_id: str, reason: str = "", error: DomainError | None = None
) -> Response[str]:
    with reading() as session:
        view = asked_view(session, actor_of(request), event_id, act_id)
    return page(
        request, "judging/recusing.html", view=view, typed={}, reason=reason, state_names=STATE_NAMES, **told(error)
    )


def _decide(
    request: Req, event_id: str, act_id: str, reason: str, done: str, work: Callable[[Session, Event], object]
) -> Response[str]:
    try:
        with transaction() as session:
            work(session, get_event(session, event_id, actor_of(request)))
    except (ConflictError, InvalidError) as error:
        return _page(request, event_id, act_id, reason, error)
    announce(event_id)
    tell_room(event_id)
    return redirect(request, url("judging.panel", event_id=event_id), flash=done)


@post(_PATH + "/acts/{act_id:str}", name="judging.confirm_recusal", status_code=303, sync_to_thread=True)
def confirm(request: Req, event_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    seen, done = str(form.get("seen", "")), gettext("回避已登记，这位裁判的分不再计入，已记入流水。")
    return _decide(request, event_id, act_id, "", done,
                   lambda s, e: recusing.confirm_recusal(s, actor_of(request), e, act_id, seen))  # fmt: skip


@post(_PATH + "/acts/{act_id:str}/refuse", name="judging.refuse_recusal", status_code=303, sync_to_thread=True)
def refuse(request: Req, event_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    reason, done = str(form.get("reason", "")), gettext("没有登记回避，这位裁判的分照旧计入。")
    return _decide(request, event_id, act_id, reason, done,
                   lambda s, e: recusing.refuse_recusal(s, actor_of(request), e, act_id, reason))  # fmt: skip


HANDLERS = [propose, show, confirm, refuse]
