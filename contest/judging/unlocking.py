"""Opening a locked period again: with a reason, and from a certain point on by two persons (docs/bundle.md, Unlocking).

Until then it is a repair that one person may make: whatever mark it lets in voids the signatures of its sheet, and all
are asked again. Not so once everybody has signed, names stand beside codes, results are out, or the order of the next
stage is drawn: then whoever opens alone could choose what becomes of a known result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, select

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind
from contest.audit.services import record
from contest.callroom.models import OrderDraw
from contest.callroom.voiding import live_draws, void_draws
from contest.competitions import gates
from contest.competitions.models import EventState, Period, PeriodState, Stage
from contest.competitions.queries import stages_of
from contest.db import HELD
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_, gettext
from contest.judging.locking import decider, hold_chain, write_state
from contest.judging.models import MarkRow
from contest.judging.panel.lifting import may_confirm
from contest.judging.policy import can_decide
from contest.judging.queries import Where, locate, member_for
from contest.judging.signatures.listing import sheet_signatures
from contest.judging.signatures.services import due_roles
from contest.ledger import kinds
from contest.ledger.queries import told

NOT_YOURS = N_("解锁由这个阶段的裁判长或组织者提出，由另一位裁判长、组织者或监督确认。")
TAKES_TWO = N_("现在解锁要两个人：%(why)s。请写明理由提出，由另一个人确认。")
PUBLISHED = N_("成绩发布过")
UNSEALED = N_("加密号已经解密")
SIGNED = N_("这个阶段的评分表已经全部签名")
DRAWN = N_("“%(stages)s”的出场顺序已经抽过签，解锁会作废它，锁定后要重新抽")

Draws = Sequence[tuple[Stage, OrderDraw]]


class TakesTwoError(ConflictError):
    """One person can't open this period any more."""


def why_two(session: Session, where: Where) -> list[str]:
    """Why opening this period again takes two persons, in words; empty while one may."""
    event, found = where.event, []
    if any(data["event"] == event.id for data in told(session, where.competition, kinds.PUBLICATION)):
        found.append(gettext(PUBLISHED))
    if event.unsealed_at is not None:
        found.append(gettext(UNSEALED))
    if draws := stale_draws(session, where):
        stages = {stage.id: stage for stage, _ in draws}
        found.append(gettext(DRAWN) % {"stages": gates.titles(stages.values())})
    if _is_signed(session, where):
        found.append(gettext(SIGNED))
    return found


def _is_signed(session: Session, where: Where) -> bool:
    """Whether nobody has a signature left to give: external judges, who have no account, sign on paper."""
    due = set(due_roles(session, where))
    lines = sheet_signatures(session, where)
    return any(line.signed for line in lines) and all(
        due - (set() if line.member.account_id else {"judge", "contestant"}) <= line.signed for line in lines
    )


def stale_draws(session: Session, where: Where) -> Draws:
    """The draws of later stages whose list this period helps to decide and in which nothing is marked yet."""
    later = {stage.key for stage in stages_of(session, where.event) if _decides(where, stage)}
    draws = live_draws(session, where.event, later) if later else ()
    here = (MarkRow.tenant_id == where.event.tenant_id, MarkRow.event_id == where.event.id)
    marked = set(session.exec(select(MarkRow.stage_key).where(*here).distinct())) if draws else set()
    return [(stage, draw) for stage, draw in draws if stage.key not in marked]


def _decides(where: Where, later: Stage) -> bool:
    return where.stage.key in {former.id for former in where.rules.deciding(later.key)}


def unlock_period(session: Session, actor: Actor, period: Period, reason: str) -> None:
    """Opens a locked period again, with a reason. What is published stays as it is: a new version follows it.

    Raises:
        ForbiddenError: neither organizer nor chief judge of the stage.
        InvalidError: no reason.
        ConflictError: not locked, the event is closed, or a later stage whose entries this one decides has begun.
        TakesTwoError: it takes two persons by now.
    """
    where, why = decider(session, actor, period), _reason(reason)
    _require_unlockable(session, where)
    if found := why_two(session, where):
        raise TakesTwoError(TAKES_TWO, why=gettext("；").join(found))
    _open(session, actor, where, {"reason": why})


def _reason(text: str) -> str:
    if not text.strip():
        message = DomainError(N_("请写明为什么解锁，这条理由会记入流水。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"reason": message})
    return text.strip()


def ask_unlock(session: Session, actor: Actor, period: Period, reason: str) -> Act | None:
    """Opens the period, or where that takes two asks for it: the act that waits (raises as `unlock_period`)."""
    try:
        unlock_period(session, actor, period, reason)
    except TakesTwoError:
        return propose_unlock(session, actor, period, reason)
    return None


def propose_unlock(session: Session, actor: Actor, period: Period, reason: str) -> Act:
    """The first person's half where it takes two; nothing is opened yet.

    Raises:
        ForbiddenError, InvalidError, ConflictError: as `unlock_period`; or it waits already.
    """
    where, why = decider(session, actor, period), _reason(reason)
    _require_unlockable(session, where)
    return acts.propose(session, actor, where.event, ActKind.UNLOCK, subject=where.period.id, reason=why)


def confirm_unlock(session: Session, actor: Actor, period_id: str, act_id: str) -> Act:
    """The second person's half: the period is open, draws that depended on it are void, the ledger names both.

    Raises:
        ForbiddenError: the same person, or no second person here.
        NotFoundError: no such act. ConflictError: decided, or can't be opened by now.
    """
    where, act = _act(session, actor, period_id, act_id)
    acts.require_second(session, actor, act)
    _require_unlockable(session, where)
    acts.require_open(session, act)
    said = {"reason": act.reason, "proposed_by": act.proposed_by, "confirmed_by": actor.account_id}
    seq = _open(session, actor, where, said)
    return acts.confirm(session, actor, act, ledger_seq=seq)


def refuse_unlock(session: Session, actor: Actor, period_id: str, act_id: str, reason: str) -> Act:
    """The second person's no, or the first one's withdrawal (ForbiddenError, InvalidError, ConflictError)."""
    _, act = _act(session, actor, period_id, act_id)
    return acts.refuse(session, actor, act, reason)


def _act(session: Session, actor: Actor, period_id: str, act_id: str) -> tuple[Where, Act]:
    where = locate(session, period_id, actor)
    if not may_confirm(actor, where.competition, member_for(session, actor, where.stage)):
        raise ForbiddenError(NOT_YOURS)
    session.refresh(where.event, with_for_update=HELD)
    act = acts.get_act(session, where.event, act_id, ActKind.UNLOCK)
    if act.subject != where.period.id:
        raise NotFoundError(N_("找不到这件事。"))
    return where, act


def _require_unlockable(session: Session, where: Where) -> None:
    session.refresh(where.event, with_for_update=HELD)  # a later stage can't be opened meanwhile
    hold_chain(session, where)
    session.refresh(where.period)
    if where.period.state is not PeriodState.LOCKED:
        raise ConflictError(N_("“%(title)s”没有锁定，不需要解锁。"), title=where.stage.title)
    if where.event.state is EventState.CLOSED:
        raise ConflictError(N_("这个项目已经归档，不能再解锁评分。"))
    if problem := later_begun(session, where):
        raise problem


def _open(session: Session, actor: Actor, where: Where, said: Mapping[str, object]) -> int:
    draws, reason = stale_draws(session, where), str(said["reason"])
    more = {key: value for key, value in said.items() if key != "reason"}
    row = write_state(session, where, kinds.UNLOCK, reason, **more)
    if draws:
        void_draws(session, where.competition, where.event, draws, said)
    where.period.state, where.period.locked_at = PeriodState.OPEN, None
    where.event.state = EventState.SCORING
    session.add(where.period)
    session.add(where.event)
    record(session, actor, where.period.tenant_id, "unlock", "period", where.period.id, reason=reason)
    return row.seq


def later_begun(session: Session, where: Where) -> ConflictError | None:
    """Why a period can't be unlocked yet: a stage that its result lets entries into is open or locked."""
    begun = gates.begun_after(session, where.event, where.stage)
    if not begun:
        return None
    return ConflictError(gates.LATER_BEGUN, later=gates.titles(begun), stage=gates.titled(where.stage))


@dataclass(frozen=True, slots=True)
class Unlocking:
    """What the page shows beside the period: why it takes two, what waits, who may do the next step."""

    why: Sequence[str]
    waiting: Act | None
    history: Sequence[Act]
    can_ask: bool
    can_confirm: bool


def unlocking_view(session: Session, actor: Actor, where: Where) -> Unlocking:
    """The page of unlocking one period (ForbiddenError: no part in it)."""
    seat = member_for(session, actor, where.stage)
    if not may_confirm(actor, where.competition, seat):
        raise ForbiddenError(NOT_YOURS)
    asks = can_decide(actor, where.competition, seat)
    waiting = acts.open_act(session, where.event, ActKind.UNLOCK, where.period.id)
    history, _ = acts.acts_of(session, where.event, ActKind.UNLOCK, subject=where.period.id)
    is_first = waiting is not None and waiting.proposed_by == actor.account_id
    return Unlocking(why_two(session, where), waiting, history, asks, waiting is not None and not is_first)
