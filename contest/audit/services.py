"""Writing the trail."""

from __future__ import annotations

import json

from sqlmodel import Session

from contest.actors import Actor
from contest.audit.models import AuditRecord


def record(
    session: Session, actor: Actor, tenant_id: str, action: str, noun: str, noun_id: str = "", **detail: object
) -> None:
    """Notes that `actor` did `action` (create, update, remove, grant …) to `noun`; part of the caller's transaction."""
    session.add(
        AuditRecord(
            tenant_id=tenant_id,
            account_id=actor.account_id,
            actor_name=actor.name,
            action=action,
            noun=noun,
            noun_id=noun_id,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
        )
    )
