"""Conflicts and the quarantine: every operation that was not taken as it came, and the decision on each."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.models import PeriodState
from contest.competitions.queries import rules_in_force, stage_periods, stages_of
from contest.db import reading, transaction
from contest.errors import DomainError, InvalidError
from contest.i18n import error_text, gettext
from contest.judging.forms import SettleForm
from contest.judging.marks.open_queries import operation_lines
from contest.judging.marks.settling import settle as settle_operation
from contest.judging.marks.writer import announce
from contest.judging.models import PanelRole
from contest.judging.policy import can_decide, can_know_names, can_see_marks
from contest.judging.queries import member_for
from contest.judging.room.desk_queries import watched_event
from contest.web.forms import typed
from contest.web.pages import actor_of, page, paging, redirect, url
from contest.web.problems import STATUS

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/open-operations", name="judging.open_operations", sync_to_thread=True)
def open_operations(request: Req, event_id: str) -> Response[str]:
    return show_operations(request, event_id)


def show_operations(
    request: Req, event_id: str, *, values: dict[str, str] | None = None, error: DomainError | None = None
) -> Response[str]:
    actor, asked = actor_of(request), paging(request, ["received"])
    settled = request.query_params.get("state") == "settled"
    fields = error.fields if isinstance(error, InvalidError) else {}

    def page_link(number: int) -> str:
        return asked.query(page=number, state="settled" if settled else "")

    with reading() as session:
        event, competition = watched_event(session, actor, event_id)
        seats = {stage.key: member_for(session, actor, stage) for stage in stages_of(session, event)}
        open_now = {stage.key for stage, period in stage_periods(session, event) if period.state != PeriodState.LOCKED}
        sees = {
            key for key, seat in seats.items() if can_see_marks(actor, competition, seat, is_locked=key not in open_now)
        }
        chief = any(seat is not None and seat.role is PanelRole.CHIEF for seat in seats.values())
        blind = event.rule_set_id is not None and rules_in_force(session, event).blind
        codes = chief or not blind or not can_know_names(actor, competition)
        lines, total = operation_lines(
            session, event, sees=sees, shows_codes=codes, settled=settled, search=asked.search,
            offset=asked.offset, limit=asked.size,
        )  # fmt: skip
        return page(
            request,
            "judging/open_operations.html",
            status=STATUS.get(type(error), 422) if error else 200,
            event=event, competition=competition, lines=lines, total=total, asked=asked, settled=settled,
            page_link=page_link,
            sees=sees, shows_codes=codes, values=values or {},
            decides={key for key, seat in seats.items() if can_decide(actor, competition, seat)},
            decides_all=can_decide(actor, competition, None),
            error=error_text(next(iter(fields.values()), error)) if error else "",
        )  # fmt: skip


@post("/events/{event_id:str}/settle", name="judging.settle", status_code=303, sync_to_thread=True)
def settle(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        with transaction() as session:
            event, _ = watched_event(session, actor, event_id)
            fields = SettleForm.read(form)
            settle_operation(session, actor, event, fields.operation, take=fields.take, reason=fields.reason)
    except DomainError as error:
        if STATUS.get(type(error)) not in (409, 422):
            raise
        return show_operations(request, event_id, values=typed(form), error=error)
    announce(event_id)
    return redirect(request, url("judging.open_operations", event_id=event_id), flash=gettext("已记下决定。"))


HANDLERS = [open_operations, settle]
