"""The draw: one page, one POST; and the encryption officer's slips."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from contest.db import reading, transaction
from contest.entries import drawing, policy, queries
from contest.entries.guards import STATE_NAMES
from contest.entries.layering import layers_of
from contest.entries.slips import slips
from contest.errors import ForbiddenError
from contest.i18n import N_, current_language, gettext
from contest.web.pages import XLSX, actor_of, download, page, redirect, url

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/draw", name="entries.draw", sync_to_thread=True)
def draw(request: Req, event_id: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        desk = queries.event_desk(session, actor, event_id)
        if not desk.can_draw:
            raise ForbiddenError(N_("只有组织者和加密裁判可以抽签。"))
        waiting = drawing.count_waiting(session, desk.event)
        drawn = drawing.count_drawn(session, desk.event)
        is_layered = bool(layers_of(session, desk.event))
    return page(
        request, "entries/draw.html", desk=desk, waiting=waiting, drawn=drawn, is_layered=is_layered,
        is_drawable=desk.event.state in policy.DRAWABLE and desk.event.rule_set_id is not None,
        state_name=STATE_NAMES[desk.event.state], can_hold_codes=policy.can_hold_codes(actor, desk.competition),
    )  # fmt: skip


@post("/events/{event_id:str}/draw", name="entries.do_draw", sync_to_thread=True)
def do_draw(request: Req, event_id: str) -> Response[str]:
    with transaction() as session:
        desk = queries.event_desk(session, actor_of(request), event_id)
        drawn = drawing.assign_codes(session, actor_of(request), desk.event)
    done = gettext("已为 %(n)s 个参赛抽签，承诺值已写入记分流水。") % {"n": drawn}
    return redirect(request, url("entries.draw", event_id=event_id), flash=done)


@post("/events/{event_id:str}/draw/slips", name="entries.slips", sync_to_thread=True)
def download_slips(request: Req, event_id: str) -> Response[bytes]:
    """A POST, because it leaves a trace: who holds the map is noted each time."""
    with transaction() as session:
        desk = queries.event_desk(session, actor_of(request), event_id)
        book = slips(session, actor_of(request), desk, current_language())
    return download(book, f"{desk.event.title}-加密号对照.xlsx", XLSX)


HANDLERS = [draw, do_draw, download_slips]
