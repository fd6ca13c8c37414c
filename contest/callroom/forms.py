"""The boxes of the venue's pages."""

from __future__ import annotations

import re
from datetime import datetime

from pydantic import Field, field_validator

from contest.callroom.models import Presence
from contest.web.forms import Form

_MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(\d{1,2})[:：](\d{2})", re.ASCII)


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

    @field_validator("starts_at", mode="before")
    @classmethod
    def _as_people_write_it(cls, text: object) -> object:
        """2026/11/22 9：00 is as good as 2026-11-22 09:00."""
        found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
        return "{:0>4}-{:0>2}-{:0>2} {:0>2}:{}".format(*found.groups()) if found else text


class RevealForm(Form):
    public: str = Field(default="", max_length=1000)
