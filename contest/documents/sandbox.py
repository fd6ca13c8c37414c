"""Starting, asking and ending the limited child process (see ``worker``)."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Self, cast

from contest.documents.framing import Header, receive, send
from contest.documents.problems import Trouble

MIB = 1024 * 1024
LOG = logging.getLogger(__name__)
Answer = tuple[Header, list[bytes]]
_PASSED_ON = (
    "PATH",
    "TMPDIR",
    "HOME",
    "LD_LIBRARY_PATH",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
)


class WorkerFailed(Trouble):
    """A limited child process that refused, died, ran out of time or out of memory."""


@dataclass(frozen=True)
class Limits:
    """What a child may use: address space and written bytes in bytes."""

    memory: int
    written: int = 0


class Worker:
    """One child process. Not for several threads at once; ``alive`` is false after any trouble."""

    def __init__(self, limits: Limits) -> None:
        """Start the child; it answers its first frame when its limits are in force."""
        command = [sys.executable, "-m", "contest.documents.worker", json.dumps(asdict(limits))]
        self._process = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        self._input = cast("BinaryIO", self._process.stdin)
        self._output = cast("BinaryIO", self._process.stdout)
        self.calls = 0
        self.offline = bool(self._first_frame().get("offline"))

    @property
    def alive(self) -> bool:
        """Whether the child can take another request."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def ask(self, do: str, params: Mapping[str, object], blobs: Sequence[bytes] = (), *, seconds: int) -> list[Answer]:
        """Return all answers to one request for ``do`` ("module:function").

        Raises WorkerFailed; the child is killed when ``seconds`` are over, and can't be asked again then.
        """
        started = time.monotonic()
        timer = threading.Timer(seconds, self._process.kill)
        timer.start()
        try:
            send(self._input, {**params, "do": do, "seconds": seconds}, blobs)
            answers = list(self._answers())
        except (OSError, EOFError, ValueError) as error:
            self.close()
            late = time.monotonic() - started >= seconds
            raise WorkerFailed("timeout" if late else "memory", {"seconds": seconds}) from error
        finally:
            timer.cancel()
        self.calls += 1
        return answers

    def _answers(self) -> Iterator[Answer]:
        while True:
            header, blobs = receive(self._output)
            if not header.get("end"):
                yield header, blobs
                continue
            if "code" in header:
                LOG.info("worker refused: %s %s", header["code"], header.get("detail", ""))
                params = header.get("params")
                raise WorkerFailed(str(header["code"]), params if isinstance(params, dict) else None)
            return

    def _first_frame(self) -> Header:
        try:
            return receive(self._output)[0]
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise WorkerFailed("unreadable") from error

    def close(self) -> None:
        """End the child now and reap it; safe to call twice."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._input, self._output):
            try:
                pipe.close()
            except OSError:  # unsent bytes to a dead child
                LOG.debug("pipe closed with bytes unsent")

    def __enter__(self) -> Self:
        """Use as a context manager for one file."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self.close()


def _environment() -> dict[str, str]:
    """Only what fonts and the interpreter need: no database address or key reaches the child."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    root = str(Path(__file__).resolve().parents[2])
    return {**kept, "PYTHONPATH": root, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
