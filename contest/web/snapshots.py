"""Published pages as bytes, answered in front of the router: no session, no CSRF, no database per hit.

Only answers that call themselves `public` are kept, so that a page decides for itself. The pages concerned have the
language in their path and get no cookie: whatever is kept is the same for everybody.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

TOPIC_HEADER = b"x-live-topic"
"""An answer names with it the topic whose next version makes it old; it is not sent on."""
MAX_BYTES = 64 * 1024 * 1024
MAX_PAGE = 4 * 1024 * 1024
_MAX_AGE = re.compile(rb"max-age=(\d+)")
_PERSONAL = (b"cookie", b"authorization", b"accept-language", b"if-none-match", b"hx-request")


@dataclass(slots=True)
class Page:
    """One kept answer."""

    body: bytes
    headers: Headers
    etag: bytes
    topic: bytes
    expires: float


@dataclass(slots=True)
class _Answer:
    """What the app behind answered, collected."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name.lower(), value) for name, value in message.get("headers", [])]
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def header(self, name: bytes) -> bytes:
        return next((value for key, value in self.headers if key == name), b"")


class SnapshotCache:
    """The kept pages of one process, by path; the oldest used go first when there are too many bytes."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._bytes = 0
        self._changes = 0
        self._filling: dict[str, asyncio.Lock] = {}

    def drop(self, topic: str) -> None:
        """Forgets every page that the new version of `topic` makes old."""
        self._changes += 1
        for path in [path for path, page in self._pages.items() if page.topic == topic.encode()]:
            self._forget(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        page = self._fresh(path)
        if page is None:
            # one request fills, the others wait for it: a new version brings every viewer at the same moment
            async with self._filling.setdefault(path, asyncio.Lock()):
                page = self._fresh(path) or await self._fill(scope, receive, send)
            self._filling.pop(path, None)
        if page is not None:
            await _answer(page, scope, send)

    def _fresh(self, path: str) -> Page | None:
        page = self._pages.get(path)
        if page is None or page.expires < time.monotonic():
            return None
        self._pages.move_to_end(path)
        return page

    async def _fill(self, scope: Scope, receive: Receive, send: Send) -> Page | None:
        """Asks the app; gives the page, or None when the answer was not public and went straight out."""
        before = self._changes
        answer = _Answer()
        asked = [(name, value) for name, value in scope["headers"] if name.lower() not in _PERSONAL]
        await self.app({**scope, "method": "GET", "headers": asked}, receive, answer.send)
        age = _public_age(answer)
        if age is None or len(answer.body) > MAX_PAGE:
            await _pass_on(answer, scope, send)
            return None
        page = _page(answer, age)
        if before == self._changes:  # else it may have been computed from the version before
            self._keep(scope["path"], page)
        return page

    def _keep(self, path: str, page: Page) -> None:
        self._forget(path)
        self._pages[path] = page
        self._bytes += len(page.body)
        while self._bytes > MAX_BYTES:
            self._forget(next(iter(self._pages)))

    def _forget(self, path: str) -> None:
        page = self._pages.pop(path, None)
        self._bytes -= len(page.body) if page else 0


def _public_age(answer: _Answer) -> int | None:
    """Seconds for which the answer may be kept; None unless it is a cookie-free 200 that says `public`."""
    control = answer.header(b"cache-control")
    if answer.status != 200 or b"public" not in control or answer.header(b"set-cookie"):  # noqa: PLR2004
        return None
    found = _MAX_AGE.search(control)
    return int(found[1]) if found else None


def _page(answer: _Answer, age: int) -> Page:
    body = bytes(answer.body)
    etag = b'"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'
    dropped = (TOPIC_HEADER, b"content-length", b"etag", b"vary", b"set-cookie")
    headers = [(name, value) for name, value in answer.headers if name not in dropped]
    return Page(body, [*headers, (b"etag", etag)], etag, answer.header(TOPIC_HEADER), time.monotonic() + age)


async def _answer(page: Page, scope: Scope, send: Send) -> None:
    known = next((value for name, value in scope["headers"] if name.lower() == b"if-none-match"), b"")
    if page.etag in known.replace(b"W/", b"").split(b", "):
        await send({"type": "http.response.start", "status": 304, "headers": _without_entity(page.headers)})
        await send({"type": "http.response.body", "body": b""})
        return
    length = (b"content-length", str(len(page.body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*page.headers, length]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page.body})


def _without_entity(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name, value) for name, value in headers if not name.startswith(b"content-type")]


async def _pass_on(answer: _Answer, scope: Scope, send: Send) -> None:
    headers = [(name, value) for name, value in answer.headers if name != TOPIC_HEADER]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else bytes(answer.body)})
