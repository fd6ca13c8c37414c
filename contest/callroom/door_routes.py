"""Check-in: the list, one person, the ticket's QR code; printing tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.actors import Actor
from contest.callroom import checking_in, queries
from contest.callroom.forms import PresenceForm, UndoForm
from contest.callroom.models import PRESENCE_NAMES
from contest.db import reading, transaction
from contest.documents.qr import qr_svg
from contest.entries.models import Entry
from contest.errors import InvalidError, NotFoundError
from contest.i18n import error_text, gettext
from contest.web.forms import messages, typed
from contest.web.pages import absolute_url, actor_of, page, paging, redirect, url

Req = Request[Any, Any, Any]
PERSON = "/events/{event_id:str}/check-in/{entry_id:str}"
TICKETS_A_PAGE = 24
NONE: Mapping[str, str] = {}


@get("/check-in", name="callroom.home", sync_to_thread=True)
def home(request: Req) -> Response[str]:
    turn = paging(request, ["event"])
    with reading() as session:
        events, total = queries.doors(
            session, actor_of(request), search=turn.search, offset=turn.offset, limit=turn.size
        )
    return page(request, "callroom/home.html", blocks=("events",), events=events, total=total, turn=turn)


@get("/check-in/{token:str}", name="callroom.scan", sync_to_thread=True)
def scan(request: Req, token: str) -> Response[str]:
    """Where a ticket's QR code leads: on to the person's own page, so that the token stays in no history."""
    with reading() as session:
        event, entry = queries.find_ticket(session, actor_of(request), token)
    return redirect(request, url("callroom.person", event_id=event.id, entry_id=entry.id))


@get("/events/{event_id:str}/check-in", name="callroom.check_in", sync_to_thread=True)
def check_in(request: Req, event_id: str) -> Response[str]:
    turn = paging(request, list(queries.SORTS))
    only = str(request.query_params.get("only") or "")
    actor, problem = actor_of(request), ""
    with reading() as session:
        door = queries.door(session, actor, event_id)
        if "/check-in/" in turn.search:  # a hand scanner types the ticket's address
            try:
                found, entry = queries.find_ticket(session, actor, turn.search.rsplit("/", 1)[1])
                return redirect(request, url("callroom.person", event_id=found.id, entry_id=entry.id))
            except NotFoundError as error:
                problem = error_text(error)
        counts = queries.door_counts(session, door.event)
        lines, total = queries.door_lines(
            session, door.event, search="" if problem else turn.search, only=only, sort=turn.sort,
            descending=turn.descending, offset=turn.offset, limit=turn.size,
        )  # fmt: skip
    return page(
        request, "callroom/check_in.html", blocks=("door",), door=door, counts=counts, lines=lines, total=total,
        turn=turn, only=only, names=PRESENCE_NAMES, problem=problem,
    )  # fmt: skip


@get(PERSON, name="callroom.person", sync_to_thread=True)
def person(request: Req, event_id: str, entry_id: str) -> Response[str]:
    return _person(request, event_id, entry_id)


def _person(
    request: Req, event_id: str, entry_id: str, values: Mapping[str, str] = NONE, error: InvalidError | None = None
) -> Response[str]:
    with reading() as session:
        door = queries.door(session, actor_of(request), event_id)
        entry = queries.expected_entry(session, door.event, entry_id)
        history = queries.history(session, entry)
        ticket = queries.valid_ticket(session, entry)
    holds = next((found for found in history if found.undone_at is None), None)
    return page(
        request, "callroom/person.html", status=422 if error else 200, door=door, entry=entry, history=history,
        holds=holds, has_ticket=ticket is not None, names=PRESENCE_NAMES, typed=values, errors=messages(error),
    )  # fmt: skip


def _change(
    request: Req, event_id: str, entry_id: str, work: Callable[[Session, Actor, Entry], object], done: str,
    *, stays: bool = False,
) -> Response[str]:  # fmt: skip
    actor = actor_of(request)
    with transaction() as session:
        door = queries.door(session, actor, event_id)
        work(session, actor, queries.expected_entry(session, door.event, entry_id))
    back = (
        url("callroom.person", event_id=event_id, entry_id=entry_id)
        if stays
        else url("callroom.check_in", event_id=event_id)
    )
    return redirect(request, back, flash=done)


@post(PERSON, name="callroom.set_presence", status_code=303, sync_to_thread=True)
def set_presence(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    presence = PresenceForm.read(form).presence

    def work(session: Session, actor: Actor, entry: Entry) -> None:
        checking_in.set_presence(session, actor, entry, presence)

    return _change(
        request, event_id, entry_id, work, gettext("已登记：%(what)s。") % {"what": gettext(PRESENCE_NAMES[presence])}
    )


@post(PERSON + "/undo", name="callroom.undo", status_code=303, sync_to_thread=True)
def undo(request: Req, event_id: str, entry_id: str, form: FormMultiDict) -> Response[str]:
    def work(session: Session, actor: Actor, entry: Entry) -> None:
        checking_in.undo_presence(session, actor, entry, UndoForm.read(form).reason)

    try:
        return _change(request, event_id, entry_id, work, gettext("已撤销，请重新登记。"), stays=True)
    except InvalidError as error:
        return _person(request, event_id, entry_id, typed(form), error)


@post(PERSON + "/revoke-ticket", name="callroom.revoke_ticket", status_code=303, sync_to_thread=True)
def revoke_ticket(request: Req, event_id: str, entry_id: str) -> Response[str]:
    done = gettext("参赛证已作废；下次打印时会换一张新的。")
    return _change(request, event_id, entry_id, checking_in.revoke_ticket, done, stays=True)


@post("/events/{event_id:str}/tickets", name="callroom.make_tickets", status_code=303, sync_to_thread=True)
def make_tickets(request: Req, event_id: str) -> Response[str]:
    actor = actor_of(request)
    with transaction() as session:
        checking_in.make_tickets(session, actor, queries.door(session, actor, event_id).event)
    return redirect(request, url("callroom.tickets", event_id=event_id))


@get("/events/{event_id:str}/tickets", name="callroom.tickets", sync_to_thread=True)
def tickets(request: Req, event_id: str) -> Response[str]:
    turn = paging(request, ["number"], size=TICKETS_A_PAGE)
    with reading() as session:
        door = queries.door(session, actor_of(request), event_id)
        lines, total = queries.ticket_lines(
            session, door.event, search=turn.search, offset=turn.offset, limit=turn.size
        )
    printed = [
        (line, qr_svg(absolute_url(url("callroom.scan", token=line.token)), title=line.number)) for line in lines
    ]
    return page(
        request,
        "callroom/tickets.html",
        layout="layouts/print.html",
        door=door,
        tickets=printed,
        total=total,
        turn=turn,
    )


HANDLERS = [home, scan, check_in, person, set_presence, undo, revoke_ticket, make_tickets, tickets]
