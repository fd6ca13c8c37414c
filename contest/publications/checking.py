"""Everything that somebody with the database in hand can have changed, held against the chain that says otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from contest.callroom.seating import placed_of
from contest.competitions.models import Competition, Event
from contest.competitions.queries import events_of, rules_in_force
from contest.core.lots import seat
from contest.entries.models import Entry, EntryState
from contest.entries.queries import entries_of
from contest.entries.superseding import WITHDRAWN
from contest.errors import DomainError
from contest.i18n import N_
from contest.judging.models import MarkRow
from contest.ledger import chain, kinds
from contest.ledger import queries as ledger
from contest.ledger.checking import first_broken
from contest.ledger.holding import Held, problem_of
from contest.publications.recount import fact_differences
from contest.publications.states import disagreeing
from contest.standings.inputs import entry_inputs

Data = dict[str, Any]
SHOWN = 10
VALUES = frozenset({kinds.MARK, kinds.CORRECTION})


def faults_of(session: Session, competition: Competition, held: Sequence[Held] = ()) -> list[DomainError]:
    """What does not fit, each as a message; empty: chain, checkpoints, draw and marks agree with one another and with
    the checkpoints that were kept outside (`held`).
    """
    rows, trusted = ledger.rows(session, competition), ledger.trusted_keys(session)
    found: list[DomainError] = []
    broken = first_broken(rows, ledger.checkpoints(session, competition), trusted)
    if broken is not None:
        found.append(DomainError(N_("记分流水从第 %(seq)s 条起与存证不符，数据库被人改动过。"), seq=broken))
    end = (rows[-1].seq, rows[-1].hash) if rows else (0, chain.GENESIS)
    if (ledger.head(session, competition) or end) != end:
        found.append(DomainError(N_("记分流水的末尾与登记的不符：有记录被删掉或添上。")))
    for item in held:
        row = rows[item.size - 1] if 0 < item.size <= len(rows) else None
        if problem := problem_of(item, competition.id, row, trusted):
            found.append(DomainError(N_("第 %(size)s 条的存证：%(problem)s"), size=item.size, problem=problem))
    if found:
        return found  # what the chain says can't be believed any more
    bodies = [(row.kind, json.loads(row.body)["data"]) for row in rows]
    for event in events_of(session, competition):
        own = [(kind, data) for kind, data in bodies if data.get("event") == event.id]
        try:
            found += _event_faults(session, event, own)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError):
            found.append(DomainError(N_("记分流水里有读不懂的记录，数据库被人改动过。")))
    return found


def _event_faults(session: Session, event: Event, own: Sequence[tuple[str, Data]]) -> Iterator[DomainError]:
    if others := disagreeing(session, event, own):
        yield DomainError(N_("数据库里的这些内容与记分流水不符，被人改动过：%(what)s"), what=others)
    if swapped := _swapped(session, event, own):
        text = N_("这些加密号的抽签对应关系与流水里的承诺不符，名单被人调换过：%(codes)s")
        yield DomainError(text, codes="、".join(swapped[:SHOWN]))
    if strayed := out_of_step(session, event, own):
        text = N_("这些加密号是否退赛与记分流水不符，数据库被人改动过：%(codes)s")
        yield DomainError(text, codes="、".join(strayed[:SHOWN]))
    if moved := misplaced(session, event, own):
        text = N_("这些加密号的出场次序或工位与抽签不符，数据库被人改动过：%(codes)s")
        yield DomainError(text, codes="、".join(moved[:SHOWN]))
    if differing := _differing_marks(session, event, own):
        text = N_("这些加密号的分数与记分流水不符，数据库被人改动过：%(codes)s")
        yield DomainError(text, codes="、".join(differing[:SHOWN]))
    if differing := _differing_facts(session, event, own):
        text = N_("这些加密号的登记事项与记分流水不符，数据库被人改动过：%(codes)s")
        yield DomainError(text, codes="、".join(differing[:SHOWN]))


def _differing_facts(session: Session, event: Event, own: Sequence[tuple[str, Data]]) -> list[str]:
    """The codes whose factors, facts, vetoes or recusals are not those of the chain."""
    if event.rule_set_id is None:
        return []
    drawn = [entry for entry in entries_of(session, event) if entry.code]
    found = entry_inputs(session, event, rules_in_force(session, event), drawn)
    return fact_differences(own, found, {entry.code or "": entry.detail for entry in drawn})


def _swapped(session: Session, event: Event, own: Sequence[tuple[str, Data]]) -> list[str]:
    """The drawn codes whose entry and salt do not answer their commitment; those of erased persons can't."""
    drawn = {item["code"]: item["commitment"] for kind, data in own if kind == kinds.DRAW for item in data["entries"]}
    erased = {data["entry"] for kind, data in own if kind == kinds.ERASURE}
    made = {entry.code: _commitment(entry) for entry in entries_of(session, event, with_withdrawn=True) if entry.code}
    return sorted(
        code for code in drawn.keys() | made.keys() if code not in erased and drawn.get(code) != made.get(code)
    )


def out_of_step(session: Session, event: Event, own: Sequence[tuple[str, Data]]) -> list[str]:
    """The codes that compete although the chain says they withdrew, or the other way; `own`: the event's rows."""
    said = {data["entry"]: data["state"] for kind, data in own if kind == kinds.WITHDRAWAL}
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id, Entry.state == EntryState.WITHDRAWN)
    stand = set(session.exec(select(Entry.code).where(*here, col(Entry.code).is_not(None))))
    return sorted(str(code) for code in stand ^ {code for code, state in said.items() if state == WITHDRAWN})


def misplaced(session: Session, event: Event, own: Sequence[tuple[str, Data]]) -> list[str]:
    """The codes whose seat is not the one that the chain's draws of order give; `own`: the event's rows."""
    stations = {(data["stage"], data["draw"]): data["stations"] for kind, data in own if kind == kinds.SEED}
    drawn: dict[tuple[str, str], tuple[int, int, int]] = {}
    ends: dict[str, tuple[int, int]] = {}
    void = {(data["stage"], data["draw"]) for kind, data in own if kind == kinds.VOID}
    orders = ((d["stage"], d["draw"], d["order"]) for kind, d in own if kind == kinds.ORDER)
    for stage, draw, order in orders:
        if (stage, draw) in void:
            continue
        position, heat = ends.get(stage, (0, 0))
        seats = seat(order, stations[stage, draw])
        drawn |= {(stage, s.item): (position + s.position, heat + s.heat, s.station) for s in seats}
        ends[stage] = (position + len(seats), heat + seats[-1].heat)
    shown = {(stage, s.code): (s.position, s.heat, s.station) for stage, _, s in placed_of(session, event)}
    return sorted({key[1] for key in drawn.keys() | shown.keys() if drawn.get(key) != shown.get(key)})


def _commitment(entry: Entry) -> str:
    return chain.commitment(entry.salt, entry.id, entry.code or "")


def _differing_marks(session: Session, event: Event, own: Sequence[tuple[str, Data]]) -> list[str]:
    """The codes whose current marks are not the last of the chain: the table is only its projection."""
    query = select(MarkRow).where(MarkRow.tenant_id == event.tenant_id, MarkRow.event_id == event.id)
    stand = {_place(row.model_dump(), "_key", "_code"): (row.units, row.state) for row in session.exec(query)}
    said = {_place(data, "", ""): (data["units"], data["state"]) for kind, data in own if kind in VALUES}
    return sorted({str(key[2]) for key in stand.keys() | said.keys() if stand.get(key) != said.get(key)})


def _place(row: Data, key: str, code: str) -> tuple[Any, ...]:
    return (
        row[f"stage{key}"], row[f"period{key}"], row[f"entry{code}"], row["aspect"], row["repetition"],
        row[f"judge{code}"],
    )  # fmt: skip
