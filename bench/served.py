"""What the benchmarks share: the real server in a process of its own on a database of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
START_LIMIT = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(address: str, cookie: str = "") -> tuple[int, bytes]:
    request = urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.status, answer.read()


def environment(folder: Path, port: int) -> dict[str, str]:
    return os.environ | {"DATA_DIR": str(folder), "PUBLIC_URL": f"http://127.0.0.1:{port}", "DATABASE_URL": ""}


@contextmanager
def server(folder: Path, *arguments: str) -> Iterator[tuple[str, float, int]]:
    """Starts `contest serve`; yields its address, the seconds until the first page, and its process id."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    command = [sys.executable, "-m", "contest", "serve", "--port", str(port), *arguments]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment(folder, port), cwd=ROOT, stdout=log, stderr=log)
    try:
        while True:
            try:
                get(f"{address}/sign-in")
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() - began > START_LIMIT:
                    raise SystemExit((folder / "server.log").read_text()) from None
                time.sleep(0.02)
        yield address, time.perf_counter() - began, process.pid
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def data_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def memory_mib(pid: int) -> float:
    """Resident memory of the server and its workers."""
    pids = [pid]
    for child in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = child.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            pids.append(int(child.parent.name))
    pages = sum(int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in pids)
    return pages * 4096 / 2**20


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
