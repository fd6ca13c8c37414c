"""A supervisor makes a report with the mouse, waits for it, and reads it on a phone; everything also by keyboard."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import expect

from contest.actors import Role
from tests.browsing import DESKTOP, PHONE, assert_accessible, open_as, screenshot
from tests.publications.making import lock_all, make_contest, operation, send
from tests.support import make_person

pytestmark = pytest.mark.browser
NAMES = tuple(f"选手{number:02}" for number in range(1, 11))


def scored():
    """Ten entries of three judges, the third a little stricter; theory typed."""
    made, dice = make_contest(names=NAMES), random.Random(7)
    marks = []
    for entry, code in enumerate(made.codes):
        marks.append(operation(made.event.id, ("theory", "1", "T1"), code, "", 700 + 20 * entry))
        for judge, shift in enumerate((0, 10, -30), 1):
            for aspect, base in (("P1", 450), ("P2", 300)):
                units = base + 10 * entry + shift + dice.randint(-8, 8)
                marks.append(operation(made.event.id, ("practice", "1", aspect), code, f"J{judge}", units))
    send(*marks)
    lock_all(made)
    return made


def test_a_report_from_the_button_to_the_phone(chromium, served):
    made = scored()
    account, _ = make_person(made.world, Role.SUPERVISOR)
    page = open_as(chromium, served, account, DESKTOP)
    page.goto(f"/events/{made.event.id}")
    page.get_by_role("link", name="公平性报告").click()
    assert_accessible(page)
    page.get_by_role("button", name="生成报告").click()
    page.wait_for_url("**/fairness", timeout=60_000)  # the progress page moves on by itself
    page.locator("tbody a").first.click()
    expect(page.locator(".fairness-message").first).to_contain_text("J3 偏严")
    assert_accessible(page)
    screenshot(page, "fairness-desktop")
    address = page.url
    phone = open_as(chromium, served, account, PHONE)
    phone.goto(address)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(phone.locator("figure svg[role=img]")).to_have_count(3)  # a trimmed mean of three leaves nobody out
    assert_accessible(phone)
    screenshot(phone, "fairness-phone")
    phone.emulate_media(media="print")
    expect(phone.locator("figure svg").first).to_be_visible()
