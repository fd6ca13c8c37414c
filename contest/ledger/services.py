"""Appending to a competition's chain and signing its checkpoints. Nothing here changes or removes a row."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, text
from sqlmodel import Session

from contest.db import execute_many
from contest.ledger import chain, signing
from contest.ledger.models import Appended, Checkpoint, HasChain, SigningKey
from contest.ledger.queries import latest_checkpoint

TIMER = "timer"
_NEW_HEAD = text(
    "INSERT INTO ledger_head (tenant_id, competition_id, seq, hash) VALUES (:tenant, :competition, 0, :hash)"
    " ON CONFLICT DO NOTHING"
)
_HEAD = text("SELECT seq, hash FROM ledger_head WHERE tenant_id = :tenant AND competition_id = :competition")
_HELD_HEAD = text(f"{_HEAD.text} FOR UPDATE")
_MOVE = text(
    "UPDATE ledger_head SET seq = :seq, hash = :hash WHERE tenant_id = :tenant AND competition_id = :competition"
)
_APPEND = text(
    "INSERT INTO ledger (tenant_id, competition_id, seq, kind, body, previous, hash)"
    " VALUES (:tenant, :competition, :seq, :kind, :body, :previous, :hash)"
)


def append(session: Session, competition: HasChain, kind: str, data: Mapping[str, object]) -> Appended:
    """Appends one row to the chain of `competition`; the caller's transaction makes it durable.

    `data` holds texts, whole numbers, null, lists and dicts of them, as `contest.ledger.kinds` says per kind; blind
    codes, never names. TypeError for anything else.
    """
    return append_rows(session.connection(), competition.tenant_id, competition.id, [(kind, data)])[0]


def append_rows(
    connection: Connection,
    tenant_id: str,
    competition_id: str,
    items: Iterable[tuple[str, Mapping[str, object]]],
    *,
    at: int | None = None,
) -> list[Appended]:
    """Appends many rows under one lock of the chain's head: the hot path's way (no ORM, one insert).

    `connection` is in a writing transaction: BEGIN IMMEDIATE on SQLite; PostgreSQL locks the head FOR UPDATE here.
    """
    seq, last = _lock_head(connection, tenant_id, competition_id)
    moment = time.time_ns() // 1_000_000 if at is None else at
    rows: list[Appended] = []
    for kind, data in items:
        seq += 1
        body = chain.make_body(seq, kind, moment, data)
        digest = chain.link(last, chain.event_of(data), body)
        rows.append(Appended(tenant_id, competition_id, seq, kind, body.decode(), last, digest))
        last = digest
    if rows:
        execute_many(connection, _APPEND, [_values(row) for row in rows])
        _move_head(connection, tenant_id, competition_id, seq, last)
    return rows


def make_checkpoint(session: Session, competition: HasChain, reason: str) -> Checkpoint:
    """Signs the chain as it now stands (Ed25519); `reason` says why: lock, publication, timer.

    It holds the head's lock, so that size and root belong together.
    """
    seq, root = _lock_head(session.connection(), competition.tenant_id, competition.id)
    finish_rotation(session)
    at = time.time_ns() // 1_000_000
    note = signing.make_note(competition.id, seq, root, at, reason)
    checkpoint = Checkpoint(
        tenant_id=competition.tenant_id,
        competition_id=competition.id,
        size=seq,
        root=root,
        at=at,
        reason=reason,
        key_id=signing.fingerprint(),
        signature=signing.sign(note),
    )
    session.add(checkpoint)
    session.flush()
    return checkpoint


def make_due_checkpoint(session: Session, competition: HasChain, *, before: int) -> Checkpoint | None:
    """A checkpoint by the clock, if the chain has grown since its last one and that is older than `before` (ms).

    Asked again under the head's lock: of two processes that find the same chain due, the second makes none.
    """
    seq, _ = _lock_head(session.connection(), competition.tenant_id, competition.id)
    last = latest_checkpoint(session, competition)
    is_due = seq > 0 if last is None else (last.size < seq and last.at < before)
    return make_checkpoint(session, competition, TIMER) if is_due else None


def finish_rotation(session: Session) -> None:
    """Changes to the next key as soon as the ledger says so, also after a rotation that was cut short in between."""
    waiting = signing.next_fingerprint()
    if waiting and session.get(SigningKey, waiting) is not None:
        signing.change_to_next()


def _values(row: Appended) -> dict[str, object]:
    return {
        "tenant": row.tenant_id, "competition": row.competition_id, "seq": row.seq, "kind": row.kind,
        "body": row.body, "previous": row.previous, "hash": row.hash,
    }  # fmt: skip


def _lock_head(connection: Connection, tenant_id: str, competition_id: str) -> tuple[int, str]:
    key = {"tenant": tenant_id, "competition": competition_id}
    query = _HEAD if connection.dialect.name == "sqlite" else _HELD_HEAD
    found = connection.execute(query, key).one_or_none()
    if found is None:
        # two first appends at once: the loser's insert waits, does nothing, and then locks the winner's row
        connection.execute(_NEW_HEAD, key | {"hash": chain.GENESIS})
        found = connection.execute(query, key).one()
    return found[0], found[1]


def _move_head(connection: Connection, tenant_id: str, competition_id: str, seq: int, last: str) -> None:
    connection.execute(_MOVE, {"tenant": tenant_id, "competition": competition_id, "seq": seq, "hash": last})
