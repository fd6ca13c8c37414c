"""Somebody from outside, without an account: costs us little, breaks nothing, locks nobody out (trust.md 3)."""

import resource
import time
from datetime import timedelta

import pytest

from contest import db
from contest.accounts import throttle
from contest.accounts.models import Attempt
from contest.app import served
from contest.db import now
from contest.documents.refusals import WorkbookRefused
from contest.documents.tables import read_table
from contest.settings import get_settings
from contest.web import live
from tests.attacks.intruder import dump
from tests.support import run_apart

FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="login"%s\r\n%s\r\n%s\r\n--x--\r\n'


@pytest.mark.parametrize("body", [b"a&" * 10_000_000, b"a=1&" * 250_000, b"login=" + b"x" * 2_000_000])
def test_a_form_of_a_million_boxes_is_refused_before_it_is_read(attacked, body):
    """Parsing 20 MB of `a&` took 19 s on the event loop and 1.7 GB: every judge waits meanwhile."""
    began = time.process_time()
    for path in ("/sign-in", "/pin", "/first-run", "/language"):
        response = attacked.post(path, content=body, headers={"content-type": FORM})
        assert response.status_code == 413
        assert "太大" in response.text
    assert time.process_time() - began < 4


BENT = {
    "unknown encoding": PART % (b"", b"Content-Type: text/plain; charset=nope\r\n", b"a"),
    "not in its encoding": PART % (b"", b"", b"\xff\xfe"),
    "no end": b"--x\r\n",
    "no name": PART.replace(b'; name="login"', b"") % (b"", b"", b"a"),
    "a file for a text": PART % (b'; filename="a"', b"", b"a"),
    "nothing": b"",
    "a thousand parts": (PART % (b"", b"", b"a")).replace(b"--x--\r\n", b"") * 1100 + b"--x--\r\n",
}


@pytest.mark.parametrize("name", BENT)
def test_a_bent_form_is_a_sentence_and_no_crash(attacked, name):
    before = dump()
    for path in ("/sign-in", "/pin"):
        response = attacked.post(path, content=BENT[name], headers={"content-type": "multipart/form-data; boundary=x"})
        assert response.status_code in (400, 410, 413, 422), path
        assert "Traceback" not in response.text
    assert dump() == before


def test_an_odd_content_type_is_no_crash(attacked):
    for kind in ("", "multipart/form-data", "multipart/form-data; boundary=", "text/plain", "x" * 5000):
        answer = attacked.post("/sign-in", content=b"{}", headers={"content-type": kind})
        assert answer.status_code in (400, 413, 422), kind


def test_a_csv_of_ten_million_cells_is_refused_within_seconds():
    """A CSV is read in the server itself: the limit on cells holds there as for workbooks (16 s and 1 GB)."""
    began = time.process_time()
    with pytest.raises(WorkbookRefused) as refused:
        read_table(b"\n".join([b"a," * 450] * 22_000), filename="x.csv")
    assert refused.value.code == "too_many_cells"
    assert time.process_time() - began < 4


@pytest.fixture
def address(database) -> str:
    return "address:192.0.2.7"


def fail(times: int, *keys: str) -> None:
    for _ in range(times):
        with db.transaction() as session:
            throttle.note_failure(session, *keys)


def blocked(*keys: str) -> bool:
    with db.reading() as session:
        try:
            throttle.check(session, *keys)
        except throttle.TooManyError:
            return True
    return False


def test_fifty_slips_of_one_year_do_not_lock_a_factory_out(address):
    """Its address is one: without forgetting, from the fiftieth slip on each further one locked everybody out."""
    fail(50, address)
    assert not blocked(address)
    with db.transaction() as session:
        session.get_one(Attempt, address).last_at = now() - timedelta(hours=2)
    fail(1, address)
    assert not blocked(address)
    fail(50, address)
    assert blocked(address), "a machine that goes on guessing is"


async def sign_in_from(app, host: str) -> int:
    """A wrong password as a client at `host` sends it, which claims to be 198.51.100.9; the status."""
    statuses = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b"login=a&password=b", "more_body": False}

    async def send(message: dict) -> None:
        statuses.append(message.get("status", 0))

    headers = [(b"host", b"127.0.0.1"), (b"x-forwarded-for", b"198.51.100.9"), (b"content-type", FORM.encode())]
    scope = {"type": "http", "method": "POST", "path": "/sign-in", "raw_path": b"/sign-in", "query_string": b"",
             "headers": headers, "client": (host, 1), "server": ("127.0.0.1", 80), "scheme": "http",
             "http_version": "1.1", "asgi": {"version": "3.0"}, "root_path": "", "extensions": {}}  # fmt: skip
    await app(scope, receive, send)
    return statuses[0]


def addresses() -> list[str]:
    """The addresses that failures were noted for, forgotten at once."""
    with db.engine().begin() as connection:
        found = connection.exec_driver_sql("SELECT key FROM attempt WHERE key LIKE 'address:%'").scalars().all()
        connection.exec_driver_sql("DELETE FROM attempt")
    return list(found)


def test_a_forwarded_address_counts_only_from_a_named_proxy(monkeypatch, bare):
    """X-Forwarded-For of anybody else is a claim (CVE-2025-59152: rate limits walked around by it). And loopback is a
    proxy that nobody named: all people have that address, and nobody may lock all of them out.
    """
    monkeypatch.setenv("DATABASE_URL", str(db.engine().url))
    seen = {}
    for proxies in ("", "10.0.0.0/8"):
        monkeypatch.setenv("TRUSTED_PROXIES", proxies)
        get_settings.cache_clear()
        app = served()
        for host in ("10.1.2.3", "192.0.2.1", "127.0.0.1"):
            assert run_apart(sign_in_from(app, host)) == 422
            seen[proxies, host] = addresses()
    monkeypatch.undo()
    get_settings.cache_clear()
    assert seen == {
        ("", "10.1.2.3"): ["address:10.1.2.3"],
        ("", "192.0.2.1"): ["address:192.0.2.1"],
        ("", "127.0.0.1"): [],
        ("10.0.0.0/8", "10.1.2.3"): ["address:198.51.100.9"],
        ("10.0.0.0/8", "192.0.2.1"): ["address:192.0.2.1"],
        ("10.0.0.0/8", "127.0.0.1"): [],
    }


def test_live_streams_leave_files_for_everything_else():
    """With the usual 1,024 open files a thousand viewers would be the end of all pages."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
        assert live.most_streams() == 1024 - live.KEPT_FREE
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert live.most_streams() <= live.MAX_STREAMS
