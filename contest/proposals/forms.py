"""What the proposal pages send."""

from __future__ import annotations

from pydantic import Field

from contest.web.forms import Form


class TitleForm(Form):
    title: str = Field(min_length=2, max_length=200)


class ProblemForm(Form):
    problem: str = Field(min_length=2, max_length=4000)


class IdeaForm(Form):
    idea: str = Field(min_length=2, max_length=4000)


class BenefitForm(Form):
    expected_benefit: str = Field(default="", max_length=1000)


class TargetForm(Form):
    studio_id: str | None = Field(default=None, max_length=16)
    event_id: str | None = Field(default=None, max_length=16)


STEPS: tuple[type[Form], ...] = (TitleForm, ProblemForm, IdeaForm, BenefitForm, TargetForm)
"""The questions of the phone form, one a screen."""


class ProposalForm(TitleForm, ProblemForm, IdeaForm, BenefitForm, TargetForm):
    """All of them: what is sent in the end."""


class CheckForm(Form):
    decision: str = Field(max_length=20)
    note: str = Field(default="", max_length=1000)


class NoteForm(Form):
    """`decision` tells the buttons of one form apart."""

    decision: str = Field(default="", max_length=20)
    note: str = Field(default="", max_length=1000)


class AmountForm(Form):
    """An amount in yuan as typed; `decision` is confirm or return."""

    decision: str = Field(default="", max_length=20)
    amount: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=1000)
