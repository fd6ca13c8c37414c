"""Where an actor may be the second person: each feature's own rule, asked for every competition with something open.

The rules are questions about an actor, a competition and a seat on a panel. The answers become conditions, so that the
list is counted, sorted and paged in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, exists, select

from contest.actors import Actor
from contest.acts.models import Act, ActKind, ActState
from contest.competitions.models import Competition, Event, EventState, RuleSetVersion, Stage
from contest.competitions.queries import rules_in_force, visible_to
from contest.corrections.models import ChangeState, RuleChange
from contest.entries.models import Entry, Layer
from contest.erasures.models import Erasure
from contest.judging.models import PanelMember
from contest.judging.policy import can_know_names
from contest.judging.queries import of_stage

SIGNABLE = frozenset({EventState.SCORING, EventState.LOCKED})
"""While a score sheet can be signed."""
Question = Callable[[Competition, PanelMember | None], bool]


@dataclass(frozen=True, slots=True)
class Seat:
    """A place of the actor on a panel."""

    member: PanelMember
    event_id: str
    competition_id: str


@dataclass(frozen=True, slots=True)
class Reach:
    """The competitions that the actor sees and that have something open, and the actor's own seats."""

    actor: Actor
    competitions: Sequence[Competition]
    seats: Sequence[Seat]
    named: Sequence[str]
    """Of the events with a waiver that waits, of which the actor knows the names: those whose codes are open."""

    @property
    def me(self) -> str:
        return self.actor.account_id or ""

    def over(self, competition: Any, may: Callable[[Actor, Competition], bool]) -> ColumnElement[bool]:
        """Where a question about competitions is answered with yes; `competition`: the column of its id."""
        return col(competition).in_([item.id for item in self.competitions if may(self.actor, item)])

    def by_seat(self, competition: Any, stage: Any, may: Question) -> ColumnElement[bool]:
        """Where a question about seats is answered with yes: in a stage with the seat there, elsewhere without one."""
        anywhere = [item.id for item in self.competitions if may(item, None)]
        rest = col(stage).not_in([seat.member.stage_id for seat in self.seats])
        return or_(and_(col(competition).in_(anywhere), rest), col(stage).in_(self.stages(may)))

    def stages(self, may: Question) -> list[str]:
        """The stages where the actor's own seat gives the right."""
        known = {item.id: item for item in self.competitions}
        found = [seat for seat in self.seats if seat.competition_id in known]
        return [seat.member.stage_id for seat in found if may(known[seat.competition_id], seat.member)]

    def by_event(self, competition: Any, event: Any, may: Question) -> ColumnElement[bool]:
        """Where the question is answered with yes without a seat, or with one in any stage of the event."""
        led = set(self.stages(may))
        events = [seat.event_id for seat in self.seats if seat.member.stage_id in led]
        anywhere = [item.id for item in self.competitions if may(item, None)]
        return or_(col(competition).in_(anywhere), col(event).in_(events))


def reach_of(session: Session, actor: Actor) -> Reach:
    """Reads it: three statements at most."""
    if actor.account_id is None:
        return Reach(actor, (), (), ())
    competitions = session.exec(select(Competition).where(visible_to(actor), _has_open())).all()
    query = (
        select(PanelMember, Event.id, Event.competition_id)
        .join(Stage, of_stage())
        .join(Event, and_(col(Event.tenant_id) == Stage.tenant_id, col(Event.id) == Stage.event_id))
        .where(PanelMember.account_id == actor.account_id, col(PanelMember.removed_at).is_(None))
    )
    seats = [Seat(*row) for row in session.exec(query)] if competitions else []
    return Reach(actor, competitions, seats, _open_events(session, actor, competitions))


def _has_open() -> ColumnElement[bool]:
    """Narrow: only competitions of which anything at all may wait."""
    event = and_(col(Event.tenant_id) == Competition.tenant_id, col(Event.competition_id) == Competition.id)
    of_event = and_(col(RuleChange.tenant_id) == Event.tenant_id, col(RuleChange.event_id) == Event.id)
    of_layer = and_(col(Layer.tenant_id) == Event.tenant_id, col(Layer.event_id) == Event.id)
    of_entry = and_(col(Entry.tenant_id) == Event.tenant_id, col(Entry.event_id) == Event.id)
    of_erasure = and_(col(Erasure.tenant_id) == Entry.tenant_id, col(Erasure.entry_id) == Entry.id)
    asked = (col(Erasure.decided_at).is_(None), col(Erasure.dropped_at).is_(None))
    return or_(
        exists().where(
            col(Act.tenant_id) == Competition.tenant_id, col(Act.competition_id) == Competition.id,
            col(Act.state) == ActState.PROPOSED,
        ),
        exists().where(event, col(Event.state).in_(SIGNABLE)),
        exists().where(event, of_event, col(RuleChange.state) == ChangeState.PROPOSED),
        exists().where(event, of_layer, col(Layer.witnessed_at).is_(None)),
        exists().where(event, of_entry, of_erasure, *asked),
    )  # fmt: skip


def _open_events(session: Session, actor: Actor, competitions: Sequence[Competition]) -> list[str]:
    knowing = [item.id for item in competitions if can_know_names(actor, item)]
    if not knowing:
        return []
    version = and_(col(RuleSetVersion.tenant_id) == Event.tenant_id, col(RuleSetVersion.id) == Event.rule_set_id)
    waiver = exists().where(
        col(Act.tenant_id) == Event.tenant_id, col(Act.event_id) == Event.id, col(Act.kind) == ActKind.WAIVER,
        col(Act.state) == ActState.PROPOSED,
    )  # fmt: skip
    query = select(Event, RuleSetVersion).join(RuleSetVersion, version)
    rows = session.exec(query.where(col(Event.competition_id).in_(knowing), waiver)).all()
    return [event.id for event, _ in rows if event.is_unsealed or not rules_in_force(session, event).blind]
