"""What the award page sends."""

from __future__ import annotations

from pydantic import Field

from contest.web.forms import Form


class GiveForm(Form):
    """`version` of the publication that the list on the page was drawn from."""

    version: int = Field(ge=1)
