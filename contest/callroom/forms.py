"""The boxes of the venue's pages."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from contest.callroom.models import Presence
from contest.web.forms import Form


class PresenceForm(Form):
    presence: Presence


class UndoForm(Form):
    """Why a finding is taken back; the service asks for the reason."""

    reason: str = Field(default="", max_length=300)


class CommitForm(Form):
    stage: str = Field(max_length=64)
    stations: int
    starts_at: datetime | None = None
    minutes: int | None = None


class RevealForm(Form):
    public: str = Field(default="", max_length=1000)
