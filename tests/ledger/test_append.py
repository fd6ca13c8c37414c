"""Appending on both databases: order, locks, what the database itself refuses, checkpoints."""

from __future__ import annotations

import json
import stat
import threading

import pytest
import sqlalchemy as sa

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import Competition, CompetitionKind
from contest.competitions.services import create_competition
from contest.ledger import chain, queries, services, signing
from contest.settings import get_settings
from contest.verifier.ed25519 import verify
from tests.support import World, build_world

COLUMNS = "tenant_id, competition_id, seq, kind, body, previous, hash"


@pytest.fixture
def competition(world: World) -> Competition:
    with db.transaction() as session:
        return create_competition(
            session, SYSTEM, organization=world.city, kind=CompetitionKind.SKILLS, title="技能大赛"
        )


def append(competition: Competition, count: int = 3) -> None:
    with db.transaction() as session:
        for number in range(count):
            services.append(session, competition, "mark", {"event": "e1", "n": number})


def rows_of(competition: Competition) -> list:
    with db.reading() as session:
        return list(queries.rows(session, competition))


def assert_whole(competition: Competition) -> None:
    last = chain.GENESIS
    for number, row in enumerate(rows_of(competition), 1):
        body = json.loads(row.body)
        assert (row.seq, body["seq"], body["kind"], row.previous) == (number, number, row.kind, last)
        last = chain.link(last, chain.event_of(body["data"]), row.body.encode())
        assert row.hash == last


def test_rows_follow_one_another(competition: Competition) -> None:
    append(competition)
    with db.transaction() as session:
        services.append_rows(
            session.connection(), competition.tenant_id, competition.id,
            [("lock", {"event": "e1", "reason": None}), ("award", {"event": "e2", "list": ["1.50"]})],
        )  # fmt: skip
        assert queries.head(session, competition) == (5, rows_of_session(session, competition)[-1].hash)
    assert_whole(competition)
    with db.reading() as session:
        assert [row.seq for row in queries.rows(session, competition, after=1, until=3)] == [2, 3]
        assert [data["n"] for data in queries.data_of(rows_of(competition), "mark")] == [0, 1, 2]


def rows_of_session(session, competition: Competition) -> list:
    return list(queries.rows(session, competition))


def append_and_fail(competition: Competition) -> None:
    with db.transaction() as session:
        services.append(session, competition, "mark", {"event": "e1"})
        raise ZeroDivisionError


def test_a_rolled_back_row_leaves_no_gap(competition: Competition) -> None:
    append(competition)
    with pytest.raises(ZeroDivisionError):
        append_and_fail(competition)
    append(competition, 1)
    assert [row.seq for row in rows_of(competition)] == [1, 2, 3, 4]
    assert_whole(competition)


def test_many_writers_make_one_chain(competition: Competition) -> None:
    """Eight threads, first rows included: the chain's head orders them."""
    threads = [threading.Thread(target=append, args=(competition, 5)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows_of(competition)) == 40
    assert_whole(competition)


INSERT = f"INSERT INTO ledger ({COLUMNS}) SELECT"
THIRD = "FROM ledger WHERE seq = 3"
FORBIDDEN = [
    "UPDATE ledger SET body = 'x' WHERE seq = 1",
    "UPDATE ledger SET seq = 9 WHERE seq = 3",
    "DELETE FROM ledger WHERE seq = 3",
    "DELETE FROM ledger",
    f"{INSERT} tenant_id, competition_id, 5, kind, body, hash, 'x' {THIRD}",
    f"{INSERT} tenant_id, competition_id, 4, kind, body, previous, 'x' {THIRD}",
    f"{INSERT} tenant_id, 'other', 1, kind, body, hash, 'x' {THIRD}",
    "UPDATE checkpoint SET size = 2",
    "DELETE FROM checkpoint",
    "INSERT INTO checkpoint SELECT * FROM checkpoint",
]  # fmt: skip
REPLACE = "INSERT OR REPLACE INTO ledger"
CONFLICT = "ON CONFLICT (tenant_id, competition_id, seq) DO UPDATE SET body = 'x'"
SQLITE_ONLY = [
    f"{REPLACE} ({COLUMNS}) SELECT {COLUMNS} FROM ledger WHERE seq = 1",
    f"{REPLACE} (rowid, {COLUMNS}) SELECT 1, tenant_id, competition_id, 4, kind, body, hash, 'x' {THIRD}",
    "UPDATE OR REPLACE ledger SET seq = 1 WHERE seq = 2",
    f"{INSERT} {COLUMNS} FROM ledger WHERE seq = 1 {CONFLICT}",
]
POSTGRESQL_ONLY = ["TRUNCATE ledger", "TRUNCATE checkpoint CASCADE", "TRUNCATE competition CASCADE"]


def attempt(database: sa.Engine, statement: str) -> None:
    with database.begin() as connection:
        if db.is_sqlite():  # as any other client would connect
            connection.exec_driver_sql("PRAGMA recursive_triggers=OFF")
        connection.exec_driver_sql(statement)


def test_the_database_refuses_every_change(competition: Competition, database: sa.Engine) -> None:
    append(competition)
    with db.transaction() as session:
        services.make_checkpoint(session, competition, "test")
    before = [row.model_dump() for row in rows_of(competition)]
    own = SQLITE_ONLY if db.is_sqlite() else POSTGRESQL_ONLY
    for statement in [*FORBIDDEN, *own]:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            attempt(database, statement)
    assert [row.model_dump() for row in rows_of(competition)] == before
    append(competition, 1)
    assert_whole(competition)


def test_without_the_triggers_the_same_statements_would_work(competition: Competition, database: sa.Engine) -> None:
    """The check above can fail: it is the triggers that refuse, and not something else."""
    append(competition)
    with database.begin() as connection:
        if db.is_sqlite():
            connection.exec_driver_sql("DROP TRIGGER ledger_no_update")
        else:
            connection.exec_driver_sql("DROP TRIGGER ledger_no_change ON ledger")
        connection.exec_driver_sql("UPDATE ledger SET body = body || ' ' WHERE seq = 1")
    with pytest.raises(AssertionError):
        assert_whole(competition)


def test_a_checkpoint_signs_size_root_and_time(competition: Competition) -> None:
    append(competition)
    with db.transaction() as session:
        checkpoint = services.make_checkpoint(session, competition, "lock")
    assert (checkpoint.size, checkpoint.root) == (3, rows_of(competition)[-1].hash)
    note = queries.note_of(checkpoint)
    assert note == f"contest/{competition.id}\n3\n{checkpoint.root}\n{checkpoint.at}\nlock\n"
    key = bytes.fromhex(signing.public_key())
    assert verify(key, note.encode(), bytes.fromhex(checkpoint.signature))
    assert not verify(key, note.replace("\n3\n", "\n2\n").encode(), bytes.fromhex(checkpoint.signature))
    assert checkpoint.key_id == signing.fingerprint()


def test_a_reason_of_two_lines_would_forge_a_note() -> None:
    with pytest.raises(ValueError, match="one line"):
        signing.make_note("c", 1, "0" * 64, 1, "lock\n2")


def test_the_key_is_readable_by_its_owner_alone(competition: Competition) -> None:
    signing.public_key()
    path = get_settings().data_dir / signing.KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32


def test_of_two_first_starts_at_once_one_key_stays(tmp_path) -> None:
    path = tmp_path / "keys" / signing.KEY_FILE
    signing._create(path)
    first = path.read_bytes()
    signing._create(path)
    assert path.read_bytes() == first
    assert [item.name for item in path.parent.iterdir()] == [signing.KEY_FILE]


@pytest.mark.postgresql
def test_appending_reads_the_end_of_the_chain_and_never_the_whole(postgresql_url: str) -> None:
    """PostgreSQL knows nothing yet of a new table's size; a day's marks must not each read those before."""
    db.configure(postgresql_url)
    with db.transaction() as session:
        organization = build_world(session).city
        made = create_competition(session, SYSTEM, organization=organization, kind=CompetitionKind.SKILLS, title="大赛")
    append(made, 400)
    count = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'ledger'"
    with db.transaction() as session:
        read = []
        for number in (400, 401):
            services.append(session, made, "mark", {"event": "e1", "n": number})
            read.append(session.connection().exec_driver_sql(count).scalar_one())
    assert read[1] - read[0] < 10
