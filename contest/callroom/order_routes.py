"""The draw of order and stations: committing, revealing, the seats, lists for wall and station."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.callroom import ordering, seating
from contest.callroom.forms import CommitForm, RevealForm
from contest.callroom.models import Seat
from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.errors import InvalidError, NotFoundError
from contest.i18n import N_, gettext
from contest.templating import BEIJING
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, download, page, paging, redirect, url

Req = Request[Any, Any, Any]
PLACE = "/events/{event_id:str}/order"
WALL = 400
"""Seats on one printed list; longer ones have several."""
NONE: Mapping[str, str] = {}


@get(PLACE, name="callroom.order", sync_to_thread=True)
def order(request: Req, event_id: str) -> Response[str]:
    return _page(request, event_id, str(request.query_params.get("stage") or ""))


def _page(
    request: Req, event_id: str, stage_key: str, values: Mapping[str, str] = NONE, error: InvalidError | None = None
) -> Response[str]:
    turn = paging(request, list(seating.SORTS))
    with reading() as session:
        view = seating.order_view(session, actor_of(request), event_id, stage_key)
        seats: Sequence[Seat] = ()
        total = 0
        if view.stage:
            seats, total = seating.seat_lines(
                session, view.stage, search=turn.search.upper(), sort=turn.sort, descending=turn.descending,
                offset=turn.offset, limit=turn.size,
            )  # fmt: skip
    return page(
        request, "callroom/order.html", blocks=("seats",), status=422 if error else 200, view=view, seats=seats,
        total=total, turn=turn, typed=values, errors=messages(error),
    )  # fmt: skip


@post(PLACE, name="callroom.commit", status_code=303, sync_to_thread=True)
def commit(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    actor, stage_key = actor_of(request), str(form.get("stage") or "")[:64]
    try:
        fields = CommitForm.read(form)
        start = fields.starts_at
        if start is not None and start.tzinfo is None:
            start = start.replace(tzinfo=BEIJING)
        with transaction() as session:
            stage = seating.order_view(session, actor, event_id, fields.stage).stage
            if stage is None:
                raise NotFoundError(N_("找不到这个阶段。"))
            ordering.commit_draw(
                session, actor, stage, stations=fields.stations, starts_at=start, minutes=fields.minutes
            )
    except InvalidError as error:
        return _page(request, event_id, stage_key, typed(form), error)
    done = gettext("名单已冻结，种子的摘要已写入记分流水。现在可以当众公开种子。")
    return redirect(request, url("callroom.order", event_id=event_id, stage=stage.key), flash=done)


@post(PLACE + "/{draw_id:str}/reveal", name="callroom.reveal", status_code=303, sync_to_thread=True)
def reveal(request: Req, event_id: str, draw_id: str, form: FormMultiDict) -> Response[str]:
    actor, stage_key = actor_of(request), str(form.get("stage") or "")[:64]
    try:
        with transaction() as session:
            draw = seating.get_draw(session, get_event(session, event_id, actor), draw_id)
            ordering.reveal_draw(session, actor, draw, RevealForm.read(form).public)
    except InvalidError as error:
        return _page(request, event_id, stage_key, typed(form), error)
    done = gettext("种子已公开，顺序和工位已排好，并写入记分流水。")
    return redirect(request, url("callroom.order", event_id=event_id, stage=stage_key), flash=done)


@get(PLACE + "/{draw_id:str}/file", name="callroom.list", sync_to_thread=True)
def list_file(request: Req, event_id: str, draw_id: str) -> Response[bytes]:
    """The frozen list, one code a line: what `contest draw` and `sha256sum` are given."""
    with reading() as session:
        view = seating.order_view(session, actor_of(request), event_id)
        draw = seating.get_draw(session, view.event, draw_id)
    return download((draw.listed + "\n").encode(), "list.txt", "text/plain; charset=utf-8")


@get(PLACE + "/print", name="callroom.wall", sync_to_thread=True)
def wall(request: Req, event_id: str) -> Response[str]:
    """The list for the wall, or with `station` the sheet of one station. Codes only."""
    turn = paging(request, ["position"], size=WALL)
    asked = str(request.query_params.get("station") or "")
    station = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= len(str(ordering.MAX_STATIONS)) else 0
    with reading() as session:
        view = seating.order_view(session, actor_of(request), event_id, str(request.query_params.get("stage") or ""))
        if view.stage is None:
            raise NotFoundError(N_("找不到这个阶段。"))
        seats, total = seating.seat_lines(session, view.stage, station=station, offset=turn.offset, limit=turn.size)
    return page(
        request, "callroom/wall.html", layout="layouts/print.html", view=view, seats=seats, total=total, turn=turn,
        station=station,
    )  # fmt: skip


HANDLERS = [order, commit, reveal, list_file, wall]
