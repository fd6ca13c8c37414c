"""Nothing lost (design, Score entry): what a tablet took survives every bad network, and no word comes too early."""

import io
import json

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect
from sqlmodel import select

from contest import db
from contest.accounts.signing_in import start_session
from contest.actors import SYSTEM
from contest.entries.inputs import EntryInput
from contest.entries.services import add_entry
from contest.judging.models import MarkRow, Operation
from contest.web.security import session_cookie_name
from tests.browsing import TABLET, assert_accessible, open_as
from tests.judging.scenery import build_contest
from tests.judging.site import LEVELS, Site, long_rules

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """(server, contest): every test has sheets of its own (anna's, by number of the entry)."""
    site = Site(tmp_path_factory.mktemp("offline"))
    engine = db.configure(site.database_url)
    contest = build_contest(long_rules())
    with db.transaction() as session:
        for n in range(14):
            entry = add_entry(session, SYSTEM, contest.event, EntryInput(name=f"选手{n}", unit="钱江机械有限公司"))
            session.refresh(entry)
            contest.codes.append(entry.code)
    yield site, contest
    site.stop()
    engine.dispose()


def path_of(contest, entry):
    return f"/judging/sheets/{contest.period.id}/{contest.codes[entry]}"


@pytest.fixture
def tablet(chromium, site):
    """Opens anna's sheet of an entry, always on the same tablet. Its service worker is off unless a test is about it:
    a request that passes through a worker just started can get past the route that a test has laid.
    """
    served, contest = site
    pages = []

    def open_sheet(entry, **options):
        if not pages:
            chosen = {"service_workers": "block"} | options
            pages.append(open_as(chromium, served, contest.accounts["anna"], TABLET, **chosen))
        go(pages[0], contest, entry)
        return pages[0]

    yield open_sheet
    for page in pages:
        page.context.close()


def go(page, contest, entry):
    page.goto(path_of(contest, entry))
    expect(page.locator("#pad-form")).to_be_visible()


def type_mark(page, text):
    page.locator("#pad-value").fill(text)
    page.keyboard.press("Enter")


def state(page, key):
    return page.locator(f'[id="aspect-{key}"] [data-state-of]')


def bar(page):
    return page.locator("#connection")


def arrived(contest, entry):
    """(aspect, units, operations on it) of one entry's marks on the server."""
    with db.reading() as session:
        marks = session.exec(select(MarkRow).where(MarkRow.entry_code == contest.codes[entry])).all()
        sent = session.exec(select(Operation.body).where(Operation.entry_code == contest.codes[entry])).all()
    bodies = [json.loads(body)["aspect"] for body in sent]
    return {(mark.aspect, mark.units, bodies.count(mark.aspect)) for mark in marks}


def sign_in_again(page, served, account):
    with db.transaction() as session:
        token = start_session(session, account)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": session_cookie_name(), "value": token, "url": served.address}])


# the network is there but for the marks; also when a service worker stands between
HELD_BACK = """{ const real = fetch; globalThis.fetch = (address, options) =>
    localStorage.heldBack && String(address).endsWith('/api/operations')
        ? Promise.reject(new TypeError('held back')) : real(address, options); }"""
TAP_ALL = """() => { for (const line of document.querySelectorAll('[id^="aspect-L"]')) {
    line.click(); document.querySelector('[data-level="2"]').click(); } }"""


def test_two_hundred_marks_without_network_arrive_exactly_once(site, tablet):
    """trust.md goal 3: reloads, a dead network, a server that is stopped and started again; a wrong clock."""
    served, contest = site
    page = tablet(10)
    page.clock.set_fixed_time("1999-12-31T23:00:00")
    page.context.route("**/api/**", lambda route: route.abort())
    for entry in range(10, 14):
        go(page, contest, entry)
        page.evaluate(TAP_ALL)
        expect(state(page, "L40.1")).to_have_text("已存本机")
    page.reload()
    expect(page.locator('[data-status="local"]')).to_have_count(LEVELS)
    expect(bar(page)).to_contain_text(f"本机 {4 * LEVELS} 项待传")
    go(page, contest, 14)
    served.stop()
    page.evaluate(TAP_ALL)
    expect(bar(page)).to_contain_text(f"本机 {5 * LEVELS} 项待传")
    assert not arrived(contest, 10)
    served.start()
    page.context.unroute("**/api/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(bar(page)).to_have_text("全部已存服务器")
    for entry in range(10, 15):
        assert arrived(contest, entry) == {(f"L{n}", 2, 1) for n in range(1, LEVELS + 1)}


def test_a_cold_start_without_network_opens_sheets_and_log_out_forgets_pages_but_no_marks(site, tablet):
    """The service worker: pages that were never opened before, a reload offline, and what log-out leaves behind."""
    _, contest = site
    page = tablet(15, service_workers="allow")
    page.add_init_script(HELD_BACK)
    page.goto(f"/judging/periods/{contest.period.id}")
    cached = "async (path) => Boolean(await caches.match(path))"
    page.evaluate(
        "async (path) => { while (!await caches.match(path)) await new Promise((go) => setTimeout(go, 50)); }",
        path_of(contest, 16),
    )
    page.context.set_offline(True)
    go(page, contest, 16)
    type_mark(page, "15")
    expect(state(page, "P1.1")).to_have_text("已存本机")
    page.reload()
    expect(state(page, "P1.1")).to_have_text("已存本机")
    expect(page.locator('[id="aspect-P1.1"] [data-mark]')).to_have_text("15.0")
    page.goto(path_of(contest, 16) + "/review")
    expect(page.get_by_role("heading")).to_have_text("没有网络")
    assert not arrived(contest, 16)
    page.evaluate("localStorage.heldBack = '1'")
    page.context.set_offline(False)
    expect(page.locator("main.review")).to_be_visible()  # what was asked for opens by itself
    page.goto("/judging")
    expect(bar(page)).to_contain_text("本机 1 项待传")
    page.locator('form[action="/sign-out"]').evaluate("form => form.requestSubmit()")
    page.wait_for_url("**/sign-in")
    assert not page.evaluate(cached, path_of(contest, 16))
    sign_in_again(page, site[0], contest.accounts["anna"])
    page.evaluate("localStorage.removeItem('heldBack')")
    page.goto("/judging")
    expect(bar(page)).to_have_text("全部已存服务器")
    assert arrived(contest, 16) == {("P1", 150, 1)}


def test_saved_on_the_server_is_never_shown_before_the_commit(site, tablet):
    """trust.md goal 4: while another transaction holds the database, the mark stands on the tablet and says so."""
    _, contest = site
    page = tablet(0)
    page.evaluate(
        """() => { window.seen = []; const line = document.querySelector('[id="aspect-P1.1"] [data-state-of]');
        new MutationObserver(() => window.seen.push(line.textContent)).observe(line, {childList: true}); }"""
    )
    with db.transaction() as session:
        session.connection()  # takes the write lock
        type_mark(page, "15")
        expect(state(page, "P1.1")).to_have_text("已存本机")
        page.wait_for_timeout(1500)
        assert "已存服务器" not in page.evaluate("window.seen")
    expect(state(page, "P1.1")).to_have_text("已存服务器")
    seen = page.evaluate("window.seen")
    assert seen.index("已存本机") < seen.index("已存服务器")
    assert arrived(contest, 0) == {("P1", 150, 1)}


STRANGER = '{"answers": [{"op_id": "x", "result": "accepted"}]}'


def test_no_other_answer_than_the_servers_own_counts(site, tablet):
    """A portal's page, a portal's redirect, an error, words of JSON that say nothing of the operation."""
    _, contest = site
    page = tablet(1)
    answers = [
        {"status": 200, "content_type": "text/html", "body": "<html>portal</html>"},
        {"status": 200, "content_type": "application/json", "body": '{"answers": []}'},
        {"status": 200, "content_type": "application/json", "body": STRANGER},
        {"status": 302, "headers": {"location": "http://portal.example/"}, "body": ""},
        {"status": 413, "content_type": "text/html", "body": "portal"},
        {"status": 500, "content_type": "application/json", "body": '{"error": "x"}'},
    ]  # fmt: skip
    asked = []

    def answer(route):
        asked.append(route.request.post_data_json)
        route.fulfill(**answers[(len(asked) - 1) % len(answers)])

    page.context.route("**/api/operations", answer)
    type_mark(page, "15")
    expect(bar(page)).to_have_text("本机 1 项待传，正在重试")
    for _ in answers[1:]:
        with page.expect_request("**/api/operations"):
            page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(100)
        assert state(page, "P1.1").text_content() == "已存本机"
    assert {request["operations"][0]["op_id"] for request in asked} == {asked[0]["operations"][0]["op_id"]}
    page.context.unroute("**/api/operations")
    page.reload()
    expect(state(page, "P1.1")).to_have_text("已存服务器")
    assert arrived(contest, 1) == {("P1", 150, 1)}


def test_one_operation_that_cant_be_taken_does_not_hold_up_the_others(tablet):
    """A 4xx of our own server: found alone, kept on the tablet, shown with the server's sentence."""
    page = tablet(2)

    def answer(route):
        aspects = {operation["aspect"] for operation in route.request.post_data_json["operations"]}
        if "P1" in aspects:
            return route.fulfill(status=422, content_type="application/json", body='{"error": "读不懂"}')
        return route.continue_()

    page.context.route("**/api/operations", answer)
    page.context.set_offline(True)
    type_mark(page, "15")
    type_mark(page, "30")
    page.context.set_offline(False)
    expect(state(page, "P2.1")).to_have_text("已存服务器")
    expect(bar(page)).to_have_text("本机 1 项待传，其中有服务器读不懂的（读不懂），请找组织者")
    page.context.unroute("**/api/operations")
    page.reload()
    expect(state(page, "P1.1")).to_have_text("已存服务器")


def test_operations_wait_for_their_own_judge(site, tablet):
    """Expired session, another judge on the same tablet, log-out: never sent under another account, never lost."""
    served, contest = site
    page = tablet(3)
    page.context.clear_cookies()
    type_mark(page, "15")
    expect(bar(page)).to_have_text("登录已过期：本机 1 项待传，重新登录后自动续传")
    sign_in_again(page, served, contest.accounts["bo"])
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(bar(page)).to_have_text("现在登录的是另一位裁判：您的 1 项留在本机，您登录后续传")
    page.goto("/judging")
    expect(bar(page)).to_have_text("全部已存服务器")  # bo has nothing here
    assert not arrived(contest, 3)
    page.locator('form[action="/sign-out"]').evaluate("form => form.requestSubmit()")
    page.wait_for_url("**/sign-in")
    sign_in_again(page, served, contest.accounts["anna"])
    page.goto("/judging")
    expect(bar(page)).to_have_text("全部已存服务器")
    assert arrived(contest, 3) == {("P1", 150, 1)}


def test_two_tabs_are_one_tablet(site, tablet):
    """One sender, one list: each tab knows what the other made, and its changes are no conflicts."""
    _, contest = site
    first = tablet(4)
    second = first.context.new_page()
    go(second, contest, 4)
    first.context.route("**/api/operations", lambda route: route.abort())
    type_mark(first, "15")
    expect(state(second, "P1.1")).to_have_text("已存本机")
    second.locator('[id="aspect-P2.1"]').click()
    type_mark(second, "30")
    expect(state(first, "P2.1")).to_have_text("已存本机")
    first.context.unroute("**/api/operations")
    first.evaluate("dispatchEvent(new Event('online'))")
    for page in (first, second):
        expect(bar(page)).to_have_text("全部已存服务器")
    second.locator('[id="aspect-P1.1"]').click()
    type_mark(second, "14")
    expect(first.locator('[id="aspect-P1.1"] [data-mark]')).to_have_text("14.0")
    expect(state(first, "P1.1")).to_have_text("已存服务器")
    assert arrived(contest, 4) == {("P1", 140, 2), ("P2", 30, 1)}


FULL = "IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); };"
BLOCKED = "IDBFactory.prototype.open = () => { throw new DOMException('private', 'SecurityError'); };"
INSECURE = "Object.defineProperty(window, 'isSecureContext', {value: false});"


@pytest.mark.parametrize(
    ("fault", "told", "entry"),
    [(FULL, "已满", 5), (BLOCKED, "无痕模式", 6), (INSECURE, "不是 https", 7)],
    ids=["full", "private", "http"],
)
def test_a_tablet_that_keeps_nothing_says_so_and_sends_directly(site, tablet, fault, told, entry):
    _, contest = site
    page = tablet(8)
    page.add_init_script(fault)
    go(page, contest, entry)
    page.context.route("**/api/operations", lambda route: route.abort())
    type_mark(page, "15")
    expect(page.locator("#store-note")).to_contain_text(told)
    expect(state(page, "P1.1")).to_have_text("未保存")
    page.context.unroute("**/api/operations")
    expect(state(page, "P1.1")).to_have_text("已存服务器")
    assert arrived(contest, entry) == {("P1", 150, 1)}


def test_signing_asks_for_an_empty_outbox_and_equal_digests_and_the_desk_sees_the_tablet(chromium, site, tablet):
    served, contest = site
    contest.fill("anna", 9)
    page = tablet(9)
    page.context.route("**/api/operations", lambda route: route.abort())
    page.locator('[id="aspect-L1.1"]').click()
    page.locator('[data-level="3"]').click()
    expect(state(page, "L1.1")).to_have_text("已存本机")
    page.goto(path_of(contest, 9) + "/review")
    sign = page.get_by_role("button", name="以上各项属实，签名提交")
    expect(page.locator("#sign-note")).to_have_text("本机还有 1 项没有传到服务器，传完才能签名。")
    expect(sign).to_be_disabled()
    chief = open_as(chromium, served, contest.accounts["chief"], TABLET)
    chief.goto(f"/events/{contest.event.id}/desk")
    device = page.evaluate("localStorage.getItem('contest-device').slice(0, 6)")
    expect(chief.get_by_role("row", name=device)).to_contain_text("J1")
    expect(chief.get_by_role("row", name=device).get_by_role("cell").nth(1)).to_have_text("1")
    chief.context.close()
    page.reload()
    expect(page.locator("#sign-note")).to_contain_text("没有传到服务器")
    page.context.unroute("**/api/operations")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#sign-note")).to_contain_text(
        "平板上的分与服务器上的不一致"
    )  # the page is older than the mark
    page.wait_for_function("document.getElementById('connection').textContent.includes('全部已存服务器')")
    page.reload()
    expect(sign).to_be_enabled()
    sign.click()
    expect(page.get_by_text("已签名：")).to_be_visible()


def test_a_tablet_that_never_gets_through_hands_its_marks_to_the_desk(chromium, site, tablet):
    """The codes and the file of the tablet, taken in by the organizer; what the tablet sends later is known already."""
    served, contest = site
    page = tablet(8)
    page.context.route("**/api/operations", lambda route: route.abort())
    page.evaluate(TAP_ALL)
    expect(state(page, "L40.1")).to_have_text("已存本机")
    page.goto("/judging")
    page.get_by_text("传不上去？交给组织者").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="存为文件").click()
    file = download.value.path()
    page.get_by_role("button", name="显示二维码").click()
    codes = page.locator("#rescue-codes svg")
    expect(codes.first).to_be_visible()
    pictures = [Image.open(io.BytesIO(codes.nth(n).screenshot())) for n in range(codes.count())]
    texts = [zxingcpp.read_barcodes(picture)[0].text for picture in pictures]
    desk = open_as(chromium, served, contest.accounts["organizer"], TABLET)
    desk.goto(f"/events/{contest.event.id}/import-outbox")
    desk.get_by_label("或扫码得到的文字").fill("\n".join(reversed(texts)))
    desk.get_by_role("button", name="收进来").click()
    expect(desk.get_by_text(f"J1：新存 {LEVELS} 条，已有 0 条")).to_be_visible()
    desk.get_by_label("导出的文件").set_input_files(file)
    desk.get_by_role("button", name="收进来").click()
    expect(desk.get_by_text(f"J1：新存 0 条，已有 {LEVELS} 条")).to_be_visible()
    assert_accessible(desk)
    desk.context.close()
    page.context.unroute("**/api/operations")
    page.reload()
    expect(bar(page)).to_have_text("全部已存服务器")
    assert arrived(contest, 8) == {(f"L{n}", 2, 1) for n in range(1, LEVELS + 1)}
