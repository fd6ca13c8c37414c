"""Who is how far: the chief judge's matrix, what is missing before a lock, and who is silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from contest.db import now
from contest.entries.models import Entry
from contest.i18n import N_, gettext
from contest.judging.models import MarkRow, PanelRole
from contest.judging.panel.recusals import recused_entries
from contest.judging.paper.unchecked import unchecked_sheets
from contest.judging.queries import MemberLine, Where, assessed_in, declared_in, members_of
from contest.judging.room.spread import spread_alarms
from contest.judging.sheet.items import count_done, items_of
from contest.judging.sheet.queries import signed_sheets, states_by_sheet, waived_sheets


@dataclass(frozen=True, slots=True)
class Cell:
    """One judge and one entry: how far the sheet is; `is_recused` cells have none."""

    done: int
    total: int
    is_signed: bool
    is_recused: bool
    is_waived: bool = False

    @property
    def is_complete(self) -> bool:
        return self.is_recused or self.done >= self.total

    @property
    def heat(self) -> str:
        """How far the sheet is, in five steps of one colour: recused, none, some, most, all, signed."""
        if self.is_recused:
            return "out"
        if self.is_signed or self.is_waived:
            return "signed"
        if self.is_complete:
            return "all"
        return "none" if not self.done else "most" if 2 * self.done >= self.total else "some"


@dataclass(frozen=True, slots=True)
class Row:
    """An entry (by code) with a cell per judge; `shared` is the cell of what clerks type."""

    entry: Entry
    cells: tuple[Cell, ...]
    shared: Cell | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Judges across, entries down."""

    where: Where
    judges: tuple[MemberLine, ...]
    rows: tuple[Row, ...]

    def of_judge(self, position: int) -> list[Cell]:
        return [row.cells[position] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What one judge (or the clerks) still owes before a lock."""

    name: str
    incomplete: int
    unsigned: int
    apart: int = 0
    unchecked: int = 0

    @property
    def sheets(self) -> int:
        return self.incomplete + self.unsigned + self.apart + self.unchecked

    @property
    def parts(self) -> list[tuple[str, str]]:
        """(what is lacking, in words), one each: a page links them to where they are mended."""
        texts = (
            ("incomplete", N_("%(n)s 份未评完"), self.incomplete),
            ("unsigned", N_("%(n)s 份未签名"), self.unsigned),
            ("unchecked", N_("%(n)s 份录入的没有第二人核对"), self.unchecked),
            ("apart", N_("%(n)s 处分差没有解决"), self.apart),
        )
        return [(key, gettext(text) % {"n": number}) for key, text, number in texts if number]

    @property
    def words(self) -> str:
        return gettext("，").join(words for _, words in self.parts)


def matrix(session: Session, where: Where) -> Matrix:
    """The progress of one period: a fixed number of queries, however many sheets there are (plus one per judge)."""
    stage = where.stage_rules
    judges = tuple(
        line
        for line in members_of(session, where.event)
        if line.stage.id == where.stage.id and line.member.scores and line.member.role is not PanelRole.CLERK
    )
    kept = {line.member.id: recused_entries(session, line.member, where.event) for line in judges}
    states, signed = states_by_sheet(session, where), signed_sheets(session, where)
    waived = waived_sheets(session, where)
    declared = declared_in(session, where)
    rows = []
    for entry in assessed_in(session, where):
        code = entry.code or ""
        mine = items_of(stage, declared.get(entry.id))
        typed = items_of(stage, declared.get(entry.id), sheet="clerk")
        shared = states.get(("", code), {})
        cells = []
        for line in judges:
            done, total = count_done(mine, shared | states.get((line.member.code, code), {}))
            key = (line.member.id, entry.id)
            cells.append(Cell(done, total, key in signed, entry.id in kept[line.member.id], key in waived))
        rows.append(Row(entry, tuple(cells), Cell(*count_done(typed, shared), False, False) if typed else None))
    return Matrix(where, judges, tuple(rows))


def shortfalls(session: Session, where: Where) -> list[Shortfall]:
    """Who still owes sheets; empty when the period can be locked. External judges have nothing to sign."""
    table = matrix(session, where)
    found = []
    for position, line in enumerate(table.judges):
        cells = [cell for cell in table.of_judge(position) if not cell.is_recused and cell.total]
        incomplete = sum(not cell.is_complete for cell in cells)
        unsigned = sum(c.is_complete and not (c.is_signed or c.is_waived) for c in cells) if line.login else 0
        if incomplete or unsigned:
            found.append(Shortfall(line.name, incomplete, unsigned))
    lacking = sum(row.shared is not None and not row.shared.is_complete for row in table.rows)
    unchecked = len(unchecked_sheets(session, where))
    if lacking or unchecked:
        found.append(Shortfall(gettext("录分员"), lacking, 0, unchecked=unchecked))
    # a panel too far apart has no mark yet: locked so, the entry has no rank (rules.md 1)
    if alarms := spread_alarms(session, where):
        found.append(Shortfall(gettext("裁判组"), 0, 0, len(alarms)))
    return found


IDLE_MINUTES = 10
"""So long without a mark, while sheets are left, is worth a look."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One judge of the matrix: how many sheets, and since when nothing has come from them."""

    line: MemberLine
    sheets: int
    complete: int
    signed: int
    waived: int
    last: datetime | None
    idle: int

    @property
    def is_idle(self) -> bool:
        return self.complete < self.sheets and self.idle >= IDLE_MINUTES

    @property
    def share(self) -> int:
        """Percent of the sheets that are complete, rounded down: 100 only when all are."""
        return 100 * self.complete // self.sheets if self.sheets else 100


def activities(session: Session, table: Matrix) -> list[Activity]:
    """Every judge of the matrix with their latest mark; of one who has none yet nobody can say since when."""
    where, moment = table.where, now()
    query = (
        select(MarkRow.judge_code, func.max(MarkRow.updated_at))
        .where(
            MarkRow.tenant_id == where.event.tenant_id,
            MarkRow.event_id == where.event.id,
            MarkRow.stage_key == where.stage.key,
            MarkRow.period_key == where.period.key,
        )
        .group_by(col(MarkRow.judge_code))
    )
    latest = dict(session.exec(query).all())
    found = []
    for position, line in enumerate(table.judges):
        cells = [cell for cell in table.of_judge(position) if not cell.is_recused]
        at = latest.get(line.member.code)
        last = datetime.fromtimestamp(at / 1000, UTC) if at else None
        idle = int((moment - last).total_seconds() // 60) if last else 0
        complete, signed = sum(c.is_complete for c in cells), sum(c.is_signed for c in cells)
        waived = sum(c.is_waived for c in cells)
        found.append(Activity(line, len(cells), complete, signed, waived, last, idle))
    return found
