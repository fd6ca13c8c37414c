"""The list of an event's entries, and one entry: show, add, change, withdraw, restore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.db import reading, transaction
from contest.entries import draw_routes, fact_pages, fact_routes, import_routes, queries, services
from contest.entries.entry_page import NO_VALUES, show_entry
from contest.entries.forms import EntryForm, ReasonForm
from contest.entries.models import KIND_NAMES, Entry, EntryState
from contest.errors import InvalidError
from contest.i18n import gettext
from contest.organizations.queries import organizations_below
from contest.web.forms import messages, typed
from contest.web.pages import actor_of, page, paging, redirect, url

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/entries", name="entries.index", sync_to_thread=True)
def index(request: Req, event_id: str) -> Response[str]:
    asked = paging(request, list(queries.SORTS))
    only = str(request.query_params.get("only") or "")
    with reading() as session:
        desk = queries.event_desk(session, actor_of(request), event_id)
        figures = queries.counts(session, desk)
        lines, total = queries.entry_lines(
            session, desk, search=asked.search, only=only, sort=asked.sort, descending=asked.descending,
            offset=asked.offset, limit=asked.size,
        )  # fmt: skip
    return page(
        request, "entries/index.html", blocks=("entries",), desk=desk, figures=figures, lines=lines, total=total,
        paging=asked, only=only, kind_names=KIND_NAMES, withdrawn=EntryState.WITHDRAWN,
    )  # fmt: skip


@get("/events/{event_id:str}/entries/new", name="entries.new", sync_to_thread=True)
def new(request: Req, event_id: str) -> Response[str]:
    return _form(request, event_id, None)


def _form(
    request: Req, event_id: str, entry_id: str | None, values: Mapping[str, str] = NO_VALUES,
    error: InvalidError | None = None,
) -> Response[str]:  # fmt: skip
    """The form of a new entry or of an existing one, with what was typed or with what is kept."""
    with reading() as session:
        desk = queries.event_desk(session, actor_of(request), event_id)
        entry = queries.get_entry(session, desk, entry_id) if entry_id else None
        if entry is not None and not values:
            values = _kept(session, entry)
        paths = [desk.competition.organization_path] if desk.can_manage else desk.paths
        units = organizations_below(session, desk.event.tenant_id, paths)
    return page(
        request, "entries/form.html", status=422 if error else 200, desk=desk, entry=entry, typed=values,
        errors=messages(error), units=units, kind_names=KIND_NAMES,
    )  # fmt: skip


def _kept(session: Session, entry: Entry) -> dict[str, str]:
    members = queries.members_of(session, entry.tenant_id, [entry.id]).get(entry.id, ())
    return {
        "kind": entry.kind.value, "name": entry.name, "number": entry.number, "unit": entry.unit,
        "organization_id": entry.organization_id or "", "worker_number": entry.worker_number, "phone": entry.phone,
        "members": "\n".join(members),
    }  # fmt: skip


@post("/events/{event_id:str}/entries", name="entries.create", sync_to_thread=True)
def create(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = EntryForm.read(form)
        with transaction() as session:
            desk = queries.event_desk(session, actor_of(request), event_id)
            entry = services.add_entry(session, actor_of(request), desk.event, fields.to_input())
    except InvalidError as error:
        return _form(request, event_id, None, typed(form), error)
    done = gettext("“%(name)s”已报名，编号 %(number)s。") % {"name": entry.name, "number": entry.number}
    target = "entries.new" if form.get("again") else "entries.index"
    return redirect(request, url(target, event_id=event_id), flash=done)


@get("/events/{event_id:str}/entries/{entry_id:str}", name="entries.show", sync_to_thread=True)
def show(request: Req, event_id: str, entry_id: str) -> Response[str]:
    return show_entry(request, event_id, entry_id)


@get("/events/{event_id:str}/entries/{entry_id:str}/edit", name="entries.edit", sync_to_thread=True)
def edit(request: Req, event_id: str, entry_id: str) -> Response[str]:
    return _form(request, event_id, entry_id)


@post("/events/{event_id:str}/entries/{entry_id:str}", name="entries.update", sync_to_thread=True)
def update(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = EntryForm.read(form)
        with transaction() as session:
            desk = queries.event_desk(session, actor_of(request), event_id)
            entry = queries.get_entry(session, desk, entry_id)
            services.update_entry(session, actor_of(request), entry, fields.to_input(), reason=fields.reason)
    except InvalidError as error:
        return _form(request, event_id, entry_id, typed(form), error)
    return _to_entry(request, event_id, entry_id, gettext("已保存。"))


@get("/events/{event_id:str}/entries/{entry_id:str}/withdraw", name="entries.ask_withdraw", sync_to_thread=True)
def ask_withdraw(request: Req, event_id: str, entry_id: str) -> Response[str]:
    return _ask_withdraw(request, event_id, entry_id)


def _ask_withdraw(
    request: Req, event_id: str, entry_id: str, values: Mapping[str, str] = NO_VALUES,
    error: InvalidError | None = None,
) -> Response[str]:  # fmt: skip
    with reading() as session:
        desk = queries.event_desk(session, actor_of(request), event_id)
        entry = queries.get_entry(session, desk, entry_id)
    return page(
        request, "entries/withdraw.html", status=422 if error else 200, desk=desk, entry=entry, typed=values,
        errors=messages(error), withdrawn=EntryState.WITHDRAWN,
    )  # fmt: skip


@post("/events/{event_id:str}/entries/{entry_id:str}/withdraw", name="entries.withdraw", sync_to_thread=True)
def withdraw(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = ReasonForm.read(form)
        with transaction() as session:
            desk = queries.event_desk(session, actor_of(request), event_id)
            entry = queries.get_entry(session, desk, entry_id)
            services.withdraw_entry(session, actor_of(request), entry, fields.reason)
    except InvalidError as error:
        return _ask_withdraw(request, event_id, entry_id, typed(form), error)
    return _to_entry(request, event_id, entry_id, gettext("已退赛。"))


@post("/events/{event_id:str}/entries/{entry_id:str}/restore", name="entries.restore", sync_to_thread=True)
def restore(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = ReasonForm.read(form)
        with transaction() as session:
            desk = queries.event_desk(session, actor_of(request), event_id)
            entry = queries.get_entry(session, desk, entry_id)
            services.restore_entry(session, actor_of(request), entry, fields.reason)
    except InvalidError as error:
        return _ask_withdraw(request, event_id, entry_id, typed(form), error)
    return _to_entry(request, event_id, entry_id, gettext("已恢复参赛。"))


def _to_entry(request: Req, event_id: str, entry_id: str, flash: str) -> Response[str]:
    return redirect(request, url("entries.show", event_id=event_id, entry_id=entry_id), flash=flash)


router = Router(
    "/",
    route_handlers=[
        index, new, create, show, edit, update, ask_withdraw, withdraw, restore,
        *import_routes.HANDLERS, *draw_routes.HANDLERS, *fact_routes.HANDLERS, *fact_pages.HANDLERS,
    ],
)  # fmt: skip
