"""What was not taken as it came (conflicts, quarantine), open or settled: listed, searched, nothing ever left out."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import Session, col, or_, select

from contest.accounts.models import Account, Device
from contest.competitions.models import Event
from contest.competitions.queries import rules_in_force
from contest.core.marks import SCORED, format_units
from contest.core.ruleset import RuleSet
from contest.db import like_pattern
from contest.i18n import gettext
from contest.judging.marks.reasons import REASON_TEXTS
from contest.judging.models import MarkRow, Operation, OperationResult

NOT_TAKEN = (OperationResult.CONFLICT, OperationResult.QUARANTINED)
_LATEST = 4_000_000_000_000  # the year 2096
Standing = Mapping[tuple[str, ...], MarkRow]


@dataclass(frozen=True, slots=True)
class OpenOperation:
    """An operation that waits (or waited) for a person: where, whose, both values, devices and times, and why."""

    operation: Operation
    place: str
    sent: str
    sent_at: datetime | None
    received_at: datetime
    device: str
    sender: str
    stands: str
    stands_at: datetime | None
    stands_by: str
    why: str


def count_open(session: Session, event: Event) -> int:
    """How many operations wait for a decision."""
    return session.exec(select(func.count()).select_from(Operation).where(*_of(event, settled=False))).one()


def operation_lines(
    session: Session, event: Event, *, sees: Collection[str], shows_codes: bool, settled: bool = False,
    search: str = "", offset: int = 0, limit: int = 50,
) -> tuple[list[OpenOperation], int]:  # fmt: skip
    """One page of conflicts and quarantined operations: the open ones oldest first, the settled ones newest first.

    `sees`: keys of the stages whose marks the reader may see; the others' values are left out.
    """
    matches = [*_of(event, settled=settled), *_found(search, shows_codes=shows_codes)]
    total = session.exec(select(func.count()).select_from(Operation).where(*matches)).one()
    order = (col(Operation.decided_at).desc(),) if settled else (col(Operation.received_at),)
    query = (
        select(Operation, Account.name, Device.label)
        .outerjoin(Account, col(Account.id) == Operation.account_id)
        .outerjoin(Device, col(Device.id) == Operation.tablet_id)
        .where(*matches)
        .order_by(*order, col(Operation.op_id))
        .offset(offset)
        .limit(limit)
    )
    rows = session.exec(query).all()
    rules = rules_in_force(session, event) if rows and event.rule_set_id else None
    stands = _standing(session, event, [op for op, _, _ in rows])
    lines = [
        _line(rules, op, name or "", label or op.device[:12], stands.get(_key(op)), shows_marks=op.stage_key in sees)
        for op, name, label in rows
    ]
    return lines, total


def _of(event: Event, *, settled: bool) -> list[ColumnElement[bool]]:
    decided = col(Operation.decided_at)
    return [
        col(Operation.tenant_id) == event.tenant_id,
        col(Operation.event_id) == event.id,
        col(Operation.result).in_(NOT_TAKEN),
        decided.is_not(None) if settled else decided.is_(None),
    ]


def _found(search: str, *, shows_codes: bool) -> list[ColumnElement[bool]]:
    """By judge or device; by blind code only for those who see it: a search must not say what the page hides."""
    if not search:
        return []
    fields = [col(Operation.judge_code), col(Operation.device), col(Operation.decision_reason)]
    fields += [col(Operation.entry_code)] if shows_codes else []
    pattern = like_pattern(search)
    return [or_(*(field.ilike(pattern, escape="\\") for field in fields))]


def _key(op: Operation) -> tuple[str, ...]:
    body = json.loads(op.body)
    aspect, repetition = str(body.get("aspect", "")), str(body.get("repetition", 1))
    return op.stage_key, op.period_key, op.entry_code, op.judge_code, aspect, repetition


def _standing(session: Session, event: Event, operations: Collection[Operation]) -> Standing:
    """The marks that stand where the operations wanted to be; one query."""
    m = MarkRow
    sheets = {(op.stage_key, op.period_key, op.entry_code, op.judge_code) for op in operations}
    if not sheets:
        return {}
    query = select(m).where(
        m.tenant_id == event.tenant_id,
        m.event_id == event.id,
        tuple_(col(m.stage_key), col(m.period_key), col(m.entry_code), col(m.judge_code)).in_(sorted(sheets)),
    )
    found: dict[tuple[str, ...], MarkRow] = {}
    for row in session.exec(query):
        place = (row.stage_key, row.period_key, row.entry_code, row.judge_code)
        found[*place, row.aspect, str(row.repetition)] = row
    return found


def _line(
    rules: RuleSet | None, op: Operation, name: str, device: str, stands: MarkRow | None, *, shows_marks: bool
) -> OpenOperation:
    body = json.loads(op.body)
    place = " · ".join(_plain(body[key]) for key in ("stage", "period", "aspect") if body.get(key))
    sent = _words(rules, body, body.get("value"), str(body.get("state", SCORED))) if shows_marks else "—"
    shown = _words(rules, body, stands.units, stands.state) if stands and shows_marks else "—"
    return OpenOperation(
        operation=op,
        place=place,
        sent=sent,
        sent_at=moment(body.get("client_time")),
        received_at=datetime.fromtimestamp(op.received_at / 1000, UTC),
        device=device,
        sender=name,
        stands=shown,
        stands_at=moment(stands.updated_at) if stands else None,
        stands_by=stands.by_code if stands else "",
        why=gettext(REASON_TEXTS.get(op.reason, op.reason)),
    )


def moment(value: object) -> datetime | None:
    """Milliseconds of some clock as a time; None for what no calendar holds."""
    if not isinstance(value, int) or not 0 < value < _LATEST:
        return None
    return datetime.fromtimestamp(value / 1000, UTC)


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
