"""Two persons for one act. Who may be which, and what is done, is the business of the feature that calls."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from contest.accounts.hands import require_untied
from contest.actors import Actor
from contest.acts.models import Act, ActKind, ActState
from contest.audit.services import record
from contest.competitions.models import Competition, Event
from contest.db import now
from contest.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_

Place = Event | Competition
"""What an act belongs to: an event, or a whole competition."""
LONGEST_REASON = 1000
SAME_PERSON = N_("这件事是您自己提出的，必须由另一个人确认。")
DECIDED = N_("这件事已经有了结果，没有再次处理。请刷新页面。")


def propose(
    session: Session, actor: Actor, place: Place, kind: ActKind, *, subject: str = "",
    payload: Mapping[str, object] | None = None, digest: str = "", reason: str = "",
) -> Act:  # fmt: skip
    """Writes down what the actor wants done; one open act of a kind and subject at a time. The caller holds the
    event, or the subject of a competition, against a second writer.

    Raises:
        ForbiddenError: the system itself is never one of two persons.
        ConflictError: another one waits already. (The same person sending the same again gets their own.)
    """
    if actor.account_id is None:
        raise ForbiddenError(N_("请用您自己的账号登录后再办理。"))
    told = json.dumps(dict(payload or {}), ensure_ascii=False, sort_keys=True)
    waiting = open_act(session, place, kind, subject)
    if waiting is not None:
        same = (waiting.proposed_by, waiting.digest, waiting.payload, waiting.reason)
        if same == (actor.account_id, digest, told, reason):
            return waiting
        raise ConflictError(N_("同一件事已经有人提出，正在等第二人确认。请先处理它。"))
    act = Act(
        tenant_id=place.tenant_id, competition_id=place.id if isinstance(place, Competition) else place.competition_id,
        event_id=None if isinstance(place, Competition) else place.id, kind=kind, subject=subject,
        payload=told, digest=digest, reason=reason,
        proposed_by=actor.account_id, proposer=actor.name,
    )  # fmt: skip
    session.add(act)
    session.flush()
    detail = {"event": act.event_id or "", "kind": kind.value, "reason": reason}
    record(session, actor, act.tenant_id, "propose", "act", act.id, **detail)
    return act


def require_second(session: Session, actor: Actor, act: Act) -> None:
    """Refuses the proposer, the system (a second person has a name), and whoever made the other's account or gave it
    its role (ForbiddenError).
    """
    if actor.account_id is None or actor.account_id == act.proposed_by:
        raise ForbiddenError(SAME_PERSON)
    require_untied(session, actor, act.proposed_by)


def require_open(session: Session, act: Act) -> None:
    """The place is locked: a second click waited for it and now meets the decision (ConflictError)."""
    session.refresh(act)
    if act.state is not ActState.PROPOSED:
        raise ConflictError(DECIDED)


def confirm(session: Session, actor: Actor, act: Act, *, ledger_seq: int | None = None, effects: str = "") -> Act:
    """The second person's yes; the caller has done the act in this very transaction."""
    require_second(session, actor, act)
    act.ledger_seq, act.effects = ledger_seq, effects
    return _decide(session, actor, act, ActState.CONFIRMED, "")


def refuse(session: Session, actor: Actor, act: Act, reason: str) -> Act:
    """The second person's no, with a reason; the proposer's own no is a withdrawal and needs none.

    Raises:
        InvalidError: no reason. ConflictError: decided already.
    """
    require_open(session, act)
    if actor.account_id == act.proposed_by:
        return _decide(session, actor, act, ActState.WITHDRAWN, reason.strip())
    return _decide(session, actor, act, ActState.REFUSED, reason_of(reason))


def reason_of(text: str) -> str:
    """The typed reason (InvalidError without one)."""
    if not text.strip():
        message = DomainError(N_("请写明理由，它会记入记录。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"reason": message})
    return text.strip()[:LONGEST_REASON]


def _decide(session: Session, actor: Actor, act: Act, state: ActState, words: str) -> Act:
    act.state, act.decision, act.decided_at = state, words, now()
    act.decided_by, act.decider = actor.account_id or "", actor.name
    session.add(act)
    session.flush()
    record(session, actor, act.tenant_id, state.value, "act", act.id, event=act.event_id or "", kind=act.kind.value)
    return act


def _here(place: Place) -> tuple[ColumnElement[bool], ...]:
    if isinstance(place, Event):
        return col(Act.tenant_id) == place.tenant_id, col(Act.event_id) == place.id
    own = (col(Act.tenant_id) == place.tenant_id, col(Act.competition_id) == place.id)
    return (*own, col(Act.event_id).is_(None))


def open_act(session: Session, place: Place, kind: ActKind, subject: str = "") -> Act | None:
    """The act of this kind and subject that waits for its second person."""
    query = select(Act).where(*_here(place), Act.kind == kind, Act.subject == subject)
    return session.exec(query.where(Act.state == ActState.PROPOSED)).first()


def open_acts(session: Session, place: Place, kind: ActKind, limit: int = 100) -> Sequence[Act]:
    """All acts of a kind that wait for their second person, oldest first."""
    query = select(Act).where(*_here(place), Act.kind == kind, Act.state == ActState.PROPOSED)
    return session.exec(query.order_by(col(Act.proposed_at), col(Act.id)).limit(limit)).all()


def get_act(session: Session, place: Place, act_id: str, *kinds: ActKind) -> Act:
    """An act of this event or competition and one of these kinds (NotFoundError for any other)."""
    found = session.exec(select(Act).where(*_here(place), Act.id == act_id)).first()
    if found is None or found.kind not in kinds:
        raise NotFoundError(N_("找不到这件事。"))
    return found


def acts_of(
    session: Session, place: Place, *kinds: ActKind, subject: str | None = None, offset: int = 0, limit: int = 30
) -> tuple[Sequence[Act], int]:
    """The acts of these kinds (about one subject, if it is given), newest first, and how many there are."""
    here = (*_here(place), col(Act.kind).in_(kinds))
    if subject is not None:
        here = (*here, col(Act.subject) == subject)
    total = session.exec(select(func.count()).select_from(Act).where(*here)).one()
    query = select(Act).where(*here).order_by(col(Act.proposed_at).desc(), col(Act.id).desc())
    return session.exec(query.offset(offset).limit(limit)).all(), total
