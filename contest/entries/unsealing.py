"""Unsealing (解密): two persons open the blind codes after the lock; before it nobody joins a code and a name.

"Decoded only after the head judge has handed in and checked the scores, watched by supervisors" (rules.md 2): one
proposes it (encryption officer or organizer), another confirms it (supervisor, arbitrator, another encryption officer).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind
from contest.competitions.models import UNSEALABLE, Competition, Event
from contest.competitions.queries import competition_of, get_event
from contest.db import now
from contest.entries import policy
from contest.entries.drawing import count_drawn
from contest.entries.guards import locked_event
from contest.entries.layering import layers_of
from contest.entries.models import Entry, EntryState
from contest.entries.queries import is_blind
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger.services import append, make_checkpoint

NOT_YOURS = N_("解密由加密裁判或组织者提出，由监督、仲裁或另一位加密裁判确认。")


def propose_unsealing(session: Session, actor: Actor, event: Event) -> Act:
    """The first person's half; nothing is opened yet.

    Raises:
        ForbiddenError: neither encryption officer nor organizer.
        ConflictError: nothing to open, opened already, or marks can still come in.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_propose_unsealing(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    _require_sealed(session, event)
    return acts.propose(session, actor, event, ActKind.UNSEALING)


def confirm_unsealing(session: Session, actor: Actor, event: Event, act_id: str) -> Act:
    """The second person's half: the codes are open from here on, the ledger says who opened them, and a checkpoint.

    Raises:
        ForbiddenError: the same person again, or somebody who may not be the second.
        ConflictError: decided already, or the scoring was opened again meanwhile.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, act_id, ActKind.UNSEALING)
    acts.require_second(session, actor, act)
    if not policy.can_confirm_unsealing(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    acts.require_open(session, act)
    _require_sealed(session, event)
    data = {"event": event.id, "codes": count_drawn(session, event), "proposed_by": act.proposed_by,
            "confirmed_by": actor.account_id}  # fmt: skip
    row = append(session, competition, kinds.UNSEALING, data)
    event.unsealed_at = now()
    session.add(event)
    make_checkpoint(session, competition, "unsealing")
    return acts.confirm(session, actor, act, ledger_seq=row.seq)


def refuse_unsealing(session: Session, actor: Actor, event: Event, act_id: str, reason: str) -> Act:
    """The second person's no with a reason, or the first one's withdrawal.

    Raises:
        ForbiddenError, InvalidError (no reason), ConflictError (decided already).
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, act_id, ActKind.UNSEALING)
    if actor.account_id != act.proposed_by and not policy.can_confirm_unsealing(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    return acts.refuse(session, actor, act, reason)


def _require_sealed(session: Session, event: Event) -> None:
    if not is_blind(session, event):
        raise ConflictError(N_("本项目不加密，没有需要解密的。"))
    if layers_of(session, event):
        raise ConflictError(N_("本项目分层加密：请在“分层加密”页由两位加密裁判逐层解密。"))
    if event.unsealed_at is not None:
        raise ConflictError(N_("本项目已经解密。"))
    if event.state not in UNSEALABLE:
        raise ConflictError(N_("还有评分没有锁定。全部锁定以后才能解密。"))


@dataclass(frozen=True, slots=True)
class UnsealingView:
    """The page of an event: how far it is, who may do the next step, and afterwards the codes with their entries."""

    competition: Competition
    event: Event
    is_blind: bool
    is_layered: bool
    is_ready: bool
    codes: int
    waiting: Act | None
    history: Sequence[Act]
    can_propose: bool
    can_confirm: bool
    lines: Sequence[Entry]

    @property
    def is_open(self) -> bool:
        return self.event.unsealed_at is not None


def unsealing_view(session: Session, actor: Actor, event_id: str, *, offset: int = 0, limit: int = 50) -> UnsealingView:
    """What stands on the page; names only once they are open, and only for those who may then see them.

    Raises:
        NotFoundError, ForbiddenError: no part in it.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    may_propose = policy.can_propose_unsealing(actor, competition)
    may_confirm = policy.can_confirm_unsealing(actor, competition)
    if not (may_propose or may_confirm):
        raise ForbiddenError(NOT_YOURS)
    blind = is_blind(session, event)
    layered = bool(layers_of(session, event))
    sealed = blind and not layered and event.unsealed_at is None and event.state in UNSEALABLE
    waiting = acts.open_act(session, event, ActKind.UNSEALING)
    is_first = waiting is not None and waiting.proposed_by == actor.account_id
    sees = blind and event.is_unsealed and policy.can_see_names(actor, competition, is_open=True)
    return UnsealingView(
        competition, event, blind, layered, sealed, count_drawn(session, event), waiting,
        acts.acts_of(session, event, ActKind.UNSEALING)[0],
        can_propose=sealed and may_propose and waiting is None,
        can_confirm=sealed and may_confirm and waiting is not None and not is_first,
        lines=_opened(session, event, offset, limit) if sees else (),
    )  # fmt: skip


def _opened(session: Session, event: Event, offset: int, limit: int) -> Sequence[Entry]:
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, Entry.state == EntryState.REGISTERED)
    query = select(Entry).where(*here, col(Entry.code).is_not(None))
    return session.exec(query.order_by(func.length(Entry.code), col(Entry.code)).offset(offset).limit(limit)).all()
