"""The organizer's page: preview, publish, versions with their bundle and workbook."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import gettext
from contest.publications import confirming, queries, services
from contest.publications.forms import PublishForm
from contest.publications.models import Publication
from contest.publications.public_routes import HANDLERS
from contest.publications.spreadsheets import results_workbook
from contest.web.forms import typed
from contest.web.pages import XLSX, actor_of, download, page, redirect, url
from contest.web.problems import told
from contest.web.security import is_open_to

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/publications", name="publications.index", sync_to_thread=True)
def index(request: Req, event_id: str) -> Response[str]:
    return _index(request, event_id)


def _index(
    request: Req, event_id: str, values: dict[str, str] | None = None, error: DomainError | None = None
) -> Response[str]:
    actor = actor_of(request)
    with reading() as session:
        view = queries.publications_view(session, actor, event_id)
        in_pairs = view.is_ready and view.event.publishes_in_pairs
        waiting = confirming.waiting_publication(session, actor, view.event) if in_pairs else None
    title = view.versions[0].title if view.versions else gettext("%(event)s成绩") % {"event": view.event.title}
    shown = values or {"title": title}
    return page(
        request, "publications/index.html", view=view, values=shown, waiting=waiting,
        ways={item.route for item in view.obstacles if is_open_to(actor, item.route)},
        **told(error),
    )  # fmt: skip


@post("/events/{event_id:str}/publications", name="publications.publish", status_code=303, sync_to_thread=True)
def publish(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        fields = PublishForm.read(form)
        with transaction() as session:
            event = get_event(session, event_id, actor)
            if event.publishes_in_pairs:
                confirming.propose_publication(session, actor, event, fields.title)
                done = gettext("已提出发布，等第二人确认；确认以前什么也没有公开。")
            else:
                done = _published(services.publish(session, actor, event, fields.title))
    except (InvalidError, ConflictError) as error:
        return _index(request, event_id, typed(form), error)
    return redirect(request, url("publications.index", event_id=event_id), flash=done)


def _published(publication: Publication) -> str:
    return gettext("第 %(n)s 版成绩已发布。") % {"n": publication.version}


@post(
    "/events/{event_id:str}/publications/acts/{act_id:str}", name="publications.confirm", status_code=303,
    sync_to_thread=True,
)  # fmt: skip
def confirm(request: Req, event_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    actor, seen = actor_of(request), str(form.get("seen", ""))
    try:
        with transaction() as session:
            event = get_event(session, event_id, actor)
            done = _published(confirming.confirm_publication(session, actor, event, act_id, seen=seen))
    except ConflictError as error:
        return _index(request, event_id, error=error)
    return redirect(request, url("publications.index", event_id=event_id), flash=done)


@post(
    "/events/{event_id:str}/publications/acts/{act_id:str}/refuse", name="publications.refuse", status_code=303,
    sync_to_thread=True,
)  # fmt: skip
def refuse(request: Req, event_id: str, act_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        with transaction() as session:
            event = get_event(session, event_id, actor)
            confirming.refuse_publication(session, actor, event, act_id, str(form.get("reason", "")))
    except (InvalidError, ConflictError) as error:
        return _index(request, event_id, typed(form), error)
    return redirect(request, url("publications.index", event_id=event_id), flash=gettext("没有发布。"))


@get("/events/{event_id:str}/publications/{version:str}/bundle.zip", name="publications.bundle", sync_to_thread=True)
def bundle(request: Req, event_id: str, version: str) -> Response[bytes]:
    with reading() as session:
        found = queries.version_for_desk(session, actor_of(request), event_id, queries.version_number(version))
    return download(found.bundle, f"成绩核验包-{event_id}-v{version}.zip", "application/zip")


@get(
    "/events/{event_id:str}/publications/{version:str}/results.xlsx", name="publications.workbook", sync_to_thread=True
)
def workbook(request: Req, event_id: str, version: str) -> Response[bytes]:
    with reading() as session:
        found = queries.version_for_desk(session, actor_of(request), event_id, queries.version_number(version))
    return download(results_workbook(found.bundle), f"成绩-{event_id}-v{version}.xlsx", XLSX)


router = Router("/", route_handlers=[index, publish, confirm, refuse, bundle, workbook, *HANDLERS])
