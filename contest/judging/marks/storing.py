"""Store first, judge later: batches of operations in one transaction, a fixed number of statements per event.

Every operation is kept as it came; accepted ones go to the ledger and, in the same transaction, to the projection
`mark`. Used by the writer thread (marks of tablets) and by whoever already holds a writing transaction (imports).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, bindparam, text

from contest.actors import Actor
from contest.db import UtcDateTime, execute_many
from contest.db import now as utc_now
from contest.judging.marks.deciding import Decision, decide, judge_of, mark_key, sheet_key
from contest.judging.marks.proposed import Proposed
from contest.judging.marks.reasons import UNKNOWN_EVENT
from contest.judging.marks.scene import Current, MarkKey, Scene
from contest.judging.marks.scene_loading import (
    competitions_of,
    load_entries,
    load_followed,
    load_marks,
    load_members,
    load_scenes,
)
from contest.judging.marks.work import (
    HASH_PREFIX,
    Answer,
    Work,
    answer_to,
    is_accepted,
    ledger_data,
    mark_row,
    operation_row,
)
from contest.judging.models import OperationResult
from contest.judging.room.spread import is_watched
from contest.ledger import kinds
from contest.ledger.services import append_rows

Batch = tuple[Actor, Sequence[Proposed]]
Held = dict[str, Scene]
"""Event -> its scene, as this connection last left it: nobody else has written since (`marks.held`)."""

_KNOWN = text(
    "SELECT op_id, result, reason, ledger_seq, ledger_hash FROM operation WHERE tenant_id = :tenant AND op_id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_KEEP = text(
    "INSERT INTO operation (tenant_id, op_id, competition_id, event_id, stage_key, period_key, entry_code, judge_code,"
    " account_id, device, device_seq, tablet_id, body, result, reason, ledger_seq, ledger_hash, received_at,"
    " decided_at, decision)"
    " VALUES (:tenant, :op_id, :competition, :event, :stage, :period, :entry, :judge, :account, :device, :seq,"
    " :tablet, :body, :result, :reason, :ledger_seq, :ledger_hash, :at, NULL, '')"
)
_PROJECT = text(
    "INSERT INTO mark (tenant_id, event_id, stage_key, period_key, entry_code, aspect, repetition, judge_code, units,"
    " state, reason, by_code, revision, op_id, client_time, updated_at) VALUES (:tenant, :event, :stage, :period,"
    " :entry, :aspect, :repetition, :judge, :units, :state, :reason, :by, :revision, :op_id, :client_time, :at)"
    " ON CONFLICT (tenant_id, event_id, stage_key, period_key, entry_code, aspect, repetition, judge_code) DO UPDATE"
    " SET units = excluded.units, state = excluded.state, reason = excluded.reason, by_code = excluded.by_code,"
    " revision = excluded.revision, op_id = excluded.op_id, client_time = excluded.client_time,"
    " updated_at = excluded.updated_at"
)
_SETTLE = text(
    "UPDATE operation SET decided_at = :at, decision = :by WHERE tenant_id = :tenant AND event_id = :event"
    " AND op_id = :decides AND stage_key = :stage AND period_key = :period AND entry_code = :entry"
    " AND judge_code = :judge AND decided_at IS NULL"  # of the same sheet: nobody settles what others sent
)
_UNSIGN = text("UPDATE sheet SET signed_at = NULL WHERE tenant_id = :tenant AND id = :sheet")
_VOID = text(
    "UPDATE sheet_signature SET voided_at = :at WHERE tenant_id = :tenant AND sheet_id = :sheet AND voided_at IS NULL"
).bindparams(bindparam("at", type_=UtcDateTime()))
_ROW_HASHES = text(
    "SELECT seq, hash FROM ledger WHERE tenant_id = :t AND competition_id = :c AND seq IN :seqs"
).bindparams(bindparam("seqs", expanding=True))


def store_batches(
    connection: Connection, batches: Sequence[Batch], held: Held | None = None
) -> tuple[list[list[Answer]], set[str], set[str]]:
    """Keeps, decides and appends; answers batch by batch in their order, the events whose marks changed, and of these
    the ones where a panel may have come to lie too far apart, or together again.

    `connection` is in a writing transaction; nothing is durable before the caller commits, so nobody may be answered
    before that. What it reads it adds to `held`, which is worth nothing any more if the transaction fails.
    """
    held = {} if held is None else held
    works = [[Work(actor, op) for op in ops] for actor, ops in batches]
    flat = [work for batch in works for work in batch]
    now = time.time_ns() // 1_000_000
    places = _places(connection, {work.op.event for work in flat}, held)
    for work in flat:
        work.tenant, work.competition = _home(work, places.get(work.op.event))
    for _, group in _grouped(flat):
        _store_competition(connection, group, held, now)
    changed = {work.op.event for work in flat if work.seq is not None}
    apart = {work.op.event for work in flat if work.seq is not None and work.is_watched}
    return [[answer_to(work) for work in batch] for batch in works], changed, apart


def _places(connection: Connection, events: set[str], held: Held) -> dict[str, tuple[str, str]]:
    known = {event: (held[event].tenant_id, held[event].competition_id) for event in events & held.keys()}
    return known | (competitions_of(connection, events - known.keys()) if len(known) < len(events) else {})


def _home(work: Work, place: tuple[str, str] | None) -> tuple[str, str]:
    """(tenant, competition) that keeps an operation; one for an unknown or foreign event stays with its sender.

    What the event's own desk carried stays there, whatever roles its judge still has: nobody looks elsewhere.
    """
    tenants = [grant.tenant_id for grant in work.actor.grants]
    if place and (work.actor.is_system or place[0] in tenants or work.op.imported_by):
        return place
    return (tenants[0] if tenants else ""), ""


def _grouped(flat: Sequence[Work]) -> Iterator[tuple[tuple[str, str], list[Work]]]:
    """By competition, always in the same order, so that two processes can't lock two chains crosswise."""
    groups: dict[tuple[str, str], list[Work]] = {}
    for work in flat:
        groups.setdefault((work.tenant, work.competition), []).append(work)
    yield from sorted(groups.items())


def _store_competition(connection: Connection, group: Sequence[Work], held: Held, now: int) -> None:
    tenant, competition = group[0].tenant, group[0].competition
    if competition:
        append_rows(connection, tenant, competition, [])  # takes the chain's lock before anything is read
    fresh = list(_not_seen(connection, tenant, group))
    items: list[tuple[Work, dict[str, object]]] = []
    scenes = _prepare(connection, fresh, held) if competition and fresh else {}
    for event_id in sorted({work.op.event for work in fresh}):
        mine, scene = [work for work in fresh if work.op.event == event_id], scenes.get(event_id)
        items += [(work, data) for work in mine if (data := _decide(work, scene, now)) is not None]
        _unsign(connection, scene, mine)
    marks = [(kinds.MARK, data) for _, data in items]
    rows = append_rows(connection, tenant, competition, marks, at=now) if marks else []
    for (work, _), row in zip(items, rows, strict=True):
        work.seq, work.hash = row.seq, row.hash
        if work.made is not None:
            work.made.revision = row.seq
    _find_repeated(connection, fresh)
    _write(connection, fresh, [work for work, _ in items], now)


def _not_seen(connection: Connection, tenant: str, group: Sequence[Work]) -> Iterator[Work]:
    """The operations that never came before; the others get their first answer again."""
    ids = sorted({work.op.op_id for work in group})
    known = {
        row[0]: {"result": row[1], "reason": row[2], "seq": row[3], "hash": row[4][:HASH_PREFIX]}
        for row in connection.execute(_KNOWN, {"tenant": tenant, "ids": ids})
    }
    seen: dict[str, Work] = {}
    for work in group:
        if work.op.op_id in known:
            work.first = known[work.op.op_id]
        elif work.op.op_id in seen:
            work.first = {"same_as": seen[work.op.op_id]}
        else:
            seen[work.op.op_id] = work
            yield work


def _prepare(connection: Connection, works: Sequence[Work], held: Held) -> Mapping[str, Scene]:
    events = {work.op.event for work in works}
    held |= load_scenes(connection, events - held.keys())
    scenes = {event: held[event] for event in events if event in held}
    load_members(connection, scenes, (name for work in works for name in _named(work)))
    load_followed(connection, scenes, [(work.op.event, work.op.after) for work in works if work.op.after])
    load_entries(connection, scenes, [(work.op.event, work.op.entry) for work in works if work.op.entry])
    known = [work for work in works if work.op.event in scenes]
    for work in known:
        work.judge = judge_of(work.op, work.actor, scenes[work.op.event])
    load_marks(connection, scenes, [(work.op.event, *sheet_key(work.op, work.judge)) for work in known])
    return scenes


def _named(work: Work) -> Iterator[tuple[str, str, str]]:
    if work.actor.account_id:
        yield work.op.event, "account", work.actor.account_id
    if work.op.judge:
        yield work.op.event, "judge", work.op.judge


def _decide(work: Work, scene: Scene | None, now: int) -> dict[str, object] | None:
    """Decides one operation against what the group has made of the event so far; the ledger's data if it counts."""
    if scene is None:
        work.decision = Decision(OperationResult.QUARANTINED, UNKNOWN_EVENT)
        return None
    op, decision = work.op, decide(work.op, work.actor, scene)
    work.decision = decision
    if decision.result is not OperationResult.ACCEPTED:
        work.current = scene.marks.get(mark_key(op, work.judge))
        return None
    work.judge = decision.judge
    work.is_watched = is_watched(scene.aspects[op.stage, op.aspect])
    key = mark_key(op, decision.judge)
    if decision.repeats:
        work.current = scene.followed[op.op_id] = scene.marks[key]
        return None
    work.made = Current(op.units, op.state, -1, op.client_time or now, decision.by, op.op_id)
    scene.followed[op.op_id] = scene.marks[key] = work.made
    return ledger_data(op, decision, scene)


def _write(connection: Connection, fresh: Sequence[Work], appended: Sequence[Work], now: int) -> None:
    if fresh:
        execute_many(connection, _KEEP, [operation_row(work, now) for work in fresh])
    if appended:
        execute_many(connection, _PROJECT, list(_last_marks(appended, now).values()))
    settled = [work for work in fresh if work.op.decides and is_accepted(work)]
    for work in settled:
        op, by = work.op, work.decision.by if work.decision else ""
        place = {"event": op.event, "stage": op.stage, "period": op.period, "entry": op.entry, "judge": work.judge}
        connection.execute(_SETTLE, place | {"tenant": work.tenant, "decides": op.decides, "at": now, "by": by})


def _last_marks(appended: Iterable[Work], now: int) -> dict[tuple[str, MarkKey], dict[str, object]]:
    """One row per mark, the last that counts: two changes of one mark in a group are two ledger rows, one upsert."""
    return {(work.op.event, mark_key(work.op, work.judge)): mark_row(work, now) for work in appended}


def _find_repeated(connection: Connection, fresh: Sequence[Work]) -> None:
    """An operation that repeats a standing mark is answered with the ledger row that made it."""
    repeating = [work for work in fresh if work.decision and work.decision.repeats and work.current]
    for work in repeating:
        work.repeated = work.current.revision if work.current else None
    if repeating:
        seqs = sorted({work.repeated or 0 for work in repeating})
        key = {"t": repeating[0].tenant, "c": repeating[0].competition, "seqs": seqs}
        hashes = {row[0]: row[1] for row in connection.execute(_ROW_HASHES, key)}
        for work in repeating:
            work.hash = hashes.get(work.repeated or 0, "")


def _unsign(connection: Connection, scene: Scene | None, works: Sequence[Work]) -> None:
    """A changed mark takes the signature off its sheet: the digest that was signed is no longer that of the marks."""
    if scene is None or not scene.signed:
        return
    changed = {sheet_key(w.op, w.judge) for w in works if is_accepted(w) and w.decision and not w.decision.repeats}
    gone = [scene.signed.pop(key) for key in sorted(changed & scene.signed.keys())]
    if gone:
        void_signatures(connection, [{"tenant": scene.tenant_id, "sheet": sheet} for sheet in gone])


def project_mark(connection: Connection, values: Mapping[str, object]) -> None:
    """Lets the projection say what a row of the ledger says."""
    connection.execute(_PROJECT, values)


def void_signatures(connection: Connection, sheets: Sequence[dict[str, str]]) -> None:
    """Every signature of these sheets ({tenant, sheet}): whoever signed has to look at the new marks and sign again."""
    connection.execute(_UNSIGN, sheets)
    connection.execute(_VOID, [sheet | {"at": utc_now()} for sheet in sheets])
