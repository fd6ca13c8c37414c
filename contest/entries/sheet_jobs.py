"""What the jobs share that read an uploaded sheet of facts or factors: entries by number, errors back in the sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session, select

from contest.actors import Actor
from contest.competitions.models import Event
from contest.documents.columns import folded
from contest.documents.workbook import CellError, ParsedRow, Sheet, error_workbook
from contest.entries.models import Entry
from contest.entries.planning import shortened
from contest.errors import InvalidError
from contest.i18n import N_, translator
from contest.jobs import services as jobs
from contest.jobs.models import Job
from contest.jobs.worker import JobRun

NO_SUCH = N_("第 %(row)s 行的编号“%(value)s”不在名单里。请核对编号。")


def start_sheet(
    session: Session, actor: Actor, event: Event, kind: str, title: str, data: bytes, filename: str,
    more: Mapping[str, str],
) -> Job:  # fmt: skip
    """Enqueues the reading of an uploaded sheet; `more`: next_url, back_url, language, and what else the job needs."""
    payload = {"event_id": event.id, "filename": filename[:200]} | {k: v for k, v in more.items() if k != "next_url"}
    return jobs.enqueue(session, actor, event.tenant_id, kind, title, payload, input=data, next_url=more["next_url"])


def ids_by_number(session: Session, event: Event) -> dict[str, str]:
    """Folded number -> id of every entry of the event."""
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    return {folded(number): entry_id for number, entry_id in session.exec(select(Entry.number, Entry.id).where(*here))}


def known_rows(
    rows: Sequence[ParsedRow], ids: Mapping[str, str], errors: list[CellError]
) -> Iterator[tuple[ParsedRow, str]]:
    """The rows whose number is in the list, each with its entry; the others go into the errors."""
    for row in rows:
        number = str(row["number"] or "")
        entry_id = ids.get(folded(number))
        if entry_id is not None:
            yield row, entry_id
        elif number:
            errors.append(CellError(row.number, "number", "no_such", {"value": shortened(number)}, NO_SUCH))


def refuse_errors(run: JobRun, sheet: Sheet, errors: Sequence[CellError], words: str) -> None:
    """One error and nothing is written: the sheet comes back with a sentence beside every wrong row (InvalidError)."""
    if not errors:
        return
    filename = str(run.payload["filename"])
    ordered = sorted(errors, key=lambda error: error.row)
    book = error_workbook(sheet, run.input, ordered, translator(run.payload["language"]), filename=filename)
    run.finish(output=book, name=f"{filename.rpartition('.')[0] or filename}-错误说明.xlsx")
    raise InvalidError(words, n=len(ordered))
