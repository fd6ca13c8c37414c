"""The organizer's page: preview, publish, versions with their bundle and workbook."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.errors import InvalidError
from contest.i18n import gettext
from contest.publications import queries, services
from contest.publications.forms import PublishForm
from contest.publications.public_routes import HANDLERS
from contest.publications.spreadsheets import results_workbook
from contest.web.forms import messages, typed
from contest.web.pages import XLSX, actor_of, download, page, redirect, url

Req = Request[Any, Any, Any]


@get("/events/{event_id:str}/publications", name="publications.index", sync_to_thread=True)
def index(request: Req, event_id: str) -> Response[str]:
    return _index(request, event_id)


def _index(
    request: Req, event_id: str, values: dict[str, str] | None = None, error: InvalidError | None = None
) -> Response[str]:
    with reading() as session:
        view = queries.publications_view(session, actor_of(request), event_id)
    status = 422 if error else 200
    shown = values or {"title": gettext("%(event)s成绩") % {"event": view.event.title}}
    return page(request, "publications/index.html", status=status, view=view, values=shown, errors=messages(error))


@post("/events/{event_id:str}/publications", name="publications.publish", status_code=303, sync_to_thread=True)
def publish(request: Req, event_id: str, form: FormMultiDict) -> Response[str]:
    actor = actor_of(request)
    try:
        fields = PublishForm.read(form)
        with transaction() as session:
            publication = services.publish(session, actor, get_event(session, event_id, actor), fields.title)
    except InvalidError as error:
        return _index(request, event_id, typed(form), error)
    done = gettext("第 %(n)s 版成绩已发布。") % {"n": publication.version}
    return redirect(request, url("publications.index", event_id=event_id), flash=done)


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


router = Router("/", route_handlers=[index, publish, bundle, workbook, *HANDLERS])
