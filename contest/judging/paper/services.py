"""Paper score sheets: printed with the code and the rules' digest, typed by a clerk, compared by a second person.

The same data must have been seen by two people; the second may confirm or reject but not change (trust.md 1).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from contest.accounts.hands import is_own_or_tied
from contest.actors import Actor
from contest.competitions.models import PeriodState
from contest.competitions.queries import digest_in_force
from contest.core.marks import MISSING
from contest.db import like_pattern
from contest.entries.detail import facts_in
from contest.entries.models import Entry
from contest.errors import ConflictError, DomainError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.marks.importing import require_typist
from contest.judging.models import MarkRow, Operation, PanelMember, PaperCheck
from contest.judging.queries import Where, assessed_in, codes_of_field, declared_in, is_out, locate, member_for
from contest.judging.sheet.items import Place, items_of, sheet_digest
from contest.judging.sheet.queries import NOT_ADVANCED, entry_by_code, sheet_marks
from contest.judging.sheet.rendering import box
from contest.ledger import kinds
from contest.ledger.services import append, append_rows

PER_PAGE = 50
PANEL = "-"
"""In addresses: the values of the whole panel, which have no judge's code."""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One typed sheet in the list: `check` is the last word on exactly these marks, None while it waits."""

    judge: str
    entry: str
    marks: int
    check: PaperCheck | None


@dataclass(frozen=True, slots=True)
class PaperView:
    """One typed sheet beside its paper: boxes in the printed order, the digest, the last word.

    is_own: the reader typed any of it, or an account that one of the two made for the other.
    """

    where: Where
    judge: str
    entry: Entry
    boxes: Sequence[dict[str, object]]
    digest: str
    check: PaperCheck | None
    is_own: bool


def paper_lines(
    session: Session, actor: Actor, period_id: str, *, search: str = "", page: int = 1
) -> tuple[Where, list[PaperLine], int]:
    """The typed sheets of a period, by code; (where, one page of them, how many in all).

    Sheets of entries that did not advance wait for nobody: they are not listed, their marks stay.
    """
    where = locate(session, period_id, actor)
    require_typist(session, actor, where.event)
    typed, field = _typed(where), codes_of_field(session, where)
    if field is not None:
        typed = typed.where(col(MarkRow.entry_code).in_(sorted(field)))
    if search:
        typed = typed.where(col(MarkRow.entry_code).like(like_pattern(search), escape="\\"))
    total = session.connection().execute(sa.select(sa.func.count()).select_from(typed.subquery())).scalar_one()
    order = (col(MarkRow.entry_code), col(MarkRow.judge_code))
    found = session.connection().execute(typed.order_by(*order).limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    pairs = [(judge, entry) for judge, entry, _ in found]
    digests, checks = _digests(session, where, pairs), _checks(session, where, pairs)
    lines = []
    for judge, entry, count in found:
        check = checks.get((judge, entry))
        is_of_these = check is not None and check.digest == digests.get((judge, entry))
        lines.append(PaperLine(judge, entry, count, check if is_of_these else None))
    return where, lines, total


def _typed(where: Where) -> sa.Select[str, str, int]:
    """(judge, entry, number of marks) of what is typed: external judges' sheets and the whole panel's values."""
    m, p = MarkRow, PanelMember
    externals = sa.select(col(p.code)).where(
        col(p.tenant_id) == where.event.tenant_id,
        col(p.stage_id) == where.stage.id,
        col(p.account_id).is_(None),
        col(p.removed_at).is_(None),
    )
    return (
        sa.select(col(m.judge_code), col(m.entry_code), sa.func.count())
        .where(*_in_period(where), col(m.state) != MISSING)
        .where(sa.or_(col(m.judge_code) == "", col(m.judge_code).in_(externals)))
        .group_by(col(m.judge_code), col(m.entry_code))
    )


def _in_period(where: Where) -> tuple[sa.ColumnElement[bool], ...]:
    m = MarkRow
    return (
        col(m.tenant_id) == where.event.tenant_id,
        col(m.event_id) == where.event.id,
        col(m.stage_key) == where.stage.key,
        col(m.period_key) == where.period.key,
    )


def _digests(session: Session, where: Where, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    entries = sorted({entry for _, entry in pairs})
    found: dict[tuple[str, str], list[tuple[str, int, int | None, str]]] = {}
    for row in session.exec(select(MarkRow).where(*_in_period(where), col(MarkRow.entry_code).in_(entries))):
        key = (row.judge_code, row.entry_code)
        found.setdefault(key, []).append((row.aspect, row.repetition, row.units, row.state))
    return {key: sheet_digest(marks) for key, marks in found.items()}


def _checks(session: Session, where: Where, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], PaperCheck]:
    """The newest word on each sheet."""
    query = (
        select(PaperCheck)
        .where(
            PaperCheck.tenant_id == where.event.tenant_id,
            PaperCheck.event_id == where.event.id,
            PaperCheck.stage_key == where.stage.key,
            PaperCheck.period_key == where.period.key,
            col(PaperCheck.entry_code).in_(sorted({entry for _, entry in pairs})),
        )
        .order_by(col(PaperCheck.ledger_seq))
    )
    return {(check.judge_code, check.entry_code): check for check in session.exec(query)}


def paper_view(session: Session, actor: Actor, period_id: str, judge: str, code: str) -> PaperView:
    """One typed sheet to compare with its paper.

    Raises:
        ForbiddenError: nobody who types.
        NotFoundError: nothing is typed for that judge and code, or it did not advance into the stage.
    """
    where = locate(session, period_id, actor)
    require_typist(session, actor, where.event)
    judge = "" if judge == PANEL else judge
    entry = entry_by_code(session, where.event, code)
    if entry is not None and is_out(session, entry, where):
        raise NotFoundError(NOT_ADVANCED, code=code, stage=where.stage.title or where.stage.key)
    rows = [row for row in sheet_marks(session, where, judge, code) if row.state != MISSING] if entry else []
    external = select(PanelMember).where(
        PanelMember.tenant_id == where.event.tenant_id,
        PanelMember.stage_id == where.stage.id,
        PanelMember.code == judge,
        col(PanelMember.account_id).is_(None),
    )
    if entry is None or not rows or (judge and session.exec(external).first() is None):
        raise NotFoundError(N_("这一份还没有录入。"))
    marks = {(row.aspect, row.repetition): row for row in rows}
    kind = "judge" if judge else "clerk"
    found = _checks(session, where, [(judge, code)]).get((judge, code))
    digest = sheet_digest((row.aspect, row.repetition, row.units, row.state) for row in rows)
    query = select(Operation.account_id).distinct().where(
        Operation.tenant_id == where.event.tenant_id, col(Operation.op_id).in_([row.op_id for row in rows]),
        Operation.account_id != "",
    )  # fmt: skip
    return PaperView(
        where=where,
        judge=judge,
        entry=entry,
        boxes=_boxes(where, entry, declared_in(session, where), marks, sheet=kind),
        digest=digest,
        check=found if found and found.digest == digest else None,
        is_own=is_own_or_tied(session, actor, session.exec(query).all()),
    )


def _boxes(
    where: Where, entry: Entry, declared: Mapping[str, Collection[Place]], marks: Mapping[Place, MarkRow], *, sheet: str
) -> list[dict[str, object]]:
    """The boxes of one entry's paper, which are those of its sheet on a tablet."""
    items = items_of(where.stage_rules, declared.get(entry.id), sheet=sheet)
    return [box(item, marks.get(item.place), facts_in(entry.detail).measures) for item in items]


def check_paper(
    session: Session, actor: Actor, period_id: str, judge: str, code: str, *, digest: str, confirms: bool, reason: str
) -> PaperCheck:
    """A second person's word on a typed sheet; the marks themselves can't be changed here.

    Raises:
        ForbiddenError, NotFoundError: see `paper_view`.
        ConflictError: not open, changed since the page was drawn, or typed by the very same person or an account
            tied to theirs.
        InvalidError: a rejection without its reason.
    """
    where = locate(session, period_id, actor)
    append_rows(session.connection(), where.competition.tenant_id, where.competition.id, [])  # holds the chain
    session.refresh(where.period)
    view = paper_view(session, actor, period_id, judge, code)
    if where.period.state is not PeriodState.OPEN:
        raise ConflictError(N_("评分没有开放，不能核对。"))
    if view.is_own:
        raise ConflictError(N_("这一份里有您自己（或由您办账号的人）录入的分，请另一个人拿着纸质表核对。"))
    if digest != view.digest:
        raise ConflictError(N_("这一份刚刚改过，请对照纸质表重新核对。"))
    if not confirms and not reason.strip():
        message = DomainError(N_("请写明哪一格与纸质表不一致。"))
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields={"reason": message})
    seat = member_for(session, actor, where.stage)
    by = seat.code if seat else "organizer"
    data: dict[str, object] = {
        "event": where.event.id, "stage": where.stage.key, "period": where.period.key, "entry": code,
        "judge": view.judge, "digest": digest, "state": "confirmed" if confirms else "rejected",
        "reason": reason.strip(), "by": by,
    }  # fmt: skip
    row = append(session, where.competition, kinds.PAPER_CHECK, data)
    check = PaperCheck(
        tenant_id=where.event.tenant_id, event_id=where.event.id, stage_key=where.stage.key,
        period_key=where.period.key, judge_code=view.judge, entry_code=code, digest=digest, is_confirmed=confirms,
        reason=reason.strip(), by_code=by, ledger_seq=row.seq,
    )  # fmt: skip
    session.add(check)
    session.flush()
    return check


@dataclass(frozen=True, slots=True)
class BlankSheets:
    """Empty sheets to print: one page of entries of a period, for one judge or for any."""

    where: Where
    judge: str
    sheets: Sequence[tuple[str, Sequence[dict[str, object]]]]
    rules: str
    page: int
    pages: int


def blank_sheets(session: Session, actor: Actor, period_id: str, *, judge: str = "", page: int = 1) -> BlankSheets:
    """The paper sheets of a period, in the order of the codes, PER_PAGE in one document."""
    where = locate(session, period_id, actor)
    require_typist(session, actor, where.event)
    entries = assessed_in(session, where)
    declared = declared_in(session, where)
    return BlankSheets(
        where=where,
        judge=judge[:10],
        sheets=[
            (entry.code or "", _boxes(where, entry, declared, {}, sheet="judge"))
            for entry in entries[(page - 1) * PER_PAGE : page * PER_PAGE]
        ],
        rules=digest_in_force(session, where.event),
        page=page,
        pages=max(1, -(-len(entries) // PER_PAGE)),
    )
