"""The tracking page, the phone form, and one proposal with the steps that its reader may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.actors import Actor
from contest.db import reading, transaction
from contest.errors import InvalidError
from contest.i18n import error_text, gettext
from contest.proposals import asking, queries, services
from contest.proposals.directory import studio_names
from contest.proposals.forms import AmountForm, CheckForm, NoteForm
from contest.proposals.models import STATE_NAMES, Proposal
from contest.proposals.money import yuan
from contest.proposals.pictures import pictures
from contest.web.forms import typed
from contest.web.pages import actor_of, page, paging, redirect, url

Call = Request[Any, Any, Any]
Act = Callable[[Session, Actor, Proposal], object]


@get("/proposals", name="proposals.index", sync_to_thread=True)
def index(request: Call) -> Response[str]:
    """Every proposal's stage, age and benefit, by studio and unit."""
    turn = paging(request, list(queries.SORTS))
    if "sort" not in request.query_params:
        turn = replace(turn, descending=True)  # nobody asked for an order: the newest first
    query = request.query_params
    asked = queries.Filter(
        state=str(query.get("state") or ""), studio=str(query.get("studio") or ""), unit=str(query.get("unit") or ""),
        search=turn.search, only_mine=query.get("mine") == "1",
    )  # fmt: skip
    actor = actor_of(request)
    with reading() as session:
        lines, total = queries.proposal_lines(
            session, actor, asked, sort=turn.sort, descending=turn.descending, offset=turn.offset, limit=turn.size
        )
        drawn = pictures(session, actor, asked)
        studio = _studio_name(session, actor, asked.studio)
    return page(
        request, "proposals/index.html", blocks=("proposals",), lines=lines, total=total, asked=asked, turn=turn,
        pages=turn.pages(total), pictures=drawn, studio=studio, state_names=STATE_NAMES,
    )  # fmt: skip


def _studio_name(session: Session, actor: Actor, studio_id: str) -> str:
    tenants = {grant.tenant_id for grant in actor.grants} if studio_id else set()
    return next((n for t in sorted(tenants) if (n := studio_names(session, t).get(studio_id))), "")


@get("/proposals/new", name="proposals.new", sync_to_thread=True)
def new(request: Call) -> Response[str]:
    return asking.ask(request, {}, url("proposals.create"))


@post("/proposals", name="proposals.create", status_code=200, sync_to_thread=True)
def create(request: Call, form: FormMultiDict) -> Response[str]:
    def save(session: Session, fields: dict[str, Any]) -> Proposal:
        return services.submit(session, actor_of(request), **fields)

    return asking.answered(request, form, url("proposals.create"), save)


@get("/proposals/{proposal_id:str}", name="proposals.show", sync_to_thread=True)
def show(request: Call, proposal_id: str) -> Response[str]:
    return _show(request, proposal_id)


def _show(
    request: Call, proposal_id: str, values: dict[str, str] | None = None, error: InvalidError | None = None
) -> Response[str]:
    with reading() as session:
        view = queries.proposal_view(session, actor_of(request), proposal_id)
    errors = {name: error_text(problem) for name, problem in error.fields.items()} if error else {}
    return page(
        request, "proposals/show.html", status=422 if error else 200, view=view, typed=values or {}, errors=errors,
        state_names=STATE_NAMES, yuan=yuan,
    )  # fmt: skip


@get("/proposals/{proposal_id:str}/edit", name="proposals.edit", sync_to_thread=True)
def edit(request: Call, proposal_id: str) -> Response[str]:
    with reading() as session:
        proposal = queries.get_proposal(session, actor_of(request), proposal_id)
    values = {name: str(getattr(proposal, name) or "") for name in asking.FIELDS}
    return asking.ask(request, values, url("proposals.update", proposal_id=proposal_id))


@post("/proposals/{proposal_id:str}/edit", name="proposals.update", status_code=200, sync_to_thread=True)
def update(request: Call, proposal_id: str, form: FormMultiDict) -> Response[str]:
    def save(session: Session, fields: dict[str, Any]) -> Proposal:
        proposal = queries.get_proposal(session, actor_of(request), proposal_id)
        return services.resubmit(session, actor_of(request), proposal, **fields)

    return asking.answered(request, form, url("proposals.update", proposal_id=proposal_id), save)


def _act(request: Call, proposal_id: str, form: FormMultiDict, act: Act, told: str) -> Response[str]:
    """One step of the workflow from its form; what can't be taken comes back on the same page."""
    actor = actor_of(request)
    try:
        with transaction() as session:
            act(session, actor, queries.get_proposal(session, actor, proposal_id))
    except InvalidError as error:
        return _show(request, proposal_id, typed(form), error)
    return redirect(request, url("proposals.show", proposal_id=proposal_id), flash=told)


@post("/proposals/{proposal_id:str}/check", name="proposals.check", status_code=303, sync_to_thread=True)
def check(request: Call, proposal_id: str, form: FormMultiDict) -> Response[str]:
    def act(session: Session, actor: Actor, proposal: Proposal) -> None:
        fields = CheckForm.read({"decision": "?"} | typed(form))
        services.check(session, actor, proposal, fields.decision, fields.note)

    return _act(request, proposal_id, form, act, gettext("审核意见已记下，提案人会看到。"))


@post("/proposals/{proposal_id:str}/panel", name="proposals.send_to_panel", status_code=303, sync_to_thread=True)
def send_to_panel(request: Call, proposal_id: str, form: FormMultiDict) -> Response[str]:
    told = gettext("已送专家评审，专家在评分表上只看到加密号。")
    return _act(request, proposal_id, form, services.send_to_panel, told)


@post("/proposals/{proposal_id:str}/score", name="proposals.record_score", status_code=303, sync_to_thread=True)
def record_score(request: Call, proposal_id: str, form: FormMultiDict) -> Response[str]:
    return _act(request, proposal_id, form, services.record_score, gettext("专家得分已登记。"))


@post("/proposals/{proposal_id:str}/adopt", name="proposals.adopt", status_code=303, sync_to_thread=True)
def adopt(request: Call, proposal_id: str, form: FormMultiDict) -> Response[str]:
    """Adopts it, or decides against it."""

    def act(session: Session, actor: Actor, proposal: Proposal) -> None:
        fields = NoteForm.read(form)
        decide = services.reject if fields.decision == "reject" else services.adopt
        decide(session, actor, proposal, fields.note)

    return _act(request, proposal_id, form, act, gettext("决定已记下，提案人会看到。"))


@post("/proposals/{proposal_id:str}/benefit", name="proposals.report_benefit", status_code=303, sync_to_thread=True)
def report_benefit(request: Call, proposal_id: str, form: FormMultiDict) -> Response[str]:
    def act(session: Session, actor: Actor, proposal: Proposal) -> None:
        fields = AmountForm.read(form)
        services.report_benefit(session, actor, proposal, fields.amount, fields.note)

    return _act(request, proposal_id, form, act, gettext("效益已填报，等待财务确认。"))


@post("/proposals/{proposal_id:str}/confirm", name="proposals.confirm_benefit", status_code=303, sync_to_thread=True)
def confirm_benefit(request: Call, proposal_id: str, form: FormMultiDict) -> Response[str]:
    """Confirms the amount, or sends the report back."""

    def act(session: Session, actor: Actor, proposal: Proposal) -> None:
        fields = AmountForm.read(form)
        if fields.decision == "return":
            services.return_benefit(session, actor, proposal, fields.note)
        else:
            services.confirm_benefit(session, actor, proposal, fields.amount, fields.note)

    return _act(request, proposal_id, form, act, gettext("财务意见已记下。"))


router = Router(
    "/",
    route_handlers=[
        index, new, create, show, edit, update, check, send_to_panel, record_score, adopt, report_benefit,
        confirm_benefit,
    ],
)  # fmt: skip
