"""Pages of this feature: changes of an adopted rule set. Rehearsals are in rehearsal_routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.models import STATE_NAMES as EVENT_STATES
from contest.competitions.queries import CHANGEABLE, get_event
from contest.core.consequences import Effect
from contest.corrections import loosening_routes, mark_routes, policy, queries, rehearsal_routes, services
from contest.corrections.forms import DecisionForm, ProposalForm
from contest.corrections.models import STATE_NAMES, ChangeState
from contest.corrections.words import misfit_words, status_words
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import gettext
from contest.judging.services import announce
from contest.web.pages import Paging, actor_of, page, paging, redirect, url
from contest.web.problems import told

Req = Request[Any, Any, Any]
PAST = 20
"""Changes on one page of the history."""
SHOWN = 50
"""Entries on one page of the list of effects."""
WORDS: Mapping[str, Any] = {
    "misfit_words": misfit_words, "status_words": status_words, "state_names": STATE_NAMES,
    "event_states": EVENT_STATES,
}  # fmt: skip


@get("/events/{event_id:str}/changes", name="corrections.changes", sync_to_thread=True)
def changes(request: Req, event_id: str) -> Response[str]:
    """The draft that is to follow the adopted rule set, what it would change, and the changes there were."""
    return _desk(request, event_id)


def _desk(request: Req, event_id: str, typed: str = "", error: DomainError | None = None) -> Response[str]:
    asked = paging(request, ("proposed",), size=SHOWN)
    actor = actor_of(request)
    with reading() as session:
        desk = queries.change_desk(session, actor, event_id, offset=(_past(request) - 1) * PAST, limit=PAST)
    may = policy.can_propose_change(actor, desk.competition) and desk.event.state in CHANGEABLE
    return page(
        request, "corrections/changes.html", desk=desk, effects=desk.effects, paging=asked,
        shown=_part(desk.effects.items if desk.effects else (), asked), may_propose=may, typed=typed,
        past=_past(request), pasts=max(1, -(-desk.total // PAST)),
        **told(error), **WORDS,
    )  # fmt: skip


def _past(request: Req) -> int:
    """The page of the history, which stands below the paged list of effects."""
    number = str(request.query_params.get("past") or "1")
    return max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1  # noqa: PLR2004


def _part(items: Sequence[Effect], asked: Paging) -> Sequence[Effect]:
    return items[asked.offset : asked.offset + asked.size]


@post("/events/{event_id:str}/changes", name="corrections.propose", sync_to_thread=True)
def propose(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    fields = ProposalForm.read(form)
    try:
        with reading() as session:  # the long work, before anybody has to wait for the ledger
            found = queries.change_desk(session, actor_of(request), event_id, limit=1).effects
        with transaction() as session:
            event = get_event(session, event_id, actor_of(request))
            change = services.propose_change(session, actor_of(request), event, **fields.model_dump(), found=found)
    except (InvalidError, ConflictError) as error:
        return _desk(request, event_id, fields.reason, error)
    done = gettext("已提出，等待第二人批准；批准之前现行办法不变。")
    return redirect(request, url("corrections.change", change_id=change.id), flash=done)


@get("/changes/{change_id:str}", name="corrections.change", sync_to_thread=True)
def change(request: Req, change_id: str) -> Response[str]:
    return _change(request, change_id)


def _change(request: Req, change_id: str, typed: str = "", error: DomainError | None = None) -> Response[str]:
    asked = paging(request, ("proposed",), size=SHOWN)
    actor = actor_of(request)
    with reading() as session:
        view = queries.change_view(session, actor, change_id)
    return page(
        request, "corrections/change.html", view=view, effects=view.effects, paging=asked,
        shown=_part(view.effects.items, asked), typed=typed,
        may_decide=policy.can_decide_change(actor, view.competition, view.change),
        may_withdraw=policy.can_withdraw_change(actor, view.competition), states=ChangeState,
        **told(error), **WORDS,
    )  # fmt: skip


@post("/changes/{change_id:str}/approve", name="corrections.approve", sync_to_thread=True)
def approve(request: Req, change_id: str, form: FormMultiDict) -> Response[str]:
    fields = DecisionForm.read(form)
    try:
        with reading() as session:
            found = queries.change_view(session, actor_of(request), change_id).effects
        with transaction() as session:
            decided = services.approve_change(session, actor_of(request), change_id, seen=fields.seen, found=found)
    except ConflictError as error:
        return _change(request, change_id, error=error)
    announce(decided.event_id)
    done = gettext("已批准。新的评分办法从现在起生效，已记入流水。")
    return redirect(request, url("corrections.change", change_id=change_id), flash=done)


@post("/changes/{change_id:str}/reject", name="corrections.reject", sync_to_thread=True)
def reject(request: Req, change_id: str, form: FormMultiDict) -> Response[str]:
    fields = DecisionForm.read(form)
    try:
        with transaction() as session:
            services.reject_change(session, actor_of(request), change_id, reason=fields.reason)
    except (InvalidError, ConflictError) as error:
        return _change(request, change_id, fields.reason, error)
    return redirect(request, url("corrections.change", change_id=change_id), flash=gettext("已退回，现行办法不变。"))


@post("/changes/{change_id:str}/withdraw", name="corrections.withdraw", sync_to_thread=True)
def withdraw(request: Req, change_id: str) -> Response[str]:
    with transaction() as session:
        taken = services.withdraw_change(session, actor_of(request), change_id)
    return redirect(
        request, url("corrections.changes", event_id=taken.event_id), flash=gettext("已撤回，现行办法不变。")
    )


router = Router(
    "/",
    route_handlers=[
        changes, propose, change, approve, reject, withdraw, *rehearsal_routes.HANDLERS, *mark_routes.HANDLERS,
        *loosening_routes.HANDLERS,
    ],
)  # fmt: skip
