"""Reading entries. Before unsealing no line of these carries a name and a code together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, true
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.competitions.models import Competition, Event, RuleSetVersion
from contest.competitions.queries import competition_of, get_event, newest_version
from contest.db import in_batches, like_pattern
from contest.entries import policy
from contest.entries.models import Entry, EntryKind, EntryState, Factor, Member, Veto
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class EventDesk:
    """An event as its entries' pages need it: what is blind, and what this actor may do here."""

    competition: Competition
    event: Event
    entry_kind: EntryKind
    is_blind: bool
    sees_all: bool
    paths: Sequence[str]
    can_manage: bool
    can_enter: bool
    can_draw: bool
    can_set_factors: bool

    @property
    def shows_codes(self) -> bool:
        """Whether a code may stand beside a name: not blind at all, or unsealed by a publication."""
        return not self.is_blind or self.event.state in policy.UNSEALED


def event_desk(session: Session, actor: Actor, event_id: str) -> EventDesk:
    """The desk of an event.

    Raises:
        NotFoundError: no such event for this actor.
        ForbiddenError: they may see the event, but no names yet.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    kind, is_blind = _kind_and_blindness(session, event)
    paths = policy.contact_paths(actor, competition)
    is_open = not is_blind or event.state in policy.UNSEALED
    desk = EventDesk(
        competition, event, kind, is_blind,
        sees_all=policy.can_see_names(actor, competition, is_open=is_open),
        paths=paths,
        can_manage=policy.can_manage_entries(actor, competition) and event.state in policy.CHANGEABLE,
        can_enter=(policy.can_manage_entries(actor, competition) and event.state in policy.CHANGEABLE)
        or (bool(paths) and event.state in policy.BEFORE_SCORING),
        can_draw=policy.can_draw(actor, competition),
        can_set_factors=policy.can_set_factors(actor, competition),
    )  # fmt: skip
    if not (desk.sees_all or paths or desk.can_draw):
        raise ForbiddenError(N_("解密以前，参赛名单只对组织者开放；裁判和监督请按加密号工作。"))
    return desk


def _kind_and_blindness(session: Session, event: Event) -> tuple[EntryKind, bool]:
    """From the rule set in force, or the draft; blind as long as nothing says otherwise."""
    if event.rule_set_id:
        version: RuleSetVersion | None = session.get(RuleSetVersion, (event.tenant_id, event.rule_set_id))
    else:
        version = newest_version(session, event)
    document = json.loads(version.document) if version else {}
    kind = str(document.get("entry_kind", "person"))
    is_blind = document.get("blind", True) is not False
    return EntryKind(kind) if kind in set(EntryKind) else EntryKind.PERSON, is_blind


def is_blind(session: Session, event: Event) -> bool:
    """Whether judges see codes instead of names."""
    return _kind_and_blindness(session, event)[1]


def default_kind(session: Session, event: Event) -> EntryKind:
    """What the rule set says is scored."""
    return _kind_and_blindness(session, event)[0]


def entries_of(session: Session, event: Event, *, with_withdrawn: bool = False) -> Sequence[Entry]:
    """The entries of an event by number; withdrawn ones only if asked for."""
    state = true() if with_withdrawn else col(Entry.state) == EntryState.REGISTERED
    query = select(Entry).where(_of_event(event), state)
    return session.exec(query.order_by(func.length(Entry.number), col(Entry.number))).all()


def _of_event(event: Event) -> ColumnElement[bool]:
    return and_(col(Entry.tenant_id) == event.tenant_id, col(Entry.event_id) == event.id)


def _of_entry(row: Any) -> ColumnElement[bool]:
    """A member's, factor's or veto's row joined to its entry."""
    return and_(col(row.tenant_id) == col(Entry.tenant_id), col(row.entry_id) == col(Entry.id))


def factors_of(session: Session, event: Event) -> Sequence[tuple[Entry, Factor]]:
    """Every factor of an event with its entry."""
    query = select(Entry, Factor).join(Factor, _of_entry(Factor)).where(_of_event(event))
    return session.exec(query.order_by(col(Factor.id))).all()


def vetoes_of(session: Session, event: Event) -> Sequence[tuple[Entry, Veto]]:
    """Every veto in force of an event with its entry."""
    query = select(Entry, Veto).join(Veto, _of_entry(Veto)).where(_of_event(event), col(Veto.withdrawn_at).is_(None))
    return session.exec(query.order_by(col(Veto.id))).all()


def members_of(session: Session, tenant_id: str, entry_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Entry id -> its members' names in their order."""
    found: dict[str, tuple[str, ...]] = {}
    for batch in in_batches(entry_ids):
        query = select(Member.entry_id, Member.name).where(
            Member.tenant_id == tenant_id, col(Member.entry_id).in_(batch)
        )
        for entry_id, name in session.exec(query.order_by(col(Member.position))):
            found[entry_id] = (*found.get(entry_id, ()), name)
    return found


def entry_factors(session: Session, entry: Entry) -> Sequence[Factor]:
    query = select(Factor).where(Factor.tenant_id == entry.tenant_id, Factor.entry_id == entry.id)
    return session.exec(query.order_by(col(Factor.stage_key), col(Factor.aspect), col(Factor.repetition))).all()


def entry_vetoes(session: Session, entry: Entry) -> Sequence[Veto]:
    """Every veto of an entry, withdrawn ones too, oldest first."""
    query = select(Veto).where(Veto.tenant_id == entry.tenant_id, Veto.entry_id == entry.id)
    return session.exec(query.order_by(col(Veto.created_at), col(Veto.id))).all()


def get_entry(session: Session, desk: EventDesk, entry_id: str) -> Entry:
    """An entry of this event that the actor may see.

    Raises:
        NotFoundError: none.
    """
    query = select(Entry).where(_of_event(desk.event), Entry.id == entry_id, _visible(desk))
    found = session.exec(query).first()
    if found is None:
        raise NotFoundError(N_("找不到这个参赛。"))
    return found


def _visible(desk: EventDesk) -> ColumnElement[bool]:
    """A unit contact sees the entries of the own subtree only."""
    if desk.sees_all:
        return true()
    if not desk.paths:
        return false()
    below = or_(*(col(Organization.path).startswith(path) for path in desk.paths))
    own = select(Organization.id).where(Organization.tenant_id == desk.event.tenant_id, below)
    return col(Entry.organization_id).in_(own)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of the list. `code` is empty unless the desk shows codes; `phone` is masked."""

    id: str
    number: str
    name: str
    kind: EntryKind
    unit: str
    is_linked: bool
    members: tuple[str, ...]
    worker_number: str
    phone: str
    state: EntryState
    code: str


@dataclass(frozen=True, slots=True)
class EntryCounts:
    """How many entries the actor sees here, by what filters ask for."""

    total: int = 0
    registered: int = 0
    withdrawn: int = 0
    unlinked: int = 0
    drawn: int = 0
    told: int = 0


SORTS: Mapping[str, tuple[Any, ...]] = {
    "number": (func.length(Entry.number), col(Entry.number)),
    "name": (col(Entry.name),),
    "unit": (col(Entry.unit),),
    "created": (col(Entry.created_at),),
}
FILTERS = ("registered", "withdrawn", "unlinked", "told", "untold")


def counts(session: Session, desk: EventDesk) -> EntryCounts:
    """The figures above the list, in one query."""
    registered = col(Entry.state) == EntryState.REGISTERED
    unlinked = and_(registered, col(Entry.organization_id).is_(None), col(Entry.unit) != "")
    query = select(
        func.count(),
        func.count().filter(registered),
        func.count().filter(col(Entry.state) == EntryState.WITHDRAWN),
        func.count().filter(unlinked),
        func.count().filter(and_(registered, col(Entry.code).is_not(None))),
        func.count().filter(and_(registered, col(Entry.detail) != "{}")),
    ).where(_of_event(desk.event), _visible(desk))  # type: ignore[call-overload]
    return EntryCounts(*session.exec(query).one())


def entry_lines(
    session: Session, desk: EventDesk, *, search: str = "", only: str = "", sort: str = "number",
    descending: bool = False, offset: int = 0, limit: int = 50,
) -> tuple[list[EntryLine], int]:  # fmt: skip
    """One page of the entries the actor may see as lines, and how many match in all."""
    entries, total = entries_page(
        session, desk, search=search, only=only, sort=sort, descending=descending, offset=offset, limit=limit
    )
    members = members_of(session, desk.event.tenant_id, [entry.id for entry in entries])
    return [_line(desk, entry, members.get(entry.id, ())) for entry in entries], total


def entries_page(
    session: Session, desk: EventDesk, *, search: str = "", only: str = "", sort: str = "number",
    descending: bool = False, offset: int = 0, limit: int = 50,
) -> tuple[Sequence[Entry], int]:  # fmt: skip
    """One page of the entries the actor may see, and how many match in all."""
    condition = and_(_of_event(desk.event), _visible(desk), _matches(desk, search), _filtered(only))
    total = session.exec(select(func.count()).select_from(Entry).where(condition)).one()
    order = [key.desc() if descending else key.asc() for key in SORTS[sort]]
    query = select(Entry).where(condition).order_by(*order, col(Entry.id)).offset(offset).limit(limit)
    return session.exec(query).all(), total


def _matches(desk: EventDesk, search: str) -> ColumnElement[bool]:
    """By name, unit, numbers and members; by code only where codes are shown, else the search would tell them."""
    if not search:
        return true()
    pattern = like_pattern(search)
    columns = [Entry.name, Entry.unit, Entry.number, Entry.worker_number]
    texts = [col(column).ilike(pattern, escape="\\") for column in columns]
    if desk.shows_codes:
        texts.append(col(Entry.code).ilike(pattern, escape="\\"))
    named = exists().where(_of_entry(Member), col(Member.name).ilike(pattern, escape="\\"))
    return or_(*texts, named)


def _filtered(only: str) -> ColumnElement[bool]:
    if only == "unlinked":
        return and_(
            col(Entry.state) == EntryState.REGISTERED, col(Entry.organization_id).is_(None), col(Entry.unit) != ""
        )
    if only in {"told", "untold"}:
        untold = col(Entry.detail) == "{}"
        return and_(col(Entry.state) == EntryState.REGISTERED, untold if only == "untold" else not_(untold))
    return col(Entry.state) == only if only in set(EntryState) else true()


def _line(desk: EventDesk, entry: Entry, members: tuple[str, ...]) -> EntryLine:
    return EntryLine(
        id=entry.id,
        number=entry.number,
        name=entry.name,
        kind=entry.kind,
        unit=entry.unit,
        is_linked=entry.organization_id is not None,
        members=members,
        worker_number=entry.worker_number,
        phone=masked_phone(entry.phone),
        state=entry.state,
        code=(entry.code or "") if desk.shows_codes else "",
    )


def masked_phone(phone: str) -> str:
    """13800138000 -> 138****8000; shorter ones keep two digits."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else phone[:2] + "*" * len(phone[2:])  # noqa: PLR2004
