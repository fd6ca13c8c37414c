"""Visits between groups (片区互学互比, C18): whom a visiting judge may not mark, told to judging as recusals.

Nobody marks a project of the group they visit for, nor one whose owner is their own organization or enterprise;
projects of their own unit judging finds itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, text
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.db import now
from contest.errors import ForbiddenError
from contest.i18n import N_
from contest.judging.models import PanelMember
from contest.judging.panel.kept_apart import add_source
from contest.judging.panel.own_units import own_units
from contest.judging.panel.recusing import refuse_lost_pairs
from contest.judging.queries import MemberLine, members_of
from contest.judging.services import refresh_recusals
from contest.projects import policy
from contest.projects.models import Visitor
from contest.projects.queries import RegisterDesk

OWN_GROUP = N_("本片区或本单位的工程")

_OWN_GROUP = text(
    "SELECT v.panel_member_id, p.entry_id FROM project_visitor v"
    " JOIN panel_member m ON m.tenant_id = v.tenant_id AND m.id = v.panel_member_id AND m.removed_at IS NULL"
    " JOIN stage s ON s.tenant_id = m.tenant_id AND s.id = m.stage_id"
    " JOIN project p ON p.tenant_id = v.tenant_id AND p.event_id = s.event_id AND p.group_name = v.group_name"
    " WHERE s.tenant_id = :tenant AND s.event_id IN :events"
).bindparams(bindparam("events", expanding=True))
_OWNERS = text(
    "SELECT p.event_id, p.entry_id, o.path FROM project p JOIN organization o ON o.id = p.owner_id"
    " WHERE p.tenant_id = :tenant AND p.event_id IN :events"
).bindparams(bindparam("events", expanding=True))


def found_recusals(connection: Connection, tenant_id: str, event_ids: Collection[str]) -> Collection[tuple[str, str]]:
    """(panel member, entry) that must not meet; plain SQL, for the hot path (`judging.panel.kept_apart`)."""
    key = {"tenant": tenant_id, "events": sorted(event_ids)}
    found = {(member, entry) for member, entry in connection.execute(_OWN_GROUP, key)}
    owners: dict[str, dict[str, str]] = {}
    for event, entry, path in connection.execute(_OWNERS, key):
        owners.setdefault(event, {})[entry] = path
    return found | {(member, entry) for _, member, entry in own_units(connection, key, owners)}


def register_source() -> None:
    """Called by `app.py`: judging stands below and imports none of this."""
    add_source(found_recusals, OWN_GROUP)


def visitors_of(session: Session, found: RegisterDesk) -> list[tuple[MemberLine, str]]:
    """Every judge of the event with the group they visit for ('' for none)."""
    lines = [line for line in members_of(session, found.event) if line.member.scores]
    ids = [line.member.id for line in lines]
    query = select(Visitor).where(Visitor.tenant_id == found.event.tenant_id, col(Visitor.panel_member_id).in_(ids))
    groups = {row.panel_member_id: row.group_name for row in session.exec(query)}
    return [(line, groups.get(line.member.id, "")) for line in lines]


def set_visitors(session: Session, actor: Actor, found: RegisterDesk, wanted: Mapping[str, str]) -> int:
    """Sets panel member -> group ('' takes it away) and registers the recusals that follow; how many recusals are new.

    A recusal that no longer follows stays in the ledger's record; it is lifted by hand on the panel's page.

    Raises:
        ForbiddenError: not the organizer.
        ConflictError: a judge has marked a project that they would then be kept from; two persons recuse them first.
    """
    if not policy.can_manage_projects(actor, found.desk.competition):
        raise ForbiddenError(N_("只有本竞赛的组织者可以安排互访。"))
    lines = visitors_of(session, found)
    for line, group in lines:
        new = wanted.get(line.member.id, group)
        if new == group:
            continue
        row = _row(session, line.member)
        if not new:
            session.delete(row)
            continue
        row.group_name = new
        session.add(row)
    session.flush()
    refuse_lost_pairs(session, found.event)
    record(session, actor, found.event.tenant_id, "set visitors", "event", found.event.id, at=str(now()))
    return refresh_recusals(session, actor, found.event)


def _row(session: Session, member: PanelMember) -> Visitor:
    query = select(Visitor).where(Visitor.tenant_id == member.tenant_id, Visitor.panel_member_id == member.id)
    return session.exec(query).first() or Visitor(tenant_id=member.tenant_id, panel_member_id=member.id, group_name="")
