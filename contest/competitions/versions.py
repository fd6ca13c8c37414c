"""The versions of an event's rule set, and those of other events: to be read, compared and copied."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, func, or_, select

from contest.actors import Actor
from contest.competitions import queries
from contest.competitions.editing import Draft
from contest.competitions.models import Competition, Event, RuleSetVersion
from contest.db import like_pattern
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.organizations.models import Organization


def version_of(session: Session, actor: Actor, event_id: str, number: str = "") -> Draft:
    """One version to read: that of a number, else the one in force, else the draft."""
    event = queries.get_event(session, event_id, actor)
    if number:
        version: RuleSetVersion | None = queries.get_version(session, event, number)
    else:
        version = queries.version_in_force(session, event) or queries.newest_version(session, event)
    competition = queries.competition_of(session, event)
    return Draft(competition, event, version, json.loads(version.document) if version else {}, can_edit=False)


def version_by_id(session: Session, actor: Actor, version_id: str) -> tuple[Event, RuleSetVersion]:
    """A version of any event the actor may see, with its event (NotFoundError otherwise)."""
    found = session.exec(select(RuleSetVersion).where(RuleSetVersion.id == version_id)).first()
    if found is None:
        raise NotFoundError(N_("找不到评分办法的这一版。"))
    return queries.get_event(session, found.event_id, actor), found


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version in a list, without its document."""

    id: str
    version: int
    digest: str
    note: str
    created_at: datetime
    adopted_at: datetime | None
    adopted_by: str
    set_aside_at: datetime | None


def version_rows(session: Session, event: Event, *, offset: int = 0, limit: int = 50) -> tuple[list[VersionRow], int]:
    """The versions of an event, newest first, and how many there are."""
    here = (RuleSetVersion.tenant_id == event.tenant_id, RuleSetVersion.event_id == event.id)
    total = session.exec(select(func.count()).select_from(RuleSetVersion).where(*here)).one()
    columns = (getattr(RuleSetVersion, name) for name in VersionRow.__slots__)
    query = select(*columns).where(*here).order_by(col(RuleSetVersion.version).desc())
    return [VersionRow(*row) for row in session.exec(query.offset(offset).limit(limit))], total


@dataclass(frozen=True, slots=True)
class OtherRules:
    """The rule set of another event: the version in force, else its newest draft."""

    version_id: str
    version: int
    adopted_at: datetime | None
    event_id: str
    event: str
    competition: str
    organization: str


SORTS: Mapping[str, Any] = {
    "created": col(RuleSetVersion.created_at), "event": col(Event.title), "competition": col(Competition.title),
    "organization": col(Organization.name),
}  # fmt: skip


def other_rule_sets(
    session: Session, actor: Actor, event: Event, *, search: str = "", sort: str = "created", descending: bool = True,
    offset: int = 0, limit: int = 30,
) -> tuple[Sequence[OtherRules], int]:  # fmt: skip
    """One page of the rule sets of all other events the actor may see, and how many there are."""
    condition = and_(queries.visible_to(actor), col(Event.id) != event.id, _current())
    if search:
        pattern = like_pattern(search)
        names = (Event.title, Competition.title, Organization.name)
        condition = and_(condition, or_(*(col(name).ilike(pattern, escape="\\") for name in names)))
    columns = (
        RuleSetVersion.id, RuleSetVersion.version, RuleSetVersion.adopted_at, Event.id, Event.title,
        Competition.title, Organization.name,
    )  # fmt: skip
    order = SORTS[sort].desc() if descending else SORTS[sort].asc()
    joined = _joined(select(*columns)).where(condition)  # type: ignore[call-overload]
    rows = session.exec(joined.order_by(order, col(RuleSetVersion.id)).offset(offset).limit(limit)).all()
    total = session.exec(_joined(select(func.count()).select_from(RuleSetVersion)).where(condition)).one()
    return [OtherRules(*row) for row in rows], total


def _joined(query: Any) -> Any:
    """From versions to their event, its competition and that one's organization."""
    event = and_(col(Event.tenant_id) == RuleSetVersion.tenant_id, col(Event.id) == RuleSetVersion.event_id)
    owner = and_(col(Competition.tenant_id) == Event.tenant_id, col(Competition.id) == Event.competition_id)
    home = col(Organization.id) == Competition.organization_id
    return query.join(Event, event).join(Competition, owner).join(Organization, home)


def _current() -> Any:
    """The version in force, or the newest draft of an event without one."""
    newest = (
        select(func.max(RuleSetVersion.version))
        .where(RuleSetVersion.tenant_id == Event.tenant_id, RuleSetVersion.event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
    draft = and_(col(Event.rule_set_id).is_(None), col(RuleSetVersion.version) == newest)
    return or_(col(RuleSetVersion.id) == col(Event.rule_set_id), draft)
