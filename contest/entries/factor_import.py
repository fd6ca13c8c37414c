"""Factors from a sheet, as one job: all rows right, or none is written and the sheet comes back with its errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlmodel import Session

from contest.actors import Actor
from contest.competitions.models import Event
from contest.competitions.queries import get_event, rules_in_force
from contest.db import reading, transaction
from contest.documents.workbook import CellError, Parsed, ParsedRow, parse_sheet
from contest.entries.factors import FactorInput, FactorPlace, factor_places, factor_value, set_factors
from contest.entries.importing import job_actor
from contest.entries.planning import REFUSED, RowError
from contest.entries.sheet_jobs import ids_by_number, known_rows, refuse_errors, start_sheet
from contest.entries.spreadsheets import factor_sheet
from contest.errors import InvalidError
from contest.i18n import N_
from contest.jobs.models import Job
from contest.jobs.worker import JobRun, register

KIND = "entries.factors"
NO_ROUND = N_("第 %(row)s 行“%(title)s”没有第 %(repetition)s 轮，最多 %(most)s 轮。")
TWICE = N_("第 %(row)s 行与第 %(first_row)s 行是同一个编号的同一轮。请删去一行。")


def start_factors(session: Session, actor: Actor, event: Event, data: bytes, filename: str, **urls: str) -> Job:
    """Enqueues the reading of an uploaded factor sheet."""
    return start_sheet(session, actor, event, KIND, N_("导入难度系数"), data, filename, urls)


def read_factors(run: JobRun) -> None:
    """Reads and writes a factor sheet; safe to run twice, because the same factor again changes nothing."""
    with reading() as session:
        event = get_event(session, str(run.payload["event_id"]))
        rules = rules_in_force(session, event)
        sheet = factor_sheet(rules)
        parsed = parse_sheet(sheet, run.input, filename=str(run.payload["filename"]))
        run.progress(0, parsed.row_count)
        errors, inputs = _rows(parsed, factor_places(rules), ids_by_number(session, event))
    refuse_errors(run, sheet, errors, N_("有 %(n)s 处错误，一个系数也没有写入。请下载带说明的表，改好后再上传。"))
    with transaction() as session:
        changed = set_factors(session, job_actor(session, run), event, inputs)
    run.progress(parsed.row_count, parsed.row_count)
    run.finish(result={"changed": changed})


def _rows(
    parsed: Parsed, places: list[FactorPlace], ids: Mapping[str, str]
) -> tuple[list[CellError], list[FactorInput]]:
    most: dict[tuple[str, str], FactorPlace] = {(place.stage, place.aspect): place for place in places}
    errors, inputs = list(parsed.errors), []
    first: dict[tuple[str, int], int] = {}
    for row, entry_id in known_rows(parsed.rows, ids, errors):
        repetition = int(str(row["repetition"] or 1))
        seen = first.setdefault((entry_id, repetition), row.number)
        if seen != row.number:
            errors.append(CellError(row.number, "number", "twice", {"first_row": seen}, TWICE))
            continue
        inputs += list(_values(row, entry_id, repetition, most, errors))
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
