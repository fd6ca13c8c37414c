"""The score sheet in a real Chromium: a judge mistypes and recovers, two judges at once, lost connections, axe."""

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from contest import db
from contest.judging.models import MarkRow, Operation
from contest.judging.queries import marks_of
from tests.browsing import DESKTOP, PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.judging.scenery import build_contest

pytestmark = pytest.mark.browser


@pytest.fixture
def contest(served):
    return build_contest()


def sheet_of(contest, entry=0):
    return f"/judging/sheets/{contest.period.id}/{contest.codes[entry]}"


def open_sheet(chromium, served, contest, who, viewport=TABLET, entry=0, **options):
    page = open_as(chromium, served, contest.accounts[who], viewport, **options)
    page.goto(sheet_of(contest, entry))
    expect(page.locator("#pad-form")).to_be_visible()
    return page


def tap(page, keys):
    for key in keys:
        page.locator(f'[data-key="{key}"]').click()
    page.locator('[data-key="enter"]').click()


def saved(page, key, text):
    line = page.locator(f'[id="aspect-{key}"]')
    expect(line.locator("[data-mark]")).to_have_text(text)
    expect(line.locator("[data-state-of]")).to_have_text("已存服务器")


def units(contest, **where):
    with db.reading() as session:
        return {
            (mark.judge, mark.aspect): mark.units
            for mark in marks_of(session, contest.event)
            if mark.entry == contest.codes[where.get("entry", 0)]
        }


def test_a_judge_mistypes_and_recovers(chromium, served, contest):
    page = open_sheet(chromium, served, contest, "anna")
    tap(page, "151")
    expect(page.locator("#pad-message")).to_have_text("应在 0–15 之间，您输入了 151")
    expect(page.locator("#pad-value")).to_have_value("151")  # nothing typed is lost
    assert units(contest) == {}
    screenshot(page, "sheet-mistyped-1180x820")
    tap(page, ["back"])  # 151 -> 15
    saved(page, "P1.1", "15.0")
    expect(page.locator("#score-done")).to_have_text("已评 1/3")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator('[id="aspect-P1.1"] [data-mark]')).to_have_text("未评")
    tap(page, "9.3")
    expect(page.locator("#pad-message")).to_have_text("每档 0.5 分：9.0 或 9.5，您输入了 9.3")
    page.locator("#pad-value").fill("９。５")  # as a Chinese input method types it
    page.keyboard.press("Enter")
    saved(page, "P1.1", "9.5")
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    saved(page, "P2.1", "30")
    page.get_by_role("button", name="部分超过标准").click()
    saved(page, "P3.1", "2")
    assert units(contest) == {("J1", "P1"): 95, ("J1", "P2"): 30, ("J1", "P3"): 2}


def test_a_deduction_and_a_late_change_ask_why(chromium, served, contest):
    page = open_sheet(chromium, served, contest, "anna")
    page.locator('[id="aspect-P4.1"]').click()
    tap(page, "2")
    expect(page.get_by_text("为什么扣分或加分？")).to_be_visible()
    page.get_by_role("button", name="按这个理由保存").click()
    expect(page.locator("#pad-message")).to_have_text("请写明理由")
    page.get_by_label("为什么扣分或加分？").fill("未戴手套")
    page.keyboard.press("Enter")
    saved(page, "P4.1", "2")
    page.locator('[id="aspect-P1.1"]').click()
    tap(page, "10")
    saved(page, "P1.1", "10.0")
    page.clock.install()
    page.clock.fast_forward(60_000)
    page.locator('[id="aspect-P1.1"]').click()
    tap(page, "11")
    page.get_by_role("button", name="输错了").click()
    saved(page, "P1.1", "11.0")
    with db.reading() as session:
        reasons = dict(session.exec(select(MarkRow.aspect, MarkRow.reason)).all())
    assert reasons == {"P4": "未戴手套", "P1": "输错了"}


def test_two_judges_at_once_and_one_judge_on_two_tablets(chromium, served, contest):
    anna, bo = (open_sheet(chromium, served, contest, who) for who in ("anna", "bo"))
    second = open_sheet(chromium, served, contest, "anna")  # drawn before the first tablet's marks
    tap(anna, "15")
    tap(bo, "14")
    saved(anna, "P1.1", "15.0")
    saved(bo, "P1.1", "14.0")
    assert units(contest) == {("J1", "P1"): 150, ("J2", "P1"): 140}
    tap(second, "12")
    expect(second.locator("#connection")).to_have_text("1 处冲突，请决定")
    second.locator('[id="aspect-P1.1"]').click()
    expect(second.locator("#pad-conflict-text")).to_contain_text("服务器上是 15.0")
    screenshot(second, "sheet-conflict-1180x820")
    assert units(contest)["J1", "P1"] == 150  # nothing is overwritten behind anybody's back
    second.reload()  # an undecided conflict is still there after a reload
    second.locator('[id="aspect-P1.1"]').click()
    expect(second.get_by_role("button", name="保留 15.0")).to_be_visible()
    second.get_by_role("button", name="改为 12.0").click()
    saved(second, "P1.1", "12.0")
    assert units(contest)["J1", "P1"] == 120


def test_without_a_connection_the_page_says_so_and_sends_later(chromium, served, contest):
    page = open_sheet(chromium, served, contest, "anna")
    page.context.set_offline(True)
    tap(page, "15")
    expect(page.locator("#connection")).to_have_text("本机 1 项待传，正在重试")
    expect(page.locator('[id="aspect-P1.1"] [data-state-of]')).to_have_text("已存本机")
    tap(page, "30")
    assert units(contest) == {}
    page.context.set_offline(False)
    saved(page, "P1.1", "15.0")
    saved(page, "P2.1", "30")
    with db.reading() as session:
        assert len(session.exec(select(Operation)).all()) == 2  # however often it was tried


@pytest.mark.parametrize("answer", ["<html>portal</html>", '{"answers": null}'])
def test_an_answer_that_is_not_ours_never_counts_as_saved(chromium, served, contest, answer):
    page = open_sheet(chromium, served, contest, "anna", service_workers="block")  # no request gets past the route
    page.context.route(
        "**/api/operations", lambda route: route.fulfill(status=200, content_type="text/html", body=answer)
    )
    tap(page, "15")
    expect(page.locator("#connection")).to_have_text("本机 1 项待传，正在重试")
    page.context.unroute("**/api/operations")
    saved(page, "P1.1", "15.0")


def test_an_expired_session_is_told_and_the_mark_waits(chromium, served, contest):
    page = open_sheet(chromium, served, contest, "anna")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    tap(page, "15")
    expect(page.locator("#connection")).to_contain_text("登录已过期：本机 1 项待传")
    page.context.add_cookies(cookies)
    saved(page, "P1.1", "15.0")


def test_a_judge_goes_from_home_to_the_signature(chromium, served, contest):
    page = open_as(chromium, served, contest.accounts["anna"], TABLET)
    page.goto("/judging")
    screenshot(page, "judging-home-1180x820")
    page.get_by_role("link", name="打开评分表").click()
    page.get_by_role("link", name="接着评").click()
    tap(page, "15")
    tap(page, "30")
    page.locator('[data-level="2"]').click()
    saved(page, "P3.1", "2")
    page.get_by_role("link", name="核对并签名").click()
    screenshot(page, "sheet-review-1180x820")
    page.get_by_role("button", name="以上各项属实，签名提交").click()
    expect(page.get_by_text("已签名：")).to_be_visible()
    page.get_by_role("link", name="返回列表").click()
    expect(page.get_by_text("共 3 份，已签名 1 份。")).to_be_visible()


def test_a_phone_has_room_for_the_list_and_the_pad(chromium, served, contest):
    page = open_sheet(chromium, served, contest, "anna", PHONE)
    tap(page, "15")
    saved(page, "P1.1", "15.0")
    screenshot(page, "sheet-390x844")
    key = page.locator('[data-key="7"]').bounding_box()
    assert min(key["width"], key["height"]) >= 48
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_keys_of_the_tablet_are_64_pixels(chromium, served, contest):
    page = open_sheet(chromium, served, contest, "anna")
    for key in ("7", "0", "enter"):
        box = page.locator(f'[data-key="{key}"]').bounding_box()
        assert min(box["width"], box["height"]) >= 64
        assert box["y"] + box["height"] <= TABLET["height"]


def test_every_page_of_the_judging_passes_axe(chromium, served, contest):
    contest.send("anna", contest.op(3, "P3"), contest.op(31))
    contest.send("bo", contest.op(1, "P3"))
    contest.send("anna", contest.op(33))
    event, period, code = contest.event.id, contest.period.id, contest.codes[0]
    pages = {
        "anna": ["/judging", f"/judging/periods/{period}", f"/judging/sheets/{period}/{code}",
                 f"/judging/sheets/{period}/{code}/review"],
        "chief": [f"/events/{event}/desk", f"/judging/marks/{period}/{code}", f"/judging/periods/{period}/lock"],
        "clerk": [f"/events/{event}/clerk", f"/events/{event}/import-marks"],
        "organizer": [f"/events/{event}/panel?q=a", f"/events/{event}/desk"],
    }  # fmt: skip
    for who, paths in pages.items():
        page = open_as(chromium, served, contest.accounts[who], TABLET if who == "anna" else DESKTOP)
        for path in paths:
            page.goto(path)
            assert_accessible(page)
            screenshot(page, f"judging-{who}-{paths.index(path)}")


@pytest.mark.parametrize(("address", "opened"), [("#aspect-P2.1", "P2.1"), ("#pad", "P1.1"), ("#%", "P1.1")])
def test_a_link_to_an_aspect_works_however_early_it_was_tapped(chromium, served, contest, address, opened):
    """Before the script is there the browser follows the link itself; any other address opens what is to do next."""
    page = open_sheet(chromium, served, contest, "anna")
    page.goto(f"{page.url}{address}")
    page.reload()
    expect(page.locator(f'[id="aspect-{opened}"]')).to_have_attribute("aria-current", "true")
