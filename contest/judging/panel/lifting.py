"""Lifting a recusal that was declared by mistake: a reason, two persons, a row in the ledger.

One that was found by itself (own unit, kept apart) is not lifted: what makes it has to be mended.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from contest.actors import Actor, Role
from contest.acts import services as acts
from contest.acts.models import Act, ActKind
from contest.competitions.models import UNSEALABLE, Competition, Event, Stage
from contest.competitions.queries import competition_of, get_event
from contest.entries.guards import locked_event
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember, Recusal
from contest.judging.panel.recusals import has_locked, known_as, knows_names
from contest.judging.policy import can_decide
from contest.judging.queries import member_for
from contest.ledger import kinds
from contest.ledger.services import append

NOT_YOURS = N_("取消回避由裁判长或组织者提出，由另一位裁判长、组织者或监督确认。")


@dataclass(frozen=True, slots=True)
class Lifting:
    """One recusal, and what waits for it; `entry` as this person may know it."""

    competition: Competition
    event: Event
    recusal: Recusal
    member: PanelMember
    entry: str
    waiting: Act | None
    can_propose: bool
    can_confirm: bool


def lifting_view(session: Session, actor: Actor, event_id: str, recusal_id: str) -> Lifting:
    """The page of a recusal (NotFoundError, ForbiddenError)."""
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    recusal, member, entry = _found(session, event, recusal_id)
    proposes, confirms = rights_over(session, actor, competition, member)
    if not (proposes or confirms):
        raise ForbiddenError(NOT_YOURS)
    waiting = acts.open_act(session, event, ActKind.RECUSAL, recusal.id)
    is_first = waiting is not None and waiting.proposed_by == actor.account_id
    shown = known_as(entry, by_name=knows_names(session, actor, competition, event))
    return Lifting(
        competition, event, recusal, member, shown, waiting,
        proposes and waiting is None, confirms and waiting is not None and not is_first,
    )  # fmt: skip


def _found(session: Session, event: Event, recusal_id: str) -> tuple[Recusal, PanelMember, Entry]:
    recusal = session.get(Recusal, (event.tenant_id, recusal_id))
    entry = session.get(Entry, (event.tenant_id, recusal.entry_id)) if recusal else None
    if recusal is None or entry is None or entry.event_id != event.id:
        raise NotFoundError(N_("找不到这条回避，它可能已经取消。"))
    return recusal, session.get_one(PanelMember, (event.tenant_id, recusal.panel_member_id)), entry


def rights_over(
    session: Session, actor: Actor, competition: Competition, member: PanelMember
) -> tuple[bool, bool]:  # fmt: skip
    """Whether the actor may be the first, and the second person, about a recusal of this judge."""
    stage = session.get_one(Stage, (member.tenant_id, member.stage_id))
    seat = member_for(session, actor, stage)
    return can_decide(actor, competition, seat), may_confirm(actor, competition, seat)


def may_confirm(actor: Actor, competition: Competition, seat: PanelMember | None) -> bool:
    """Whether whoever has that seat in the judge's stage may be the second person."""
    place = {"tenant_id": competition.tenant_id, "path": competition.organization_path}
    watches = actor.holds(Role.SUPERVISOR, **place, competition_id=competition.id)
    return watches or can_decide(actor, competition, seat)


def propose_lifting(session: Session, actor: Actor, event: Event, recusal_id: str, reason: str) -> Act:
    """The first person's half.

    Raises:
        NotFoundError, ForbiddenError, InvalidError (no reason), ConflictError (found by itself, locked, waits already).
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    recusal, member, _ = _found(session, event, recusal_id)
    if not rights_over(session, actor, competition, member)[0]:
        raise ForbiddenError(NOT_YOURS)
    _require_liftable(session, event, recusal, member)
    return acts.propose(session, actor, event, ActKind.RECUSAL, subject=recusal.id, reason=acts.reason_of(reason))


def _require_liftable(session: Session, event: Event, recusal: Recusal, member: PanelMember) -> None:
    """Of a locked stage nothing is lifted, as nobody is recused there: who advanced may be scored already."""
    if recusal.automatic:
        raise ConflictError(N_("这条回避是自动查出的，不能取消。单位登记错了，请改单位。"))
    if event.state in UNSEALABLE or has_locked(session, member.tenant_id, member.stage_id):
        raise ConflictError(N_("评分已经锁定，回避不能再取消。"))


def confirm_lifting(session: Session, actor: Actor, event: Event, act_id: str) -> Act:
    """The second person's half: the judge gets the sheet, the ledger says why.

    Raises:
        ForbiddenError (the same person, or not theirs), NotFoundError, ConflictError (decided or locked meanwhile).
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, act_id, ActKind.RECUSAL)
    acts.require_second(session, actor, act)
    acts.require_open(session, act)
    recusal, member, entry = _found(session, event, act.subject)
    if not rights_over(session, actor, competition, member)[1]:
        raise ForbiddenError(NOT_YOURS)
    _require_liftable(session, event, recusal, member)
    seq = None
    if recusal.ledger_seq is not None:
        stage = session.get_one(Stage, (member.tenant_id, member.stage_id))
        data = {"event": event.id, "stage": stage.key, "judge": member.code, "entry": entry.code or "",
                "state": "lifted", "reason": act.reason, "proposed_by": act.proposed_by,
                "confirmed_by": actor.account_id}  # fmt: skip
        seq = append(session, competition, kinds.RECUSAL, data).seq
    session.delete(recusal)
    session.flush()
    return acts.confirm(session, actor, act, ledger_seq=seq)


def refuse_lifting(session: Session, actor: Actor, event: Event, act_id: str, reason: str) -> Act:
    """The second person's no, or the first one's withdrawal (ForbiddenError, InvalidError, ConflictError)."""
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, act_id, ActKind.RECUSAL)
    _, member, _ = _found(session, event, act.subject)
    if not rights_over(session, actor, competition, member)[1]:
        raise ForbiddenError(NOT_YOURS)
    return acts.refuse(session, actor, act, reason)
