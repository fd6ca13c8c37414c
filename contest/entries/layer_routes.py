"""The layers of a sealing: who holds them, making them, opening them in reverse order in front of a witness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.competitions.models import Event
from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.entries import layers, queries
from contest.entries.entry_page import NO_VALUES
from contest.entries.forms import LayersForm
from contest.entries.layer_queries import layers_view, opened_lines
from contest.entries.layering import FIRST, SECOND
from contest.entries.slips import layer_slips
from contest.errors import InvalidError
from contest.i18n import current_language, gettext
from contest.web.forms import messages, typed
from contest.web.pages import XLSX, actor_of, download, page, paging, redirect, url

Req = Request[Any, Any, Any]
PLACE = "/events/{event_id:str}/draw/layers"


@get(PLACE, name="entries.layers", sync_to_thread=True)
def show(request: Req, event_id: str) -> Response[str]:
    return _page(request, event_id)


def _page(
    request: Req, event_id: str, values: Mapping[str, str] = NO_VALUES, error: InvalidError | None = None
) -> Response[str]:
    turn = paging(request, ["given"])
    asked = FIRST if request.query_params.get("layer") == str(FIRST) else SECOND
    with reading() as session:
        view = layers_view(session, actor_of(request), event_id)
        lines, total = opened_lines(session, view.event, asked, offset=turn.offset, limit=turn.size)
    return page(
        request, "entries/layers.html", blocks=("opened",), status=422 if error else 200, view=view, lines=lines,
        total=total, turn=turn, asked=asked, typed=values, errors=messages(error),
    )  # fmt: skip


@post(PLACE, name="entries.set_layers", status_code=303, sync_to_thread=True)
def set_layers(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = LayersForm.read(form)
        officers = [fields.officer1, fields.officer2] if fields.layers == SECOND else []
        with transaction() as session:
            layers.set_layers(session, actor_of(request), get_event(session, event_id, actor_of(request)), officers)
    except InvalidError as error:
        return _page(request, event_id, typed(form), error)
    return redirect(request, url("entries.layers", event_id=event_id), flash=gettext("加密层数已保存。"))


def _step(request: Req, event_id: str, work: Callable[[Session, Event], object], done: str) -> Response[str]:
    with transaction() as session:
        work(session, get_event(session, event_id, actor_of(request)))
    return redirect(request, url("entries.layers", event_id=event_id), flash=done)


def _layer(number: str) -> int:
    """A number that no layer has finds none."""
    return int(number) if number in ("1", "2") else 0


@post(PLACE + "/{number:str}/make", name="entries.make_layer", status_code=303, sync_to_thread=True)
def make(request: Req, event_id: str, number: str) -> Response[str]:
    def work(session: Session, event: Event) -> object:
        return layers.make_layer(session, actor_of(request), event, _layer(number))

    return _step(request, event_id, work, gettext("这一层已抽签，承诺值已写入记分流水。"))


@post(PLACE + "/{number:str}/open", name="entries.open_layer", status_code=303, sync_to_thread=True)
def open_layer(request: Req, event_id: str, number: str) -> Response[str]:
    def work(session: Session, event: Event) -> object:
        return layers.open_layer(session, actor_of(request), event, _layer(number))

    return _step(request, event_id, work, gettext("这一层已解密，等待监督确认。"))


@post(PLACE + "/{number:str}/witness", name="entries.witness_layer", status_code=303, sync_to_thread=True)
def witness(request: Req, event_id: str, number: str) -> Response[str]:
    def work(session: Session, event: Event) -> object:
        return layers.witness_layer(session, actor_of(request), event, _layer(number))

    return _step(request, event_id, work, gettext("已确认解密，并写入记分流水。"))


@post(PLACE + "/{number:str}/slips", name="entries.layer_slips", sync_to_thread=True)
def slips(request: Req, event_id: str, number: str) -> Response[bytes]:
    """A POST, because it leaves a trace."""
    with transaction() as session:
        desk = queries.event_desk(session, actor_of(request), event_id)
        book = layer_slips(session, actor_of(request), desk, _layer(number), current_language())
    return download(book, f"{desk.event.title}-加密对照-{number}.xlsx", XLSX)


HANDLERS = [show, set_layers, make, open_layer, witness, slips]
