"""What the roster of judges and a judge's own declarations show. No entry appears on either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from contest.accounts.models import Account
from contest.accounts.queries import search_accounts
from contest.actors import Actor
from contest.acts.models import ActKind
from contest.acts.services import open_acts
from contest.competitions.models import Competition, Event, Stage
from contest.competitions.queries import get_competition
from contest.db import like_pattern
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember
from contest.judging.panel.roster_models import DeclaredConflict, PoolJudge
from contest.judging.policy import can_manage_panel, can_see_roster
from contest.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """A judge of the pool: unit, what they can judge, where they sit, what they declared."""

    account_id: str
    name: str
    unit: str
    specialities: str
    seats: tuple[str, ...]
    conflicts: tuple[ConflictLine, ...]


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A conflict that stands: with which unit, and why."""

    id: str
    unit: str
    reason: str
    is_asked_back: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """The pool of a competition, one page of it; `found`: people to be added, as searched for."""

    competition: Competition
    lines: Sequence[JudgeLine]
    total: int
    found: Sequence[Account]
    can_manage: bool


SORTS: Mapping[str, tuple[Any, ...]] = {"name": (col(Account.name),), "unit": (col(Organization.name),)}


def roster(
    session: Session, actor: Actor, competition_id: str, *, search: str = "", people: str = "", sort: str = "name",
    descending: bool = False, offset: int = 0, limit: int = 50,
) -> Roster:  # fmt: skip
    """A page of the pool.

    Raises:
        NotFoundError: no such competition, or not the actor's to see the judges of.
    """
    competition = get_competition(session, competition_id, actor)
    if not can_see_roster(actor, competition):
        raise NotFoundError(N_("找不到这个竞赛。"))
    where = and_(col(PoolJudge.tenant_id) == competition.tenant_id, col(PoolJudge.competition_id) == competition.id)
    person, home = col(Account.id) == col(PoolJudge.account_id), col(Organization.id) == col(Account.organization_id)
    if search:
        fields = (Account.name, Organization.name, PoolJudge.specialities)
        where = and_(where, or_(*(col(field).ilike(like_pattern(search), escape="\\") for field in fields)))
    counting = select(func.count()).select_from(PoolJudge).join(Account, person).join(Organization, home)
    total = session.exec(counting.where(where)).one()
    order = [key.desc() if descending else key.asc() for key in SORTS[sort]]
    query = select(PoolJudge, Account.name, Organization.name).join(Account, person).join(Organization, home)
    rows = session.exec(query.where(where).order_by(*order, col(PoolJudge.id)).offset(offset).limit(limit)).all()
    ids = [judge.account_id for judge, _, _ in rows]
    seats, conflicts = _seats(session, competition, ids), _conflicts(session, competition, ids)
    lines = [
        JudgeLine(
            judge.account_id, name, unit, judge.specialities, tuple(seats.get(judge.account_id, ())),
            tuple(conflicts.get(judge.account_id, ())),
        )
        for judge, name, unit in rows
    ]  # fmt: skip
    manages = can_manage_panel(actor, competition)
    found = search_accounts(session, competition.tenant_id, people) if people and manages else ()
    return Roster(competition, lines, total, found, manages)


def _seats(session: Session, competition: Competition, ids: Sequence[str]) -> dict[str, list[str]]:
    query = (
        select(PanelMember.account_id, Event.title, PanelMember.code)
        .join(
            Stage, and_(col(Stage.tenant_id) == col(PanelMember.tenant_id), col(Stage.id) == col(PanelMember.stage_id))
        )
        .join(Event, and_(col(Event.tenant_id) == col(Stage.tenant_id), col(Event.id) == col(Stage.event_id)))
        .where(Event.tenant_id == competition.tenant_id, Event.competition_id == competition.id)
        .where(col(PanelMember.removed_at).is_(None), col(PanelMember.account_id).in_(ids))
        .order_by(col(Event.position), col(Stage.position))
    )
    found: dict[str, list[str]] = {}
    for account_id, title, code in session.exec(query):
        found.setdefault(account_id or "", []).append(f"{title} {code}")
    return found


def _conflicts(session: Session, competition: Competition, ids: Sequence[str]) -> dict[str, list[ConflictLine]]:
    query = (
        select(DeclaredConflict, Organization.name)
        .join(Organization, col(Organization.id) == col(DeclaredConflict.organization_id))
        .where(DeclaredConflict.tenant_id == competition.tenant_id, DeclaredConflict.competition_id == competition.id)
        .where(col(DeclaredConflict.account_id).in_(ids), DeclaredConflict.withdrawal == "")
        .order_by(col(DeclaredConflict.id))
    )
    asked = {act.subject for act in open_acts(session, competition, ActKind.CONFLICT)}
    found: dict[str, list[ConflictLine]] = {}
    for conflict, unit in session.exec(query):
        line = ConflictLine(conflict.id, unit, conflict.reason, conflict.id in asked)
        found.setdefault(conflict.account_id, []).append(line)
    return found


@dataclass(frozen=True, slots=True)
class OwnConflict:
    """A conflict that the reader declared, or that was declared for them; `is_withdrawn`: it was taken back."""

    id: str
    competition_id: str
    competition: str
    unit: str
    reason: str
    declared_by: str
    at: datetime
    is_withdrawn: bool


def own_competitions(session: Session, actor: Actor) -> Sequence[Competition]:
    """The competitions in which the actor is in the pool or on a panel, newest first."""
    pooled = select(PoolJudge.competition_id).where(PoolJudge.account_id == actor.account_id)
    seated = (
        select(Event.competition_id)
        .join(Stage, and_(col(Stage.tenant_id) == col(Event.tenant_id), col(Stage.event_id) == col(Event.id)))
        .join(
            PanelMember,
            and_(col(PanelMember.tenant_id) == col(Stage.tenant_id), col(PanelMember.stage_id) == col(Stage.id)),
        )
        .where(PanelMember.account_id == actor.account_id, col(PanelMember.removed_at).is_(None))
    )
    query = select(Competition).where(or_(col(Competition.id).in_(pooled), col(Competition.id).in_(seated)))
    return session.exec(query.order_by(col(Competition.id).desc()).limit(200)).all()


def own_conflicts(session: Session, actor: Actor, *, offset: int = 0, limit: int = 50) -> tuple[list[OwnConflict], int]:
    """A page of the reader's own conflicts, newest first, and how many there are."""
    mine = DeclaredConflict.account_id == actor.account_id
    total = session.exec(select(func.count()).select_from(DeclaredConflict).where(mine)).one()
    where = and_(
        col(Competition.tenant_id) == col(DeclaredConflict.tenant_id),
        col(Competition.id) == col(DeclaredConflict.competition_id),
    )
    query = (
        select(DeclaredConflict, Competition.title, Organization.name)
        .join(Competition, where)
        .join(Organization, col(Organization.id) == col(DeclaredConflict.organization_id))
        .where(mine)
        .order_by(col(DeclaredConflict.id).desc())
    )
    rows = session.exec(query.offset(offset).limit(limit))
    lines = [
        OwnConflict(
            row.id, row.competition_id, title, unit, row.reason, row.declared_by, row.created_at, bool(row.withdrawal)
        )
        for row, title, unit in rows
    ]
    return lines, total
