"""The demo's studios and proposals, each proposal left at its own step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from contest.competitions import queries as competitions
from contest.competitions.models import Event
from contest.competitions.services import open_period
from contest.db import transaction
from contest.entries.models import Entry
from contest.judging.locking import lock_period
from contest.proposals import services as proposals
from contest.proposals.models import Proposal
from contest.seeding.steps import Place, found_competition, found_event, sign_all, submit_rows
from contest.studios.models import Studio, StudioKind
from contest.studios.services import add_member, register_studio

DECISIONS = {"returned": "return", "rejected": "reject"}
SCORED = ("scored", "adopted", "benefit_reported", "benefit_confirmed")


def seed_innovation(place: Place, document: Mapping[str, Any]) -> None:
    """Registers the studios, opens the call, and takes each proposal as far as its `stop`."""
    studios = [_studio(place, row) for row in document["studios"]]
    event = _call(place, document["call"])
    made = [(row, _submit(place, event, studios, row)) for row in document["proposals"]]
    for row, proposal in made:
        if row["stop"] != "submitted":
            _check(place, row, proposal)
    _score(place, event, made)
    for row, proposal in made:
        if row["stop"] in SCORED:
            _follow(place, row, proposal)


def _studio(place: Place, row: Mapping[str, Any]) -> Studio:
    with transaction() as session:
        organizer = place.actor(session, "organizer")
        studio = register_studio(
            session,
            organizer,
            place.organizations[row["organization"]],
            kind=StudioKind(row["kind"]),
            name=row["name"],
            leader=row["leader"],
            honours=row["honours"],
            place=row["place"],
            equipment=row["equipment"],
            founded_on=date.fromisoformat(row["founded_on"]),
        )
        for name, login, duty in row["members"]:
            add_member(session, organizer, studio, name=name, duty=duty, login=login)
    return studio


def _call(place: Place, row: Mapping[str, Any]) -> Event:
    panels = {"panels": {"review": row["panel"]}, "rows": [{"judge": login} for login, _ in row["panel"]]}
    with transaction() as session:
        competition = found_competition(session, place, row)
        event = found_event(session, place, competition, {"title": row["event"], **panels, **row})
    with transaction() as session:
        for _stage, period in competitions.stage_periods(session, event):
            open_period(session, place.actor(session, "organizer"), period)
    return event


def _submit(place: Place, event: Event, studios: list[Studio], row: Mapping[str, Any]) -> Proposal:
    with transaction() as session:
        return proposals.submit(
            session,
            place.actor(session, row["author"]),
            title=row["title"],
            problem=row["problem"],
            idea=row["idea"],
            expected_benefit=row["expected_benefit"],
            studio_id=studios[row["studio"]].id if "studio" in row else None,
            event_id=event.id,
        )


def _check(place: Place, row: Mapping[str, Any], proposal: Proposal) -> None:
    decision = DECISIONS.get(row["stop"], "accept")
    with transaction() as session:
        current = session.get_one(Proposal, (proposal.tenant_id, proposal.id))
        proposals.check(session, place.actor(session, "checker"), current, decision, row.get("note", ""))


def _score(place: Place, event: Event, made: list[tuple[Mapping[str, Any], Proposal]]) -> None:
    """The panel scores what has marks in the file; the call is then locked, the rest of it waits for the next one."""
    with transaction() as session:
        rules = competitions.rules_in_force(session, event)
        codes = {}
        for row, proposal in made:
            entry_id = session.get_one(Proposal, (proposal.tenant_id, proposal.id)).entry_id
            if entry_id and "marks" in row:
                codes[row["title"]] = session.get_one(Entry, (event.tenant_id, entry_id)).code or ""
        rows = [
            {"stage": "review", "period": "1", "entry": row["title"], "aspect": f"I{number}", "repetition": "1",
             "judge": login, "value": str(value), "state": "scored"}
            for row, _ in made for login, values in row.get("marks", {}).items()
            for number, value in enumerate(values, start=1)
        ]  # fmt: skip
        for login in sorted({row["judge"] for row in rows}):
            own = [row for row in rows if row["judge"] == login]
            submit_rows(session, place.actor(session, login), event, rules, own, codes)
        for _stage, period in competitions.stage_periods(session, event):
            sign_all(session, place, period, rows, codes)
            reason = "其余提案资料未齐，转入下一次征集"
            lock_period(session, place.actor(session, "organizer"), period, reason)


def _follow(place: Place, row: Mapping[str, Any], proposal: Proposal) -> None:
    with transaction() as session:
        current = session.get_one(Proposal, (proposal.tenant_id, proposal.id))
        organizer = place.actor(session, "organizer")
        proposals.record_score(session, organizer, current)
        if row["stop"] != "scored":
            proposals.adopt(session, organizer, current)
        if "benefit" in row:
            author, finance = place.actor(session, row["author"]), place.actor(session, "finance")
            proposals.report_benefit(session, author, current, row["benefit"], row["benefit_note"])
            proposals.confirm_benefit(session, finance, current, row["benefit"])
