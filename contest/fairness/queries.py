"""Reading reports: the list of stages with their latest one, and one report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, and_, col, select

from contest.actors import Actor
from contest.competitions.models import Competition, Event, Stage
from contest.competitions.queries import competition_of, get_event, rules_in_force, stages_of
from contest.entries.models import Entry
from contest.errors import ForbiddenError, NotFoundError
from contest.fairness.models import FairnessReport
from contest.fairness.panel import judged_aspects
from contest.fairness.policy import can_see_fairness, has_part, shows_ranks
from contest.i18n import N_
from contest.judging.models import PanelMember, PanelRole
from contest.judging.queries import member_for
from contest.ledger.queries import head
from contest.standings.policy import is_unsealed

NOT_YET = N_("锁定以前，只有这个阶段的裁判长、监督和仲裁可以看公平性报告。")


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage in the list. `judged`: how many aspects judges mark independently; `report` the latest one."""

    stage: Stage
    judged: int
    report: FairnessReport | None
    is_allowed: bool
    is_stale: bool


@dataclass(frozen=True, slots=True)
class ReportList:
    """The page of an event."""

    competition: Competition
    event: Event
    lines: Sequence[StageLine]
    is_locked: bool


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report. `names`: code -> name, only once unsealed. `is_stale`: the ledger has grown since."""

    competition: Competition
    event: Event
    stage: Stage
    report: FairnessReport
    body: Mapping[str, Any]
    names: Mapping[str, str]
    is_unsealed: bool
    is_stale: bool


def report_list(session: Session, actor: Actor, event_id: str) -> ReportList:
    """The stages of an event with their latest reports.

    Raises:
        NotFoundError: no such event for this actor.
    """
    event, competition = _place(session, actor, event_id)
    if not event.rule_set_id or not (stages := stages_of(session, event)):
        return ReportList(competition, event, (), shows_ranks(event))
    rules = rules_in_force(session, event)
    latest, size = _latest(session, event), _size(session, competition)
    seats = _chief_seats(session, actor, event)
    lines = []
    for stage in stages:
        report = latest.get(stage.key)
        allowed = can_see_fairness(actor, competition, event, seats.get(stage.id))
        judged = len(judged_aspects(rules.stage(stage.key)))
        stale = report is not None and report.ledger_size != size
        lines.append(StageLine(stage, judged, report if allowed else None, allowed, stale))
    return ReportList(competition, event, lines, shows_ranks(event))


def report_view(session: Session, actor: Actor, event_id: str, report_id: str) -> ReportView:
    """One report.

    Raises:
        NotFoundError: no such event or report for this actor.
        ForbiddenError: they will see it, but not before the lock.
    """
    event, competition = _place(session, actor, event_id)
    report = session.get(FairnessReport, (event.tenant_id, report_id))
    if report is None or report.event_id != event.id:
        raise NotFoundError(N_("找不到这份报告。"))
    stage = stage_by_key(session, event, report.stage_key)
    if not can_see_fairness(actor, competition, event, member_for(session, actor, stage)):
        raise ForbiddenError(NOT_YET)
    unsealed = is_unsealed(event, rules_in_force(session, event))
    body = json.loads(report.body)
    return ReportView(
        competition=competition,
        event=event,
        stage=stage,
        report=report,
        body=body if shows_ranks(event) and unsealed else _hidden(body, ranks=shows_ranks(event), own=unsealed),
        names=_names(session, event) if unsealed else {},
        is_unsealed=unsealed,
        is_stale=report.ledger_size != _size(session, competition),
    )


def _hidden(body: Mapping[str, Any], *, ranks: bool, own: bool) -> dict[str, Any]:
    """The body without what the present state of the event shows nobody (an unlocked event, sealed again codes)."""
    keys = set() if ranks else {"ranked", "lines", "removal", "one_mark"}
    keys |= set() if own else {"own"}
    return {key: value for key, value in body.items() if key not in keys}


def stage_by_key(session: Session, event: Event, key: str) -> Stage:
    """The stage of an event (NotFoundError if there is none)."""
    query = select(Stage).where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id, Stage.key == key)
    found = session.exec(query).first()
    if found is None:
        raise NotFoundError(N_("找不到这个阶段。"))
    return found


def _place(session: Session, actor: Actor, event_id: str) -> tuple[Event, Competition]:
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not has_part(actor, competition):
        raise NotFoundError(N_("找不到这个竞赛项目。"))
    return event, competition


def latest_report(session: Session, event: Event, stage_key: str) -> FairnessReport | None:
    """The newest report of a stage."""
    return _latest(session, event).get(stage_key)


def _latest(session: Session, event: Event) -> dict[str, FairnessReport]:
    """Stage key -> its newest report (ids sort by time)."""
    here = (FairnessReport.tenant_id == event.tenant_id, FairnessReport.event_id == event.id)
    newest = select(func.max(FairnessReport.id)).where(*here).group_by(col(FairnessReport.stage_key))
    query = select(FairnessReport).where(*here, col(FairnessReport.id).in_(newest))
    return {report.stage_key: report for report in session.exec(query)}


def _chief_seats(session: Session, actor: Actor, event: Event) -> dict[str, PanelMember]:
    """Stage id -> the actor's own seat as chief judge."""
    if actor.account_id is None:
        return {}
    query = (
        select(PanelMember)
        .join(Stage, and_(col(Stage.tenant_id) == PanelMember.tenant_id, col(Stage.id) == PanelMember.stage_id))
        .where(
            Stage.tenant_id == event.tenant_id,
            Stage.event_id == event.id,
            PanelMember.account_id == actor.account_id,
            PanelMember.role == PanelRole.CHIEF,
            col(PanelMember.removed_at).is_(None),
        )
    )
    return {member.stage_id: member for member in session.exec(query)}


def _size(session: Session, competition: Competition) -> int:
    found = head(session, competition)
    return found[0] if found else 0


def _names(session: Session, event: Event) -> dict[str, str]:
    query = select(Entry.code, Entry.name).where(Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    return {code: name for code, name in session.exec(query) if code}
