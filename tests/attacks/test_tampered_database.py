"""Random changes of the database itself, triggers dropped, everything in it made to fit: a kept checkpoint finds all.

`make tamper` tries 10,000. Each changes a decoded row of the ledger at or below the checkpoint, or the map from codes
to entries; each is rolled back.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from contest import db
from contest.ledger import chain, holding, queries, services
from contest.publications.checking import faults_of
from tests.attacks.test_tampering import drop_triggers
from tests.publications.making import lock_all, make_contest, score_all
from tests.verifier.drawn import draw_order

TAMPERINGS = int(os.environ.get("TAMPERINGS", "80"))
Rows = list[tuple[int, str, str]]
"""seq, kind, body."""


def read(connection: sa.Connection) -> Rows:
    return [tuple(row) for row in connection.exec_driver_sql("SELECT seq, kind, body FROM ledger ORDER BY seq")]


def write(connection: sa.Connection, rows: Rows, *, hashes: bool) -> None:
    """The whole ledger anew, numbered and (with `hashes`) linked as it should be, head and checkpoints made to fit."""
    tenant, competition = connection.exec_driver_sql("SELECT tenant_id, competition_id FROM ledger").first() or ("", "")
    old = dict(connection.exec_driver_sql("SELECT seq, hash FROM ledger").all())
    connection.exec_driver_sql("DELETE FROM ledger")
    last = chain.GENESIS
    for number, (seq, kind, body) in enumerate(rows, 1):
        text = chain.canonical(json.loads(body) | {"seq": number}).decode() if hashes else body
        link = chain.link(last, chain.event_of_body(text), text.encode()) if hashes else old.get(seq, last)
        values = (tenant, competition, number if hashes else seq, kind, text, last, link)
        connection.exec_driver_sql("INSERT OR REPLACE INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        last = link
    if hashes:
        connection.exec_driver_sql("DELETE FROM checkpoint")
        connection.exec_driver_sql("UPDATE ledger_head SET seq = ?, hash = ?", (len(rows), last))


def edited(rows: Rows, rng: random.Random) -> Rows:
    """One field of one row: its data, its time or its kind."""
    place = rng.randrange(len(rows))
    seq, kind, body = rows[place]
    value = json.loads(body)
    key = rng.choice(sorted(value["data"]))
    old = value["data"][key]
    what = rng.randrange(4)
    if what == 0:
        value["at"] += 1
    elif what == 1:
        value["kind"] = kind = "mark" if kind != "mark" else "sign"
    else:
        value["data"][key] = old + 1 if isinstance(old, int) else f"{old}x"
    return [*rows[:place], (seq, kind, chain.canonical(value).decode()), *rows[place + 1 :]]


def deleted(rows: Rows, rng: random.Random) -> Rows:
    place = rng.randrange(len(rows))
    return rows[:place] + rows[place + 1 :]


def inserted(rows: Rows, rng: random.Random) -> Rows:
    place = rng.randrange(len(rows))
    return [*rows[:place], rng.choice(rows), *rows[place:]]


def swapped(rows: Rows, rng: random.Random) -> Rows:
    one, other = sorted(rng.sample(range(len(rows)), 2))
    found = list(rows)
    found[one], found[other] = found[other], found[one]
    return found


def cut(rows: Rows, rng: random.Random) -> Rows:
    return rows[: rng.randrange(len(rows))]


CHANGES: list[Callable[[Rows, random.Random], Rows]] = [edited, deleted, inserted, swapped, cut]


def exchange_entries(connection: sa.Connection, rng: random.Random) -> None:
    """Two entries behind each other's codes (the winner's mark for a friend), salts with or without them."""
    ids = connection.exec_driver_sql("SELECT id, code, salt FROM entry ORDER BY id").all()
    one, other = rng.sample(ids, 2)
    with_salt = rng.random() < 0.5
    connection.exec_driver_sql("UPDATE entry SET code = NULL")
    for entry, code, salt in ids:
        now = {one[0]: other, other[0]: one}.get(entry)
        values = (now[1] if now else code, now[2] if now and with_salt else salt, entry)
        connection.exec_driver_sql("UPDATE entry SET code = ?, salt = ? WHERE id = ?", values)


def exchange_seats(connection: sa.Connection, rng: random.Random) -> None:
    """Two codes in each other's places, which the wall list and the judges' lists are printed from."""
    one, other = rng.sample(connection.exec_driver_sql("SELECT code FROM seat ORDER BY code").scalars().all(), 2)
    for code, now in ((one, "?"), (other, one), ("?", other)):
        connection.exec_driver_sql("UPDATE seat SET code = ? WHERE code = ?", (now, code))


OTHERS = {3: exchange_seats, 7: exchange_entries}
"""Of every eight changes two are not of the ledger."""


@pytest.mark.timeout(7200)
def test_a_kept_checkpoint_finds_every_change_at_or_below_it(bare) -> None:
    made = make_contest()
    draw_order(made, 2, "3 6 1")
    score_all(made)
    lock_all(made)
    with db.transaction() as session:
        item = services.make_checkpoint(session, made.competition, "timer")
        text = holding.as_text(item, queries.trusted_keys(session)[item.key_id])
    kept = holding.read_held(text.encode())
    with db.engine().begin() as connection:
        drop_triggers(connection)
    writer = db.engine().execution_options(writes=True)
    with db.reading() as session:
        assert faults_of(session, made.competition, [kept]) == []
    for seed in range(TAMPERINGS):
        rng = random.Random(seed)
        with writer.connect() as connection, connection.begin() as change:
            rows = read(connection)
            if seed % 8 in OTHERS:
                name = OTHERS[seed % 8].__name__
                OTHERS[seed % 8](connection, rng)
            else:
                forge = rng.choice(CHANGES)
                name, forged = forge.__name__, forge(rows, rng)
                write(connection, forged, hashes=rng.random() < 0.7)
                if read(connection)[: len(rows)] == rows:
                    change.rollback()
                    continue  # a row over itself, or a copy of the last one behind it: above the checkpoint
            with Session(bind=connection, join_transaction_mode="rollback_only") as session:
                faults = faults_of(session, made.competition, [kept])
            assert faults, (name, seed)
            change.rollback()
