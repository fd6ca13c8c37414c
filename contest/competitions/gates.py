"""A stage whose entries a former stage decides (晋级): when it may be opened, and what may not change meanwhile.

While such a stage is open or locked every stage that decides who takes part in it stays locked: stages are opened in
their order and undone in the reverse one, so that nobody scores entries that may yet fall out.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from contest.competitions.models import Event, PeriodState, Stage
from contest.competitions.queries import rules_in_force, stage_periods
from contest.errors import ConflictError
from contest.i18n import N_, gettext

FIRST_LOCK = N_("谁进入“%(stage)s”由“%(former)s”决定。请先锁定“%(former)s”，再开放“%(stage)s”。")
LATER_BEGUN = N_(
    "“%(later)s”已经开始，它的参赛由“%(stage)s”决定。请先暂停“%(later)s”（已锁定的先解锁），再解锁“%(stage)s”；已打的分都会保留。"
)
FIELD_STANDS = N_(
    "“%(stage)s”已经开放或锁定，晋级名单不能再变。缺席的请裁判记为未完成；要由别人递补，请给递补的登记外卡并写明理由。"
)


def waits_for(session: Session, event: Event, stage: Stage) -> list[Stage]:
    """The stages that decide who takes part in `stage` and are not locked yet; empty once its entries are known."""
    deciding = {former.id for former in rules_in_force(session, event).deciding(stage.key)}
    if not deciding:
        return []
    found = stage_periods(session, event)
    return _once(s for s, period in found if s.key in deciding and period.state is not PeriodState.LOCKED)


def require_known(session: Session, event: Event, stage: Stage) -> None:
    """Refuses to begin a stage whose entries are not known yet (ConflictError: names the stage to lock first)."""
    if missing := waits_for(session, event, stage):
        raise ConflictError(FIRST_LOCK, stage=titled(stage), former=titles(missing))


def begun_after(session: Session, event: Event, stage: Stage | None = None) -> list[Stage]:
    """The stages, open or locked, whose entries a former one decides: any former one, or `stage`."""
    rules = rules_in_force(session, event)
    begun = _once(s for s, period in stage_periods(session, event) if period.state is not PeriodState.WAITING)
    found = []
    for later in begun:
        deciding = {former.id for former in rules.deciding(later.key)}
        if deciding and (stage is None or stage.key in deciding):
            found.append(later)
    return found


def require_not_begun(session: Session, event: Event) -> None:
    """Refuses a change that could let other entries advance once a stage they advance to has begun (ConflictError).

    Whoever the change is about: a refusal for those alone who advanced would tell which names they are.
    """
    if event.rule_set_id and (begun := begun_after(session, event)):
        raise ConflictError(FIELD_STANDS, stage=titles(begun))


def titled(stage: Stage) -> str:
    return stage.title or stage.key


def titles(stages: Iterable[Stage]) -> str:
    """The titles of stages as one text of a sentence."""
    return gettext("”“").join(titled(stage) for stage in stages)


def _once(stages: Iterable[Stage]) -> list[Stage]:
    return list({stage.id: stage for stage in stages}.values())
