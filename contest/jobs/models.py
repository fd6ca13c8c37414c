"""Background work as rows of one table: claimed with a lease, safe to run twice, resumed after a crash."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlmodel import Field

from contest.db import TenantRow, choice_field, now, utc_field


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(TenantRow, table=True):
    """One piece of long work. `payload` and `result` are JSON texts; `input` and `output` are files."""

    __tablename__ = "job"

    kind: str = Field(index=True, max_length=60)
    title: str = Field(default="", max_length=200)
    account_id: str | None = Field(default=None, index=True)
    state: JobState = choice_field(JobState, default=JobState.WAITING, index=True)
    payload: str = "{}"
    input: bytes | None = Field(default=None, sa_type=LargeBinary)
    output: bytes | None = Field(default=None, sa_type=LargeBinary)
    output_name: str = ""
    result: str = "{}"
    done: int = 0
    total: int = 0
    error: str = ""
    next_url: str = ""
    created_at: datetime = utc_field(default_factory=now)
    leased_until: datetime | None = utc_field(default=None)
    attempts: int = 0
    finished_at: datetime | None = utc_field(default=None)
