"""Registering projects with their plans, and what the register goes by."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import delete
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Competition, Event
from contest.core.indicators import level_of
from contest.entries.guards import locked_event, require_state
from contest.entries.inputs import EntryInput, one_line, plain_number
from contest.entries.models import Entry, EntryKind
from contest.entries.policy import BEFORE_SCORING, CHANGEABLE
from contest.entries.services import add_entries
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.judging.panel.recusing import refuse_lost_pairs
from contest.organizations.queries import NameIndex, name_index
from contest.projects import policy
from contest.projects.models import Actual, Milestone, MonthPlan, Project, ProjectLevel, ProjectRegister
from contest.projects.queries import register_of

NEED_FIX = N_("有几项需要改正，已标在下面。")
NAME_LENGTH, GROUP_LENGTH, MILESTONE_LENGTH = 300, 100, 100


@dataclass(frozen=True, slots=True)
class ProjectInput:
    """A project as typed. `number` of an entry that is there: its register is filled or changed. Money in fen.

    `plan`, `milestones` (name -> planned day) None: what is kept stays.
    """

    name: str
    number: str = ""
    owner: str = ""
    contractor: str = ""
    group_name: str = ""
    investment: int = 0
    plan: Mapping[str, int] | None = None
    milestones: Mapping[str, date] | None = None
    organization_id: str | None = field(default=None)


def managed_event(session: Session, actor: Actor, event: Event) -> tuple[Event, Competition]:
    """The event, locked for the organizer's change of its register (ForbiddenError, ConflictError)."""
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_manage_projects(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以维护工程台账。"))
    require_state(event, CHANGEABLE)
    return event, competition


def register_projects(
    session: Session, actor: Actor, event: Event, inputs: Sequence[ProjectInput], *, reason: str = ""
) -> list[Project]:
    """Registers or changes projects, all or none; who is new becomes an entry too. Once scoring has begun a changed
    plan needs its `reason`: it moves every rate.

    Raises:
        ForbiddenError, ConflictError: not the organizer; too late.
        InvalidError: something typed can't be taken, a number belongs to an entry of another name, or a judge would
            be kept from a project they have marked.
    """
    event, _ = managed_event(session, actor, event)
    register, units = register_of(session, event), name_index(session, event.tenant_id)
    entries = _entries(session, event)
    known = _projects(session, event)
    tidy = [_cleaned(fields) for fields in inputs]
    fresh = [fields for fields in tidy if fields.number not in entries]
    added = iter(add_entries(session, actor, event, [_entry_input(fields) for fields in fresh]) if fresh else ())
    done = []
    for fields in tidy:
        entry = entries.get(fields.number) or next(added)
        if entry.name != fields.name:
            taken = DomainError(N_("编号 %(number)s 已经给了“%(name)s”。"), number=fields.number, name=entry.name)
            raise InvalidError(NEED_FIX, fields={"number": taken})
        project = known.get(entry.id) or Project(
            tenant_id=event.tenant_id, event_id=event.id, entry_id=entry.id, level=ProjectLevel.COUNTY
        )
        _fill(project, fields, register, units)
        session.add(project)
        session.flush()
        changed = _set_plan(session, project, fields)
        if changed and event.state not in BEFORE_SCORING and not reason.strip():
            raise InvalidError(NEED_FIX, fields={"reason": DomainError(N_("评分已经开始，改计划要写明理由。"))})
        detail = {"owner": project.owner, "contractor": project.contractor, "investment": project.investment}
        record(
            session, actor, event.tenant_id, "register", "project", project.id, **detail, changed=changed, reason=reason
        )
        done.append(project)
    _refuse_lost_marks(session, event)
    return done


def _refuse_lost_marks(session: Session, event: Event) -> None:
    """Another group or owner keeps judges from a project; their marks go by two persons, not by this page."""
    try:
        refuse_lost_pairs(session, event)
    except ConflictError as error:
        raise InvalidError(NEED_FIX, fields={"group_name": DomainError(error.message, **error.params)}) from error


def _entries(session: Session, event: Event) -> dict[str, Entry]:
    query = select(Entry).where(Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    return {entry.number: entry for entry in session.exec(query)}


def _projects(session: Session, event: Event) -> dict[str, Project]:
    query = select(Project).where(Project.tenant_id == event.tenant_id, Project.event_id == event.id)
    return {project.entry_id: project for project in session.exec(query)}


def _entry_input(fields: ProjectInput) -> EntryInput:
    return EntryInput(
        name=fields.name, number=fields.number, kind=EntryKind.PROJECT, unit=fields.contractor,
        organization_id=fields.organization_id,
    )  # fmt: skip


def _cleaned(fields: ProjectInput) -> ProjectInput:
    tidy = ProjectInput(
        one_line(fields.name), plain_number(fields.number), one_line(fields.owner), one_line(fields.contractor),
        one_line(fields.group_name), fields.investment, fields.plan, fields.milestones, fields.organization_id,
    )  # fmt: skip
    limits = (("owner", tidy.owner, NAME_LENGTH), ("contractor", tidy.contractor, NAME_LENGTH),
              ("group_name", tidy.group_name, GROUP_LENGTH))  # fmt: skip
    problems = {
        name: DomainError(N_("太长：有 %(length)s 个字，最多 %(limit)s 个。"), length=len(text), limit=limit)
        for name, text, limit in limits
        if len(text) > limit
    }
    if not tidy.contractor:
        problems["contractor"] = DomainError(N_("请填写施工单位。"))
    if problems:
        raise InvalidError(NEED_FIX, fields=problems)
    return tidy


def _fill(project: Project, fields: ProjectInput, register: ProjectRegister, units: NameIndex) -> None:
    project.owner, project.owner_id = fields.owner, units.find(fields.owner) if fields.owner else None
    project.contractor, project.group_name = fields.contractor, fields.group_name
    project.investment = fields.investment
    project.level = ProjectLevel(level_of(fields.investment, register.province_from, register.city_from))


def _set_plan(session: Session, project: Project, fields: ProjectInput) -> dict[str, list[str]]:
    """Writes plan and milestones; what changed, as texts of before and after for the audit trail."""
    changed: dict[str, list[str]] = {}
    here = (col(MonthPlan.tenant_id) == project.tenant_id, col(MonthPlan.project_id) == project.id)
    if fields.plan is not None:
        before = {row.month: row.amount for row in session.exec(select(MonthPlan).where(*here))}
        if before != dict(fields.plan):
            session.exec(delete(MonthPlan).where(*here))
            for month, amount in sorted(fields.plan.items()):
                session.add(MonthPlan(tenant_id=project.tenant_id, project_id=project.id, month=month, amount=amount))
            if before:
                changed["plan"] = [str(sorted(before.items())), str(sorted(fields.plan.items()))]
    if fields.milestones is not None:
        changed |= _set_milestones(session, project, fields.milestones)
    session.flush()
    return changed


def _set_milestones(session: Session, project: Project, wanted: Mapping[str, date]) -> dict[str, list[str]]:
    """Milestones are found by name; one that somebody has reported on stays."""
    query = select(Milestone).where(Milestone.tenant_id == project.tenant_id, Milestone.project_id == project.id)
    rows = {row.name: row for row in session.exec(query)}
    before = {name: row.planned_on.isoformat() for name, row in rows.items()}
    for name, row in rows.items():
        if name not in wanted:
            _remove(session, row)
    for name, day in wanted.items():
        row = rows.get(name) or Milestone(tenant_id=project.tenant_id, project_id=project.id, name=name, planned_on=day)
        row.planned_on = day
        session.add(row)
    after = {name: day.isoformat() for name, day in wanted.items()}
    return (
        {"milestones": [str(sorted(before.items())), str(sorted(after.items()))]} if before and before != after else {}
    )


def _remove(session: Session, row: Milestone) -> None:
    told = select(Actual.id).where(Actual.tenant_id == row.tenant_id, Actual.milestone_id == row.id)
    if session.exec(told.limit(1)).first() is not None:
        said = DomainError(N_("节点“%(name)s”已经有上报记录，不能删除。"), name=row.name)
        raise InvalidError(NEED_FIX, fields={"milestones": said})
    session.delete(row)


@dataclass(frozen=True, slots=True)
class RegisterInput:
    """What the register goes by, as typed. Thresholds in fen; `finding_types`: (type, deduction)."""

    province_from: int
    city_from: int
    due_day: int = 25
    due_next_month: bool = False
    same_type_once: bool = True
    empty_counts_full: bool = False
    indicators: Mapping[str, str] = field(default_factory=dict)
    months: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    finding_types: Sequence[tuple[str, Decimal]] = ()


def save_register(session: Session, actor: Actor, event: Event, fields: RegisterInput) -> ProjectRegister:
    """Sets what the register goes by; every project's level follows the thresholds.

    Raises:
        ForbiddenError, ConflictError: not the organizer; too late.
        InvalidError: the province's threshold is not above the city's.
    """
    event, _ = managed_event(session, actor, event)
    if not 0 <= fields.city_from < fields.province_from:
        order = DomainError(N_("省级的起点必须高于市级的起点。"))
        raise InvalidError(NEED_FIX, fields={"province_from": order})
    register = register_of(session, event)
    for name in ("province_from", "city_from", "due_day", "due_next_month", "same_type_once", "empty_counts_full"):
        setattr(register, name, getattr(fields, name))
    register.indicators = json.dumps(dict(fields.indicators), sort_keys=True)
    register.months = json.dumps({key: list(span) for key, span in fields.months.items()}, sort_keys=True)
    types = [[kind, f"{marks:f}"] for kind, marks in fields.finding_types]
    register.finding_types = json.dumps(types, ensure_ascii=False)
    session.add(register)
    for project in session.exec(
        select(Project).where(Project.tenant_id == event.tenant_id, Project.event_id == event.id)
    ):
        project.level = ProjectLevel(level_of(project.investment, fields.province_from, fields.city_from))
        session.add(project)
    record(session, actor, event.tenant_id, "set", "project register", event.id, indicators=register.indicators,
           province_from=fields.province_from, city_from=fields.city_from, due_day=fields.due_day)  # fmt: skip
    session.flush()
    return register


def finding_types(register: ProjectRegister) -> list[tuple[str, Decimal]]:
    """The types of findings and what each costs."""
    return [(str(kind), Decimal(marks)) for kind, marks in json.loads(register.finding_types)]


__all__ = ["ProjectInput", "RegisterInput", "finding_types", "register_projects", "save_register"]
