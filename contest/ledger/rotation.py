"""A new signing key: the old one signs it, every chain says so, and the next checkpoint is the new one's."""

from __future__ import annotations

from sqlmodel import col, select

from contest.db import transaction
from contest.ledger import kinds, signing
from contest.ledger.models import Chain, ChainHead, SigningKey
from contest.ledger.services import append, finish_rotation, make_checkpoint


def rotate_key() -> tuple[str, str]:
    """Changes the installation's key; returns the old and the new fingerprint. Safe to run again after a crash.

    In this order: the next key is on the disk; then, in one transaction, every chain has a row `key` signed by both
    keys; then the file changes, at the latest when somebody makes the next checkpoint (`finish_rotation`). So no
    checkpoint above that row is signed by the old key, and old checkpoints still verify.
    """
    with transaction() as session:
        finish_rotation(session)
    step = signing.prepare_next()
    with transaction() as session:
        heads = session.exec(select(ChainHead).order_by(col(ChainHead.tenant_id), col(ChainHead.competition_id))).all()
        chains = [Chain(head.tenant_id, head.competition_id) for head in heads if head.seq]
        for chain in chains:
            append(session, chain, kinds.KEY, step.data)
        key = SigningKey(
            id=signing.fingerprint(step.new), old=step.old, new=step.new, endorsement=step.endorsement,
            acceptance=step.acceptance,
        )  # fmt: skip
        session.add(key)
    signing.change_to_next()
    for chain in chains:
        with transaction() as session:
            make_checkpoint(session, chain, "key")
    return signing.fingerprint(step.old), signing.fingerprint(step.new)
