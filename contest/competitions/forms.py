"""The boxes of the set-up pages."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from contest.competitions.models import CompetitionKind
from contest.web.forms import Form


class CompetitionForm(Form):
    """A competition as its page asks for it; `organization_id` only when it is founded."""

    kind: CompetitionKind
    title: str = Field(max_length=200)
    title_en: str = Field(default="", max_length=200)
    host: str = Field(default="", max_length=300)
    summary: str = Field(default="", max_length=5000)
    starts_on: date | None = None
    ends_on: date | None = None


class FoundingForm(CompetitionForm):
    organization_id: str


class EventForm(Form):
    """An event."""

    title: str = Field(max_length=200)
    title_en: str = Field(default="", max_length=200)
