"""Reading the register. What an actor may not see is not found; a unit contact sees the own unit's projects only."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.competitions.models import Event
from contest.core.indicators import months_between, months_named
from contest.db import in_batches, like_pattern
from contest.entries.models import Entry, EntryState
from contest.entries.queries import EventDesk, event_desk
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.organizations.models import Organization
from contest.projects import policy
from contest.projects.models import (
    Actual,
    Finding,
    Milestone,
    MonthPlan,
    Photo,
    Project,
    ProjectLevel,
    ProjectRegister,
)
from contest.projects.progress import Progress, make_progress

NOT_FOUND = N_("找不到这个工程。")


@dataclass(frozen=True, slots=True)
class RegisterDesk:
    """The register of an event, and what this actor may do with it."""

    desk: EventDesk
    register: ProjectRegister
    can_manage: bool

    @property
    def event(self) -> Event:
        return self.desk.event

    @property
    def is_contact(self) -> bool:
        return bool(self.desk.paths)


def register_of(session: Session, event: Event) -> ProjectRegister:
    """The event's register as it was set, or the defaults (not yet in the database)."""
    query = select(ProjectRegister).where(
        ProjectRegister.tenant_id == event.tenant_id, ProjectRegister.event_id == event.id
    )
    return session.exec(query).first() or ProjectRegister(tenant_id=event.tenant_id, event_id=event.id)


def register_desk(session: Session, actor: Actor, event_id: str) -> RegisterDesk:
    """The desk of an event's register.

    Raises:
        NotFoundError: no such event for this actor.
        ForbiddenError: names are sealed for them.
    """
    desk = event_desk(session, actor, event_id)
    can_manage = policy.can_manage_projects(actor, desk.competition)
    return RegisterDesk(desk, register_of(session, desk.event), can_manage)


def months_of_period(register: ProjectRegister, stage_key: str, period_key: str) -> tuple[str, str] | None:
    """(first, last month) of a period: as set, else as its key says; None if neither tells."""
    said = json.loads(register.months).get(f"{stage_key}|{period_key}")
    return (said[0], said[1]) if said else months_named(period_key)


def contest_months(desk: EventDesk, register: ProjectRegister) -> list[str]:
    """The months the plan is made for: those of the competition's days, of its periods, or of the year it began."""
    competition = desk.competition
    if competition.starts_on and competition.ends_on:
        return months_between(f"{competition.starts_on:%Y-%m}", f"{competition.ends_on:%Y-%m}")[:60]
    said = [month for span in json.loads(register.months).values() for month in span]
    year = f"{competition.created_at:%Y}"
    return months_between(min(said), max(said)) if said else months_between(f"{year}-01", f"{year}-12")


def _of_event(event: Event) -> ColumnElement[bool]:
    return and_(col(Project.tenant_id) == event.tenant_id, col(Project.event_id) == event.id)


_ENTRY_OF = and_(col(Entry.tenant_id) == col(Project.tenant_id), col(Entry.id) == col(Project.entry_id))


def _visible(desk: EventDesk) -> ColumnElement[bool]:
    """A unit contact sees the projects whose unit or owner is in the own subtree."""
    if desk.sees_all:
        return true()
    if not desk.paths:
        return false()
    below = or_(*(col(Organization.path).startswith(path) for path in desk.paths))
    own = select(Organization.id).where(Organization.tenant_id == desk.event.tenant_id, below)
    return or_(col(Entry.organization_id).in_(own), col(Project.owner_id).in_(own))


def get_project(session: Session, found: RegisterDesk, entry_id: str) -> tuple[Project, Entry]:
    """The project of an entry, if the actor may see it.

    Raises:
        NotFoundError: none.
    """
    query = select(Project, Entry).join(Entry, _ENTRY_OF)
    row = session.exec(query.where(_of_event(found.event), Project.entry_id == entry_id, _visible(found.desk))).first()
    if row is None:
        raise NotFoundError(NOT_FOUND)
    return row


def projects_of(
    session: Session, found: RegisterDesk, entry_ids: Collection[str] | None = None
) -> Sequence[tuple[Project, Entry]]:
    """Every project the actor may see that still takes part, by number; with `entry_ids` only those."""
    condition = and_(_of_event(found.event), _visible(found.desk), col(Entry.state) == EntryState.REGISTERED)
    if entry_ids is not None:
        condition = and_(condition, col(Project.entry_id).in_(entry_ids))
    query = select(Project, Entry).join(Entry, _ENTRY_OF).where(condition)
    return session.exec(query.order_by(func.length(Entry.number), col(Entry.number))).all()


SORTS: Mapping[str, tuple[Any, ...]] = {
    "number": (func.length(Entry.number), col(Entry.number)),
    "name": (col(Entry.name),),
    "owner": (col(Project.owner),),
    "contractor": (col(Project.contractor),),
    "investment": (col(Project.investment),),
    "group": (col(Project.group_name), func.length(Entry.number), col(Entry.number)),
}


def project_rows(
    session: Session, found: RegisterDesk, *, search: str = "", level: str = "", group: str = "",
    sort: str = "number", descending: bool = False, offset: int = 0, limit: int = 50,
) -> tuple[list[Progress], int]:  # fmt: skip
    """One page of the projects the actor may see with their progress, and how many match in all."""
    condition = and_(_of_level(level), col(Project.group_name) == group if group else true())
    pairs, total = _pairs(session, found, condition, search, sort, descending, offset, limit)
    return progress_of(session, pairs), total


def competing_rows(
    session: Session, found: RegisterDesk, *, search: str = "", sort: str = "number", descending: bool = False,
    offset: int = 0, limit: int = 50,
) -> tuple[list[Progress], int]:  # fmt: skip
    """As `project_rows`, of the projects that still take part: what is checked and handed to scoring."""
    competes = col(Entry.state) == EntryState.REGISTERED
    pairs, total = _pairs(session, found, competes, search, sort, descending, offset, limit)
    return progress_of(session, pairs), total


def _pairs(
    session: Session, found: RegisterDesk, more: ColumnElement[bool], search: str, sort: str, descending: bool,
    offset: int, limit: int,
) -> tuple[Sequence[tuple[Project, Entry]], int]:  # fmt: skip
    condition = and_(_of_event(found.event), _visible(found.desk), _matches(search), more)
    total = session.exec(select(func.count()).select_from(Project).join(Entry, _ENTRY_OF).where(condition)).one()
    order = [key.desc() if descending else key.asc() for key in SORTS[sort]]
    query = select(Project, Entry).join(Entry, _ENTRY_OF).where(condition).order_by(*order, col(Project.id))
    return session.exec(query.offset(offset).limit(limit)).all(), total


def _matches(search: str) -> ColumnElement[bool]:
    if not search:
        return true()
    pattern = like_pattern(search)
    columns = (Entry.name, Entry.number, Entry.unit, Project.owner, Project.contractor)
    return or_(*(col(column).ilike(pattern, escape="\\") for column in columns))


def _of_level(level: str) -> ColumnElement[bool]:
    return col(Project.level) == level if level in set(ProjectLevel) else true()


def group_names(session: Session, event: Event) -> list[str]:
    """The groups (片区) of an event."""
    query = select(Project.group_name).where(_of_event(event), Project.group_name != "").distinct()
    return sorted(session.exec(query).all())


def progress_of(session: Session, pairs: Sequence[tuple[Project, Entry]]) -> list[Progress]:
    """Plan, milestones and actuals of these projects, in the same order: three queries for each 500 of them."""
    plans: dict[str, dict[str, int]] = {}
    milestones: dict[str, list[Milestone]] = {}
    actuals: dict[str, list[Actual]] = {}
    for batch in in_batches([project for project, _ in pairs]):
        ids = [project.id for project in batch]
        for plan in session.exec(select(MonthPlan).where(*_rows_of(MonthPlan, batch[0].tenant_id, ids))):
            plans.setdefault(plan.project_id, {})[plan.month] = plan.amount
        for milestone in session.exec(select(Milestone).where(*_rows_of(Milestone, batch[0].tenant_id, ids))):
            milestones.setdefault(milestone.project_id, []).append(milestone)
        for actual in session.exec(select(Actual).where(*_rows_of(Actual, batch[0].tenant_id, ids))):
            actuals.setdefault(actual.project_id, []).append(actual)
    return [make_progress(p, e, plans.get(p.id, {}), milestones.get(p.id, ()), actuals.get(p.id, ())) for p, e in pairs]


def _rows_of(table: Any, tenant_id: str, ids: Sequence[str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(table.tenant_id) == tenant_id, col(table.project_id).in_(ids)


def findings_of(session: Session, tenant_id: str, project_ids: Sequence[str]) -> dict[str, list[Finding]]:
    """Project id -> all its findings, withdrawn ones too, newest first."""
    found: dict[str, list[Finding]] = {}
    for batch in in_batches(project_ids):
        query = select(Finding).where(*_rows_of(Finding, tenant_id, batch))
        for row in session.exec(query.order_by(col(Finding.found_on).desc(), col(Finding.id).desc())):
            found.setdefault(row.project_id, []).append(row)
    return found


def get_finding(session: Session, project: Project, finding_id: str) -> Finding:
    """A finding of this project (NotFoundError)."""
    found = session.get(Finding, (project.tenant_id, finding_id))
    if found is None or found.project_id != project.id:
        raise NotFoundError(N_("找不到这条检查记录。"))
    return found


def photo_ids(session: Session, findings: Sequence[Finding]) -> dict[str, list[str]]:
    """Finding id -> ids of its photographs, without their bytes."""
    found: dict[str, list[str]] = {}
    if findings:
        ids = [finding.id for finding in findings]
        query = select(Photo.finding_id, Photo.id).where(
            Photo.tenant_id == findings[0].tenant_id, col(Photo.finding_id).in_(ids)
        )
        for finding_id, photo_id in session.exec(query.order_by(col(Photo.id))):
            found.setdefault(finding_id, []).append(photo_id)
    return found


def get_photo(session: Session, finding: Finding, photo_id: str) -> Photo:
    """A photograph of this finding (NotFoundError)."""
    found = session.get(Photo, (finding.tenant_id, photo_id))
    if found is None or found.finding_id != finding.id:
        raise NotFoundError(N_("找不到这张照片。"))
    return found
