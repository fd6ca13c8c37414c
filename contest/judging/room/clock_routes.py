"""The clocks of stations and heats: at the desk, and for everybody in the hall."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.queries import get_event, stage_periods
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError, NotFoundError
from contest.i18n import N_, error_text, gettext
from contest.judging.forms import ClockForm, TurnForm
from contest.judging.live import room_version, tell_room
from contest.judging.models import PanelRole
from contest.judging.policy import can_see_desk, can_turn_clock
from contest.judging.queries import locate, member_for
from contest.judging.room import clocks as service
from contest.judging.room.desk_queries import shows_codes
from contest.web.forms import messages as texts_of
from contest.web.forms import typed
from contest.web.pages import actor_of, page, redirect, url
from contest.web.problems import STATUS

Req = Request[Any, Any, Any]
SECONDS = 60


@get("/judging/periods/{period_id:str}/clocks", name="judging.clocks", sync_to_thread=True)
def clocks(request: Req, period_id: str) -> Response[str]:
    return show_clocks(request, period_id)


def show_clocks(
    request: Req, period_id: str, values: dict[str, str] | None = None, error: DomainError | None = None
) -> Response[str]:
    actor = actor_of(request)
    fields = error.fields if isinstance(error, InvalidError) else {}
    with reading() as session:
        where = locate(session, period_id, actor)
        seat = member_for(session, actor, where.stage)
        if seat is None and not can_see_desk(actor, where.competition):
            raise NotFoundError(N_("找不到这个考评期。"))
        is_chief = seat is not None and seat.role is PanelRole.CHIEF
        return page(
            request, "judging/clocks.html", status=STATUS.get(type(error), 422) if error else 200, where=where,
            faces=service.all_faces(session, where), typed=values or {},
            can_turn=can_turn_clock(actor, where.competition, seat),
            shows_codes=shows_codes(actor, where, is_chief=is_chief),
            errors=texts_of(error) if isinstance(error, InvalidError) else {},
            error=error_text(next(iter(fields.values()), error)) if error else "",
        )  # fmt: skip


@post("/judging/periods/{period_id:str}/clocks", name="judging.set_clock", status_code=303, sync_to_thread=True)
def set_clock(request: Req, period_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = ClockForm.read(form)
        with transaction() as session:
            service.set_clock(
                session, actor_of(request), period_id, label=fields.label, seconds=fields.minutes * SECONDS,
                entry=fields.entry,
            )  # fmt: skip
            event_id = locate(session, period_id).event.id
    except (InvalidError, ConflictError) as error:
        return show_clocks(request, period_id, typed(form), error)
    tell_room(event_id)
    return redirect(request, url("judging.clocks", period_id=period_id), flash=gettext("计时已设好，还没有开始。"))


@post("/judging/clocks/{clock_id:str}", name="judging.turn_clock", status_code=303, sync_to_thread=True)
def turn_clock(request: Req, clock_id: str, form: FormMultiDict) -> Response[str]:
    values, actor = typed(form), actor_of(request)
    with reading() as session:
        period_id = service.period_of(session, actor, clock_id)
    try:
        fields = TurnForm.read(form)
        with transaction() as session:
            step, seconds = service.Step(fields.step), fields.minutes * SECONDS
            service.turn_clock(session, actor, clock_id, step, seconds=seconds, reason=fields.reason)
            event_id = locate(session, period_id).event.id
    except (InvalidError, ConflictError) as error:
        return show_clocks(request, period_id, values | {"clock": clock_id}, error)
    tell_room(event_id)
    return redirect(request, url("judging.clocks", period_id=period_id))


@get("/events/{event_id:str}/hall-clocks", name="judging.hall_clocks", sync_to_thread=True)
def hall_clocks(request: Req, event_id: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        event = get_event(session, event_id, actor)
        periods = [period for _, period in stage_periods(session, event)]
        return page(
            request, "judging/hall_clocks.html", blocks=("room",), layout="layouts/hall.html", theme="dark",
            event=event, faces=service.hall_faces(session, periods), version=room_version(event_id),
        )  # fmt: skip


HANDLERS = [clocks, set_clock, turn_clock, hall_clocks]
