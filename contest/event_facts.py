"""What the life line of an event needs of the features above it: `app.py` registers it.

The counts stand here, beside the app, because the line belongs to competitions, which may not import what is above.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, col, select

from contest.acts.models import Act, ActKind, ActState
from contest.awards.models import AwardGiven, AwardState
from contest.certificates.models import Certificate
from contest.competitions.life import register_facts
from contest.competitions.models import Event, EventState, Stage
from contest.competitions.opening import Obstacle, register_obstacles
from contest.competitions.queries import rules_in_force, stages_of
from contest.competitions.sheet_preview import register_sheet
from contest.core.ruleset import RuleSet
from contest.entries import admission
from contest.entries.guards import register_unit_check
from contest.entries.models import Entry, EntryState
from contest.entries.queries import is_blind
from contest.i18n import N_
from contest.judging.calibration.gating import before_opening
from contest.judging.panel.recusing import refuse_lost_marks
from contest.judging.queries import panels_of
from contest.judging.sheet.items import items_of
from contest.judging.sheet.rendering import box
from contest.judging.signatures.listing import unsigned_sheets
from contest.publications.models import Publication
from contest.rechecks.queries import unchecked
from contest.standings.admitting import admitted

CORRECTIONS = (ActKind.MARK, ActKind.FACT, ActKind.WITHDRAWAL)


def register() -> None:
    """Tells the features below what only higher ones know: counts, what stands before an opening, a judge's sheet as
    drawn, who advances.
    """
    register_facts(event_facts)
    register_obstacles(before_anybody_came)
    register_obstacles(before_opening)
    admission.register_source(admitted)
    register_unit_check(refuse_lost_marks)
    register_sheet(lambda stage: [box(item, None) for item in items_of(stage)])


def before_anybody_came(session: Session, event: Event, _stage: Stage) -> Sequence[Obstacle]:
    """Judges find only entries with a code: opened before, a period would look like scoring and be none.

    Proposals are sent to a panel that is open already, and get their codes as they come.
    """
    entries, uncoded = _entries(session, event)
    if not entries and event.rule_set_id and rules_in_force(session, event).entry_kind != "proposal":
        return (Obstacle(N_("还没有参赛者"), "entries.index"),)
    return (Obstacle(N_("%(n)s 个没有加密号"), "entries.draw", {"n": uncoded}),) if uncoded else ()


def event_facts(session: Session, event: Event) -> Mapping[str, int | None]:
    """Entries, those without a code, missing judges, whether codes are sealed, publications, awards, certificates."""
    entries, uncoded = _entries(session, event)
    return {
        "entries": entries,
        "uncoded": uncoded,
        "missing_judges": _missing_judges(session, event) if event.rule_set_id else 0,
        "uncalibrated": sum(bool(before_opening(session, event, stage)) for stage in stages_of(session, event)),
        "unchecked": unchecked(session, event) if event.state is EventState.LOCKED else None,
        "unsigned": unsigned_sheets(session, event) if event.state is EventState.LOCKED else None,
        "sealed": int(event.unsealed_at is None and is_blind(session, event)),
        "publications": _count(session, Publication, event),
        "awards": _count(session, AwardGiven, event, col(AwardGiven.state) == AwardState.GIVEN),
        "certificates": _count(session, Certificate, event),
        "corrections": _count(session, Act, event, col(Act.state) == ActState.PROPOSED, col(Act.kind).in_(CORRECTIONS)),
    }


def _entries(session: Session, event: Event) -> tuple[int, int]:
    without = func.coalesce(func.sum(case((col(Entry.code).is_(None), 1), else_=0)), 0)
    query = select(func.count(), without).where(
        Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, Entry.state == EntryState.REGISTERED
    )
    total, uncoded = session.exec(query).one()
    return total, int(uncoded)


def _count(
    session: Session,
    table: type[Publication | AwardGiven | Certificate | Act],
    event: Event,
    *more: ColumnElement[bool],
) -> int:
    here = (col(table.tenant_id) == event.tenant_id, col(table.event_id) == event.id)
    return session.exec(select(func.count()).select_from(table).where(*here, *more)).one()


def _missing_judges(session: Session, event: Event) -> int:
    """How many judges the rules ask for beyond those appointed; a stage that only the clerk types needs none."""
    panels = panels_of(session, event)
    return sum(max(0, need - len(panels.get(stage, ()))) for stage, need in _needed(rules_in_force(session, event)))


def _needed(rules: RuleSet) -> list[tuple[str, int]]:
    return [
        (stage.id, stage.panel.min_judges)
        for stage in rules.stages
        if any(aspect.sheet == "judge" for aspect in stage.aspects())
    ]
