"""The limited child process: it opens files nobody vouches for, so that the server never does.

Started as ``python -m contest.documents.worker LIMITS`` by ``sandbox``; it first takes its own rights away
(memory, processor time, file sizes, network) and then answers frames on its standard input until that closes.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from contest.documents.framing import Header, receive, send
from contest.documents.problems import Trouble

Answer = tuple[Header, Sequence[bytes]]
Operation = Callable[[Header, list[bytes]], Iterator[Answer]]

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def main() -> None:
    """Limit this process, then serve requests until the parent closes the pipe."""
    limits = json.loads(sys.argv[1])
    source, sink = sys.stdin.buffer, _private_output()
    offline = _take_rights_away(limits)
    send(sink, {"ready": True, "offline": offline})
    while True:
        try:
            header, blobs = receive(source)
        except EOFError:
            return
        _serve(sink, header, blobs)


def _private_output() -> BinaryIO:
    """Keep the pipe for frames alone: whatever a library prints goes to standard error instead."""
    private = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return private


def _take_rights_away(limits: dict[str, int]) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    offline = libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0  # best effort: some kernels forbid it
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["written"], limits["written"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return bool(offline)


def _serve(sink: BinaryIO, header: Header, blobs: list[bytes]) -> None:
    """Answer one request; an alarm ends a request whose parent is no longer there to do it."""
    signal.alarm(int(str(header.get("seconds", 60))) + 5)
    try:
        for answer, parts in _operation(str(header["do"]))(header, blobs):
            send(sink, answer, parts)
        send(sink, {"end": True})
    except Trouble as problem:
        send(sink, {"end": True, "code": problem.code, "params": problem.params})
    except MemoryError:
        send(sink, {"end": True, "code": "memory"})
    except Exception as error:  # noqa: BLE001 - whatever a parser throws is a refusal, never a dead server
        send(sink, {"end": True, "code": "unreadable", "detail": f"{type(error).__name__}: {error}"[:500]})
    signal.alarm(0)


def _operation(name: str) -> Operation:
    """Find ``module:function``; the name comes from our own parent, never from a file."""
    module, function = name.split(":")
    operation: Operation = getattr(importlib.import_module(module), function)
    return operation


if __name__ == "__main__":
    main()
