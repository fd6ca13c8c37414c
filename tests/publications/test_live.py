"""The live stream and the pages in front of the router, at the ASGI level; over a real Redis; in a real browser."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import threading
import time
import urllib.request
from typing import Any

import pytest
import redis
from playwright.sync_api import expect

from contest import db
from contest.accounts import services as accounts
from contest.accounts.queries import actor_for
from contest.accounts.signing_in import start_session
from contest.accounts.visits import load_actor
from contest.actors import SYSTEM
from contest.competitions.queries import stages_of
from contest.judging import services as judging
from contest.publications import refreshing
from contest.settings import get_settings
from contest.web import live
from contest.web.security import session_cookie_name
from contest.web.snapshots import SnapshotCache
from tests.browsing import DESKTOP, open_as
from tests.publications.making import Made, make_contest, operation, score_all
from tests.support import REDIS, missing, run_apart


class Peer:
    """One client of an ASGI app: collects what it is sent, leaves when told."""

    def __init__(self, app: Any, path: str, **headers: str) -> None:
        self.sent: list[dict[str, Any]] = []
        self.left = asyncio.Event()
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        self.scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": raw}
        self.task = asyncio.ensure_future(app(self.scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent[1:]).decode()

    async def until(self, text: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.text:
            assert time.monotonic() < deadline, self.text
            await asyncio.sleep(0.01)


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"router"})


@contextlib.asynccontextmanager
async def running(app: Any = nothing):
    """The front with its hub started, as the lifespan does."""
    fronted = live.front(app)
    live.hub.versions.clear()
    live.hub.start()
    try:
        yield fronted
    finally:
        live.hub.close()


def test_the_stream_says_the_version_and_nothing_else() -> None:
    async def scenario() -> None:
        async with running() as app:
            peer = Peer(app, "/live/event-abc")
            await peer.until("data: 0\n\n")
            threading.Thread(target=live.announce, args=("event-abc", 7)).start()
            await peer.until("event: version\ndata: 7\n\n")
            other = Peer(app, "/live/event-abc")
            await other.until("data: 7\n\n")
            stranger = Peer(app, "/live/event-xyz")
            await stranger.until("data: 0\n\n")
            assert "7" not in stranger.text
            live.hub.close()
            await asyncio.wait_for(asyncio.gather(peer.task, other.task, stranger.task), 60)
            assert peer.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
        assert live.hub.streams == 0

    run_apart(scenario())


def test_a_hundred_announcements_in_a_moment_are_one_or_two_messages() -> None:
    async def scenario() -> None:
        async with running() as app:
            peer = Peer(app, "/live/event-abc")
            await peer.until("data: 0")
            began = time.monotonic()
            for version in range(1, 101):
                live.announce("event-abc", version)
                await asyncio.sleep(0.002)
            await peer.until("data: 100\n")
            # the first word of the stream, one at once, and one for each second since
            assert peer.text.count("event: version") <= 2 + math.ceil((time.monotonic() - began) / live.INTERVAL)
            peer.left.set()
            await asyncio.wait_for(peer.task, 60)

    run_apart(scenario())


def test_a_silent_stream_has_a_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)

    async def scenario() -> None:
        async with running() as app:
            peer = Peer(app, "/live/event-abc")
            await peer.until(": still here\n\n: still here\n\n")
            assert peer.text.count("event:") == 1

    run_apart(scenario())


@pytest.mark.parametrize("path", ["/live/", "/live/event-", "/live/event-ABC", "/live/a/b", "/live/event-abc\n"])
def test_what_is_no_topic_goes_to_the_router(path: str) -> None:
    async def scenario() -> None:
        async with running() as app:
            peer = Peer(app, path)
            await peer.task
            assert peer.text == "router"

    run_apart(scenario())


def counting_app(calls: list[int], **headers: str) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        calls.append(1)
        assert not [name for name, _ in scope["headers"] if name in (b"cookie", b"accept-language")]
        await asyncio.sleep(0.02)
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await send({"type": "http.response.body", "body": b"page %d" % len(calls)})

    return app


PUBLIC_HEADERS = {"cache_control": "public, max-age=60", "x_live_topic": "event-abc", "vary": "Cookie"}


def test_a_page_is_made_once_for_all_viewers_and_again_for_the_next_version() -> None:
    async def scenario() -> None:
        calls: list[int] = []
        async with running(counting_app(calls, **PUBLIC_HEADERS)) as app:
            peers = [Peer(app, "/zh/board/x", cookie="contest_session=secret") for _ in range(20)]
            await asyncio.gather(*(peer.task for peer in peers))
            assert {peer.text for peer in peers} == {"page 1"}
            headers = dict(peers[0].sent[0]["headers"])
            assert b"x-live-topic" not in headers
            assert b"vary" not in headers
            again = Peer(app, "/zh/board/x", if_none_match=headers[b"etag"].decode())
            await again.task
            assert (again.status, again.text) == (304, "")
            live.announce("event-abc", 1)
            while not live.hub.versions:
                await asyncio.sleep(0)
            fresh = Peer(app, "/zh/board/x", if_none_match=headers[b"etag"].decode())
            await fresh.task
            assert (fresh.status, fresh.text) == (200, "page 2")
        assert len(calls) == 2

    run_apart(scenario())


@pytest.mark.parametrize(
    "headers",
    [{}, {"cache_control": "no-store"}, {"cache_control": "private, max-age=9"},
     {"cache_control": "public, max-age=9", "set_cookie": "a=b"}],
)  # fmt: skip
def test_what_is_not_public_is_never_kept(headers: dict[str, str]) -> None:
    async def scenario() -> None:
        calls: list[int] = []
        async with running(counting_app(calls, **headers)) as app:
            for number in (1, 2):
                peer = Peer(app, "/zh/x")
                await peer.task
                assert peer.text == f"page {number}"

    run_apart(scenario())


def test_the_cache_stays_within_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contest.web.snapshots.MAX_BYTES", 40)

    async def scenario() -> None:
        cache = SnapshotCache(counting_app([], **PUBLIC_HEADERS))
        for number in range(50):
            await Peer(cache, f"/zh/{number}").task
        assert cache._bytes <= 40
        assert sum(len(page.body) for page in cache._pages.values()) == cache._bytes

    run_apart(scenario())


def test_announcements_travel_over_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another process announces reaches the viewers of this one."""
    try:
        other = redis.Redis.from_url(REDIS, socket_connect_timeout=20)
        other.ping()
    except redis.RedisError:
        missing("Redis")
    monkeypatch.setattr(get_settings(), "redis_url", REDIS)
    monkeypatch.setattr(live, "CHANNEL", f"contest:test:{time.time_ns()}")

    async def scenario() -> None:
        async with running() as app:
            peer = Peer(app, "/live/event-abc")
            await peer.until("data: 0")
            while not other.pubsub_numsub(live.CHANNEL)[0][1]:
                await asyncio.sleep(0.02)
            other.publish(live.CHANNEL, '["event-abc", 5]')
            await peer.until("data: 5\n")
            other.publish(live.CHANNEL, "nonsense")
            await asyncio.sleep(1.2)
            await asyncio.to_thread(live.announce, "event-abc", 6)
            await peer.until("data: 6\n")
            peer.left.set()
            await peer.task

    run_apart(scenario())
    other.close()


def test_a_board_that_failed_is_refreshed_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked database at the last mark of the day: without another try the board would never show it."""
    monkeypatch.setattr(refreshing, "AGAIN", 0.05)
    shown = threading.Event()
    tries = patched(monkeypatch, shown, failures=1)
    refresher = refreshing.Refresher()
    refresher.start()
    refresher.ask("abc")
    assert shown.wait(60)
    refresher.stop()
    assert tries == [["abc"], ["abc"]]


def test_boards_that_are_due_together_are_kept_in_one_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each commit of a board is one for which the judges' writer waits, and after which it reads everything anew."""
    monkeypatch.setattr(refreshing, "TOGETHER", 60.0)  # a thread may be kept waiting longer than a tenth of a second
    shown = threading.Event()
    tries = patched(monkeypatch, shown)
    refresher = refreshing.Refresher()
    for event_id in ("abc", "def", "ghi"):
        refresher.ask(event_id)
    refresher.start()
    assert shown.wait(60)
    refresher.stop()
    assert tries == [["abc", "def", "ghi"]]


def patched(monkeypatch: pytest.MonkeyPatch, shown: threading.Event, *, failures: int = 0) -> list[list[str]]:
    """Boards of events that there are none of; what is kept together, try after try."""
    tries: list[list[str]] = []

    def store(boards: list[tuple[str, object]]) -> None:
        tries.append([event_id for event_id, _ in boards])
        if len(tries) <= failures:
            raise TimeoutError("database is locked")
        shown.set()

    monkeypatch.setattr(refreshing, "make", lambda event_id, _memory: (event_id, {}))
    monkeypatch.setattr(refreshing, "store_made", store)
    return tries


@pytest.mark.browser
def test_the_board_moves_without_reload(chromium: Any, served: Any) -> None:
    """From a judge's mark at the server's endpoint to the open page: writer, board, stream, fragment."""
    made, account = waiting_for_one_judge()
    page = open_as(chromium, served, None, DESKTOP)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(served.address)))
    page.route("**/hx-sse*", late)
    page.goto(f"/zh/board/{made.event.id}")
    page.evaluate("window.neverReloaded = true")
    assert page.locator("#board tbody .board__rank").all_inner_texts() == ["—"] * 3
    marks_of_the_last_judge(served, made, account)
    expect(page.locator("#board tbody .board__rank").first).to_have_text("1")
    # 张: P1 40 41 41 42 -> 41, P2 20; practice 61, total 29.85 + 42.7 = 72.55; the only one whose marks are whole
    assert page.locator("#board tbody tr").first.inner_text().split()[:3] == ["1", made.codes[2], "72.55"]
    assert page.evaluate("window.neverReloaded") is True
    assert page.context.cookies() == []
    assert f"/zh/board/{made.event.id}/rows/1" in asked, "the very version that the stream announced"


@pytest.mark.browser
def test_a_board_whose_question_was_lost_asks_again(chromium: Any, served: Any) -> None:
    """The stream stands, the fragment is lost on the way: no further mark comes, and the board is not left behind."""
    made, account = waiting_for_one_judge()
    page = open_as(chromium, served, None, DESKTOP)
    with page.expect_response("**/rows"):  # what the stream says first: the latest, whichever that is
        page.goto(f"/zh/board/{made.event.id}")
    lost: list[str] = []

    def lose(route: Any) -> None:
        lost.append(route.request.url)
        route.abort()

    page.route("**/rows/*", lose, times=1)
    marks_of_the_last_judge(served, made, account)
    expect(page.locator("[data-offline]")).to_be_visible()
    expect(page.locator("#board tbody .board__rank").first).to_have_text("1")
    expect(page.locator("[data-offline]")).to_be_hidden()
    assert len(lost) == 1


def late(route: Any) -> None:
    """htmx must not start before its extension has come: it would never open the stream."""
    time.sleep(0.5)
    route.continue_()


def waiting_for_one_judge() -> tuple[Made, Any]:
    """A fourth judge: everybody's practice is incomplete until her marks come."""
    made = make_contest()
    score_all(made)
    with db.transaction() as session:
        account, _ = make_person_in(session, made)
        stage = next(stage for stage in stages_of(session, made.fresh(session)) if stage.key == "practice")
        judging.appoint(session, SYSTEM, stage, account)
    return made, account


def marks_of_the_last_judge(served: Any, made: Made, account: Any) -> None:
    third = made.codes[2]
    operations = [operation(made.event.id, ("practice", "1", aspect), third, None, units) for aspect, units in (
        ("P1", 410), ("P2", 200))]  # fmt: skip
    send_as(served, account, operations)


def make_person_in(session: Any, made: Made) -> Any:
    account = accounts.create_account(session, SYSTEM, login="anna", name="安娜", organization=made.world.county)
    session.flush()
    return account, actor_for(session, account)


def send_as(served: Any, account: Any, operations: list[dict[str, Any]]) -> None:
    """What a tablet does: one batch to the endpoint, with the session's cookie and token."""
    with db.transaction() as session:
        cookie = start_session(session, account)
    token = load_actor(cookie).csrf_token
    headers = {"Cookie": f"{session_cookie_name()}={cookie}", "X-CSRF-Token": token,
               "Content-Type": "application/json"}  # fmt: skip
    body = json.dumps({"operations": operations}).encode()
    request = urllib.request.Request(f"{served.address}/api/operations", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        results = json.load(answer)
    assert "accepted" in json.dumps(results), results
