"""Correcting what is locked: the list, one mark, fact or withdrawal with its consequences, the second person."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.acts.models import STATE_NAMES
from contest.competitions.queries import get_event
from contest.corrections import correcting
from contest.corrections.asked import Asked
from contest.corrections.desk import correction_desk
from contest.corrections.facts import FactCorrection
from contest.corrections.marks import Correction
from contest.corrections.withdrawal import WithdrawalCorrection
from contest.corrections.words import status_words
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError, NotFoundError
from contest.i18n import error_text, gettext
from contest.judging.services import announce
from contest.web.pages import Paging, actor_of, page, paging, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]
PAST, SHOWN = 20, 50


@get("/events/{event_id:str}/marks", name="corrections.marks", sync_to_thread=True)
def desk(request: Req, event_id: str) -> Response[str]:
    asked = paging(request, ("proposed",), size=PAST)
    code = str(request.query_params.get("entry") or "").strip().upper()[:20]
    actor, unknown = actor_of(request), ""
    with reading() as session:
        try:
            view = correction_desk(session, actor, event_id, code, offset=asked.offset, limit=PAST)
        except NotFoundError as error:  # a mistyped code stays in its box; an event nobody may see is met again below
            view = correction_desk(session, actor, event_id, "", offset=asked.offset, limit=PAST)
            unknown = error_text(error)
    return page(
        request, "corrections/marks.html", view=view, paging=asked, pages=asked.pages(view.total),
        state_names=STATE_NAMES, code=code, unknown=unknown, status=404 if unknown else 200,
    )  # fmt: skip


def _asked(values: Any) -> Asked:
    """The place in an address or a form: an entry as a whole, a fact, if it names one, else a mark."""
    if values.get("withdrawal"):
        return WithdrawalCorrection(str(values.get("entry") or "")[:20])
    if fact := str(values.get("fact") or "")[:300]:
        return FactCorrection(str(values.get("entry") or "")[:20], fact)
    number = str(values.get("repetition") or "1")
    repetition = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1  # noqa: PLR2004
    stage, period, entry, aspect = (str(values.get(key) or "")[:64] for key in ("stage", "period", "entry", "aspect"))
    return Correction(stage, period, entry, aspect, repetition, str(values.get("judge") or "")[:10])


@get("/events/{event_id:str}/marks/one", name="corrections.mark", sync_to_thread=True)
def mark(request: Req, event_id: str) -> Response[str]:
    return _mark(request, event_id, _asked(request.query_params), None, "")


def _mark(
    request: Req, event_id: str, asked: Asked, text: str | None, reason: str,
    error: DomainError | None = None,
) -> Response[str]:  # fmt: skip
    """With a value that can be: what it would change, and the button that proposes it."""
    value, shown = text, error
    with reading() as session:
        try:
            view = correcting.preview(session, actor_of(request), event_id, asked, value)
        except InvalidError as wrong:
            shown, value = wrong, None
            view = correcting.preview(session, actor_of(request), event_id, asked, None)
    return _view(request, view, "corrections/mark.html", typed=text or "", reason=reason,
                 is_previewed=value is not None, error=shown)  # fmt: skip


def _view(
    request: Req, view: correcting.CorrectionView, template: str, *, error: DomainError | None = None,
    **more: Any,
) -> Response[str]:  # fmt: skip
    asked = paging(request, ("entry",), size=SHOWN)
    return page(
        request, template, view=view, effects=view.effects, paging=asked,
        shown=_part(view, asked), status_words=status_words, misfit_words=str,
        **told(error), **more,
    )  # fmt: skip


def _part(view: correcting.CorrectionView, asked: Paging) -> Any:
    return view.effects.items[asked.offset : asked.offset + asked.size]


@post("/events/{event_id:str}/marks/one", name="corrections.propose_mark", status_code=303, sync_to_thread=True)
def propose(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    """First the consequences (no `seen` yet), then the proposal of the person who saw them."""
    actor, asked = actor_of(request), _asked(form)
    text, reason, seen = (str(form.get(key, "")) for key in ("value", "reason", "seen"))
    if not seen:
        return _mark(request, event_id, asked, text, reason)
    try:
        with reading() as session:
            view = correcting.preview(session, actor, event_id, asked, text)
        with transaction() as session:
            act = correcting.propose_correction(
                session, actor, get_event(session, event_id, actor), view.asked, reason=reason, seen=seen,
                found=view.effects,
            )  # fmt: skip
    except (InvalidError, ConflictError) as error:
        return _mark(request, event_id, asked, text, reason, error)
    done = gettext("已提出更正，等第二人确认；确认以前一切不变。")
    return redirect(request, url("corrections.mark_act", event_id=event_id, act_id=act.id), flash=done)


@get("/events/{event_id:str}/marks/acts/{act_id:str}", name="corrections.mark_act", sync_to_thread=True)
def show_act(request: Req, event_id: str, act_id: str) -> Response[str]:
    return _act(request, event_id, act_id)


def _act(request: Req, event_id: str, act_id: str, reason: str = "", error: DomainError | None = None) -> Response[str]:
    with reading() as session:
        view = correcting.act_view(session, actor_of(request), event_id, act_id)
    return _view(request, view, "corrections/mark_act.html", reason=reason, error=error,
                 state_names=STATE_NAMES)  # fmt: skip


@post(
    "/events/{event_id:str}/marks/acts/{act_id:str}/confirm", name="corrections.confirm_mark", status_code=303,
    sync_to_thread=True,
)  # fmt: skip
def confirm(request: Req, event_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    actor, seen = actor_of(request), str(form.get("seen", ""))
    try:
        with reading() as session:
            found = correcting.act_view(session, actor, event_id, act_id).effects
        with transaction() as session:
            event = get_event(session, event_id, actor)
            act = correcting.confirm_correction(session, actor, event, act_id, seen=seen, found=found)
    except ConflictError as error:
        return _act(request, event_id, act_id, error=error)
    announce(event_id)
    done = gettext(correcting.KINDS[act.kind].wording.done)
    return redirect(request, url("corrections.mark_act", event_id=event_id, act_id=act_id), flash=done)


@post(
    "/events/{event_id:str}/marks/acts/{act_id:str}/refuse", name="corrections.refuse_mark", status_code=303,
    sync_to_thread=True,
)  # fmt: skip
def refuse(request: Req, event_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    actor, reason = actor_of(request), str(form.get("reason", ""))
    try:
        with transaction() as session:
            correcting.refuse_correction(session, actor, get_event(session, event_id, actor), act_id, reason)
    except (InvalidError, ConflictError) as error:
        return _act(request, event_id, act_id, reason, error)
    return redirect(request, url("corrections.marks", event_id=event_id), flash=gettext("没有更正，一切不变。"))


HANDLERS = [desk, mark, propose, show_act, confirm, refuse]
