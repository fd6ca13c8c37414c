"""Marks from a file, as one job: every row is judged before the first is written; then batches through the writer.

Judges, recusals, factors and tie measures of the file go first, in one transaction. Safe to run twice: an operation's
id is made of the job and the row, so that a repeated row is a duplicate.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, select

from contest.actors import Actor
from contest.competitions.models import Event, PeriodState, Stage
from contest.competitions.queries import competition_of, get_event, stage_periods
from contest.db import reading, transaction
from contest.documents.workbook import CellError, ParsedRow, error_workbook, parse_sheet
from contest.entries.factors import FactorInput, set_factors
from contest.entries.guards import locked_event
from contest.entries.importing import job_actor
from contest.entries.measures import set_measures
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.i18n import N_, gettext, translator
from contest.jobs import services as jobs
from contest.jobs.models import Job
from contest.jobs.worker import JobRun, register
from contest.judging.marks.planning import Plan, make_plan
from contest.judging.marks.spreadsheets import MARKS_SHEET
from contest.judging.marks.writer import announce, submit
from contest.judging.models import OperationResult, PanelMember
from contest.judging.panel import recusals
from contest.judging.panel import services as panels
from contest.judging.panel.marked import MarkedError
from contest.judging.panel.recusing import recuse
from contest.judging.policy import can_type
from contest.judging.queries import member_for, members_of

KIND = "judging.import"
BY_CODE = N_(
    "文件里有按加密号写的回避，一个分也没有写入：加密号还没有解密，组织者不能按加密号登记回避，那会说出是谁的作品。请在裁判组页按姓名登记，或由裁判长导入。"
)
MARKED_IN_FILE = N_(
    "%(judge)s 已经给 %(code)s 评过分，文件里却写的是回避，一个分也没有写入。请在裁判组页登记回避，由两个人办理。"
)
BATCH = 100


def start_import(
    session: Session, actor: Actor, event: Event, data: bytes, filename: str, *, makes_judges: bool, reason: str,
    **urls: str,
) -> Job:  # fmt: skip
    """Enqueues the reading of an uploaded marks file.

    Raises:
        ForbiddenError: neither organizer, nor clerk or chief judge of one of the stages.
        ConflictError: nothing is open for scoring.
    """
    require_typist(session, actor, event)
    if not any(period.state is PeriodState.OPEN for _, period in stage_periods(session, event)):
        raise ConflictError(N_("现在没有开放的评分，不能导入分数。"))
    payload: dict[str, object] = {"event_id": event.id, "filename": filename[:200], "makes_judges": makes_judges}
    payload |= {"reason": reason[:300], "back_url": urls["back_url"], "language": urls["language"]}
    return jobs.enqueue(
        session, actor, event.tenant_id, KIND, N_("导入分数"), payload, input=data, next_url=urls["next_url"]
    )


def require_typist(session: Session, actor: Actor, event: Event) -> None:
    """Raises ForbiddenError unless the actor types marks in at least one stage."""
    competition = competition_of(session, event)
    stages = session.exec(select(Stage).where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id)).all()
    seats: list[PanelMember | None] = [member_for(session, actor, stage) for stage in stages]
    if not any(can_type(actor, competition, seat) for seat in [None, *seats]):
        raise ForbiddenError(N_("只有录分员、裁判长和组织者可以录入分数。"))


def run_import(run: JobRun) -> None:
    """Reads, judges and writes a marks file."""
    filename = str(run.payload["filename"])
    with reading() as session:
        event = get_event(session, str(run.payload["event_id"]))
        actor = job_actor(session, run)
    parsed = parse_sheet(MARKS_SHEET, run.input, filename=filename)
    run.progress(0, parsed.row_count)
    plan = _plan(run, actor, event, parsed.rows)
    _refuse_errors(run, filename, [*parsed.errors, *plan.errors])
    with transaction() as session:
        event, _ = locked_event(session, event.tenant_id, event.id)  # before the chain, as everybody does
        _make_panel(session, actor, event, plan)
        _write_facts(session, actor, event, plan)
    _write(run, actor, plan)
    announce(event.id)


def _plan(run: JobRun, actor: Actor, event: Event, rows: Sequence[ParsedRow]) -> Plan:
    makes_judges, reason = bool(run.payload["makes_judges"]), str(run.payload["reason"])
    with reading() as session:
        return make_plan(session, actor, event, rows, makes_judges=makes_judges, key=run.id, reason=reason)


def _refuse_errors(run: JobRun, filename: str, errors: Sequence[CellError]) -> None:
    """One error and nothing is written: the file comes back with a sentence beside every wrong row."""
    if not errors:
        return
    ordered = sorted(errors, key=lambda error: error.row)
    translate = translator(run.payload["language"])
    book = error_workbook(MARKS_SHEET, run.input, ordered, translate, filename=filename)
    run.finish(output=book, name=f"{filename.rpartition('.')[0] or filename}-错误说明.xlsx")
    raise InvalidError(N_("有 %(n)s 处错误，一个分也没有写入。请下载带说明的表，改好后再上传。"), n=len(ordered))


def _write(run: JobRun, actor: Actor, plan: Plan) -> None:
    """Batch by batch, so that judges at work wait for none of it longer than for one batch.

    A batch that meets a mark or a lock newer than the plan keeps those rows as evidence for the chief judge.
    """
    operations = [operation for _, operation in plan.operations]
    refused = 0
    for start in range(0, len(operations), BATCH):
        answers = submit(actor, operations[start : start + BATCH]).result(60)
        refused += sum((a.get("first") or a["result"]) != OperationResult.ACCEPTED for a in answers)
        run.progress(min(start + BATCH, len(operations)), len(operations))
    run.finish(result={"marks": len(operations), "refused": refused})
    if refused:
        left = N_("核对之后评分有了变化：%(n)s 个分没有采纳，留在裁判长工作台等裁判长决定；其余已经写入。")
        raise ConflictError(left, n=refused)


def _make_panel(session: Session, actor: Actor, event: Event, plan: Plan) -> None:
    """The external judges and recusals of a file; what a first run has made is left alone."""
    stages = {s.key: s for s in session.exec(
        select(Stage).where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id))}  # fmt: skip
    known = {(line.stage.key, line.member.code) for line in members_of(session, event)}
    for stage, code in plan.judges:
        if (stage, code) not in known:
            panels.appoint_external(session, actor, stages[stage], gettext("外请评委") + f" {code}", code=code)
    if not plan.recusals:
        return
    members = {(line.stage.key, line.member.code): line.member for line in members_of(session, event)}
    entries = {e.code: e for e in session.exec(
        select(Entry).where(Entry.tenant_id == event.tenant_id, Entry.event_id == event.id))}  # fmt: skip
    for stage, judge, code in plan.recusals:
        if (stage, judge) in members:
            _recuse(session, actor, stages[stage], members[stage, judge], entries[code])


def _recuse(session: Session, actor: Actor, stage: Stage, member: PanelMember, entry: Entry) -> None:
    """What stands already stays; a file is one person's hand: who may recuse by it, and when, is as on the page."""
    if recusals.standing(session, member, entry):
        return
    if recusals.is_by_name(session, actor, session.get_one(Event, (stage.tenant_id, stage.event_id))):
        raise ConflictError(BY_CODE)  # the panel's page would name, to the same person, who stands behind the code
    try:
        recuse(session, actor, member, entry, gettext("导入"), member_for(session, actor, stage))
    except MarkedError as error:
        raise ConflictError(MARKED_IN_FILE, judge=member.code, code=entry.code or "") from error


def _write_facts(session: Session, actor: Actor, event: Event, plan: Plan) -> None:
    """Factors before the marks: what an entry declares decides which of its places are expected."""
    if plan.factors:
        here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
        ids = {code: key for code, key in session.exec(select(Entry.code, Entry.id).where(*here)) if code}
        inputs = [
            FactorInput(ids[code], stage, aspect, repetition, value)
            for (code, stage, aspect, repetition), (value, _) in plan.factors.items()
        ]
        set_factors(session, actor, event, inputs)
    if plan.measures:
        set_measures(session, actor, event, {key: value for key, (value, _) in plan.measures.items()})


register(KIND, run_import)
