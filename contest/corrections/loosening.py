"""Loosening the formalities of an event that has begun: an organizer asks with a reason, another person confirms.

Whoever could drop a required signature, the recheck or the second person of a publication alone would need nobody else
for a result. The row of the ledger names both, and the verifier holds every loosening against it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind
from contest.competitions.formalities import (
    LOCKED,
    NOT_ORGANIZER,
    Formalities,
    formalities_of,
    has_begun,
    note_formalities,
    require_open,
    write_formalities,
)
from contest.competitions.models import UNSEALABLE, Competition, Event
from contest.competitions.queries import competition_of, get_event
from contest.core.canonical import digest as digest_of
from contest.corrections import policy
from contest.entries.guards import locked_event
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_

NOT_YOURS = N_("放宽手续由组织者提出，由另一位组织者、裁判长或监督确认。")
NOTHING = N_("这样改没有放宽手续，请直接在“手续”页保存。")
MOVED = N_("手续在提出以后改过，不能再确认。请撤回后重新提出。")


@dataclass(frozen=True, slots=True)
class LooseningView:
    """The page: what is asked for (typed, or waiting), what it would no longer ask for, what there was before."""

    competition: Competition
    event: Event
    wanted: Formalities | None
    loosened: Sequence[str]
    waiting: Act | None
    history: Sequence[Act]
    can_propose: bool
    can_confirm: bool
    blocked: str


def loosening_view(session: Session, actor: Actor, event_id: str, wanted: Formalities | None) -> LooseningView:
    """What stands on the page of the two persons (NotFoundError, ForbiddenError)."""
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not policy.can_see_changes(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    waiting = acts.open_act(session, event, ActKind.FORMALITIES)
    wanted = _wanted(waiting) if waiting else wanted
    loosened = formalities_of(event).loosened_by(wanted) if wanted else []
    is_first = waiting is not None and waiting.proposed_by == actor.account_id
    is_open = event.state not in UNSEALABLE
    return LooseningView(
        competition, event, wanted, loosened, waiting, acts.acts_of(session, event, ActKind.FORMALITIES)[0],
        can_propose=is_open and waiting is None and bool(loosened) and policy.can_propose_change(actor, competition),
        can_confirm=is_open and waiting is not None and not is_first, blocked="" if is_open else LOCKED,
    )  # fmt: skip


def _wanted(act: Act) -> Formalities:
    kept = json.loads(act.payload)["wanted"]
    return Formalities.asked(
        kept["signers"], calibrates=bool(kept["calibrates"]), rechecks=bool(kept["rechecks"]),
        publishes_in_pairs=bool(kept["publishes_in_pairs"]),
    )  # fmt: skip


def propose_loosening(session: Session, actor: Actor, event: Event, wanted: Formalities, reason: str) -> Act:
    """The first person's half; the formalities stay as they are.

    Raises:
        ForbiddenError: no organizer. InvalidError: no reason.
        ConflictError: locked, not begun, nothing would be loosened, or it waits already.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_propose_change(actor, competition):
        raise ForbiddenError(NOT_ORGANIZER)
    require_open(event)
    now = formalities_of(event)
    if not has_begun(session, event) or not now.loosened_by(wanted):
        raise ConflictError(NOTHING)
    payload = {"now": now.plain(), "wanted": wanted.plain()}
    return acts.propose(
        session, actor, event, ActKind.FORMALITIES, payload=payload, digest=digest_of(payload),
        reason=acts.reason_of(reason),
    )  # fmt: skip


def confirm_loosening(session: Session, actor: Actor, event: Event, act_id: str) -> Act:
    """The second person's half: the formalities are the looser ones, the ledger says who asked and who agreed.

    Raises:
        ForbiddenError: the same person, or no second person here.
        ConflictError: decided already, locked meanwhile, or the formalities are other ones by now.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, act_id, ActKind.FORMALITIES)
    acts.require_second(session, actor, act)
    if not policy.can_see_changes(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    acts.require_open(session, act)
    require_open(event)
    if json.loads(act.payload)["now"] != formalities_of(event).plain():
        raise ConflictError(MOVED)
    wanted = _wanted(act)
    said: dict[str, object] = {
        "reason": act.reason, "proposed_by": act.proposed_by, "confirmed_by": actor.account_id
    }  # fmt: skip
    row = note_formalities(session, event, wanted, said)
    write_formalities(session, actor, event, wanted)
    return acts.confirm(session, actor, act, ledger_seq=row.seq)


def refuse_loosening(session: Session, actor: Actor, event: Event, act_id: str, reason: str) -> Act:
    """The second person's no, or the first one's withdrawal (ForbiddenError, InvalidError, ConflictError)."""
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, act_id, ActKind.FORMALITIES)
    if not policy.can_see_changes(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    return acts.refuse(session, actor, act, reason)
