"""What a table is made of: the latest publications of its events, and nothing that the public may not see.

Awards count once they were given for that very publication; measures of the tie chain come out of its bundle.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import defer, undefer
from sqlmodel import Session, and_, col, select

from contest.awards.models import AwardGiven, AwardState
from contest.competitions.models import Competition, Event
from contest.core.series import Item
from contest.core.series_rules import SeriesRule
from contest.entries.models import Entry
from contest.publications.models import Publication
from contest.publications.snapshot import digest

RESULTS, AWARDS = "results", "awards"
"""What an event lacks: published results, or awards given for them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One published row of an event with what may count: awards are ids with titles, in the order of giving."""

    code: str
    name: str
    unit: str
    rank: str | None
    total: str | None
    awards: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, Decimal] = field(default_factory=dict)

    def unit_of(self, rule: SeriesRule) -> str:
        """Whom it counts for: the work unit, or the person (name and unit as published)."""
        return self.unit if rule.of == "unit" else f"{self.name}\n{self.unit}"

    def item(self, rule: SeriesRule, event_id: str) -> Item:
        return Item(
            self.unit_of(rule), event_id, None if self.rank is None else Fraction(self.rank),
            None if self.total is None else Decimal(self.total), tuple(self.awards), self.measures,
            self.code if rule.of == "unit" else "",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """An event of the table. version None, `lacks` says what: it brings nothing yet.

    digest, inputs: of the texts that were read, as they lie here now; the ledger says what they were.
    """

    event: Event
    weight: Decimal
    version: int | None = None
    digest: str = ""
    inputs: str = ""
    lacks: str = ""
    rows: Sequence[Row] = ()
    ranks_by_class: bool = False

    def rows_of(self, rule: SeriesRule) -> Iterator[Row]:
        """The rows that may count: ranked ones, and for teams those with a unit."""
        return (row for row in self.rows if row.rank is not None and (rule.of == "person" or row.unit))


def sources_of(session: Session, competition: Competition, rule: SeriesRule) -> list[Source]:
    """The events of a rule in its order with their latest publications, in a fixed number of queries."""
    ids = [source for source, _ in rule.sources]
    events = _events(session, competition, ids)
    wants_measures = any(tie.by == "measure" for tie in rule.ties)
    published = _latest(session, competition, ids, with_bundle=wants_measures)
    awards = _awards(session, competition, ids) if rule.by == "award" else {}
    found = []
    for event_id, weight in rule.sources:
        if event_id not in events:
            continue
        last = published.get(event_id)
        given = awards.get((event_id, last.version)) if last else None
        lacks = RESULTS if last is None else AWARDS if rule.by == "award" and given is None else ""
        if last is None or lacks:
            found.append(Source(events[event_id], weight, lacks=lacks))
            continue
        inputs, measures = _measures(last.bundle) if wants_measures else ("", {})
        told = json.loads(last.snapshot)
        rows = [_row(row, (given or {}).get(row["code"], {}), measures) for row in told["rows"]]
        by_class = told.get("classes", {}).get("ranked", False)
        found.append(Source(events[event_id], weight, last.version, digest(last.snapshot), inputs, "", rows, by_class))
    return found


def _events(session: Session, competition: Competition, ids: Sequence[str]) -> dict[str, Event]:
    query = select(Event).where(
        Event.tenant_id == competition.tenant_id, Event.competition_id == competition.id, col(Event.id).in_(ids)
    )
    return {event.id: event for event in session.exec(query)}


def _latest(
    session: Session, competition: Competition, ids: Sequence[str], *, with_bundle: bool
) -> dict[str, Publication]:
    newest = latest_versions(competition, ids).subquery()
    here = and_(col(Publication.event_id) == newest.c.event_id, col(Publication.version) == newest.c.version)
    bundle = undefer(col(Publication.bundle)) if with_bundle else defer(col(Publication.bundle))  # type: ignore[arg-type]
    query = select(Publication).join(newest, here).where(Publication.tenant_id == competition.tenant_id)
    return {publication.event_id: publication for publication in session.exec(query.options(bundle))}


def latest_versions(competition: Competition, ids: Sequence[str]) -> Any:
    """(event_id, version) of the newest publication of each of these events, as a query."""
    return (
        select(Publication.event_id, func.max(Publication.version).label("version"))
        .where(Publication.tenant_id == competition.tenant_id, col(Publication.event_id).in_(ids))
        .group_by(col(Publication.event_id))
    )


def _awards(
    session: Session, competition: Competition, ids: Sequence[str]
) -> dict[tuple[str, int], dict[str, dict[str, str]]]:
    """(event, version) -> code -> award id -> title, of the awards in force."""
    entry = and_(col(Entry.tenant_id) == col(AwardGiven.tenant_id), col(Entry.id) == col(AwardGiven.entry_id))
    query = (
        select(AwardGiven, Entry.code)
        .join(Entry, entry)
        .where(
            AwardGiven.tenant_id == competition.tenant_id,
            col(AwardGiven.event_id).in_(ids),
            col(AwardGiven.state) == AwardState.GIVEN,
        )
        .order_by(col(AwardGiven.position), col(AwardGiven.id))
    )
    found: dict[tuple[str, int], dict[str, dict[str, str]]] = {}
    for award, code in session.exec(query):
        of_event = found.setdefault((award.event_id, award.publication_version), {})
        of_event.setdefault(code or "", {})[award.award_key] = award.title
    return found


def _measures(bundle: bytes) -> tuple[str, dict[str, dict[str, Decimal]]]:
    """The digest of a publication's inputs, and by code the measures that it was computed with."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        text = packed.read("inputs.json").decode()
    return digest(text), {
        code: {name: Decimal(value) for name, value in item.get("measures", {}).items()}
        for code, item in json.loads(text)["entries"].items()
    }


def _row(row: Mapping[str, Any], awards: Mapping[str, str], measures: Mapping[str, Mapping[str, Decimal]]) -> Row:
    code = row["code"]
    return Row(
        code, " ".join(row["name"].split()), " ".join(row["unit"].split()), row["rank"], row["total"], awards,
        measures.get(code, {}),
    )  # fmt: skip
