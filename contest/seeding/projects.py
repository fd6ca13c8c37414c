"""The demo's key-project register: plans, what units reported and what the authority checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from contest.actors import SYSTEM
from contest.competitions.models import Event
from contest.entries.queries import entries_of
from contest.projects.money import fen
from contest.projects.queries import progress_of, projects_of, register_desk
from contest.projects.services import ProjectInput, RegisterInput, Said, check, register_projects, report, save_register
from contest.seeding.steps import Place


def seed_register(session: Session, place: Place, event: Event, document: Mapping[str, Any]) -> None:
    """Fills the register of `event`, whose entries are in, as organizer and units would.

    `document`: what the register goes by, and `projects`: entry number -> owner, group, plan, milestones
    [name, planned, reached] and reports [month, said, day, checked, note]; amounts in 万元 as texts.
    """
    organizer = place.actor(session, "organizer")
    types = [(kind, Decimal(marks)) for kind, marks in document["finding_types"]]
    given = RegisterInput(
        _fen(document["province_from_wan"]), _fen(document["city_from_wan"]), due_day=document["due_day"],
        indicators=document["indicators"], finding_types=types,
    )  # fmt: skip
    save_register(session, organizer, event, given)
    units = {entry.number: (entry.name, entry.unit) for entry in entries_of(session, event)}
    rows = document["projects"]
    register_projects(session, organizer, event, [_input(number, *units[number], rows[number]) for number in rows])
    found = register_desk(session, SYSTEM, event.id)
    for one in progress_of(session, projects_of(session, found)):
        row = rows[one.entry.number]
        for month, said, day, checked, note in row["reports"]:
            told = Said(one.project, month, amount=_fen(said))
            report(session, SYSTEM, event, [told], on=date.fromisoformat(day))
            check(session, organizer, event, [Said(one.project, month, amount=_fen(checked), note=note)])
        reached = {name: date.fromisoformat(day) for name, _, day in row["milestones"] if day}
        lines = [line.milestone for line in one.milestones if line.milestone.name in reached]
        days = [Said(one.project, milestone=line, done_on=reached[line.name]) for line in lines]
        report(session, SYSTEM, event, days)
        check(session, organizer, event, days)


def _fen(text: str) -> int:
    return fen(Decimal(text))


def _input(number: str, name: str, unit: str, row: Mapping[str, Any]) -> ProjectInput:
    plan = {month: _fen(amount) for month, amount in row["plan"].items()}
    days = dict(_days(row))
    investment = _fen(row["investment_wan"])
    return ProjectInput(name, number, row["owner"], unit, row["group"], investment, plan, days)


def _days(row: Mapping[str, Any]) -> Iterator[tuple[str, date]]:
    for name, planned, _ in row["milestones"]:
        yield name, date.fromisoformat(planned)
