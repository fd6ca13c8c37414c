"""The desk of one event: its life line, its rules and its periods, gathered in one place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from contest.actors import Actor
from contest.competitions import policy, queries
from contest.competitions.life import Life, Situation, facts_of, life_of
from contest.competitions.models import Competition, Event, Period, PeriodState, RuleSetVersion, Stage
from contest.competitions.opening import Obstacle, obstacles_before_opening
from contest.competitions.outline import problems_in
from contest.core.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Desk:
    """What the event's page shows and what its reader may do."""

    competition: Competition
    event: Event
    version: RuleSetVersion | None
    rules: RuleSet | None
    faults: int
    periods: Sequence[tuple[Stage, Period]]
    life: Life
    can_edit: bool
    can_open: bool
    is_organizer: bool
    obstacles: Mapping[str, Sequence[Obstacle]] = field(default_factory=dict)
    """By stage id: what is to be done before its periods are opened."""

    @property
    def single_period(self) -> set[str]:
        """The stages with one period, which needs no name."""
        stages = [stage.id for stage, _ in self.periods]
        return {stage for stage in stages if stages.count(stage) == 1}


def desk_of(session: Session, actor: Actor, event: Event) -> Desk:
    """Reads the event's desk: five queries and those of the registered facts."""
    competition = queries.competition_of(session, event)
    version = queries.version_in_force(session, event) or queries.newest_version(session, event)
    rules, problems = problems_in(json.loads(version.document)) if version else (None, ())
    periods = queries.stage_periods(session, event)
    situation = Situation(
        event.state, len(problems) if version else None, [period for _, period in periods], facts_of(session, event)
    )
    return Desk(
        competition, event, version, rules, len(problems), periods, life_of(situation),
        policy.can_edit_competition(actor, competition), policy.can_open_period(actor, competition),
        policy.can_edit_rule_set(actor, competition), _obstacles(session, event, periods),
    )  # fmt: skip


def _obstacles(
    session: Session, event: Event, periods: Sequence[tuple[Stage, Period]]
) -> dict[str, Sequence[Obstacle]]:
    stages = {stage.id: stage for stage, period in periods if period.state is PeriodState.WAITING}
    found = {key: obstacles_before_opening(session, event, stage) for key, stage in stages.items()}
    return {key: obstacles for key, obstacles in found.items() if obstacles}
