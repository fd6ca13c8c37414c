"""What was not taken as it came: conflicts and the quarantine, listed for the chief judge and settled one by one."""

from __future__ import annotations

import json
import time
from typing import Any

from sqlmodel import Session, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, Stage
from contest.competitions.queries import competition_of
from contest.core.marks import SCORED
from contest.db import new_id
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.marks.deciding import ORGANIZER_CODE, SYSTEM_CODE
from contest.judging.marks.reasons import MALFORMED, NOT_ON_PANEL, REASON_TEXTS
from contest.judging.models import MarkRow, Operation, OperationResult, PanelMember
from contest.judging.panel.marked import hold_marks
from contest.judging.policy import can_decide
from contest.judging.queries import member_for
from contest.judging.services import apply_operations
from contest.ledger import kinds
from contest.ledger.services import append


def _standing(session: Session, event: Event, op: Operation, body: dict[str, Any]) -> MarkRow | None:
    """The mark that stands where the operation wanted to be."""
    query = select(MarkRow).where(
        MarkRow.tenant_id == event.tenant_id,
        MarkRow.event_id == event.id,
        MarkRow.stage_key == op.stage_key,
        MarkRow.period_key == op.period_key,
        MarkRow.entry_code == op.entry_code,
        MarkRow.aspect == str(body.get("aspect", "")),
        MarkRow.repetition == body.get("repetition", 1),
        MarkRow.judge_code == op.judge_code,
    )
    return session.exec(query).first()


def settle(session: Session, actor: Actor, event: Event, op_id: str, *, take: bool, reason: str) -> None:
    """Decides one open operation: `take` makes its value count (a new operation of the chief judge, in the ledger);
    otherwise what stands, stands. The old operation is kept either way.

    Raises:
        NotFoundError: no such open operation of this event.
        ForbiddenError: neither chief judge of the stage nor organizer.
        InvalidError: no reason.
        ConflictError: it can't count now (locked, recused, out of range …) or was settled meanwhile.
    """
    found = session.get(Operation, (event.tenant_id, op_id))
    if found is None or found.event_id != event.id:
        raise NotFoundError(N_("找不到这一条。"))
    _allow(session, actor, event, found)
    if not reason.strip():
        message = DomainError(N_("请写明怎样决定的，例如：与裁判核对过纸质表。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"reason": message})
    hold_marks(session, event)  # a second decision waits for the first
    session.refresh(found)
    if found.decided_at is not None:
        raise ConflictError(N_("这一条已经处理过了。"))
    if take and found.reason in (NOT_ON_PANEL, MALFORMED):
        # somebody else's forgery must not become the judge's mark because the chief believed the code beside it
        raise ConflictError(N_("现在不能这样决定：%(why)s。"), why=REASON_TEXTS[found.reason])
    body = json.loads(found.body)
    stands = _standing(session, event, found, body) if found.result is OperationResult.CONFLICT or take else None
    if take or stands is not None:
        _append_decision(session, actor, found, body, stands, take=take, reason=reason.strip())
    session.expire(found)
    fresh = session.get_one(Operation, (event.tenant_id, op_id))
    if fresh.decided_at is None:  # nothing of it counts, and no mark says so: the ledger does
        fresh.decided_at = time.time_ns() // 1_000_000
        data = {"event": event.id, "op": op_id, "state": "kept", "by": _code_of(session, actor, event, found)}
        append(session, competition_of(session, event), kinds.SETTLEMENT, data | {"reason": reason.strip()})
    fresh.decision, fresh.decision_reason = actor.name[:100], reason.strip()[:300]
    session.add(fresh)
    record(session, actor, event.tenant_id, "settle", "operation", op_id, take=take, reason=reason.strip())


def _code_of(session: Session, actor: Actor, event: Event, op: Operation) -> str:
    """The ledger knows people by their panel codes."""
    seat = _seat(session, actor, event, op)
    return seat.code if seat else (SYSTEM_CODE if actor.is_system else ORGANIZER_CODE)


def _seat(session: Session, actor: Actor, event: Event, op: Operation) -> PanelMember | None:
    query = select(Stage).where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id)
    stage = session.exec(query.where(Stage.key == op.stage_key)).first()
    return member_for(session, actor, stage) if stage else None


def _allow(session: Session, actor: Actor, event: Event, op: Operation) -> None:
    if not can_decide(actor, competition_of(session, event), _seat(session, actor, event, op)):
        raise ForbiddenError(N_("只有这个阶段的裁判长或组织者可以处理。"))


def _append_decision(
    session: Session, actor: Actor, op: Operation, body: dict[str, Any], stands: MarkRow | None, *, take: bool,
    reason: str,
) -> None:  # fmt: skip
    keeps = stands is not None and not take
    decision = body | {
        "op_id": f"decision-{new_id()}",
        "judge": op.judge_code,
        "value": stands.units if keeps and stands else body.get("value"),
        "state": stands.state if keeps and stands else body.get("state", SCORED),
        "base": stands.revision if stands else 0,
        "after": "",
        "decides": op.op_id,
        "reason": reason,
        "device": op.device,  # as it was kept: in the body a tablet may call itself what only the platform is
        "client_time": time.time_ns() // 1_000_000,
    }
    (answer,) = apply_operations(session, actor, [decision])
    if answer["result"] != "accepted":
        why = REASON_TEXTS.get(answer["reason"], answer["reason"])
        raise ConflictError(N_("现在不能这样决定：%(why)s。"), why=why)
