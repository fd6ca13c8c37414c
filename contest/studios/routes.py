"""Studios: the list, registering one, its page with members."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.db import reading, transaction
from contest.errors import InvalidError
from contest.i18n import error_text, gettext
from contest.organizations.queries import get_organization
from contest.studios import queries, services
from contest.studios.forms import MemberForm, StudioForm
from contest.studios.models import KIND_NAMES
from contest.studios.policy import MANAGERS
from contest.web.forms import typed
from contest.web.pages import actor_of, page, paging, redirect, url

Call = Request[Any, Any, Any]


def _errors(error: InvalidError | None) -> dict[str, str]:
    return {name: error_text(problem) for name, problem in error.fields.items()} if error else {}


@get("/studios", name="studios.index", sync_to_thread=True)
def index(request: Call) -> Response[str]:
    turn = paging(request, list(queries.SORTS))
    kind = str(request.query_params.get("kind") or "")
    actor = actor_of(request)
    with reading() as session:
        lines, total = queries.studio_lines(
            session, actor, search=turn.search, kind=kind, sort=turn.sort, descending=turn.descending,
            offset=turn.offset, limit=turn.size,
        )  # fmt: skip
    return page(
        request, "studios/index.html", blocks=("studios",), lines=lines, total=total, turn=turn, kind=kind,
        pages=turn.pages(total), kind_names=KIND_NAMES, can_register=bool(actor.roles & MANAGERS),
    )  # fmt: skip


@get("/studios/new", name="studios.new", sync_to_thread=True)
def new(request: Call) -> Response[str]:
    return _form(request, {})


def _form(request: Call, values: dict[str, str], error: InvalidError | None = None) -> Response[str]:
    with reading() as session:
        organizations = queries.organization_options(session, actor_of(request))
    return page(
        request, "studios/new.html", status=422 if error else 200, typed=values, errors=_errors(error),
        organizations=organizations, kind_names=KIND_NAMES,
    )  # fmt: skip


@post("/studios", name="studios.create", status_code=303, sync_to_thread=True)
def create(request: Call, form: FormMultiDict) -> Response[str]:
    try:
        fields = StudioForm.read(form).model_dump()
        with transaction() as session:
            organization = get_organization(session, fields.pop("organization_id"))
            studio = services.register_studio(session, actor_of(request), organization, **fields)
    except InvalidError as error:
        return _form(request, typed(form), error)
    told = gettext("创新工作室已登记，接着加入成员。")
    return redirect(request, url("studios.show", studio_id=studio.id), flash=told)


@get("/studios/{studio_id:str}", name="studios.show", sync_to_thread=True)
def show(request: Call, studio_id: str) -> Response[str]:
    return _show(request, studio_id, {})


def _show(request: Call, studio_id: str, values: dict[str, str], error: InvalidError | None = None) -> Response[str]:
    with reading() as session:
        view = queries.studio_view(session, actor_of(request), studio_id)
    return page(
        request, "studios/show.html", status=422 if error else 200, view=view, typed=values, errors=_errors(error),
        kind_names=KIND_NAMES,
    )  # fmt: skip


@post("/studios/{studio_id:str}/members", name="studios.add_member", status_code=303, sync_to_thread=True)
def add_member(request: Call, studio_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        fields = MemberForm.read(form).model_dump()
        with transaction() as session:
            services.add_member(session, actor, queries.get_studio(session, actor, studio_id), **fields)
    except InvalidError as error:
        return _show(request, studio_id, typed(form), error)
    told = gettext("已加入 %(name)s。") % {"name": fields["name"]}
    return redirect(request, url("studios.show", studio_id=studio_id), flash=told)


@post("/studios/{studio_id:str}/members/{member_id:str}/remove", name="studios.remove_member", status_code=303,
      sync_to_thread=True)  # fmt: skip
def remove_member(request: Call, studio_id: str, member_id: str) -> Response[str]:
    actor = actor_of(request)
    with transaction() as session:
        services.remove_member(session, actor, queries.get_studio(session, actor, studio_id), member_id)
    return redirect(request, url("studios.show", studio_id=studio_id), flash=gettext("已移出名单。"))


router = Router("/", route_handlers=[index, new, create, show, add_member, remove_member])
