"""The page of an event's formalities. What would loosen them goes on to the page of the two persons."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions import policy, queries
from contest.competitions.formalities import LoosensError, fingerprint, has_begun, set_formalities, signers_of
from contest.competitions.models import SIGNERS, UNSEALABLE
from contest.db import reading, transaction
from contest.errors import ConflictError
from contest.i18n import error_text, gettext
from contest.web.pages import actor_of, page, redirect, url

Req = Request[Any, Any, Any]
BOXES = ("rechecks", "publishes_in_pairs", "calibrates")


@get("/events/{event_id:str}/formalities", name="competitions.formalities", sync_to_thread=True)
def formalities(request: Req, event_id: str) -> Response[str]:
    return _page(request, event_id)


def _page(request: Req, event_id: str, problem: str = "") -> Response[str]:
    with reading() as session:
        event = queries.get_event(session, event_id, actor_of(request))
        competition = queries.competition_of(session, event)
        begun = has_begun(session, event)
    may = policy.can_edit_rule_set(actor_of(request), competition) and event.state not in UNSEALABLE
    return page(
        request, "competitions/formalities.html", status=409 if problem else 200, event=event, begun=begun,
        competition=competition, may=may, chosen=signers_of(event), seen=fingerprint(event), problem=problem,
        signers=[(key, gettext(name)) for key, name in SIGNERS.items()],
    )  # fmt: skip


@post("/events/{event_id:str}/formalities", name="competitions.set_formalities", sync_to_thread=True)
def save(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    signers = [str(key) for key in form.getall("signers", [])]
    boxes = {name: bool(form.get(name)) for name in BOXES}
    try:
        with transaction() as session:
            event = queries.get_event(session, event_id, actor)
            set_formalities(session, actor, event, signers=signers, seen=str(form.get("seen", "")), **boxes)
    except LoosensError:
        asked = [("signers", key) for key in signers] + [(name, "1") for name, on in boxes.items() if on]
        return redirect(request, f"{url('corrections.loosening', event_id=event_id)}?{urlencode([*asked, ('ask', 1)])}")
    except ConflictError as error:
        return _page(request, event_id, error_text(error))
    return redirect(request, url("competitions.formalities", event_id=event_id), flash=gettext("已保存。"))


HANDLERS = [formalities, save]
