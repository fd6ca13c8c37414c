"""Takes marks one by one and says so after each: what strace watches. `python -m tests.crash.one_by_one DB N`"""

from __future__ import annotations

import os
import shutil
import sys

from contest import app, db, migrations  # noqa: F401 (app knows every table)
from tests.judging.scenery import build_contest


def main(path: str, count: int) -> None:
    migrations.upgrade(db.configure(f"sqlite:///{path}"))
    contest = build_contest()
    with db.engine().connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, os.path.join(os.path.dirname(path), "before.db"))  # noqa: PTH118, PTH120
    db.engine().dispose()
    db.configure(f"sqlite:///{path}")
    os.write(1, b"START\n")
    base = 0
    for number in range(1, count + 1):
        (answer,) = contest.send("anna", contest.op(number % 41, base=base, seq=number, reason="复评"))
        assert answer["result"] == "accepted"
        base = answer["revision"]
        os.write(1, b"ACK %d\n" % number)
    os.execv("/bin/sh", ["sh", "-c", "exit 0"])  # gone without closing the database, which would fold the log away


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
