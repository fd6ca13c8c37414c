"""A job is its owner's."""

from __future__ import annotations

from contest.actors import Actor
from contest.jobs.models import Job

ROUTES: dict[str, frozenset[str]] = {
    "jobs.show": frozenset({"signed_in"}),
    "jobs.output": frozenset({"signed_in"}),
}


def can_see_job(actor: Actor, job: Job) -> bool:
    return actor.is_system or (job.account_id is not None and job.account_id == actor.account_id)
