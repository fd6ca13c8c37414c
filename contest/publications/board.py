"""The live provisional board: what it may show, how it is kept, and who tells the viewers of it.

Only the adopted rule set decides: `board.live` whether there is one, `board.hide_marks` whether stage totals are left
out, `blind` whether names are (they always are until the publication unseals them).
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any

from sqlalchemy import event as sa_event
from sqlmodel import Session

from contest.competitions.models import Event, EventState, PeriodState
from contest.competitions.queries import competition_of, rules_in_force, stage_periods
from contest.core.book import Marks
from contest.core.marks import EntryInput
from contest.core.ruleset import RuleSet
from contest.core.scoring import Standing
from contest.db import now
from contest.judging.sheet.items import items_of
from contest.ledger.queries import head
from contest.publications.models import BoardSnapshot
from contest.publications.snapshot import Document, encode, heading, text
from contest.standings.services import Computation, compute

STATES = {
    EventState.ADOPTED: "waiting",
    EventState.SCORING: "live",
    EventState.LOCKED: "locked",
    EventState.PUBLISHED: "final",
    EventState.CLOSED: "final",
}
Open = Sequence[tuple[str, str]]
"""(stage, period) that have been opened."""


_listeners: list[Callable[[str, int], None]] = []


def on_version(listener: Callable[[str, int], None]) -> None:
    """Calls `listener(topic, version)` after every commit that made a new board or publication (the live stream)."""
    if listener not in _listeners:
        _listeners.append(listener)


def topic_of(event_id: str) -> str:
    """The live topic of an event's board and results."""
    return f"event-{event_id}"


Memory = MutableMapping[str, Computation]
"""Event -> its latest computation, so that the next one scores only what changed."""


def board_document(session: Session, event: Event, memory: Memory | None = None) -> Document | None:
    """The board as it would be shown now; None when the rule set allows none (or none is adopted)."""
    if event.rule_set_id is None or event.state not in STATES or not rules_in_force(session, event).board.live:
        return None
    competition = competition_of(session, event)
    size, _ = head(session, competition) or (0, "")
    memory = {} if memory is None else memory
    computation = memory[event.id] = compute(session, event, memory.pop(event.id, None))
    opened = [(s.key, p.key) for s, p in stage_periods(session, event) if p.state is not PeriodState.WAITING]
    sheets = _sheets(computation, opened)
    each = {} if computation.rules.blind and _tells_recusals(sheets) else sheets
    rules = computation.rules
    return heading(competition, event) | {
        "kind": "board",
        "state": STATES[event.state],
        "size": size,
        "blind": rules.blind,
        "stages": [] if rules.board.hide_marks else [[s.id, s.title or s.id] for s in rules.stages],
        "rows": [_row(computation, standing, each) for standing in _ordered(computation)],
        "sheets": [sum(done for done, _ in sheets.values()), sum(all_ for _, all_ in sheets.values())],
    }


def _ordered(computation: Computation) -> list[Standing]:
    """Ranked ones as they stand, then those still incomplete by what they have so far."""
    ranked = [row for row in computation.result.standings if row.rank is not None]
    rest = [row for row in computation.result.standings if row.rank is None]
    none = [row for row in rest if row.provisional is None]
    some = [row for row in rest if row.provisional is not None]
    return [*ranked, *sorted(some, key=lambda row: -(row.provisional or 0)), *none]


def _row(computation: Computation, standing: Standing, sheets: Mapping[str, tuple[int, int]]) -> Document:
    rules, entry = computation.rules, computation.by_code[standing.entry]
    shown = standing.published if standing.rank is not None else standing.provisional
    return {
        "key": standing.entry,
        "name": standing.entry if rules.blind else entry.name,
        "unit": "" if rules.blind else entry.unit,
        "rank": standing.rank,
        "tied": standing.tied,
        "total": text(shown),
        "stages": {} if rules.board.hide_marks else {key: text(v) for key, v in standing.stage_totals.items()},
        "status": standing.status,
        "sheets": list(sheets.get(standing.entry, (0, 0))),
        "move": None,
    }


def _sheets(computation: Computation, opened: Open) -> dict[str, tuple[int, int]]:
    """Entry -> (sheets that are full, sheets asked for) over the opened periods."""
    everywhere = {stage.id: _needed(computation.rules, stage.id) for stage in computation.rules.stages}
    found = {}
    for entry in computation.entry_inputs:
        have = _filled(computation.book.of_entry(entry.code))
        counts: Counter[bool] = Counter()
        for stage, period in opened:
            needed = _own(everywhere[stage], stage, entry)
            shared = have.get((stage, period, ""), set())
            for judge in computation.panels.get(stage, ()):
                if needed and (stage, judge) not in entry.recused:
                    counts[needed <= shared | have.get((stage, period, judge), set())] += 1
        found[entry.code] = (counts[True], counts.total())
    return found


def _filled(marks: Marks) -> dict[tuple[str, str, str], set[tuple[str, int]]]:
    """(stage, period, judge) -> the places that have a mark."""
    have: dict[tuple[str, str, str], set[tuple[str, int]]] = {}
    for (stage, period, aspect, repetition), panel in marks.items():
        for mark in panel:
            have.setdefault((stage, period, mark.judge), set()).add((aspect, repetition))
    return have


def _tells_recusals(sheets: Mapping[str, tuple[int, int]]) -> bool:
    """Whether one code is asked for fewer sheets than another: a judge is recused from it, who is of the same unit."""
    return len({asked for _, asked in sheets.values()}) > 1


def _needed(rules: RuleSet, stage: str) -> set[tuple[str, int]]:
    """The places of one judge's sheet that must be filled."""
    return {item.place for item in items_of(rules.stage(stage)) if item.is_required}


def _own(places: set[tuple[str, int]], stage: str, entry: EntryInput) -> set[tuple[str, int]]:
    """Of these places, those of this entry (entries may differ in what they are scored on)."""
    if entry.expected is None:
        return places
    return {(aspect, repetition) for aspect, repetition in places if (stage, aspect, repetition) in entry.expected}


def with_moves(document: Document, before: Mapping[str, Any]) -> Document:
    """Says by how many places each ranked entry moved when the order last changed; null for who is new in it."""
    old = {row["key"]: position for position, row in enumerate(before.get("rows", [])) if row["rank"] is not None}
    new = {row["key"]: position for position, row in enumerate(document["rows"]) if row["rank"] is not None}
    if not before:
        moves: dict[str, int | None] = dict.fromkeys(new, 0)
    elif old == new:  # only totals changed: the arrows stay until the order does
        moves = {row["key"]: row["move"] for row in before.get("rows", [])}
    else:
        moves = {key: old[key] - position for key, position in new.items() if key in old}
    return document | {"rows": [row | {"move": moves.get(row["key"])} for row in document["rows"]]}


def store_board(session: Session, event: Event, document: Document) -> BoardSnapshot:
    """Keeps `document` under the next version, unless it says nothing new or a newer one is there already.

    The viewers hear of it when the caller's transaction has been committed.
    """
    key = (event.tenant_id, event.id)
    snapshot = session.get(BoardSnapshot, key, with_for_update=True) or BoardSnapshot(
        tenant_id=event.tenant_id, event_id=event.id
    )
    before = json.loads(snapshot.snapshot)
    fresh = with_moves(document, before)
    if before.get("size", -1) > fresh["size"] or _content(before) == _content(fresh):
        return snapshot
    snapshot.version += 1
    snapshot.snapshot = encode(fresh | {"at": time.time_ns() // 1_000_000})
    snapshot.made_at = now()
    session.add(snapshot)
    session.flush()
    announce_after_commit(session, event.id, snapshot.version)
    return snapshot


def _content(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in ("size", "at")}


def announce_after_commit(session: Session, event_id: str, version: int) -> None:
    """Never before: a viewer that asked at once would be given, and keep, the version before."""

    def tell(_session: Session) -> None:
        for listener in _listeners:
            listener(topic_of(event_id), version)

    sa_event.listen(session, "after_commit", tell, once=True)
