"""What the page of several waivers shows: the sheets of one judge that lack the same signature, and what waits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.acts.models import Act, ActKind, ActState
from contest.competitions.models import EventState
from contest.entries.models import Entry
from contest.errors import ForbiddenError, NotFoundError
from contest.judging.models import GROUND_NAMES, WaiverGround
from contest.judging.queries import Where, locate, member_for
from contest.judging.sheet.queries import NOT_FOUND
from contest.judging.signatures.listing import AT_ONCE, SheetLine, sheet_signatures
from contest.judging.signatures.services import CONTESTANT, JUDGE, due_roles
from contest.judging.signatures.waiving import NOT_YOURS, owes, rights, subject_of


@dataclass(frozen=True, slots=True)
class AskedWaiver:
    """A waiver that waits. `is_stale`: the marks are other ones by now."""

    act: Act
    code: str
    ground: str
    digest: str
    is_stale: bool


@dataclass(frozen=True, slots=True)
class WaiverList:
    """One signature of one judge's sheets, at most AT_ONCE of each kind.

    offers: the sheets for which the actor may ask; witnessed: what they may confirm; mine: what they asked for.
    """

    where: Where
    judge: str
    role: str
    offers: Sequence[SheetLine]
    witnessed: Sequence[AskedWaiver]
    mine: Sequence[AskedWaiver]


def waiver_list(session: Session, actor: Actor, period_id: str, judge: str, role: str) -> WaiverList:
    """The page.

    Raises:
        ForbiddenError: no part in it. NotFoundError: no such judge, no sheet with marks, or a role that never signs.
    """
    where = locate(session, period_id, actor)
    asks, witnesses = rights(session, actor, where, role)
    if not (asks or witnesses):
        raise ForbiddenError(NOT_YOURS)
    due = due_roles(session, where)
    lines = {line.entry: line for line in sheet_signatures(session, where) if line.member.code == judge}
    if role not in due or not lines:
        raise NotFoundError(NOT_FOUND)
    own, waiting = _own(session, actor, where, list(lines.values()), role), _waiting(session, where, judge, role, lines)
    taken = own | {item.code for item in waiting}
    is_over = where.event.state in (EventState.PUBLISHED, EventState.CLOSED)
    offers = [
        line for line in lines.values()
        if asks and not is_over and line.entry not in taken and line.waits_for(role, due, where.period)
    ]  # fmt: skip
    mine = [item for item in waiting if item.act.proposed_by == actor.account_id]
    others = [item for item in waiting if item not in mine and witnesses and item.code not in own]
    return WaiverList(where, judge, role, offers[:AT_ONCE], others, mine)


def _own(session: Session, actor: Actor, where: Where, lines: Sequence[SheetLine], role: str) -> set[str]:
    """The codes under which the signature is the actor's own to give."""
    if role == CONTESTANT:
        query = select(Entry.code).where(
            Entry.tenant_id == where.event.tenant_id, Entry.event_id == where.event.id,
            Entry.account_id == actor.account_id,
        )  # fmt: skip
        return {code for code in session.exec(query) if code}
    is_judge = role == JUDGE and any(line.member.account_id == actor.account_id for line in lines)
    is_own = is_judge or owes(actor, where.competition, member_for(session, actor, where.stage), role)
    return {line.entry for line in lines} if is_own else set()


def _waiting(
    session: Session, where: Where, judge: str, role: str, lines: Mapping[str, SheetLine]
) -> list[AskedWaiver]:
    head = subject_of(where, judge, "", role)
    query = select(Act).where(
        Act.tenant_id == where.event.tenant_id, Act.event_id == where.event.id, Act.kind == ActKind.WAIVER,
        Act.state == ActState.PROPOSED, col(Act.subject).startswith(head, autoescape=True),
    )  # fmt: skip
    found = []
    for act in session.exec(query.order_by(col(Act.proposed_at), col(Act.id)).limit(AT_ONCE)):
        code, told = act.subject.removeprefix(head), json.loads(act.payload)
        now = lines[code].digest if code in lines else ""
        ground = GROUND_NAMES[WaiverGround(told["ground"])]
        found.append(AskedWaiver(act, code, ground, told["marks"], now != told["marks"]))
    return found
