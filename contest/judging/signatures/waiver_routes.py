"""Waiving one signature: one page, two persons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.acts.models import STATE_NAMES
from contest.competitions.models import SIGNERS
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import gettext
from contest.judging.marks.writer import announce
from contest.judging.models import GROUND_NAMES
from contest.judging.queries import locate
from contest.judging.sheet.rendering import box
from contest.judging.signatures import waiving
from contest.judging.signatures.waiver_queries import waiver_view
from contest.web.forms import typed
from contest.web.pages import actor_of, page, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]
_PATH = "/judging/waivers/{period_id:str}/{judge:str}/{code:str}/{role:str}"
NONE: Mapping[str, str] = {}


@get(_PATH, name="judging.waiver", sync_to_thread=True)
def show(request: Req, period_id: str, judge: str, code: str, role: str) -> Response[str]:
    return _page(request, (period_id, judge, code, role))


def _page(
    request: Req, place: tuple[str, str, str, str], values: Mapping[str, str] = NONE, error: DomainError | None = None
) -> Response[str]:
    with reading() as session:
        view = waiver_view(session, actor_of(request), *place)
    return page(
        request, "judging/waiver.html", view=view, typed=values, signers=SIGNERS, state_names=STATE_NAMES,
        grounds=[(ground.value, gettext(name)) for ground, name in GROUND_NAMES.items()], ground_names=GROUND_NAMES,
        boxes=[box(item, view.sheet.marks.get(item.place)) for item in view.sheet.items],
        **told(error),
    )  # fmt: skip


def _act(
    request: Req, place: tuple[str, str, str, str], form: FormMultiDict, work: Callable[[Session], object], done: str
) -> Response[str]:
    try:
        with transaction() as session:
            work(session)
            event_id = locate(session, place[0]).event.id
    except (ConflictError, InvalidError) as error:
        return _page(request, place, typed(form), error)
    announce(event_id)
    return redirect(request, url("judging.signatures", event_id=event_id, period=place[0]), flash=done)


@post(_PATH, name="judging.propose_waiver", status_code=303, sync_to_thread=True)
def propose(request: Req, period_id: str, judge: str, code: str, role: str, form: FormMultiDict) -> Response[str]:
    place, actor = (period_id, judge, code, role), actor_of(request)
    words = {key: str(form.get(key, ""))[:300] for key in ("digest", "ground", "reason")}
    done = gettext("已提出免签，等第二人见证。")
    return _act(request, place, form, lambda s: waiving.propose_waiver(s, actor, *place, **words), done)


@post(_PATH + "/acts/{act_id:str}", name="judging.confirm_waiver", status_code=303, sync_to_thread=True)
def confirm(
    request: Req, period_id: str, judge: str, code: str, role: str, act_id: str, form: FormMultiDict
) -> Response[str]:
    place, actor = (period_id, judge, code, role), actor_of(request)
    done = gettext("已免签，已记入流水。")
    return _act(request, place, form, lambda s: waiving.confirm_waiver(s, actor, *place, act_id), done)


@post(_PATH + "/acts/{act_id:str}/refuse", name="judging.refuse_waiver", status_code=303, sync_to_thread=True)
def refuse(
    request: Req, period_id: str, judge: str, code: str, role: str, act_id: str, form: FormMultiDict
) -> Response[str]:
    place, actor, reason = (period_id, judge, code, role), actor_of(request), str(form.get("reason", ""))
    done = gettext("没有免签，签名仍然要签。")
    return _act(request, place, form, lambda s: waiving.refuse_waiver(s, actor, *place, act_id, reason), done)


HANDLERS = [show, propose, confirm, refuse]
