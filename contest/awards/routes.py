"""The award list of an event, and giving it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.awards import queries, services
from contest.awards.forms import GiveForm
from contest.awards.reasons import reason_text
from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.i18n import gettext
from contest.web.pages import actor_of, page, redirect, url

Call = Request[Any, Any, Any]


@get("/events/{event_id:str}/awards", name="awards.index", sync_to_thread=True)
def index(request: Call, event_id: str) -> Response[str]:
    with reading() as session:
        view = queries.award_list(session, actor_of(request), event_id)
        return page(request, "awards/index.html", view=view, reason_text=reason_text)


@post("/events/{event_id:str}/awards", name="awards.give", status_code=303, sync_to_thread=True)
def give(request: Call, event_id: str, form: FormMultiDict) -> Response[str]:
    fields = GiveForm.read(form)
    with transaction() as session:
        event = get_event(session, event_id, actor_of(request))
        awards = services.give_awards(session, actor_of(request), event, fields.version)
    told = gettext("已颁发 %(n)s 个奖项，可以制作证书了。") % {"n": len(awards)}
    return redirect(request, url("awards.index", event_id=event_id), flash=told)


router = Router("/", route_handlers=[index, give])
