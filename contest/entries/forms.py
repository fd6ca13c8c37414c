"""The boxes of the entries' pages."""

from __future__ import annotations

from pydantic import Field

from contest.entries.inputs import EntryInput, split_members
from contest.entries.models import EntryKind
from contest.web.forms import Form


class EntryForm(Form):
    """An entry as typed; lengths and numbers are judged once, by `inputs.cleaned`."""

    kind: EntryKind | None = None
    name: str
    number: str = ""
    unit: str = ""
    organization_id: str | None = None
    worker_number: str = ""
    phone: str = ""
    members: str = ""
    reason: str = ""

    def to_input(self) -> EntryInput:
        """The input that services take."""
        fields = self.model_dump(exclude={"members", "reason"})
        return EntryInput(**fields, members=split_members(self.members))


class ReasonForm(Form):
    """A step that needs a reason."""

    reason: str = Field(max_length=500)


class VetoForm(Form):
    """A veto: which, why, who decided, when it happened."""

    veto: str
    reason: str = Field(max_length=1000)
    decided_by: str = Field(max_length=200)
    happened_on: str = Field(default="", max_length=40)


class WithdrawVetoForm(Form):
    """Why a veto is taken back."""

    withdraw_reason: str = Field(max_length=1000)


class LayersForm(Form):
    """How many layers seal the event, and who holds each of two."""

    layers: int = Field(ge=1, le=2)
    officer1: str = Field(default="", max_length=16)
    officer2: str = Field(default="", max_length=16)
