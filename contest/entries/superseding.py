"""The one way in which a fact of a locked event, or whether an entry competes, becomes another: rows of the ledger
that replace it (corrections).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, select

from contest.competitions.models import Event
from contest.competitions.queries import competition_of
from contest.db import now
from contest.entries.changes import announce_after_commit
from contest.entries.detail import detail_text, put, read_detail
from contest.entries.factors import save_factor
from contest.entries.models import Entry, EntryState, Factor, Veto
from contest.entries.pending import Item, fact_item, factor_item, veto_item
from contest.entries.queries import entry_vetoes
from contest.ledger import kinds
from contest.ledger.models import Appended
from contest.ledger.services import append

Place = tuple[str, ...]
FACTOR, VETO = "factor", "veto"
WITHDRAWN, RESTORED = "withdrawn", "restored"


def supersede_fact(
    session: Session, event: Event, entry: Entry, fact: tuple[str, Place, str], said: Mapping[str, object], decider: str
) -> Appended:
    """Writes (kind, place, value; empty withdraws it) and appends the row; whoever calls has checked everything.

    kind: `FactField.kind`, `factor` (stage, aspect, repetition) or `veto` (its id; any value gives it). said: reason,
    replaces, proposed_by, confirmed_by, effects. decider: who found the veto to be one.
    """
    kind, place, value = fact
    if kind == VETO:
        items = _veto(session, event, entry, place[0], value, str(said["reason"]), decider)
    elif kind == FACTOR:
        items = [_factor(session, event, entry, place, value)]
    else:
        detail = read_detail(entry.detail)
        put(detail, kind, place, value)
        entry.detail = detail_text(detail)
        session.add(entry)
        items = [fact_item(event, entry.code or "", kind, place, value or None)]
    session.flush()
    rows = [append(session, competition_of(session, event), kind, {**data, **said}) for kind, data in items]
    announce_after_commit(session, event.id)
    return rows[-1]


def supersede_state(session: Session, event: Event, entry: Entry, state: str, said: Mapping[str, object]) -> Appended:
    """Takes the entry out of the contest (`WITHDRAWN`) or back in (`RESTORED`); whoever calls has checked everything.

    Its code, marks and signatures stay in the ledger and count for nobody. said: as of `supersede_fact`.
    """
    entry.state = EntryState.WITHDRAWN if state == WITHDRAWN else EntryState.REGISTERED
    session.add(entry)
    session.flush()
    data = {"event": event.id, "entry": entry.code, "state": state, **said}
    row = append(session, competition_of(session, event), kinds.WITHDRAWAL, data)
    announce_after_commit(session, event.id)
    return row


def _factor(session: Session, event: Event, entry: Entry, place: Place, value: str) -> Item:
    stage, aspect, repetition = place[0], place[1], int(place[2])
    present = session.exec(
        select(Factor).where(
            Factor.tenant_id == entry.tenant_id, Factor.entry_id == entry.id, Factor.stage_key == stage,
            Factor.aspect == aspect, Factor.repetition == repetition,
        )
    ).first()  # fmt: skip
    row = save_factor(session, entry, (stage, aspect, repetition), value, present)
    return factor_item(event, entry.code or "", row, value or None)


def _veto(session: Session, event: Event, entry: Entry, veto: str, value: str, reason: str, decider: str) -> list[Item]:
    """Given once, or every one of its kind that stands taken back: each has a row."""
    if value:
        session.add(Veto(tenant_id=entry.tenant_id, entry_id=entry.id, veto=veto, reason=reason, decided_by=decider))
        return [veto_item(event, entry.code or "", veto, "given", reason)]
    standing = [row for row in entry_vetoes(session, entry) if row.veto == veto and row.withdrawn_at is None]
    for row in standing:
        row.withdrawn_at = now()
        session.add(row)
    return [veto_item(event, entry.code or "", veto, "withdrawn", reason) for _ in standing]
