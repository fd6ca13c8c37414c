"""Competitions, their events, and the desk of one event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.competitions import (
    copy_routes,
    formality_routes,
    part_routes,
    policy,
    queries,
    rubric_routes,
    rule_routes,
    services,
    start_routes,
)
from contest.competitions.desk import desk_of
from contest.competitions.forms import CompetitionForm, EventForm, FoundingForm
from contest.competitions.models import (
    KIND_NAMES,
    PERIOD_STATE_NAMES,
    STATE_NAMES,
    Competition,
    CompetitionKind,
    Period,
    PeriodState,
)
from contest.competitions.places import leads_somewhere, places_of, routes_of
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_, current_language, error_text, gettext
from contest.organizations.queries import get_organization
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, page, paging, redirect, url
from contest.web.security import is_open_to

Req = Request[Any, Any, Any]
_COLUMNS = ("created", "title", "kind", "organization", "starts")


@get("/competitions", name="competitions.index", sync_to_thread=True)
def index(request: Req) -> Response[str]:
    """The competitions the actor may see, newest first unless asked otherwise."""
    asked = paging(request, _COLUMNS, size=30)
    chosen = str(request.query_params.get("kind") or "")
    kind = chosen if chosen in set(CompetitionKind) else ""
    descending = asked.descending if request.query_params.get("sort") else True
    actor = actor_of(request)
    with reading() as session:
        rows, total = queries.competition_rows(
            session, actor, search=asked.search, kind=kind, sort=asked.sort, descending=descending,
            offset=asked.offset, limit=asked.size,
        )  # fmt: skip
        can_create = bool(queries.usable_organizations(session, actor))
    return page(
        request, "competitions/index.html", blocks=("competitions",), rows=rows, total=total, paging=asked, kind=kind,
        descending=descending, kind_names=KIND_NAMES, can_create=can_create,
    )  # fmt: skip


@get("/competitions/new", name="competitions.new", sync_to_thread=True)
def new(request: Req) -> Response[str]:
    return _founding(request)


def _founding(
    request: Req, values: Mapping[str, str] | None = None, error: InvalidError | None = None
) -> Response[str]:
    with reading() as session:
        organizations = queries.usable_organizations(session, actor_of(request))
    if not organizations:
        raise ForbiddenError(N_("没有您能代为举办竞赛的单位。请管理员给您一个单位的“组织者”角色。"))
    return page(
        request, "competitions/new.html", status=422 if error else 200, organizations=organizations,
        typed=dict(values or {}), errors=messages(error), kind_names=KIND_NAMES,
    )  # fmt: skip


@post("/competitions", name="competitions.create", sync_to_thread=True)
def create(request: Req, form: FormMultiDict) -> Response[str]:
    try:
        fields = FoundingForm.read(form).model_dump()
        with transaction() as session:
            organization = get_organization(session, fields.pop("organization_id"))
            made = services.create_competition(session, actor_of(request), organization=organization, **fields)
    except InvalidError as error:
        return _founding(request, typed(form), error)
    return redirect(
        request, url("competitions.show", competition_id=made.id), flash=gettext("竞赛已立项。下一步：增加竞赛项目。")
    )


@get("/competitions/{competition_id:str}", name="competitions.show", sync_to_thread=True)
def show(request: Req, competition_id: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        competition = queries.get_competition(session, competition_id, actor)
        organization = get_organization(session, competition.organization_id)
        events = queries.events_of(session, competition)
    return page(
        request, "competitions/show.html", competition=competition, organization=organization, events=events,
        sees_overall=is_open_to(actor, "overall.index"),
        kind_names=KIND_NAMES, state_names=STATE_NAMES, can_edit=policy.can_edit_competition(actor, competition),
        sees_checkpoints=is_open_to(actor, "checkpoints.index"),
    )  # fmt: skip


@get("/competitions/{competition_id:str}/edit", name="competitions.edit", sync_to_thread=True)
def edit(request: Req, competition_id: str) -> Response[str]:
    return _editing(request, competition_id)


def _editing(
    request: Req, competition_id: str, values: Mapping[str, str] | None = None, error: DomainError | None = None
) -> Response[str]:
    with reading() as session:
        competition = queries.get_competition(session, competition_id, actor_of(request))
        organization = get_organization(session, competition.organization_id)
    if not policy.can_edit_competition(actor_of(request), competition):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以修改它。"))
    return page(
        request, "competitions/edit.html", status=_status(error), competition=competition, organization=organization,
        typed=dict(values or _boxes(competition)), errors=messages(error if isinstance(error, InvalidError) else None),
        stale=error_text(error) if isinstance(error, ConflictError) else "", kind_names=KIND_NAMES,
        seen=services.fingerprint(competition),
    )  # fmt: skip


def _status(error: DomainError | None) -> int:
    return 200 if error is None else 409 if isinstance(error, ConflictError) else 422


def _boxes(thing: Competition) -> dict[str, str]:
    return {key: "" if value is None else str(value) for key, value in thing.model_dump().items()}


@post("/competitions/{competition_id:str}", name="competitions.update", sync_to_thread=True)
def update(request: Req, competition_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = CompetitionForm.read(form).model_dump()
        with transaction() as session:
            competition = queries.get_competition(session, competition_id, actor_of(request))
            services.update_competition(session, actor_of(request), competition, **fields, seen=_seen(form))
    except (InvalidError, ConflictError) as error:
        return _editing(request, competition_id, typed(form), error)
    return redirect(request, url("competitions.show", competition_id=competition_id), flash=gettext("竞赛已修改。"))


def _seen(form: FormMultiDict) -> str:
    return str(form.get("seen", ""))


@get("/competitions/{competition_id:str}/events/new", name="competitions.new_event", sync_to_thread=True)
def new_event(request: Req, competition_id: str) -> Response[str]:
    return _adding(request, competition_id)


def _adding(
    request: Req, competition_id: str, values: Mapping[str, str] | None = None, error: InvalidError | None = None
) -> Response[str]:
    with reading() as session:
        competition = queries.get_competition(session, competition_id, actor_of(request))
    return page(
        request, "competitions/event_form.html", status=_status(error), competition=competition, event=None,
        typed=dict(values or {}), errors=messages(error), stale="", seen="",
    )  # fmt: skip


@post("/competitions/{competition_id:str}/events", name="competitions.create_event", sync_to_thread=True)
def create_event(request: Req, competition_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = EventForm.read(form)
        with transaction() as session:
            competition = queries.get_competition(session, competition_id, actor_of(request))
            event = services.create_event(session, actor_of(request), competition, **fields.model_dump())
    except InvalidError as error:
        return _adding(request, competition_id, typed(form), error)
    done = gettext("竞赛项目已增加。下一步：写评分办法。")
    return redirect(request, url("competitions.event", event_id=event.id), flash=done)


@get("/events/{event_id:str}", name="competitions.event", sync_to_thread=True)
def event_desk(request: Req, event_id: str) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        desk = desk_of(session, actor, queries.get_event(session, event_id, actor))
    links = {route: url(route, event_id=event_id) for route in routes_of(desk) if leads_somewhere(actor, desk, route)}
    return page(
        request, "competitions/event.html", desk=desk, links=links,
        places=places_of(desk, links, current_language()), state_names=STATE_NAMES,
        period_names=PERIOD_STATE_NAMES, period_states=PeriodState,
    )  # fmt: skip


@get("/events/{event_id:str}/edit", name="competitions.edit_event", sync_to_thread=True)
def edit_event(request: Req, event_id: str) -> Response[str]:
    return _renaming(request, event_id)


def _renaming(
    request: Req, event_id: str, values: Mapping[str, str] | None = None, error: DomainError | None = None
) -> Response[str]:
    with reading() as session:
        event = queries.get_event(session, event_id, actor_of(request))
        competition = queries.competition_of(session, event)
    return page(
        request, "competitions/event_form.html", status=_status(error), competition=competition, event=event,
        typed=dict(values or {"title": event.title, "title_en": event.title_en}),
        errors=messages(error if isinstance(error, InvalidError) else None),
        stale=error_text(error) if isinstance(error, ConflictError) else "", seen=services.fingerprint(event),
    )  # fmt: skip


@post("/events/{event_id:str}", name="competitions.update_event", sync_to_thread=True)
def update_event(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = EventForm.read(form)
        with transaction() as session:
            event = queries.get_event(session, event_id, actor_of(request))
            services.update_event(session, actor_of(request), event, **fields.model_dump(), seen=_seen(form))
    except (InvalidError, ConflictError) as error:
        return _renaming(request, event_id, typed(form), error)
    return redirect(request, url("competitions.event", event_id=event_id), flash=gettext("竞赛项目已修改。"))


@post("/periods/{period_id:str}/open", name="competitions.open_period", sync_to_thread=True)
def open_period(request: Req, period_id: str) -> Response[str]:
    with transaction() as session:
        period = _period(session, request, period_id)
        services.open_period(session, actor_of(request), period)
        event_id = queries.event_of_period(session, period).id
    return redirect(
        request, url("competitions.event", event_id=event_id), flash=gettext("已开放评分，裁判现在可以打分。")
    )


@post("/periods/{period_id:str}/pause", name="competitions.pause_period", sync_to_thread=True)
def pause_period(request: Req, period_id: str) -> Response[str]:
    with transaction() as session:
        period = _period(session, request, period_id)
        services.pause_period(session, actor_of(request), period)
        event_id = queries.event_of_period(session, period).id
    return redirect(request, url("competitions.event", event_id=event_id), flash=gettext("已暂停评分，已打的分都在。"))


def _period(session: Session, request: Req, period_id: str) -> Period:
    return queries.get_period(session, period_id, actor_of(request))


@post("/events/{event_id:str}/close", name="competitions.close_event", sync_to_thread=True)
def close_event(request: Req, event_id: str) -> Response[str]:
    with transaction() as session:
        services.close_event(session, actor_of(request), queries.get_event(session, event_id, actor_of(request)))
    return redirect(request, url("competitions.event", event_id=event_id), flash=gettext("已归档。"))


router = Router(
    "/",
    route_handlers=[
        index, new, create, show, edit, update, new_event, create_event, event_desk, edit_event, update_event,
        open_period, pause_period, close_event, *rule_routes.HANDLERS, *part_routes.HANDLERS,
        *start_routes.HANDLERS, *copy_routes.HANDLERS, *rubric_routes.HANDLERS,
        *formality_routes.HANDLERS,
    ],
)  # fmt: skip
