"""Factors from a sheet, as one job: all rows right, or none is written and the sheet comes back with its errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlmodel import Session, select

from contest.actors import Actor
from contest.competitions.models import Event
from contest.competitions.queries import get_event, rules_in_force
from contest.db import reading, transaction
from contest.documents.columns import folded
from contest.documents.workbook import CellError, Parsed, ParsedRow, error_workbook, parse_sheet
from contest.entries.factors import FactorInput, FactorPlace, factor_places, factor_value, set_factors
from contest.entries.importing import job_actor
from contest.entries.models import Entry
from contest.entries.planning import REFUSED, RowError, shortened
from contest.entries.spreadsheets import factor_sheet
from contest.errors import InvalidError
from contest.i18n import N_, translator
from contest.jobs import services as jobs
from contest.jobs.models import Job
from contest.jobs.worker import JobRun, register

KIND = "entries.factors"
NO_SUCH = N_("第 %(row)s 行的编号“%(value)s”不在名单里。请核对编号。")
NO_ROUND = N_("第 %(row)s 行“%(title)s”没有第 %(repetition)s 轮，最多 %(most)s 轮。")
TWICE = N_("第 %(row)s 行与第 %(first_row)s 行是同一个编号的同一轮。请删去一行。")


def start_factors(session: Session, actor: Actor, event: Event, data: bytes, filename: str, **urls: str) -> Job:
    """Enqueues the reading of an uploaded factor sheet."""
    payload = {"event_id": event.id, "filename": filename[:200]} | {key: urls[key] for key in ("back_url", "language")}
    return jobs.enqueue(
        session, actor, event.tenant_id, KIND, N_("导入难度系数"), payload, input=data, next_url=urls["next_url"]
    )


def read_factors(run: JobRun) -> None:
    """Reads and writes a factor sheet; safe to run twice, because the same factor again changes nothing."""
    filename, language = str(run.payload["filename"]), run.payload["language"]
    with reading() as session:
        event = get_event(session, str(run.payload["event_id"]))
        rules = rules_in_force(session, event)
        sheet = factor_sheet(rules)
        parsed = parse_sheet(sheet, run.input, filename=filename)
        run.progress(0, parsed.row_count)
        errors, inputs = _rows(parsed, factor_places(rules), _ids(session, event))
    if errors:
        book = error_workbook(sheet, run.input, errors, translator(language), filename=filename)
        run.finish(output=book, name=f"{filename.rpartition('.')[0] or filename}-错误说明.xlsx")
        raise InvalidError(N_("有 %(n)s 处错误，一个系数也没有写入。请下载带说明的表，改好后再上传。"), n=len(errors))
    with transaction() as session:
        changed = set_factors(session, job_actor(session, run), event, inputs)
    run.progress(parsed.row_count, parsed.row_count)
    run.finish(result={"changed": changed})


def _ids(session: Session, event: Event) -> dict[str, str]:
    rows = session.exec(
        select(Entry.number, Entry.id).where(Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    )
    return {folded(number): entry_id for number, entry_id in rows}


def _rows(
    parsed: Parsed, places: list[FactorPlace], ids: Mapping[str, str]
) -> tuple[list[CellError], list[FactorInput]]:
    most: dict[tuple[str, str], FactorPlace] = {(place.stage, place.aspect): place for place in places}
    errors, inputs = list(parsed.errors), []
    first: dict[tuple[str, int], int] = {}
    for row in parsed.rows:
        number = str(row["number"] or "")
        entry_id = ids.get(folded(number))
        if entry_id is None:
            if number:
                errors.append(CellError(row.number, "number", "no_such", {"value": shortened(number)}, NO_SUCH))
            continue
        repetition = int(str(row["repetition"] or 1))
        seen = first.setdefault((entry_id, repetition), row.number)
        if seen != row.number:
            errors.append(CellError(row.number, "number", "twice", {"first_row": seen}, TWICE))
            continue
        inputs += list(_values(row, entry_id, repetition, most, errors))
    errors.sort(key=lambda error: error.row)
    return errors, inputs


def _values(
    row: ParsedRow, entry_id: str, repetition: int, most: Mapping[tuple[str, str], FactorPlace],
    errors: list[CellError],
) -> Iterator[FactorInput]:  # fmt: skip
    """The filled factors of one row; a blank cell says nothing and leaves what is there."""
    for (stage, aspect), last in most.items():
        key = f"{stage}|{aspect}"
        text = str(row[key] or "")
        if not text:
            continue
        title = last.aspect_title
        if repetition > last.repetition:
            params = {"title": title, "repetition": repetition, "most": last.repetition}
            errors.append(CellError(row.number, key, "no_round", params, NO_ROUND))
            continue
        try:
            yield FactorInput(entry_id, stage, aspect, repetition, factor_value(text))
        except InvalidError as error:
            errors.append(RowError(row.number, key, "refused", {"title": title}, REFUSED, error))


register(KIND, read_factors)
