"""Name beside code, for sealed slips: the one place that joins them before unsealing, and it is noted each time."""

from __future__ import annotations

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.services import record
from contest.entries import policy
from contest.entries.layering import FIRST, layers_of, lines_of
from contest.entries.layers import NOT_YOURS, get_layer, holds
from contest.entries.queries import EventDesk, entries_of
from contest.entries.spreadsheets import lot_slips_workbook, slips_workbook
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_, Language


def slips(session: Session, actor: Actor, desk: EventDesk, language: Language) -> bytes:
    """The workbook of numbers, names, units and codes.

    Raises:
        ForbiddenError: not an encryption officer, or one who also organizes or judges here.
        ConflictError: the event has layers: nobody holds this map.
    """
    if not policy.can_hold_codes(actor, desk.competition):
        raise ForbiddenError(N_("加密号对照只交给不兼任组织者和裁判的加密裁判。"))
    if layers_of(session, desk.event):
        raise ConflictError(N_("本项目分两层加密，没有从姓名直接到加密号的对照表。请到“分层加密”页。"))
    entries = [entry for entry in entries_of(session, desk.event) if entry.code]
    record(session, actor, desk.event.tenant_id, "download slips", "event", desk.event.id, entries=len(entries))
    records = ({"number": e.number, "name": e.name, "unit": e.unit, "code": e.code} for e in entries)
    return slips_workbook(records, language)


def layer_slips(session: Session, actor: Actor, desk: EventDesk, number: int, language: Language) -> bytes:
    """The one layer that the actor holds: numbers, names, units and lot numbers, or lot numbers and codes.

    Raises:
        ForbiddenError: another officer's layer.
    """
    if not holds(actor, desk.competition, get_layer(session, desk.event, number)):
        raise ForbiddenError(NOT_YOURS)
    lines = lines_of(session, desk.event, number)
    record(session, actor, desk.event.tenant_id, "download slips", "event", desk.event.id, layer=number)
    if number != FIRST:
        return lot_slips_workbook(({"lot": line.source, "code": line.given} for line in lines), language)
    lots = {line.source: line.given for line in lines}
    entries = [entry for entry in entries_of(session, desk.event) if entry.id in lots]
    records = ({"number": e.number, "name": e.name, "unit": e.unit, "lot": lots[e.id]} for e in entries)
    return lot_slips_workbook(records, language, with_names=True)
