"""Who advances, for the features below: read off the one computation of standings, and kept while nothing changes.

Judges' lists and the writer of marks ask for it all the time; the answer can only change when the deciding stages do,
and these are locked. So it is computed once per state of what goes into it, and marks of later stages cost nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlmodel import Session, and_, col, select

from contest.competitions.models import Event
from contest.competitions.queries import digest_in_force, rules_in_force
from contest.entries.models import Entry, EntryState, Factor
from contest.judging.models import MarkRow
from contest.judging.queries import panels_of, recusals_of
from contest.standings.computing import compute

MOST_KEPT = 64
_kept: dict[tuple[str, str], tuple[tuple[Any, ...], frozenset[str]]] = {}
"""(event id, stage key) -> what the answer hung on, and the answer."""


def admitted(session: Session, event: Event, stage_key: str) -> frozenset[str]:
    """The codes that the rule set admits to a stage, from the marks as they are (`core.scoring.Result.admitted`)."""
    state = _state(session, event, stage_key)
    known = _kept.get((event.id, stage_key))
    if known is not None and known[0] == state:
        return known[1]
    found = compute(session, event).result.admitted(stage_key)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[event.id, stage_key] = state, found
    return found


def _state(session: Session, event: Event, stage_key: str) -> tuple[Any, ...]:
    """All that the answer hangs on: rules, entries with their facts, panels, and the marks of the deciding stages.

    Bare columns: the writer of marks asks for it while it holds the ledger.
    """
    keys = [stage.id for stage in rules_in_force(session, event).deciding(stage_key)]
    here = (col(Entry.tenant_id) == event.tenant_id, col(Entry.event_id) == event.id)
    entries = select(Entry.number, Entry.code, Entry.detail).where(*here, Entry.state == EntryState.REGISTERED)
    factors = (
        select(Entry.code, Factor.stage_key, Factor.aspect, Factor.repetition, Factor.value)  # type: ignore[call-overload]
        .join(Entry, and_(col(Entry.tenant_id) == Factor.tenant_id, col(Entry.id) == Factor.entry_id))
        .where(*here, col(Factor.stage_key).in_(keys))
    )
    panels = {key: codes for key, codes in panels_of(session, event).items() if key in keys}
    return (
        digest_in_force(session, event), _rows(session, entries.order_by(col(Entry.id))),
        _rows(session, factors.order_by(col(Factor.id))), recusals_of(session, event), panels,
        _newest_mark(session, event, keys),
    )  # fmt: skip


def _rows(session: Session, query: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.exec(query)]


def _newest_mark(session: Session, event: Event, keys: list[str]) -> tuple[Any, ...]:
    """How many marks there are and which is the newest: revisions only grow, and operations have one id for ever."""
    here = (
        col(MarkRow.tenant_id) == event.tenant_id, col(MarkRow.event_id) == event.id,
        col(MarkRow.stage_key).in_(keys),
    )  # fmt: skip
    count, newest = session.exec(select(func.count(), func.max(MarkRow.revision)).where(*here)).one()
    op_id = session.exec(select(MarkRow.op_id).where(*here, col(MarkRow.revision) == newest)).first()
    return count, newest, op_id
