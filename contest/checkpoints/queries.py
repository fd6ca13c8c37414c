"""Reading the checkpoints of a competition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.checkpoints import policy
from contest.competitions.models import Competition
from contest.competitions.queries import get_competition
from contest.db import like_pattern
from contest.errors import ForbiddenError, NotFoundError
from contest.i18n import N_
from contest.ledger import holding, signing
from contest.ledger.models import Checkpoint, Countersignature
from contest.ledger.queries import head, latest_checkpoint, trusted_keys

REASONS = {
    "lock": N_("锁定"), "unsealing": N_("解密"), "publication": N_("发布"), "timer": N_("每十分钟"),
    "key": N_("更换公钥"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckpointLine:
    """One checkpoint with whoever countersigned it."""

    item: Checkpoint
    signers: tuple[str, ...]
    is_mine: bool

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.item.at / 1000, UTC)

    @property
    def groups(self) -> str:
        return holding.groups(self.item.root)


@dataclass(frozen=True, slots=True)
class CheckpointsView:
    """The page of a competition."""

    competition: Competition
    size: int
    latest: Checkpoint | None
    text: str
    lines: Sequence[CheckpointLine]
    total: int
    fingerprint: str
    can_countersign: bool


def checkpoints_view(
    session: Session, actor: Actor, competition_id: str, *, search: str = "", offset: int = 0, limit: int = 50
) -> CheckpointsView:
    """One page, newest first; `search` finds a number of rows or the first digits of a root.

    Raises:
        NotFoundError, ForbiddenError: as everywhere.
    """
    competition = competition_for_desk(session, actor, competition_id)
    lines, total = _lines(session, actor, competition, search, offset, limit)
    latest, found = latest_checkpoint(session, competition), head(session, competition)
    return CheckpointsView(
        competition=competition,
        size=found[0] if found else 0,
        latest=latest,
        text=text_of(session, latest) if latest else "",
        lines=lines,
        total=total,
        fingerprint=signing.fingerprint(),
        can_countersign=policy.can_countersign(actor, competition),
    )


def competition_for_desk(session: Session, actor: Actor, competition_id: str) -> Competition:
    """The competition, for whoever may see its checkpoints."""
    competition = get_competition(session, competition_id, actor)
    if not policy.can_see_checkpoints(actor, competition):
        raise ForbiddenError(N_("存证由组织者、裁判长和监督查看。"))
    return competition


def _lines(
    session: Session, actor: Actor, competition: Competition, search: str, offset: int, limit: int
) -> tuple[list[CheckpointLine], int]:
    where = _where(competition, search)
    total = session.exec(select(func.count()).select_from(Checkpoint).where(where)).one()
    order = (col(Checkpoint.at).desc(), col(Checkpoint.id).desc())
    items = session.exec(select(Checkpoint).where(where).order_by(*order).offset(offset).limit(limit)).all()
    query = select(Countersignature).where(
        Countersignature.tenant_id == competition.tenant_id,
        col(Countersignature.checkpoint_id).in_([item.id for item in items]),
    )
    signed: dict[str, list[Countersignature]] = {}
    for sign in session.exec(query.order_by(col(Countersignature.at))):
        signed.setdefault(sign.checkpoint_id, []).append(sign)
    return [_line(item, signed.get(item.id, ()), actor) for item in items], total


def _line(item: Checkpoint, signs: Sequence[Countersignature], actor: Actor) -> CheckpointLine:
    names = tuple(sign.name for sign in signs)
    return CheckpointLine(item, names, any(sign.account_id == actor.account_id for sign in signs))


def _where(competition: Competition, search: str) -> ColumnElement[bool]:
    here = and_(col(Checkpoint.tenant_id) == competition.tenant_id, col(Checkpoint.competition_id) == competition.id)
    wanted = "".join(search.split()).lower()
    if not wanted:
        return here
    digits = col(Checkpoint.root).like(like_pattern(wanted).removeprefix("%"), escape="\\")
    is_size = wanted.isascii() and wanted.isdigit() and len(wanted) < 10  # noqa: PLR2004 (an integer column)
    return and_(here, or_(digits, col(Checkpoint.size) == int(wanted)) if is_size else digits)


def get_checkpoint(session: Session, competition: Competition, checkpoint_id: str) -> Checkpoint:
    """One checkpoint of the competition (NotFoundError)."""
    found = session.get(Checkpoint, (competition.tenant_id, checkpoint_id))
    if found is None or found.competition_id != competition.id:
        raise NotFoundError(N_("找不到这份存证。"))
    return found


def text_of(session: Session, checkpoint: Checkpoint) -> str:
    """The checkpoint as the QR code holds it."""
    return holding.as_text(checkpoint, trusted_keys(session).get(checkpoint.key_id, ""))


def json_of(session: Session, checkpoint: Checkpoint) -> bytes:
    """The checkpoint as a file."""
    return holding.as_json(checkpoint, trusted_keys(session).get(checkpoint.key_id, ""))


@dataclass(frozen=True, slots=True)
class HallView:
    """What the hall shows: the newest checkpoint."""

    competition: Competition
    latest: Checkpoint
    text: str
    fingerprint: str

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.latest.at / 1000, UTC)


def hall_view(session: Session, competition_id: str) -> HallView:
    """The newest checkpoint for the hall, as soon as there is one (NotFoundError before).

    A checkpoint may be seen by everybody: it is what keeps the platform's own people honest.
    """
    competition = get_competition(session, competition_id)
    latest = latest_checkpoint(session, competition)
    if latest is None:
        raise NotFoundError(N_("这个竞赛还没有存证。"))
    return HallView(competition, latest, text_of(session, latest), latest.key_id)
