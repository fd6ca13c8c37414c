"""Judging one stored operation: accepted, conflict or quarantined, and why. No database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contest.actors import Actor, Role
from contest.core.marks import MISSING, SCORED, check_limits, check_units
from contest.core.ruleset import Aspect
from contest.judging.marks import reasons
from contest.judging.marks.proposed import Proposed
from contest.judging.marks.scene import Current, MarkKey, Panelist, Scene, SheetKey
from contest.judging.models import OperationResult, PanelRole

UNDO_MS = 10_000
"""A mark may be changed this long without a reason: a slip of the finger (trust.md 5)."""
_GRACE_MS = 5_000  # between the tap on `undo` and the operation that says so
ORGANIZER_CODE, SYSTEM_CODE = "organizer", "system"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an operation. `repeats` True: the mark already stands so; nothing is appended."""

    result: OperationResult
    reason: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)
    judge: str = ""
    by: str = ""
    repeats: bool = False


class Quarantined(Exception):  # noqa: N818 (reads as what it is; never leaves this feature)
    def __init__(self, reason: str, params: Mapping[str, str | int] | None = None) -> None:
        super().__init__(reason)
        self.reason, self.params = reason, params or {}


def decide(op: Proposed, actor: Actor, scene: Scene) -> Decision:
    """What becomes of `op`, given the event as it stands. The order of the checks is the order of the messages."""
    try:
        aspect = _place(op, scene)
        judge, by, judged_by = _whose(op, actor, scene, aspect)
        _check_tablet(op, actor)
        _check_sheet(op, scene, judged_by)
        _check_value(op, aspect, scene)
        current = scene.marks.get(mark_key(op, judge))
        is_newest = current is None or current.revision == op.base or scene.follows(op.after, current)
        is_same = current is not None and (op.units, op.state) == (current.units, current.state)
        if is_same and not (op.decides and is_newest):
            return Decision(OperationResult.ACCEPTED, judge=judge, by=by, repeats=True)
        if not is_newest:
            return Decision(OperationResult.CONFLICT, reasons.NEWER_MARK, judge=judge, by=by)
        is_stranger = judged_by is not None and judged_by.account_id is not None and by != judge
        is_late = current is not None and _is_correction(
            op, current, by, is_signed=sheet_key(op, judge) in scene.signed
        )
        _check_reason(op, aspect, is_change=is_stranger or is_late)
    except Quarantined as found:
        return Decision(OperationResult.QUARANTINED, found.reason, found.params)
    return Decision(OperationResult.ACCEPTED, judge=judge, by=by)


def sheet_key(op: Proposed, judge: str) -> SheetKey:
    return op.stage, op.period, judge, op.entry


def mark_key(op: Proposed, judge: str) -> MarkKey:
    return op.stage, op.period, judge, op.entry, op.aspect, op.repetition


def judge_of(op: Proposed, actor: Actor, scene: Scene) -> str:
    """The judge code an operation is about, before it is judged ('' for the whole panel's values)."""
    if op.judge is not None:
        return op.judge
    member = scene.by_account(op.stage, actor.account_id)
    return member.code if member else ""


def is_organizer(actor: Actor, scene: Scene) -> bool:
    place = {"tenant_id": scene.tenant_id, "path": scene.path, "competition_id": scene.competition_id}
    return actor.holds(Role.ORGANIZER, **place)


def _place(op: Proposed, scene: Scene) -> Aspect:
    """The aspect an operation names, when place, time and rules are right."""
    if not op.is_readable:
        raise Quarantined(reasons.MALFORMED)
    period = scene.periods.get((op.stage, op.period))
    if period is None or scene.rules is None:
        raise Quarantined(reasons.UNKNOWN_PERIOD)
    if period[0] != "open":
        raise Quarantined(reasons.LOCKED if period[0] == "locked" else reasons.NOT_OPEN)
    if op.rules and op.rules != scene.digest:
        raise Quarantined(reasons.OTHER_RULES)
    if op.entry not in scene.entries:
        raise Quarantined(reasons.UNKNOWN_ENTRY)
    field = scene.admitted.get(op.stage)
    if field is not None and op.entry not in field:
        raise Quarantined(reasons.FORMER_OPEN if op.stage in scene.undecided else reasons.NOT_ADMITTED)
    aspect = scene.aspects.get((op.stage, op.aspect))
    if aspect is None or not 1 <= op.repetition <= aspect.repetitions:
        raise Quarantined(reasons.UNKNOWN_ASPECT)
    return aspect


def _whose(op: Proposed, actor: Actor, scene: Scene, aspect: Aspect) -> tuple[str, str, Panelist | None]:
    """(judge code, code of who typed, the judge) of an operation, or quarantine when it is not theirs to make."""
    me = scene.by_account(op.stage, actor.account_id)
    if op.judge is None:
        if me is None or not me.scores:
            raise Quarantined(reasons.NOT_ON_PANEL)
        if aspect.sheet == "clerk":
            raise Quarantined(reasons.CLERK_ASPECT)
        return me.code, me.code, me
    by = me.code if me else (SYSTEM_CODE if actor.is_system else ORGANIZER_CODE)
    is_desk = actor.is_system or is_organizer(actor, scene) or (me is not None and me.role != PanelRole.JUDGE)
    if op.judge == "":
        if not is_desk:
            raise Quarantined(reasons.NOT_ON_PANEL)
        if not is_shared(aspect):
            raise Quarantined(reasons.JUDGE_ASPECT)
        return "", by, None
    target = scene.by_code(op.stage, op.judge)
    if target is None or not target.scores or not _may_type_for(target, me, actor, is_desk=is_desk):
        raise Quarantined(reasons.NOT_ON_PANEL)
    return target.code, by, target


def is_shared(aspect: Aspect) -> bool:
    """An aspect that may hold one value of the whole panel, whoever types it."""
    return aspect.sheet == "clerk" or aspect.kind in {"measured", "boolean"} or aspect.method.name == "agreed"


def _may_type_for(target: Panelist, me: Panelist | None, actor: Actor, *, is_desk: bool) -> bool:
    """Own sheet, the chief judge's decision, or the paper sheet of an external judge. Administering never scores."""
    if actor.is_system or (me is not None and (me.code == target.code or me.role == PanelRole.CHIEF)):
        return True
    return is_desk and target.account_id is None


def _check_tablet(op: Proposed, actor: Actor) -> None:
    """A tablet whose work was moved to another still delivers what it holds; what was marked on it since waits.

    Only here the tablet's own clock decides something, and only between the table and the quarantine.
    """
    if actor.moved_at is not None and op.client_time > actor.moved_at.timestamp() * 1000:
        raise Quarantined(reasons.MOVED)


def _check_sheet(op: Proposed, scene: Scene, judge: Panelist | None) -> None:
    if judge is not None and (judge.id, op.entry) in scene.recusals:
        raise Quarantined(reasons.RECUSED)


def _check_value(op: Proposed, aspect: Aspect, scene: Scene) -> None:
    if op.state != SCORED or op.units is None:
        return
    problem = check_units(op.units, aspect)
    if problem is not None:
        raise Quarantined(problem.code, problem.params)
    unfit = check_limits(op.units, aspect, scene.measures.get(op.entry, {}))
    if unfit is not None:
        raise Quarantined(unfit.code)  # without its numbers: the entry's own value could tell a judge who it is


def _check_reason(op: Proposed, aspect: Aspect, *, is_change: bool) -> None:
    """Deductions and bonuses say why; so does a change after the undo time, after signing, or by another hand."""
    is_signed_sum = aspect.kind in {"deduction", "bonus"} and bool(op.units)
    if (is_signed_sum or is_change) and not op.reason.strip():
        raise Quarantined(reasons.REASON_MISSING)


def _is_correction(op: Proposed, current: Current, by: str, *, is_signed: bool) -> bool:
    if current.state == MISSING or (op.units, op.state) == (current.units, current.state):
        return False
    return is_signed or by != current.by_code or op.client_time - current.client_time > UNDO_MS + _GRACE_MS
