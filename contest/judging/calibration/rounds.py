"""The calibration round of a stage, and what it asks of the judges."""

from __future__ import annotations

from sqlmodel import Session, select

from contest.competitions.models import Event, Period, PeriodState, Stage
from contest.competitions.queries import rules_in_force
from contest.core.ruleset import Aspect
from contest.judging.panel.roster_models import Calibration
from contest.judging.sheet.items import items_of


def aspects_of(session: Session, event: Event, stage: Stage) -> list[tuple[str, Aspect]]:
    """(criterion, aspect) that a judge's sheet of the stage asks for; of several repetitions the first is enough."""
    rules = rules_in_force(session, event).stage(stage.key)
    return [(item.group, item.aspect) for item in items_of(rules) if item.repetition == 1]


def calibration_of(session: Session, stage: Stage) -> Calibration | None:
    query = select(Calibration).where(Calibration.tenant_id == stage.tenant_id, Calibration.stage_id == stage.id)
    return session.exec(query).first()


def has_begun(session: Session, stage: Stage) -> bool:
    """Whether a period of the stage has ever been opened: then there is nothing left to practise for."""
    query = select(Period.id).where(Period.tenant_id == stage.tenant_id, Period.stage_id == stage.id)
    return session.exec(query.where(Period.state != PeriodState.WAITING).limit(1)).first() is not None


def is_asked(aspect: Aspect) -> bool:
    """Whether a judge who leaves it empty has not marked the whole sample."""
    return aspect.required and aspect.kind not in {"deduction", "bonus"}
