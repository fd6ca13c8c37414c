"""Waiving one signature under several sheets: one page, two persons, the sheets chosen with boxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.competitions.models import SIGNERS
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import gettext
from contest.judging.marks.writer import announce
from contest.judging.models import GROUND_NAMES
from contest.judging.queries import locate
from contest.judging.signatures import waiving_several
from contest.judging.signatures.waiver_lists import waiver_list
from contest.web.forms import typed
from contest.web.pages import actor_of, page, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]
_PATH = "/judging/waiver-lists/{period_id:str}/{judge:str}/{role:str}"
Place = tuple[str, str, str]


@get(_PATH, name="judging.waivers", sync_to_thread=True)
def show(request: Req, period_id: str, judge: str, role: str) -> Response[str]:
    return _page(request, (period_id, judge, role))


def _page(
    request: Req, place: Place, form: FormMultiDict | None = None, error: DomainError | None = None
) -> Response[str]:
    """The page; of a form that was sent it keeps what was typed and chosen (全选: everything)."""
    with reading() as session:
        view = waiver_list(session, actor_of(request), *place)
    return page(
        request, "judging/waivers.html", view=view, signers=SIGNERS, typed=typed(form) if form else {},
        chosen=_picked(form) if form else [], choose=str(form.get("choose", "")) if form else "",
        grounds=[(ground.value, gettext(name)) for ground, name in GROUND_NAMES.items()],
        **told(error),
    )  # fmt: skip


def _picked(form: FormMultiDict) -> list[str]:
    return [str(value) for value in form.getall("pick", [])]


def _act(
    request: Req, place: Place, form: FormMultiDict, work: Callable[[Session], list[Any]], done: str
) -> Response[str]:
    if form.get("choose"):
        return _page(request, place, form)
    try:
        with transaction() as session:
            count = len(work(session))
            event_id = locate(session, place[0]).event.id
    except (ConflictError, InvalidError) as error:
        return _page(request, place, form, error)
    announce(event_id)
    return redirect(request, url("judging.signatures", event_id=event_id, period=place[0]), flash=done % {"n": count})


@post(_PATH, name="judging.propose_waivers", status_code=303, sync_to_thread=True)
def propose(request: Req, period_id: str, judge: str, role: str, form: FormMultiDict) -> Response[str]:
    place, actor = (period_id, judge, role), actor_of(request)
    sheets = [(code, digest) for code, _, digest in (value.rpartition(":") for value in _picked(form))]
    words = {key: str(form.get(key, ""))[:300] for key in ("ground", "reason")}
    done = gettext("已提出 %(n)s 份免签，等第二人见证。")
    return _act(
        request, place, form, lambda s: waiving_several.propose_waivers(s, actor, *place, sheets, **words), done
    )


@post(_PATH + "/confirm", name="judging.confirm_waivers", status_code=303, sync_to_thread=True)
def confirm(request: Req, period_id: str, judge: str, role: str, form: FormMultiDict) -> Response[str]:
    place, actor, picked = (period_id, judge, role), actor_of(request), _picked(form)
    done = gettext("%(n)s 份已免签，已逐份记入流水。")
    return _act(request, place, form, lambda s: waiving_several.confirm_waivers(s, actor, *place, picked), done)


@post(_PATH + "/refuse", name="judging.refuse_waivers", status_code=303, sync_to_thread=True)
def refuse(request: Req, period_id: str, judge: str, role: str, form: FormMultiDict) -> Response[str]:
    place, actor, picked = (period_id, judge, role), actor_of(request), _picked(form)
    reason, done = str(form.get("reason", "")), gettext("%(n)s 份没有免签，签名仍然要签。")
    return _act(request, place, form, lambda s: waiving_several.refuse_waivers(s, actor, *place, picked, reason), done)


HANDLERS = [show, propose, confirm, refuse]
