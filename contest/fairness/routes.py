"""The stages of an event, the making of a report, and the report as page and PDF."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import FormMultiDict

from contest.competitions.queries import get_event
from contest.db import reading, transaction
from contest.fairness import queries, rendering, services, wording
from contest.fairness.forms import MakeForm
from contest.fairness.pictures import pictures
from contest.web.pages import PDF, actor_of, download, page, redirect, url

Call = Request[Any, Any, Any]


@get("/events/{event_id:str}/fairness", name="fairness.index", sync_to_thread=True)
def index(request: Call, event_id: str) -> Response[str]:
    with reading() as session:
        view = queries.report_list(session, actor_of(request), event_id)
    return page(request, "fairness/index.html", view=view)


@post("/events/{event_id:str}/fairness", name="fairness.make", status_code=303, sync_to_thread=True)
def make(request: Call, event_id: str, form: FormMultiDict) -> Response[str]:
    fields, back = MakeForm.read(form), url("fairness.index", event_id=event_id)
    with transaction() as session:
        event = get_event(session, event_id, actor_of(request))
        stage = queries.stage_by_key(session, event, fields.stage)
        job = services.order_report(session, actor_of(request), event, stage, next_url=back, back_url=back)
    return redirect(request, url("jobs.show", tenant_id=job.tenant_id, job_id=job.id))


@get("/events/{event_id:str}/fairness/{report_id:str}", name="fairness.show", sync_to_thread=True)
def show(request: Call, event_id: str, report_id: str) -> Response[str]:
    with reading() as session:
        view = queries.report_view(session, actor_of(request), event_id, report_id)
    return page(request, "fairness/show.html", view=view, pictures=pictures(view.body), wording=wording)


@get("/events/{event_id:str}/fairness/{report_id:str}/report.pdf", name="fairness.pdf", sync_to_thread=True)
def pdf(request: Call, event_id: str, report_id: str) -> Response[bytes]:
    with reading() as session:
        view = queries.report_view(session, actor_of(request), event_id, report_id)
    return download(rendering.report_pdf(view), f"{view.event.title}-{view.stage.key}.pdf", PDF, inline=True)


router = Router("/", route_handlers=[index, make, show, pdf])
