"""The calibration round as its page shows it: spread per aspect, and every judge's distance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from sqlmodel import Session, select

from contest.actors import Actor
from contest.competitions.models import Competition, Event, Stage
from contest.competitions.opening import Obstacle
from contest.competitions.queries import competition_of, get_event, stages_of
from contest.errors import NotFoundError
from contest.i18n import N_
from contest.judging.calibration.gating import before_opening
from contest.judging.calibration.rounds import aspects_of, calibration_of, has_begun, is_asked
from contest.judging.panel.roster_models import Calibration, CalibrationMark, CalibrationState
from contest.judging.policy import can_decide, can_see_desk
from contest.judging.queries import member_for, members_of


@dataclass(frozen=True, slots=True)
class AspectRow:
    """One aspect: what the judges gave, how far apart they are, and each one's distance to `centre`.

    `centre` is the reference mark, or the panel's median where there is none.
    """

    key: str
    title: str
    group: str
    bounds: str
    is_asked: bool
    mine: str
    reference: Decimal | None
    centre: Decimal | None
    spread: Decimal | None
    marks: Mapping[str, Decimal]

    def distance(self, judge: str) -> str:
        """How far a judge lies from the centre, with its sign; empty without a mark."""
        if judge not in self.marks or self.centre is None:
            return ""
        return f"{self.marks[judge] - self.centre:+f}"


@dataclass(frozen=True, slots=True)
class CalibrationView:
    """The round of one stage. `judges` are panel codes; only the reader's own until the round is closed."""

    competition: Competition
    event: Event
    stages: Sequence[Stage]
    stage: Stage
    calibration: Calibration | None
    rows: Sequence[AspectRow]
    judges: Sequence[str]
    done: int
    expected: int
    has_begun: bool
    can_manage: bool
    can_mark: bool
    obstacles: Sequence[Obstacle] = ()
    """What it still lacks before the stage may be opened, where the event asks for it."""

    @property
    def sees_all(self) -> bool:
        return self.can_manage or (self.calibration is not None and self.calibration.state is CalibrationState.CLOSED)


def calibration_view(session: Session, actor: Actor, event_id: str, stage_key: str = "") -> CalibrationView:
    """The round of a stage (the first one unless another is named). No entry has a part in it.

    Raises:
        NotFoundError: no such event, no stage yet, or neither on the panel nor watching it.
    """
    event = get_event(session, event_id, actor)
    competition = competition_of(session, event)
    stages = stages_of(session, event)
    stage = next((found for found in stages if found.key == stage_key), stages[0] if stages else None)
    seat = member_for(session, actor, stage) if stage else None
    if stage is None or not (seat or can_see_desk(actor, competition)):
        raise NotFoundError(N_("找不到这个阶段。"))
    found = calibration_of(session, stage)
    manages = can_decide(actor, competition, seat)
    is_open = found is not None and found.state is CalibrationState.OPEN
    begun = has_begun(session, stage)
    scoring = {
        line.member.id: line.member.code
        for line in members_of(session, event)
        if line.stage.id == stage.id and line.member.scores
    }
    marks = _marks(session, found, scoring)
    own = seat.code if seat else ""
    sees_all = manages or (found is not None and found.state is CalibrationState.CLOSED)
    shown = {judge: given for judge, given in marks.items() if sees_all or judge == own}
    return CalibrationView(
        competition, event, stages, stage, found, _rows(session, event, stage, found, shown, own, sees_all=sees_all),
        sorted(shown, key=lambda code: (len(code), code)), len(marks), len(scoring), begun, manages,
        can_mark=is_open and not begun and seat is not None and seat.scores,
        obstacles=before_opening(session, event, stage),
    )  # fmt: skip


def _marks(session: Session, found: Calibration | None, scoring: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Judge code -> aspect -> units."""
    if found is None:
        return {}
    query = select(CalibrationMark).where(
        CalibrationMark.tenant_id == found.tenant_id, CalibrationMark.calibration_id == found.id
    )
    marks: dict[str, dict[str, int]] = {}
    for mark in session.exec(query):
        if mark.panel_member_id in scoring:
            marks.setdefault(scoring[mark.panel_member_id], {})[mark.aspect] = mark.units
    return marks


def _rows(
    session: Session, event: Event, stage: Stage, found: Calibration | None, marks: Mapping[str, Mapping[str, int]],
    own: str, *, sees_all: bool,
) -> list[AspectRow]:  # fmt: skip
    references = json.loads(found.reference) if found else {}
    rows = []
    for group, aspect in aspects_of(session, event, stage):
        scale = -aspect.decimals
        given = {judge: Decimal(all_[aspect.id]).scaleb(scale) for judge, all_ in marks.items() if aspect.id in all_}
        reference = Decimal(references[aspect.id]).scaleb(scale) if sees_all and aspect.id in references else None
        middle = median(given.values()) if given and sees_all else None
        low, high = aspect.mark_bounds()
        rows.append(
            AspectRow(
                key=aspect.id, title=aspect.title or aspect.id, group=group,
                bounds=f"{'' if low is None else f'{low:f}'}–{'' if high is None else f'{high:f}'}",
                is_asked=is_asked(aspect), mine=f"{given[own]:f}" if own in given else "", reference=reference,
                centre=middle if reference is None else reference,
                spread=max(given.values()) - min(given.values()) if given and sees_all else None, marks=given,
            )
        )  # fmt: skip
    return rows
