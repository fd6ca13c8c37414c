"""Reading tables over several events. The public functions need no actor: they read snapshots and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, and_, col, select

from contest.actors import Actor
from contest.competitions.models import Competition, Event, RuleSetVersion
from contest.competitions.queries import events_of, get_competition, visible_to
from contest.core.parsing import parse_rule_set
from contest.core.ruleset import RuleSet
from contest.core.series_rules import SeriesRule, parse_series_rule
from contest.db import like_pattern
from contest.errors import ConflictError, ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.ledger.models import Checkpoint
from contest.overall import policy
from contest.overall.models import OverallPublication, OverallRule, OverallTable
from contest.overall.sources import latest_versions, sources_of
from contest.overall.tallying import Document, document_of, tally
from contest.publications.queries import PublicLine
from contest.publications.snapshot import digest, encode

LISTED = 100
"""How many tables the public index shows."""


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of a competition's list: its newest rule (and whether that is adopted), its newest publication."""

    table: OverallTable
    rule_version: int
    adopted: int | None
    published: int | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A competition for the pages of this feature."""

    competition: Competition
    can_manage: bool


SORTS: Mapping[str, Any] = {"created": col(OverallTable.created_at), "title": col(OverallTable.title)}


def desk_of(session: Session, actor: Actor, competition_id: str) -> Desk:
    """The competition.

    Raises:
        NotFoundError, ForbiddenError: as everywhere.
    """
    competition = get_competition(session, competition_id, actor)
    if not policy.can_see_tables(actor, competition):
        raise ForbiddenError(N_("团体与全能由组织者办理。"))
    return Desk(competition, policy.can_manage_tables(actor, competition))


def table_lines(
    session: Session, desk: Desk, *, search: str = "", sort: str = "created", descending: bool = False,
    offset: int = 0, limit: int = 50,
) -> tuple[list[TableLine], int]:  # fmt: skip
    """One page of the tables of a competition, and how many match in all."""
    competition = desk.competition
    condition = and_(
        col(OverallTable.tenant_id) == competition.tenant_id, col(OverallTable.competition_id) == competition.id
    )
    if search:
        pattern = like_pattern(search)
        condition = and_(condition, col(OverallTable.title).ilike(pattern, escape="\\"))
    total = session.exec(select(func.count()).select_from(OverallTable).where(condition)).one()
    rule = and_(col(OverallRule.tenant_id) == col(OverallTable.tenant_id),
                col(OverallRule.table_id) == col(OverallTable.id))  # fmt: skip
    told = and_(col(OverallPublication.tenant_id) == col(OverallTable.tenant_id),
                col(OverallPublication.table_id) == col(OverallTable.id))  # fmt: skip
    rules = select(func.max(OverallRule.version)).where(rule).correlate(OverallTable)
    versions = select(func.max(OverallPublication.version)).where(told).correlate(OverallTable).scalar_subquery()
    adopted = rules.where(col(OverallRule.adopted_at).is_not(None)).scalar_subquery()
    order = SORTS[sort].desc() if descending else SORTS[sort].asc()
    query = (
        select(OverallTable, rules.scalar_subquery(), adopted, versions)
        .where(condition)
        .order_by(order, col(OverallTable.id))
        .offset(offset)
        .limit(limit)
    )
    return [TableLine(*row) for row in session.exec(query).all()], total


def get_table(session: Session, actor: Actor, table_id: str) -> tuple[Desk, OverallTable]:
    """A table and its competition (NotFoundError, ForbiddenError)."""
    owner = and_(
        col(Competition.tenant_id) == col(OverallTable.tenant_id),
        col(Competition.id) == col(OverallTable.competition_id),
    )
    query = select(OverallTable).join(Competition, owner).where(OverallTable.id == table_id, visible_to(actor))
    table = session.exec(query).first()
    if table is None:
        raise NotFoundError(N_("找不到这张团体或全能表。"))
    return desk_of(session, actor, table.competition_id), table


def rule_versions(session: Session, table: OverallTable) -> Sequence[OverallRule]:
    """All versions of a table's rule, newest first."""
    query = select(OverallRule).where(OverallRule.tenant_id == table.tenant_id, OverallRule.table_id == table.id)
    return session.exec(query.order_by(col(OverallRule.version).desc())).all()


def publications_of(session: Session, table: OverallTable) -> Sequence[OverallPublication]:
    """All publications of a table, newest first."""
    query = select(OverallPublication).where(
        OverallPublication.tenant_id == table.tenant_id, OverallPublication.table_id == table.id
    )
    return session.exec(query.order_by(col(OverallPublication.version).desc())).all()


@lru_cache(maxsize=64)
def rule_of(document: str) -> SeriesRule:
    """The rule of a kept document."""
    return parse_series_rule(json.loads(document))


@dataclass(frozen=True, slots=True)
class TableView:
    """A table's page: the newest rule, the one in force, what they give now, and what was published.

    preview: by the rule in force, before the first adoption by the draft. trouble: why there is none. `is_new`: it
    says something else than the newest publication.
    """

    desk: Desk
    table: OverallTable
    newest: OverallRule
    in_force: OverallRule | None
    versions: Sequence[OverallRule]
    preview: Document | None
    trouble: ConflictError | None
    publications: Sequence[OverallPublication]
    stamp: str
    is_new: bool

    @property
    def draft(self) -> OverallRule | None:
        return None if self.newest.adopted_at else self.newest


def table_view(session: Session, actor: Actor, table_id: str) -> TableView:
    """Everything about one table.

    Raises:
        NotFoundError, ForbiddenError: as everywhere.
    """
    desk, table = get_table(session, actor, table_id)
    versions = rule_versions(session, table)
    in_force = next((version for version in versions if version.adopted_at), None)
    shown, trouble, preview = in_force or versions[0], None, None
    try:
        preview = current_document(session, desk.competition, table, shown)
    except ConflictError as error:
        trouble = error
    publications = publications_of(session, table)
    stamp = "" if preview is None else stamp_of(preview)
    told = stamp_of(json.loads(publications[0].snapshot)) if publications else ""
    return TableView(
        desk, table, versions[0], in_force, versions, preview, trouble, publications, stamp, is_new=stamp != told
    )


def current_document(session: Session, competition: Competition, table: OverallTable, version: OverallRule) -> Document:
    """What the table says now (ConflictError: it can't be computed)."""
    rule = rule_of(version.document)
    return document_of(competition, table, version, rule, tally(rule, sources_of(session, competition, rule)))


def stamp_of(document: Document) -> str:
    """A digest of what a document says, whenever it is said: what is confirmed is what is published."""
    return digest(encode({key: value for key, value in document.items() if key not in ("version", "at")}))


@dataclass(frozen=True, slots=True)
class PublicTable:
    """A published version of a table. `behind`: ids of its events whose results have changed since."""

    version: int
    newest: int
    digest: str
    document: Document
    checkpoint: Checkpoint
    behind: frozenset[str]

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.document["at"] / 1000, UTC)


def public_table(session: Session, table_id: str, version: int | None = None) -> PublicTable:
    """Version `version` of a table (None: the newest).

    Raises:
        NotFoundError: no such table, or nothing of it is published: both look the same.
    """
    query = select(OverallPublication).where(OverallPublication.table_id == table_id)
    found = session.exec(query.order_by(col(OverallPublication.version).desc())).all()
    chosen = next((item for item in found if version in (None, item.version)), None)
    if chosen is None:
        raise NotFoundError(N_("这里还没有发布的团体或全能成绩。"))
    document = json.loads(chosen.snapshot)
    checkpoint = session.get_one(Checkpoint, (chosen.tenant_id, chosen.checkpoint_id))
    behind = _behind(session, chosen.tenant_id, document)
    return PublicTable(chosen.version, found[0].version, chosen.digest, document, checkpoint, behind)


def _behind(session: Session, tenant_id: str, document: Document) -> frozenset[str]:
    told = {event["id"]: event["version"] for event in document["events"]}
    competition = session.get_one(Competition, (tenant_id, document["competition"]["id"]))
    now = dict(session.exec(latest_versions(competition, list(told))).all())
    return frozenset(key for key, version in now.items() if version != told[key])


def public_tables(session: Session) -> list[PublicLine]:
    """The lines of the public index: the newest publication of each table, newest first."""
    owner = and_(
        col(Competition.tenant_id) == col(OverallTable.tenant_id),
        col(Competition.id) == col(OverallTable.competition_id),
    )
    at = func.max(OverallPublication.published_at).label("at")
    told = (
        select(OverallPublication.tenant_id, OverallPublication.table_id, at)
        .group_by(col(OverallPublication.tenant_id), col(OverallPublication.table_id))
        .subquery()
    )
    here = and_(told.c.tenant_id == col(OverallTable.tenant_id), told.c.table_id == col(OverallTable.id))
    query = select(OverallTable, Competition, told.c.at).join(Competition, owner).join(told, here)
    return [
        PublicLine(
            f"/overall/{table.id}", competition.title, competition.title_en or competition.title, "", "",
            table.title, moment, is_board=False,
        )
        for table, competition, moment in session.exec(query.order_by(told.c.at.desc()).limit(LISTED)).all()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """What a rule may be made of: the events, awards of their rule sets (id -> title), measures of their tie chains."""

    events: Sequence[Event]
    awards: Mapping[str, str]
    measures: Sequence[str]


def choices_of(session: Session, competition: Competition) -> Choices:
    """The events of a competition and what their rule sets in force know."""
    events = events_of(session, competition)
    ids = [event.rule_set_id for event in events if event.rule_set_id]
    query = select(RuleSetVersion.document).where(
        RuleSetVersion.tenant_id == competition.tenant_id, col(RuleSetVersion.id).in_(ids)
    )
    rules = [_parsed(document) for document in session.exec(query.order_by(col(RuleSetVersion.id)))]
    awards = {award.id: award.title or award.id for rule in reversed(rules) for award in rule.awards}
    return Choices(events, awards, sorted({name for rule in rules for name in rule.measures()}))


@lru_cache(maxsize=64)
def _parsed(document: str) -> RuleSet:
    return parse_rule_set(json.loads(document))
