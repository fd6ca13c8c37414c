"""Proving once more who one is: asked at every signature, for an open tablet may be in anybody's hands."""

from __future__ import annotations

from sqlmodel import Session

from contest.accounts import throttle
from contest.accounts.models import Device
from contest.accounts.passwords import verify_secret
from contest.accounts.queries import get_account
from contest.accounts.signing_in import WrongSecretError
from contest.actors import Actor
from contest.db import transaction
from contest.errors import DomainError
from contest.i18n import N_

PIN, PASSWORD, SESSION = "pin", "password", "session"
_WRONG = {
    PIN: N_("PIN 不对，没有签名。连续输错 5 次后需要等待。"),
    PASSWORD: N_("密码不对，没有签名。连续输错 5 次后需要等待。"),
}


def proof_of(session: Session, actor: Actor) -> str:
    """What the actor is asked for: the PIN of this tablet, else the password; an account with neither: nothing."""
    return _known(session, actor)[0]


def _known(session: Session, actor: Actor) -> tuple[str, str, str]:
    """(kind, hash, key of the throttle)."""
    device = session.get(Device, actor.device_id) if actor.device_id else None
    if device is not None and device.pin_hash:
        return PIN, device.pin_hash, f"device:{device.id}"
    account = get_account(session, actor.account_id or "")
    kind = PASSWORD if account.password_hash else SESSION
    return kind, account.password_hash, f"login:{account.login[:100]}"


def prove_person(actor: Actor, secret: str) -> str:
    """Checks PIN or password and says which it was. In transactions of its own: a failure is counted in any case.

    Raises:
        WrongSecretError: it is not the right one.
        TooManyError: too many failures before.
    """
    with transaction() as session:
        kind, known, key = _known(session, actor)
        if kind == SESSION:
            return kind
        throttle.admit(session, key)
    if not verify_secret(known, secret):
        raise WrongSecretError(_WRONG[kind], fields={"secret": DomainError(_WRONG[kind])})
    with transaction() as session:
        throttle.note_success(session, key)
    return kind
