"""Facts from a sheet, as one job: all rows right, or none is written and the sheet comes back with its errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlmodel import Session

from contest.actors import Actor
from contest.competitions.models import Event
from contest.competitions.queries import get_event, rules_in_force
from contest.db import reading, transaction
from contest.documents.workbook import CellError, ParsedRow, Sheet, parse_sheet
from contest.entries.facts import FactInput, plan_facts, set_facts
from contest.entries.importing import job_actor
from contest.entries.planning import REFUSED, RowError
from contest.entries.sheet_jobs import ids_by_number, known_rows, refuse_errors, start_sheet
from contest.entries.spreadsheets import fact_sheet
from contest.errors import DomainError
from contest.i18n import N_
from contest.jobs.models import Job
from contest.jobs.worker import JobRun, register

KIND = "entries.facts"
TWICE = N_("第 %(row)s 行与第 %(first_row)s 行是同一个编号。请删去一行。")
Inputs = dict[tuple[str, str], tuple[FactInput, ParsedRow]]
"""(entry id, field key) -> the fact and the row that gives it."""


def start_facts(
    session: Session, actor: Actor, event: Event, data: bytes, filename: str, reason: str, **urls: str
) -> Job:
    """Enqueues the reading of an uploaded sheet of facts; `reason` stands for every change in it."""
    return start_sheet(
        session, actor, event, KIND, N_("导入登记事项"), data, filename, urls | {"reason": reason}
    )  # fmt: skip


def read_facts(run: JobRun) -> None:
    """Reads and writes a sheet of facts; safe to run twice, because the same fact again changes nothing."""
    reason = str(run.payload["reason"])
    with reading() as session:
        event = get_event(session, str(run.payload["event_id"]))
        sheet = fact_sheet(rules_in_force(session, event))
        parsed = parse_sheet(sheet, run.input, filename=str(run.payload["filename"]))
        run.progress(0, parsed.row_count)
        errors = list(parsed.errors)
        inputs = _inputs(parsed.rows, ids_by_number(session, event), errors)
        plan = plan_facts(session, event, [wanted for wanted, _ in inputs.values()], reason)
        errors += [_error(sheet, inputs[place][1], place[1], why) for place, why in plan.problems.items()]
    refuse_errors(run, sheet, errors, N_("有 %(n)s 处错误，一项也没有写入。请下载带说明的表，改好后再上传。"))
    with transaction() as session:
        wanted = [wanted for wanted, _ in inputs.values()]
        changed = set_facts(session, job_actor(session, run), event, wanted, reason=reason)
    run.progress(parsed.row_count, parsed.row_count)
    run.finish(result={"changed": changed})


def _inputs(rows: Sequence[ParsedRow], ids: Mapping[str, str], errors: list[CellError]) -> Inputs:
    """The filled cells; a blank one says nothing and leaves what is there."""
    found: Inputs = {}
    first: dict[str, int] = {}
    for row, entry_id in known_rows(rows, ids, errors):
        if first.setdefault(entry_id, row.number) != row.number:
            errors.append(CellError(row.number, "number", "twice", {"first_row": first[entry_id]}, TWICE))
            continue
        for key, value in row.values.items():
            if key.startswith("fact|") and value is not None:
                text = format(value, "f") if isinstance(value, Decimal) else str(value)
                found[entry_id, key] = FactInput(entry_id, key, text), row
    return found


def _error(sheet: Sheet, row: ParsedRow, key: str, why: DomainError) -> CellError:
    return RowError(row.number, key, "refused", {"title": sheet.column(key).title()}, REFUSED, why)


register(KIND, read_facts)
