"""What a change of the rule set in force would change, and the changes there were."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, and_, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from contest.actors import Actor
from contest.competitions.comparing import ChangedPart, compared
from contest.competitions.models import Competition, Event, PeriodState, RuleSetVersion, Stage
from contest.competitions.outline import problems_in
from contest.competitions.queries import competition_of, get_event, newest_version, stage_periods, version_in_force
from contest.core.canonical import to_plain
from contest.core.consequences import Effect, Misfit, Outcome, effects, effects_digest, misfits, outcomes
from contest.core.ruleset import RuleSet
from contest.core.scoring import evaluate
from contest.corrections.models import ChangeState, RuleChange
from contest.corrections.policy import can_see_changes
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember, PanelRole
from contest.judging.queries import marks_of
from contest.ledger.queries import head
from contest.standings.inputs import entry_inputs
from contest.standings.services import compute


@dataclass(frozen=True, slots=True)
class Effects:
    """The list of what would change, from the marks as they stood at `head` rows of the ledger.

    `obstacles` stop the change: marks it could not take, stages of which a period is locked (their titles).
    """

    items: Sequence[Effect]
    entries: int
    marks: int
    digest: str
    head: int
    misfits: Sequence[Misfit] = ()
    locked: Sequence[str] = ()

    @property
    def is_possible(self) -> bool:
        return not self.misfits and not self.locked


def effects_of(session: Session, event: Event, rules: RuleSet) -> Effects:
    """Evaluates the event by the rule set in force and by `rules`, from the same present marks and entries."""
    at = (head(session, competition_of(session, event)) or (0, ""))[0]
    now = compute(session, event)
    marks = marks_of(session, event)
    unfit = misfits(now.rules, rules, marks)
    locked = _locked_stages(session, event, now.rules, rules)
    items: list[Effect] = []
    if not unfit:
        inputs = entry_inputs(session, event, rules, now.entries)
        result = evaluate(rules, inputs, now.marks, now.panels)
        items = effects(outcomes(now.rules, now.result), outcomes(rules, result))
    digest = effects_digest(now.rules.digest, rules.digest, items)
    return Effects(items, len(now.entries), len(now.marks), digest, at, unfit, locked)


def fresh_effects(session: Session, event: Event, rules: RuleSet, found: Effects | None) -> Effects:
    """`found`, worked out before the transaction, if the ledger has not moved since; else the list as it is now."""
    at = (head(session, competition_of(session, event)) or (0, ""))[0]
    return found if found is not None and found.head == at else effects_of(session, event, rules)


def _locked_stages(session: Session, event: Event, old: RuleSet, new: RuleSet) -> list[str]:
    """Stages that the change touches although one of their periods is locked: what is locked stays as it is."""
    before, after = ({stage.id: stage for stage in rules.stages} for rules in (old, new))
    found = [
        stage.title
        for stage, period in stage_periods(session, event)
        if period.state is PeriodState.LOCKED and before.get(stage.key) != after.get(stage.key)
    ]
    return list(dict.fromkeys(found))


def effects_json(found: Effects) -> str:
    """The list as it is kept with a change."""
    kept = {"entries": found.entries, "marks": found.marks, "items": [to_plain(item) for item in found.items]}
    return json.dumps(kept, ensure_ascii=False)


def kept_effects(change: RuleChange) -> Effects:
    """The list that was kept: of a decided change what was decided on."""
    return kept_items(change.effects, change.effects_digest, change.ledger_seq or 0)


def kept_items(text: str, digest: str, at: int = 0) -> Effects:
    """A list as `effects_json` wrote it down; an empty one of what never took effect."""
    kept: dict[str, Any] = json.loads(text or '{"items": [], "entries": 0, "marks": 0}')
    items = [Effect(item["entry"], _outcome(item["before"]), _outcome(item["after"])) for item in kept["items"]]
    return Effects(items, kept["entries"], kept["marks"], digest, at)


def _outcome(kept: dict[str, Any]) -> Outcome:
    return Outcome(kept["total"], kept["rank"], kept["status"], tuple(kept["awards"]))


def check_may_see(session: Session, actor: Actor, event: Event, competition: Competition) -> None:
    """Refuses all who must not know totals yet: other roles, and judges of this event's own panels.

    Raises:
        ForbiddenError
    """
    if not can_see_changes(actor, competition):
        raise ForbiddenError(N_("您的角色不能查看评分办法的修改。"))
    if actor.account_id is not None and _judges_here(session, actor.account_id, event):
        raise ForbiddenError(N_("您是这个项目的裁判，评分期间不能看到别人的得分，因此不能参与修改评分办法。"))


def _judges_here(session: Session, account_id: str, event: Event) -> bool:
    return session.exec(judged_events(account_id).where(Stage.event_id == event.id)).first() is not None


def judged_events(account_id: str) -> SelectOfScalar[str]:
    """The ids of the events on whose panels that person is a judge."""
    stage = and_(col(Stage.tenant_id) == PanelMember.tenant_id, col(Stage.id) == PanelMember.stage_id)
    return (
        select(Stage.event_id)
        .join(PanelMember, stage)
        .where(
            PanelMember.account_id == account_id, PanelMember.role == PanelRole.JUDGE,
            col(PanelMember.removed_at).is_(None),
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeDesk:
    """The page of an event's changes: the draft that is to follow with all its consequences, and the history."""

    competition: Competition
    event: Event
    in_force: RuleSetVersion | None
    draft: RuleSetVersion | None
    faults: int
    differences: Sequence[ChangedPart]
    effects: Effects | None
    open_change: RuleChange | None
    history: Sequence[RuleChange]
    total: int


def change_desk(session: Session, actor: Actor, event_id: str, *, offset: int = 0, limit: int = 30) -> ChangeDesk:
    """What stands on the page (NotFoundError, ForbiddenError)."""
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    check_may_see(session, actor, event, competition)
    in_force, newest = version_in_force(session, event), newest_version(session, event)
    draft = newest if in_force and newest and newest.adopted_at is None else None
    history, total = changes_of(session, event, offset=offset, limit=limit)
    faults, parts, found = 0, [], None
    if in_force and draft:
        rules, problems = problems_in(json.loads(draft.document))
        faults, parts = len(problems), compared(json.loads(in_force.document), json.loads(draft.document))
        found = effects_of(session, event, rules) if rules and parts else None
    return ChangeDesk(
        competition, event, in_force, draft, faults, parts, found, open_change(session, event), history, total
    )


def changes_of(session: Session, event: Event, *, offset: int = 0, limit: int = 30) -> tuple[Sequence[RuleChange], int]:
    """The changes of an event, newest first, and how many there are."""
    here = (RuleChange.tenant_id == event.tenant_id, RuleChange.event_id == event.id)
    total = session.exec(select(func.count()).select_from(RuleChange).where(*here)).one()
    query = select(RuleChange).where(*here).order_by(col(RuleChange.proposed_at).desc(), col(RuleChange.id).desc())
    return session.exec(query.offset(offset).limit(limit)).all(), total


def open_change(session: Session, event: Event) -> RuleChange | None:
    """The one that waits for a decision."""
    return session.exec(
        select(RuleChange).where(
            RuleChange.tenant_id == event.tenant_id,
            RuleChange.event_id == event.id,
            RuleChange.state == ChangeState.PROPOSED,
        )
    ).first()


def get_change(session: Session, actor: Actor, change_id: str) -> tuple[RuleChange, Event, Competition]:
    """A change with its event, for those who may see it.

    Raises:
        NotFoundError, ForbiddenError
    """
    found = session.exec(select(RuleChange).where(RuleChange.id == change_id)).first()
    if found is None:
        raise NotFoundError(N_("找不到这次修改。"))
    event = get_event(session, found.event_id, actor)
    competition = competition_of(session, event)
    check_may_see(session, actor, event, competition)
    return found, event, competition


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change: what differs in the rules, what it changes for entries, and why it can't be decided, if so."""

    competition: Competition
    event: Event
    change: RuleChange
    versions: tuple[RuleSetVersion, RuleSetVersion]
    differences: Sequence[ChangedPart]
    effects: Effects
    outdated: str

    @property
    def is_open(self) -> bool:
        return self.change.state is ChangeState.PROPOSED

    @property
    def moved(self) -> bool:
        """Whether marks changed the list since it was proposed."""
        return self.is_open and self.effects.digest != self.change.effects_digest


def change_view(session: Session, actor: Actor, change_id: str) -> ChangeView:
    """The page of a change; while it is open its consequences are worked out anew from the present marks."""
    change, event, competition = get_change(session, actor, change_id)
    base, version = (
        session.get_one(RuleSetVersion, (event.tenant_id, key)) for key in (change.base_id, change.version_id)
    )
    rules, outdated = proposed_rules(event, change, version)
    is_open = change.state is ChangeState.PROPOSED and rules is not None and not outdated
    found = effects_of(session, event, rules) if is_open and rules else kept_effects(change)
    parts = compared(json.loads(base.document), json.loads(version.document))
    return ChangeView(competition, event, change, (base, version), parts, found, outdated)


OTHER_BASE = N_("提出之后，现行办法已换成另一版。请撤回，在新的现行办法上重新修改。")
OTHER_DRAFT = N_("提出之后，修改稿又被改过。请提出人撤回后重新提交。")


def proposed_rules(event: Event, change: RuleChange, version: RuleSetVersion) -> tuple[RuleSet | None, str]:
    """The rule set that was proposed, and why it can't take effect any more (empty if it can)."""
    rules, _ = problems_in(json.loads(version.document))
    if change.state is not ChangeState.PROPOSED:
        return rules, ""
    if event.rule_set_id != change.base_id:
        return rules, OTHER_BASE
    if rules is None or rules.digest != change.rules or version.set_aside_at is not None:
        return rules, OTHER_DRAFT
    return rules, ""
