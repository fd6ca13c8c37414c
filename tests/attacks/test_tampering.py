"""Somebody with the database in hand: the chain refuses, and the verifier finds the rest (design, Ledger)."""

import hashlib
import io
import json
import sqlite3
import zipfile

import pytest

from contest import db
from contest.actors import Role
from contest.entries.queries import entries_of
from contest.errors import ConflictError
from contest.ledger import chain
from contest.ledger.services import append
from contest.publications.checking import faults_of
from contest.verifier.__main__ import main as verify
from tests.attacks.intruder import count
from tests.publications.making import lock_all, make_contest, publish, published, score_all
from tests.support import make_person, sign_in, unseal
from tests.verifier.drawn import draw_order


@pytest.fixture
def file(bare):
    """The database file of a published contest, opened as any program would: no pragma of ours."""
    made, publication = published()
    db.engine().dispose()
    connection = sqlite3.connect(db.engine().url.database, isolation_level=None)
    yield connection, made, publication
    connection.close()


def test_the_chain_takes_no_change_whatever_the_statement(file):
    connection, _, _ = file
    before = connection.execute("SELECT * FROM ledger ORDER BY seq").fetchall()
    for sql in (
        "UPDATE ledger SET body = '{}'",
        "UPDATE ledger SET hash = 'x' WHERE seq = 1",
        "DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE seq = 1",
        "REPLACE INTO ledger SELECT * FROM ledger",
        "UPDATE OR REPLACE ledger SET seq = 2 WHERE seq = 1",
        "UPDATE OR IGNORE ledger SET body = '{}'",
        "INSERT INTO ledger SELECT * FROM ledger WHERE seq = 1 ON CONFLICT DO UPDATE SET body = '{}'",
    ):
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute(sql)
    assert connection.execute("SELECT * FROM ledger ORDER BY seq").fetchall() == before


def test_checkpoints_stay_as_they_were_signed(file):
    connection, _, _ = file
    for sql in (
        "UPDATE checkpoint SET size = 1",
        "DELETE FROM checkpoint",
        "REPLACE INTO checkpoint SELECT * FROM checkpoint",
    ):
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute(sql)


def test_a_publication_stays_as_it_was_published(file):
    """Immutable numbered versions: neither text nor proof can be exchanged under the number."""
    connection, _, _ = file
    for sql in (
        "UPDATE publication SET snapshot = replace(snapshot, '82.10', '99.99')",
        "UPDATE publication SET bundle = x'00'",
        "DELETE FROM publication",
        "REPLACE INTO publication SELECT * FROM publication",
    ):
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute(sql)


def rewritten(bundle: bytes, change) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(name, content))
    return target.getvalue()


def test_the_verifier_finds_swapped_winners(file, tmp_path, capsys):
    """Names of first and last exchanged everywhere in the bundle, digests made to fit: the draw's commitments tell."""
    _, made, publication = file
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(publication.bundle)
    assert verify([str(bundle)]) == 0
    capsys.readouterr()
    first, last = made.codes[0].encode(), made.codes[2].encode()

    def swap(name: str, content: bytes) -> bytes:
        if "snapshot" not in name and "result" not in name and "entries" not in name and "identit" not in name:
            return content
        return content.replace(first, b"\x01").replace(last, first).replace(b"\x01", last)

    bundle.write_bytes(rewritten(publication.bundle, swap))
    assert verify([str(bundle)]) != 0
    assert "核验通过" not in capsys.readouterr().out

    def rename(_name: str, content: bytes) -> bytes:
        a, b = "王秀珍".encode(), "张䶮".encode()
        return content.replace(a, b"\x01").replace(b, a).replace(b"\x01", b)

    bundle.write_bytes(rewritten(publication.bundle, rename))
    assert verify([str(bundle)]) != 0, "names exchanged beside their codes"


def test_a_changed_mark_in_the_projection_does_not_change_what_is_published(file, tmp_path):
    """Public pages and certificates read the snapshot; its digest stands in the chain."""
    connection, made, publication = file
    connection.execute("UPDATE mark SET units = units + 1")
    with db.reading() as session:
        from contest.publications.queries import public_result

        shown = public_result(session, made.event.id)
    assert (
        hashlib.sha256(
            json.dumps(shown.document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        ).hexdigest()
        == publication.digest
    )
    (body,) = connection.execute("SELECT body FROM ledger WHERE kind = 'publication'").fetchone()
    assert publication.digest in body


TAMPERINGS = {
    "a mark of the winner": "UPDATE mark SET units = units + 10 WHERE entry_code = '{last}'",
    "a mark taken away": "DELETE FROM mark WHERE entry_code = '{first}' AND aspect = 'P1'",
    "one mark of one judge": "UPDATE mark SET units = units - 1 WHERE entry_code = '{first}' AND aspect = 'T1'",
    "a veto nobody gave": "INSERT INTO entry_veto (tenant_id, id, entry_id, veto, reason, decided_by, happened_on,"
    " created_at) SELECT tenant_id, 'x', id, 'major_safety_accident', 'x', 'x', '', '2026-01-01 00:00:00' FROM entry"
    " WHERE code = '{first}'",
    "a recusal nobody gave": "INSERT INTO recusal (tenant_id, id, panel_member_id, entry_id, reason, automatic,"
    " created_at) SELECT e.tenant_id, 'x', m.id, e.id, 'x', 0, '2026-01-01 00:00:00' FROM entry e, panel_member m"
    " WHERE e.code = '{first}' AND m.code = 'J1' LIMIT 1",
    "a row of the chain": "UPDATE ledger SET body = replace(body, '\"units\":800', '\"units\":801')",
    "a row cut out": "DELETE FROM ledger WHERE kind = 'mark' AND seq = (SELECT min(seq) FROM ledger WHERE kind='mark')",
    "a checkpoint": "UPDATE checkpoint SET root = '" + "0" * 64 + "'",
    "a signature": "UPDATE checkpoint SET signature = '" + "0" * 128 + "'",
    "a judge off the panel": "UPDATE panel_member SET removed_at = '2026-01-01 00:00:00' WHERE code = 'J1'",
    "a judge who scores no longer": "UPDATE panel_member SET scores = 0 WHERE code = 'J3'",
    "a judge with another's code": "UPDATE panel_member SET code = 'J9' WHERE code = 'J3'",
    "who signs": "UPDATE event SET signers = 'judge'",
    "other rules": "UPDATE rule_set_version SET document = replace(document, '\"decimals\": 1', '\"decimals\": 2')",
}


STATES = {
    "opened by nobody": ("UPDATE event SET unsealed_at = '2026-01-01 00:00:00'", "解密"),
    "a period opened by nobody": ("UPDATE period SET state = 'open' WHERE key = '1'", "锁定状态"),
    "formalities": ("UPDATE event SET rechecks = 1 - rechecks", "手续"),
    "a second person less": ("UPDATE event SET publishes_in_pairs = 1 - publishes_in_pairs", "手续"),
    "a judge gone": ("UPDATE panel_member SET removed_at = '2026-01-01 00:00:00' WHERE code = 'J1'", "裁判组"),
    "another rule set": (
        "UPDATE rule_set_version SET document = replace(document, '\"decimals\": 1', '\"decimals\": 2')",
        "评分办法",
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_contest_verify_finds_what_the_tables_alone_say(bare, name):
    made = make_contest()
    score_all(made)
    lock_all(made)
    with db.reading() as session:
        assert faults_of(session, made.competition) == []
    statement, told = STATES[name]
    with db.engine().begin() as connection:
        drop_triggers(connection)
        assert connection.exec_driver_sql(statement).rowcount != 0
    with db.reading() as session:
        (fault,) = faults_of(session, made.competition)
    assert told in str(fault.params["what"])


def test_contest_verify_finds_a_page_that_shows_another_result(bare):
    made = make_contest()
    score_all(made)
    lock_all(made)
    publish(made)
    with db.engine().begin() as connection:
        drop_triggers(connection)
        connection.exec_driver_sql("UPDATE publication SET snapshot = replace(snapshot, '82.10', '99.99')")
    with db.reading() as session:
        (fault,) = faults_of(session, made.competition)
    assert "已发布的成绩" in str(fault.params["what"])


def drop_triggers(connection):
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for trigger in names:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_changed_in_the_database_is_not_published(bare, name):
    """An administrator with the database in hand, triggers dropped, before the publication: nothing is signed."""
    made = make_contest()
    score_all(made)
    lock_all(made)
    unseal(made.event)
    with db.engine().begin() as connection:
        drop_triggers(connection)
        changed = connection.exec_driver_sql(TAMPERINGS[name].format(first=made.codes[0], last=made.codes[2]))
        assert changed.rowcount != 0
    organizer, _ = make_person(made.world, Role.ORGANIZER, login="boss")
    token = sign_in(bare, organizer).csrf_token
    path = f"/events/{made.event.id}/publications"
    answer = bare.post(path, data={"csrf_token": token, "title": "成绩"}, follow_redirects=False)
    assert answer.status_code == 409, answer.text[:200]
    assert "被人改动过" in answer.text
    assert count("publication") == count("ledger", "kind = 'publication'") == 0


def test_the_chain_written_anew_does_not_fit_its_checkpoints(bare):
    """Every hash made to fit a changed mark and its table: only the signature of the lock tells."""
    made = make_contest()
    score_all(made)
    lock_all(made)
    with db.engine().begin() as connection:
        for trigger in (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'").scalars().all()
        ):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql("UPDATE mark SET units = 995 WHERE units = 800")
        last = chain.GENESIS
        for seq, old in connection.exec_driver_sql("SELECT seq, body FROM ledger ORDER BY seq").all():
            body = old.replace('"units":800', '"units":995')
            link = chain.link(last, chain.event_of_body(body), body.encode())
            values = (body, last, link, seq)
            connection.exec_driver_sql("UPDATE ledger SET body = ?, previous = ?, hash = ? WHERE seq = ?", values)
            last = link
        connection.exec_driver_sql("UPDATE ledger_head SET hash = ?", (last,))
    with pytest.raises(ConflictError, match="存证不符"):
        publish(made)


def test_a_second_draw_of_a_code_is_found(bare, tmp_path, capsys):
    """Somebody on the server appends, properly chained and signed, a new commitment that exchanges two winners."""
    made = make_contest()
    score_all(made)
    with db.transaction() as session:
        entries = sorted(entries_of(session, made.fresh(session)), key=lambda entry: entry.number)
        first, last = entries[0], entries[2]
        swapped = {first.id: last.code, last.id: first.code}
        for codes in ({}, swapped):
            for entry in (first, last):
                entry.code = codes.get(entry.id)
                session.add(entry)
            session.flush()
        lines = [{"code": e.code, "commitment": chain.commitment(e.salt, e.id, e.code)} for e in (first, last)]
        append(session, made.competition, "draw", {"event": made.event.id, "entries": lines})
    lock_all(made)
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(publish(made).bundle)
    assert verify([str(bundle)]) == 1
    assert "重新抽签" in capsys.readouterr().out


def test_seats_exchanged_behind_the_platforms_back_are_not_published(bare):
    """The bundle shows the seats: one that fails its own check must not go out."""
    made = make_contest()
    draw_order(made, 2, "")
    score_all(made)
    lock_all(made)
    unseal(made.event)
    one, other = made.codes[:2]
    with db.engine().execution_options(writes=True).begin() as connection:
        for code, now in ((one, "?"), (other, one), ("?", other)):
            connection.exec_driver_sql("UPDATE seat SET code = ? WHERE code = ?", (now, code))
    with pytest.raises(ConflictError, match="出场次序") as refused:
        publish(made)
    assert refused.value.params["codes"] == "、".join(sorted((one, other)))
