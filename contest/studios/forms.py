"""What the studio pages send."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from contest.studios.models import StudioKind
from contest.web.forms import Form


class StudioForm(Form):
    organization_id: str = Field(max_length=16)
    kind: StudioKind
    name: str = Field(min_length=2, max_length=200)
    leader: str = Field(min_length=1, max_length=100)
    honours: str = Field(default="", max_length=500)
    place: str = Field(default="", max_length=200)
    equipment: str = Field(default="", max_length=2000)
    founded_on: date | None = None


class MemberForm(Form):
    name: str = Field(min_length=1, max_length=100)
    duty: str = Field(default="", max_length=100)
    login: str = Field(default="", max_length=64)
    joined_on: date | None = None
