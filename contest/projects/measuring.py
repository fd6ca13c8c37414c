"""The indicators of a period, exactly, from what the authority has checked; nothing unchecked becomes a mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from contest.core.indicators import completion_rate, deduction_once, first_day, last_day, milestone_rate, months_between
from contest.i18n import N_
from contest.projects.models import Actual, Finding, ProjectRegister
from contest.projects.money import wan
from contest.projects.progress import Progress

INDICATORS: Mapping[str, str] = {
    "milestones": N_("节点完成率（累计，%）"),
    "milestones_period": N_("节点完成率（本期，%）"),
    "investment_total": N_("投资完成率（累计，%）"),
    "investment": N_("投资完成率（本期，%）"),
    "findings": N_("检查扣分（本期）"),
    "late_reports": N_("迟报次数（本期）"),
}
BY = "；核定人 "
"""Begins the last part of an evidence: who checked."""
UNREPORTED = N_("%(months)s 没有上报也没有核定")
UNCHECKED = N_("%(months)s 还没有核定")
MILESTONES_UNCHECKED = N_("%(n)s 个节点的上报还没有核定")
NOTHING_PLANNED = N_("本期没有计划投资")
NOTHING_DUE = N_("没有到期的节点")


@dataclass(frozen=True, slots=True)
class Value:
    """An indicator's value, or (`number` None) why there is none. `evidence` says what it is made of."""

    number: Fraction | None
    evidence: str = ""
    why: str = ""
    params: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What an indicator is made of: one project, its findings, the register, the months of the period."""

    progress: Progress
    findings: Sequence[Finding]
    register: ProjectRegister
    first: str
    last: str


def value_of(indicator: str, source: Source) -> Value:
    """The value of one indicator (KeyError for an unknown one)."""
    return _MAKERS[indicator](source)


def _investment(source: Source, first: str) -> Value:
    lines = [source.progress.month(month) for month in months_between(first, source.last)]
    lines = [line for line in lines if line.planned or line.told.history or line.month >= source.first]
    silent = [line.month for line in lines if line.planned and not line.told.history]
    waiting = [line.month for line in lines if line.told.waits]
    if silent or waiting:
        why = UNREPORTED if silent else UNCHECKED
        return Value(None, why=why, params={"months": "、".join(silent or waiting)})
    planned, done = sum(line.planned for line in lines), sum(line.done or 0 for line in lines)
    checkers = {line.told.checked.account_id or "system" for line in lines if line.told.checked}
    evidence = f"计划{wan(planned)}万元，核定完成{wan(done)}万元{_by(checkers)}"
    return _or_full(source, completion_rate(done, planned), NOTHING_PLANNED, evidence)


def _or_full(source: Source, rate: Fraction | None, why: str, evidence: str) -> Value:
    if rate is not None:
        return Value(rate, evidence)
    if source.register.empty_counts_full:
        return Value(Fraction(100), "没有计划，按办法计100%")
    return Value(None, why=why)


def _by(accounts: set[str]) -> str:
    """Who checked, by account number: the ledger holds no names."""
    return f"{BY}{'、'.join(sorted(accounts)[:4])}" if accounts else ""


def _milestones(source: Source, first: str) -> Value:
    lines, end = source.progress.milestones, last_day(source.last)
    start = first_day(first)
    waiting = [line for line in lines if start <= line.milestone.planned_on <= end and line.told.waits]
    if waiting:
        return Value(None, why=MILESTONES_UNCHECKED, params={"n": len(waiting)})
    days = [(line.milestone.planned_on, line.reached) for line in lines]
    due = [day for planned, day in days if start <= planned <= end]
    reached = sum(day is not None and day <= end for day in due)
    checkers = {line.told.checked.account_id or "system" for line in lines if line.told.checked}
    evidence = f"到期节点{len(due)}个，按期末核定完成{reached}个{_by(checkers)}"
    return _or_full(source, milestone_rate(days, end, start), NOTHING_DUE, evidence)


def _from_the_start(source: Source) -> str:
    months = [line.month for line in source.progress.months]
    days = [line.milestone.planned_on for line in source.progress.milestones]
    return min([*months, *(f"{day:%Y-%m}" for day in days), source.first])


def counting(source: Source) -> list[Finding]:
    """The findings of the period that stand, oldest first."""
    start, end = first_day(source.first), last_day(source.last)
    found = [row for row in source.findings if row.withdrawn_at is None and start <= row.found_on <= end]
    return sorted(found, key=lambda row: (row.found_on, row.id))


def _findings(source: Source) -> Value:
    rows = counting(source)
    marks = [(row.kind, Decimal(row.deduction)) for row in rows]
    once = source.register.same_type_once
    total = deduction_once(marks) if once else sum((value for _, value in marks), Decimal(0))
    kinds = "、".join(f"{kind}{value.normalize():f}" for kind, value in marks)[:120]
    rule = "（同类只扣一次）" if once and len({kind for kind, _ in marks}) < len(marks) else ""
    checkers = {row.account_id or "system" for row in rows}
    return Value(Fraction(total), f"检查问题{len(rows)}处{'：' + kinds if kinds else ''}{rule}{_by(checkers)}")


def _late_reports(source: Source) -> Value:
    late = [
        line.month for line in source.progress.span(source.first, source.last) if _first_was_late(line.told.history)
    ]
    return Value(Fraction(len(late)), f"迟报{len(late)}次{'：' + '、'.join(late) if late else ''}")


def _first_was_late(history: Sequence[Actual]) -> bool:
    return bool(history) and history[0].is_late


_MAKERS: Mapping[str, Callable[[Source], Value]] = {
    "milestones": lambda source: _milestones(source, _from_the_start(source)),
    "milestones_period": lambda source: _milestones(source, source.first),
    "investment_total": lambda source: _investment(source, _from_the_start(source)),
    "investment": lambda source: _investment(source, source.first),
    "findings": _findings,
    "late_reports": _late_reports,
}
