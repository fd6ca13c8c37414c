"""Handing indicators to scoring: as measured marks of the whole panel, through the same writer as every mark."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlmodel import Session, select

from contest.actors import Actor
from contest.audit.services import record
from contest.competitions.models import Period, PeriodState, Stage
from contest.competitions.queries import rules_in_force, stage_periods
from contest.core.marks import SCORED, check_units
from contest.core.numbers import round_decimal
from contest.core.ruleset import Aspect, RuleSet
from contest.db import new_id
from contest.entries.models import Entry
from contest.errors import ConflictError, ForbiddenError
from contest.i18n import N_, gettext
from contest.judging.marks.deciding import is_shared
from contest.judging.marks.reasons import REASON_TEXTS
from contest.judging.models import MarkRow
from contest.judging.paper.clerking import PROBLEMS
from contest.judging.services import apply_operations
from contest.projects.measuring import BY, INDICATORS, Source, Value, value_of
from contest.projects.progress import Progress
from contest.projects.queries import RegisterDesk, findings_of, months_of_period, progress_of, projects_of

_LONGEST = 290


@dataclass(frozen=True, slots=True)
class Place:
    """An aspect that takes an indicator."""

    stage: str
    aspect: Aspect
    indicator: str

    @property
    def title(self) -> str:
        return gettext(INDICATORS[self.indicator])


@dataclass(frozen=True, slots=True)
class Cell:
    """One value on its way: as computed, in units of the aspect (rounded half up to its decimals), as it stands.

    `why` says in words why it can't be handed over, else it is empty.
    """

    place: Place
    value: Value
    units: int | None
    standing: int | None
    revision: int
    why: str

    @property
    def is_new(self) -> bool:
        return not self.why and self.units is not None and self.units != self.standing


@dataclass(frozen=True, slots=True)
class Line:
    entry: Entry
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """A period's indicators of all projects or of one page of them, `total` in all.

    `span`: its months, None while nobody said which they are.
    """

    periods: Sequence[tuple[Stage, Period]]
    stage: Stage | None
    period: Period | None
    span: tuple[str, str] | None
    places: tuple[Place, ...]
    lines: tuple[Line, ...]
    total: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether the lines are those of all projects, and not of one page."""
        return len(self.lines) == self.total

    @property
    def new(self) -> int:
        return sum(cell.is_new for line in self.lines for cell in line.cells)

    @property
    def missing(self) -> int:
        return sum(bool(cell.why) for line in self.lines for cell in line.cells)


def places_of(rules: RuleSet, stage_key: str, said: Mapping[str, str]) -> tuple[Place, ...]:
    """The aspects of a stage that take an indicator, in the order of the rubric."""
    stage = rules.stage(stage_key)
    return tuple(
        Place(stage_key, aspect, said[f"{stage_key}|{aspect.id}"])
        for aspect in stage.aspects()
        if said.get(f"{stage_key}|{aspect.id}") in INDICATORS
    )


def takers(rules: RuleSet) -> list[tuple[str, str, Aspect]]:
    """(stage id, stage title, aspect) of everything that could take an indicator: one value of the whole panel."""
    return [
        (stage.id, stage.title, aspect)
        for stage in rules.stages
        for aspect in stage.aspects()
        if is_shared(aspect) and aspect.kind in {"measured", "deduction", "bonus"} and aspect.repetitions == 1
    ]


Rows = Callable[[], tuple[Sequence[Progress], int]]
"""What reads the projects of a table and how many there are in all."""


def indicator_table(
    session: Session, found: RegisterDesk, period_id: str = "", rows: Rows | None = None
) -> IndicatorTable:
    """The indicators of the period asked for, else of the first open one, in a fixed number of queries.

    `rows` reads one page of the projects; without it all of them.
    """
    periods = stage_periods(session, found.event) if found.event.rule_set_id else []
    chosen = next((pair for pair in periods if pair[1].id == period_id), None)
    chosen = chosen or next((pair for pair in periods if pair[1].state is PeriodState.OPEN), None)
    chosen = chosen or (periods[0] if periods else None)
    if chosen is None:
        return IndicatorTable(periods, None, None, None, (), ())
    stage, period = chosen
    span = months_of_period(found.register, stage.key, period.key)
    places = places_of(rules_in_force(session, found.event), stage.key, json.loads(found.register.indicators))
    if not span or not places:
        return IndicatorTable(periods, stage, period, span, places, ())
    shown, total = rows() if rows else _everyone(session, found)
    lines = _lines(session, found, (stage, period), span, places, shown)
    return IndicatorTable(periods, stage, period, span, places, tuple(lines), total)


def _everyone(session: Session, found: RegisterDesk) -> tuple[Sequence[Progress], int]:
    shown = progress_of(session, projects_of(session, found))
    return shown, len(shown)


def _lines(
    session: Session, found: RegisterDesk, when: tuple[Stage, Period], span: tuple[str, str], places: Sequence[Place],
    shown: Sequence[Progress],
) -> list[Line]:  # fmt: skip
    findings = findings_of(session, found.event.tenant_id, [one.project.id for one in shown])
    marks = _standing(session, found, *when)
    lines = []
    for one in shown:
        source = Source(one, findings.get(one.project.id, ()), found.register, *span)
        code = one.entry.code or ""
        cells = (
            _cell(place, value_of(place.indicator, source), marks.get((code, place.aspect.id))) for place in places
        )
        lines.append(Line(one.entry, tuple(cells)))
    return lines


def facts_of(
    session: Session, found: RegisterDesk, stage_key: str, first: str, last: str
) -> dict[str, tuple[str, ...]]:
    """Entry code -> what the register says of the months `first` to `last`, for bulletins: one text for each indicator
    of the stage that could be computed, and late reports.
    """
    places = places_of(rules_in_force(session, found.event), stage_key, json.loads(found.register.indicators))
    all_progress = progress_of(session, projects_of(session, found))
    findings = findings_of(session, found.event.tenant_id, [one.project.id for one in all_progress])
    told = {}
    for one in all_progress:
        source = Source(one, findings.get(one.project.id, ()), found.register, first, last)
        values = [(place.aspect.title or place.aspect.id, value_of(place.indicator, source)) for place in places]
        late = value_of("late_reports", source)
        facts = [f"{title}：{value.evidence.split(BY)[0]}" for title, value in values if value.number is not None]
        told[one.entry.code or ""] = (*facts, *([late.evidence] if late.number else []))
    return told


def _standing(session: Session, found: RegisterDesk, stage: Stage, period: Period) -> dict[tuple[str, str], MarkRow]:
    query = select(MarkRow).where(
        MarkRow.tenant_id == found.event.tenant_id, MarkRow.event_id == found.event.id,
        MarkRow.stage_key == stage.key, MarkRow.period_key == period.key, MarkRow.judge_code == "",
    )  # fmt: skip
    return {(row.entry_code, row.aspect): row for row in session.exec(query)}


def _cell(place: Place, value: Value, row: MarkRow | None) -> Cell:
    standing = row.units if row is not None and row.state == SCORED else None
    revision = row.revision if row else 0
    if value.number is None:
        return Cell(place, value, None, standing, revision, gettext(value.why) % (value.params or {}))
    number = _capped(value.number, place.aspect)
    units = int(round_decimal(number, place.aspect.decimals).scaleb(place.aspect.decimals))
    problem = check_units(units, place.aspect)
    low, high = place.aspect.mark_bounds()
    words = {"min": low, "max": high, "typed": round_decimal(number, place.aspect.decimals)}
    why = gettext(PROBLEMS.get(problem.code, problem.code)) % {**words, **problem.params} if problem else ""
    return Cell(place, value, units, standing, revision, why)


def _capped(number: Fraction, aspect: Aspect) -> Fraction:
    """A deduction or bonus stops at its maximum, which the rule set states; a measured value is never bent."""
    _, high = aspect.mark_bounds()
    is_marks = aspect.kind in {"deduction", "bonus"}
    return min(number, Fraction(high)) if is_marks and high is not None else number


def hand_over(session: Session, actor: Actor, found: RegisterDesk, period_id: str) -> int:
    """Hands every computed value that differs from what stands to scoring, all or none; gives back how many.

    The mark's reason says what was planned and checked, and by whom (account number). A correction is a new mark:
    the ledger keeps both.

    Raises:
        ForbiddenError: not the organizer.
        ConflictError: the event is blind, the period is not open, or scoring refuses a value.
    """
    if not found.can_manage:
        raise ForbiddenError(N_("只有本竞赛的组织者可以把指标交给评分。"))
    if found.desk.is_blind:
        raise ConflictError(N_("本项目实行加密评分：按工程名称算出的指标会让加密号失去意义，不能自动交给评分。"))
    table = indicator_table(session, found, period_id)
    if table.period is None or table.period.id != period_id or table.period.state is not PeriodState.OPEN:
        raise ConflictError(N_("这个考评期没有开放，不能交指标。"))
    operations = [
        _operation(found, table, line.entry, cell) for line in table.lines for cell in line.cells if cell.is_new
    ]
    for answer, operation in zip(apply_operations(session, actor, operations), operations, strict=True):
        if answer["result"] != "accepted":
            why = gettext(REASON_TEXTS.get(str(answer["reason"]), str(answer["reason"])))
            raise ConflictError(N_("%(code)s 没有交成：%(why)s。一项也没有写入。"), code=operation["entry"], why=why)
    record(session, actor, found.event.tenant_id, "hand over", "project register", found.event.id,
           period=period_id, marks=len(operations))  # fmt: skip
    return len(operations)


def _operation(found: RegisterDesk, table: IndicatorTable, entry: Entry, cell: Cell) -> dict[str, object]:
    assert table.stage is not None
    assert table.period is not None
    return {
        "op_id": f"project-{new_id()}",
        "event": found.event.id,
        "stage": table.stage.key,
        "period": table.period.key,
        "entry": entry.code or "",
        "aspect": cell.place.aspect.id,
        "repetition": 1,
        "value": cell.units,
        "judge": "",
        "base": cell.revision,
        "reason": f"工程台账：{cell.value.evidence}"[:_LONGEST],
        "device": "projects",
        "client_time": time.time_ns() // 1_000_000,
    }
