"""Entering, changing, withdrawing and restoring entries; the draw, factors and vetoes have modules of their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, delete, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.gates import require_not_begun
from contest.competitions.models import Competition, Event
from contest.entries import policy
from contest.entries.drawing import assign_codes, draw_missing, is_drawn
from contest.entries.factors import FactorInput, set_factors
from contest.entries.guards import check_unit, event_of, locked_event, refuse_sealed, require_state
from contest.entries.inputs import EntryInput, cleaned
from contest.entries.models import Entry, EntryState, Member
from contest.entries.numbering import next_numbers
from contest.entries.queries import default_kind, members_of
from contest.entries.superseding import RESTORED, WITHDRAWN
from contest.entries.vetoes import give_veto, withdraw_veto
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger.services import append
from contest.organizations.models import Organization
from contest.organizations.queries import NameIndex, name_index

__all__ = [
    "EntryInput", "FactorInput", "add_entries", "add_entry", "assign_codes", "give_veto", "restore_entry",
    "set_factors", "update_entry", "withdraw_entry", "withdraw_veto",
]  # fmt: skip


def add_entry(session: Session, actor: Actor, event: Event, fields: EntryInput) -> Entry:
    """One more entry; see `add_entries`."""
    return add_entries(session, actor, event, [fields])[0]


def add_entries(session: Session, actor: Actor, event: Event, inputs: Sequence[EntryInput]) -> list[Entry]:
    """Enters all or none. Numbers left empty are given in order; units are linked by their name; once the draw
    has taken place, each draws its own code at once.

    Raises:
        ForbiddenError: a unit contact enters for another unit.
        ConflictError: the event takes no more entries, or a stage to which entries advance has begun.
        InvalidError: something typed can't be taken, or the number is used already.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    manages = policy.can_manage_entries(actor, competition)
    require_state(event, policy.CHANGEABLE if manages else policy.BEFORE_SCORING)
    require_not_begun(session, event)
    units = name_index(session, event.tenant_id)
    tidy = [cleaned(fields) for fields in inputs]
    numbers = next_numbers(session, event, taken={fields.number for fields in tidy})
    kind = default_kind(session, event)
    added = []
    for fields in tidy:
        linked = _linked_unit(session, actor, competition, fields, units)
        if fields.number:
            _refuse_taken_number(session, event, fields.number, names=manages)
        entry = Entry(
            tenant_id=event.tenant_id, event_id=event.id, kind=fields.kind or kind, name=fields.name,
            number=fields.number or next(numbers), unit=fields.unit or (linked.name if linked else ""),
            organization_id=linked.id if linked else None,
            account_id=fields.account_id, worker_number=fields.worker_number, phone=fields.phone,
        )  # fmt: skip
        session.add(entry)
        session.flush()
        _set_members(session, entry, fields.members)
        record(session, actor, event.tenant_id, "create", "entry", entry.id, number=entry.number)
        added.append(entry)
    if added and is_drawn(session, event):
        draw_missing(session, event, competition)
    return added


def _linked_unit(
    session: Session, actor: Actor, competition: Competition, fields: EntryInput, units: NameIndex
) -> Organization | None:
    """The organization behind the unit: as chosen, else found by name; within what the actor may enter for."""
    found = fields.organization_id or units.find(fields.unit)
    organization = session.get(Organization, found) if found else None
    if organization is not None and organization.tenant_id != competition.tenant_id:
        organization = None
    if not policy.can_enter_for(actor, competition, organization.path if organization else None):
        raise ForbiddenError(N_("您只能为自己单位的人员和项目报名。"))
    return organization


def _refuse_taken_number(session: Session, event: Event, number: str, but: str = "", *, names: bool) -> None:
    """InvalidError; whose number it is hear managers only: a unit contact could ask for every name that way."""
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    query = select(Entry.name).where(*here, Entry.number == number, col(Entry.id) != but)
    name = session.exec(query).first()
    if name is not None:
        words = N_("编号 %(number)s 已经给了“%(name)s”，请换一个，或留空由系统编号。")
        taken = DomainError(words, number=number, name=name if names else "—")
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"number": taken})


def _set_members(session: Session, entry: Entry, names: Sequence[str]) -> None:
    session.exec(delete(Member).where(col(Member.tenant_id) == entry.tenant_id, col(Member.entry_id) == entry.id))
    for position, name in enumerate(names):
        session.add(Member(tenant_id=entry.tenant_id, entry_id=entry.id, name=name, position=position))
    session.flush()


def update_entry(session: Session, actor: Actor, entry: Entry, fields: EntryInput, *, reason: str = "") -> None:
    """Corrects an entry. After the draw only with a reason (another name under the same code could be another
    person), and the number stays: it may be the code.

    Raises:
        ForbiddenError, ConflictError, InvalidError: as `add_entries`; no reason given after the draw; a judge of the
            new unit has marked the entry, so that their marks would go with it (`judging.panel.marked`).
    """
    event, competition = event_of(session, entry)
    _require_own(session, actor, competition, entry)
    manages = policy.can_manage_entries(actor, competition)
    require_state(event, policy.CHANGEABLE if manages else policy.BEFORE_SCORING)
    tidy = cleaned(fields)
    before = {"name": entry.name, "unit": entry.unit, "members": members_of(session, entry.tenant_id, [entry.id])}
    if entry.code is not None:
        _require_reason(reason)
    elif tidy.number and tidy.number != entry.number:
        _refuse_taken_number(session, event, tidy.number, but=entry.id, names=manages)
        entry.number = tidy.number
    linked = _linked_unit(session, actor, competition, tidy, name_index(session, entry.tenant_id))
    former, entry.organization_id = entry.organization_id, linked.id if linked else None
    entry.name, entry.kind = tidy.name, tidy.kind or entry.kind
    entry.unit = tidy.unit or (linked.name if linked else "")
    entry.worker_number, entry.phone = tidy.worker_number, tidy.phone
    session.add(entry)
    _set_members(session, entry, tidy.members)
    if entry.organization_id != former:
        check_unit(session, event, entry)
    detail = {"before": before, "name": tidy.name, "unit": tidy.unit, "members": tidy.members, "reason": reason}
    record(session, actor, entry.tenant_id, "update", "entry", entry.id, **detail)


def _require_own(session: Session, actor: Actor, competition: Competition, entry: Entry) -> None:
    organization = session.get(Organization, entry.organization_id) if entry.organization_id else None
    if not policy.can_enter_for(actor, competition, organization.path if organization else None):
        raise ForbiddenError(N_("您只能修改自己单位的参赛。"))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        missing = DomainError(N_("请写明理由。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"reason": missing})


def withdraw_entry(session: Session, actor: Actor, entry: Entry, reason: str) -> None:
    """Takes an entry out of the contest; its row, and after the draw its code, stay.

    Raises:
        ForbiddenError, InvalidError: another unit's; no reason.
        ConflictError: it is withdrawn already, the event takes no changes any more (all is locked: then it is a
            correction by two persons), or a stage to which entries advance has begun (another would take the place,
            after the judges have begun).
    """
    _move(session, actor, entry, reason, to=EntryState.WITHDRAWN)


def restore_entry(session: Session, actor: Actor, entry: Entry, reason: str) -> None:
    """Takes a withdrawn entry back in; after the draw it draws a code if it had none.

    Raises:
        ForbiddenError, InvalidError, ConflictError: as `withdraw_entry`.
    """
    _move(session, actor, entry, reason, to=EntryState.REGISTERED)


def _move(session: Session, actor: Actor, entry: Entry, reason: str, *, to: EntryState) -> None:
    event, competition = event_of(session, entry)
    _require_own(session, actor, competition, entry)
    refuse_sealed(event)
    require_state(event, policy.CHANGEABLE if policy.can_manage_entries(actor, competition) else policy.BEFORE_SCORING)
    _require_reason(reason)
    if entry.state is to:
        raise ConflictError(N_("“%(name)s”已经是这个状态，没有重复操作。"), name=entry.name)
    require_not_begun(session, event)
    entry.state = to
    session.add(entry)
    session.flush()
    state = WITHDRAWN if to is EntryState.WITHDRAWN else RESTORED
    if entry.code is not None:
        data = {"event": event.id, "entry": entry.code, "state": state, "reason": reason}
        append(session, competition, kinds.WITHDRAWAL, data)
    elif to is EntryState.REGISTERED and is_drawn(session, event):
        draw_missing(session, event, competition)
    record(session, actor, entry.tenant_id, state, "entry", entry.id, reason=reason)
