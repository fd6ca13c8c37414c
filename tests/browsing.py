"""A real server in a process of its own, and a real Chromium: Debian's, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from contest import db
from contest.accounts.models import Account, LinkPurpose
from contest.accounts.signing_in import make_link, start_session
from contest.settings import PROJECT_ROOT
from contest.web.security import session_cookie_name
from tests.support import missing

DESKTOP = {"width": 1440, "height": 900}
TABLET = {"width": 1180, "height": 820}
PHONE = {"width": 390, "height": 844}
HALL = {"width": 3840, "height": 2160}
PATIENCE = 60_000
"""Milliseconds: a first PDF takes 3 s where nothing else runs, a tablet tries again after 15."""
expect.set_options(timeout=PATIENCE)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE_OPTIONS = {
    "runOnly": TAGS,
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],  # writing out everything that passes takes as long as looking
}
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Served:
    """A running platform: its address, its database (open in this process too) and its data folder."""

    address: str
    database_url: str
    folder: Path


_given: set[int] = set()


def _free_port() -> int:
    """Free now, never given before and never given by the other workers: seconds pass until a server takes it."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    own = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % workers
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port // 2 % workers == own and port not in _given:  # the kernel may give odd ones alone
            _given.add(port)
            return port


@contextmanager
def serving(folder: Path, database_url: str, address: str = "") -> Iterator[Served]:
    """`contest serve` as people start it, on `database_url`, until the block ends; again at its `address`."""
    address = address or f"http://127.0.0.1:{_free_port()}"
    environment = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "PUBLIC_URL": address}
    command = [sys.executable, "-m", "contest", "serve", "--port", address.rsplit(":", 1)[1]]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=PROJECT_ROOT, stdout=log, stderr=log)
    try:
        _wait_for(address, process, folder)
        yield Served(address, database_url, folder)
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(address: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 120  # it takes 4 s, on a busy machine ten times that
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/sign-in", timeout=30).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    pytest.fail((folder / "server.log").read_text())


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server of this run: its start costs 4 s, and nothing it keeps in memory outlives its database's ids."""
    folder = tmp_path_factory.mktemp("served")
    with serving(folder, f"sqlite:///{folder / 'contest.db'}") as running:
        yield running


@pytest.fixture
def served(running_server: Served, sqlite_template: Path) -> Iterator[Served]:
    """An empty platform on SQLite: the running server's database becomes a copy of the empty one."""
    path = running_server.folder / "contest.db"
    with closing(sqlite3.connect(sqlite_template)) as empty, closing(sqlite3.connect(path, timeout=30)) as old:
        empty.backup(old)
    engine = db.configure(running_server.database_url)
    yield running_server
    engine.dispose()


@pytest.fixture
def chromium(browser: Browser) -> Iterator[Browser]:
    """The browser; what a test leaves open is closed after it, or its pages would go on asking the server."""
    yield browser
    for context in browser.contexts:
        context.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


def open_as(chromium: Browser, served: Served, account: Account | None, viewport: dict[str, int], **options) -> Page:
    """A page of a new browser profile, signed in as `account`; the test fails on script errors."""
    context: BrowserContext = chromium.new_context(
        viewport=viewport, locale="zh-CN", base_url=served.address, **options
    )
    if account is not None:
        with db.transaction() as session:
            token = start_session(session, account)
        context.add_cookies([{"name": session_cookie_name(), "value": token, "url": served.address}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


def enrolment_link(served: Served, account: Account) -> str:
    with db.transaction() as session:
        return f"{served.address}/enrol/{make_link(session, account, LinkPurpose.ENROL_DEVICE)}"


def assert_accessible(page: Page) -> None:
    """No axe finding under the tags the product promises (target size included)."""
    page.wait_for_load_state()  # a click waits for the new page's first byte, not for its style sheets
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    told = [f"{v['id']}: {n['target']} {n.get('failureSummary', '')}" for v in found for n in v["nodes"]]
    assert not told, page.url + "\n" + "\n".join(told)


def screenshot(page: Page, name: str) -> None:
    """Kept only where CONTEST_SCREENSHOTS names a folder: for looking at, and for the README."""
    folder = os.environ.get("CONTEST_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
