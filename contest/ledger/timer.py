"""Checkpoints by the clock: every ten minutes for every chain that has grown (design, The ledger)."""

from __future__ import annotations

import threading
import time

import structlog
from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from contest.db import reading, transaction
from contest.ledger.models import Chain, ChainHead, Checkpoint
from contest.ledger.services import make_due_checkpoint

log = structlog.get_logger()

EVERY_SECONDS = 600
LOOK_SECONDS = 30.0


def due_chains(before: int) -> list[Chain]:
    """The chains that have grown since their last checkpoint, where that one is older than `before` (ms)."""
    of_chain = and_(
        col(Checkpoint.tenant_id) == col(ChainHead.tenant_id),
        col(Checkpoint.competition_id) == col(ChainHead.competition_id),
    )
    last = (
        select(
            col(ChainHead.tenant_id), col(ChainHead.competition_id), col(ChainHead.seq),
            func.max(col(Checkpoint.size)).label("size"), func.max(col(Checkpoint.at)).label("at"),
        )
        .outerjoin(Checkpoint, of_chain)
        .group_by(col(ChainHead.tenant_id), col(ChainHead.competition_id), col(ChainHead.seq))
        .subquery()
    )  # fmt: skip
    grown = or_(last.c.size.is_(None), and_(last.c.size < last.c.seq, last.c.at < before))
    query = select(last.c.tenant_id, last.c.competition_id).where(last.c.seq > 0, grown)
    with reading() as session:
        return [Chain(*row) for row in session.execute(query)]


def make_due(now_ms: int | None = None) -> int:
    """Signs every chain that is due, each in a transaction of its own; returns how many. Safe to run twice at once."""
    before = (time.time_ns() // 1_000_000 if now_ms is None else now_ms) - EVERY_SECONDS * 1000
    made = 0
    for chain in due_chains(before):
        with transaction() as session:
            made += make_due_checkpoint(session, chain, before=before) is not None
    return made


class CheckpointTimer(threading.Thread):
    """Every process has one; the lock of a chain's head makes one of them sign."""

    def __init__(self) -> None:
        super().__init__(name="checkpoints", daemon=True)
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.wait(LOOK_SECONDS):
            try:
                make_due()
            except Exception:
                log.exception("the checkpoint timer stumbled; it goes on")

    def stop(self) -> None:
        self._stop_asked.set()
