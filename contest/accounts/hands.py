"""Who had a hand in whose account: made it, gave it a role, opened it by a link.

Whoever made an account can sign in with it, or can have made it up: between the two nothing that takes two persons is
confirmed, in neither direction.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, or_
from sqlmodel import Session, col, select

from contest.accounts.models import Account, AccountHand
from contest.actors import Actor
from contest.errors import ForbiddenError
from contest.i18n import N_

CREATED, GRANTED, LINKED = "created", "granted", "linked"
TIED = N_(
    "你们两个账号中，有一个的账号、角色或登录链接是另一个办的，不能互相确认。请另一位有权的人确认；没有别人时，请另一位组织者重新提出，或者由他增加一位监督。"
)  # fmt: skip


def note_hand(session: Session, actor: Actor, account: Account, deed: str) -> None:
    """Keeps that the actor did this to the account, once; the system itself and oneself are nobody."""
    if actor.account_id is None or actor.account_id == account.id:
        return
    same = (AccountHand.account_id == account.id, AccountHand.by_id == actor.account_id, AccountHand.deed == deed)
    if session.exec(select(AccountHand.id).where(*same).limit(1)).first() is None:
        session.add(AccountHand(account_id=account.id, by_id=actor.account_id, deed=deed))
        session.flush()


def tied(one: str, other: Any) -> ColumnElement[bool]:
    """Whether one of two accounts had a hand in the other, as a condition about the second."""
    h = AccountHand
    either = or_(
        and_(col(h.account_id) == one, col(h.by_id) == other), and_(col(h.account_id) == other, col(h.by_id) == one)
    )
    return exists().where(either)


def are_tied(session: Session, one: str, other: str) -> bool:
    """Whether one of two accounts had a hand in the other."""
    return session.connection().execute(select(tied(one, literal(other)))).scalar_one()


def require_untied(session: Session, actor: Actor, first: str) -> None:
    """Refuses a second person who had a hand in the first one's account, or the other way round (ForbiddenError)."""
    if are_tied(session, actor.account_id or "", first):
        raise ForbiddenError(TIED)
