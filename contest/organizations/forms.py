"""The boxes of the tree's pages."""

from __future__ import annotations

from pydantic import Field

from contest.organizations.models import OrganizationKind
from contest.web.forms import Form


class OrganizationForm(Form):
    """A node: what it is and what it is called."""

    kind: OrganizationKind
    name: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)


class RenameForm(OrganizationForm):
    """The same, with the name that the page was drawn from."""

    drawn_name: str = ""
