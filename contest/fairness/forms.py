"""What the list of stages sends."""

from __future__ import annotations

from pydantic import Field

from contest.web.forms import Form


class MakeForm(Form):
    """The stage whose panel is reported on."""

    stage: str = Field(max_length=64)
