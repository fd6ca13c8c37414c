"""The register's sheets read as jobs: all rows right, or none is written and the sheet comes back with its errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from contest.actors import Actor
from contest.db import reading, transaction
from contest.documents.columns import folded
from contest.documents.workbook import CellError, Parsed, ParsedRow, error_workbook, parse_sheet
from contest.entries.importing import job_actor
from contest.entries.planning import shortened
from contest.errors import ForbiddenError, InvalidError
from contest.i18n import N_, translator
from contest.jobs import services as jobs
from contest.jobs.models import Job
from contest.jobs.worker import JobRun, register
from contest.projects import reporting
from contest.projects.money import fen
from contest.projects.progress import Progress
from contest.projects.queries import RegisterDesk, contest_months, progress_of, projects_of, register_desk
from contest.projects.registering import ProjectInput, register_projects
from contest.projects.reporting import Said
from contest.projects.spreadsheets import sheet_of

KIND = "projects.import"
NO_SUCH = N_("第 %(row)s 行的编号“%(value)s”不在台账里。请核对编号。")
NO_MILESTONE = N_("第 %(row)s 行的节点“%(value)s”不在这个工程的计划里。请按计划里的名称写。")
NO_MONTH = N_("第 %(row)s 行的月份“%(value)s”看不懂。请写成 2026-03。")
TWICE = N_("第 %(row)s 行与第 %(first_row)s 行说的是同一件事。请删去一行。")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?(?:[-/.]?0?1(?:日|\s.*)?)?")
MANAGED = frozenset({"projects", "milestones", "checks", "reached_checks"})
REPORTED = frozenset({"reports", "reached"})


@dataclass(slots=True)
class Reading:
    """One sheet being read: what its rows will do, and what is wrong with them."""

    progress: Mapping[str, Progress]
    months: list[str]
    errors: list[CellError] = field(default_factory=list)
    first: dict[tuple[str, ...], int] = field(default_factory=dict)

    def refuse(self, row: ParsedRow, key: str, message: str, **params: object) -> None:
        self.errors.append(CellError(row.number, key, "refused", params, message))

    def project(self, row: ParsedRow) -> Progress | None:
        """The project a row is about."""
        found = self.progress.get(folded(str(row["number"] or "")))
        if found is None and row["number"]:
            self.refuse(row, "number", NO_SUCH, value=shortened(str(row["number"])))
        return found

    def is_second(self, row: ParsedRow, *key: str) -> bool:
        first = self.first.setdefault(key, row.number)
        if first != row.number:
            self.refuse(row, "number", TWICE, first_row=first)
        return first != row.number


def start_import(
    session: Session, actor: Actor, found: RegisterDesk, what: str, data: bytes, filename: str, **urls: str
) -> Job:
    """Enqueues the reading of a sheet. `what`: which one; `urls`: next_url, back_url, language.

    Raises:
        ForbiddenError: organizers register and check, unit contacts report.
    """
    require_kind(found, what)
    payload = {"event_id": found.event.id, "what": what, "filename": filename[:200]}
    payload |= {key: urls[key] for key in ("back_url", "language")}
    return jobs.enqueue(
        session, actor, found.event.tenant_id, KIND, N_("导入工程数据"), payload, input=data, next_url=urls["next_url"]
    )


def require_kind(found: RegisterDesk, what: str) -> None:
    """ForbiddenError for a sheet that is not this actor's to fill."""
    if what not in kinds_of(found):
        raise ForbiddenError(N_("台账、计划和核定由组织者导入，上报由单位联系人导入。"))


def kinds_of(found: RegisterDesk) -> frozenset[str]:
    """The sheets that this actor may bring."""
    return (MANAGED if found.can_manage else frozenset()) | (REPORTED if found.is_contact else frozenset())


def read_sheet(run: JobRun) -> None:
    """Reads and writes a sheet; safe to run twice, because the same again changes nothing."""
    filename, language, what = str(run.payload["filename"]), run.payload["language"], str(run.payload["what"])
    with reading() as session:
        actor = job_actor(session, run)
        found = register_desk(session, actor, str(run.payload["event_id"]))
        require_kind(found, what)
        months = contest_months(found.desk, found.register)
        sheet = sheet_of(what, months)
        parsed = parse_sheet(sheet, run.input, filename=filename)
        run.progress(0, parsed.row_count)
        by_number = {folded(one.entry.number): one for one in progress_of(session, projects_of(session, found))}
    state = Reading(by_number, months, list(parsed.errors))
    write = _READERS[what](parsed, state)
    if state.errors:
        errors = sorted(state.errors, key=lambda error: error.row)
        book = error_workbook(sheet, run.input, errors, translator(language), filename=filename)
        run.finish(output=book, name=f"{filename.rpartition('.')[0] or filename}-错误说明.xlsx")
        raise InvalidError(N_("有 %(n)s 处错误，一行也没有写入。请下载带说明的表，改好后再上传。"), n=len(errors))
    with transaction() as session:
        written = write(session, actor, found)
    run.progress(parsed.row_count, parsed.row_count)
    run.finish(result={"written": written})


Write = Callable[[Session, Actor, RegisterDesk], int]


def _projects(parsed: Parsed, state: Reading) -> Write:
    inputs = [
        ProjectInput(
            name=str(row["name"] or ""), number=str(row["number"] or ""), owner=str(row["owner"] or ""),
            contractor=str(row["contractor"] or ""), group_name=str(row["group"] or ""),
            investment=_fen(row["investment"]) or 0,
            plan={month: amount for month in state.months if (amount := _fen(row[f"plan|{month}"])) is not None},
        )
        for row in parsed.rows
        if not parsed.errors
    ]  # fmt: skip
    return lambda session, actor, found: len(
        register_projects(session, actor, found.event, inputs, reason="Excel 导入")
    )


def _fen(value: object) -> int | None:
    return fen(value) if isinstance(value, Decimal) else None


def _milestones(parsed: Parsed, state: Reading) -> Write:
    wanted: dict[str, dict[str, date]] = {}
    for row in parsed.rows:
        one, day, name = state.project(row), row["day"], str(row["milestone"] or "")
        if one is None or not isinstance(day, date) or state.is_second(row, one.entry.number, name):
            continue
        wanted.setdefault(folded(one.entry.number), {})[name] = day
    inputs = [_with_milestones(state.progress[number], days) for number, days in wanted.items()]
    return lambda session, actor, found: len(
        register_projects(session, actor, found.event, inputs, reason="Excel 导入")
    )


def _with_milestones(one: Progress, days: Mapping[str, date]) -> ProjectInput:
    project = one.project
    return ProjectInput(
        one.entry.name, one.entry.number, project.owner, project.contractor, project.group_name, project.investment,
        milestones=days,
    )  # fmt: skip


def _amounts(parsed: Parsed, state: Reading) -> list[Said]:
    said = []
    for row in parsed.rows:
        one, month, amount = state.project(row), month_text(str(row["month"] or "")), _fen(row["amount"])
        if row["month"] and month is None:
            state.refuse(row, "month", NO_MONTH, value=shortened(str(row["month"])))
        if one is None or month is None or amount is None or state.is_second(row, one.entry.number, month):
            continue
        said.append(Said(one.project, month, amount=amount, note=str(row["note"] or "")))
    return said


def _days(parsed: Parsed, state: Reading) -> list[Said]:
    said = []
    for row in parsed.rows:
        one, name, day = state.project(row), str(row["milestone"] or ""), row["day"]
        lines = one.milestones if one else ()
        line = next((line for line in lines if folded(line.milestone.name) == folded(name)), None)
        if one is not None and name and line is None:
            state.refuse(row, "milestone", NO_MILESTONE, value=shortened(name))
        if one is None or line is None or state.is_second(row, one.entry.number, name):
            continue
        done_on = day if isinstance(day, date) else None
        said.append(Said(one.project, milestone=line.milestone, done_on=done_on, note=str(row["note"] or "")))
    return said


def month_text(typed: str) -> str | None:
    """2026-03 from what people write: 2026-3, 2026/03, 2026年3月, 202603, a date of that month; None otherwise."""
    found = _MONTH.fullmatch(typed.strip())
    if found is None or not 1 <= int(found[2]) <= 12:  # noqa: PLR2004 (months)
        return None
    return f"{found[1]}-{int(found[2]):02d}"


def _reports(parsed: Parsed, state: Reading) -> Write:
    said = _amounts(parsed, state)
    return lambda session, actor, found: reporting.report(session, actor, found.event, said)


def _reached(parsed: Parsed, state: Reading) -> Write:
    said = _days(parsed, state)
    return lambda session, actor, found: reporting.report(session, actor, found.event, said)


def _checks(parsed: Parsed, state: Reading) -> Write:
    said = _amounts(parsed, state)
    return lambda session, actor, found: reporting.check(session, actor, found.event, said)


def _reached_checks(parsed: Parsed, state: Reading) -> Write:
    said = _days(parsed, state)
    return lambda session, actor, found: reporting.check(session, actor, found.event, said)


_READERS: Mapping[str, Callable[[Parsed, Reading], Write]] = {
    "projects": _projects, "milestones": _milestones, "reports": _reports, "reached": _reached, "checks": _checks,
    "reached_checks": _reached_checks,
}  # fmt: skip

register(KIND, read_sheet)
