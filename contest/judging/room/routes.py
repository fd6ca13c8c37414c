"""The judge's tablet beside the marks: messages, explanations, and moving the work from one tablet to another."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.accounts.devices import is_replaced
from contest.db import reading, transaction
from contest.errors import ConflictError, InvalidError
from contest.i18n import error_text, gettext
from contest.judging.forms import ExplainForm
from contest.judging.live import tell_desk, tell_room
from contest.judging.room.explaining import explain as explain_mark
from contest.judging.room.messaging import read_message as acknowledge
from contest.judging.room.notices import own_room
from contest.judging.room.spare import move_here as move_work
from contest.judging.sheet.outbox_routes import outbox_data, whose
from contest.web.pages import actor_of, own_path, page, redirect, url
from contest.web.problems import STATUS

Req = Request[Any, Any, Any]


@get("/judging/room/{period_id:str}", name="judging.room", sync_to_thread=True)
def room(request: Req, period_id: str) -> Response[str]:
    """What the tablet shows beside its marks; the script asks for it again when the stream names a newer version."""
    return show_room(request, period_id)


def show_room(
    request: Req, period_id: str, *, code: str = "", typed: str = "", error: InvalidError | ConflictError | None = None
) -> Response[str]:
    fields = error.fields if isinstance(error, InvalidError) else {}
    with reading() as session:
        view = own_room(session, actor_of(request), period_id, code or str(request.query_params.get("code") or ""))
        return page(
            request,
            "judging/room.html",
            blocks=("room",),
            status=STATUS.get(type(error), 422) if error else 200,
            room=view,
            typed=typed,
            error=error_text(next(iter(fields.values()), error)) if error else "",
        )


@post("/judging/messages/{message_id:str}/read", name="judging.read_message", status_code=303, sync_to_thread=True)
def read_message(request: Req, message_id: str, form: FormMultiDict) -> Response[str]:
    with transaction() as session:
        message = acknowledge(session, actor_of(request), message_id)
    tell_desk(message.event_id)
    return redirect(request, own_path(str(form.get("next") or url("judging.home"))))


@post("/judging/sheets/{period_id:str}/{code:str}/explain", name="judging.explain", status_code=303,
      sync_to_thread=True)  # fmt: skip
def explain(request: Req, period_id: str, code: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = ExplainForm.read(form)
        with transaction() as session:
            made = explain_mark(session, actor_of(request), period_id, code, **fields.model_dump())
    except (InvalidError, ConflictError) as error:
        return show_room(request, period_id, code=code, typed=str(form.get("text", ""))[:300], error=error)
    tell_room(made.event_id)
    flash = gettext("说明已记下。商议后可以重评，也可以维持原分。")
    return redirect(request, url("judging.sheet", period_id=period_id, code=code), flash=flash)


@post("/judging/move-here", name="judging.move_here", status_code=303, sync_to_thread=True)
def move_here(request: Req, form: FormMultiDict) -> Response[str]:
    with transaction() as session:
        move_work(session, actor_of(request))
    target = own_path(str(form.get("next") or url("judging.home")))
    return redirect(request, target, flash=gettext("评分已移到这台平板。原来的平板仍会送出还没送完的分。"))


def show_elsewhere(request: Req, session: Session, target: str) -> Response[str]:
    """Instead of a sheet: the work is done on another tablet; it can be moved here by a button."""
    replaced = is_replaced(session, actor_of(request))
    return page(
        request, "judging/elsewhere.html", layout="layouts/phone.html", status=409, headers=whose(request),
        target=target, replaced=replaced, outbox=outbox_data(request),
    )  # fmt: skip


HANDLERS = [room, read_message, explain, move_here]
