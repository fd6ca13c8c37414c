"""Claims jobs with a lease and runs them. A killed worker's job is claimed again when its lease ends, so every
handler must be safe to run twice.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from contest.db import now, reading, transaction
from contest.errors import DomainError
from contest.i18n import N_
from contest.jobs.models import Job, JobState

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 3
CRASHED = N_("后台处理出错，没有完成，也没有留下半截数据。请重试；如果仍然这样，请把编号 %(reference)s 告诉管理员。")


@dataclass
class JobRun:
    """What a handler sees of its job."""

    tenant_id: str
    id: str
    account_id: str | None
    payload: Mapping[str, Any]
    input: bytes

    def progress(self, done: int, total: int) -> None:
        """Shows n of N and renews the lease."""
        self._set(done=done, total=total, leased_until=now() + LEASE)

    def finish(
        self, *, result: Mapping[str, object] | None = None, output: bytes | None = None, name: str = ""
    ) -> None:
        """Keeps the outcome for the progress page: JSON and, if any, one file."""
        self._set(result=json.dumps(result or {}, ensure_ascii=False), output=output, output_name=name)

    def _set(self, **values: object) -> None:
        with transaction() as session:
            _update(session, self.tenant_id, self.id, **values)


Handler = Callable[[JobRun], None]
_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    _handlers[kind] = handler


def _update(session: Session, tenant_id: str, job_id: str, **values: object) -> None:
    session.exec(update(Job).where(col(Job.tenant_id) == tenant_id, col(Job.id) == job_id).values(**values))


def claim() -> JobRun | None:
    """The oldest waiting job, or one whose worker died, now leased to us."""
    with transaction() as session:
        free = or_(
            col(Job.state) == JobState.WAITING,
            (col(Job.state) == JobState.RUNNING) & (col(Job.leased_until) < now()),
        )
        query = select(Job).where(free).order_by(col(Job.created_at)).limit(1).with_for_update(skip_locked=True)
        job = session.exec(query).first()
        if job is None:
            return None
        job.state = JobState.RUNNING
        job.attempts += 1
        job.leased_until = now() + LEASE
        session.add(job)
        return JobRun(job.tenant_id, job.id, job.account_id, json.loads(job.payload), job.input or b"")


def run(job: JobRun) -> None:
    """Runs one claimed job to its end; a domain error is its answer, any other error is retried, then told."""
    with reading() as session:
        row = session.get_one(Job, (job.tenant_id, job.id))
        kind, attempts = row.kind, row.attempts
    try:
        _handlers[kind](job)
        outcome: dict[str, object] = {"state": JobState.DONE, "error": ""}
    except DomainError as error:
        outcome = {"state": JobState.FAILED, "error": error.message % error.params if error.params else error.message}
    except Exception:
        log.exception("job failed", kind=kind, job=job.id, attempt=attempts)
        if attempts < MAX_ATTEMPTS:
            outcome = {"state": JobState.WAITING}
        else:
            outcome = {"state": JobState.FAILED, "error": CRASHED % {"reference": job.id}}
    with transaction() as session:
        _update(session, job.tenant_id, job.id, finished_at=now(), leased_until=None, **outcome)


def run_pending() -> int:
    """Runs every waiting job now, in this thread (tests, seeds); returns how many."""
    count = 0
    while job := claim():
        run(job)
        count += 1
    return count


class Worker(threading.Thread):
    """The serving process's own worker: looks for work, sleeps half a second when there is none."""

    def __init__(self) -> None:
        super().__init__(name="jobs", daemon=True)
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                job = claim()
                if job is not None:
                    run(job)
                    continue
            except Exception:
                log.exception("the job worker stumbled; it goes on")
            self._stop_asked.wait(0.5)

    def stop(self) -> None:
        self._stop_asked.set()
