"""What is typed to ask for an erasure."""

from __future__ import annotations

from contest.web.forms import Form


class AskForm(Form):
    reason: str = ""
