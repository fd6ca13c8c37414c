"""From threads to an event loop: many calls, one wake-up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Lock

Call = tuple[Callable[..., object], tuple[object, ...]]
_lock = Lock()
_waiting: dict[asyncio.AbstractEventLoop, list[Call]] = {}


def call_soon(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *arguments: object) -> None:
    """`loop.call_soon_threadsafe`, but what comes before the loop has woken up goes with the first call. Waking it is a
    system call, at which the caller loses the interpreter to it: fifty answers of one commit are handed over together.

    Raises:
        RuntimeError: the loop is closed.
    """
    with _lock:
        calls = _waiting.setdefault(loop, [])
        calls.append((function, arguments))
        if len(calls) > 1:
            return
    try:
        loop.call_soon_threadsafe(_run, loop)
    except RuntimeError:
        with _lock:
            _waiting.pop(loop, None)
        raise


def _run(loop: asyncio.AbstractEventLoop) -> None:
    with _lock:
        calls = _waiting.pop(loop, [])
    for function, arguments in calls:
        loop.call_soon(function, *arguments)
