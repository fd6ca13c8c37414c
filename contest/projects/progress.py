"""A project's plan beside what was said to be done: the unit's word and the authority's, which counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from contest.core.indicators import completion_rate, running_total
from contest.entries.models import Entry
from contest.projects.models import Actual, Milestone, Project, Source


@dataclass(frozen=True, slots=True)
class Told:
    """All that was said about one month or milestone, oldest first; nothing is ever overwritten."""

    history: tuple[Actual, ...] = ()

    def _newest(self, source: Source) -> Actual | None:
        return next((row for row in reversed(self.history) if row.source is source), None)

    @property
    def reported(self) -> Actual | None:
        return self._newest(Source.REPORTED)

    @property
    def checked(self) -> Actual | None:
        return self._newest(Source.CHECKED)

    @property
    def waits(self) -> bool:
        """The unit's newest word is not checked yet."""
        return bool(self.history) and self.history[-1].source is Source.REPORTED

    @property
    def is_reset(self) -> bool:
        """The authority's value is another than the unit's."""
        mine, theirs = self.checked, self.reported
        return (
            mine is not None and theirs is not None and (mine.amount, mine.done_on) != (theirs.amount, theirs.done_on)
        )

    @property
    def revision(self) -> int:
        return self.history[-1].revision if self.history else 0


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month: planned and done, in fen. `done` is the checked amount, None while nobody checked."""

    month: str
    planned: int
    told: Told

    @property
    def done(self) -> int | None:
        return self.told.checked.amount if self.told.checked else None

    @property
    def rate(self) -> Fraction | None:
        return None if self.done is None else completion_rate(self.done, self.planned)


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """One milestone and what was said about it."""

    milestone: Milestone
    told: Told

    @property
    def reached(self) -> date | None:
        """The checked day, None while it is not reached or not checked."""
        return self.told.checked.done_on if self.told.checked else None

    @property
    def days_late(self) -> int | None:
        """Days behind the plan, negative when early."""
        return (self.reached - self.milestone.planned_on).days if self.reached else None


@dataclass(frozen=True, slots=True)
class Progress:
    """A project with its months (in order, planned or told of) and milestones (by planned day)."""

    project: Project
    entry: Entry
    months: tuple[MonthLine, ...]
    milestones: tuple[MilestoneLine, ...]

    @property
    def planned_total(self) -> int:
        return sum(line.planned for line in self.months)

    @property
    def done_total(self) -> int:
        return sum(line.done or 0 for line in self.months)

    @property
    def waiting(self) -> int:
        """How many of the unit's words nobody has checked yet."""
        return sum(told.waits for told in [line.told for line in self.months] + [line.told for line in self.milestones])

    @property
    def is_told(self) -> bool:
        """Whether anybody has said anything yet."""
        return any(line.told.history for line in self.months) or any(line.told.history for line in self.milestones)

    def month(self, month: str) -> MonthLine:
        """The line of a month, empty if the plan has none."""
        return next((line for line in self.months if line.month == month), MonthLine(month, 0, Told()))

    def span(self, first: str, last: str) -> Sequence[MonthLine]:
        return [line for line in self.months if first <= line.month <= last]

    def planned_curve(self) -> list[int]:
        return running_total([line.planned for line in self.months])

    def done_curve(self) -> list[int | None]:
        """Cumulative checked investment up to the last month somebody checked, None afterwards."""
        known = max((index for index, line in enumerate(self.months) if line.done is not None), default=-1)
        sums = running_total([line.done or 0 for line in self.months[: known + 1]])
        return [*sums, *[None] * (len(self.months) - known - 1)]


def make_progress(
    project: Project, entry: Entry, plan: Mapping[str, int], milestones: Iterable[Milestone], actuals: Iterable[Actual]
) -> Progress:
    """Puts the rows of one project together."""
    told: dict[str, list[Actual]] = {}
    for row in sorted(actuals, key=lambda row: row.revision):
        told.setdefault(row.subject, []).append(row)
    months = sorted({*plan, *(row.month for rows in told.values() for row in rows if row.month)})
    by_day = sorted(milestones, key=lambda row: (row.planned_on, row.name))
    return Progress(
        project,
        entry,
        tuple(MonthLine(month, plan.get(month, 0), Told(tuple(told.get(month, ())))) for month in months),
        tuple(MilestoneLine(row, Told(tuple(told.get(row.id, ())))) for row in by_day),
    )
