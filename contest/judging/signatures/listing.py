"""All sheets of a period and who has signed them; the chief judge and the supervisor sign what they saw in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, and_, col, select

from contest.actors import Actor
from contest.competitions.models import Event, Period, PeriodState
from contest.competitions.queries import stage_periods
from contest.core.canonical import digest as digest_of
from contest.core.marks import MISSING
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_
from contest.judging.models import (
    GROUND_NAMES,
    MarkRow,
    Operation,
    OperationResult,
    PanelMember,
    Sheet,
    SheetSignature,
    SignatureMethod,
)
from contest.judging.panel.recusals import recused_entries
from contest.judging.queries import Where, assessed_in, declared_in, locate, members_of
from contest.judging.sheet.items import count_done, items_of, sheet_digest
from contest.judging.signatures.services import AFTERWARDS, due_roles, may_sign_as, sign, waited_for

AT_ONCE = 100
"""Sheets that one press of the button signs: more would hold the ledger for too long."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One sheet with marks: the roles that have signed these marks, and those whose signature a change voided.

    `signed` holds the waived roles too (the next one need not wait); `waived` says of them on what ground.
    """

    member: PanelMember
    entry: str
    digest: str
    is_complete: bool
    in_conflict: bool
    signed: frozenset[str]
    voided: tuple[str, ...]
    waived: Mapping[str, str] = field(default_factory=dict)

    def waits_for(self, role: str, due: Sequence[str], period: Period) -> bool:
        """Whether it is the turn of `role`."""
        is_ready = (self.is_complete or period.state is PeriodState.LOCKED) and not self.in_conflict
        is_turn = not waited_for(due, role, set(self.signed), self.member, period)
        return role in due and role not in self.signed and is_ready and is_turn


def sheet_signatures(session: Session, where: Where) -> list[SheetLine]:
    """The sheets of a period that hold marks, judge by judge; a fixed number of queries and one per judge."""
    marks, roles, conflicts = _marks(session, where), _roles(session, where), _conflicts(session, where)
    declared = declared_in(session, where)
    entries, everywhere = assessed_in(session, where), items_of(where.stage_rules)
    found = []
    for line in members_of(session, where.event):
        if line.stage.id != where.stage.id or not line.member.scores:
            continue
        kept = recused_entries(session, line.member, where.event)
        for entry in entries:
            key = (line.member.code, entry.code or "")
            if entry.id in kept or key not in marks:
                continue
            items = items_of(where.stage_rules, declared[entry.id]) if entry.id in declared else everywhere
            done, total = count_done(items, {(a, r): state for a, r, _, state in marks[key]})
            live, voided, waived = roles.get((line.member.id, entry.id), (frozenset(), (), {}))
            found.append(SheetLine(
                line.member, key[1], sheet_digest(marks[key]), done >= total, key in conflicts, live, voided, waived
            ))  # fmt: skip
    return found


def _marks(session: Session, where: Where) -> dict[tuple[str, str], list[tuple[str, int, int | None, str]]]:
    query = select(
        MarkRow.judge_code, MarkRow.entry_code, MarkRow.aspect, MarkRow.repetition, MarkRow.units, MarkRow.state
    ).where(*_here(where), MarkRow.judge_code != "", MarkRow.state != MISSING)  # type: ignore[call-overload]
    found: dict[tuple[str, str], list[tuple[str, int, int | None, str]]] = defaultdict(list)
    for judge, entry, *mark in session.exec(query):
        found[judge, entry].append(tuple(mark))
    return found


def _here(where: Where) -> tuple[bool, ...]:
    return (
        MarkRow.tenant_id == where.event.tenant_id, MarkRow.event_id == where.event.id,
        MarkRow.stage_key == where.stage.key, MarkRow.period_key == where.period.key,
    )  # fmt: skip


Roles = tuple[frozenset[str], tuple[str, ...], Mapping[str, str]]


def _roles(session: Session, where: Where) -> dict[tuple[str, str], Roles]:
    """(member id, entry id) -> (roles that have signed, those voided and not given again, those waived)."""
    s = SheetSignature
    same = and_(col(Sheet.tenant_id) == s.tenant_id, col(Sheet.id) == s.sheet_id)
    query = (
        select(Sheet.panel_member_id, Sheet.entry_id, s.role, s.voided_at, s.ground)  # type: ignore[call-overload]
        .join(s, same)
        .where(Sheet.tenant_id == where.period.tenant_id, Sheet.period_id == where.period.id)
        .order_by(col(s.ledger_seq))
    )
    live, voided = defaultdict(set), defaultdict(list)
    waived: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for member, entry, role, voided_at, ground in session.exec(query):
        if voided_at is None:
            live[member, entry].add(role)
            waived[member, entry] |= {role: GROUND_NAMES[ground]} if ground else {}
        else:
            voided[member, entry].append(role)
    return {
        key: (
            frozenset(live[key]),
            tuple(dict.fromkeys(role for role in voided[key] if role not in live[key])),
            waived[key],
        )
        for key in {*live, *voided}
    }


def _conflicts(session: Session, where: Where) -> set[tuple[str, str]]:
    query = select(Operation.judge_code, Operation.entry_code).where(
        Operation.tenant_id == where.event.tenant_id, Operation.event_id == where.event.id,
        Operation.stage_key == where.stage.key, Operation.period_key == where.period.key,
        Operation.result == OperationResult.CONFLICT, col(Operation.decided_at).is_(None),
    )  # fmt: skip
    return set(session.exec(query))


def waiting_lines(session: Session, where: Where, role: str) -> list[SheetLine]:
    """The sheets that wait for the signature of `role`, the first AT_ONCE of them."""
    due = due_roles(session, where)
    lines = [line for line in sheet_signatures(session, where) if line.waits_for(role, due, where.period)]
    return lines[:AT_ONCE]


def seen_digest(lines: Sequence[SheetLine]) -> str:
    """Names a list of sheets with their marks: what a person has seen and signs."""
    return digest_of([[line.member.code, line.entry, line.digest] for line in lines])


def sign_waiting(
    session: Session, actor: Actor, period_id: str, *, role: str, seen: str, drawing: str = "",
    method: SignatureMethod = SignatureMethod.SESSION,
) -> int:  # fmt: skip
    """The chief judge or a supervisor signs all sheets of the list that was shown; gives back how many.

    Raises:
        ForbiddenError: neither of them.
        ConflictError: the list or one of its marks is another one by now, or it is empty.
    """
    where = locate(session, period_id, actor)
    if role not in AFTERWARDS or not may_sign_as(session, actor, where, role):
        raise ForbiddenError(N_("这一栏由裁判长或监督本人签。"))
    lines = waiting_lines(session, where, role)
    if not lines or seen_digest(lines) != seen:
        raise ConflictError(N_("名单或分数在您打开页面以后变了，没有签名。下面是现在的名单，请核对后再签。"))
    for line in lines:
        sign(session, actor, period_id, line.member.code, line.entry, role=role, digest=line.digest,
             drawing=drawing, method=method)  # fmt: skip
    return len(lines)


def unsigned_sheets(session: Session, event: Event) -> int:
    """How many sheets of an event still lack the chief judge's or the supervisor's signature."""
    found = 0
    for _, period in stage_periods(session, event):
        where = locate(session, period.id)
        due = [role for role in due_roles(session, where) if role in AFTERWARDS]
        if due:
            found += sum(not line.signed.issuperset(due) for line in sheet_signatures(session, where))
    return found
