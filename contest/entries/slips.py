"""Name beside code, for sealed slips: the one place that joins them before unsealing, and it is noted each time."""

from __future__ import annotations

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.services import record
from contest.entries import policy
from contest.entries.queries import EventDesk, entries_of
from contest.entries.spreadsheets import slips_workbook
from contest.errors import ForbiddenError
from contest.i18n import N_, Language


def slips(session: Session, actor: Actor, desk: EventDesk, language: Language) -> bytes:
    """The workbook of numbers, names, units and codes.

    Raises:
        ForbiddenError: not an encryption officer, or one who also organizes or judges here.
    """
    if not policy.can_hold_codes(actor, desk.competition):
        raise ForbiddenError(N_("加密号对照只交给不兼任组织者和裁判的加密裁判。"))
    entries = [entry for entry in entries_of(session, desk.event) if entry.code]
    record(session, actor, desk.event.tenant_id, "download slips", "event", desk.event.id, entries=len(entries))
    records = ({"number": e.number, "name": e.name, "unit": e.unit, "code": e.code} for e in entries)
    return slips_workbook(records, language)
