"""Changing an adopted rule set: proposed with a reason by one person, approved by another who saw the consequences."""

from __future__ import annotations

import json

from sqlmodel import Session

from contest.accounts.hands import require_untied
from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, RuleSetVersion
from contest.competitions.queries import CHANGEABLE, newest_version, version_in_force
from contest.competitions.rule_services import check_changeable, checked, replace_rule_set
from contest.corrections import policy, queries, rehearsing
from contest.corrections.models import ChangeState, Rehearsal, RuleChange
from contest.corrections.queries import Effects
from contest.db import now
from contest.entries.guards import locked_event
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, TooLargeError
from contest.i18n import N_

LONGEST_REASON = 2000
LARGEST_MARKS = 5_000_000
KEPT_MARKS = 3
"""Pasted marks that stay for an event; they may hold names, so no more than are needed."""
OTHER_LIST = N_("名单在您查看之后变了：又有新的分数。下面是现在的名单，请重新核对后再确认。")
_DECIDED = N_("这次修改已经有了结果，没有再次处理。请刷新页面。")


class EffectsChangedError(ConflictError):
    """What would change is no longer what the person saw; the page shows it again."""


def propose_change(
    session: Session, actor: Actor, event: Event, *, reason: str, base: str, seen: str, found: Effects | None = None
) -> RuleChange:
    """Proposes that the event's draft replaces the rule set in force; nothing changes yet.

    `base`: digest of the draft, `seen`: digest of the list of effects, both of the page the person acted on;
    `found` is that list as worked out before this transaction (it is used while the ledger has not moved). The same
    person sending the same again gets the proposal that is there.

    Raises:
        ForbiddenError: no organizer, or a judge of this event.
        InvalidError: no reason, or faults in the draft.
        ConflictError: not adopted or locked, no such draft, another proposal is open, marks that would not fit.
        EffectsChangedError: marks changed the list meanwhile.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_propose_change(actor, competition):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以提出修改评分办法。"))
    queries.check_may_see(session, actor, event, competition)
    check_changeable(event)
    reason = _reason(reason)
    in_force, draft = version_in_force(session, event), newest_version(session, event)
    if event.state not in CHANGEABLE or in_force is None:
        raise ConflictError(N_("评分办法还没有定稿，直接修改草稿就可以。"))
    if draft is None or draft.adopted_at is not None or draft.digest != base:
        raise ConflictError(N_("修改稿在您查看之后被改过或放弃了，没有提交。请重新查看。"))
    rules = checked(json.loads(draft.document))
    waiting = queries.open_change(session, event)
    if waiting is not None:
        if (waiting.version_id, waiting.rules, waiting.proposed_by) == (draft.id, rules.digest, actor.account_id):
            return waiting
        raise ConflictError(N_("已有一次修改在等待批准。请先批准、退回或撤回它。"))
    if rules.digest == in_force.digest:
        raise ConflictError(N_("修改稿与现行办法完全相同，没有需要批准的修改。"))
    found = queries.fresh_effects(session, event, rules, found)
    _check_effects(found, seen)
    return _put_down(session, actor, event, (in_force, draft), rules.digest, reason, found)


def _reason(text: str) -> str:
    if not text.strip():
        message = DomainError(N_("请写明为什么要改，这条理由会记入流水。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"reason": message})
    return text.strip()[:LONGEST_REASON]


def _check_effects(found: Effects, seen: str) -> None:
    if not found.is_possible:
        raise ConflictError(N_("已有的分数放不进新的办法，或者改到了已锁定的阶段，不能这样改。请看下面的说明。"))
    if found.digest != seen:
        raise EffectsChangedError(OTHER_LIST)


def _put_down(
    session: Session, actor: Actor, event: Event, versions: tuple[RuleSetVersion, RuleSetVersion], rules: str,
    reason: str, found: Effects,
) -> RuleChange:  # fmt: skip
    in_force, draft = versions
    change = RuleChange(
        tenant_id=event.tenant_id, event_id=event.id, version_id=draft.id, base_id=in_force.id, rules=rules,
        reason=reason, effects=queries.effects_json(found), effects_digest=found.digest, affected=len(found.items),
        proposed_by=actor.account_id or "", proposer=actor.name,
    )  # fmt: skip
    session.add(change)
    session.flush()
    record(session, actor, event.tenant_id, "propose", "rule_change", change.id, event=event.id, rules=rules)
    return change


def approve_change(
    session: Session, actor: Actor, change_id: str, *, seen: str, found: Effects | None = None
) -> RuleChange:
    """The second person lets the change take effect: stages follow, the ledger gets its row.

    `seen`: digest of the list of effects on the page; it holds if the present marks still give it
    (`found`: worked out before this transaction, used while the ledger has not moved).

    Raises:
        NotFoundError, ForbiddenError: not for this actor; the proposer is never the second person.
        ConflictError: decided already, locked meanwhile, or the draft or the rule set in force is another by now.
        EffectsChangedError: marks changed the list meanwhile.
    """
    change, event = _for_decision(session, actor, change_id)
    check_changeable(event)
    version = session.get_one(RuleSetVersion, (event.tenant_id, change.version_id))
    rules, outdated = queries.proposed_rules(event, change, version)
    if rules is None or outdated:
        raise ConflictError(outdated or queries.OTHER_DRAFT)
    found = queries.fresh_effects(session, event, rules, found)
    _check_effects(found, seen)
    facts = {
        "reason": change.reason, "proposed_by": change.proposed_by, "approved_by": actor.account_id or "",
        "effects": found.digest,
    }  # fmt: skip
    row = replace_rule_set(session, actor, event, version, facts)
    change.effects, change.effects_digest = queries.effects_json(found), found.digest
    change.affected, change.ledger_seq = len(found.items), row.seq
    _decide(session, actor, change, ChangeState.APPROVED, "")
    return change


def reject_change(session: Session, actor: Actor, change_id: str, *, reason: str) -> RuleChange:
    """The second person refuses it, with a reason; the draft stays and can be mended.

    Raises:
        NotFoundError, ForbiddenError, InvalidError (no reason), ConflictError (decided already).
    """
    change, _ = _for_decision(session, actor, change_id)
    _decide(session, actor, change, ChangeState.REJECTED, _reason(reason))
    return change


def withdraw_change(session: Session, actor: Actor, change_id: str) -> RuleChange:
    """An organizer takes an open proposal back.

    Raises:
        NotFoundError, ForbiddenError, ConflictError (decided already).
    """
    change, event, competition = queries.get_change(session, actor, change_id)
    if not policy.can_withdraw_change(actor, competition):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以撤回修改。"))
    locked_event(session, event.tenant_id, event.id)
    _require_open(session, change)
    _decide(session, actor, change, ChangeState.WITHDRAWN, "")
    return change


def _for_decision(session: Session, actor: Actor, change_id: str) -> tuple[RuleChange, Event]:
    change, event, competition = queries.get_change(session, actor, change_id)
    if not policy.can_decide_change(actor, competition, change):
        raise ForbiddenError(N_("这次修改是您自己提出的，必须由另一位有权的人批准或退回。"))
    require_untied(session, actor, change.proposed_by)
    event, _ = locked_event(session, event.tenant_id, event.id)
    _require_open(session, change)
    return change, event


def _require_open(session: Session, change: RuleChange) -> None:
    """The event's lock is held: a second click waited for it and now meets the decision."""
    session.refresh(change)
    if change.state is not ChangeState.PROPOSED:
        raise ConflictError(_DECIDED)


def _decide(session: Session, actor: Actor, change: RuleChange, state: ChangeState, words: str) -> None:
    change.state, change.decision, change.decided_at = state, words, now()
    change.decided_by, change.decider = actor.account_id or "", actor.name
    session.add(change)
    session.flush()
    record(session, actor, change.tenant_id, state.value, "rule_change", change.id, event=change.event_id)


def keep_marks(session: Session, actor: Actor, event: Event, *, file_name: str, data: bytes) -> Rehearsal:
    """Keeps pasted or uploaded marks for rehearsals; the oldest beyond KEPT_MARKS go. Not in the ledger.

    Raises:
        ForbiddenError, InvalidError (nothing in it), TooLargeError.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_rehearse(actor, competition):
        raise ForbiddenError(N_("您的角色不能试算评分办法。"))
    if not data.strip():
        message = DomainError(N_("请粘贴分数，或选择一个分数文件。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"marks": message})
    if len(data) > LARGEST_MARKS:
        raise TooLargeError(N_("分数太多：试算最多 5 MB。"))
    kept = Rehearsal(
        tenant_id=event.tenant_id, event_id=event.id, file_name=file_name[:200], data=data, made_by=actor.name
    )
    session.add(kept)
    session.flush()
    for old in rehearsing.kept_marks(session, event)[KEPT_MARKS:]:
        session.delete(old)
    record(session, actor, event.tenant_id, "rehearse", "event", event.id, file=file_name[:200])
    return kept


def forget_marks(session: Session, actor: Actor, event: Event, rehearsal_id: str) -> None:
    """Deletes kept marks. Raises NotFoundError, ForbiddenError."""
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_rehearse(actor, competition):
        raise ForbiddenError(N_("您的角色不能试算评分办法。"))
    session.delete(rehearsing.get_kept(session, event, rehearsal_id))
