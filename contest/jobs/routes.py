"""The progress page of a job, and the file it made."""

from __future__ import annotations

import json
from typing import Any

from litestar import Request, Response, Router, get

from contest.db import reading
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.jobs.models import JobState
from contest.jobs.queries import get_job
from contest.web.pages import XLSX, actor_of, download, is_fragment, page, redirect

Req = Request[Any, Any, Any]

MEDIA_TYPES = {"xlsx": XLSX, "pdf": "application/pdf", "zip": "application/zip", "csv": "text/csv; charset=utf-8"}


@get("/jobs/{tenant_id:str}/{job_id:str}", name="jobs.show", sync_to_thread=True)
def show(request: Req, tenant_id: str, job_id: str) -> Response[str]:
    """How far the job is; the asking page moves on by itself when it is done and leads somewhere."""
    with reading() as session:
        job = get_job(session, actor_of(request), tenant_id, job_id)
    if job.state is JobState.DONE and job.next_url and is_fragment(request):
        return redirect(request, job.next_url)
    back = str(json.loads(job.payload).get("back_url", ""))
    return page(request, "jobs/show.html", blocks=("progress",), job=job, back_url=back, states=JobState)


@get("/jobs/{tenant_id:str}/{job_id:str}/output", name="jobs.output", sync_to_thread=True)
def output(request: Req, tenant_id: str, job_id: str) -> Response[bytes]:
    """The file a job made."""
    with reading() as session:
        job = get_job(session, actor_of(request), tenant_id, job_id)
    if not job.output:
        raise NotFoundError(N_("这项任务没有生成文件。"))
    ending = job.output_name.rpartition(".")[2].lower()
    return download(job.output, job.output_name or job.id, MEDIA_TYPES.get(ending, "application/octet-stream"))


router = Router("/", route_handlers=[show, output])
