"""The phone form: one question a screen, everything answered so far travels along, nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request, Response
from litestar.datastructures import FormMultiDict
from sqlmodel import Session

from contest.actors import Actor
from contest.db import reading, transaction
from contest.errors import InvalidError
from contest.i18n import error_text, gettext
from contest.organizations.models import Organization
from contest.proposals import queries
from contest.proposals.directory import studio_names
from contest.proposals.forms import STEPS, ProposalForm
from contest.proposals.models import Proposal
from contest.web.forms import typed
from contest.web.pages import actor_of, page, redirect, url

Call = Request[Any, Any, Any]
Save = Callable[[Session, dict[str, Any]], Proposal]
FIELDS = tuple(name for form in STEPS for name in form.model_fields)


def ask(
    request: Call, values: Mapping[str, str], action: str, step: int = 1, errors: Mapping[str, str] | None = None
) -> Response[str]:
    """Question `step` with what was answered so far."""
    with reading() as session:
        calls, studios = _targets(session, actor_of(request))
    return page(
        request, "proposals/ask.html", layout="layouts/phone.html", blocks=("main",), status=422 if errors else 200,
        step=step, steps=len(STEPS), values={name: values.get(name, "") for name in FIELDS}, action=action,
        own=tuple(STEPS[step - 1].model_fields), errors=errors or {}, calls=calls, studios=studios,
        back_url=url("proposals.index"),
    )  # fmt: skip


def _targets(session: Session, actor: Actor) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    home = session.get(Organization, actor.organization_id) if actor.organization_id else None
    if home is None:
        return [], []
    return queries.open_calls(session, home.tenant_id), sorted(studio_names(session, home.tenant_id).items())


def answered(request: Call, form: FormMultiDict, action: str, save: Save) -> Response[str]:
    """One sent screen: the next question, the one before, or (after the last) the proposal itself."""
    values = typed(form)
    step = next((number for number in range(1, len(STEPS) + 1) if values.get("step") == str(number)), 1)
    if values.get("go") == "back":
        return ask(request, values, action, max(step - 1, 1))
    try:
        STEPS[step - 1].read(form)
        if step < len(STEPS):
            return ask(request, values, action, step + 1)
        fields = ProposalForm.read(form).model_dump()
        with transaction() as session:
            proposal = save(session, fields)
    except InvalidError as error:
        wrong = {name: error_text(problem) for name, problem in error.fields.items()} or {"": error_text(error)}
        return ask(request, values, action, _step_of(wrong, step), wrong)
    told = gettext("已提交，等待部门审核。每走一步，这一页都会记下来。")
    return redirect(request, url("proposals.show", proposal_id=proposal.id), flash=told)


def _step_of(wrong: Mapping[str, str], step: int) -> int:
    """The first screen that has something to correct."""
    return next((number for number, form in enumerate(STEPS, 1) if set(form.model_fields) & set(wrong)), step)
