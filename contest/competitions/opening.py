"""What must be done before a period is opened, or an event published: obstacles, each with the page where it is done.

Higher features say what stands before an opening (`register_obstacles`, called by `app.py`'s facts).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from contest.competitions.gates import titles, waits_for
from contest.competitions.models import Event, PeriodState, Stage
from contest.competitions.queries import stage_periods
from contest.errors import ConflictError
from contest.i18n import N_, gettext

FORMER = N_("先锁定“%(former)s”，晋级的才能开始")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that is still to do: the sentence (`params` fill it), and the page where it is done.

    `place` is what the page's address takes beside the event.
    """

    text: str
    route: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    place: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The sentence in the reader's language."""
        return gettext(self.text) % self.params if self.params else gettext(self.text)


Source = Callable[[Session, Event, Stage], Sequence[Obstacle]]
_sources: list[Source] = []


def register_obstacles(source: Source) -> None:
    """Adds a function that says what stands before the opening of a stage's periods."""
    if source not in _sources:
        _sources.append(source)


def obstacles_before_opening(session: Session, event: Event, stage: Stage) -> list[Obstacle]:
    """Everything that is still to do before a period of this stage is opened; first of all the former stages locked."""
    told = [obstacle for source in _sources for obstacle in source(session, event, stage)]
    return [*_former_stages(session, event, stage), *told]


def _former_stages(session: Session, event: Event, stage: Stage) -> list[Obstacle]:
    """Those that decide who takes part; the link leads to the desk of the first period that is not locked."""
    open_still = waits_for(session, event, stage)
    if not open_still:
        return []
    periods = [period for former, period in stage_periods(session, event) if former.id == open_still[0].id]
    first = next(period.id for period in periods if period.state is not PeriodState.LOCKED)
    return [Obstacle(FORMER, "judging.desk", {"former": titles(open_still)}, {"period": first})]


def require_openable(session: Session, event: Event, stage: Stage) -> None:
    """Refuses the opening while something is to do (ConflictError names it)."""
    if found := obstacles_before_opening(session, event, stage):
        what = gettext("；").join(obstacle.words for obstacle in found)
        raise ConflictError(N_("还不能开放“%(title)s”的评分：%(what)s"), title=stage.title or stage.key, what=what)
