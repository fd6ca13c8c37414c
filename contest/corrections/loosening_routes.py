"""Loosening formalities: one page, two persons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.acts.models import STATE_NAMES
from contest.competitions.formalities import Formalities
from contest.competitions.models import SIGNERS, Event
from contest.competitions.queries import get_event
from contest.corrections import loosening
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import gettext
from contest.web.pages import actor_of, page, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]
_PATH = "/events/{event_id:str}/formalities/loosening"


@get(_PATH, name="corrections.loosening", sync_to_thread=True)
def show(request: Req, event_id: str) -> Response[str]:
    return _page(request, event_id, _asked(request.query_params))


def _asked(values: Any) -> Formalities | None:
    """What the page of the formalities was filled in with; None: opened without it."""
    if not values.get("ask"):
        return None
    return Formalities.asked(
        [str(key) for key in values.getall("signers", [])], calibrates=bool(values.get("calibrates")),
        rechecks=bool(values.get("rechecks")), publishes_in_pairs=bool(values.get("publishes_in_pairs")),
    )  # fmt: skip


def _page(
    request: Req, event_id: str, wanted: Formalities | None, reason: str = "", error: DomainError | None = None
) -> Response[str]:
    with reading() as session:
        view = loosening.loosening_view(session, actor_of(request), event_id, wanted)
    return page(
        request, "corrections/loosening.html", view=view, reason=reason, signers=SIGNERS, state_names=STATE_NAMES,
        **told(error),
    )  # fmt: skip


def _act(
    request: Req, event_id: str, form: FormMultiDict, work: Callable[[Session, Event], object], done: str
) -> Response[str]:
    try:
        with transaction() as session:
            work(session, get_event(session, event_id, actor_of(request)))
    except (ConflictError, InvalidError) as error:
        return _page(request, event_id, _asked(form), str(form.get("reason", "")), error)
    return redirect(request, url("corrections.loosening", event_id=event_id), flash=done)


@post(_PATH, name="corrections.propose_loosening", status_code=303, sync_to_thread=True)
def propose(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    wanted = _asked(form) or Formalities.asked((), calibrates=False, rechecks=False, publishes_in_pairs=False)
    reason, done = str(form.get("reason", "")), gettext("已提出放宽手续，等第二人确认；确认以前手续不变。")
    return _act(
        request, event_id, form,
        lambda s, e: loosening.propose_loosening(s, actor_of(request), e, wanted, reason), done,
    )  # fmt: skip


@post(_PATH + "/{act_id:str}", name="corrections.confirm_loosening", status_code=303, sync_to_thread=True)
def confirm(request: Req, event_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    done = gettext("手续已放宽，已记入流水。")
    return _act(
        request, event_id, form, lambda s, e: loosening.confirm_loosening(s, actor_of(request), e, act_id), done
    )


@post(_PATH + "/{act_id:str}/refuse", name="corrections.refuse_loosening", status_code=303, sync_to_thread=True)
def refuse(request: Req, event_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    reason, done = str(form.get("reason", "")), gettext("没有放宽，手续照旧。")
    return _act(
        request, event_id, form, lambda s, e: loosening.refuse_loosening(s, actor_of(request), e, act_id, reason), done
    )


HANDLERS = [show, propose, confirm, refuse]
