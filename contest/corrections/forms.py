"""What is typed to propose or refuse a change."""

from __future__ import annotations

from contest.web.forms import Form


class ProposalForm(Form):
    """`base`: the draft, `seen`: the list of effects that the page showed."""

    reason: str = ""
    base: str = ""
    seen: str = ""


class DecisionForm(Form):
    reason: str = ""
    seen: str = ""
