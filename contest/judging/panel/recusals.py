"""Recusal (回避): who is kept from which entry. The own unit is found from the tree, everything else by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import Session, and_, col, func, select

from contest.accounts.models import Account
from contest.actors import Actor
from contest.competitions.models import Competition, Event, Period, PeriodState, Stage
from contest.competitions.queries import competition_of
from contest.db import now
from contest.entries.models import Entry, EntryState
from contest.entries.queries import is_blind
from contest.i18n import N_
from contest.judging.models import PanelMember, Recusal
from contest.judging.panel.kept_apart import kept_apart
from contest.judging.policy import can_manage_panel
from contest.ledger import kinds
from contest.ledger.services import append
from contest.organizations.models import Organization, OrganizationKind

OWN_UNIT = N_("本单位")
_BY_CODE = (func.length(Entry.code), col(Entry.code), col(Entry.id))
"""Says nothing of the order of registration."""


def recused_entries(session: Session, member: PanelMember, event: Event) -> set[str]:
    """Ids of the entries a member is kept from: what is registered, and own units and pairs of higher features
    (`kept_apart`) that nobody has registered yet.
    """
    query = select(Recusal.entry_id).where(Recusal.tenant_id == member.tenant_id, Recusal.panel_member_id == member.id)
    return set(session.exec(query)) | found_entries(session, member, event)


def found_entries(session: Session, member: PanelMember, event: Event) -> set[str]:
    """Ids of the entries from which the platform itself keeps a member, whether somebody has registered it or not."""
    own = {entry.id for entry in own_unit_entries(session, member, event)}
    apart = kept_apart(session.connection(), event.tenant_id, [event.id])
    return own | {entry_id for found, entry_id in apart if found == member.id}


def own_unit_entries(session: Session, member: PanelMember, event: Event) -> Sequence[Entry]:
    """The entries of an event from the judge's own organization, or from anywhere in the same enterprise.

    None once all of the stage is locked: a unit that somebody changes afterwards takes no mark out of the result.
    """
    belongs = _own_unit(session, member)
    if belongs is None:
        return ()
    query = (
        select(Entry)
        .join(Organization, col(Organization.id) == Entry.organization_id)
        .where(
            Entry.tenant_id == event.tenant_id,
            Entry.event_id == event.id,
            Entry.state == EntryState.REGISTERED,
            belongs,
            is_unlocked(member),
        )
        .order_by(*_BY_CODE)
    )
    return session.exec(query).all()


def is_unlocked(member: PanelMember) -> ColumnElement[bool]:
    """Whether a period of the member's stage is still to be scored."""
    return exists().where(
        col(Period.tenant_id) == member.tenant_id, col(Period.stage_id) == member.stage_id,
        col(Period.state) != PeriodState.LOCKED,
    )  # fmt: skip


def has_locked(session: Session, tenant_id: str, stage_id: str) -> bool:
    """Whether anything of a stage is locked: its recusals are then as they were when it was scored."""
    here = (Period.tenant_id == tenant_id, Period.stage_id == stage_id, Period.state == PeriodState.LOCKED)
    return session.exec(select(Period.id).where(*here).limit(1)).first() is not None


def _own_unit(session: Session, member: PanelMember) -> ColumnElement[bool] | None:
    home = home_of(session, member)
    if home is None:
        return None
    ids = home.path.strip("/").split("/")
    above = select(Organization.path).where(
        col(Organization.id).in_(ids), Organization.kind == OrganizationKind.ENTERPRISE
    )
    enterprises = [col(Organization.path).startswith(path, autoescape=True) for path in session.exec(above)]
    return or_(col(Organization.id) == home.id, *enterprises)


def home_of(session: Session, member: PanelMember) -> Organization | None:
    """The unit of a panel member: the account's, or the one an external judge was appointed with."""
    query = select(Organization)
    if member.account_id:
        join = query.join(Account, col(Account.organization_id) == Organization.id)
        return session.exec(join.where(Account.id == member.account_id)).first()
    return session.get(Organization, member.organization_id) if member.organization_id else None


def standing(session: Session, member: PanelMember, entry: Entry) -> Recusal | None:
    """The recusal of a judge from an entry that is written down."""
    query = select(Recusal).where(
        Recusal.tenant_id == member.tenant_id,
        Recusal.panel_member_id == member.id,
        Recusal.entry_id == entry.id,
    )
    return session.exec(query).first()


def register(
    session: Session, event: Event, member: PanelMember, entry: Entry, reason: str, *, automatic: bool,
    said: Mapping[str, object] | None = None,
) -> Recusal | None:  # fmt: skip
    """Writes a recusal down (None: it already stands) and, once the entry has a code, into the ledger.

    said: proposed_by and confirmed_by of one that took two persons. One by hand alone comes before any mark of the
    judge for the entry (`marked.require_unmarked`), which whoever calls has asked.
    """
    if standing(session, member, entry):
        return None
    recusal = Recusal(
        tenant_id=member.tenant_id,
        panel_member_id=member.id,
        entry_id=entry.id,
        reason=reason,
        automatic=automatic,
        created_at=now(),
    )
    session.add(recusal)
    _append(session, event, member, entry, recusal, said)
    session.flush()
    return recusal


def _append(
    session: Session, event: Event, member: PanelMember, entry: Entry, recusal: Recusal,
    said: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    if entry.code is None:
        return
    stage = session.get_one(Stage, (member.tenant_id, member.stage_id))
    data: dict[str, object] = {
        "event": event.id,
        "stage": stage.key,
        "judge": member.code,
        "entry": entry.code,
        "state": "recused",
        "reason": recusal.reason,
        "automatic": int(recusal.automatic),
    }
    data |= said or {}
    recusal.ledger_seq = append(session, competition_of(session, event), kinds.RECUSAL, data).seq
    session.add(recusal)


def refresh(session: Session, event: Event, members: Sequence[PanelMember]) -> int:
    """Registers the own units found meanwhile, and appends what waited for its code; how many are new."""
    found = 0
    for member in members:
        for entry in own_unit_entries(session, member, event):
            found += register(session, event, member, entry, OWN_UNIT, automatic=True) is not None
    found += _register_kept_apart(session, event, members)
    for recusal, member, entry in _waiting(session, event):
        _append(session, event, member, entry, recusal)
    return found


def _register_kept_apart(session: Session, event: Event, members: Sequence[PanelMember]) -> int:
    """Writes down the pairs that higher features keep apart, in stages that are not locked; how many are new."""
    session.flush()
    by_id, found = {m.id: m for m in members if session.exec(select(is_unlocked(m))).one()}, 0
    for (member_id, entry_id), reason in sorted(kept_apart(session.connection(), event.tenant_id, [event.id]).items()):
        if member_id in by_id:
            entry = session.get_one(Entry, (event.tenant_id, entry_id))
            found += register(session, event, by_id[member_id], entry, reason, automatic=True) is not None
    return found


def _waiting(session: Session, event: Event) -> Sequence[tuple[Recusal, PanelMember, Entry]]:
    query = (
        select(Recusal, PanelMember, Entry)
        .join(PanelMember, same(Recusal, PanelMember, col(Recusal.panel_member_id)))
        .join(Entry, same(Recusal, Entry, col(Recusal.entry_id)))
        .where(
            Recusal.tenant_id == event.tenant_id,
            Entry.event_id == event.id,
            col(Recusal.ledger_seq).is_(None),
            col(Entry.code).is_not(None),
        )
        .order_by(*_BY_CODE, col(Recusal.panel_member_id))
    )
    return session.exec(query).all()


def same(child: type[Recusal], parent: type[PanelMember | Entry], column: Any) -> ColumnElement[bool]:
    """The join of a child row to its parent inside one tenant."""
    return and_(col(parent.tenant_id) == col(child.tenant_id), col(parent.id) == column)


def knows_names(session: Session, actor: Actor, competition: Competition, event: Event) -> bool:
    """Whether a person knows entries by name: nothing is blind, the codes are open, or they never see a code."""
    return event.is_unsealed or can_manage_panel(actor, competition) or not is_blind(session, event)


def is_by_name(session: Session, actor: Actor, event: Event) -> bool:
    """Whether somebody names entries by name while codes are sealed: how many marks a judge gave one of them would
    tell whose code it is, for the same person may see, or type, marks by code.
    """
    if actor.is_system or event.unsealed_at is not None or not is_blind(session, event):
        return False
    return can_manage_panel(actor, competition_of(session, event))


def known_as(entry: Entry, *, by_name: bool) -> str:
    return entry.name if by_name else entry.code or "—"


def recusals_in(session: Session, event: Event) -> Sequence[tuple[Recusal, PanelMember, Entry]]:
    """All recusals of an event, judge by judge and by code: in the order in which they were made, or found, those of
    one unit would stand in the order of the start list.
    """
    query = (
        select(Recusal, PanelMember, Entry)
        .join(PanelMember, same(Recusal, PanelMember, col(Recusal.panel_member_id)))
        .join(Entry, same(Recusal, Entry, col(Recusal.entry_id)))
        .where(Recusal.tenant_id == event.tenant_id, Entry.event_id == event.id)
        .order_by(col(PanelMember.position), col(PanelMember.id), *_BY_CODE)
    )
    return session.exec(query).all()
