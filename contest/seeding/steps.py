"""What the loaders share: people and organizations by key, a competition, an event, marks, signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session

from contest.accounts.models import Account
from contest.accounts.queries import actor_for
from contest.actors import Actor
from contest.competitions import queries as competitions
from contest.competitions.models import Competition, CompetitionKind, Event, Period
from contest.competitions.rule_services import adopt_rule_set, save_rule_set
from contest.competitions.services import create_competition, create_event
from contest.core.marks import parse_value
from contest.core.ruleset import RuleSet
from contest.db import transaction
from contest.entries.queries import is_blind
from contest.entries.unsealing import confirm_unsealing, propose_unsealing
from contest.judging.locking import sign_sheet
from contest.judging.models import PanelRole
from contest.judging.panel.services import appoint
from contest.judging.queries import locate, members_of
from contest.judging.services import apply_operations
from contest.judging.sheet.queries import sheet_view
from contest.judging.signatures.listing import seen_digest, sign_waiting, waiting_lines
from contest.judging.signatures.services import CHIEF
from contest.organizations.models import Organization

Marks = list[dict[str, str]]


@dataclass
class Place:
    """What the files name by key: organizations and people, as made."""

    organizations: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Account] = field(default_factory=dict)

    def actor(self, session: Session, login: str) -> Actor:
        """The actor with the grants of this moment: appointments add some."""
        return actor_for(session, self.people[login])


def found_competition(session: Session, place: Place, document: Mapping[str, Any]) -> Competition:
    """The competition that `document` describes, made by the demo's organizer."""
    days = {key: date.fromisoformat(document[key]) for key in ("starts_on", "ends_on") if key in document}
    return create_competition(
        session,
        place.actor(session, "organizer"),
        organization=place.organizations[document["organization"]],
        kind=CompetitionKind(document["kind"]),
        title=document["title"],
        title_en=document.get("title_en", ""),
        host=document.get("host", ""),
        summary=document.get("summary", ""),
        **days,
    )


def found_event(session: Session, place: Place, competition: Competition, document: Mapping[str, Any]) -> Event:
    """An event with its rule set adopted and its panels appointed."""
    organizer = place.actor(session, "organizer")
    titles = {"title": document["title"], "title_en": document.get("title_en", "")}
    event = create_event(session, organizer, competition, **titles)
    save_rule_set(session, organizer, event, document["rule_set"])
    adopt_rule_set(session, organizer, event)
    scoring = {row["judge"] for row in document.get("rows", [])}
    for stage in competitions.stages_of(session, event):
        for login, role in document["panels"].get(stage.key, []):
            kind = PanelRole(role)
            scores = login in scoring if kind is PanelRole.CHIEF else None
            appoint(session, organizer, stage, place.people[login], kind, scores=scores)
    return event


def submit_rows(
    session: Session, actor: Actor, event: Event, rules: RuleSet, rows: Marks, codes: Mapping[str, str]
) -> None:
    """The rows of a marks file as operations of `actor`: own marks, or (without a judge) values of the panel.

    Raises:
        RuntimeError: the platform did not accept one; a seed must be right.
    """
    operations: list[dict[str, object]] = []
    for number, row in enumerate(rows):
        parsed = parse_value(row["value"], rules.aspect(row["stage"], row["aspect"]))
        operation: dict[str, object] = {
            "op_id": f"seed-{event.id}-{row['judge'] or 'panel'}-{number:05d}",
            "event": event.id,
            "stage": row["stage"],
            "period": row["period"],
            "entry": codes[row["entry"]],
            "aspect": row["aspect"],
            "repetition": int(row["repetition"]),
            "value": parsed,
            "state": row["state"],
            "rules": rules.digest,
            "device": "seed",
            "seq": number,
        }
        operations.append(operation if row["judge"] else operation | {"judge": "", "reason": "录入"})
    for answer in apply_operations(session, actor, operations):
        if answer["result"] != "accepted":
            raise RuntimeError(f"seed mark not accepted: {answer}")


def sign_all(session: Session, place: Place, period: Period, rows: Marks, codes: Mapping[str, str]) -> None:
    """Every judge who marked signs their sheets."""
    for login, number in sorted({(row["judge"], row["entry"]) for row in rows if row["judge"]}):
        actor = place.actor(session, login)
        view = sheet_view(session, actor, period.id, codes[number])
        sign_sheet(session, actor, period.id, codes[number], view.digest)
    _chief_signs(session, place, period)


def _chief_signs(session: Session, place: Place, period: Period) -> None:
    """The chief judge of the stage, if it has one, signs every sheet after its judge."""
    where = locate(session, period.id)
    panel = [line for line in members_of(session, where.event) if line.stage.id == where.stage.id]
    chief = next((line.login for line in panel if line.member.role is PanelRole.CHIEF and line.login), None)
    while chief and (lines := waiting_lines(session, where, CHIEF)):
        sign_waiting(session, place.actor(session, chief), period.id, role=CHIEF, seen=seen_digest(lines))


def unseal(place: Place, event: Event) -> None:
    """The organizer proposes, the supervisor confirms; an event without blinding has nothing to open."""
    with transaction() as session:
        current = session.get_one(Event, (event.tenant_id, event.id))
        if is_blind(session, current):
            act = propose_unsealing(session, place.actor(session, "organizer"), current)
            confirm_unsealing(session, place.actor(session, "supervisor"), current, act.id)
