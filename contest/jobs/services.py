"""Enqueuing."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlmodel import Session

from contest.actors import Actor
from contest.jobs.models import Job


def enqueue(
    session: Session,
    actor: Actor,
    tenant_id: str,
    kind: str,
    title: str,
    payload: Mapping[str, object],
    *,
    input: bytes | None = None,  # noqa: A002 (the file that goes in)
    next_url: str = "",
) -> Job:
    """A job row in the caller's transaction: it exists exactly when the business change does.

    `payload` is JSON; `next_url` is where the progress page leads when the job is done.
    """
    job = Job(
        tenant_id=tenant_id,
        kind=kind,
        title=title,
        account_id=actor.account_id,
        payload=json.dumps(payload, ensure_ascii=False, sort_keys=True),
        input=input,
        next_url=next_url,
    )
    session.add(job)
    session.flush()
    return job
