"""Acknowledged means on the disk: after SIGKILL, in the system calls, and in what a power cut would leave behind."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from contest import db
from tests.databases import databases

ROOT = Path(__file__).parent.parent.parent
KILLS = int(os.environ.get("CRASH_KILLS", "8"))
MARKS, CUTS = 12, int(os.environ.get("CRASH_CUTS", "12"))
SETTINGS = {"journal_mode": "wal", "synchronous": 2, "recursive_triggers": 1, "foreign_keys": 1}
"""synchronous 2 = FULL: a commit is on the disk before it returns, in WAL mode too."""


def test_every_connection_is_durable_and_guarded(database: sa.Engine) -> None:
    """All of the pool at once, not only the first: a pragma is the connection's own."""
    connections = [database.connect() for _ in range(12)]
    try:
        for connection in connections:
            if db.is_sqlite():
                told = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SETTINGS}
                assert told == SETTINGS
            else:
                for name in ("synchronous_commit", "fsync", "full_page_writes"):
                    assert connection.exec_driver_sql(f"SHOW {name}").scalar() == "on", name
    finally:
        for connection in connections:
            connection.close()


@pytest.mark.postgresql
def test_a_database_that_says_otherwise_is_overruled(postgresql_url: str) -> None:
    """`ALTER DATABASE … SET synchronous_commit = off` by somebody in a hurry does not reach our commits."""
    url = sa.make_url(postgresql_url)
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'ALTER DATABASE "{url.database}" SET synchronous_commit = off')
        with db.configure(postgresql_url).connect() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'ALTER DATABASE "{url.database}" RESET synchronous_commit')
        admin.dispose()


def run(*command: str, folder: Path) -> str:
    environment = os.environ | {"DATA_DIR": str(folder), "ARGON2_MEMORY_KIB": "64"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=7200)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("kind", databases())
def test_nothing_acknowledged_is_lost_and_nothing_counts_twice(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """ICPC allows a minute of loss; we allow none (trust.md 6, 1). `make crash` kills a thousand times."""
    url = f"sqlite:///{tmp_path / 'crash.db'}" if kind == "sqlite" else request.getfixturevalue("postgresql_url")
    out = run(sys.executable, "-m", "tests.crash.rig", url, "--kills", str(KILLS), folder=tmp_path)
    told = json.loads(out.splitlines()[-1])
    assert told["kills"] == KILLS
    assert told["accepted"] >= KILLS, "too few marks between the kills to prove anything"


def traced(tmp_path: Path) -> tuple[list[str], Path, Path]:
    """The system calls of a process that takes marks one by one; its database before, its write-ahead log after."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not there: see deploy/test-packages.txt")
    trace, path = tmp_path / "trace", tmp_path / "one.db"
    command = [sys.executable, "-m", "tests.crash.one_by_one", str(path), str(MARKS)]
    strace = ["strace", "-f", "-y", "-o", str(trace), "-e", "trace=pwrite64,write,fdatasync,fsync", "-s", "16"]
    probe = subprocess.run([*strace, "true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        pytest.skip(f"strace may not trace here: {probe.stderr.strip()[:200]}")
    run(*strace, *command, folder=tmp_path)
    return trace.read_text().splitlines(), tmp_path / "before.db", Path(f"{path}-wal")


WRITTEN = re.compile(r"pwrite64\(\d+<(.*?-wal)>.*, (\d+), (\d+)\) += (\d+)")
SYNCED = re.compile(r"f(?:data)?sync\(\d+<(.*?-wal)>\) += 0")
STARTED = re.compile(r'write\(1<.*"START')
ANSWERED = re.compile(r'write\(1<.*"ACK (\d+)')


def boundaries(lines: list[str]) -> tuple[list[int], list[tuple[int, int]]]:
    """The end of the log after every write, and per acknowledged mark (number, length that was synced before)."""
    end = synced = 0
    ends: list[int] = []
    marks: list[tuple[int, int]] = []
    for line in lines:
        if found := WRITTEN.search(line):
            end = max(end, int(found[3]) + int(found[4]))
            ends.append(end)
        elif STARTED.search(line):  # the log is empty now
            end, ends = 0, []
        elif SYNCED.search(line):
            synced = end
        elif found := ANSWERED.search(line):
            assert synced == end > 0, f"mark {found[1]} was acknowledged before the log was synced"
            marks.append((int(found[1]), synced))
    return ends, marks


def test_a_sync_stands_before_every_acknowledgement_and_a_power_cut_keeps_all_of_them(tmp_path: Path) -> None:
    """The write-ahead log cut at every write, half of one torn or garbled: each acknowledged mark is still there.

    Stands for LazyFS (which needs FUSE): what was not synced may be missing, torn or nonsense after the cut.
    """
    lines, before, log = traced(tmp_path)
    ends, marks = boundaries(lines)
    assert [number for number, _ in marks] == list(range(1, MARKS + 1))
    content, rng = log.read_bytes(), random.Random(5)
    assert len(content) == max(ends)
    for cut in rng.sample(ends, min(CUTS, len(ends))):
        durable = max((length for _, length in marks if length <= cut), default=0)
        kept = max((number for number, length in marks if length <= cut), default=0)
        torn = rng.randrange(durable, cut + 1)
        garbled = content[:durable] + bytes(rng.randrange(256) for _ in range(min(cut - durable, 9000)))
        for name, left in (("cut", content[:cut]), ("torn", content[:torn]), ("garbled", garbled)):
            assert restored(tmp_path / "cut.db", before, left) >= kept, (name, cut)


def restored(path: Path, before: Path, log: bytes) -> int:
    """How many marks a database has whose log was cut so; it must be whole."""
    path.write_bytes(before.read_bytes())
    Path(f"{path}-wal").write_bytes(log)
    Path(f"{path}-shm").unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA synchronous=OFF")  # of the looking alone
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        numbers = [row[0] for row in connection.execute("SELECT device_seq FROM operation ORDER BY device_seq")]
        marks = connection.execute("SELECT count(*) FROM ledger WHERE kind = 'mark'").fetchone()[0]
        assert numbers == list(range(1, len(numbers) + 1))
        assert marks == len(numbers), "operation and ledger row stand and fall together"
        return len(numbers)
    finally:
        connection.close()
