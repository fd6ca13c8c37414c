"""A thousand judges on one box: a mark acknowledged under a steady load, flat out, and after an outage.

The real server (one process) on loopback with the load made by this process; yardsticks in the same run: the same
rows written with bare sqlite3, and a POST on the same path that stores nothing. `--postgresql URL` measures on
PostgreSQL (an empty database). `--quick` is a short look.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from judges_site import ASPECTS, fill
from served import data_folder, percentile, server

CONNECTIONS, ROUND_SECONDS = 50, 10.0


@dataclass
class Tablet:
    """One judge's tablet: a kept connection, the revisions that it knows."""

    cookie: str
    csrf: str
    event: str
    codes: list[str]
    port: int = 0
    revisions: dict[tuple[str, str], int] = field(default_factory=dict)
    sent: int = 0
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def operation(self) -> dict[str, Any]:
        """The next mark, place after place, a new value each time round."""
        place = self.sent % (len(self.codes) * ASPECTS)
        code, aspect = self.codes[place // ASPECTS], f"A{place % ASPECTS + 1}"
        self.sent += 1
        return {
            "op_id": str(uuid.uuid4()), "event": self.event, "stage": "final", "period": "1", "entry": code,
            "aspect": aspect, "value": (self.sent * 37) % 101, "base": self.revisions.get((code, aspect), 0),
            "reason": "复议后调整", "device": "bench", "seq": self.sent, "client_time": time.time_ns() // 1_000_000,
        }  # fmt: skip

    async def send(self, operations: Sequence[dict[str, Any]]) -> float:
        """Posts a batch until it is answered, as a tablet does; milliseconds until every mark is on the disk."""
        began, body = time.perf_counter(), json.dumps({"operations": operations}).encode()
        while True:
            try:
                answers = json.loads(await self.post(body))["answers"]
                break
            except (OSError, EOFError):  # a kept connection that the server has closed meanwhile
                self.streams = None
            except (ValueError, KeyError):  # too busy for now: again a little later
                await asyncio.sleep(random.uniform(0.5, 2.0))
        took = (time.perf_counter() - began) * 1000
        for op, answer in zip(operations, answers, strict=True):
            assert (answer.get("first") or answer["result"]) == "accepted", answer
            self.revisions[op["entry"], op["aspect"]] = answer["revision"]
        return took

    async def refused(self) -> None:
        body = {"account": "somebody else", "operations": [self.operation()]}
        assert "error" in json.loads(await self.post(json.dumps(body).encode()))

    async def post(self, body: bytes) -> bytes:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        head = (
            f"POST /api/operations HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"Cookie: contest_session={self.cookie}\r\nX-CSRF-Token: {self.csrf}\r\nSec-Fetch-Site: same-origin\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        headers = (await reader.readuntil(b"\r\n\r\n")).lower()
        return await reader.readexactly(int(headers.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))


async def steady(tablets: Sequence[Tablet], rounds: int) -> list[float]:
    """Every judge gives one mark in each ten seconds, at a moment of their own."""

    async def judge(tablet: Tablet) -> list[float]:
        found = []
        await asyncio.sleep(random.uniform(0, ROUND_SECONDS))
        for _ in range(rounds):
            began = time.perf_counter()
            found.append(await tablet.send([tablet.operation()]))
            await asyncio.sleep(max(0.0, ROUND_SECONDS - (time.perf_counter() - began)))
        return found

    return [ms for found in await asyncio.gather(*map(judge, tablets)) for ms in found]


async def flat_out(tablets: Sequence[Tablet], seconds: float, *, stores: bool) -> list[float]:
    """Fifty connections, each posting as soon as it has its answer: milliseconds of each post.

    Without `stores` the same mark is said to be another account's: read, known for whose it is, refused.
    """
    end = time.perf_counter() + seconds

    async def judge(tablet: Tablet) -> list[float]:
        found = []
        while time.perf_counter() < end:
            began = time.perf_counter()
            await (tablet.send([tablet.operation()]) if stores else tablet.refused())
            found.append((time.perf_counter() - began) * 1000)
        return found

    chosen = tablets[:: len(tablets) // CONNECTIONS][:CONNECTIONS]
    return [ms for found in await asyncio.gather(*map(judge, chosen)) for ms in found]


async def in_turns(tablets: Sequence[Tablet], seconds: float, pid: int) -> None:
    """Marks and posts that store nothing, a second of each in turn: a shared machine changes its speed meanwhile."""
    times: dict[bool, list[float]] = {False: [], True: []}
    spent = {False: 0.0, True: 0.0}
    for _ in range(int(seconds)):
        for stores in (False, True):
            start = cpu_seconds(pid)
            times[stores] += await flat_out(tablets, 1.0, stores=stores)
            spent[stores] += cpu_seconds(pid) - start
    marks, nothing = len(times[True]), len(times[False])
    each = {stores: spent[stores] / len(times[stores]) * 1000 for stores in times}
    told(f"flat out, {CONNECTIONS} connections", times[True])
    print(f"{marks / seconds:,.0f} marks/s; {nothing / seconds:,.0f}/s that store nothing; ratio {marks / nothing:.2f}")
    print(f"processor time of the server: {each[True]:.2f} ms a mark, {each[False]:.2f} ms a POST that stores nothing;"
          f" ratio {each[False] / each[True]:.2f}", flush=True)  # fmt: skip


async def drain(tablets: Sequence[Tablet], marks: int) -> float:
    """Every tablet comes back at once with its queue: seconds until the last mark is acknowledged."""
    began = time.perf_counter()
    await asyncio.gather(*(tablet.send([tablet.operation() for _ in range(marks)]) for tablet in tablets))
    return time.perf_counter() - began


def bare(folder: Path, count: int, group: int) -> float:
    """The same rows with bare sqlite3, `group` marks in a durable commit: marks a second."""
    path = folder / "bare.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
                 "CREATE TABLE ledger (t, c, seq, kind, body, previous, hash, PRIMARY KEY (t, c, seq))",
                 "CREATE TABLE operation (t, id, body, result, seq, PRIMARY KEY (t, id))",
                 "CREATE TABLE mark (t, e, s, p, n, a, j, units, revision, PRIMARY KEY (t, e, s, p, n, a, j))",
                 "CREATE TABLE head (c PRIMARY KEY, seq)"):  # fmt: skip
        connection.execute(line)
    body, began = "x" * 420, time.perf_counter()
    for start in range(0, count, group):
        connection.execute("BEGIN IMMEDIATE")
        numbers = range(start, start + group)
        connection.executemany(
            "INSERT INTO ledger VALUES ('t','c',?,'mark',?,?,?)", [(n, body, "h" * 64, "h" * 64) for n in numbers]
        )
        connection.executemany(
            "INSERT INTO operation VALUES ('t',?,?,'accepted',?)", [(str(uuid.uuid4()), body, n) for n in numbers]
        )
        connection.executemany(
            "INSERT INTO mark VALUES ('t','e','s','p',?,'a','j',?,?) ON CONFLICT DO UPDATE SET units = excluded.units",
            [(n % 15, n % 101, n) for n in numbers],
        )
        connection.execute("INSERT INTO head VALUES ('c', ?) ON CONFLICT DO UPDATE SET seq = excluded.seq", (start,))
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return count / took


def cpu_seconds(pid: int) -> float:
    """Processor time of the server and its workers so far: tells more than the clock on a busy machine."""
    pids = [pid] + [int(p.parent.name) for p in Path("/proc").glob("[0-9]*/stat") if _parent(p) == pid]
    ticks = [Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split()[11:13] for p in pids]
    return sum(int(n) for pair in ticks for n in pair) / 100


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def told(name: str, times: list[float]) -> None:
    p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
    print(f"{name}: p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {max(times):.0f} ms ({len(times):,} marks)", flush=True)


async def measure(tablets: list[Tablet], folder: Path, pid: int, *, quick: bool) -> None:
    rounds, seconds, marks = (1, 4.0, 15) if quick else (3, 10.0, 60)
    for group in (1, 50):
        print(f"yardstick, bare sqlite3, {group} marks a commit: {bare(folder, 3_000, group):,.0f} marks/s", flush=True)
    told(f"steady, {len(tablets):,} marks in 10 s", await steady(tablets, rounds))
    await flat_out(tablets, 1.0, stores=True)
    await in_turns(tablets, seconds, pid)
    took = await drain(tablets, marks)
    print(
        f"{len(tablets) * marks:,} queued marks in {took:.1f} s: {len(tablets) * marks / took:,.0f} marks/s", flush=True
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgresql", default="", metavar="URL")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    with data_folder() as folder:
        began = time.perf_counter()
        people = fill(folder, options.postgresql)
        print(f"{len(people):,} judges made ready in {time.perf_counter() - began:.0f} s", flush=True)
        with server(folder, *(["--database", options.postgresql] if options.postgresql else [])) as (address, _, pid):
            port = int(address.rsplit(":", 1)[1])
            tablets = [Tablet(**person, port=port) for person in people]  # type: ignore[arg-type]
            asyncio.run(measure(tablets, folder, pid, quick=options.quick))


if __name__ == "__main__":
    main()
