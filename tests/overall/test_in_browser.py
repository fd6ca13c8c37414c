"""The team page in a real browser: made and published by the keyboard's way of forms, accessible, on phone and desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import Role
from contest.settings import get_settings
from tests.browsing import DESKTOP, PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.overall.making import make_trades
from tests.support import build_world, make_person

pytestmark = pytest.mark.browser


def test_a_team_table_from_the_form_to_the_phone_of_the_public(chromium, served, monkeypatch):
    monkeypatch.setattr(get_settings(), "data_dir", served.folder)  # one key signs here and in the server
    with db.transaction() as session:
        world = build_world(session)
    trades = make_trades(world)
    page = open_as(chromium, served, trades.account, DESKTOP)
    page.goto(f"/competitions/{trades.competition.id}")
    page.get_by_role("link", name="团体与全能").click()
    page.get_by_role("link", name="团体总分").click()
    assert_accessible(page)
    page.get_by_label("标题", exact=True).fill("团体总分")
    for trade in ("车工", "钳工"):
        page.get_by_role("checkbox", name=trade).check()
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("button", name="定稿第 1 版办法").click()
    page.get_by_role("button", name="发布第 1 版").click()
    page.get_by_text("第 1 版已发布。").wait_for()
    assert_accessible(page)
    screenshot(page, "overall-desk")
    address = page.get_by_role("link", name="看公开页").get_attribute("href")
    page.emulate_media(media="print")
    expect(page.get_by_text("褚二")).to_be_visible()
    phone = open_as(chromium, served, None, PHONE)
    for path in (address, address.replace("/zh/", "/en/")):
        phone.goto(path)
        assert_accessible(phone)
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        ranks = phone.locator(".overall-table tbody tr").all_inner_texts()
        assert [text.split()[:2] for text in ranks] == [["1", "乙厂"], ["2", "甲厂"], ["3", "丙厂"]]
        phone.get_by_role("link", name="甲厂").click()
        expect(phone.locator("#row-2").get_by_text("赵四")).to_be_visible()
        screenshot(phone, f"overall{path.replace('/', '-')}")
    phone.context.close()
    trades.correct("钳工", "钱五", 999)
    trades.publish("钳工")
    page.emulate_media(media="screen")
    page.set_viewport_size(TABLET)
    page.reload()
    page.get_by_label("理由").fill("钱五的成绩更正")
    page.get_by_role("button", name="提出发布第 2 版").click()
    page.get_by_text("必须由另一个人确认").wait_for()
    place, second = page.url, make_person(world, Role.SUPERVISOR)[0]
    page.context.close()
    page = open_as(chromium, served, second, TABLET)
    page.goto(place)
    assert_accessible(page)
    screenshot(page, "overall-change-tablet")
    page.get_by_role("button", name="确认发布").click()
    page.get_by_text("第 2 版已发布。").wait_for()
    screenshot(page, "overall-changed-tablet")
    page.context.close()
