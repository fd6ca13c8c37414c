"""The page from which locked marks and facts, and who competes, are corrected: one entry's, and what was corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act
from contest.competitions.models import Competition, Event
from contest.competitions.queries import competition_of, get_event
from contest.corrections import policy
from contest.corrections.asked import Line
from contest.corrections.correcting import KINDS, require_part
from contest.corrections.facts import FactLine, fact_lines
from contest.corrections.marks import MarkLine, mark_lines
from contest.corrections.withdrawal import state_line
from contest.entries.guards import SEALED
from contest.entries.superseding import WITHDRAWN


@dataclass(frozen=True, slots=True)
class CorrectionDesk:
    """The page of an event: one entry's marks and facts, what waits, what was corrected.

    state: whether the entry competes; None, and no facts, while codes are sealed. A withdrawn one has no marks or facts
    to correct.
    """

    competition: Competition
    event: Event
    code: str
    lines: Sequence[MarkLine]
    facts: Sequence[FactLine]
    state: Line | None
    history: Sequence[Act]
    total: int
    can_propose: bool


def correction_desk(
    session: Session, actor: Actor, event_id: str, code: str, *, offset: int, limit: int
) -> CorrectionDesk:
    """What stands on the page (NotFoundError, ForbiddenError)."""
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    require_part(session, actor, event, competition)
    is_open = event.state in SEALED
    state = state_line(session, event, code) if code and is_open else None
    competes = code and is_open and (state is None or state.replaces != WITHDRAWN)
    lines = mark_lines(session, event, code) if competes else []
    facts = fact_lines(session, event, code) if competes and state is not None else []
    history, total = acts.acts_of(session, event, *KINDS, offset=offset, limit=limit)
    may = is_open and policy.can_propose_correction(actor, competition)
    return CorrectionDesk(competition, event, code, lines, facts, state, history, total, may)
