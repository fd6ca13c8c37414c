"""The page of an event's formalities."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions import policy, queries
from contest.competitions.formalities import fingerprint, set_formalities, signers_of
from contest.competitions.models import SIGNERS, UNSEALABLE
from contest.db import reading, transaction
from contest.errors import ConflictError
from contest.i18n import error_text, gettext
from contest.web.pages import actor_of, page, redirect, url

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/formalities", name="competitions.formalities", sync_to_thread=True)
def formalities(request: Req, event_id: str) -> Response[str]:
    return _page(request, event_id)


def _page(request: Req, event_id: str, problem: str = "") -> Response[str]:
    with reading() as session:
        event = queries.get_event(session, event_id, actor_of(request))
        competition = queries.competition_of(session, event)
    may = policy.can_edit_rule_set(actor_of(request), competition) and event.state not in UNSEALABLE
    return page(
        request, "competitions/formalities.html", status=409 if problem else 200, event=event,
        competition=competition, may=may, chosen=signers_of(event), seen=fingerprint(event), problem=problem,
        signers=[(key, gettext(name)) for key, name in SIGNERS.items()],
    )  # fmt: skip


@post("/events/{event_id:str}/formalities", name="competitions.set_formalities", sync_to_thread=True)
def save(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        with transaction() as session:
            set_formalities(
                session, actor, queries.get_event(session, event_id, actor),
                signers=[str(key) for key in form.getall("signers", [])], rechecks=bool(form.get("rechecks")),
                publishes_in_pairs=bool(form.get("publishes_in_pairs")), seen=str(form.get("seen", "")),
            )  # fmt: skip
    except ConflictError as error:
        return _page(request, event_id, error_text(error))
    return redirect(request, url("competitions.formalities", event_id=event_id), flash=gettext("已保存。"))


HANDLERS = [formalities, save]
