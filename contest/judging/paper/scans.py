"""Photographs of paper score sheets: drawn anew without metadata, their digest in the ledger, kept beside the marks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import PeriodState
from contest.db import like_pattern
from contest.documents.images import Picture
from contest.errors import DomainError, ForbiddenError, InvalidError, NotFoundError
from contest.i18n import N_
from contest.judging.models import PanelMember
from contest.judging.policy import can_see_history, can_type
from contest.judging.queries import Where, codes_of_field, locate, member_for
from contest.judging.room.models import PaperScan
from contest.judging.sheet.queries import entry_by_code
from contest.ledger import kinds
from contest.ledger.services import append

NO_SCAN = N_("找不到这张纸质评分表。")


def typist_place(session: Session, actor: Actor, period_id: str) -> Where:
    """The period, for those who type its paper sheets (ForbiddenError otherwise)."""
    where = locate(session, period_id, actor)
    if not can_type(actor, where.competition, member_for(session, actor, where.stage)):
        raise ForbiddenError(N_("只有录分员、裁判长和组织者可以添加纸质评分表。"))
    return where


def add_scan(session: Session, actor: Actor, period_id: str, *, code: str, judge: str, picture: Picture) -> PaperScan:
    """Keeps a picture (already drawn anew by `documents.images`) of a paper sheet; any time, after a lock too.

    Raises:
        ForbiddenError: neither clerk nor chief judge of the stage nor organizer.
        InvalidError: no such code, or no such judge on the panel.
    """
    where = typist_place(session, actor, period_id)
    problems = {}
    if entry_by_code(session, where.event, code) is None:
        problems["entry"] = DomainError(N_("没有这个加密号。"))
    query = select(PanelMember.id).where(
        PanelMember.tenant_id == where.stage.tenant_id, PanelMember.stage_id == where.stage.id,
        PanelMember.code == judge,
    )  # fmt: skip
    if judge and session.exec(query).first() is None:
        problems["judge"] = DomainError(N_("裁判组里没有代号“%(code)s”。"), code=judge)
    if problems:
        raise InvalidError(N_("有几项需要改正，已标在下面。"), fields=problems)
    digest = hashlib.sha256(picture.data).hexdigest()
    data = {
        "event": where.event.id, "stage": where.stage.key, "period": where.period.key, "entry": code, "judge": judge,
        "digest": digest,
    }  # fmt: skip
    row = append(session, where.competition, kinds.PAPER, data)
    scan = PaperScan(
        tenant_id=where.period.tenant_id, period_id=where.period.id, entry_code=code, judge_code=judge,
        data=picture.data, width=picture.width, height=picture.height, digest=digest, account_id=actor.account_id,
        added_by=actor.name[:100], ledger_seq=row.seq,
    )  # fmt: skip
    session.add(scan)
    session.flush()
    record(session, actor, scan.tenant_id, "add", "paper sheet", scan.id, entry=code, judge=judge)
    return scan


def get_scan(session: Session, actor: Actor, period_id: str, scan_id: str) -> PaperScan:
    """A paper sheet, for whoever photographed it and those who may see the marks on it (NotFoundError otherwise)."""
    where = locate(session, period_id, actor)
    scan = session.get(PaperScan, (where.period.tenant_id, scan_id))
    seat = member_for(session, actor, where.stage)
    locked = where.period.state is PeriodState.LOCKED
    if scan is None or scan.period_id != where.period.id:
        raise NotFoundError(NO_SCAN)
    is_own = scan.account_id is not None and scan.account_id == actor.account_id
    if not is_own and not can_see_history(actor, where.competition, seat, scan.judge_code, is_locked=locked):
        raise NotFoundError(NO_SCAN)
    return scan


@dataclass(frozen=True, slots=True)
class ScanLine:
    """A paper sheet in the list, without its picture. is_out: its entry did not advance into the stage."""

    id: str
    entry: str
    judge: str
    by: str
    seq: int
    digest: str
    is_out: bool


def scan_lines(
    session: Session, where: Where, *, search: str, offset: int, limit: int
) -> tuple[Sequence[ScanLine], int]:
    """One page of a period's paper sheets, newest first, and how many there are.

    A photograph is evidence of what was written: it stays in the list and is taken in whoever advanced.
    """
    s = PaperScan
    matches = [col(s.tenant_id) == where.period.tenant_id, col(s.period_id) == where.period.id]
    if search:
        pattern = like_pattern(search)
        matches.append(or_(*(column.ilike(pattern, escape="\\") for column in (col(s.entry_code), col(s.judge_code)))))
    total = session.exec(select(func.count()).select_from(s).where(*matches)).one()
    query = select(s.id, s.entry_code, s.judge_code, s.added_by, s.ledger_seq, s.digest).where(*matches)  # type: ignore[call-overload]
    rows = session.exec(query.order_by(col(s.ledger_seq).desc()).offset(offset).limit(limit)).all()
    field = codes_of_field(session, where)
    lines = []
    for key, entry, judge, by, seq, digest in rows:
        lines.append(ScanLine(key, entry, judge, by, seq, digest, field is not None and entry not in field))
    return lines, total
