"""Kills a process that takes marks, with SIGKILL, again and again: nothing acknowledged is lost, nothing counts twice.

    python -m tests.crash.rig sqlite:////tmp/x/crash.db --kills 1000

Each round forks a process with four tablets (one of them two devices of one judge's) and a thread that signs
checkpoints. It reports every operation before it sends it and every answer after it got it; the parent kills it in the
middle, and the next round first sends what was never answered, as a tablet does.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from contest import app, db, migrations  # noqa: F401 (app knows every table)
from contest.judging.marks.proposed import read_batch
from contest.judging.marks.writer import submit
from contest.ledger import queries as ledger
from contest.ledger.services import make_checkpoint
from contest.publications.checking import faults_of
from tests.judging.scenery import Contest, build_contest

TABLETS = ("anna", "anna", "bo", "bo")
FIRST_ANSWER, ROUND_MS = 20.0, 120
Answers = dict[str, tuple[str, int | None, str]]
"""op id -> result, seq, hash as they were acknowledged."""


@dataclass
class Rig:
    """What the tablets remember over all rounds."""

    contest: Contest
    url: str
    rng: random.Random
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    answered: Answers = field(default_factory=dict)
    resent: int = 0

    def round(self, number: int) -> None:
        """One process, killed some milliseconds after its first answers."""
        waiting = [op for key, op in self.sent.items() if key not in self.answered]
        self.resent += len(waiting)
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            work(self.contest, self.url, number, waiting, write)
        os.close(write)
        killer = threading.Timer(FIRST_ANSWER, os.kill, (pid, signal.SIGKILL))
        killer.start()
        with os.fdopen(read, "rb") as pipe:
            lines = []
            for line in pipe:
                lines.append(line)
                if b'"send"' not in line:
                    break
            time.sleep(self.rng.uniform(0, ROUND_MS / 1000))
            os.kill(pid, signal.SIGKILL)
            lines += pipe.readlines()
        killer.cancel()
        os.waitpid(pid, 0)
        for line in lines:
            if line.endswith(b"\n"):  # what was cut in the middle was not heard
                self.hear(json.loads(line))

    def hear(self, told: dict[str, Any]) -> None:
        if "send" in told:
            self.sent[told["send"]["op_id"]] = told["send"]
            return
        key = told["op_id"]
        result = told.get("first") or told["result"]
        answer = (result, told["seq"], told["hash"])
        assert self.answered.setdefault(key, answer) == answer, f"two answers to {key}"

    def check(self) -> dict[str, int]:
        """Everything acknowledged is there, once, as it was acknowledged; the chain and its projections are whole."""
        db.configure(self.url)
        with db.reading() as session:
            found = {row[0]: tuple(row[1:]) for row in session.execute(sa.text(_KEPT))}
            rows = ledger.rows(session, self.contest.competition)
            faults = faults_of(session, self.contest.competition)
            sound = session.execute(sa.text("PRAGMA integrity_check")).scalar() if db.is_sqlite() else "ok"
        db.engine().dispose()
        made = [data["op"] for data in ledger.data_of(rows, "mark")]
        by_seq = {row.seq: row.hash for row in rows}
        lost = [key for key in self.answered if key not in found]
        other = [
            key
            for key, (result, seq, short) in self.answered.items()
            if key in found and (found[key] != (result, seq) or not by_seq.get(seq or 0, short).startswith(short))
        ]
        accepted = [key for key, answer in self.answered.items() if answer[0] == "accepted"]
        assert sound == "ok", sound
        assert not faults, [fault.message % fault.params for fault in faults]
        assert not lost, f"{len(lost)} acknowledged operations lost: {lost[:3]}"
        assert not other, f"{len(other)} are not as they were acknowledged: {other[:3]}"
        assert len(made) == len(set(made)), "an operation counted twice"
        silent = len(set(found) - set(self.answered))
        return {"acknowledged": len(self.answered), "accepted": len(accepted), "rows": len(rows),
                "committed_unanswered": silent, "resent": self.resent}  # fmt: skip


_KEPT = "SELECT op_id, result, ledger_seq FROM operation"


def work(contest: Contest, url: str, number: int, waiting: list[dict[str, Any]], pipe: int) -> None:
    """The process that will be killed: it never comes back."""
    db.configure(url)

    def tell(value: dict[str, Any]) -> None:
        os.write(pipe, json.dumps(value).encode() + b"\n")  # one write: a line is whole or cut, never mixed

    def tablet(place: int) -> None:
        actor = contest.actors[TABLETS[place]]
        mine = [op for op in waiting if op["device"] == f"d{place}"]
        known: dict[str, int] = {}
        for op in itertools.chain(mine, operations(contest, number, place, known)):
            tell({"send": op})
            for answer in submit(actor, read_batch([op])).result():
                tell(answer)
                known[op["entry"]] = answer.get("current", answer)["revision"] or 0

    def sign() -> None:
        while True:
            with db.transaction() as session:
                make_checkpoint(session, contest.competition, "timer")
            time.sleep(0.05)

    threads = [threading.Thread(target=tablet, args=(place,), daemon=True) for place in range(len(TABLETS))]
    threads.append(threading.Thread(target=sign, daemon=True))
    for thread in threads:
        thread.start()
    time.sleep(FIRST_ANSWER)
    os._exit(1)


def operations(contest: Contest, number: int, place: int, known: dict[str, int]) -> Any:
    """Endless marks of one device; what the judge's other device changed meanwhile makes some of them conflicts."""
    for n in itertools.count():
        changes = {"device": f"d{place}", "seq": n, "reason": "复评", "op_id": f"crash-{number:05d}-{place}-{n:05d}"}
        entry = n % (2 if TABLETS[place] == "bo" else 3)
        yield contest.op((n + place * 20) % 41, "P2", entry, base=known.get(contest.codes[entry], 0), **changes)


def run(url: str, kills: int, seed: int = 1, every: int = 50) -> dict[str, int]:
    """`kills` rounds on the empty database `url`; checks every so often and at the end."""
    engine = db.configure(url)
    migrations.upgrade(engine)
    rig = Rig(build_contest(), url, random.Random(seed))
    for number in range(1, kills + 1):
        db.engine().dispose()
        rig.round(number)
        if number % every == 0:
            sys.stderr.write(f"{number} kills: {rig.check()}\n")
    return rig.check()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    told = run(options.url, options.kills, options.seed)
    sys.stdout.write(json.dumps({"kills": options.kills} | told) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    Path(os.environ.setdefault("DATA_DIR", "var/crash")).mkdir(parents=True, exist_ok=True)
    main()
