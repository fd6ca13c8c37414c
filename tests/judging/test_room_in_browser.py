"""In a real Chromium: a panel too far apart is told, explains, marks again, and is locked; a clock, a message; axe."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsing import DESKTOP, HALL, PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.judging.room_steps import with_reserve
from tests.judging.scenery import build_contest
from tests.judging.test_in_browser import open_sheet, saved, sheet_of

pytestmark = pytest.mark.browser


@pytest.fixture
def contest(served):
    return build_contest()


def test_from_the_alarm_over_the_explanation_and_the_new_mark_to_the_lock(chromium, served, contest):
    for entry in (1, 2):
        contest.fill("anna", entry)
    contest.fill("bo", 1)
    for who, level in (("anna", 3), ("bo", 2)):
        contest.send(who, contest.op(100, "P1"), contest.op(30, "P2"), contest.op(level, "P3"))
    anna = open_sheet(chromium, served, contest, "anna")
    desk = open_as(chromium, served, contest.accounts["chief"], DESKTOP)
    desk.goto(f"/events/{contest.event.id}/desk")
    expect(desk.locator(".marks-apart")).to_have_count(0)
    bo = open_sheet(chromium, served, contest, "bo")
    bo.clock.install()
    bo.clock.fast_forward(60_000)
    bo.locator('[id="aspect-P3.1"]').click()
    bo.locator('[data-level="1"]').click()
    bo.get_by_role("button", name="看错项目").click()
    saved(bo, "P3.1", "1")
    # the desk and both tablets hear of it by themselves; nobody's mark stands on a tablet
    expect(desk.locator(".marks-apart")).to_contain_text("J1 3")
    alarm = anna.get_by_role("region", name="分差太大")
    expect(alarm).to_contain_text("各裁判的分相差超过允许的 1")
    expect(bo.get_by_role("region", name="分差太大")).to_be_visible()
    assert_accessible(anna)
    assert_accessible(desk)
    screenshot(anna, "room-alarm-1180x820")
    screenshot(desk, "room-desk-1440x900")
    alarm.get_by_label("我这样评的理由").fill("线槽平直，无毛刺")
    alarm.get_by_role("button", name="提交说明").click()
    expect(anna.get_by_text("您的说明：线槽平直，无毛刺")).to_be_visible()
    expect(desk.locator(".marks-apart")).to_contain_text("线槽平直，无毛刺")
    # anna marks again, with the reason that a change after the undo time needs
    anna.clock.install()
    anna.clock.fast_forward(60_000)
    anna.get_by_role("link", name="去重评").click()
    anna.locator('[data-level="2"]').click()
    anna.get_by_role("button", name="复议后调整").click()
    saved(anna, "P3.1", "2")
    expect(desk.locator(".marks-apart")).to_have_count(0)
    desk.goto(f"/judging/periods/{contest.period.id}/lock")
    desk.get_by_label("缺着锁定的理由").fill("用时和签名另行补齐")
    desk.get_by_role("button", name="锁定", exact=True).click()
    expect(desk.get_by_text("评分已锁定，并已存证。")).to_be_visible()
    # three clicks to the history: desk -> entry -> mark
    desk.get_by_role("link", name=contest.codes[0]).click()
    desk.locator('a[href*="aspect=P3"][href*="judge=J1"]').click()
    expect(desk.get_by_role("table", name="分的经过")).to_contain_text("复议后调整")
    expect(desk.get_by_text("线槽平直，无毛刺")).to_be_visible()
    assert_accessible(desk)
    screenshot(desk, "room-history-1440x900")


def test_a_message_and_a_clock_reach_an_open_sheet_by_themselves(chromium, served, contest):
    anna = open_sheet(chromium, served, contest, "anna")
    desk = open_as(chromium, served, contest.accounts["chief"], DESKTOP)
    desk.goto(f"/events/{contest.event.id}/messages")
    desk.locator("#f-text").fill("请到评议室")
    desk.get_by_role("button", name="发出").click()
    expect(anna.get_by_text("请到评议室")).to_be_visible()
    desk.goto(f"/judging/periods/{contest.period.id}/clocks")
    desk.get_by_label("赛位或场次").fill("3 号赛位")
    desk.get_by_label("时间（分钟）").fill("1")
    desk.get_by_role("button", name="增加计时").click()
    desk.get_by_role("button", name="开始", exact=True).click()
    clock = anna.locator("[data-clock-text]")
    expect(clock).to_have_text(re.compile("^00:[0-5][0-9]$"))  # of a minute, however late it came
    expect(clock).not_to_have_text(clock.inner_text())  # it counts on by itself
    hall = open_as(chromium, served, contest.accounts["supervisor"], HALL)
    hall.goto(f"/events/{contest.event.id}/hall-clocks")
    assert_accessible(hall)
    screenshot(hall, "room-hall-clock-3840x2160")
    anna.get_by_role("button", name="知道了").click()
    expect(anna.get_by_text("请到评议室")).to_have_count(0)


def test_every_page_of_the_room_passes_axe(chromium, served, contest):
    with_reserve(contest)
    contest.send("anna", contest.op(3, "P3"), contest.op(99))
    contest.send("bo", contest.op(1, "P3"))
    event, period, code, seat = contest.event.id, contest.period.id, contest.codes[0], contest.members["anna"].id
    pages = [
        ("anna", TABLET, [sheet_of(contest), f"/judging/room/{period}?code={code}", "/judging"]),
        ("chief", DESKTOP, [f"/events/{event}/open-operations", f"/events/{event}/reserve",
                            f"/judging/periods/{period}/clocks", f"/events/{event}/desk"]),
        ("clerk", PHONE, [f"/judging/periods/{period}/scans"]),
        ("organizer", DESKTOP, [f"/events/{event}/panel/{seat}/spare", f"/events/{event}/desk"]),
    ]  # fmt: skip
    for who, size, addresses in pages:
        page = open_as(chromium, served, contest.accounts[who], size)
        for number, address in enumerate(addresses):
            page.goto(address)
            assert_accessible(page)
            screenshot(page, f"room-{who}-{number}")
