"""Writing and adopting the rule set of an event; stages and periods follow the adopted document.

After the adoption a draft of the next version may be written; `contest.corrections` puts it in force.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions import policy, queries
from contest.competitions.models import Competition, Event, EventState, Period, RuleSetVersion, Stage
from contest.competitions.problem_texts import fault_error
from contest.core import canonical
from contest.core.parsing import parse_rule_set
from contest.core.problems import RuleSetError
from contest.core.ruleset import Period as PeriodRule
from contest.core.ruleset import RuleSet
from contest.core.ruleset import Stage as StageRule
from contest.db import now
from contest.errors import ConflictError, ForbiddenError, InvalidError, TooLargeError
from contest.i18n import N_
from contest.ledger import services as ledger
from contest.ledger.kinds import ADOPTION
from contest.ledger.models import Appended

LARGEST = 4_000_000
"""Letters of JSON: twenty times the largest real marking scheme."""


def draft_digest(document: Mapping[str, Any]) -> str:
    """The digest of a document as it stands, finished or not: what an editor's page was drawn from."""
    return canonical.digest(document)


_ADOPTED = N_("评分办法已经定稿，不能再改。")
_REFUSALS: Mapping[EventState, str] = {
    EventState.LOCKED: N_("评分已全部锁定，评分办法不能改。确要修改，请先由裁判长写明理由解锁，再提出修改。"),
    EventState.PUBLISHED: N_(
        "成绩已经发布，评分办法不能改。确要更正，请先由裁判长写明理由解锁，改好办法、重新锁定后发布新的版本。"
    ),
    EventState.CLOSED: N_("这个项目已经归档，评分办法不再改动。"),
}


def check_changeable(event: Event) -> None:
    """ConflictError, with the way to go, where no other version may follow the adopted one."""
    if event.state in _REFUSALS:
        raise ConflictError(_REFUSALS[event.state])


def check_may_write(
    competition: Competition, actor: Actor, event: Event, version: RuleSetVersion | None = None
) -> None:
    """ForbiddenError for all but its organizer, ConflictError for an adopted version and once everything is locked."""
    if not policy.can_edit_rule_set(actor, competition):
        raise ForbiddenError(N_("只有这个竞赛的组织者可以修改评分办法。"))
    if version is not None and version.adopted_at is not None:
        raise ConflictError(_ADOPTED)
    check_changeable(event)


def may_write(competition: Competition, actor: Actor, event: Event) -> bool:
    """Whether `check_may_write` lets the actor pass: pages offer no button that would be refused."""
    return policy.can_edit_rule_set(actor, competition) and event.state not in _REFUSALS


def save_rule_set(
    session: Session, actor: Actor, event: Event, document: Mapping[str, Any], *, base: str | None = None,
    as_new: bool = False, follows: bool = False, note: str = "",
) -> RuleSetVersion:  # fmt: skip
    """Keeps `document` as the event's draft, unfinished or not; `base`: digest of the draft it was made from.

    `as_new` keeps the former draft as a version of its own (import, copy), with a note where the new one comes from.
    `follows`: it may be the first draft after an adopted version.

    Raises:
        ForbiddenError, ConflictError (adopted, locked, or another draft than `base`), TooLargeError.
    """
    draft = queries.newest_version(session, event)
    check_may_write(queries.competition_of(session, event), actor, event, None if follows else draft)
    if base is not None and base != (draft.digest if draft else ""):
        raise ConflictError(N_("这一页打开之后，评分办法已被改过，没有保存。请核对后再保存一次。"))
    text = json.dumps(document, ensure_ascii=False)
    if len(text) > LARGEST:
        raise TooLargeError(N_("评分办法太大，没有保存。"))
    digest = draft_digest(document)
    if draft is None or (as_new and (draft.adopted_at is not None or draft.digest != digest)):
        draft = _next_version(session, event, note)
    draft.document, draft.digest = text, digest
    session.add(draft)
    session.flush()
    record(session, actor, event.tenant_id, "update", "rule_set", draft.id, event=event.id, digest=draft.digest)
    return draft


def _next_version(session: Session, event: Event, note: str) -> RuleSetVersion:
    """A version with the next number; two at once meet at the unique number, and the second is refused."""
    here = (RuleSetVersion.tenant_id == event.tenant_id, RuleSetVersion.event_id == event.id)
    last = session.exec(select(func.max(RuleSetVersion.version)).where(*here)).one() or 0
    return RuleSetVersion(
        tenant_id=event.tenant_id, event_id=event.id, version=last + 1, document="", digest="", note=note[:200]
    )


def copy_version(
    session: Session, actor: Actor, event: Event, source: RuleSetVersion, *, base: str, note: str = ""
) -> RuleSetVersion:
    """Makes any version that the actor may read (of this event or another) the event's new draft.

    Raises:
        ForbiddenError, ConflictError as `save_rule_set`.
    """
    document = json.loads(source.document)
    if source.event_id != event.id:
        document["title"] = event.title
    return save_rule_set(session, actor, event, document, base=base, as_new=True, follows=True, note=note)


def set_aside(session: Session, actor: Actor, event: Event, *, base: str) -> None:
    """Gives up the draft that was to follow the adopted version; it can still be read and copied.

    Raises:
        ForbiddenError, ConflictError (no such draft, or another than `base`).
    """
    check_may_write(queries.competition_of(session, event), actor, event)
    draft = queries.newest_version(session, event)
    if event.state is EventState.DRAFT or draft is None or draft.adopted_at is not None or draft.digest != base:
        raise ConflictError(N_("没有可以放弃的修改稿，或者它刚被改过。请刷新页面。"))
    draft.set_aside_at = now()
    session.add(draft)
    record(session, actor, event.tenant_id, "set_aside", "rule_set", draft.id, event=event.id, digest=draft.digest)


def adopt_rule_set(session: Session, actor: Actor, event: Event, *, base: str | None = None) -> RuleSetVersion:
    """Freezes the draft (定稿), defaults written out, and makes its stages and periods; its digest goes to the ledger.

    Raises:
        InvalidError: the document has faults (the first ten are in `fields`, by place).
        ForbiddenError, ConflictError (adopted already, nothing to adopt, changed since `base`).
    """
    check_may_write(queries.competition_of(session, event), actor, event)
    if event.state is not EventState.DRAFT:
        raise ConflictError(_ADOPTED)
    draft = queries.newest_version(session, event)
    if draft is None:
        raise ConflictError(N_("还没有评分办法可以定稿。请先选择一个起点。"))
    if base is not None and base != draft.digest:
        raise ConflictError(N_("您查看之后，评分办法又被改过，没有定稿。请重新查看。"))
    _put_in_force(session, actor, event, draft, {})
    event.state = EventState.ADOPTED
    return draft


def replace_rule_set(
    session: Session, actor: Actor, event: Event, version: RuleSetVersion, facts: Mapping[str, str]
) -> Appended:
    """Puts another version in force in place of the adopted one; `facts` (reason, persons) go to the ledger with it.

    `contest.corrections` alone calls it, after the second person has seen the consequences.

    Raises:
        InvalidError (faults), ConflictError (locked, or the version is no draft of this event).
    """
    check_changeable(event)
    if event.state not in queries.CHANGEABLE or version.event_id != event.id or version.adopted_at is not None:
        raise ConflictError(N_("这一版不能生效：它已经生效过，或不属于这个项目。"))
    before = queries.digest_in_force(session, event)
    return _put_in_force(session, actor, event, version, {"replaces": before, **facts})


def _put_in_force(
    session: Session, actor: Actor, event: Event, version: RuleSetVersion, why: Mapping[str, str]
) -> Appended:
    rules = checked(json.loads(version.document))
    version.document, version.digest = json.dumps(rules.to_document(), ensure_ascii=False), rules.digest
    version.adopted_at, version.adopted_by = now(), actor.name
    event.rule_set_id = version.id
    session.add_all([version, event])
    synchronise_stages(session, event, rules)
    adopted = {"event": event.id, "version": version.version, "rules": version.digest, **why}
    row = ledger.append(session, queries.competition_of(session, event), ADOPTION, adopted)
    record(session, actor, event.tenant_id, "adopt", "rule_set", version.id, event=event.id, digest=version.digest)
    return row


def checked(document: Mapping[str, Any]) -> RuleSet:
    """The rule set of a document; InvalidError with its faults in Chinese when it has any."""
    try:
        return parse_rule_set(document)
    except RuleSetError as error:
        faults = {problem.path or "rules": fault_error(problem) for problem in error.problems[:10]}
        raise InvalidError(
            N_("评分办法还有 %(n)s 处要改，改好后才能定稿。"), fields=faults, n=len(error.problems)
        ) from None


def synchronise_stages(session: Session, event: Event, rules: RuleSet) -> None:
    """Makes the stage and period rows equal to the rule set; rows are known by their key and keep their id.

    Raises:
        ConflictError: a stage that is no longer in the rules has judges or sheets already.
    """
    known = {stage.key: stage for stage in queries.stages_of(session, event)}
    for position, rule in enumerate(rules.stages, 1):
        stage = known.pop(rule.id, None) or Stage(tenant_id=event.tenant_id, event_id=event.id, key=rule.id, title="")
        stage.title, stage.position = _stage_title(rule), position
        session.add(stage)
        session.flush()
        _synchronise_periods(session, stage, rule.periods)
    _drop(session, list(known.values()))


def _stage_title(rule: StageRule) -> str:
    return rule.title or rule.id


def _synchronise_periods(session: Session, stage: Stage, rules: tuple[PeriodRule, ...]) -> None:
    here = select(Period).where(Period.tenant_id == stage.tenant_id, Period.stage_id == stage.id)
    known = {period.key: period for period in session.exec(here).all()}
    for position, rule in enumerate(rules, 1):
        period = known.pop(rule.id, None) or Period(tenant_id=stage.tenant_id, stage_id=stage.id, key=rule.id, title="")
        period.title, period.position = rule.title, position
        session.add(period)
    _drop(session, list(known.values()))
    session.flush()


def _drop(session: Session, rows: list[Stage] | list[Period]) -> None:
    try:
        for row in rows:
            if isinstance(row, Stage):
                inside = select(Period).where(Period.tenant_id == row.tenant_id, col(Period.stage_id) == row.id)
                for period in session.exec(inside).all():
                    session.delete(period)
            session.delete(row)
        session.flush()
    except IntegrityError as error:
        raise ConflictError(N_("评分办法里删掉的阶段或考评期已经有裁判或评分表，不能删掉。")) from error
