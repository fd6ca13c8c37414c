"""Whether a judge has marked an entry: from then on no single person takes them off it, for the marks go with them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from contest.competitions.models import Event, Stage
from contest.core.marks import MISSING
from contest.entries.models import Entry
from contest.errors import ConflictError
from contest.i18n import N_
from contest.judging.models import MarkRow, PanelMember
from contest.ledger.services import append_rows

MARKED = N_("%(judge)s 已经评过这个参赛者：回避会使这些分不再计入，须由两个人办理。")


class MarkedError(ConflictError):
    """The judge has marked this entry: keeping them from it takes two persons."""


def hold_marks(session: Session, event: Event) -> None:
    """Takes the chain's lock: marks that are on their way are in, or will find the judge recused."""
    append_rows(session.connection(), event.tenant_id, event.competition_id, [])


def marks_given(session: Session, member: PanelMember, entry: Entry) -> int:
    """How many current marks the judge has for an entry, in all periods of the stage; what they took back is none.

    What another hand took back still is one: else whoever may do that would also recuse the judge alone, and one
    person in two steps had taken the marks out.
    """
    if entry.code is None:
        return 0
    query = (
        select(func.count()).select_from(MarkRow).where(*_standing(session, member), MarkRow.entry_code == entry.code)
    )
    return session.exec(query).one()


def marked_codes(session: Session, member: PanelMember) -> set[str]:
    """The codes of all entries for which the judge has a current mark in this stage."""
    return set(session.exec(select(MarkRow.entry_code).where(*_standing(session, member)).distinct()))


def _standing(session: Session, member: PanelMember) -> tuple[ColumnElement[bool], ...]:
    stage = session.get_one(Stage, (member.tenant_id, member.stage_id))
    return (
        col(MarkRow.tenant_id) == stage.tenant_id, col(MarkRow.event_id) == stage.event_id,
        col(MarkRow.stage_key) == stage.key, col(MarkRow.judge_code) == member.code,
        or_(col(MarkRow.state) != MISSING, col(MarkRow.by_code) != member.code),
    )  # fmt: skip


def require_unmarked(session: Session, event: Event, member: PanelMember, entry: Entry) -> None:
    """Refuses what one person may do only before the judge has marked the entry (MarkedError); holds its marks."""
    hold_marks(session, event)
    if marks_given(session, member, entry):
        raise MarkedError(MARKED, judge=member.code)
