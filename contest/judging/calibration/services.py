"""The calibration round (试评): before the contest every judge marks one sample piece on the same sheet.

Its marks lie in a table of their own: no result, ledger row or export reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlmodel import Session, col, delete

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, Stage
from contest.competitions.queries import competition_of
from contest.core.canonical import plain_decimal
from contest.core.marks import parse_value
from contest.core.problems import MarkProblem
from contest.core.ruleset import Aspect
from contest.db import now
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.judging.calibration.rounds import aspects_of, calibration_of, has_begun
from contest.judging.marks.planning import PROBLEM_WORDS
from contest.judging.models import PanelMember
from contest.judging.panel.roster_models import Calibration, CalibrationMark, CalibrationState
from contest.judging.policy import can_decide
from contest.judging.queries import member_for

NEED_FIX = N_("有几项需要改正，已标在下面。")
BETWEEN = N_("应在 %(min)s–%(max)s 之间，您输入了 %(typed)s")


def set_calibration(
    session: Session, actor: Actor, stage: Stage, *, title: str, sample: str = "",
    reference: Mapping[str, str] | None = None,
) -> Calibration:  # fmt: skip
    """Sets up (or changes, or takes up again) the round of a stage; `reference`: aspect -> the mark it should get.

    Raises:
        ForbiddenError: neither chief judge of the stage nor organizer.
        ConflictError: the scoring has begun.
        InvalidError: no title, or a reference mark that the rubric does not take.
    """
    event = _allow(session, actor, stage)
    wanted = {f"reference|{key}": text for key, text in (reference or {}).items()}
    marks, problems = _read(aspects_of(session, event, stage), wanted, "reference|")
    if not title.strip():
        problems["title"] = DomainError(N_("请填写样品的名称。"))
    if problems:
        raise InvalidError(NEED_FIX, fields=problems)
    found = calibration_of(session, stage) or Calibration(tenant_id=stage.tenant_id, stage_id=stage.id)
    found.title, found.sample = title.strip()[:200], sample.strip()[:4000]
    found.reference = json.dumps(marks, sort_keys=True)
    found.state, found.reason, found.closed_at = CalibrationState.OPEN, "", None
    session.add(found)
    session.flush()
    record(session, actor, stage.tenant_id, "set calibration", "stage", stage.id, title=found.title)
    return found


def end_calibration(session: Session, actor: Actor, stage: Stage, *, skip: str | None = None) -> Calibration:
    """Closes the round, so that the judges see each other's marks; or skips it, with the reason `skip`.

    Raises:
        ForbiddenError: neither chief judge of the stage nor organizer.
        ConflictError: there is no open round to close.
        InvalidError: skipped without a reason.
    """
    _allow(session, actor, stage, at_any_time=True)
    found = calibration_of(session, stage)
    if skip is not None and not skip.strip():
        raise InvalidError(NEED_FIX, fields={"skip": DomainError(N_("请写明理由。"))})
    if skip is None and (found is None or found.state is not CalibrationState.OPEN):
        raise ConflictError(N_("没有正在进行的试评。"))
    found = found or Calibration(tenant_id=stage.tenant_id, stage_id=stage.id)
    found.state = CalibrationState.CLOSED if skip is None else CalibrationState.SKIPPED
    found.reason, found.closed_at = (skip or "").strip()[:300], now()
    session.add(found)
    session.flush()
    record(session, actor, stage.tenant_id, "end calibration", "stage", stage.id, state=found.state.value,
           reason=found.reason)  # fmt: skip
    return found


def _allow(session: Session, actor: Actor, stage: Stage, *, at_any_time: bool = False) -> Event:
    event = session.get_one(Event, (stage.tenant_id, stage.event_id))
    if not can_decide(actor, competition_of(session, event), member_for(session, actor, stage)):
        raise ForbiddenError(N_("试评由这个阶段的裁判长或组织者安排。"))
    if not at_any_time and has_begun(session, stage):
        raise ConflictError(N_("这个阶段已经开始评分，不再试评。"))
    return event


def save_calibration(session: Session, actor: Actor, stage: Stage, typed: Mapping[str, str]) -> int:
    """A judge's own marks of the sample, all at once: aspect -> what was typed; empty boxes take a mark back.

    Raises:
        ForbiddenError: no judge of this panel who scores.
        ConflictError: no open round, or the scoring has begun.
        InvalidError: a mark that the rubric does not take; nothing is kept then.
    """
    event = session.get_one(Event, (stage.tenant_id, stage.event_id))
    member = member_for(session, actor, stage)
    if member is None or not member.scores:
        raise ForbiddenError(N_("试评由这个阶段打分的裁判参加。"))
    found = calibration_of(session, stage)
    if found is None or found.state is not CalibrationState.OPEN or has_begun(session, stage):
        raise ConflictError(N_("没有正在进行的试评。"))
    marks, problems = _read(aspects_of(session, event, stage), typed, "")
    if problems:
        raise InvalidError(NEED_FIX, fields=problems)
    _replace(session, found, member, marks)
    return len(marks)


def _replace(session: Session, found: Calibration, member: PanelMember, marks: Mapping[str, int]) -> None:
    session.exec(
        delete(CalibrationMark).where(
            col(CalibrationMark.tenant_id) == found.tenant_id,
            col(CalibrationMark.calibration_id) == found.id,
            col(CalibrationMark.panel_member_id) == member.id,
        )
    )
    place = {"tenant_id": found.tenant_id, "calibration_id": found.id, "panel_member_id": member.id}
    session.add_all(CalibrationMark.model_validate(place | {"aspect": key, "units": n}) for key, n in marks.items())
    session.flush()


def _read(
    aspects: list[tuple[str, Aspect]], typed: Mapping[str, str], prefix: str
) -> tuple[dict[str, int], dict[str, DomainError]]:
    marks: dict[str, int] = {}
    problems: dict[str, DomainError] = {}
    for _, aspect in aspects:
        text = typed.get(prefix + aspect.id, "").strip()
        if not text:
            continue
        units = parse_value(text, aspect)
        if isinstance(units, MarkProblem):
            problems[prefix + aspect.id] = _told(units, aspect, text[:30])
        else:
            marks[aspect.id] = units
    return marks, problems


def _told(problem: MarkProblem, aspect: Aspect, text: str) -> DomainError:
    low, high = aspect.mark_bounds()
    if problem.code in ("below_minimum", "above_maximum") and low is not None and high is not None:
        return DomainError(BETWEEN, min=plain_decimal(low), max=plain_decimal(high), typed=text)
    why = PROBLEM_WORDS.get(problem.code, problem.code)
    return DomainError(N_("“%(value)s”不能用：%(why)s。"), value=text, why=why)
