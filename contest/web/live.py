"""The live stream: GET /live/{topic} says "version n" and nothing else; what stands in front of the router.

Raw ASGI, outside session, CSRF and database: thousands of viewers cost one write each. Over several processes the
announcements go through Redis (`settings.redis_url`).
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import signal
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import Any

import structlog

from contest.loops import call_soon
from contest.settings import get_settings
from contest.web.snapshots import App, Message, Receive, Scope, Send, SnapshotCache

log = structlog.get_logger()

HEARTBEAT = 20.0
"""Seconds between comments on a silent stream: proxies and phones drop what says nothing for 30 to 60."""
INTERVAL = 1.0
"""At most one announcement per topic in so many seconds."""
MAX_STREAMS = 20_000
KEPT_FREE = 200
"""Open files that streams leave to everything else: pages, marks and the database come first."""
CHANNEL = "contest:live"
_TOPIC = re.compile(r"/live/([a-z]+-[0-9a-z]{1,32})")
_PUBLIC = re.compile(r"/(zh|en)(/.*)?")
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Hub:
    """Who listens to which topic. Everything but `announce` runs on the server's event loop."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.closing = False
        self.caches: list[SnapshotCache] = []
        self.versions: dict[str, int] = {}
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self._said_at: dict[str, float] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._relay: asyncio.Task[None] | None = None
        self.streams = 0

    def start(self) -> None:
        """Takes the running loop; with Redis, listens to what other processes announce."""
        self.loop = asyncio.get_running_loop()
        self.closing = False
        _close_on_signals(self)
        if get_settings().redis_url:
            self._relay = self.loop.create_task(_relay(self))

    def close(self) -> None:
        """Ends every stream: a server that waits for its connections would never stop otherwise."""
        self.closing = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        if self._relay:
            self._relay.cancel()
        for topic in list(self._waiting):
            self._wake(topic)
        self.loop = None

    def announce(self, topic: str, version: int) -> None:
        """Any thread may call it; without a running loop (seeds, command line) nobody listens here."""
        loop = self.loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop closed between the two lines
                call_soon(loop, self.take, topic, version)

    def take(self, topic: str, version: int) -> None:
        """A version came, from here or from another process: pages of it are old at once, viewers hear within 1 s."""
        if version <= self.versions.get(topic, 0) or self.loop is None:
            return
        self.versions[topic] = version
        for cache in self.caches:
            cache.drop(topic)
        if topic not in self._timers:
            delay = max(0.0, self._said_at.get(topic, 0.0) + INTERVAL - time.monotonic())
            self._timers[topic] = self.loop.call_later(delay, self._say, topic)

    def wait(self, topic: str) -> asyncio.Future[None]:
        """Done at the next announcement of `topic`, or when the hub closes."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(topic, set()).add(future)
        return future

    def leave(self, topic: str, future: asyncio.Future[None]) -> None:
        listeners = self._waiting.get(topic, set())
        listeners.discard(future)
        if not listeners:
            self._waiting.pop(topic, None)

    def _say(self, topic: str) -> None:
        self._timers.pop(topic, None)
        self._said_at[topic] = time.monotonic()
        self._wake(topic)

    def _wake(self, topic: str) -> None:
        for future in self._waiting.pop(topic, set()):
            if not future.done():
                future.set_result(None)


def _close_on_signals(to_close: Hub) -> None:
    """Ends the streams at the signal itself: servers say lifespan.shutdown only when all connections are gone."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def closed(received: int, frame: FrameType | None, before: Any = before) -> None:
            if to_close.loop:
                to_close.loop.call_soon_threadsafe(to_close.close)
            if callable(before):
                before(received, frame)

        if callable(before):
            signal.signal(number, closed)


hub = Hub()


def announce(topic: str, version: int) -> None:
    """Tells every viewer of `topic` ("event-<id>"), in every process, that `version` is there. Thread-safe."""
    hub.announce(topic, version)
    if get_settings().redis_url:
        _publish(topic, version)


def front(app: App) -> App:
    """The ASGI app to serve: live streams and published pages here, everything else from `app`."""
    cache = SnapshotCache(app)
    hub.caches[:] = [cache]

    async def fronted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, _watched(receive), send)
        elif scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await app(scope, receive, send)
        elif found := _TOPIC.fullmatch(scope["path"]):
            await _stream(found[1], receive, send)
        elif _PUBLIC.fullmatch(scope["path"]) and not scope.get("query_string"):
            await cache(scope, receive, send)
        else:
            await app(scope, receive, send)

    return fronted


def _watched(receive: Receive) -> Receive:
    async def watched() -> Message:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub.start()
        elif message["type"] == "lifespan.shutdown":
            hub.close()
        return message

    return watched


def most_streams() -> int:
    """As many as this process may have files open, less what the rest needs: a viewer too many is sent to polling."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_STREAMS if allowed == resource.RLIM_INFINITY else min(MAX_STREAMS, max(allowed - KEPT_FREE, 50))


async def _stream(topic: str, receive: Receive, send: Send) -> None:
    if hub.streams >= most_streams() or hub.closing:
        await send({"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"10")]})
        await send({"type": "http.response.body", "body": b""})
        return
    hub.streams += 1
    gone: asyncio.Future[Any] = asyncio.ensure_future(_until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _say_versions(topic, gone, send)
    except OSError:
        return  # the viewer left while we were writing
    finally:
        hub.streams -= 1
        gone.cancel()


async def _say_versions(topic: str, gone: asyncio.Future[Any], send: Send) -> None:
    """The present version at once (0 = unknown since the start: ask for the latest), then each new one."""
    said = -1
    while not hub.closing and not gone.done():
        known = hub.versions.get(topic, 0)
        # Waiting starts before writing, so that a version that comes meanwhile is not missed.
        news = hub.wait(topic)
        try:
            text = f"event: version\ndata: {known}\n\n" if known != said else ": still here\n\n"
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            said = known
            await asyncio.wait({news, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hub.leave(topic, news)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _publish(topic: str, version: int) -> None:
    import redis

    try:
        _client().publish(CHANNEL, json.dumps([topic, version]))
    except redis.RedisError as error:
        log.warning("live message not passed on", topic=topic, error=str(error))


def _client() -> Any:
    """One connection pool per process and address."""
    import redis

    address = get_settings().redis_url
    if address not in _clients:
        _clients[address] = redis.Redis.from_url(address, socket_timeout=2)
    return _clients[address]


_clients: dict[str, Any] = {}


async def _relay(to: Hub) -> None:
    """Hands on what other processes announce; a lost Redis is tried again for as long as the server runs."""
    import redis.asyncio

    while True:
        try:
            async with redis.asyncio.Redis.from_url(get_settings().redis_url) as client, client.pubsub() as pubsub:
                await pubsub.subscribe(CHANNEL)
                async for message in pubsub.listen():
                    if message["type"] == "message":
                        topic, version = json.loads(message["data"])
                        to.take(str(topic), int(version))
        except (redis.RedisError, OSError, ValueError) as error:
            log.warning("live messages of other processes not heard", error=str(error))
            await asyncio.sleep(1)
