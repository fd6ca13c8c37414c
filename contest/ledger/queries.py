"""Reads of the chain, always within one competition of one tenant."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from contest.ledger import signing
from contest.ledger.models import ChainHead, Checkpoint, HasChain, LedgerRow, SigningKey


def rows(session: Session, competition: HasChain, *, after: int = 0, until: int | None = None) -> Sequence[LedgerRow]:
    """The rows with `after` < seq <= `until` (None: to the end), in order."""
    query = select(LedgerRow).where(
        LedgerRow.tenant_id == competition.tenant_id,
        LedgerRow.competition_id == competition.id,
        col(LedgerRow.seq) > after,
    )
    if until is not None:
        query = query.where(col(LedgerRow.seq) <= until)
    return session.exec(query.order_by(col(LedgerRow.seq))).all()


def data_of(items: Sequence[LedgerRow], kind: str) -> Iterator[dict[str, Any]]:
    """The `data` of the rows of one kind, oldest first."""
    return (json.loads(row.body)["data"] for row in items if row.kind == kind)


def told(session: Session, competition: HasChain, kind: str) -> Iterator[dict[str, Any]]:
    """The `data` of a chain's rows of one kind, oldest first; only those are read."""
    query = select(LedgerRow).where(
        LedgerRow.tenant_id == competition.tenant_id,
        LedgerRow.competition_id == competition.id,
        LedgerRow.kind == kind,
    )
    return data_of(session.exec(query.order_by(col(LedgerRow.seq))).all(), kind)


def head(session: Session, competition: HasChain) -> tuple[int, str] | None:
    """Size and root of the chain; None before its first row."""
    found = session.get(ChainHead, (competition.tenant_id, competition.id))
    return (found.seq, found.hash) if found else None


def checkpoints(session: Session, competition: HasChain) -> Sequence[Checkpoint]:
    """Every checkpoint of the chain, oldest first."""
    query = select(Checkpoint).where(
        Checkpoint.tenant_id == competition.tenant_id, Checkpoint.competition_id == competition.id
    )
    return session.exec(query.order_by(col(Checkpoint.size), col(Checkpoint.at))).all()


def note_of(checkpoint: Checkpoint) -> str:
    """The text that the checkpoint's signature covers."""
    return signing.make_note(
        checkpoint.competition_id, checkpoint.size, checkpoint.root, checkpoint.at, checkpoint.reason
    ).decode()


def latest_checkpoint(session: Session, competition: HasChain) -> Checkpoint | None:
    """The newest checkpoint of the chain: what score sheets, slips and the hall show."""
    query = select(Checkpoint).where(
        Checkpoint.tenant_id == competition.tenant_id, Checkpoint.competition_id == competition.id
    )
    return session.exec(query.order_by(col(Checkpoint.at).desc(), col(Checkpoint.id).desc()).limit(1)).first()


def trusted_keys(session: Session) -> dict[str, str]:
    """Fingerprint -> public key of every key whose checkpoints count: ours and those that it followed."""
    known = {
        row.id: signing.Succession(row.old, row.new, row.endorsement, row.acceptance)
        for row in session.exec(select(SigningKey))
    }
    return signing.trusted_keys(known)
