"""Bringing a rubric in from a workbook: read outside any transaction, saved whole or not at all."""

from __future__ import annotations

from sqlmodel import Session, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, RubricReport
from contest.competitions.parts import Document
from contest.competitions.rubric_reading import RubricUpload, read_rubric
from contest.competitions.spreadsheets import RUBRIC_SHEET
from contest.competitions.worldskills import marking_scheme_grid, read_marking_scheme
from contest.db import now
from contest.documents.workbook import error_workbook
from contest.i18n import gettext


def read_upload(document: Document, stage_id: str, data: bytes, filename: str) -> RubricUpload:
    """The document with the uploaded rubric in it: our own template, or a WorldSkills marking scheme.

    `stage_id` is the stage that a marking scheme belongs to. Takes up to seconds (a child process reads the file).

    Raises:
        WorkbookRefused: the file can't be read.
    """
    grid = marking_scheme_grid(data, filename)
    if grid is not None:
        return read_marking_scheme(document, stage_id, grid)
    return read_rubric(document, data, filename)


def marked_workbook(upload: RubricUpload, data: bytes, filename: str) -> bytes | None:
    """The uploaded workbook with its wrong cells red; None where the layout is not ours to mark."""
    if not upload.errors or not upload.errors_in_sheet:
        return None
    return error_workbook(RUBRIC_SHEET, data, upload.errors, gettext, filename=filename)


def report_of(session: Session, event: Event) -> RubricReport | None:
    """The last refused upload of the event."""
    return session.exec(
        select(RubricReport).where(RubricReport.tenant_id == event.tenant_id, RubricReport.event_id == event.id)
    ).first()


def keep_report(session: Session, actor: Actor, event: Event, filename: str, data: bytes) -> None:
    """Keeps a marked workbook for download, in place of an earlier one."""
    report = report_of(session, event) or RubricReport(
        tenant_id=event.tenant_id, event_id=event.id, file_name="", data=b""
    )
    report.file_name, report.data, report.made_at = filename[:200], data, now()
    session.add(report)
    record(session, actor, event.tenant_id, "refuse", "rubric_upload", event.id, file=filename[:200])
