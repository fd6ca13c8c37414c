"""Everything that somebody with the database in hand can have changed, held against the chain that says otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, select

from contest.competitions.models import Competition, Event
from contest.competitions.queries import events_of
from contest.entries.models import Entry
from contest.entries.queries import entries_of
from contest.errors import DomainError
from contest.i18n import N_
from contest.judging.models import MarkRow
from contest.ledger import chain, kinds
from contest.ledger import queries as ledger
from contest.ledger.checking import first_broken
from contest.ledger.holding import Held, problem_of

Data = dict[str, Any]
SHOWN = 10


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
    if broken is not None:
        return found  # what the chain says can't be believed any more
    bodies = [(row.kind, json.loads(row.body)["data"]) for row in rows]
    for event in events_of(session, competition):
        own = [(kind, data) for kind, data in bodies if data.get("event") == event.id]
        found += _event_faults(session, event, own)
    return found


def _event_faults(session: Session, event: Event, own: Sequence[tuple[str, Data]]) -> Iterator[DomainError]:
    if swapped := _swapped(session, event, own):
        text = N_("这些加密号的抽签对应关系与流水里的承诺不符，名单被人调换过：%(codes)s")
        yield DomainError(text, codes="、".join(swapped[:SHOWN]))
    if differing := _differing_marks(session, event, own):
        text = N_("这些加密号的分数与记分流水不符，数据库被人改动过：%(codes)s")
        yield DomainError(text, codes="、".join(differing[:SHOWN]))


def _swapped(session: Session, event: Event, own: Sequence[tuple[str, Data]]) -> list[str]:
    """The drawn codes whose entry and salt do not answer their commitment; those of erased persons can't."""
    drawn = {item["code"]: item["commitment"] for kind, data in own if kind == kinds.DRAW for item in data["entries"]}
    erased = {data["entry"] for kind, data in own if kind == kinds.ERASURE}
    made = {entry.code: _commitment(entry) for entry in entries_of(session, event, with_withdrawn=True) if entry.code}
    return sorted(
        code for code in drawn.keys() | made.keys() if code not in erased and drawn.get(code) != made.get(code)
    )


def _commitment(entry: Entry) -> str:
    return chain.commitment(entry.salt, entry.id, entry.code or "")


def _differing_marks(session: Session, event: Event, own: Sequence[tuple[str, Data]]) -> list[str]:
    """The codes whose current marks are not the last of the chain: the table is only its projection."""
    query = select(MarkRow).where(MarkRow.tenant_id == event.tenant_id, MarkRow.event_id == event.id)
    stand = {_place(row.model_dump(), "_key", "_code"): (row.units, row.state) for row in session.exec(query)}
    said = {_place(data, "", ""): (data["units"], data["state"]) for kind, data in own if kind == kinds.MARK}
    return sorted({str(key[2]) for key in stand.keys() | said.keys() if stand.get(key) != said.get(key)})


def _place(row: Data, key: str, code: str) -> tuple[Any, ...]:
    return (
        row[f"stage{key}"], row[f"period{key}"], row[f"entry{code}"], row["aspect"], row["repetition"],
        row[f"judge{code}"],
    )  # fmt: skip
