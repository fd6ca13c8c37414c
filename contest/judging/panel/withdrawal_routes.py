"""Taking back a declared conflict: one page, two persons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.acts.models import STATE_NAMES
from contest.competitions.models import Competition
from contest.competitions.queries import events_of, get_competition
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import gettext
from contest.judging.marks.writer import announce
from contest.judging.panel import withdrawing
from contest.web.pages import actor_of, page, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]
_PATH = "/competitions/{competition_id:str}/conflicts/{conflict_id:str}"


@get(_PATH, name="judging.conflict", sync_to_thread=True)
def show(request: Req, competition_id: str, conflict_id: str) -> Response[str]:
    return _page(request, competition_id, conflict_id)


def _page(
    request: Req, competition_id: str, conflict_id: str, reason: str = "", error: DomainError | None = None
) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        view = withdrawing.withdrawal_view(session, actor, competition_id, conflict_id)
    return page(
        request, "judging/conflict.html", view=view, reason=reason, state_names=STATE_NAMES,
        is_own=view.conflict.account_id == actor.account_id,
        **told(error),
    )  # fmt: skip


def _act(
    request: Req, competition_id: str, conflict_id: str, reason: str, done: str,
    work: Callable[[Session, Competition], object],
) -> Response[str]:  # fmt: skip
    try:
        with transaction() as session:
            competition = get_competition(session, competition_id, actor_of(request))
            work(session, competition)
            events = [event.id for event in events_of(session, competition)]
    except (ConflictError, InvalidError) as error:
        return _page(request, competition_id, conflict_id, reason, error)
    for event_id in events:
        announce(event_id)
    return redirect(
        request, url("judging.conflict", competition_id=competition_id, conflict_id=conflict_id), flash=done
    )


@post(_PATH, name="judging.propose_withdrawal", status_code=303, sync_to_thread=True)
def propose(request: Req, competition_id: str, conflict_id: str, form: FormMultiDict) -> Response[str]:
    reason, done = str(form.get("reason", "")), gettext("已提出撤回，决定以前仍然回避。")
    return _act(request, competition_id, conflict_id, reason, done,
                lambda s, c: withdrawing.propose_withdrawal(s, actor_of(request), c, conflict_id, reason))  # fmt: skip


@post(_PATH + "/acts/{act_id:str}", name="judging.confirm_withdrawal", status_code=303, sync_to_thread=True)
def confirm(request: Req, competition_id: str, conflict_id: str, act_id: str) -> Response[str]:
    return _act(request, competition_id, conflict_id, "", gettext("申报已撤回，相关回避已取消并记入流水。"),
                lambda s, c: withdrawing.confirm_withdrawal(s, actor_of(request), c, act_id))  # fmt: skip


@post(_PATH + "/acts/{act_id:str}/refuse", name="judging.refuse_withdrawal", status_code=303, sync_to_thread=True)
def refuse(request: Req, competition_id: str, conflict_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    reason = str(form.get("reason", ""))
    return _act(request, competition_id, conflict_id, reason, gettext("申报照旧，仍然回避。"),
                lambda s, c: withdrawing.refuse_withdrawal(s, actor_of(request), c, act_id, reason))  # fmt: skip


HANDLERS = [show, propose, confirm, refuse]
