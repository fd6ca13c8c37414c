"""The samples in a real Chromium, under the content security policy of the signed-in pages."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from contest.templating import environment
from tests.look.samples import LAYOUTS, context, sample

pytestmark = pytest.mark.browser
STATIC = Path(__file__).parent.parent.parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = "default-src 'self'; script-src 'self' 'nonce-%s'; img-src 'self' data:; base-uri 'none'"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {
    "index": (1440, 390),
    "public": (1440, 390),
    "tablet": (1180, 820),
    "levels": (1180, 820),
    "hall": (3840,),
    "phone": (390,),
}
HEIGHTS = {1440: 900, 1180: 820, 820: 1180, 390: 844, 3840: 2160}

CONFIRM = (
    "{% extends layout %}{% from 'ui/dialog.html' import confirm, confirm_link with context %}"
    "{% block title %}确认{% endblock %}{% block main %}{{ confirm_link('锁定', '/confirm') }}"
    "{% block confirm %}{{ confirm('锁定考评期', '/lock', ['480 张评分表不再接受改动。'], '锁定 480 张', '/') }}"
    "{% endblock %}{% endblock %}"
)

LIST = (
    "{% extends layout %}{% from 'ui/tables.html' import filter_bar, search_box with context %}"
    "{% from 'ui/status.html' import progress with context %}"
    "{% block title %}名单{% endblock %}{% block main %}"
    "{% call filter_bar('/list', target='rows') %}{{ search_box('q', '') }}{% endcall %}"
    "{% block rows %}<p id='rows'>查到 {{ q }}</p>{% endblock %}"
    "{% block job %}{{ progress(done, 3, '导入', id='job', poll_url='/list?job=1', "
    "state='done' if done == 3 else 'running') }}{% endblock %}{% endblock %}"
)


class Handler(BaseHTTPRequestHandler):
    posted: ClassVar[list[str]] = []
    polls: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.nonce = secrets.token_urlsafe(16)  # of each answer its own, as from the real server
        path = self.path.split("?")[0]
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            self.answer(file.read_bytes(), TYPES[file.suffix])
        elif path == "/confirm":
            fragment = self.headers.get("HX-Request") == "true"
            layout = "layouts/fragment.html" if fragment else "layouts/page.html"
            html = (
                environment().from_string(CONFIRM).render(context(layout=layout, blocks=("confirm",), nonce=self.nonce))
            )
            self.answer(html.encode(), "text/html; charset=utf-8")
        elif path == "/list":
            self.answer(self.listing().encode(), "text/html; charset=utf-8")
        else:
            theme = self.path.partition("?theme=")[2] or ("dark" if path == "/hall" else "auto")
            self.answer(
                sample(path.strip("/") or "index", theme=theme, nonce=self.nonce).encode(), "text/html; charset=utf-8"
            )

    def listing(self) -> str:
        query = parse_qs(urlsplit(self.path).query)
        if "job" in query:
            self.polls.append(self.path)
        fragment = self.headers.get("HX-Request") == "true"
        layout = "layouts/fragment.html" if fragment else "layouts/page.html"
        blocks = ("job",) if "job" in query else ("rows",)
        values = context(
            layout=layout,
            blocks=blocks,
            nonce=self.nonce,
            q=query.get("q", ["全部"])[0],
            done=min(3, len(self.polls) + 1),
        )
        return environment().from_string(LIST).render(values)

    def do_POST(self) -> None:
        self.nonce = "none"
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.posted.append(f"{self.path} {body}")
        if self.path == "/lock":
            time.sleep(0.6)
        self.answer(b"", "text/plain")

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY % self.nonce)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def opened(chromium: Browser, address: str, width: int = 1440, theme: str = "light") -> tuple[Page, list[str]]:
    page = chromium.new_page(viewport={"width": width, "height": HEIGHTS[width]}, color_scheme=theme)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    return page, errors


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "width"), [(name, width) for name in LAYOUTS for width in SIZES[name]])
def test_axe_finds_nothing_and_nothing_sticks_out(chromium: Browser, site: str, name: str, width: int, theme: str):
    page, errors = opened(chromium, f"{site}/{name}", width, theme)
    result = Axe().run(page, options={"runOnly": TAGS}).response
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in result["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert errors == []
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "width"), [("tablet", 1180), ("levels", 820), ("hall", 3840)])
def test_score_sheet_and_hall_have_enhanced_contrast(chromium: Browser, site: str, name: str, width: int, theme: str):
    page, _errors = opened(chromium, f"{site}/{name}?theme={theme}", width, theme)
    rule = {"type": "rule", "values": ["color-contrast-enhanced"]}
    result = Axe().run(page, options={"runOnly": rule}).response
    assert result["passes"], "the rule looked at nothing"
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in result["violations"]] == []
    page.close()


@pytest.mark.parametrize("width", [1180, 820])
@pytest.mark.parametrize("name", ["tablet", "levels"])
def test_fingers_hit_on_the_score_sheet(chromium: Browser, site: str, name: str, width: int):
    """48 px for everything that is pressed, 64 for the keys of the pad (trust.md, section 5)."""
    page, _errors = opened(chromium, f"{site}/{name}", width)
    smallest = "e => e.map(x => x.getBoundingClientRect()).reduce((m, r) => Math.min(m, r.width, r.height), 1e9)"
    assert page.eval_on_selector_all(".score a, .score button, .score input:not([type=hidden])", smallest) >= 48
    assert page.eval_on_selector_all(".key, .level", smallest) >= 64
    page.close()


def test_twelve_rows_fit_the_hall(chromium: Browser, site: str):
    page, _errors = opened(chromium, f"{site}/hall", 3840)
    assert page.locator(".board tbody tr").count() == 12
    assert page.evaluate("document.documentElement.scrollHeight") <= 2160
    page.close()


def test_the_theme_changes_without_leaving_the_form(chromium: Browser, site: str):
    page, errors = opened(chromium, f"{site}/index")
    page.fill("#f-title", "还没有保存的字")
    page.click(".menu > summary")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("button[name=theme][value=dark]")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(237, 237, 234)"
    assert page.input_value("#f-title") == "还没有保存的字"
    expect(page.locator("button[value=dark]")).to_have_attribute("aria-pressed", "true")
    assert any("theme=dark" in post for post in Handler.posted)
    assert errors == []
    page.close()


def test_a_dangerous_step_asks_in_a_dialog_and_can_be_left(chromium: Browser, site: str):
    page, errors = opened(chromium, f"{site}/confirm")
    page.click("main > a.button")
    page.wait_for_selector("dialog[open] .confirm")
    expect(page.locator("#dialog")).to_have_attribute("aria-label", "锁定考评期")
    page.click("dialog [data-dialog-close]")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert errors == []
    page.close()


def test_without_script_the_same_link_leads_to_the_page(chromium: Browser, site: str):
    plain = chromium.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{site}/confirm")
    page.click("main > a.button")
    expect(page.locator("main .confirm form button")).to_have_text("锁定 480 张")
    plain.close()


def test_a_second_click_sends_nothing(chromium: Browser, site: str):
    page, _errors = opened(chromium, f"{site}/confirm")
    Handler.posted.clear()
    page.evaluate(
        "const f = document.querySelector('main .confirm form'); f.target = 'other';"
        "const frame = document.createElement('iframe'); frame.name = 'other'; document.body.append(frame);"
    )
    page.click("main .confirm form button")
    page.wait_for_selector("button[aria-busy=true]")
    page.wait_for_timeout(200)  # the first is with the server, which has not answered yet
    page.click("main .confirm form button")
    page.wait_for_timeout(900)
    assert len(Handler.posted) == 1
    page.close()


def test_choosing_rows_counts_them(chromium: Browser, site: str):
    page, _errors = opened(chromium, f"{site}/index")
    page.check("[data-pick-all]")
    expect(page.locator("tbody input.pick:checked")).to_have_count(5)
    expect(page.locator("[data-bulk-text]")).to_have_text("已选 5 行")
    page.close()


def test_searching_while_typing_keeps_the_box_and_changes_the_address(chromium: Browser, site: str):
    page, errors = opened(chromium, f"{site}/list")
    page.locator("#f-q").press_sequentially("温州")
    expect(page.locator("#rows")).to_have_text("查到 温州")
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator("#f-q")).to_have_value("温州")
    assert errors == []
    page.close()


def test_a_progress_bar_asks_until_the_job_is_done_and_then_stops(chromium: Browser, site: str):
    Handler.polls.clear()
    page, errors = opened(chromium, f"{site}/list")
    expect(page.locator("#job b")).to_contain_text("3 / 3")
    expect(page.locator("#job")).to_contain_text("完成")
    page.wait_for_timeout(1500)
    assert len(Handler.polls) == 2
    assert errors == []
    page.close()
