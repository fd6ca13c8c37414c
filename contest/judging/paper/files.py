"""Marks that one person imported from a file, seen by a second person in one go.

What a file brings is typed as much as what is typed by hand: its sheets keep a period from being locked until somebody
else has compared them. Here that is one page and one confirmation for all sheets that the file touches, as they stand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from contest.accounts.hands import is_own_or_tied
from contest.actors import Actor
from contest.competitions.models import Event, PeriodState
from contest.competitions.queries import get_event, stage_periods
from contest.core.canonical import digest as digest_of
from contest.core.marks import MISSING, SCORED, format_units
from contest.core.ruleset import RuleSet
from contest.db import like_pattern
from contest.errors import ConflictError, NotFoundError
from contest.i18n import N_
from contest.jobs.models import Job
from contest.judging.marks.importing import KIND, require_typist
from contest.judging.models import MarkRow, Operation, PaperCheck
from contest.judging.paper.unchecked import Rows, typed_sheets, unchecked_sheets
from contest.judging.queries import Where, locate, member_for
from contest.judging.sheet.items import sheet_digest
from contest.ledger import kinds
from contest.ledger.services import append_rows

PER_PAGE = 25
"""Sheets on one page."""
FILES = 50
"""The newest files of an event that are listed."""
Sheet = tuple[str, str, str, str]
"""Stage, period, judge, code."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file as it was uploaded; `sha256` is that of its bytes."""

    id: str
    name: str
    sha256: str
    job: Job


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One mark of a sheet that the file touches; `is_of_file`: it stands as the file brought it."""

    row: MarkRow
    stage: str
    aspect: str
    value: str
    is_of_file: bool


@dataclass(frozen=True, slots=True)
class FileView:
    """The page of one file: its sheets that wait, all their marks some sheets at a time, the digest of all."""

    event: Event
    file: ImportedFile
    sheets: int
    lines: Sequence[MarkLine]
    digest: str
    is_own: bool
    periods: Sequence[Where]


def imported_files(session: Session, event: Event) -> list[tuple[str, str, datetime]]:
    """(id, name of the file, when) of the event's imports, newest first."""
    here = (Job.tenant_id == event.tenant_id, Job.kind == KIND, col(Job.payload).like(_naming(event), escape="\\"))
    query = select(Job.id, Job.payload, Job.created_at).where(*here)
    found = session.exec(query.order_by(col(Job.created_at).desc()).limit(FILES)).all()
    return [(key, str(json.loads(payload)["filename"]), at) for key, payload, at in found]


def _naming(event: Event) -> str:
    return like_pattern(f'"event_id": "{event.id}"')


def _file(session: Session, event: Event, job_id: str) -> ImportedFile:
    job = session.get(Job, (event.tenant_id, job_id))
    if job is None or job.kind != KIND or json.loads(job.payload).get("event_id") != event.id:
        raise NotFoundError(N_("找不到这个文件。"))
    return ImportedFile(job.id, json.loads(job.payload)["filename"], hashlib.sha256(job.input or b"").hexdigest(), job)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What a file has on sheets that nobody else has seen: per period the sheets with their marks."""

    sheets: dict[Sheet, Rows]
    places: Sequence[Where]

    @property
    def digest(self) -> str:
        return digest_of([[*key, sheet_digest(rows)] for key, rows in sorted(self.sheets.items())])


def _waiting(session: Session, event: Event, job_id: str) -> _Waiting:
    touched = set(session.exec(
        select(MarkRow.stage_key, MarkRow.period_key, MarkRow.judge_code, MarkRow.entry_code)
        .where(*_of_event(event), _of_file(job_id), MarkRow.state != MISSING)
        .distinct()
    ).all())  # fmt: skip
    sheets: dict[Sheet, Rows] = {}
    places = []
    for stage, period in stage_periods(session, event):
        if not any(key[:2] == (stage.key, period.key) for key in touched):
            continue
        where = locate(session, period.id)
        rows, waiting = typed_sheets(session, where), unchecked_sheets(session, where)
        mine = [key for key in waiting if (stage.key, period.key, *key) in touched]
        sheets |= {(stage.key, period.key, *key): rows[key][0] for key in mine}
        places += [where] if mine else []
    return _Waiting(sheets, places)


def _of_event(event: Event) -> tuple[bool, ...]:
    return MarkRow.tenant_id == event.tenant_id, MarkRow.event_id == event.id


def _of_file(job_id: str) -> sa.ColumnElement[bool]:
    return col(MarkRow.op_id).like(f"import-{job_id}-%")


def file_view(session: Session, actor: Actor, event_id: str, job_id: str, *, page: int = 1) -> FileView:
    """What a second person compares with the file (NotFoundError, ForbiddenError)."""
    event = get_event(session, event_id, actor)
    require_typist(session, actor, event)
    file, waiting = _file(session, event, job_id), _waiting(session, event, job_id)
    rules = waiting.places[0].rules if waiting.places else None
    keys = sorted(waiting.sheets)
    shown = keys[(page - 1) * PER_PAGE : page * PER_PAGE]
    rows = _rows(session, event, shown) if shown else ()
    lines = [_line(rules, row, job_id) for row in rows] if rules else []
    own = _is_own(session, actor, event, waiting) if keys else False
    return FileView(event, file, len(keys), lines, waiting.digest, own, waiting.places)


def _rows(session: Session, event: Event, keys: Sequence[Sheet]) -> Sequence[MarkRow]:
    m = MarkRow
    place = sa.tuple_(col(m.stage_key), col(m.period_key), col(m.judge_code), col(m.entry_code))
    order = (col(m.stage_key), col(m.period_key), col(m.judge_code), col(m.entry_code), col(m.aspect))
    shown = select(MarkRow).where(*_of_event(event), MarkRow.state != MISSING, place.in_(keys))
    return session.exec(shown.order_by(*order, col(m.repetition))).all()


def _line(rules: RuleSet, row: MarkRow, job_id: str) -> MarkLine:
    stage, aspect = rules.stage(row.stage_key), rules.aspect(row.stage_key, row.aspect)
    value = format_units(row.units, aspect.decimals) if row.state == SCORED and row.units is not None else ""
    return MarkLine(row, stage.title, aspect.title, value, row.op_id.startswith(f"import-{job_id}-"))


def _is_own(session: Session, actor: Actor, event: Event, waiting: _Waiting) -> bool:
    """Whether the actor, or an account tied to theirs, brought any mark of these sheets."""
    senders: set[str] = set()
    o, m = Operation, MarkRow
    query = (
        sa.select(col(m.stage_key), col(m.period_key), col(m.judge_code), col(m.entry_code), col(o.account_id))
        .join(o, sa.and_(col(o.tenant_id) == m.tenant_id, col(o.op_id) == m.op_id))
        .where(col(m.tenant_id) == event.tenant_id, col(m.event_id) == event.id, col(m.state) != MISSING)
        .distinct()
    )
    for *key, sender in session.connection().execute(query):
        if sender and tuple(key) in waiting.sheets:
            senders.add(sender)
    return is_own_or_tied(session, actor, senders)


def confirm_file(session: Session, actor: Actor, event_id: str, job_id: str, *, seen: str) -> int:
    """The second person's word on all sheets of the file that wait; how many. A wrong one is rejected on its own page.

    Raises:
        ForbiddenError, NotFoundError: as `file_view`.
        ConflictError: nothing waits, a period is not open, changed since the page was drawn, or the same person.
    """
    event = get_event(session, event_id, actor)
    require_typist(session, actor, event)
    append_rows(session.connection(), event.tenant_id, event.competition_id, [])  # holds the chain
    file, waiting = _file(session, event, job_id), _waiting(session, event, job_id)
    if not waiting.sheets:
        raise ConflictError(N_("这个文件没有等待核对的评分表。"))
    for where in waiting.places:
        session.refresh(where.period)
        if where.period.state is not PeriodState.OPEN:
            raise ConflictError(N_("评分没有开放，不能核对。"))
    if _is_own(session, actor, event, waiting):
        raise ConflictError(N_("这个文件里有您自己（或由您办账号的人）录入的分，请另一个人核对。"))
    if seen != waiting.digest:
        raise ConflictError(N_("打开页面以后分数变了，请对照文件重新核对。"))
    _put(session, actor, event, file, waiting)
    return len(waiting.sheets)


def _put(session: Session, actor: Actor, event: Event, file: ImportedFile, waiting: _Waiting) -> None:
    seats = {where.stage.key: member_for(session, actor, where.stage) for where in waiting.places}
    keys = sorted(waiting.sheets)
    checks = []
    for key in keys:
        seat = seats[key[0]]
        checks.append(PaperCheck(
            tenant_id=event.tenant_id, event_id=event.id, stage_key=key[0], period_key=key[1], judge_code=key[2],
            entry_code=key[3], digest=sheet_digest(waiting.sheets[key]), is_confirmed=True,
            by_code=seat.code if seat else "organizer", ledger_seq=0,
        ))  # fmt: skip
    data = [
        {"event": event.id, "stage": one.stage_key, "period": one.period_key, "entry": one.entry_code,
         "judge": one.judge_code, "digest": one.digest, "state": "confirmed", "reason": "", "by": one.by_code,
         "file": file.sha256}
        for one in checks
    ]  # fmt: skip
    made = append_rows(
        session.connection(), event.tenant_id, event.competition_id, [(kinds.PAPER_CHECK, one) for one in data]
    )
    for check, row in zip(checks, made, strict=True):
        check.ledger_seq = row.seq
    session.add_all(checks)
    session.flush()
