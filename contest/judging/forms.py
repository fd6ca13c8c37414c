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
    """`reserve`: who takes over, of a recusal that takes two persons."""

    member: str = Field(max_length=16)
    entry: str = Field(max_length=100)
    reason: str = Field(default="", max_length=300)
    reserve: str = Field(default="", max_length=16)


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


class ExplainForm(Form):
    aspect: str = Field(max_length=64)
    repetition: int = Field(default=1, ge=1, le=999)
    text: str = Field(default="", max_length=300)


class MessageForm(Form):
    """`to` is `stage:<id>` for a whole panel or `member:<id>` for one of it."""

    to: str = Field(pattern=r"^(stage|member):[0-9a-z]{1,16}$")
    text: str = Field(max_length=200)


class ClockForm(Form):
    label: str = Field(max_length=40)
    minutes: int = Field(ge=1, le=1440)
    entry: str = Field(default="", max_length=64)


class TurnForm(Form):
    step: str = Field(pattern=r"^(start|pause|extend|end)$")
    minutes: int = Field(default=0, ge=0, le=1440)
    reason: str = Field(default="", max_length=300)


class ReserveForm(Form):
    """Without `member` a third judge of one entry is called; without `entry` all unsigned sheets are taken over."""

    reserve: str = Field(max_length=16)
    member: str = Field(default="", max_length=16)
    entry: str = Field(default="", max_length=100)
    reason: str = Field(default="", max_length=300)


class ScanForm(Form):
    entry: str = Field(max_length=64)
    judge: str = Field(default="", max_length=10)
