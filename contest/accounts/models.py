"""Accounts, their roles, sessions, devices and one-time links."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from contest.actors import Role
from contest.db import TenantRow, choice_field, new_id, now, utc_field


class Account(SQLModel, table=True):
    """A person who signs in. `login` is kept normalised (NFKC, lower case, no blanks): ' Admin ' is 'admin'."""

    __tablename__ = "account"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=16)
    login: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=100)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    phone: str = Field(default="", max_length=20)
    password_hash: str = ""
    disabled_at: datetime | None = utc_field(default=None)
    created_at: datetime = utc_field(default_factory=now)


class RoleGrant(TenantRow, table=True):
    """A role of an account over a subtree, or (with `competition_id`) over one competition."""

    __tablename__ = "role_grant"

    account_id: str = Field(foreign_key="account.id", index=True)
    role: Role = choice_field(Role)
    organization_id: str = Field(foreign_key="organization.id")
    competition_id: str | None = Field(default=None, index=True)
    created_at: datetime = utc_field(default_factory=now)


class AccountHand(SQLModel, table=True):
    """Somebody (`by_id`) made this account, gave it a role, or opened it by a link: the two are never two persons for
    one act (`hands`). It stays when the role is taken back.
    """

    __tablename__ = "account_hand"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=16)
    account_id: str = Field(foreign_key="account.id", index=True)
    by_id: str = Field(index=True, max_length=16)
    deed: str = Field(max_length=20)
    at: datetime = utc_field(default_factory=now)


class SignInSession(SQLModel, table=True):
    """A sign-in. The cookie's random value is kept only as its SHA-256."""

    __tablename__ = "sign_in_session"

    id: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", index=True)
    device_id: str | None = None
    csrf_token: str
    created_at: datetime = utc_field(default_factory=now)
    seen_at: datetime = utc_field(default_factory=now)
    expires_at: datetime = utc_field()
    revoked_at: datetime | None = utc_field(default=None)
    moved_at: datetime | None = utc_field(default=None)
    """Since when another tablet does this one's work: it may still deliver what it holds, and open no sheet."""


class Device(SQLModel, table=True):
    """A tablet that a judge has enrolled: its secret (hashed) plus the PIN open a session on it, and only on it."""

    __tablename__ = "device"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=16)
    account_id: str = Field(foreign_key="account.id", index=True)
    label: str = Field(default="", max_length=100)
    secret_hash: str = Field(unique=True, max_length=64)
    pin_hash: str = ""
    created_at: datetime = utc_field(default_factory=now)
    revoked_at: datetime | None = utc_field(default=None)
    replaced_at: datetime | None = utc_field(default=None)
    """Since when a spare tablet has taken its place: its PIN still opens it, to deliver what it holds."""


class LinkPurpose(StrEnum):
    SIGN_IN = "sign_in"
    ENROL_DEVICE = "enrol_device"
    FIRST_RUN = "first_run"


class OneTimeLink(SQLModel, table=True):
    """A link that works once and not for long: sign-in from the console, tablet enrolment, the first run."""

    __tablename__ = "one_time_link"

    token_hash: str = Field(primary_key=True, max_length=64)
    purpose: LinkPurpose = choice_field(LinkPurpose)
    account_id: str | None = Field(default=None, foreign_key="account.id")
    expires_at: datetime = utc_field()
    used_at: datetime | None = utc_field(default=None)


class Attempt(SQLModel, table=True):
    """Failed sign-ins, counted per account, per device and (loosely: a factory is one address) per address."""

    __tablename__ = "attempt"

    key: str = Field(primary_key=True, max_length=120)
    failures: int = 0
    blocked_until: datetime | None = utc_field(default=None)
    last_at: datetime = utc_field(default_factory=now)
