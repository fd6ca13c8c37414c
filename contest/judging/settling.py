"""What was not taken as it came: conflicts and the quarantine, listed for the chief judge and settled one by one."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Event, Stage
from contest.competitions.queries import competition_of, rules_in_force
from contest.core.marks import SCORED, format_units
from contest.core.ruleset import RuleSet
from contest.db import new_id
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_, gettext
from contest.judging.models import MarkRow, Operation, OperationResult
from contest.judging.policy import can_decide
from contest.judging.queries import member_for
from contest.judging.reasons import MALFORMED, NOT_ON_PANEL, REASON_TEXTS
from contest.judging.services import apply_operations

OPEN_LIMIT = 200


@dataclass(frozen=True, slots=True)
class OpenOperation:
    """An operation that waits for a person: where, whose, what was sent, what stands, why it was not taken."""

    operation: Operation
    place: str
    sent: str
    stands: str
    why: str


def open_operations(session: Session, event: Event, *, shows_marks: bool) -> list[OpenOperation]:
    """Conflicts and quarantined operations that nobody has settled, oldest first, at most OPEN_LIMIT."""
    query = (
        select(Operation)
        .where(
            Operation.tenant_id == event.tenant_id,
            Operation.event_id == event.id,
            col(Operation.result).in_([OperationResult.CONFLICT, OperationResult.QUARANTINED]),
            col(Operation.decided_at).is_(None),
        )
        .order_by(col(Operation.received_at), col(Operation.op_id))
        .limit(OPEN_LIMIT)
    )
    rules = rules_in_force(session, event) if event.rule_set_id else None
    return [_line(session, event, rules, op, shows_marks=shows_marks) for op in session.exec(query)]


def _line(session: Session, event: Event, rules: RuleSet | None, op: Operation, *, shows_marks: bool) -> OpenOperation:
    body = json.loads(op.body)
    stands = _standing(session, event, op, body) if op.result is OperationResult.CONFLICT else None
    why = gettext(REASON_TEXTS.get(op.reason, op.reason))
    place = " · ".join(_plain(body[key]) for key in ("stage", "period", "aspect") if body.get(key))
    if not shows_marks:
        return OpenOperation(op, place, "—", "—", why)
    sent = _words(rules, body, body.get("value"), str(body.get("state", SCORED)))
    shown = _words(rules, body, stands.units, stands.state) if stands else "—"
    return OpenOperation(op, place, sent, shown, why)


def _plain(value: object) -> str:
    """What an unreadable operation holds, as a page can show it (half a surrogate pair is no text)."""
    return str(value)[:64].encode("utf-8", "replace").decode()


def _words(rules: RuleSet | None, body: dict[str, Any], units: object, state: str) -> str:
    if state != SCORED or not isinstance(units, int):
        return gettext("未完成") if state == "not_performed" else "—"
    try:
        assert rules is not None
        return format_units(units, rules.aspect(str(body.get("stage")), str(body.get("aspect"))).decimals)
    except (KeyError, AssertionError):
        return str(units)


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
    if fresh.decided_at is None:
        fresh.decided_at, fresh.decision = time.time_ns() // 1_000_000, actor.name[:100]
        session.add(fresh)
    record(session, actor, event.tenant_id, "settle", "operation", op_id, take=take, reason=reason.strip())


def _allow(session: Session, actor: Actor, event: Event, op: Operation) -> None:
    query = select(Stage).where(Stage.tenant_id == event.tenant_id, Stage.event_id == event.id)
    stage = session.exec(query.where(Stage.key == op.stage_key)).first()
    seat = member_for(session, actor, stage) if stage else None
    if not can_decide(actor, competition_of(session, event), seat):
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
        "client_time": time.time_ns() // 1_000_000,
    }
    (answer,) = apply_operations(session, actor, [decision])
    if answer["result"] != "accepted":
        why = REASON_TEXTS.get(answer["reason"], answer["reason"])
        raise ConflictError(N_("现在不能这样决定：%(why)s。"), why=why)
