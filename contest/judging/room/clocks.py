"""The clock of a station or heat: started, paused, extended, ended by the server's time; every step in the ledger."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Period, PeriodState
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.policy import can_turn_clock
from contest.judging.queries import Where, codes_of_field, is_out, locate, member_for
from contest.judging.room.models import StationClock
from contest.judging.sheet.queries import NOT_ADVANCED, entry_by_code
from contest.ledger import kinds
from contest.ledger.services import append

MOST_SECONDS = 24 * 3600
MOST_CLOCKS = 60
"""Clocks of one period: more stations than a hall shows at once."""
NEED_FIX = N_("有几项需要改正，已标在下面。")


class Step(StrEnum):
    START = "start"
    PAUSE = "pause"
    EXTEND = "extend"
    END = "end"


@dataclass(frozen=True, slots=True)
class ClockFace:
    """A clock as it stands at `now` (milliseconds); `left` is below zero once the time is over.

    is_out: its entry did not advance into the stage, after all; it is to be ended, and shown where that is done alone.
    """

    clock: StationClock
    now: int
    is_out: bool = False

    @property
    def used(self) -> int:
        running = self.clock.running_since
        return self.clock.used_ms + (max(0, self.now - running) if running is not None else 0)

    @property
    def left(self) -> int:
        """Seconds left, counted down like a wall clock: 0 only when the time is used up."""
        return -((self.used - self.clock.seconds * 1000) // 1000)

    @property
    def over(self) -> int:
        return max(0, -self.left)

    @property
    def text(self) -> str:
        seconds = abs(self.left)
        hours, rest = divmod(seconds, 3600)
        head = f"{hours}:{rest // 60:02}" if hours else f"{rest // 60:02}"
        return f"{head}:{rest % 60:02}"

    @property
    def state(self) -> str:
        if self.clock.ended_at is not None:
            return "ended"
        if self.clock.running_since is not None:
            return "running"
        return "paused" if self.clock.used_ms else "ready"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def all_faces(session: Session, where: Where) -> list[ClockFace]:
    """Every clock of a period by label, for whoever sets them up."""
    here = (StationClock.tenant_id == where.period.tenant_id, StationClock.period_id == where.period.id)
    found = session.exec(select(StationClock).where(*here).order_by(col(StationClock.label))).all()
    field = codes_of_field(session, where) if any(clock.entry_code for clock in found) else None
    moment = now_ms()
    return [
        ClockFace(clock, moment, bool(clock.entry_code) and field is not None and clock.entry_code not in field)
        for clock in found
    ]


def clock_faces(session: Session, where: Where, *, entry: str = "") -> list[ClockFace]:
    """The clocks of those who take part; with `entry` only those of that entry and of nobody in particular."""
    faces = [face for face in all_faces(session, where) if not face.is_out]
    return [face for face in faces if not entry or face.clock.entry_code in {entry, ""}]


def period_of(session: Session, actor: Actor, clock_id: str) -> str:
    """The id of the period that a clock belongs to (NotFoundError for one of another tenant)."""
    found = session.exec(select(StationClock).where(StationClock.id == clock_id)).first()
    if found is None:
        raise NotFoundError(N_("找不到这个计时。"))
    return locate(session, found.period_id, actor).period.id


def hall_faces(session: Session, periods: Sequence[Period]) -> list[ClockFace]:
    """The clocks of the open periods that are not ended, for everybody in the hall: labels, no codes."""
    return [
        face
        for period in periods
        if period.state is PeriodState.OPEN
        for face in clock_faces(session, locate(session, period.id))
        if face.state != "ended"
    ]


def set_clock(
    session: Session, actor: Actor, period_id: str, *, label: str, seconds: int, entry: str = ""
) -> StationClock:
    """Sets up the clock of a station or heat; it does not run yet.

    Raises:
        ForbiddenError: neither organizer, chief judge nor clerk of the stage.
        InvalidError: no label, one that is taken, an impossible time, no such code or one that did not advance.
        ConflictError: the period is not open, or has too many clocks.
    """
    where = _allow(session, actor, period_id)
    name, problems = " ".join(label.split())[:40], {}
    faces = all_faces(session, where)
    if len(faces) >= MOST_CLOCKS:
        raise ConflictError(N_("这个考评期已有 %(most)s 个计时，不能再加。"), most=MOST_CLOCKS)
    if not name or any(face.clock.label == name for face in faces):
        problems["label"] = DomainError(N_("请写赛位或场次，且不与已有的重名，例如：3 号赛位。"))
    if not 1 <= seconds <= MOST_SECONDS:
        problems["minutes"] = DomainError(N_("时间应在 1 分钟到 24 小时之间，例如 90 分钟。"))
    if entry and (problem := _entry_problem(session, where, entry)):
        problems["entry"] = problem
    if problems:
        raise InvalidError(NEED_FIX, fields=problems)
    clock = StationClock(
        tenant_id=where.period.tenant_id, period_id=where.period.id, label=name, entry_code=entry, seconds=seconds
    )
    session.add(clock)
    session.flush()
    record(session, actor, clock.tenant_id, "set", "clock", clock.id, label=name, seconds=seconds)
    return clock


def _entry_problem(session: Session, where: Where, code: str) -> DomainError | None:
    found = entry_by_code(session, where.event, code)
    if found is None:
        return DomainError(N_("没有这个加密号。"))
    if is_out(session, found, where):
        return DomainError(NOT_ADVANCED, code=code, stage=where.stage.title or where.stage.key)
    return None


def turn_clock(
    session: Session, actor: Actor, clock_id: str, step: Step, *, seconds: int = 0, reason: str = ""
) -> StationClock:
    """Starts (or goes on with), pauses, extends or ends a clock; the ledger keeps the moment, the seconds and why.

    Raises:
        NotFoundError: no such clock.
        ForbiddenError: as `set_clock`.
        ConflictError: the clock is not in a state for this step (somebody else was faster), or the period not open.
        InvalidError: an extension or pause without a reason, or without time.
    """
    found = session.exec(select(StationClock).where(StationClock.id == clock_id).with_for_update()).first()
    if found is None:
        raise NotFoundError(N_("找不到这个计时。"))
    where = _allow(session, actor, found.period_id)
    face, words = ClockFace(found, now_ms()), reason.strip()[:300]
    _require_state(face, step)
    if step is not Step.END and found.entry_code and (problem := _entry_problem(session, where, found.entry_code)):
        raise ConflictError(problem.message, **problem.params)
    if step in (Step.PAUSE, Step.EXTEND) and not words:
        raise InvalidError(NEED_FIX, fields={"reason": DomainError(N_("请写明理由，例如：停电 5 分钟。"))})
    if step is Step.EXTEND and not (seconds > 0 and found.seconds + seconds <= MOST_SECONDS):
        raise InvalidError(NEED_FIX, fields={"minutes": DomainError(N_("请写延长几分钟，例如 5。"))})
    _apply(found, face, step, seconds)
    session.add(found)
    data = {
        "event": where.event.id, "stage": where.stage.key, "period": where.period.key, "station": found.label,
        "entry": found.entry_code, "state": _STATES[step], "seconds": seconds if step is Step.EXTEND else face.left,
        "reason": words,
    }  # fmt: skip
    append(session, where.competition, kinds.CLOCK, data)
    session.flush()
    return found


_STATES = {Step.START: "started", Step.PAUSE: "paused", Step.EXTEND: "extended", Step.END: "ended"}
_FROM = {
    Step.START: {"ready", "paused"},
    Step.PAUSE: {"running"},
    Step.EXTEND: {"ready", "running", "paused"},
    Step.END: {"ready", "running", "paused"},
}


def _require_state(face: ClockFace, step: Step) -> None:
    if face.state not in _FROM[step]:
        raise ConflictError(N_("“%(label)s”的计时已经变了，请看看最新状态。"), label=face.clock.label)


def _apply(clock: StationClock, face: ClockFace, step: Step, seconds: int) -> None:
    if step is Step.START:
        clock.running_since = face.now
    elif step is Step.EXTEND:
        clock.seconds += seconds
    else:
        clock.used_ms, clock.running_since = face.used, None
        clock.ended_at = face.now if step is Step.END else None


def _allow(session: Session, actor: Actor, period_id: str) -> Where:
    where = locate(session, period_id, actor)
    if not can_turn_clock(actor, where.competition, member_for(session, actor, where.stage)):
        raise ForbiddenError(N_("只有组织者、裁判长和录分员可以计时。"))
    if where.period.state is not PeriodState.OPEN:
        raise ConflictError(N_("评分没有开放，现在不能计时。"))
    return where
