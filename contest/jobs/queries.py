"""Reading jobs."""

from __future__ import annotations

from sqlmodel import Session

from contest.actors import Actor
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.jobs.models import Job
from contest.jobs.policy import can_see_job


def get_job(session: Session, actor: Actor, tenant_id: str, job_id: str) -> Job:
    """The job, for its owner.

    Raises:
        NotFoundError: none, or somebody else's.
    """
    job = session.get(Job, (tenant_id, job_id))
    if job is None or not can_see_job(actor, job):
        raise NotFoundError(N_("找不到这项后台任务。"))
    return job
