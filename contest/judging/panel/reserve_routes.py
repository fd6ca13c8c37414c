"""Reserve judges stepping in, and spare tablets: what the desk does when somebody or something fails."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.actors import Actor
from contest.competitions.models import Event, Stage
from contest.competitions.queries import get_event, stages_of
from contest.db import reading, transaction
from contest.documents.qr import qr_svg
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_, error_text, gettext
from contest.judging.forms import ReserveForm
from contest.judging.live import tell_room
from contest.judging.marks.writer import announce
from contest.judging.panel.marked import MarkedError
from contest.judging.panel.queries import find_entry
from contest.judging.panel.recusing_routes import show_asking
from contest.judging.panel.replacing import begun_entries, call_third, replace_judge
from contest.judging.panel.reserves import reserves_of
from contest.judging.policy import can_decide, can_manage_panel
from contest.judging.queries import get_member, member_for, members_of
from contest.judging.room.desk_queries import watched_event
from contest.judging.room.spare import swap_tablet as swap
from contest.web.forms import messages as texts_of
from contest.web.forms import typed
from contest.web.pages import absolute_url, actor_of, page, redirect, url
from contest.web.problems import STATUS

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/reserve", name="judging.ask_reserve", sync_to_thread=True)
def ask_reserve(request: Req, event_id: str) -> Response[str]:
    return show_reserve(request, event_id, dict(request.query_params))


def show_reserve(
    request: Req, event_id: str, values: dict[str, str], error: DomainError | None = None
) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        event, competition = watched_event(session, actor, event_id)
        stages = [s for s in stages_of(session, event) if can_decide(actor, competition, member_for(session, actor, s))]
        if not stages:
            raise ForbiddenError(N_("只有裁判长和组织者可以让候补裁判上场。"))
        names = {line.member.id: f"{line.member.code} {line.name}" for line in members_of(session, event)}
        reserves = [(member.id, names[member.id]) for stage in stages for member in reserves_of(session, stage)]
        taken, allowed = dict(reserves), {stage.id for stage in stages}
        judges = [
            (line.member.id, names[line.member.id])
            for line in members_of(session, event)
            if line.member.scores and line.member.id not in taken and line.stage.id in allowed
        ]
        return page(
            request, "judging/reserve.html", status=STATUS.get(type(error), 422) if error else 200, event=event,
            competition=competition, reserves=reserves, judges=judges, typed=values,
            by_name=can_manage_panel(actor, competition),
            errors=texts_of(error) if isinstance(error, InvalidError) else {},
            error=error_text(error) if error and not isinstance(error, InvalidError) else "",
        )  # fmt: skip


@post("/events/{event_id:str}/reserve", name="judging.call_reserve", status_code=303, sync_to_thread=True)
def call_reserve(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    try:
        with transaction() as session:
            text = _call(session, actor_of(request), event_id, ReserveForm.read(form))
    except MarkedError:
        return show_asking(request, event_id, typed(form))
    except (InvalidError, ConflictError) as error:
        return show_reserve(request, event_id, typed(form), error)
    announce(event_id)
    tell_room(event_id)
    return redirect(request, url("judging.desk", event_id=event_id), flash=text)


def _call(session: Session, actor: Actor, event_id: str, fields: ReserveForm) -> str:
    event, competition = watched_event(session, actor, event_id)
    reserve = get_member(session, event, fields.reserve)
    by_name = can_manage_panel(actor, competition)
    entry = find_entry(session, event, fields.entry, by_name=by_name) if fields.entry else None
    if not fields.member:
        if entry is None:
            missing = DomainError(N_("请写明第三位评哪一份。"))
            raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"entry": missing})
        call_third(session, actor, reserve, entry, fields.reason)
        return gettext("%(code)s 已请来评这一份。") % {"code": reserve.code}
    member = get_member(session, event, fields.member)
    entries = [entry] if entry else None
    count = replace_judge(session, actor, member, reserve, fields.reason, entries)
    words: dict[str, object] = {"reserve": reserve.code, "member": member.code, "n": count}
    told = gettext("%(reserve)s 接替 %(member)s，共 %(n)s 份评分表。") % words
    left = len(begun_entries(session, event, session.get_one(Stage, (event.tenant_id, member.stage_id)), member))
    if not left or entry is not None:
        return told
    return told + gettext("另有 %(n)s 份 %(member)s 已经评过分，没有换人：请逐份办理，由两个人确认。") % (
        words | {"n": left}
    )


@get("/events/{event_id:str}/panel/{member_id:str}/spare", name="judging.ask_swap", sync_to_thread=True)
def ask_swap(request: Req, event_id: str, member_id: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        event, member, name = _person(session, actor, event_id, member_id)
    return page(request, "judging/swap.html", blocks=("confirm",), event=event, member=member, name=name)


def _person(session: Session, actor: Actor, event_id: str, member_id: str) -> tuple[Event, Any, str]:
    event = get_event(session, event_id, actor)
    _, competition = watched_event(session, actor, event_id)
    member = get_member(session, event, member_id)
    if not can_manage_panel(actor, competition):
        raise NotFoundError(N_("裁判组里找不到这个人。"))
    return event, member, next(line.name for line in members_of(session, event) if line.member.id == member.id)


@post("/events/{event_id:str}/panel/{member_id:str}/spare", name="judging.swap_tablet", status_code=200,
      sync_to_thread=True)  # fmt: skip
def swap_tablet(request: Req, event_id: str, member_id: str) -> Response[str]:
    """The one-time code is shown once, right here; the judge scans it with the spare tablet and sets a new PIN."""
    actor = actor_of(request)
    with transaction() as session:
        event, member, name = _person(session, actor, event_id, member_id)
        token = swap(session, actor, member)
    link = absolute_url(url("accounts.enrol", token=token))
    code = qr_svg(link, title=gettext("平板登记码"))
    return page(request, "judging/enrol.html", event=event, member=member, name=name, link=link, qr=code, spare=True)


HANDLERS = [ask_reserve, call_reserve, ask_swap, swap_tablet]
