"""Making a report: a job, because leaving out judges and marks evaluates the whole event again and again.

What it costs stands in docs/fairness.md. The job only reads; at its end one row is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from contest.accounts.models import Account
from contest.accounts.queries import actor_for
from contest.actors import SYSTEM, Actor
from contest.competitions.models import Competition, Event
from contest.competitions.queries import competition_of, get_event
from contest.core.ruleset import Stage as StageRules
from contest.db import reading, transaction
from contest.entries.admission import admitted
from contest.fairness import judges, own_unit, policy
from contest.fairness.lines import cut_lines, plain
from contest.fairness.models import FairnessReport
from contest.fairness.panel import Panel, gaps_of, read_panel, units_of
from contest.fairness.queries import stage_by_key
from contest.fairness.removal import Progress, leave_one_out, one_mark
from contest.jobs.worker import JobRun, register
from contest.judging.models import MarkRow
from contest.judging.queries import recusals_of
from contest.ledger.queries import head
from contest.standings.policy import is_unsealed
from contest.standings.services import Computation, compute

KIND = "fairness.make"

Body = dict[str, Any]


def run_report(run: JobRun) -> None:
    """Makes one report. Run twice it makes two, which say the same."""
    with reading() as session:
        actor = actor_for(session, session.get_one(Account, run.account_id)) if run.account_id else SYSTEM
        event = get_event(session, str(run.payload["event_id"]))
        competition = competition_of(session, event)
        chain = head(session, competition)
        body = report_body(session, competition, event, str(run.payload["stage"]), run.progress)
    report = _keep(run, actor, event, body, chain[0] if chain else 0)
    run.finish(result={"report": report.id})


def _keep(run: JobRun, actor: Actor, event: Event, body: Body, size: int) -> FairnessReport:
    with transaction() as session:
        report = FairnessReport(
            tenant_id=event.tenant_id, event_id=event.id, stage_key=str(run.payload["stage"]),
            body=json.dumps(body, ensure_ascii=False, sort_keys=True), ledger_size=size,
            with_ranks="removal" in body, made_by=actor.name,
        )  # fmt: skip
        session.add(report)
        return report


def report_body(session: Session, competition: Competition, event: Event, stage_key: str, progress: Progress) -> Body:
    """All figures of one stage as JSON values, entries by code. Ranks only after the lock, units only unsealed."""
    computation = compute(session, event)
    stage = computation.rules.stage(stage_key)
    kept = own_unit.recused_from(stage_key, recusals_of(session, event))
    field = admitted(session, event, stage_by_key(session, event, stage_key))
    panel = read_panel(stage, computation.panels.get(stage_key, ()), computation.marks, kept, field)
    body = panel_figures(panel, times_of(session, event, stage_key))
    if is_unsealed(event, computation.rules):
        body["own"] = _own(session, competition, event, panel)
    if policy.shows_ranks(event):
        body |= rank_figures(computation, stage, panel, progress)
    return body


def panel_figures(panel: Panel, times: Mapping[tuple[str, str, str], int]) -> Body:
    """What needs neither ranks nor names."""
    gaps, units, apart = gaps_of(panel), units_of(panel), judges.outliers(panel)
    return {
        "unit": panel.unit, "judges": list(panel.judges), "marks": len(panel.readings),
        "entries": len({reading.place[0] for reading in panel.readings}),
        "recused": sum(panel.recused.values()), "not_performed": panel.not_performed, "left_out": panel.left_out,
        "aspects": len(panel.aspects), "alone": len([unit for unit in units if len(unit.values) == 1]),
        "severity": judges.severity(panel, gaps, units, apart), "agreement": judges.agreement(panel, units),
        "outliers": apart[: judges.OUTLIERS_SHOWN], "outliers_all": len(apart),
        "drift": judges.drift(panel, gaps, times), "timed": len(times),
    }  # fmt: skip


def rank_figures(computation: Computation, stage: StageRules, panel: Panel, progress: Progress) -> Body:
    """Cut lines, and what happens without a judge or with another mark."""
    lines = cut_lines(computation.rules, computation.result)
    codes = panel.judges if len(panel.judges) > 1 else ()
    return {
        "ranked": sum(row.rank is not None for row in computation.result.standings),
        "lines": plain(lines),
        "removal": leave_one_out(computation, stage, codes, lines, progress),
        "one_mark": one_mark(computation, stage, lines, progress),
    }


def _own(session: Session, competition: Competition, event: Event, panel: Panel) -> list[Body]:
    homes = own_unit.homes_of(session, competition, event)
    people = {judge: homes.people.get((panel.stage.id, judge)) for judge in panel.judges}
    everywhere = own_unit.sides_in_competition(session, competition, panel.unit)
    whole = {judge: everywhere[person] for judge, person in people.items() if person in everywhere}
    return own_unit.preferences(panel, own_unit.sides_of(panel, gaps_of(panel), homes), whole)


def times_of(session: Session, event: Event, stage_key: str) -> dict[tuple[str, str, str], int]:
    """(judge, entry, period) -> when the judge began the sheet; what others typed has no time of the judge's."""
    first = func.min(MarkRow.client_time)
    query = (
        select(MarkRow.judge_code, MarkRow.entry_code, MarkRow.period_key, first)
        .where(
            MarkRow.tenant_id == event.tenant_id,
            MarkRow.event_id == event.id,
            MarkRow.stage_key == stage_key,
            col(MarkRow.by_code) == col(MarkRow.judge_code),
            col(MarkRow.client_time) > 0,
        )
        .group_by(col(MarkRow.judge_code), col(MarkRow.entry_code), col(MarkRow.period_key))
    )
    return {(judge, entry, period): int(at) for judge, entry, period, at in session.exec(query)}


register(KIND, run_report)
