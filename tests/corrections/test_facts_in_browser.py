"""A recorded fact corrected by two persons in a real browser: on the tablet in Chinese, the second one's in English."""

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import Role
from contest.web.security import LANGUAGE_COOKIE
from tests.awards.scenery import published
from tests.browsing import PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.corrections.test_facts import LATE, RULES
from tests.support import build_world, make_person

pytestmark = pytest.mark.browser


def test_two_persons_correct_a_late_report(chromium, served):
    with db.transaction() as session:
        world = build_world(session)
    contest = published(world, **RULES)
    code, entry = contest.entries[5].code, contest.entries[5]
    page = open_as(chromium, served, contest.account, TABLET)
    page.goto(f"/events/{contest.event.id}/entries/{entry.id}")
    assert_accessible(page)
    screenshot(page, "locked-entry-tablet")
    page.get_by_role("link", name="去更正").click()
    page.get_by_label("加密号").fill(code)
    page.get_by_role("button", name="查找").click()
    assert_accessible(page)
    screenshot(page, "correction-desk-tablet")
    page.get_by_role("link", name="去更正 迟报 决赛").click()
    page.get_by_label("应为").fill("viel")
    page.get_by_label("理由").fill("邮戳是 11 月 12 日，见登记簿第 3 页")
    page.get_by_role("button", name="先看会变什么").click()
    expect(page.get_by_text("您填的是“viel”").first).to_be_visible()
    expect(page.get_by_label("理由")).to_have_value("邮戳是 11 月 12 日，见登记簿第 3 页")
    page.get_by_label("应为").fill("10")
    page.get_by_role("button", name="先看会变什么").click()
    expect(page.get_by_text("8 个参赛者中有 2 个会变")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "correct-fact-tablet")
    page.get_by_role("button", name="提出更正").click()
    expect(page.get_by_text("必须由另一个人确认").first).to_be_visible()
    place = page.url
    account, _ = make_person(world, Role.SUPERVISOR)
    phone = open_as(chromium, served, account, PHONE)
    phone.goto(place)
    assert_accessible(phone)
    screenshot(phone, "correct-fact-phone")
    phone.get_by_role("button", name="确认更正").click()
    expect(phone.get_by_text("已确认并生效").first).to_be_visible()
    page.goto(f"/events/{contest.event.id}/marks?entry={code}")
    expect(page.get_by_role("row", name="迟报 决赛").get_by_text("10")).to_be_visible()
    for where in (page, phone):
        where.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": "en", "url": served.address}])
    page.goto(f"/events/{contest.event.id}/marks/one?entry={code}&fact={LATE}")
    expect(page.get_by_text("Recorded now")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "correct-fact-tablet-en")
    phone.goto(place)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    screenshot(phone, "correct-fact-phone-en")
