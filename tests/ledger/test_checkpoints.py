"""Checkpoints by the clock, a new key that the old one signs, and what a checkpoint kept outside finds."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import Competition, CompetitionKind
from contest.competitions.services import create_competition
from contest.ledger import queries, rotation, services, signing, timer
from contest.ledger.checking import first_broken
from contest.settings import get_settings
from tests.support import World

MINUTE = 60_000


@pytest.fixture
def own_key(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """A key of this test's own: the others keep theirs."""
    monkeypatch.setattr(get_settings(), "data_dir", tmp_path / "data")


@pytest.fixture
def competition(world: World, own_key: None) -> Competition:
    with db.transaction() as session:
        kind = CompetitionKind.SKILLS
        return create_competition(session, SYSTEM, organization=world.city, kind=kind, title="技能大赛")


def append(competition: Competition, count: int = 1) -> None:
    with db.transaction() as session:
        for number in range(count):
            services.append(session, competition, "mark", {"event": "e1", "n": number})


def sizes(competition: Competition) -> list[int]:
    with db.reading() as session:
        return [item.size for item in queries.checkpoints(session, competition)]


def broken(competition: Competition) -> int | None:
    with db.reading() as session:
        rows, checkpoints = queries.rows(session, competition), queries.checkpoints(session, competition)
        return first_broken(rows, checkpoints, queries.trusted_keys(session))


def newest_at(competition: Competition) -> int:
    with db.reading() as session:
        found = queries.latest_checkpoint(session, competition)
        assert found
        return found.at


def test_every_ten_minutes_while_the_chain_has_grown(competition: Competition) -> None:
    assert timer.make_due() == 0  # nothing to sign yet
    append(competition, 3)
    assert timer.make_due() == 1
    append(competition)
    start = newest_at(competition)
    assert timer.make_due(start + 9 * MINUTE) == 0  # too early
    assert timer.make_due(start + 10 * MINUTE + 1) == 1
    assert timer.make_due(start + 60 * MINUTE) == 0  # has not grown
    assert sizes(competition) == [3, 4]
    assert broken(competition) is None


def test_two_processes_at_one_moment_make_one(competition: Competition) -> None:
    append(competition, 2)
    threads = [threading.Thread(target=timer.make_due) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes(competition) == [2]


def checkpoint(competition: Competition) -> None:
    with db.transaction() as session:
        services.make_checkpoint(session, competition, "lock")


def test_a_new_key_is_signed_by_the_old_one_and_old_checkpoints_still_verify(competition: Competition) -> None:
    append(competition, 2)
    checkpoint(competition)
    old, new = rotation.rotate_key()
    assert (old != new, signing.fingerprint()) == (True, new)
    append(competition)
    checkpoint(competition)
    with db.reading() as session:
        items = queries.checkpoints(session, competition)
        assert [(item.size, item.key_id) for item in items] == [(2, old), (3, new), (4, new)]
        assert set(queries.trusted_keys(session)) == {old, new}
        row = queries.rows(session, competition)[2]
    assert json.loads(row.body)["data"].keys() == {"old", "new", "endorsement", "acceptance"}
    assert broken(competition) is None
    assert rotation.rotate_key()[0] == new
    assert broken(competition) is None


def test_a_key_that_nobody_signed_vouches_for_nothing(competition: Competition, database: sa.Engine) -> None:
    """Who has the database writes a succession of their own into it: without both private keys it counts nothing."""
    append(competition)
    old, new = rotation.rotate_key()
    for column in ("endorsement", "acceptance", "old"):
        with database.begin() as connection:
            kept = connection.exec_driver_sql(f"SELECT {column} FROM signing_key").scalar_one()
            connection.execute(sa.text(f"UPDATE signing_key SET {column} = :new"), {"new": kept[::-1]})
        with db.reading() as session:
            assert set(queries.trusted_keys(session)) == {new}, column
        with database.begin() as connection:
            connection.execute(sa.text(f"UPDATE signing_key SET {column} = :old"), {"old": kept})
    with db.reading() as session:
        assert set(queries.trusted_keys(session)) == {old, new}


def test_the_old_key_signs_nothing_after_its_successors_row(competition: Competition) -> None:
    append(competition)
    folder = get_settings().data_dir
    signing.public_key()
    stolen = (folder / signing.KEY_FILE).read_bytes()
    rotation.rotate_key()
    assert broken(competition) is None
    (folder / signing.KEY_FILE).write_bytes(stolen)
    with db.transaction() as session:
        services.make_checkpoint(session, competition, "lock")
    (folder / signing.KEY_FILE).write_bytes(b"0" * 32)
    with db.reading() as session:
        rows, items = queries.rows(session, competition), queries.checkpoints(session, competition)
        keys = {item.key_id: signing.Succession("", "", "", "") for item in items}
        assert len(keys) == 2  # the first row's checkpoint is by the new key, the last by the stolen one
    stolen_key = signing.Ed25519PrivateKey.from_private_bytes(stolen).public_key().public_bytes_raw().hex()
    assert first_broken(rows, items[-1:], {signing.fingerprint(stolen_key): stolen_key}) == items[-1].size


def test_a_rotation_cut_short_is_finished_by_the_next_checkpoint(
    competition: Competition, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(competition)
    checkpoint(competition)

    def crash() -> None:
        raise KeyboardInterrupt

    old = signing.fingerprint()
    with monkeypatch.context() as patched:
        patched.setattr(signing, "change_to_next", crash)
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate_key()
    assert signing.fingerprint() == old
    checkpoint(competition)
    assert signing.fingerprint() != old
    assert broken(competition) is None


def test_a_signature_covers_every_line(competition: Competition) -> None:
    append(competition)
    step = signing.prepare_next()
    assert step.is_signed
    for name in ("old", "new", "endorsement", "acceptance"):
        value = getattr(step, name)
        assert not replace(step, **{name: value[::-1]}).is_signed, name
