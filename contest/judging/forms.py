"""The fields of the panel, desk and clerk pages."""

from __future__ import annotations

from pydantic import Field

from contest.judging.models import PanelRole
from contest.web.forms import Form


class AppointForm(Form):
    stage: str = Field(max_length=16)
    account: str = Field(max_length=16)
    role: PanelRole = PanelRole.JUDGE
    scores: bool = False


class JudgeForm(Form):
    """A new judge with an account; `kind` external makes one without."""

    stage: str = Field(max_length=16)
    name: str = Field(max_length=100)
    role: PanelRole = PanelRole.JUDGE
    organization: str = Field(default="", max_length=16)
    phone: str = Field(default="", max_length=20)
    external: bool = False


class RecusalForm(Form):
    member: str = Field(max_length=16)
    entry: str = Field(max_length=100)
    reason: str = Field(default="", max_length=300)


class SettleForm(Form):
    operation: str = Field(max_length=64)
    take: bool = False
    reason: str = Field(default="", max_length=300)


class PoolForm(Form):
    account: str = Field(max_length=16)
    specialities: str = Field(default="", max_length=300)


class ConflictForm(Form):
    """A conflict as the organizer or the judge declares it; `judge` and `competition` as the page needs them."""

    judge: str = Field(default="", max_length=16)
    competition: str = Field(default="", max_length=16)
    unit: str = Field(max_length=300)
    reason: str = Field(max_length=300)
