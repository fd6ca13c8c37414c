"""Calibration before opening (试评): who has not taken part yet, and whether the round is closed.

Where the event asks for it, no period of a stage is opened before its round is closed and every judge of the panel has
marked the sample; the chief judge may skip it with a reason (`end_calibration`), which stands in the audit trail.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from contest.competitions.models import Event, Period, Stage
from contest.competitions.opening import Obstacle
from contest.i18n import N_
from contest.judging.calibration.rounds import aspects_of, calibration_of, is_asked
from contest.judging.panel.roster_models import Calibration, CalibrationMark, CalibrationState
from contest.judging.queries import MemberLine, members_of

PAGE = "judging.calibration"


def before_opening(session: Session, event: Event, stage: Stage) -> Sequence[Obstacle]:
    """What the calibration round still lacks; empty where none is asked for, or the stage has begun already."""
    if not event.calibrates or event.rule_set_id is None or _was_opened(session, stage):
        return ()
    place = {"stage": stage.key}
    if not aspects_of(session, event, stage):  # nothing here is for judges to mark
        return ()
    found = calibration_of(session, stage)
    if found is None:
        return (Obstacle(N_("试评还没有安排。"), PAGE, place=place),)
    if found.state is CalibrationState.SKIPPED:
        return ()
    obstacles = []
    if lacking := absent_judges(session, event, stage, found):
        names = "、".join(line.member.code for line in lacking)
        text = N_("还有 %(n)s 位裁判没有给样品打完分：%(who)s。")
        obstacles.append(Obstacle(text, PAGE, {"n": len(lacking), "who": names}, place))
    if found.state is not CalibrationState.CLOSED:
        obstacles.append(Obstacle(N_("试评还没有由裁判长结束。"), PAGE, place=place))
    return obstacles


def _was_opened(session: Session, stage: Stage) -> bool:
    """Whether a period of the stage was ever open: after a pause there is nothing left to practise for."""
    query = select(Period.id).where(Period.tenant_id == stage.tenant_id, Period.stage_id == stage.id)
    return session.exec(query.where(col(Period.opened_at).is_not(None)).limit(1)).first() is not None


def absent_judges(session: Session, event: Event, stage: Stage, found: Calibration) -> list[MemberLine]:
    """The judges who score in this stage and have not marked every required aspect of the sample.

    External judges are not asked: they have no account, and there is no paper of a calibration round.
    """
    wanted = {aspect.id for _, aspect in aspects_of(session, event, stage) if is_asked(aspect)}
    query = select(CalibrationMark.panel_member_id, CalibrationMark.aspect).where(
        CalibrationMark.tenant_id == found.tenant_id, CalibrationMark.calibration_id == found.id
    )
    given: dict[str, set[str]] = {}
    for member, aspect in session.exec(query):
        given.setdefault(member, set()).add(aspect)
    return [
        line
        for line in members_of(session, event)
        if line.stage.id == stage.id and line.member.scores and line.login
        and not (given.get(line.member.id) and wanted <= given[line.member.id])
    ]  # fmt: skip
