"""The judge's tablet: whether the work is done here, and a spare one within a minute."""

from __future__ import annotations

from sqlmodel import Session

from contest.accounts.devices import move_here, replace_tablets, working_elsewhere
from contest.accounts.queries import get_account
from contest.actors import Actor
from contest.audit.services import record
from contest.errors import ConflictError
from contest.i18n import N_
from contest.judging.models import PanelMember
from contest.judging.panel.services import make_enrolment

__all__ = ["move_here", "require_here", "swap_tablet", "working_elsewhere"]


def require_here(session: Session, actor: Actor) -> None:
    """Sheets are opened and signed on the judge's working tablet only.

    Raises:
        ConflictError: another tablet does the work.
    """
    if working_elsewhere(session, actor):
        raise ConflictError(N_("您的评分在另一台平板上进行。请先移到这台平板，或回到那一台。"))


def swap_tablet(session: Session, actor: Actor, member: PanelMember) -> str:
    """A spare for a judge's broken or empty tablet: the token that enrols it. The old one may still deliver.

    Raises:
        ForbiddenError, ConflictError: as `make_enrolment`.
    """
    token = make_enrolment(session, actor, member)
    count = replace_tablets(session, get_account(session, member.account_id or ""))
    record(session, actor, member.tenant_id, "replace", "tablet", member.id, code=member.code, tablets=count)
    return token
