"""A supervisor's countersignature."""

from __future__ import annotations

import hashlib

from sqlmodel import Session, select

from contest.actors import Actor
from contest.audit.services import record
from contest.checkpoints import policy
from contest.checkpoints.queries import competition_for_desk, get_checkpoint
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_
from contest.ledger import kinds
from contest.ledger.models import Countersignature
from contest.ledger.queries import note_of
from contest.ledger.services import append, append_rows


def countersign(session: Session, actor: Actor, competition_id: str, checkpoint_id: str) -> Countersignature:
    """Writes down that the actor holds this checkpoint: a row of the chain bound to its digest, and their name.

    That it is they who acts is asked before (`accounts.signing_in.confirm_person`).

    Raises:
        ForbiddenError: no supervisor of the competition.
        ConflictError: they did so already.
    """
    competition = competition_for_desk(session, actor, competition_id)
    if not policy.can_countersign(actor, competition):
        raise ForbiddenError(N_("存证由监督签认。"))
    checkpoint = get_checkpoint(session, competition, checkpoint_id)
    append_rows(session.connection(), competition.tenant_id, competition.id, [])  # takes the chain's lock: one by one
    mine = select(Countersignature).where(
        Countersignature.tenant_id == competition.tenant_id,
        Countersignature.checkpoint_id == checkpoint.id,
        Countersignature.account_id == actor.account_id,
    )
    if session.exec(mine).first():
        raise ConflictError(N_("您已经签认过这份存证。"))
    digest = hashlib.sha256(note_of(checkpoint).encode()).hexdigest()
    fact = {"checkpoint": digest, "size": checkpoint.size, "root": checkpoint.root, "by": actor.account_id}
    row = append(session, competition, kinds.COUNTERSIGN, fact)
    signed = Countersignature(
        tenant_id=competition.tenant_id, checkpoint_id=checkpoint.id, account_id=actor.account_id or "",
        name=actor.name, ledger_seq=row.seq,
    )  # fmt: skip
    session.add(signed)
    session.flush()
    record(session, actor, competition.tenant_id, "countersign", "checkpoint", checkpoint.id, size=checkpoint.size)
    return signed
