"""Who is how far: the chief judge's matrix, what is missing before a lock, and where a panel is too far apart."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, col, select

from contest.core.marks import SCORED, format_units
from contest.core.ruleset import Aspect
from contest.entries.models import Entry
from contest.i18n import gettext
from contest.judging.models import MarkRow, PanelRole
from contest.judging.queries import MemberLine, Where, assessed_in, declared_in, members_of
from contest.judging.recusals import recused_entries
from contest.judging.sheet_queries import signed_sheets, states_by_sheet
from contest.judging.sheets import count_done, items_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One judge and one entry: how far the sheet is; `is_recused` cells have none."""

    done: int
    total: int
    is_signed: bool
    is_recused: bool

    @property
    def is_complete(self) -> bool:
        return self.is_recused or self.done >= self.total


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

    @property
    def sheets(self) -> int:
        return self.incomplete + self.unsigned

    @property
    def words(self) -> str:
        parts = [
            gettext("%(n)s 份未评完") % {"n": self.incomplete} if self.incomplete else "",
            gettext("%(n)s 份未签名") % {"n": self.unsigned} if self.unsigned else "",
        ]
        return gettext("，").join(part for part in parts if part)


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
            is_signed = (line.member.id, entry.id) in signed
            cells.append(Cell(done, total, is_signed, entry.id in kept[line.member.id]))
        rows.append(Row(entry, tuple(cells), Cell(*count_done(typed, shared), False, False) if typed else None))
    return Matrix(where, judges, tuple(rows))


def shortfalls(session: Session, where: Where) -> list[Shortfall]:
    """Who still owes sheets; empty when the period can be locked. External judges have nothing to sign."""
    table = matrix(session, where)
    found = []
    for position, line in enumerate(table.judges):
        cells = [cell for cell in table.of_judge(position) if not cell.is_recused and cell.total]
        incomplete = sum(not cell.is_complete for cell in cells)
        unsigned = sum(cell.is_complete and not cell.is_signed for cell in cells) if line.login else 0
        if incomplete or unsigned:
            found.append(Shortfall(line.name, incomplete, unsigned))
    lacking = sum(row.shared is not None and not row.shared.is_complete for row in table.rows)
    if lacking:
        found.append(Shortfall(gettext("录分员"), lacking, 0))
    return found


@dataclass(frozen=True, slots=True)
class Alarm:
    """A panel further apart on one aspect of one entry than the rule set allows."""

    entry: str
    aspect: Aspect
    repetition: int
    marks: tuple[tuple[str, str], ...]
    allowed: str


def spread_alarms(session: Session, where: Where) -> list[Alarm]:
    """Where the marks of a panel lie further apart than `max_spread` (WorldSkills: one point)."""
    limited = {a.id: a for a in where.stage_rules.aspects() if a.method.max_spread is not None}
    if not limited:
        return []
    panels: dict[tuple[str, str, int], list[tuple[str, int]]] = {}
    query = select(MarkRow).where(
        MarkRow.tenant_id == where.event.tenant_id,
        MarkRow.event_id == where.event.id,
        MarkRow.stage_key == where.stage.key,
        MarkRow.period_key == where.period.key,
        col(MarkRow.aspect).in_(limited),
        MarkRow.state == SCORED,
        MarkRow.judge_code != "",
    )
    for row in session.exec(query.order_by(col(MarkRow.judge_code))):
        panels.setdefault((row.entry_code, row.aspect, row.repetition), []).append((row.judge_code, row.units or 0))
    return [
        _alarm(key, limited[key[1]], marks) for key, marks in sorted(panels.items()) if _is_wide(limited[key[1]], marks)
    ]


def _is_wide(aspect: Aspect, marks: list[tuple[str, int]]) -> bool:
    units = [value for _, value in marks]
    spread = Decimal(max(units) - min(units)).scaleb(-aspect.decimals)
    return aspect.method.max_spread is not None and spread > aspect.method.max_spread


def _alarm(key: tuple[str, str, int], aspect: Aspect, marks: list[tuple[str, int]]) -> Alarm:
    shown = tuple((judge, format_units(units, aspect.decimals)) for judge, units in marks)
    return Alarm(key[0], aspect, key[2], shown, str(aspect.method.max_spread))
