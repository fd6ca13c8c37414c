"""Reading competitions, events, rule sets, stages and periods. With an actor, what they may not see is not found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, true
from sqlmodel import Session, and_, col, select

from contest.actors import Actor, Role
from contest.competitions.models import Competition, Event, EventState, Period, PeriodState, RuleSetVersion, Stage
from contest.competitions.policy import FROM_BELOW, UNSEEING
from contest.core.parsing import parse_rule_set
from contest.core.ruleset import RuleSet
from contest.db import like_pattern
from contest.errors import ConflictError, NotFoundError
from contest.i18n import N_
from contest.organizations.models import Organization

MOST_ORGANIZATIONS = 500
"""How many organizations the list of hosts offers."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`can_see_competition` as a condition, so that lists are filtered (and counted) in SQL."""
    if actor.is_system:
        return true()
    found: list[ColumnElement[bool]] = []
    for grant in actor.grants:
        if grant.role in UNSEEING:
            continue
        tenant = col(Competition.tenant_id) == grant.tenant_id
        if grant.competition_id is not None:
            found.append(and_(tenant, col(Competition.id) == grant.competition_id))
            continue
        places: list[ColumnElement[bool]] = [col(Competition.organization_path).startswith(grant.path, autoescape=True)]
        if grant.role in FROM_BELOW:
            places.append(col(Competition.organization_path).in_(_prefixes(grant.path)))
        found.append(and_(tenant, or_(*places)))
    return or_(*found) if found else false()


def _prefixes(path: str) -> list[str]:
    """`/a/b/` -> `/a/`, `/a/b/`: the organization and all above it."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def get_competition(session: Session, competition_id: str, actor: Actor | None = None) -> Competition:
    """The competition of that id; with an actor, only if they may see it.

    Raises:
        NotFoundError: there is none, or none that the actor may know of.
    """
    query = select(Competition).where(Competition.id == competition_id)
    found = session.exec(query if actor is None else query.where(visible_to(actor))).first()
    if found is None:
        raise NotFoundError(N_("找不到这个竞赛。"))
    return found


def get_event(session: Session, event_id: str, actor: Actor | None = None) -> Event:
    """The event of that id; with an actor, only if they may see its competition.

    Raises:
        NotFoundError: there is none, or none that the actor may know of.
    """
    query = select(Event).where(Event.id == event_id)
    if actor is not None:
        owner = and_(
            col(Competition.tenant_id) == col(Event.tenant_id), col(Competition.id) == col(Event.competition_id)
        )
        query = query.join(Competition, owner).where(visible_to(actor))
    found = session.exec(query).first()
    if found is None:
        raise NotFoundError(N_("找不到这个竞赛项目。"))
    return found


def competition_of(session: Session, event: Event) -> Competition:
    """The competition that an event belongs to."""
    return session.get_one(Competition, (event.tenant_id, event.competition_id))


@dataclass(frozen=True, slots=True)
class CompetitionRow:
    """One line of the list."""

    competition: Competition
    organization: str
    events: int


SORTS: Mapping[str, Any] = {
    "created": col(Competition.created_at),
    "title": col(Competition.title),
    "organization": col(Organization.name),
    "starts": col(Competition.starts_on),
    "kind": col(Competition.kind),
}


def competition_rows(
    session: Session, actor: Actor, *, search: str = "", kind: str = "", sort: str = "created",
    descending: bool = True, offset: int = 0, limit: int = 50,
) -> tuple[list[CompetitionRow], int]:  # fmt: skip
    """One page of the competitions the actor may see, and how many there are in all."""
    condition = visible_to(actor)
    if search:
        pattern = like_pattern(search)
        names = (Competition.title, Competition.title_en, Competition.host, Organization.name)
        condition = and_(condition, or_(*(col(name).ilike(pattern, escape="\\") for name in names)))
    if kind:
        condition = and_(condition, col(Competition.kind) == kind)
    home = col(Organization.id) == col(Competition.organization_id)
    total = session.exec(select(func.count()).select_from(Competition).join(Organization, home).where(condition)).one()
    events = (
        select(func.count())
        .select_from(Event)
        .where(Event.tenant_id == Competition.tenant_id, Event.competition_id == Competition.id)
        .correlate(Competition)
        .scalar_subquery()
    )
    order = SORTS[sort]
    query = (
        select(Competition, Organization.name, events)
        .join(Organization, home)
        .where(condition)
        .order_by(order.desc() if descending else order.asc(), col(Competition.id))
        .offset(offset)
        .limit(limit)
    )
    return [CompetitionRow(*row) for row in session.exec(query).all()], total


def usable_organizations(session: Session, actor: Actor) -> Sequence[Organization]:
    """The organizations the actor may set up competitions for, from the root down, at most MOST_ORGANIZATIONS."""
    query = select(Organization).order_by(func.length(Organization.path), col(Organization.name))
    if not actor.is_system:
        places = [
            and_(
                col(Organization.tenant_id) == grant.tenant_id,
                col(Organization.path).startswith(grant.path, autoescape=True),
            )
            for grant in actor.grants
            if grant.role in {Role.ORGANIZER, Role.ADMINISTRATOR} and grant.competition_id is None
        ]
        query = query.where(or_(*places) if places else false())
    return session.exec(query.limit(MOST_ORGANIZATIONS)).all()


def events_of(session: Session, competition: Competition) -> Sequence[Event]:
    """The events of a competition in their order."""
    return session.exec(
        select(Event)
        .where(Event.tenant_id == competition.tenant_id, Event.competition_id == competition.id)
        .order_by(col(Event.position), col(Event.id))
    ).all()


def stages_of(session: Session, event: Event) -> Sequence[Stage]:
    """The stages of an event in the order of the rule set; none before adoption."""
    return session.exec(
        select(Stage)
        .where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id)
        .order_by(col(Stage.position))
    ).all()


def periods_of(session: Session, event: Event) -> Sequence[Period]:
    """All periods of an event, stage by stage."""
    return [period for _, period in stage_periods(session, event)]


def stage_periods(session: Session, event: Event) -> Sequence[tuple[Stage, Period]]:
    """(stage, period) of an event in their order, in one query."""
    here = and_(col(Period.tenant_id) == col(Stage.tenant_id), col(Period.stage_id) == col(Stage.id))
    return session.exec(
        select(Stage, Period)
        .join(Period, here)
        .where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id)
        .order_by(col(Stage.position), col(Period.position))
    ).all()


def get_stage(session: Session, stage_id: str, actor: Actor | None = None) -> Stage:
    """The stage of that id; with an actor, only if they may see its competition (NotFoundError)."""
    found = session.exec(select(Stage).where(Stage.id == stage_id)).first()
    if found is None:
        raise NotFoundError(N_("找不到这个阶段。"))
    if actor is not None:
        get_event(session, found.event_id, actor)
    return found


def get_period(session: Session, period_id: str, actor: Actor | None = None) -> Period:
    """The period of that id; with an actor, only if they may see its competition (NotFoundError)."""
    found = session.exec(select(Period).where(Period.id == period_id)).first()
    if found is None:
        raise NotFoundError(N_("找不到这个考评期。"))
    if actor is not None:
        get_stage(session, found.stage_id, actor)
    return found


def event_of_period(session: Session, period: Period) -> Event:
    """The event that a period belongs to."""
    stage = session.get_one(Stage, (period.tenant_id, period.stage_id))
    return session.get_one(Event, (stage.tenant_id, stage.event_id))


def newest_version(session: Session, event: Event) -> RuleSetVersion | None:
    """The newest version that was not set aside: the draft, or the adopted one; None before the first save."""
    return session.exec(
        select(RuleSetVersion)
        .where(
            RuleSetVersion.tenant_id == event.tenant_id,
            RuleSetVersion.event_id == event.id,
            col(RuleSetVersion.set_aside_at).is_(None),
        )
        .order_by(col(RuleSetVersion.version).desc())
    ).first()


def get_version(session: Session, event: Event, number: str) -> RuleSetVersion:
    """The version of that number, as an address names it (NotFoundError otherwise)."""
    plain = number if number.isascii() and number.isdigit() and len(number) < 7 else "0"  # noqa: PLR2004
    found = session.exec(
        select(RuleSetVersion).where(
            RuleSetVersion.tenant_id == event.tenant_id,
            RuleSetVersion.event_id == event.id,
            RuleSetVersion.version == int(plain),
        )
    ).first()
    if found is None:
        raise NotFoundError(N_("找不到评分办法的这一版。"))
    return found


def version_in_force(session: Session, event: Event) -> RuleSetVersion | None:
    """The adopted version by which the event is scored; None before the adoption."""
    return session.get(RuleSetVersion, (event.tenant_id, event.rule_set_id)) if event.rule_set_id else None


@lru_cache(maxsize=64)
def _parsed(document: str) -> RuleSet:
    return parse_rule_set(json.loads(document))


def rules_in_force(session: Session, event: Event) -> RuleSet:
    """The adopted rule set of an event (parsed once per process and version).

    Raises:
        ConflictError: none is adopted yet.
    """
    return _parsed(_version_in_force(session, event).document)


def digest_in_force(session: Session, event: Event) -> str:
    """The digest under which the rule set was adopted: the ledger and the tablets name it.

    Not `RuleSet.digest`, which a later program with more fields works out differently for the same rules.

    Raises:
        ConflictError: none is adopted yet.
    """
    return _version_in_force(session, event).digest


def _version_in_force(session: Session, event: Event) -> RuleSetVersion:
    if event.rule_set_id is None:
        raise ConflictError(N_("评分办法还没有定稿。请组织者先在“评分办法”页定稿。"))
    return session.get_one(RuleSetVersion, (event.tenant_id, event.rule_set_id))


def is_open(period: Period) -> bool:
    return period.state is PeriodState.OPEN


CHANGEABLE = frozenset({EventState.ADOPTED, EventState.SCORING})
"""Where another version may follow the adopted one: with a reason and a second person (contest/corrections)."""


def is_editable(event: Event, version: RuleSetVersion | None = None) -> bool:
    """Before the adoption; after it, while nothing is locked whole, the draft of the version that is to follow."""
    return event.state is EventState.DRAFT or (
        event.state in CHANGEABLE and version is not None and version.adopted_at is None
    )
