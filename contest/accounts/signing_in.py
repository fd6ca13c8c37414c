"""Signing in: by password, by one-time link, by PIN on an enrolled tablet; a new session id every time."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from contest.accounts import throttle
from contest.accounts.models import Account, Device, LinkPurpose, OneTimeLink, SignInSession
from contest.accounts.passwords import digest, hash_secret, new_token, verify_secret
from contest.accounts.queries import account_by_login, get_account
from contest.accounts.services import normalise_login, set_password
from contest.actors import Actor
from contest.db import now, reading, transaction
from contest.errors import DomainError, ExpiredError, InvalidError
from contest.i18n import N_
from contest.settings import get_settings

LINK_LIFE = {
    LinkPurpose.SIGN_IN: timedelta(hours=24),
    LinkPurpose.ENROL_DEVICE: timedelta(minutes=10),
    LinkPurpose.FIRST_RUN: timedelta(hours=24),
}
PIN_LENGTH = 6
_WRONG = N_("登录名或密码不对。请检查大小写；忘记密码请联系您的组织者。")
_WRONG_PIN = N_("PIN 不对。连续输错 5 次后需要等待；忘记 PIN 请让组织者重新发码。")


class WrongSecretError(InvalidError):
    """A wrong password or PIN; raised after the failure has been written down."""


def start_session(session: Session, account: Account, *, device_id: str | None = None) -> str:
    """A new session for `account`; returns the cookie's value (never a value that a client chose)."""
    token = new_token()
    device = session.get(Device, device_id) if device_id else None
    session.add(
        SignInSession(
            id=digest(token),
            account_id=account.id,
            device_id=device_id,
            moved_at=now() if device and device.replaced_at else None,
            csrf_token=new_token(),
            expires_at=now() + timedelta(days=get_settings().session_days),
        )
    )
    return token


def end_session(session: Session, session_id: str) -> None:
    """Signs out: effective at once, for every request that comes after."""
    found = session.get(SignInSession, session_id)
    if found and found.revoked_at is None:
        found.revoked_at = now()
        session.add(found)


def sign_in(login: str, password: str, *, client: str) -> str:
    """Checks a password and starts a session; `client` ("device:…", "address:…" or unknown: "") is throttled too.

    Raises:
        WrongSecretError: wrong login or password; both say the same.
        TooManyError: too many failures before.
    """
    login_key = _login_key(login)
    with transaction() as session:
        if client:
            throttle.check(session, client[:120])
        throttle.admit(session, login_key)
        account = account_by_login(session, normalise_login(login))
    is_right = verify_secret(account.password_hash if account else "", password)
    with transaction() as session:
        # once more: the password may have been changed or the account closed while this one was being checked
        fresh = session.get(Account, account.id) if account and is_right else None
        if account and fresh and fresh.disabled_at is None and fresh.password_hash == account.password_hash:
            throttle.note_success(session, login_key)
            return start_session(session, fresh)
        if client:
            throttle.note_failure(session, client[:120])
    raise WrongSecretError(_WRONG, fields={"login": DomainError(_WRONG)})


def _login_key(login: str) -> str:
    return f"login:{normalise_login(login)[:100]}"


def make_link(session: Session, account: Account | None, purpose: LinkPurpose) -> str:
    """A one-time link's token for `account`; kept only as its digest."""
    token = new_token()
    session.add(
        OneTimeLink(
            token_hash=digest(token),
            purpose=purpose,
            account_id=account.id if account else None,
            expires_at=now() + LINK_LIFE[purpose],
        )
    )
    return token


def check_link(session: Session, token: str, purpose: LinkPurpose) -> OneTimeLink:
    """The link while it is good; it is not used up by looking.

    Raises:
        ExpiredError: unknown, used or too old: all look the same.
    """
    link = session.get(OneTimeLink, digest(token))
    if link is None or link.purpose is not purpose or link.used_at or link.expires_at <= now():
        raise ExpiredError(N_("这个链接已经用过、过期或不完整。请让组织者重新发一个。"))
    return link


def take_link(session: Session, token: str, purpose: LinkPurpose) -> OneTimeLink:
    """The good link, used up now; its row is held, so that two clicks at one moment can't both have it."""
    session.get(OneTimeLink, digest(token), with_for_update=True)
    link = check_link(session, token, purpose)
    link.used_at = now()
    session.add(link)
    return link


def use_link(session: Session, token: str) -> str:
    """Signs in by a one-time link; returns the cookie's value.

    Raises:
        ExpiredError: see `check_link`.
    """
    link = take_link(session, token, LinkPurpose.SIGN_IN)
    account = session.get(Account, link.account_id)
    if account is None or account.disabled_at is not None:
        raise ExpiredError(N_("这个账号已停用。请联系组织者。"))
    return start_session(session, account)


def enrol_device(session: Session, token: str, *, pin: str, label: str) -> tuple[str, str]:
    """Makes a tablet the account's device and signs it in; returns (device secret, session cookie).

    Raises:
        ExpiredError: the link is no longer good.
        InvalidError: the PIN is not six digits, or too simple.
    """
    link = take_link(session, token, LinkPurpose.ENROL_DEVICE)
    if (
        len(pin) != PIN_LENGTH
        or not pin.isascii()
        or not pin.isdigit()
        or len(set(pin)) == 1
        or pin in "0123456789876543210"
    ):
        wrong = DomainError(N_("PIN 是 6 位数字，不能全相同，也不能是 123456 这样的顺序。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"pin": wrong})
    account = session.get(Account, link.account_id)
    if account is None or account.disabled_at is not None:
        raise ExpiredError(N_("这个账号已停用。请联系组织者。"))
    secret = new_token()
    device = Device(account_id=account.id, label=label, secret_hash=digest(secret), pin_hash=hash_secret(pin))
    session.add(device)
    session.flush()
    return secret, start_session(session, account, device_id=device.id)


def device_of(session: Session, secret: str) -> tuple[Device, Account] | None:
    """The enrolled device of a device cookie and its owner."""
    from sqlmodel import col, select

    query = (
        select(Device, Account)
        .join(Account, col(Account.id) == Device.account_id)
        .where(Device.secret_hash == digest(secret), col(Device.revoked_at).is_(None))
    )
    found = session.exec(query).first()
    return (found[0], found[1]) if found else None


def sign_in_with_pin(secret: str, pin: str) -> str:
    """Signs in on an enrolled tablet; the PIN alone, or on another device, is worth nothing.

    Raises:
        WrongSecretError: wrong PIN.
        ExpiredError: the tablet is not enrolled (any more).
        TooManyError: too many failures before.
    """
    with reading() as session:
        found = device_of(session, secret)
        if found is None or found[1].disabled_at is not None:
            raise ExpiredError(N_("这台平板还没有登记，或登记已取消。请让组织者发一个登记二维码。"))
        device, account = found
    with transaction() as session:
        throttle.admit(session, f"device:{device.id}")
    is_right = verify_secret(device.pin_hash, pin)
    with transaction() as session:
        # once more: the tablet may have been cut off while its PIN was being checked
        if is_right and device_of(session, secret):
            throttle.note_success(session, f"device:{device.id}")
            return start_session(session, account, device_id=device.id)
    raise WrongSecretError(_WRONG_PIN, fields={"pin": DomainError(_WRONG_PIN)})


def confirm_person(actor: Actor, current: str, *, needed: bool = True) -> Account:
    """That it is the person themselves who acts now: their password, or on a tablet its PIN; counted like a sign-in.

    Raises:
        InvalidError: wrong; or (when `needed`) there is nothing yet that only they know.
        TooManyError: too many failures before.
    """
    with transaction() as session:
        account = get_account(session, actor.account_id or "")
        device = session.get(Device, actor.device_id) if actor.device_id else None
        known = account.password_hash or (device.pin_hash if device else "")
        if known:
            throttle.admit(session, _login_key(account.login))
    if not known and needed:
        unset = DomainError(N_("您还没有密码：请先在“我的账号”里设一个，再来签认。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"current": unset})
    if known and not verify_secret(known, current):
        wrong = DomainError(N_("现在的密码不对。") if account.password_hash else _WRONG_PIN)
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"current": wrong})
    with transaction() as session:
        throttle.note_success(session, _login_key(account.login))
    return account


def change_password(actor: Actor, current: str, password: str) -> None:
    """Changes the actor's own password, for whoever knows the present one; every session of the account ends.

    On a tablet the PIN stands for a password that is not there yet: else whoever holds an open tablet for a minute
    makes a password that outlives the tablet.

    Raises:
        InvalidError: the present password or PIN is wrong, or the new one too short.
        TooManyError: too many failures before.
    """
    account = confirm_person(actor, current, needed=False)
    with transaction() as session:
        set_password(session, get_account(session, account.id), password)
