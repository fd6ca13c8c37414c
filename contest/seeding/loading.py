"""Loads seeds/ by calling the services, as people would: never raw inserts. Demo data are files, not code."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlmodel import Session

from contest.accounts.services import create_account, grant_role
from contest.actors import SYSTEM, Actor, Role
from contest.competitions import queries as competitions
from contest.competitions.models import Event
from contest.competitions.services import open_period
from contest.db import reading, transaction
from contest.entries.drawing import assign_codes
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry
from contest.entries.services import add_entries
from contest.entries.vetoes import give_veto
from contest.errors import ConflictError
from contest.i18n import N_
from contest.judging.locking import lock_period
from contest.organizations.models import OrganizationKind
from contest.organizations.services import add_organization
from contest.seeding.projects import seed_register
from contest.seeding.steps import Marks, Place, found_competition, found_event, sign_all, submit_rows, unseal
from contest.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "seeds"


def is_empty() -> bool:
    from contest.accounts.first_run import is_empty as nobody

    with reading() as session:
        return nobody(session)


def seed(name: str) -> None:
    """Fills an empty database with seeds/`name`; several transactions, so a broken seed leaves a half-filled one.

    Raises:
        ConflictError: the database has people already.
    """
    if not is_empty():
        raise ConflictError(N_("数据库里已经有人员，演示数据只能放进空的数据库。"))
    folder = SEEDS / name
    place = Place()
    with transaction() as session:
        _organizations(session, place, _read(folder / "organizations.json"))
        _people(session, place, _read(folder / "people.json"))
    for path in sorted(folder.glob("*.json")):
        document = _read(path)
        if isinstance(document, dict) and "events" in document:
            _competition(place, document, folder)
    innovation = folder / "innovation.json"
    if innovation.exists():
        from contest.seeding.innovation import seed_innovation

        seed_innovation(place, _read(innovation))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _organizations(session: Session, place: Place, rows: list[dict[str, str]]) -> None:
    for row in rows:
        parent = place.organizations.get(row.get("parent", ""))
        place.organizations[row["key"]] = add_organization(
            session,
            SYSTEM,
            parent,
            kind=OrganizationKind(row["kind"]),
            name=row["name"],
            name_en=row.get("name_en", ""),
        )


def _people(session: Session, place: Place, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        organization = place.organizations[row["organization"]]
        account = create_account(session, SYSTEM, login=row["login"], name=row["name"], organization=organization)
        place.people[row["login"]] = account
        for role in row["roles"]:
            grant_role(session, SYSTEM, account, Role(role), place.organizations[row["at"]])


def _competition(place: Place, document: Mapping[str, Any], folder: Path) -> None:
    with transaction() as session:
        competition = found_competition(session, place, document)
    for row in document["events"]:
        marks = list(csv.DictReader((folder / row["marks"]).read_text(encoding="utf-8").splitlines()))
        with transaction() as session:
            event = found_event(session, place, competition, row | {"rows": marks})
            codes = _entries(session, place, event, row)
            if "register" in row:
                seed_register(session, place, event, row["register"])
        _score(place, event, marks, codes, locked=row.get("locked_periods"), stop=row["stop"])
        _finish(place, event, row["stop"])


def _entries(session: Session, place: Place, event: Event, document: Mapping[str, Any]) -> dict[str, str]:
    """Adds the entries, draws their codes; entry number -> code."""
    organizer = place.actor(session, "organizer")
    inputs = [
        EntryInput(
            name=row["name"],
            number=row["number"],
            unit=row["unit"],
            organization_id=place.organizations[row["organization"]].id,
            account_id=place.people[row["login"]].id if "login" in row else None,
        )
        for row in document["entries"]
    ]
    entries = add_entries(session, organizer, event, inputs)
    assign_codes(session, organizer, event)
    by_number: dict[str, Entry] = {entry.number: entry for entry in entries}
    for veto in document.get("vetoes", []):
        entry = by_number[veto["entry"]]
        happened, decided = veto["on"], veto["decided_by"]
        give_veto(
            session,
            organizer,
            entry,
            veto=veto["veto"],
            reason=veto["reason"],
            decided_by=decided,
            happened_on=happened,
        )
    return {number: entry.code or "" for number, entry in by_number.items()}


def _score(
    place: Place, event: Event, marks: Marks, codes: Mapping[str, str], *, locked: list[str] | None, stop: str
) -> None:
    """Opens each period, lets every judge mark and sign, and locks what the demo wants locked."""
    with transaction() as session:
        rules = competitions.rules_in_force(session, event)
        for _stage, period in competitions.stage_periods(session, event):
            open_period(session, place.actor(session, "organizer"), period)
    by_judge: dict[str, Marks] = defaultdict(list)
    for row in marks:
        by_judge[row["judge"]].append(row)
    for login, rows in sorted(by_judge.items()):
        with transaction() as session:
            submit_rows(session, place.actor(session, login or "clerk"), event, rules, rows, codes)
    with transaction() as session:
        for stage, period in competitions.stage_periods(session, event):
            if stop == "scoring" and period.key not in (locked or []):
                continue
            sign_all(
                session,
                place,
                period,
                [r for r in marks if (r["stage"], r["period"]) == (stage.key, period.key)],
                codes,
            )
            lock_period(session, place.actor(session, "organizer"), period)


def _finish(place: Place, event: Event, stop: str) -> None:
    """Board, publication, awards, certificates, as far as the demo goes."""
    from contest.publications.services import publish, refresh_board

    steps: list[Callable[[Session, Actor, Event], object]] = []
    if stop == "certified":
        from contest.awards.services import give_awards
        from contest.certificates.services import issue_all

        steps = [lambda s, a, e: publish(s, a, e, title=e.title), give_awards, issue_all]
        unseal(place, event)
    with transaction() as session:
        refresh_board(session, session.get_one(Event, (event.tenant_id, event.id)))
    for step in steps:
        with transaction() as session:
            current = session.get_one(Event, (event.tenant_id, event.id))
            step(session, place.actor(session, "organizer"), current)
