"""What the certificate pages send."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from contest.web.forms import Form


class IssueForm(Form):
    """`output`: what the job hands over; `bilingual` a ticked box."""

    output: Literal["zip", "book"] = "zip"
    bilingual: Literal["1"] | None = None


class RevokeForm(Form):
    """The reason is shown to everybody who verifies the number."""

    reason: str = Field(min_length=1, max_length=500)
