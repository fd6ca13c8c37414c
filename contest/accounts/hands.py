"""Who had a hand in whose account: made it, gave it a role, opened it by a link.

Whoever made an account can sign in with it, or can have made it up: between the two nothing that takes two persons is
confirmed, in neither direction. Nor between them and whatever that account did to a third one: else one person makes
an account that makes another, and confirms with the second what they proposed themselves.

Two accounts of one maker may confirm each other: in a small union one person opens all of them. Who opened which is
in the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, or_, select
from sqlmodel import Session, col

from contest.accounts.models import Account, AccountHand
from contest.actors import Actor
from contest.errors import ForbiddenError
from contest.i18n import N_

CREATED, GRANTED, LINKED = "created", "granted", "linked"
OPENING = (CREATED, LINKED)
"""The deeds after which one can sign in as the other."""
TIED = N_(
    "你们两个账号中，有一个的账号、角色或登录链接是另一个办的，不能互相确认。请另一位有权的人确认；没有别人时，请另一位组织者重新提出，或者由他增加一位监督。"
)  # fmt: skip


def note_hand(session: Session, actor: Actor, account: Account, deed: str) -> None:
    """Keeps that the actor did this to the account, once; the system itself and oneself are nobody."""
    if actor.account_id is None or actor.account_id == account.id:
        return
    h = AccountHand
    same = (col(h.account_id) == account.id, col(h.by_id) == actor.account_id, col(h.deed) == deed)
    if session.connection().execute(select(col(h.id)).where(*same).limit(1)).first() is None:
        session.add(AccountHand(account_id=account.id, by_id=actor.account_id, deed=deed))
        session.flush()


def tied(one: str, other: Any) -> ColumnElement[bool]:
    """Whether one of two accounts had a hand in the other, themselves or by an account that they opened, as a
    condition about the second.
    """
    return or_(other.in_(_made_by(one)), other.in_(_makers_of(one)))


def _made_by(one: str) -> Select[tuple[str]]:
    """The accounts in which `one` had a hand, and those in which accounts opened by `one` had."""
    h = AccountHand
    found = (
        select(col(h.account_id).label("id"), col(h.deed).label("deed")).where(col(h.by_id) == one).cte(recursive=True)
    )
    more = select(col(h.account_id), col(h.deed)).where(col(h.by_id) == found.c.id, found.c.deed.in_(OPENING))
    return select(found.union(more).c.id)


def _makers_of(one: str) -> Select[tuple[str]]:
    """Who had a hand in `one`, and who opened the accounts of those."""
    h = AccountHand
    found = select(col(h.by_id).label("id")).where(col(h.account_id) == one).cte(recursive=True)
    more = select(col(h.by_id)).where(col(h.account_id) == found.c.id, col(h.deed).in_(OPENING))
    return select(found.union(more).c.id)


def are_tied(session: Session, one: str, other: str) -> bool:
    """Whether one of two accounts had a hand in the other."""
    return session.connection().execute(select(tied(one, literal(other)))).scalar_one()


def is_own_or_tied(session: Session, actor: Actor, senders: Iterable[str]) -> bool:
    """Whether what these accounts sent is the actor's own, or of an account that one of the two made for the other."""
    own = actor.account_id or ""
    return any(sender == own or are_tied(session, own, sender) for sender in senders)


def require_untied(session: Session, actor: Actor, first: str) -> None:
    """Refuses a second person who had a hand in the first one's account, or the other way round (ForbiddenError)."""
    if are_tied(session, actor.account_id or "", first):
        raise ForbiddenError(TIED)
