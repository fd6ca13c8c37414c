"""What is typed when results are published."""

from __future__ import annotations

from pydantic import Field

from contest.web.forms import Form


class PublishForm(Form):
    """The title of the publication."""

    title: str = Field(max_length=200)
