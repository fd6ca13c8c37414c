"""What the page of a waiver shows, and which waivers wait for their witness."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, and_, col, func, select

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind
from contest.competitions.models import SIGNERS, Event, PeriodState
from contest.competitions.queries import stage_periods
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import error_text
from contest.judging.models import GROUND_NAMES, Sheet, SheetSignature, WaiverGround
from contest.judging.policy import can_see_marks
from contest.judging.queries import Where, entries_in, locate, member_for, recusals_of
from contest.judging.sheet.queries import SheetView
from contest.judging.signatures.services import due_roles, signatures_of
from contest.judging.signatures.waiving import NOT_YOURS, is_own, require_waivable, rights, subject_of, waived_sheet


@dataclass(frozen=True, slots=True)
class WaiverView:
    """One signature that may be waived: the sheet, its chain, what waits, and why nothing can be asked now."""

    sheet: SheetView
    role: str
    signatures: Sequence[SheetSignature]
    waiting: Act | None
    ground: str
    history: Sequence[Act]
    is_stale: bool
    is_own: bool
    problem: str
    sees_marks: bool
    can_propose: bool
    can_confirm: bool


def waiver_view(session: Session, actor: Actor, period_id: str, judge: str, code: str, role: str) -> WaiverView:
    """The page of one signature.

    Raises:
        ForbiddenError: no part in it. NotFoundError: no such sheet or role.
    """
    where = locate(session, period_id, actor)
    asks, witnesses = rights(session, actor, where, role)
    if not (asks or witnesses):
        raise ForbiddenError(NOT_YOURS)
    sheet = waived_sheet(session, where, judge, code, role)
    subject = subject_of(where, judge, code, role)
    waiting = acts.open_act(session, where.event, ActKind.WAIVER, subject)
    told = json.loads(waiting.payload) if waiting else {}
    own, is_first = is_own(session, actor, sheet, role), waiting is not None and waiting.proposed_by == actor.account_id
    problem, seat = _problem(session, sheet, role), member_for(session, actor, where.stage)
    is_locked = where.period.state is PeriodState.LOCKED
    return WaiverView(
        sheet, role, signatures_of(session, sheet.sheet), waiting,
        GROUND_NAMES[WaiverGround(told["ground"])] if told else "",
        acts.acts_of(session, where.event, ActKind.WAIVER, subject=subject)[0],
        is_stale=bool(told) and told["marks"] != sheet.digest, is_own=own, problem=problem,
        sees_marks=can_see_marks(actor, where.competition, seat, is_locked=is_locked),
        can_propose=asks and not own and waiting is None and not problem,
        can_confirm=witnesses and not own and waiting is not None and not is_first,
    )  # fmt: skip


def _problem(session: Session, sheet: SheetView, role: str) -> str:
    try:
        require_waivable(session, sheet, role, sheet.digest)
    except ConflictError as error:
        return error_text(error)
    return ""


@dataclass(frozen=True, slots=True)
class WaitingWaiver:
    """A waiver that waits for its witness: which signature of which sheet."""

    act: Act
    period_id: str
    role: str
    judge: str
    code: str

    @property
    def who(self) -> str:
        """Whose signature: the name of the role (a message id)."""
        return SIGNERS[self.role]


def waiting_waivers(session: Session, event: Event) -> list[WaitingWaiver]:
    """The waivers of an event that wait, oldest first; at most a hundred.

    Not those of sheets that are none any more: the entry has withdrawn, or the judge is recused from it.
    """
    found = []
    for act in acts.open_acts(session, event, ActKind.WAIVER):
        period_id, role, judge, code = act.subject.split("/", 3)
        found.append(WaitingWaiver(act, period_id, role, judge, code))
    if not found:
        return []
    stages = {period.id: stage.key for stage, period in stage_periods(session, event)}
    codes, kept = {entry.code for entry in entries_in(session, event)}, recusals_of(session, event)
    return [
        item for item in found
        if item.code in codes and (stages.get(item.period_id), item.judge) not in kept.get(item.code, ())
    ]  # fmt: skip


def by_signature(items: Sequence[WaitingWaiver]) -> list[list[WaitingWaiver]]:
    """The waivers of the same judge and role of a period together: they can be witnessed on one page."""
    found: dict[tuple[str, str, str], list[WaitingWaiver]] = {}
    for item in items:
        found.setdefault((item.period_id, item.judge, item.role), []).append(item)
    return list(found.values())


def count_waived(session: Session, where: Where) -> int:
    """How many signatures of a period are waived and stand so."""
    same = and_(col(Sheet.tenant_id) == SheetSignature.tenant_id, col(Sheet.id) == SheetSignature.sheet_id)
    query = select(func.count()).select_from(SheetSignature).join(Sheet, same).where(
        Sheet.tenant_id == where.period.tenant_id, Sheet.period_id == where.period.id,
        col(SheetSignature.ground).is_not(None), col(SheetSignature.voided_at).is_(None),
    )  # fmt: skip
    return session.exec(query).one()


def roles_to_ask(session: Session, actor: Actor, where: Where) -> frozenset[str]:
    """The roles whose signature the actor may ask to waive in this period."""
    return frozenset(role for role in due_roles(session, where) if rights(session, actor, where, role)[0])
