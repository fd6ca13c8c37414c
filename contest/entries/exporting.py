"""The list as a workbook: at once when it is short, as a job when it is long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session

from contest.actors import Actor
from contest.db import reading
from contest.entries.importing import job_actor
from contest.entries.models import Entry, EntryState
from contest.entries.queries import EventDesk, entries_of, event_desk, members_of
from contest.entries.spreadsheets import entries_workbook
from contest.errors import ForbiddenError
from contest.i18n import N_, Language
from contest.jobs import services as jobs
from contest.jobs.models import Job
from contest.jobs.worker import JobRun, register

KIND = "entries.export"
AT_ONCE = 2000
"""Entries exported while the person waits (about 0.3 s)."""
STATES = {EntryState.REGISTERED: N_("已报名"), EntryState.WITHDRAWN: N_("已退赛")}


def export_now(session: Session, desk: EventDesk, language: Language) -> bytes | None:
    """The workbook, or None when there are too many entries to make it while somebody waits."""
    entries = entries_of(session, desk.event, with_withdrawn=True)
    return _workbook(session, desk, entries, language) if len(entries) <= AT_ONCE else None


def start_export(session: Session, actor: Actor, desk: EventDesk, language: Language, back_url: str) -> Job:
    """Enqueues the export of a long list."""
    payload = {"event_id": desk.event.id, "language": language, "back_url": back_url}
    return jobs.enqueue(session, actor, desk.event.tenant_id, KIND, N_("导出参赛名单"), payload)


def export(run: JobRun) -> None:
    """The job: the same workbook, kept as the job's file."""
    with reading() as session:
        desk = event_desk(session, job_actor(session, run), str(run.payload["event_id"]))
        entries = entries_of(session, desk.event, with_withdrawn=True)
        run.progress(0, len(entries))
        book = _workbook(session, desk, entries, run.payload["language"])
    run.progress(len(entries), len(entries))
    run.finish(output=book, name=file_name(desk))


def file_name(desk: EventDesk) -> str:
    return f"{desk.event.title}-参赛名单.xlsx"


def _workbook(session: Session, desk: EventDesk, entries: Sequence[Entry], language: Language) -> bytes:
    if not desk.sees_all:
        raise ForbiddenError(N_("只有组织者可以导出参赛名单。"))
    members = members_of(session, desk.event.tenant_id, [entry.id for entry in entries])
    return entries_workbook(_records(desk, entries, members), with_codes=desk.shows_codes, language=language)


def _records(
    desk: EventDesk, entries: Sequence[Entry], members: dict[str, tuple[str, ...]]
) -> Iterator[Mapping[str, object]]:
    """The code key is absent, not merely hidden, while the event is blind."""
    for entry in entries:
        code = {"code": entry.code} if desk.shows_codes else {}
        yield code | {
            "number": entry.number, "name": entry.name, "kind": entry.kind.value, "unit": entry.unit,
            "worker_number": entry.worker_number, "phone": entry.phone, "members": "、".join(members.get(entry.id, ())),
            "state": STATES[entry.state],
        }  # fmt: skip


register(KIND, export)
