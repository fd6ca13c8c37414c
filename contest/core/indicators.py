"""What a key project has done against its plan: rates, due dates and deductions (rules.md 3, cases C1-C5). All exact.

A month is the text `2026-07`. Amounts are integers of any one unit (the platform: fen); rates are percent, not rounded.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

PROVINCE, CITY, COUNTY = "province", "city", "county"
_MONTHS = 12


def completion_rate(done: int, planned: int) -> Fraction | None:
    """Investment completion rate in percent: done ÷ planned × 100; None where nothing was planned."""
    return Fraction(100 * done, planned) if planned > 0 else None


def milestone_rate(
    milestones: Iterable[tuple[date, date | None]], last: date, first: date = date.min
) -> Fraction | None:
    """Of the milestones planned from `first` to `last`, the percentage reached by `last`; None if none was due.

    A milestone is (planned day, day it was reached or None). One that is reached before it is due counts when it is
    due, so the rate is never above 100.
    """
    due = [reached for planned, reached in milestones if first <= planned <= last]
    on_time = sum(reached is not None and reached <= last for reached in due)
    return completion_rate(on_time, len(due))


def deduction_once(findings: Iterable[tuple[str, Decimal]]) -> Decimal:
    """Sum of deductions; findings of one type count once, with the highest of them (rules.md 3 [S37], DED-3)."""
    highest: dict[str, Decimal] = {}
    for kind, marks in findings:
        highest[kind] = max(marks, highest.get(kind, marks))
    return sum(highest.values(), Decimal(0))


def level_of(investment: int, province_from: int, city_from: int) -> str:
    """`province`, `city` or `county` by the total investment; each threshold belongs to the higher level."""
    if investment >= province_from:
        return PROVINCE
    return CITY if investment >= city_from else COUNTY


def month_of(day: date) -> str:
    """The month of a day."""
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: str) -> date:
    """The first day of a month; ValueError for a text that is none."""
    year, number = month.split("-")
    return date(int(year), int(number), 1)


def last_day(month: str) -> date:
    """The last day of a month."""
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def next_month(month: str, steps: int = 1) -> str:
    """The month `steps` after this one (before it, if negative)."""
    first = first_day(month)
    count = first.year * _MONTHS + first.month - 1 + steps
    return f"{count // _MONTHS:04d}-{count % _MONTHS + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """All months from `first` to `last`, both included; none where `last` is earlier."""
    found = []
    while first <= last:
        found.append(first)
        first = next_month(first)
    return found


def due_day(month: str, day: int, months_after: int = 0) -> date:
    """The last day on which the report of `month` is in time: day `day` of it or of a later month."""
    last = last_day(next_month(month, months_after))
    return last.replace(day=min(day, last.day))


def running_total(values: Sequence[int]) -> list[int]:
    """Cumulative sums, for the S-curve."""
    found: list[int] = []
    for value in values:
        found.append((found[-1] if found else 0) + value)
    return found


def months_named(text: str) -> tuple[str, str] | None:
    """The months of a period whose key or title names them: 2026-07, 2026Q3, 2026H1, 2026; None for any other name."""
    year, rest = text[:4], text[4:].strip("-").upper()
    if not (year.isascii() and year.isdigit() and len(year) == 4):  # noqa: PLR2004 (a year)
        return None
    spans = {"": (1, 12), "H1": (1, 6), "H2": (7, 12)} | {f"Q{n}": (3 * n - 2, 3 * n) for n in range(1, 5)}
    spans |= {f"{n:02d}": (n, n) for n in range(1, _MONTHS + 1)}
    span = spans.get(rest)
    return span and (f"{year}-{span[0]:02d}", f"{year}-{span[1]:02d}")
