"""The boxes of a bulletin."""

from __future__ import annotations

from pydantic import Field

from contest.bulletins.services import MOST_FLAGS, Asked
from contest.web.forms import Form


class BulletinForm(Form):
    """What the bulletin is about; `last` empty: one period."""

    stage: str
    first: str
    last: str = ""
    title: str = Field(default="", max_length=200)
    words: str = Field(default="", max_length=2000)
    reds: int = Field(default=0, ge=0, le=MOST_FLAGS)
    snails: int = Field(default=0, ge=0, le=MOST_FLAGS)

    def asked(self) -> Asked:
        """The question to services."""
        fields = self.model_dump()
        return Asked(**fields | {"last": self.last or self.first})
