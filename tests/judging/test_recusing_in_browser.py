"""In a real Chromium on a phone: the chief asks, the supervisor agrees, and the marks count no longer."""

import pytest
from playwright.sync_api import expect

from tests.browsing import PHONE, assert_accessible, open_as, screenshot
from tests.judging.scenery import build_contest
from tests.judging.test_recusing import standing

pytestmark = pytest.mark.browser


def looked_at(page, name):
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling on a phone"
    assert_accessible(page)
    screenshot(page, f"{name}-390x844")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_two_persons_recuse_a_judge_who_has_marked(chromium, served, scripts):
    contest = build_contest()
    contest.fill("anna")
    chief = open_as(chromium, served, contest.accounts["chief"], PHONE, java_script_enabled=scripts)
    chief.goto(f"/events/{contest.event.id}/panel")
    chief.get_by_label("裁判", exact=True).select_option(contest.members["anna"].id)
    chief.get_by_label("加密号").fill(contest.codes[0])
    chief.get_by_label("回避理由").fill("曾是师徒")
    chief.get_by_role("button", name="登记回避").click()
    expect(chief.get_by_text("已经给这个参赛者评了 3 个分")).to_be_visible()
    expect(chief.get_by_label("回避理由")).to_have_value("曾是师徒")
    if scripts:
        looked_at(chief, "recusing-asked")
    chief.get_by_role("button", name="提出回避").click()
    expect(chief.get_by_text("确认以前这位裁判的分照旧计入").first).to_be_visible()
    if scripts:
        looked_at(chief, "recusing-panel")

    second = open_as(chromium, served, contest.accounts["supervisor"], PHONE, java_script_enabled=scripts)
    second.goto("/waiting")
    second.get_by_role("link", name="登记回避（已评过分）").click()
    expect(second.get_by_text("曾是师徒")).to_be_visible()
    if scripts:
        looked_at(second, "recusing-second")
    assert standing(contest) == []
    second.get_by_role("button", name="确认回避，这 3 个分不再计入").click()
    expect(second.get_by_text("回避已登记，这位裁判的分不再计入")).to_be_visible()
    assert len(standing(contest)) == 1


def test_the_page_in_english(chromium, served):
    contest = build_contest()
    contest.fill("anna")
    page = open_as(chromium, served, contest.accounts["chief"], PHONE)
    path = f"/events/{contest.event.id}/panel"
    page.goto(path)
    page.get_by_role("button", name="English").click()
    page.goto(path)
    page.get_by_label("Judge", exact=True).select_option(contest.members["anna"].id)
    page.locator("[name=entry]").fill(contest.codes[0])
    page.locator("form[action$='/recusals'] [name=reason]").fill("mentor")
    page.locator("form[action$='/recusals'] button[type=submit]").click()
    expect(page.get_by_text("J1 has given this entry 3 marks")).to_be_visible()
    looked_at(page, "recusing-en")
