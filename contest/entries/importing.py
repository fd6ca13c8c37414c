"""Import of a sheet as two jobs: a dry run that only looks, and a commit that writes all or nothing, once."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from contest.accounts.queries import actor_for, get_account
from contest.actors import SYSTEM, Actor
from contest.audit.services import record
from contest.competitions.models import Competition, Event
from contest.competitions.queries import competition_of, get_event
from contest.db import new_id, now, reading, transaction
from contest.documents.workbook import Parsed, error_workbook, parse_sheet
from contest.entries import policy
from contest.entries.drawing import draw_missing, is_drawn
from contest.entries.guards import locked_event, require_state
from contest.entries.models import Entry, EntryState, Member
from contest.entries.numbering import next_numbers
from contest.entries.planning import Plan, fingerprint, make_plan, unit_notices
from contest.entries.queries import default_kind
from contest.entries.spreadsheets import SHEET
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_, translator
from contest.jobs import services as jobs
from contest.jobs.models import Job
from contest.jobs.worker import JobRun, register

CHECK, COMMIT = "entries.check", "entries.import"
SHOWN = 100
"""Errors and duplicates listed on the page; the workbook has them all."""


def start_check(session: Session, actor: Actor, event: Event, data: bytes, filename: str, **urls: str) -> Job:
    """Enqueues the dry run of an uploaded sheet. `urls`: next_url (with {job} for its id), back_url, language."""
    payload = {"event_id": event.id, "filename": filename[:200]} | {key: urls[key] for key in ("back_url", "language")}
    job = jobs.enqueue(session, actor, event.tenant_id, CHECK, N_("检查参赛名单"), payload, input=data)
    job.next_url = urls["next_url"].replace("JOB", job.id)
    session.add(job)
    return job


def start_commit(session: Session, actor: Actor, event: Event, check: Job, **urls: str) -> Job:
    """Enqueues the commit of a checked sheet.

    Raises:
        ConflictError: the check found errors or nothing new, or the sheet is already in.
    """
    result = json.loads(check.result)
    if result.get("committed"):
        raise ConflictError(N_("这份名单已经导入，没有重复导入。"))
    if not result.get("ok") or not result.get("new"):
        raise ConflictError(N_("这份名单还有错误，或者没有新的参赛，不能导入。"))
    payload = {"event_id": event.id, "check_id": check.id, "back_url": urls["back_url"]}
    return jobs.enqueue(session, actor, event.tenant_id, COMMIT, N_("导入参赛名单"), payload, next_url=urls["next_url"])


def check(run: JobRun) -> None:
    """The dry run: its result is shown on the preview page, its output is the workbook with errors."""
    filename = str(run.payload["filename"])
    parsed = parse_sheet(SHEET, run.input, filename=filename)
    run.progress(0, parsed.row_count)
    with reading() as session:
        event = _event_for(session, run)
        plan = make_plan(session, event, parsed, run.progress)
    run.progress(parsed.row_count, parsed.row_count)
    language = run.payload["language"]
    output = b""
    if plan.errors:
        output = error_workbook(SHEET, run.input, plan.errors, translator(language), filename=filename)
    stem = filename.rpartition(".")[0] or filename
    run.finish(result=_summary(parsed, plan, language), output=output or None, name=f"{stem}-错误说明.xlsx")


def _summary(parsed: Parsed, plan: Plan, language: Any) -> dict[str, object]:
    translate = translator(language)
    return {
        "ok": not plan.errors,
        "rows": parsed.row_count,
        "first_row": parsed.header_row + 1,
        "last_row": parsed.last_row,
        "sheet": parsed.sheet,
        "new": len(plan.new),
        "known": len(plan.known),
        "known_rows": [{"row": item.row, "name": item.name, "number": item.number} for item in plan.known[:SHOWN]],
        "bad_rows": len({error.row for error in plan.errors}),
        "problems": len(plan.errors),
        "errors": [{"row": error.row, "words": error.words(translate)} for error in plan.errors[:SHOWN]],
        "warnings": [notice.words(translate) for notice in parsed.warnings],
        "unlinked": unit_notices(plan.unlinked),
        "ambiguous": unit_notices(plan.ambiguous),
    }


def _event_for(session: Session, run: JobRun) -> Event:
    """The job's event, if the person who asked may still fill it."""
    event = get_event(session, str(run.payload["event_id"]))
    _require_right(session, run, event, competition_of(session, event))
    return event


def _require_right(session: Session, run: JobRun, event: Event, competition: Competition) -> None:
    if not policy.can_manage_entries(job_actor(session, run), competition):
        raise ForbiddenError(N_("只有组织者可以导入参赛名单。"))
    require_state(event, policy.CHANGEABLE)


def job_actor(session: Session, run: JobRun) -> Actor:
    """Who asked for the job, with today's roles."""
    return actor_for(session, get_account(session, run.account_id)) if run.account_id else SYSTEM


def commit(run: JobRun) -> None:
    """Writes every new row of the checked sheet in one transaction, which also notes that it is done.

    Reading, checking and planning happen before the write lock is taken; the plan is made again only when somebody
    added an entry in between. Run twice, the second run finds the note and does nothing.
    """
    with reading() as session:
        event = _event_for(session, run)
        checked = session.get_one(Job, (run.tenant_id, str(run.payload["check_id"])))
        filename = str(json.loads(checked.payload)["filename"])
        parsed = parse_sheet(SHEET, checked.input or b"", filename=filename)
        plan = make_plan(session, event, parsed, run.progress)
    with transaction() as session:
        added = _commit(session, run, parsed, plan)
    run.progress(parsed.row_count, parsed.row_count)
    run.finish(result={"added": added})


def _commit(session: Session, run: JobRun, parsed: Parsed, plan: Plan) -> int:
    event, competition = locked_event(session, run.tenant_id, str(run.payload["event_id"]))
    _require_right(session, run, event, competition)
    query = select(Job).where(Job.tenant_id == run.tenant_id, Job.id == str(run.payload["check_id"]))
    checked = session.exec(query.with_for_update()).one()
    note = json.loads(checked.result)
    if note.get("committed"):
        return int(note["committed"])
    if fingerprint(session, event) != plan.seen:
        plan = make_plan(session, event, parsed)
    if plan.errors:
        words = plan.errors[0].words()
        raise ConflictError(N_("预览以后名单有变化，没有导入任何一行：%(words)s 请重新上传检查。"), words=words)
    write_plan(session, event, plan)
    if is_drawn(session, event):
        draw_missing(session, event, competition)
    checked.result = json.dumps(note | {"committed": len(plan.new)}, ensure_ascii=False)
    session.add(checked)
    record(session, job_actor(session, run), event.tenant_id, "import", "event", event.id, entries=len(plan.new))
    return len(plan.new)


def write_plan(session: Session, event: Event, plan: Plan) -> None:
    """Inserts the planned entries and members: two prepared statements, no objects."""
    numbers = next_numbers(session, event, taken={item.fields.number for item in plan.new})
    kind, moment = default_kind(session, event), now()
    entries: list[dict[str, object]] = []
    members: list[dict[str, object]] = []
    for item in plan.new:
        fields, entry_id = item.fields, new_id()
        number = fields.number or next(numbers)
        entries.append({
            "tenant_id": event.tenant_id, "id": entry_id, "event_id": event.id, "kind": fields.kind or kind,
            "number": number, "name": fields.name, "unit": fields.unit, "organization_id": fields.organization_id,
            "worker_number": fields.worker_number, "phone": fields.phone, "salt": "", "detail": "{}",
            "state": EntryState.REGISTERED, "created_at": moment,
        })  # fmt: skip
        members += [
            {"tenant_id": event.tenant_id, "id": new_id(), "entry_id": entry_id, "name": name, "position": position}
            for position, name in enumerate(fields.members)
        ]
    connection = session.connection()
    connection.execute(insert(Entry), entries)
    if members:
        connection.execute(insert(Member), members)


def get_check(session: Session, actor: Actor, event: Event, job_id: str) -> Job | None:
    """The dry run of that id, if it is this actor's and this event's."""
    query = select(Job).where(Job.tenant_id == event.tenant_id, Job.id == job_id, col(Job.kind) == CHECK)
    job = session.exec(query).first()
    if job is None or json.loads(job.payload).get("event_id") != event.id:
        return None
    return job if actor.is_system or job.account_id == actor.account_id else None


register(CHECK, check)
register(COMMIT, commit)
