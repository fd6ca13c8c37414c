"""Typed sheets that no second person has confirmed as they stand: they keep a period from being locked.

What is typed: the paper sheets of external judges, and values of the whole panel, by hand or by a file (which a second
person confirms in one go: `files`). Indicators that another feature hands over and demo data have been seen before they
come here (`proposed.SEEN_BEFORE`); a tablet's own export is its judge's, who signs.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col, select

from contest.core.marks import MISSING
from contest.judging.marks.proposed import SEEN_BEFORE
from contest.judging.models import MarkRow, Operation, PanelMember, PaperCheck
from contest.judging.queries import Where, assessed_in
from contest.judging.sheet.items import sheet_digest

Sheet = tuple[str, str]
"""Judge's code (empty: values of the whole panel) and blind code."""


def unchecked_sheets(session: Session, where: Where) -> list[Sheet]:
    """The typed sheets whose marks of now nobody but their typist has seen, or that were rejected; by code.

    Three queries, however many there are.
    """
    marks = typed_sheets(session, where)
    if not marks:
        return []
    confirmed, assessed = _confirmed(session, where), {entry.code for entry in assessed_in(session, where)}
    return sorted(
        key for key, (rows, is_typed) in marks.items()
        if is_typed and key[1] in assessed and confirmed.get(key) != sheet_digest(rows)
    )  # fmt: skip


Rows = list[tuple[str, int, int | None, str]]


def typed_sheets(session: Session, where: Where) -> dict[Sheet, tuple[Rows, bool]]:
    """The marks of each sheet that no judge fills in on a tablet, and whether a person typed any of them here."""
    m, o = MarkRow, Operation
    externals = select(PanelMember.code).where(
        PanelMember.tenant_id == where.event.tenant_id, PanelMember.stage_id == where.stage.id,
        col(PanelMember.account_id).is_(None), col(PanelMember.removed_at).is_(None),
    )  # fmt: skip
    query = (
        sa.select(
            col(m.judge_code), col(m.entry_code), col(m.aspect), col(m.repetition), col(m.units), col(m.state),
            col(o.device), col(o.account_id),
        )
        .outerjoin(o, sa.and_(col(o.tenant_id) == m.tenant_id, col(o.op_id) == m.op_id))
        .where(
            col(m.tenant_id) == where.event.tenant_id, col(m.event_id) == where.event.id,
            col(m.stage_key) == where.stage.key, col(m.period_key) == where.period.key, col(m.state) != MISSING,
            sa.or_(col(m.judge_code) == "", col(m.judge_code).in_(externals)),
        )
    )  # fmt: skip
    found: dict[Sheet, tuple[Rows, bool]] = {}
    for judge, entry, aspect, repetition, units, state, device, sender in session.connection().execute(query):
        rows, is_typed = found.get((judge, entry), ([], False))
        rows.append((aspect, repetition, units, state))
        # no operation: a correction of a locked mark, which two persons made; no sender: the platform itself
        found[judge, entry] = rows, is_typed or (bool(sender) and device not in SEEN_BEFORE)
    return found


def _confirmed(session: Session, where: Where) -> dict[Sheet, str]:
    """Sheet -> the digest that was confirmed last, unless the last word was a rejection."""
    query = select(PaperCheck).where(
        PaperCheck.tenant_id == where.event.tenant_id, PaperCheck.event_id == where.event.id,
        PaperCheck.stage_key == where.stage.key, PaperCheck.period_key == where.period.key,
    )  # fmt: skip
    checks = session.exec(query.order_by(col(PaperCheck.ledger_seq))).all()
    return {(one.judge_code, one.entry_code): one.digest if one.is_confirmed else "" for one in checks}
