"""The tree: browse, search, add, rename."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.db import reading, transaction
from contest.errors import InvalidError
from contest.i18n import current_language, gettext
from contest.organizations import queries, services
from contest.organizations.forms import OrganizationForm, RenameForm
from contest.organizations.models import KIND_NAMES
from contest.organizations.spreadsheets import organizations_workbook
from contest.web.forms import messages, typed
from contest.web.pages import XLSX, Paging, actor_of, download, page, paging, redirect, url

Req = Request[Any, Any, Any]


@get("/organizations", name="organizations.index", sync_to_thread=True)
def index(request: Req) -> Response[str]:
    """Searches all the actor manages; without a search, shows where browsing begins."""
    asked = paging(request, list(queries.SORTS))
    with reading() as session:
        tops = queries.top_organizations(session, actor_of(request))
        if len(tops) == 1 and not asked.search:
            return redirect(request, url("organizations.show", organization_id=tops[0].id))
        found = queries.organization_rows(session, actor_of(request), **_order(asked)) if asked.search else ([], 0)
    return page(
        request, "organizations/index.html", tops=tops, rows=found[0], total=found[1], paging=asked,
        kind_names=KIND_NAMES,
    )  # fmt: skip


def _order(asked: Paging) -> dict[str, Any]:
    return {
        "search": asked.search, "sort": asked.sort, "descending": asked.descending,
        "offset": asked.offset, "limit": asked.size,
    }  # fmt: skip


@get("/organizations/{organization_id:str}", name="organizations.show", sync_to_thread=True)
def show(request: Req, organization_id: str) -> Response[str]:
    return _show(request, organization_id)


def _show(
    request: Req, organization_id: str, values: dict[str, str] | None = None, error: InvalidError | None = None
) -> Response[str]:
    asked = paging(request, list(queries.SORTS))
    kind = str(request.query_params.get("kind") or "")
    actor = actor_of(request)
    with reading() as session:
        organization = queries.get_organization(session, organization_id, actor)
        above = queries.ancestors(session, actor, organization)
        rows, total = queries.organization_rows(session, actor, parent=organization, kind=kind, **_order(asked))
    return page(
        request, "organizations/show.html", status=422 if error else 200, organization=organization, above=above,
        rows=rows, total=total, paging=asked, kind=kind, kind_names=KIND_NAMES, typed=values or {},
        errors=messages(error),
    )  # fmt: skip


@post("/organizations/{organization_id:str}/children", name="organizations.create", sync_to_thread=True)
def create(request: Req, organization_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = OrganizationForm.read(form)
        with transaction() as session:
            parent = queries.get_organization(session, organization_id, actor_of(request))
            services.add_organization(session, actor_of(request), parent, **fields.model_dump())
    except InvalidError as error:
        return _show(request, organization_id, typed(form), error)
    done = gettext("“%(name)s”已增加。") % {"name": fields.name}
    return redirect(request, url("organizations.show", organization_id=organization_id), flash=done)


@get("/organizations/{organization_id:str}/edit", name="organizations.edit", sync_to_thread=True)
def edit(request: Req, organization_id: str) -> Response[str]:
    return _edit(request, organization_id)


def _edit(
    request: Req, organization_id: str, values: dict[str, str] | None = None, error: InvalidError | None = None
) -> Response[str]:
    with reading() as session:
        organization = queries.get_organization(session, organization_id, actor_of(request))
    now = {"kind": organization.kind.value, "name": organization.name, "name_en": organization.name_en}
    return page(
        request, "organizations/edit.html", status=422 if error else 200, organization=organization,
        typed=values or (now | {"drawn_name": organization.name}), errors=messages(error), kind_names=KIND_NAMES,
    )  # fmt: skip


@post("/organizations/{organization_id:str}", name="organizations.update", sync_to_thread=True)
def update(request: Req, organization_id: str, form: FormMultiDict) -> Response[str]:
    try:
        fields = RenameForm.read(form)
        with transaction() as session:
            organization = queries.get_organization(session, organization_id, actor_of(request))
            services.rename_organization(session, actor_of(request), organization, **fields.model_dump())
    except InvalidError as error:
        return _edit(request, organization_id, typed(form), error)
    return redirect(request, url("organizations.show", organization_id=organization_id), flash=gettext("组织已修改。"))


@get("/organizations/{organization_id:str}/export", name="organizations.export", sync_to_thread=True)
def export(request: Req, organization_id: str) -> Response[bytes]:
    with reading() as session:
        organization = queries.get_organization(session, organization_id, actor_of(request))
        rows = queries.subtree(session, organization)
    language = "en" if current_language() == "en" else "zh"
    return download(organizations_workbook(rows, language=language), f"{organization.name}-组织.xlsx", XLSX)


router = Router("/", route_handlers=[index, show, create, edit, update, export])
