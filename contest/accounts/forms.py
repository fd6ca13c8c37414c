"""The boxes of signing in, enrolling and managing people."""

from __future__ import annotations

from pydantic import Field

from contest.actors import Role
from contest.web.forms import Form


class SignInForm(Form):
    login: str = Field(max_length=64)
    password: str = Field(max_length=200)
    next: str = "/"


class EnrolForm(Form):
    pin: str = Field(max_length=20)
    label: str = Field(default="", max_length=100)


class PinForm(Form):
    pin: str = Field(max_length=20)


class FirstRunForm(Form):
    token: str = Field(max_length=200)
    organization: str = Field(max_length=200)
    name: str = Field(max_length=100)
    login: str = Field(max_length=64)
    password: str = Field(max_length=200)


class AccountForm(Form):
    login: str = Field(max_length=64)
    name: str = Field(max_length=100)
    organization_id: str = Field(max_length=16)
    phone: str = Field(default="", max_length=20)
    password: str | None = Field(default=None, max_length=200)
    role: Role | None = None


class GrantForm(Form):
    role: Role
    organization_id: str = Field(max_length=16)


class PasswordForm(Form):
    current: str = Field(default="", max_length=200)
    password: str = Field(max_length=200)
