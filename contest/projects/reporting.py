"""What was done: reported by the unit contact, checked and re-set by the authority. Both values are kept for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, EventState
from contest.core.indicators import due_day
from contest.db import now
from contest.entries.guards import locked_event, require_state
from contest.entries.models import Entry
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from contest.i18n import N_
from contest.organizations.models import Organization
from contest.projects import policy
from contest.projects.models import Actual, Milestone, Project, ProjectRegister, Source
from contest.projects.queries import register_of
from contest.templating import BEIJING

OPEN = frozenset({EventState.DRAFT, EventState.ADOPTED, EventState.SCORING, EventState.LOCKED})
NEED_FIX = N_("有几项需要改正，已标在下面。")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement about a project: the investment of a month in fen, or the day a milestone was reached (None: it
    was not). `seen` is the revision of the page it was made on, None where nobody looked at one.
    """

    project: Project
    month: str = ""
    milestone: Milestone | None = None
    amount: int | None = None
    done_on: date | None = None
    note: str = ""
    seen: int | None = None

    @property
    def subject(self) -> str:
        return self.milestone.id if self.milestone else self.month

    @property
    def value(self) -> tuple[int | None, date | None]:
        return self.amount, self.done_on


def report(session: Session, actor: Actor, event: Event, statements: Sequence[Said], *, on: date | None = None) -> int:
    """Takes the unit's reports, all or none; gives back how many said something new. A month's report that comes
    after its due day is marked late, for good. `on`: the day it came in, today if not given.

    Raises:
        ForbiddenError: not a contact of the project's unit or owner.
        ConflictError: the event takes no reports any more.
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    require_state(event, OPEN)
    paths = _paths(session, [said.project for said in statements])
    if not all(policy.can_report_project(actor, competition, paths[said.project.id]) for said in statements):
        raise ForbiddenError(N_("您只能为自己单位的工程上报。"))
    register, day = register_of(session, event), on or now().astimezone(BEIJING).date()
    late = {said.month: _is_late(register, said.month, day) for said in statements}
    return _add(session, actor, event, statements, Source.REPORTED, late)


def _is_late(register: ProjectRegister, month: str, day: date) -> bool:
    return bool(month) and day > due_day(month, register.due_day, int(register.due_next_month))


def check(session: Session, actor: Actor, event: Event, statements: Sequence[Said]) -> int:
    """The authority's values, all or none: the unit's confirmed or re-set; gives back how many are new. A value that
    is not the unit's, or that changes an earlier check, needs its reason in `note`.

    Raises:
        ForbiddenError: not the organizer.
        ConflictError: the event is published, or the page is not of the newest report.
        InvalidError: a reason is missing (`note|subject` of the project).
    """
    event, competition = locked_event(session, event.tenant_id, event.id)
    if not policy.can_manage_projects(actor, competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以核定。"))
    require_state(event, OPEN)
    _require_reasons(session, statements)
    return _add(session, actor, event, statements, Source.CHECKED, {})


def _require_reasons(session: Session, statements: Sequence[Said]) -> None:
    missing = {}
    newest = _newest(session, statements)
    for said in statements:
        rows = newest.get((said.project.id, said.subject), {})
        if said.value in ({_value(rows[Source.REPORTED])} if Source.REPORTED in rows else set()):
            continue
        if Source.CHECKED in rows and _value(rows[Source.CHECKED]) == said.value:
            continue
        if not said.note.strip():
            words = DomainError(N_("与上报数不同，或者改了已核定的数：请写明理由。"))
            missing[f"note|{said.project.entry_id}|{said.subject}"] = words
    if missing:
        raise InvalidError(NEED_FIX, fields=missing)


def _value(row: Actual) -> tuple[int | None, date | None]:
    return row.amount, row.done_on


def _newest(session: Session, statements: Sequence[Said]) -> dict[tuple[str, str], dict[Source, Actual]]:
    """(project, subject) -> the newest row of each source."""
    found: dict[tuple[str, str], dict[Source, Actual]] = {}
    tenants = {said.project.tenant_id for said in statements}
    subjects = sorted({said.subject for said in statements})
    for tenant in tenants:
        query = select(Actual).where(Actual.tenant_id == tenant, col(Actual.subject).in_(subjects))
        for row in session.exec(query.order_by(col(Actual.revision))):
            found.setdefault((row.project_id, row.subject), {})[row.source] = row
    return found


def _add(
    session: Session, actor: Actor, event: Event, statements: Sequence[Said], source: Source, late: Mapping[str, bool]
) -> int:
    newest, added = _newest(session, statements), 0
    for said in statements:
        rows = newest.get((said.project.id, said.subject), {})
        last = max(rows.values(), key=lambda row: row.revision, default=None)
        if said.seen is not None and said.seen != (last.revision if last else 0):
            raise ConflictError(N_("这一页打开之后，有人上报或核定过同一项，没有保存。请看过新的数再保存一次。"))
        if last is not None and last.source is source and _value(last) == said.value:
            continue
        row = Actual(
            tenant_id=said.project.tenant_id, project_id=said.project.id, subject=said.subject, source=source,
            revision=(last.revision if last else 0) + 1, month=said.month,
            milestone_id=said.milestone.id if said.milestone else None, amount=said.amount, done_on=said.done_on,
            note=said.note.strip(), is_late=late.get(said.month, False) and source is Source.REPORTED,
            account_id=actor.account_id or "", by_name=actor.name,
        )  # fmt: skip
        session.add(row)
        newest.setdefault((said.project.id, said.subject), {})[source] = row
        added += 1
    session.flush()
    record(session, actor, event.tenant_id, source.value, "project actual", event.id, count=added)
    return added


def _paths(session: Session, projects: Sequence[Project]) -> dict[str, list[str | None]]:
    """Project id -> the paths of its unit's and its owner's organization."""
    tenant = {project.tenant_id for project in projects}
    ids = sorted({project.entry_id for project in projects})
    units = select(Entry.id, Entry.organization_id).where(col(Entry.tenant_id).in_(tenant), col(Entry.id).in_(ids))
    unit_of = dict(session.exec(units).all())
    wanted = {found for found in (*unit_of.values(), *(project.owner_id for project in projects)) if found}
    paths = dict(session.exec(select(Organization.id, Organization.path).where(col(Organization.id).in_(wanted))).all())
    return {
        project.id: [paths.get(unit_of.get(project.entry_id) or ""), paths.get(project.owner_id or "")]
        for project in projects
    }


def count_waiting(session: Session, event: Event, subject: str = "") -> int:
    """How many reports of the event nobody has checked yet; with `subject` (a month) only those of it."""
    last = (
        select(Actual.project_id, Actual.subject, func.max(Actual.revision).label("revision"))
        .join(Project, (col(Project.tenant_id) == col(Actual.tenant_id)) & (col(Project.id) == col(Actual.project_id)))
        .where(Project.tenant_id == event.tenant_id, Project.event_id == event.id)
        .group_by(col(Actual.project_id), col(Actual.subject))
        .subquery()
    )
    same = (
        (col(Actual.project_id) == last.c.project_id)
        & (col(Actual.subject) == last.c.subject)
        & (col(Actual.revision) == last.c.revision)
    )
    query = select(func.count()).select_from(Actual).join(last, same)
    if subject:
        query = query.where(Actual.subject == subject)
    return session.exec(query.where(Actual.tenant_id == event.tenant_id, Actual.source == Source.REPORTED)).one()
