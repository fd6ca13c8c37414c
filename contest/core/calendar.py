"""Terms (期限): public notices count working days, appeals count hours. Holidays are given, never built in.

Make-up Saturdays differ every year and are announced in November: administrators edit the calendar (rules.md 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contest.core.problems import CoreError

_SATURDAY = 5
_LONGEST = 3660  # days to look ahead: a calendar without any working day must not loop for ever


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days that differ from Monday to Friday: `holidays` (放假) and `make_up` working days (调休上班)."""

    holidays: frozenset[date] = frozenset()
    make_up: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        both = self.holidays & self.make_up
        if both:
            raise CoreError("holiday_and_working_day", day=min(both).isoformat())

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return day in self.make_up or (day.weekday() < _SATURDAY and day not in self.holidays)


def notice_end(start: date, workdays: int, calendar: WorkCalendar) -> date:
    """The last day of a notice: the n-th working day from `start`, which counts if it is one (NOTICE-1…3)."""
    if workdays < 1:
        raise CoreError("at_least_one_day", days=workdays)
    left, day = workdays, start
    for _ in range(_LONGEST):
        left -= calendar.works(day)
        if not left:
            return day
        day += timedelta(days=1)
    raise CoreError("no_working_days", days=workdays)


def appeal_open(start: datetime, hours: int, at: datetime) -> bool:
    """Whether an appeal at `at` is in time: from `start` up to and with the closing instant (APPEAL-1, -2)."""
    return start <= at <= start + timedelta(hours=hours)
