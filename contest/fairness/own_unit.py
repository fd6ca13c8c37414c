"""Own-unit preference: whether a judge stands higher above the panel for their own unit than for all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlmodel import Session, col, select

from contest.accounts.models import Account
from contest.competitions.models import Competition, Event, EventState
from contest.competitions.queries import events_of, rules_in_force, stages_of
from contest.core.ruleset import RuleSet
from contest.entries.admission import admitted
from contest.entries.models import Entry
from contest.entries.queries import entries_of
from contest.fairness.measures import RISK, number, preference
from contest.fairness.panel import Gaps, Panel, gaps_of, read_panel
from contest.judging.models import PanelMember
from contest.judging.queries import marks_of, members_of, panels_of, recusals_of
from contest.organizations.models import Organization
from contest.standings.policy import is_unsealed

Row = dict[str, Any]
Person = tuple[str, str]
"""Who sits on several panels: an account, or an external judge's name and unit."""


@dataclass(frozen=True, slots=True)
class Homes:
    """Which unit judges and entries belong to: the branch below the competition's owner, else the unit itself."""

    judges: Mapping[tuple[str, str], str | None]
    people: Mapping[tuple[str, str], Person]
    entries: Mapping[str, str | None]

    def is_own(self, stage: str, judge: str, entry: str) -> bool | None:
        """None where either unit is not known."""
        home, theirs = self.judges.get((stage, judge)), self.entries.get(entry)
        return None if home is None or theirs is None else home == theirs


def homes_of(session: Session, competition: Competition, event: Event) -> Homes:
    """The units of an event's judges and entries, in two queries besides those of panels and entries."""
    members = members_of(session, event)
    entries = entries_of(session, event)
    accounts = _account_units(session, [line.member for line in members])
    at = {line.member.id: accounts.get(line.member.account_id or "", line.member.organization_id) for line in members}
    paths = _paths(session, [*at.values(), *(entry.organization_id for entry in entries)])
    owner = competition.organization_path
    seats = {(line.stage.key, line.member.code): line for line in members}
    return Homes(
        judges={key: _branch(paths.get(at[line.member.id] or ""), owner) for key, line in seats.items()},
        people={key: (line.member.account_id or line.name, at[line.member.id] or "") for key, line in seats.items()},
        entries={_code(entry): _branch(paths.get(entry.organization_id or ""), owner) for entry in entries},
    )


def _code(entry: Entry) -> str:
    return entry.code or ""


def _account_units(session: Session, members: Iterable[PanelMember]) -> dict[str, str | None]:
    ids = {member.account_id for member in members if member.account_id}
    query = select(Account.id, Account.organization_id).where(col(Account.id).in_(ids))
    return dict(session.exec(query).all()) if ids else {}


def _paths(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    wanted = {unit for unit in ids if unit}
    query = select(Organization.id, Organization.path).where(col(Organization.id).in_(wanted))
    return dict(session.exec(query).all()) if wanted else {}


def _branch(path: str | None, owner: str) -> str | None:
    """The delegation: the branch directly below the owner; outside of it the unit itself. The owner has none."""
    if path is None or path == owner:
        return None
    if path.startswith(owner):
        return path[len(owner) :].split("/", 1)[0]
    return path.strip("/").rsplit("/", 1)[-1]


@dataclass(slots=True)
class Sides:
    """The gaps of one judge: for the own unit and for all others."""

    own: list[Fraction] = field(default_factory=list)
    others: list[Fraction] = field(default_factory=list)

    def add(self, sides: Sides) -> None:
        self.own += sides.own
        self.others += sides.others


def sides_of(panel: Panel, gaps: Gaps, homes: Homes) -> dict[str, Sides]:
    """Judge -> their gaps in two heaps; who has no known unit is not there."""
    found: dict[str, Sides] = {}
    for judge, own in gaps.items():
        if homes.judges.get((panel.stage.id, judge)) is None:
            continue
        sides = found.setdefault(judge, Sides())
        for (entry, _, _), gap in own.items():
            is_own = homes.is_own(panel.stage.id, judge, entry)
            if is_own is not None:
                (sides.own if is_own else sides.others).append(gap * panel.scale)
    return found


def preferences(panel: Panel, sides: Mapping[str, Sides], whole: Mapping[str, Sides]) -> list[Row]:
    """One row per judge with marks for their own unit; `whole` are the same judges' gaps in the whole competition."""
    rows = [_row(judge, "stage", sides[judge]) for judge in panel.judges if judge in sides and sides[judge].own]
    wider = [judge for judge in panel.judges if judge in whole and whole[judge].own]
    more = [_row(judge, "competition", whole[judge]) for judge in wider if whole[judge] != sides.get(judge)]
    return _verdicts(rows) + _verdicts(more)


def _row(judge: str, scope: str, sides: Sides) -> Row:
    found = preference(sides.own, sides.others)
    if found is None:
        return {"judge": judge, "scope": scope, "own": len(sides.own), "others": len(sides.others), "difference": None,
                "own_gap": None, "others_gap": None, "chance": None}  # fmt: skip
    return {
        "judge": judge, "scope": scope, "own": found.own, "others": found.others,
        "own_gap": number(found.own_mean), "others_gap": number(found.others_mean),
        "difference": number(found.difference),
        "chance": None if found.chance is None else number(found.chance, 4),
    }  # fmt: skip


def _verdicts(rows: Sequence[Row]) -> list[Row]:
    """`few`, `stands_out` (by chance at most once in twenty such tables) or `level`."""
    tested = [row for row in rows if row["chance"] is not None]
    for row in rows:
        if row["chance"] is None:
            row["verdict"] = "few"
        else:
            row["verdict"] = "stands_out" if float(row["chance"]) * len(tested) < RISK else "level"
    return list(rows)


def sides_in_competition(session: Session, competition: Competition, unit: str) -> dict[Person, Sides]:
    """Everybody's gaps over all unsealed events of the competition whose marks are counted in the same unit."""
    found: dict[Person, Sides] = defaultdict(Sides)
    for event in events_of(session, competition):
        rules = rules_in_force(session, event) if event.rule_set_id and event.state is not EventState.DRAFT else None
        if rules is None or not is_unsealed(event, rules):
            continue
        homes = homes_of(session, competition, event)
        for panel in panels_in(session, event, rules):
            if panel.unit == unit:
                for judge, sides in sides_of(panel, gaps_of(panel), homes).items():
                    found[homes.people[panel.stage.id, judge]].add(sides)
    return found


def panels_in(session: Session, event: Event, rules: RuleSet) -> list[Panel]:
    """The panels of all stages of an event."""
    marks, judges = marks_of(session, event), panels_of(session, event)
    known = {_code(entry) for entry in entries_of(session, event)}
    marks = [mark for mark in marks if mark.entry in known]
    kept = recusals_of(session, event)
    fields = {stage.key: admitted(session, event, stage) for stage in stages_of(session, event)}
    return [
        read_panel(stage, judges.get(stage.id, ()), marks, recused_from(stage.id, kept), fields[stage.id])
        for stage in rules.stages
    ]


def recused_from(stage: str, kept: Mapping[str, frozenset[tuple[str, str]]]) -> dict[str, frozenset[str]]:
    """Entry -> the judges of one stage who are recused from it."""
    return {entry: frozenset(judge for own, judge in pairs if own == stage) for entry, pairs in kept.items()}
