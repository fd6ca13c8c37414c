"""An entry withdrawn after the publication by two persons in a real browser: tablet, phone and English."""

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import Role
from contest.web.security import LANGUAGE_COOKIE
from tests.awards.scenery import published
from tests.browsing import PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.corrections.test_facts import RULES
from tests.support import build_world, make_person

pytestmark = pytest.mark.browser


def test_two_persons_withdraw_an_entry_after_its_publication(chromium, served):
    with db.transaction() as session:
        world = build_world(session)
    contest = published(world, **RULES)
    entry = contest.entries[1]
    page = open_as(chromium, served, contest.account, TABLET)
    page.goto(f"/events/{contest.event.id}/entries/{entry.id}")
    page.get_by_role("link", name="去更正").click()
    expect(page.get_by_label("加密号")).to_have_value(entry.code)
    assert_accessible(page)
    screenshot(page, "withdrawal-desk-tablet")
    page.get_by_role("link", name="更正为：已退赛").click()
    page.get_by_label("理由").fill("复核发现证书系伪造，取消参赛资格")
    page.get_by_role("button", name="先看会变什么").click()
    expect(page.get_by_text("8 个参赛者中有 7 个会变")).to_be_visible()
    expect(page.get_by_label("理由")).to_have_value("复核发现证书系伪造，取消参赛资格")
    assert_accessible(page)
    screenshot(page, "withdrawal-effects-tablet")
    page.get_by_role("button", name="提出更正").click()
    expect(page.get_by_text("必须由另一个人确认").first).to_be_visible()
    account, _ = make_person(world, Role.SUPERVISOR)
    phone = open_as(chromium, served, account, PHONE)
    phone.goto("/waiting")
    phone.get_by_role("link", name="更正是否退赛").first.click()
    assert_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    screenshot(phone, "withdrawal-act-phone")
    phone.get_by_role("button", name="确认更正").click()
    expect(phone.get_by_text("已确认并生效").first).to_be_visible()
    page.goto(f"/events/{contest.event.id}/marks?entry={entry.code}")
    expect(page.get_by_role("link", name="更正为：参加比赛")).to_be_visible()
    page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": "en", "url": served.address}])
    page.goto(f"/events/{contest.event.id}/marks?entry={entry.code}")
    expect(page.get_by_role("link", name="Correct to: Competes")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "withdrawal-desk-tablet-en")
