"""Every page that each role reaches from its start page, on the demo: it answers, fits a phone, speaks one language."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache

import pytest
from playwright.sync_api import Browser, Page

from contest import db
from contest.accounts.queries import account_by_login
from contest.settings import PROJECT_ROOT
from contest.web.security import LANGUAGE_COOKIE
from tests.browsing import PHONE, Served, assert_accessible, open_as, serving
from tests.journeys.crawling import walk
from tests.journeys.looking import PUSHED_SIDEWAYS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]  # a minute where nothing else runs

PEOPLE = [
    "organizer", "chief", "judge", "clerk", "supervisor", "contact", "checker", "finance", "worker", "turner", None,
]  # fmt: skip
CHROME = "h1, h2, h3, button, .button, label, th[scope=col], .topnav a, legend, summary, .page-head__sub, .hint"
DATA = "bdi, .menu > summary, .brand__seal, [lang='zh-CN'], td, tbody th, .code"
HAN = re.compile(r"[㐀-鿿]")
ENGLISH = re.compile(r"\b[A-Za-z]{3,}\b(?:\s+[A-Za-z]{2,}\b)+")
accessible_already: set[str] = set()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder / 'contest.db'}"
    environment = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": url}
    subprocess.run(
        [sys.executable, "-m", "contest", "seed", "demo"], env=environment, cwd=PROJECT_ROOT, check=True, timeout=900
    )
    with serving(folder, url) as running:
        engine = db.configure(url)
        yield running
        engine.dispose()


def look_on_a_phone(page: Page, kind: str) -> list[str]:
    """Axe once per kind of page, at the size where targets and contrast are hardest; nothing scrolls sideways."""
    faults = []
    if "/hall/" not in kind:  # made for one wide screen
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        faults += [f"{wider} px wider than the phone"] if wider > 0 else []
        faults += page.evaluate(PUSHED_SIDEWAYS)
    if kind not in accessible_already:
        accessible_already.add(kind)
        try:
            assert_accessible(page)
        except AssertionError as error:
            faults.append(str(error))
    if page.evaluate("document.documentElement.lang") == "en":  # the public site's other half
        return faults
    return faults + [f"English on a Chinese page: {text}" for text in chrome_of(page) if ENGLISH.search(text)]


def look_in_english(page: Page, _kind: str) -> list[str]:
    """Data keep their language; what we wrote ourselves is English."""
    if page.evaluate("document.documentElement.lang") != "en":
        return []
    texts = [f"Chinese on an English page: {text}" for text in chrome_of(page) if HAN.search(text)]
    return texts + list(page.evaluate(PUSHED_SIDEWAYS))


@lru_cache(maxsize=1)
def typed_in() -> list[str]:
    """Every text of the demo's data, the longest first: on any page it stands as it was written."""
    found: set[str] = set()
    for path in (PROJECT_ROOT / "seeds" / "demo").glob("*.json"):
        collect(json.loads(path.read_text()), found)
    return sorted(found, key=len, reverse=True)


def collect(value: object, found: set[str]) -> None:
    if isinstance(value, str) and len(value) > 1:
        found.add(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            collect(item, found)


def chrome_of(page: Page) -> list[str]:
    """Headings, buttons, labels and column heads without what people typed in."""
    script = """([chrome, data]) => {
        const ours = [...document.querySelectorAll(chrome)].filter(part => !part.closest(data))
        const copies = ours.map(part => part.cloneNode(true))
        copies.forEach(copy => copy.querySelectorAll(data).forEach(inner => inner.remove()))
        return copies.map(copy => copy.textContent.trim()).filter(Boolean)
    }"""
    return [without_data(text) for text in page.evaluate(script, [CHROME, DATA])]


def without_data(text: str) -> str:
    for data in typed_in():
        text = text.replace(data, "·") if len(data) <= len(text) else text
    return text


def open_for(chromium: Browser, demo: Served, login: str | None, language: str) -> tuple[Page, list[str]]:
    account = None
    if login:
        with db.reading() as session:
            account = account_by_login(session, login)
    page = open_as(chromium, demo, account, PHONE)
    page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": demo.address}])
    public = "/en/" if language == "en" else "/zh/"
    return page, (["/", "/me"] if login else [public, "/sign-in"])


@pytest.mark.parametrize("login", PEOPLE, ids=str)
def test_every_page_in_chinese(chromium: Browser, demo: Served, login: str | None) -> None:
    page, starts = open_for(chromium, demo, login, "zh-CN")
    found = walk(page, starts, look_on_a_phone)
    page.context.close()
    assert not found.faults, "\n".join(found.faults)
    assert len(found.visited) >= 3


@pytest.mark.parametrize("login", ["organizer", "judge", "worker", None], ids=str)
def test_every_page_in_english(chromium: Browser, demo: Served, login: str | None) -> None:
    page, starts = open_for(chromium, demo, login, "en")
    found = walk(page, starts, look_in_english)
    page.context.close()
    assert not found.faults, "\n".join(found.faults)
