"""Reading publications and boards. The public functions need no actor: they read snapshots and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, and_, col, func, select

from contest.actors import Actor
from contest.competitions.models import Competition, Event, EventState
from contest.competitions.opening import Obstacle
from contest.competitions.queries import competition_of, get_event
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.ledger import signing
from contest.ledger.holding import groups
from contest.ledger.models import Chain, Checkpoint
from contest.ledger.queries import latest_checkpoint
from contest.publications import policy
from contest.publications.board import board_document
from contest.publications.models import BoardSnapshot, Publication
from contest.publications.readiness import obstacles
from contest.publications.snapshot import Document
from contest.standings.policy import is_unsealed
from contest.standings.queries import StandingRow, standing_rows
from contest.standings.services import compute

LISTED = 200
"""How many publications the public index shows."""


def latest(session: Session, event: Event) -> Publication | None:
    """The newest publication of an event."""
    return next(iter(versions(session, event)), None)


def versions(session: Session, event: Event) -> Sequence[Publication]:
    """All publications of an event, newest first."""
    query = select(Publication).where(Publication.tenant_id == event.tenant_id, Publication.event_id == event.id)
    return session.exec(query.order_by(col(Publication.version).desc())).all()


@dataclass(frozen=True, slots=True)
class PublicationsView:
    """The organizer's page: what would be published now, and what was."""

    competition: Competition
    event: Event
    preview: Sequence[StandingRow]
    is_named: bool
    versions: Sequence[Publication]
    is_ready: bool
    can_publish: bool
    fingerprint: str
    obstacles: Sequence[Obstacle]


def publications_view(session: Session, actor: Actor, event_id: str) -> PublicationsView:
    """Versions, and after the lock the preview: by codes while these are sealed, then by name as it will stand.

    Raises:
        NotFoundError, ForbiddenError: as everywhere.
    """
    event, competition = _for_desk(session, actor, event_id)
    is_ready = event.state is EventState.LOCKED
    computation = compute(session, event) if is_ready else None
    is_named = computation is not None and is_unsealed(event, computation.rules)
    return PublicationsView(
        competition=competition,
        event=event,
        preview=standing_rows(computation, named=is_named) if computation else (),
        is_named=is_named,
        versions=versions(session, event),
        is_ready=is_ready,
        can_publish=policy.can_publish(actor, competition) and is_ready,
        fingerprint=signing.fingerprint(),
        obstacles=obstacles(session, event) if is_ready else (),
    )


def _for_desk(session: Session, actor: Actor, event_id: str) -> tuple[Event, Competition]:
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    if not policy.can_see_publications(actor, competition):
        raise ForbiddenError(N_("发布由组织者办理。"))
    return event, competition


def version_for_desk(session: Session, actor: Actor, event_id: str, version: int) -> Publication:
    """One version, for its bundle or workbook (NotFoundError when there is none)."""
    event, _ = _for_desk(session, actor, event_id)
    return _version(session, event, version)


def version_number(text: str) -> int:
    """The number of a version from an address (NotFoundError for anything else)."""
    if not (text.isascii() and text.isdigit() and len(text) < 6):  # noqa: PLR2004 (no event has so many)
        raise NotFoundError(N_("没有这一版成绩。"))
    return int(text)


def _version(session: Session, event: Event, version: int) -> Publication:
    query = select(Publication).where(
        Publication.tenant_id == event.tenant_id, Publication.event_id == event.id, Publication.version == version
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFoundError(N_("没有这一版成绩。"))
    return found


@dataclass(frozen=True, slots=True)
class PublicResult:
    """A published version as its page shows it."""

    event_id: str
    version: int
    newest: int
    digest: str
    document: Document
    checkpoint: Checkpoint
    fingerprint: str

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.document["at"] / 1000, UTC)


def public_result(session: Session, event_id: str, version: int | None = None) -> PublicResult:
    """Version `version` of an event's results (None: the newest).

    Raises:
        NotFoundError: no such event, or nothing of it is published: both look the same.
    """
    query = select(Publication).where(Publication.event_id == event_id).order_by(col(Publication.version).desc())
    found = session.exec(query).all()
    chosen = next((item for item in found if version in (None, item.version)), None)
    if chosen is None:
        raise NotFoundError(N_("这里还没有发布的成绩。"))
    checkpoint = session.get_one(Checkpoint, (chosen.tenant_id, chosen.checkpoint_id))
    return PublicResult(
        event_id=event_id,
        version=chosen.version,
        newest=found[0].version,
        digest=chosen.digest,
        document=json.loads(chosen.snapshot),
        checkpoint=checkpoint,
        fingerprint=checkpoint.key_id,
    )


def is_published(session: Session, event_id: str) -> bool:
    """Whether results of the event are out."""
    return session.exec(select(Publication.id).where(Publication.event_id == event_id).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class PublicBoard:
    """The board as it is kept (version 0: nothing is kept yet, this is what it would be)."""

    event_id: str
    version: int
    document: dict[str, Any]
    made_at: datetime
    results: int
    checkpoint: str

    @property
    def is_over(self) -> bool:
        return str(self.document["state"]) == "final"


def public_board(session: Session, event_id: str) -> PublicBoard:
    """The live board of an event.

    Raises:
        NotFoundError: no such event, or its rule set shows no live board.
    """
    event = session.exec(select(Event).where(Event.id == event_id)).first()
    if event is None:
        raise NotFoundError(N_("这个项目没有公开的实时排行榜。"))
    results = session.exec(
        select(func.max(Publication.version)).where(
            Publication.tenant_id == event.tenant_id, Publication.event_id == event.id
        )
    ).one()
    kept = session.get(BoardSnapshot, (event.tenant_id, event.id))
    document = json.loads(kept.snapshot) if kept and kept.version else board_document(session, event)
    if document is None:
        raise NotFoundError(N_("这个项目没有公开的实时排行榜。"))
    made_at = kept.made_at if kept and kept.version else datetime.now(UTC)
    signed = latest_checkpoint(session, Chain(event.tenant_id, event.competition_id))
    shown = groups(signed.root) if signed else ""
    return PublicBoard(event_id, kept.version if kept else 0, document, made_at, results or 0, shown)


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One line of the public index. `path`: without its language."""

    path: str
    competition: str
    competition_en: str
    event: str
    event_en: str
    title: str
    at: datetime
    is_board: bool


LineSource = Callable[[Session], Sequence[PublicLine]]
_line_sources: list[LineSource] = []


def register_lines(source: LineSource) -> None:
    """Adds a function that lists what a higher feature has published (app.py registers it)."""
    if source not in _line_sources:
        _line_sources.append(source)


def public_lines(session: Session) -> list[PublicLine]:
    """Published results (the newest version of each event) and boards under way, newest first."""
    same = and_(col(Event.tenant_id) == col(Competition.tenant_id), col(Event.competition_id) == col(Competition.id))
    of_event = and_(col(Publication.tenant_id) == col(Event.tenant_id), col(Publication.event_id) == col(Event.id))
    newest = select(func.max(Publication.version)).where(of_event).correlate(Event).scalar_subquery()
    results = session.exec(
        select(Event, Competition, Publication.title, Publication.published_at)
        .join(Competition, same)
        .join(Publication, of_event)
        .where(col(Publication.version) == newest)
        .order_by(col(Publication.published_at).desc())
        .limit(LISTED)
    ).all()
    on_board = and_(col(BoardSnapshot.tenant_id) == col(Event.tenant_id), col(BoardSnapshot.event_id) == col(Event.id))
    boards = session.exec(
        select(Event, Competition, BoardSnapshot.made_at)
        .join(Competition, same)
        .join(BoardSnapshot, on_board)
        .where(col(Event.state).in_([EventState.SCORING, EventState.LOCKED]), col(BoardSnapshot.version) > 0)
        .order_by(col(BoardSnapshot.made_at).desc())
        .limit(LISTED)
    ).all()
    live = [_line(event, competition, "", at, is_board=True) for event, competition, at in boards]
    done = [_line(event, competition, title, at) for event, competition, title, at in results]
    done += [line for source in _line_sources for line in source(session)]
    return live + sorted(done, key=lambda line: line.at, reverse=True)


def _line(event: Event, competition: Competition, title: str, at: datetime, *, is_board: bool = False) -> PublicLine:
    return PublicLine(
        f"/{'board' if is_board else 'results'}/{event.id}",
        competition.title, competition.title_en or competition.title, event.title,
        event.title_en or event.title, title, at, is_board,
    )  # fmt: skip
