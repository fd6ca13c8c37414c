"""One operation on its way through the writer: its rows for the tables and the ledger, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contest.actors import Actor
from contest.judging.marks.deciding import Decision
from contest.judging.marks.proposed import Proposed
from contest.judging.marks.scene import Current, Scene
from contest.judging.models import OperationResult

HASH_PREFIX = 12
Answer = dict[str, Any]
"""op_id, result, reason, params, seq, hash (prefix), revision; a duplicate also `first`, what it was answered then."""


@dataclass(slots=True)
class Work:
    """One operation on its way through."""

    actor: Actor
    op: Proposed
    tenant: str = ""
    competition: str = ""
    decision: Decision | None = None
    judge: str = ""
    seq: int | None = None
    hash: str = ""
    repeated: int | None = None
    first: Answer | None = None
    current: Current | None = None
    made: Current | None = None
    is_watched: bool = False


def ledger_data(op: Proposed, decision: Decision, scene: Scene) -> dict[str, object]:
    return {
        "event": op.event,
        "stage": op.stage,
        "period": op.period,
        "entry": op.entry,
        "aspect": op.aspect,
        "repetition": op.repetition,
        "judge": decision.judge,
        "units": op.units,
        "state": op.state,
        "reason": op.reason.strip(),
        "op": op.op_id,
        "by": decision.by,
        "base": op.base,
        "rules": scene.digest,
        "device": op.device,
        "device_seq": op.seq,
        "client_time": op.client_time,
        "decides": op.decides,
    } | ({"imported_by": op.imported_by} if op.imported_by else {})


def is_accepted(work: Work) -> bool:
    return work.decision is not None and work.decision.result is OperationResult.ACCEPTED


def mark_row(work: Work, now: int) -> dict[str, object]:
    op = work.op
    return {
        "tenant": work.tenant, "event": op.event, "stage": op.stage, "period": op.period, "entry": op.entry,
        "aspect": op.aspect, "repetition": op.repetition, "judge": work.judge, "units": op.units, "state": op.state,
        "reason": op.reason.strip(), "by": work.decision.by if work.decision else "", "revision": work.seq,
        "op_id": op.op_id, "client_time": op.client_time or now, "at": now,
    }  # fmt: skip


def operation_row(work: Work, now: int) -> dict[str, object]:
    op, decision = work.op, work.decision
    assert decision is not None
    seq, digest = made_row(work)
    return {
        "tenant": work.tenant, "op_id": op.op_id, "competition": work.competition, "event": op.event,
        "stage": op.stage, "period": op.period, "entry": op.entry, "judge": work.judge,
        "account": work.actor.account_id or "", "device": op.device, "seq": op.seq,
        "tablet": work.actor.device_id or "", "body": op.body,
        "result": decision.result.value, "reason": decision.reason, "ledger_seq": seq, "ledger_hash": digest, "at": now,
    }  # fmt: skip


def made_row(work: Work) -> tuple[int | None, str]:
    """Number and hash of the ledger row that an operation made, or that it merely repeats."""
    return (work.seq if work.repeated is None else work.repeated), work.hash


def answer_to(work: Work) -> Answer:
    if work.first is not None:
        return _first_answer(work)
    decision = work.decision
    assert decision is not None
    seq, digest = made_row(work)
    answer: Answer = {
        "op_id": work.op.op_id,
        "result": decision.result.value,
        "reason": decision.reason,
        "params": dict(decision.params),
        "seq": seq,
        "hash": digest[:HASH_PREFIX],
        "revision": seq,
    }
    if work.current is not None and not is_accepted(work):
        answer["current"] = {
            "value": work.current.units,
            "state": work.current.state,
            "revision": work.current.revision,
        }
    return answer


def _first_answer(work: Work) -> Answer:
    first = work.first or {}
    if "same_as" in first:
        first = {k: v for k, v in answer_to(first["same_as"]).items() if k in {"result", "reason", "seq", "hash"}}
    return {
        "op_id": work.op.op_id,
        "result": OperationResult.DUPLICATE.value,
        "first": first["result"],
        "reason": first["reason"],
        "params": {},
        "seq": first["seq"],
        "hash": first["hash"],
        "revision": first["seq"],
    }
