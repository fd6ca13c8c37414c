"""Correcting after the lock: a reason, the consequences first, a second person, a row in the ledger.

The same for marks, for facts and for who competes at all. Nothing is edited: the correction supersedes what stood
there, and what is published already stays; a new version follows it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from contest.actors import Actor
from contest.acts import services as acts
from contest.acts.models import Act, ActKind, ActState
from contest.competitions.models import Competition, Event, EventState
from contest.competitions.queries import competition_of, get_event, rules_in_force
from contest.core.canonical import digest as digest_of
from contest.core.canonical import to_plain
from contest.core.consequences import effects, outcomes
from contest.core.scoring import INCOMPLETE
from contest.corrections import policy
from contest.corrections.asked import Asked, Line, Told
from contest.corrections.facts import FactCorrection
from contest.corrections.marks import Correction
from contest.corrections.queries import Effects, check_may_see, effects_json, kept_items
from contest.corrections.services import OTHER_LIST, EffectsChangedError
from contest.corrections.withdrawal import WithdrawalCorrection
from contest.entries.guards import SEALED, locked_event
from contest.errors import ConflictError, ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.ledger.queries import head
from contest.standings.services import compute

NOT_YOURS = N_("更正由组织者或裁判长提出，由另一位组织者、裁判长或监督确认。")
KINDS: Mapping[ActKind, type[Correction | FactCorrection | WithdrawalCorrection]] = {
    made.kind: made for made in (Correction, FactCorrection, WithdrawalCorrection)
}
NOTHING = Effects((), 0, 0, "", 0)


def effects_of_correction(session: Session, event: Event, asked: Asked) -> Effects:
    """What the correction would change for ranks, totals and awards. Long work: call it outside of a transaction."""
    at = _head(session, event)
    now = compute(session, event)
    result = asked.evaluated(session, event, now)
    items = effects(outcomes(now.rules, now.result), outcomes(now.rules, result))
    digest = digest_of({"asked": asked.plain(), "effects": [to_plain(item) for item in items]})
    return Effects(items, len(now.entries), len(now.marks), digest, at)


def _head(session: Session, event: Event) -> int:
    return (head(session, competition_of(session, event)) or (0, ""))[0]


def _fresh(session: Session, event: Event, asked: Asked, found: Effects | None) -> Effects:
    """`found` if the ledger has not moved since it was worked out, else the list as it is now."""
    is_fresh = found is not None and found.head == _head(session, event)
    return found if found is not None and is_fresh else effects_of_correction(session, event, asked)


def asked_of(act: Act) -> Asked:
    """What a kept act asks for."""
    return KINDS[act.kind](**json.loads(act.payload))


def propose_correction(
    session: Session, actor: Actor, event: Event, asked: Asked, *, reason: str, seen: str,
    found: Effects | None = None,
) -> Act:  # fmt: skip
    """The first person's half: a reason, and the digest of the consequences that the page showed.

    Raises:
        ForbiddenError, NotFoundError, InvalidError (no reason), ConflictError (not locked, closed, one waits already),
        EffectsChangedError (the consequences are other ones by now).
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    require_part(session, actor, event, competition)
    if not policy.can_propose_correction(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    _require_locked(event)
    asked.find(session, event)
    why = acts.reason_of(reason)
    if _fresh(session, event, asked, found).digest != seen:
        raise EffectsChangedError(OTHER_LIST)
    return acts.propose(
        session, actor, event, asked.kind, subject=asked.subject, payload=asked.plain(), digest=seen, reason=why
    )


def confirm_correction(
    session: Session, actor: Actor, event: Event, act_id: str, *, seen: str, found: Effects | None = None
) -> Act:
    """The second person's half: the correction stands in the ledger; a published event awaits its next version.

    Raises:
        ForbiddenError: the same person, or no second person here.
        ConflictError: decided already, closed or opened again. EffectsChangedError: other consequences by now.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, act_id, *KINDS)
    acts.require_second(session, actor, act)
    require_part(session, actor, event, competition)
    acts.require_open(session, act)
    _require_locked(event)
    asked = asked_of(act)
    if _line(session, event, asked) is None:
        raise EffectsChangedError(OTHER_LIST)
    now = _fresh(session, event, asked, found)
    if not now.digest == act.digest == seen:
        raise EffectsChangedError(OTHER_LIST)
    said = {
        "reason": act.reason, "proposed_by": act.proposed_by, "confirmed_by": actor.account_id, "effects": now.digest,
    }  # fmt: skip
    row = asked.write(session, event, said, f"{act.proposer}、{actor.name}")
    event, _ = locked_event(session, event.tenant_id, event.id)
    event.state = EventState.LOCKED
    session.add(event)
    return acts.confirm(session, actor, act, ledger_seq=row.seq, effects=effects_json(now))


def refuse_correction(session: Session, actor: Actor, event: Event, act_id: str, reason: str) -> Act:
    """The second person's no, or the first one's withdrawal.

    Raises:
        ForbiddenError, InvalidError (no reason), ConflictError (decided already).
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    act = acts.get_act(session, event, act_id, *KINDS)
    require_part(session, actor, event, competition)
    return acts.refuse(session, actor, act, reason)


def _line(session: Session, event: Event, asked: Asked) -> Line | None:
    """What stands at the place; None once it is gone: the entry has been withdrawn since."""
    try:
        return asked.find(session, event)
    except NotFoundError:
        return None


def require_part(session: Session, actor: Actor, event: Event, competition: Competition) -> None:
    if not policy.can_see_changes(actor, competition):
        raise ForbiddenError(NOT_YOURS)
    check_may_see(session, actor, event, competition)


def _require_locked(event: Event) -> None:
    if event.state not in SEALED:
        raise ConflictError(N_("全部锁定以后、归档以前才能这样更正；评分还开放时，请裁判自己改。"))


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """One correction: what stands there now (`line`), what it shall be, and what that changes."""

    competition: Competition
    event: Event
    asked: Asked
    line: Line | None
    told: Told
    wanted: str
    effects: Effects
    act: Act | None
    can_confirm: bool

    @property
    def is_mark(self) -> bool:
        return self.asked.kind is ActKind.MARK

    @property
    def lets_in(self) -> bool:
        """Whether somebody comes into a stage that is over, in which they have no marks, for one who withdraws."""
        is_new = (item.after.status == INCOMPLETE != item.before.status for item in self.effects.items)
        return self.asked.kind is ActKind.WITHDRAWAL and any(is_new)


def preview(session: Session, actor: Actor, event_id: str, asked: Asked, text: str | None) -> CorrectionView:
    """The place, and with a typed value (`text`) what it would change.

    Raises:
        NotFoundError, ForbiddenError, InvalidError (a value that can't be).
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    require_part(session, actor, event, competition)
    line = asked.find(session, event)
    if text is None:
        return CorrectionView(competition, event, asked, line, line.told, "", NOTHING, None, can_confirm=False)
    made = asked.with_value(session, event, text)
    found = effects_of_correction(session, event, made)
    wanted = made.wanted(rules_in_force(session, event))
    return CorrectionView(competition, event, made, line, line.told, wanted, found, None, can_confirm=False)


def act_view(session: Session, actor: Actor, event_id: str, act_id: str) -> CorrectionView:
    """A proposed or decided correction; while it waits its consequences are worked out anew."""
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    require_part(session, actor, event, competition)
    act = acts.get_act(session, event, act_id, *KINDS)
    asked, rules = asked_of(act), rules_in_force(session, event)
    is_open = act.state is ActState.PROPOSED and event.state in SEALED
    line = _line(session, event, asked) if is_open else None
    found = kept_items(act.effects, act.digest)
    if is_open:
        found = effects_of_correction(session, event, asked) if line else NOTHING
    may = is_open and actor.account_id not in (None, act.proposed_by)
    told = line.told if line else asked.told(rules)
    return CorrectionView(competition, event, asked, line, told, asked.wanted(rules), found, act, may)
