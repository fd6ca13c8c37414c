"""Messages from the desk to the tablets: the list of what was said, and the form."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.queries import get_stage, stages_of
from contest.db import reading, transaction
from contest.errors import InvalidError, NotFoundError
from contest.i18n import N_, gettext
from contest.judging.forms import MessageForm
from contest.judging.live import tell_room
from contest.judging.policy import can_decide
from contest.judging.queries import get_member, member_for, members_of
from contest.judging.room.desk_queries import watched_event
from contest.judging.room.messaging import message_lines
from contest.judging.room.messaging import send_message as send
from contest.web.forms import messages as texts_of
from contest.web.forms import typed
from contest.web.pages import actor_of, page, paging, redirect, url

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/messages", name="judging.messages", sync_to_thread=True)
def messages(request: Req, event_id: str) -> Response[str]:
    return show_messages(request, event_id, {"to": str(request.query_params.get("to") or "")})


def show_messages(
    request: Req, event_id: str, values: dict[str, str], error: InvalidError | None = None
) -> Response[str]:
    actor, asked = actor_of(request), paging(request, ["sent"])
    with reading() as session:
        event, competition = watched_event(session, actor, event_id)
        lines, total = message_lines(session, event, search=asked.search, offset=asked.offset, limit=asked.size)
        mine = [s for s in stages_of(session, event) if can_decide(actor, competition, member_for(session, actor, s))]
        allowed = {stage.id for stage in mine}
        people = [line for line in members_of(session, event) if line.login and line.stage.id in allowed]
        return page(
            request, "judging/messages.html", status=422 if error else 200, event=event, competition=competition,
            lines=lines, total=total, asked=asked, stages=mine, people=people, typed=values,
            errors=texts_of(error) if error else {}, page_link=lambda number: asked.query(page=number),
        )  # fmt: skip


@post("/events/{event_id:str}/messages", name="judging.send_message", status_code=303, sync_to_thread=True)
def send_message(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        fields = MessageForm.read(form)
        with transaction() as session:
            event, _ = watched_event(session, actor, event_id)
            kind, _, wanted = fields.to.partition(":")
            member = get_member(session, event, wanted) if kind == "member" else None
            stage = get_stage(session, member.stage_id if member else wanted)
            if stage.event_id != event.id:
                raise NotFoundError(N_("找不到这个阶段。"))
            send(session, actor, event, stage, fields.text, member=member)
    except InvalidError as error:
        return show_messages(request, event_id, typed(form), error)
    tell_room(event_id)
    flash = gettext("已发出，平板下次联系服务器时显示。")
    return redirect(request, url("judging.messages", event_id=event_id), flash=flash)


HANDLERS = [messages, send_message]
