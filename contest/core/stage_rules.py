"""A stage (阶段) of the rule set: its panel, its periods, and who goes on after it. Fields as in docs/rule-set.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from contest.core.rubric import Aspect, Criterion, Method, Normalise, Rounding


@dataclass(frozen=True, slots=True)
class Period:
    """A repeated assessment of the same entries inside a stage (考评期); `group` names its quarter, say."""

    id: str
    title: str = ""
    weight: Decimal = Decimal(1)
    group: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """How judges' places become one value: the skating system (majority) or Borda (rules.md 6 [S42]).

    order: `desc` if more marks make a better place, `asc` where judges type the places themselves.
    judge_ties: what equal marks of one judge mean: `refuse`, or `share` the mean place.
    """

    method: str = "skating"
    order: str = "desc"
    judge_ties: str = "refuse"


@dataclass(frozen=True, slots=True)
class Panel:
    """What the stage asks of its judges. `scope`: single aspects, whole sheets, or ranks of the entries."""

    min_judges: int = 1
    method: Method | None = None
    scope: str = "aspect"
    places: Places | None = None
    normalise: Normalise | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """Who goes on after a stage (晋级): so many, such a share, or all from a mark upwards; ties as `tie` says."""

    count: int | None = None
    percent: Decimal | None = None
    min: Decimal | None = None
    of: str = "entrants"
    share_rounding: str = "half_up"
    by: str = "total"
    chain: bool = True
    tie: str = "expand"


@dataclass(frozen=True, slots=True)
class Late:
    """What a late report of a period costs: `each` per day or per report, at most `most` in one period."""

    each: Decimal
    per: str = "report"
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the occupational standard with the total its author declared (WorldSkills)."""

    id: str
    title: str = ""
    declared: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A step in time of an event with its own panel and rubric (阶段)."""

    id: str
    title: str
    rubric: tuple[Criterion, ...]
    weight: Decimal = Decimal(1)
    panel: Panel = Panel()
    periods: tuple[Period, ...] = (Period("1"),)
    accumulate: str = "sum"
    best: int | None = None
    late: Late | None = None
    period_rounding: Rounding | None = None
    group_rounding: Rounding | None = None
    rounding: Rounding | None = None
    advance: Advance | None = None
    sections: tuple[Section, ...] = ()

    def aspects(self) -> tuple[Aspect, ...]:
        """The leaves of the rubric in their printed order."""
        return tuple(_leaves(self.rubric))

    def criteria(self) -> tuple[Criterion, ...]:
        """All inner nodes of the rubric, parents before children."""
        return tuple(_inner(self.rubric))

    def maximum(self) -> Decimal:
        """The highest stage total without bonuses and factors, for one period."""
        return sum((item.weight * item.maximum() for item in self.rubric), Decimal(0))


def _leaves(nodes: tuple[Criterion | Aspect, ...]) -> Iterator[Aspect]:
    for node in nodes:
        if isinstance(node, Aspect):
            yield node
        else:
            yield from _leaves(node.children)


def _inner(nodes: tuple[Criterion | Aspect, ...]) -> Iterator[Criterion]:
    for node in nodes:
        if isinstance(node, Criterion):
            yield node
            yield from _inner(node.children)
