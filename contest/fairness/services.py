"""Ordering a report. Reports only read: no mark, rank or award ever changes through them."""

from __future__ import annotations

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, Stage
from contest.competitions.queries import competition_of, rules_in_force
from contest.errors import ConflictError, ForbiddenError
from contest.fairness.making import KIND
from contest.fairness.panel import judged_aspects
from contest.fairness.policy import can_see_fairness
from contest.i18n import N_
from contest.jobs.models import Job
from contest.jobs.services import enqueue
from contest.judging.queries import member_for


def order_report(session: Session, actor: Actor, event: Event, stage: Stage, *, next_url: str, back_url: str) -> Job:
    """Enqueues the making of a stage's report.

    Raises:
        ForbiddenError: the actor may not see the marks of all judges (yet).
        ConflictError: nobody marks independently in this stage, so there is nothing to compare.
    """
    if not can_see_fairness(actor, competition_of(session, event), event, member_for(session, actor, stage)):
        raise ForbiddenError(N_("锁定以前，只有这个阶段的裁判长、监督和仲裁可以看公平性报告。"))
    if not judged_aspects(rules_in_force(session, event).stage(stage.key)):
        raise ConflictError(N_("这个阶段没有由裁判各自打分的评分点，没有可比较的。"))
    record(session, actor, event.tenant_id, "make", "fairness_report", event.id, stage=stage.key)
    payload: dict[str, object] = {"event_id": event.id, "stage": stage.key, "back_url": back_url}
    return enqueue(session, actor, event.tenant_id, KIND, N_("公平性报告"), payload, next_url=next_url)
