"""What tablets say of themselves: last contact and unsent operations, for the desk. A number, not evidence."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, and_, col, select

from contest.actors import Actor
from contest.competitions.models import Stage
from contest.db import now, transaction
from contest.judging.models import PanelMember, TabletContact

QUIET = 60
"""Seconds between two notes of a tablet whose count does not change: a note is a commit."""
SILENT = timedelta(minutes=3)
"""A tablet that has not been heard of for so long is shown as out of contact."""
LIMIT = 200
_SHORT = 6
_MAX_UNSENT = 1_000_000
_MAX_REMEMBERED = 10_000
_DEVICE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NOTE = text(
    "INSERT INTO tablet_contact (tenant_id, account_id, device, unsent, seen_at)"
    " VALUES (:tenant, :account, :device, :unsent, :at) ON CONFLICT (tenant_id, account_id, device)"
    " DO UPDATE SET unsent = excluded.unsent, seen_at = excluded.seen_at"
)
_noted: dict[tuple[str, str], tuple[int, float]] = {}
_noting = threading.Lock()


@dataclass(frozen=True, slots=True)
class TabletLine:
    """One tablet of a stage's judge, as the desk shows it."""

    judge: str
    device: str
    unsent: int
    seen_at: datetime
    is_silent: bool


def note_contact(actor: Actor, device: object, unsent: object) -> None:
    """Keeps what a tablet says of itself; odd values are nobody's business and are dropped."""
    if not isinstance(device, str) or not _DEVICE.fullmatch(device) or not actor.account_id:
        return
    if not isinstance(unsent, int) or isinstance(unsent, bool) or not 0 <= unsent <= _MAX_UNSENT:
        return
    if _is_new((actor.account_id, device), unsent):
        key = {"account": actor.account_id, "device": device, "unsent": unsent, "at": now()}
        tenants = sorted({grant.tenant_id for grant in actor.grants})
        if tenants:
            with transaction() as session:
                session.connection().execute(_NOTE, [key | {"tenant": tenant} for tenant in tenants])


def _is_new(key: tuple[str, str], unsent: int) -> bool:
    """Whether it is worth a commit: another count, or a minute later."""
    with _noting:
        known, at = _noted.get(key, (-1, 0.0))
        if known == unsent and time.monotonic() - at < QUIET:
            return False
        if len(_noted) > _MAX_REMEMBERED:
            _noted.clear()
        _noted[key] = unsent, time.monotonic()
    return True


def tablets_of(session: Session, stage: Stage) -> list[TabletLine]:
    """The tablets of a stage's panel: those that hold most first, then those that were silent longest."""
    query = (
        select(PanelMember.code, TabletContact)
        .join(
            TabletContact,
            and_(
                col(TabletContact.tenant_id) == PanelMember.tenant_id,
                col(TabletContact.account_id) == PanelMember.account_id,
            ),
        )
        .where(
            PanelMember.tenant_id == stage.tenant_id,
            PanelMember.stage_id == stage.id,
            col(PanelMember.removed_at).is_(None),
        )
        .order_by(col(TabletContact.unsent).desc(), col(TabletContact.seen_at))
        .limit(LIMIT)
    )
    late = now() - SILENT
    return [
        TabletLine(code, contact.device[:_SHORT], contact.unsent, contact.seen_at, contact.seen_at < late)
        for code, contact in session.exec(query)
    ]
