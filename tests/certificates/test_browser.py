"""From the award list to the verified certificate in Chromium, without a person touching anything but the pages."""

import pytest
from playwright.sync_api import expect

from contest import db
from tests.awards.scenery import published
from tests.browsing import DESKTOP, PHONE, assert_accessible, open_as, screenshot
from tests.support import build_world

pytestmark = pytest.mark.browser


def test_awards_are_given_certificates_made_and_one_verified(chromium, served):
    with db.transaction() as session:
        world = build_world(session)
    contest = published(world)
    contest.veto(6)
    page = open_as(chromium, served, contest.account, DESKTOP, accept_downloads=True)
    page.goto(f"/events/{contest.event.id}/awards")
    assert_accessible(page)
    screenshot(page, "awards")
    page.get_by_role("button", name="颁发这 6 个奖项").click()
    page.get_by_role("link", name="制作证书").click()
    assert_accessible(page)
    page.get_by_role("button", name="制作全部证书").click()
    expect(page.get_by_text("6 / 6").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 certificates.zip").click()
    assert download.value.suggested_filename == "certificates.zip"
    page.get_by_role("link", name="返回").click()
    expect(page.get_by_role("row", name="王一")).to_contain_text("有效")
    assert_accessible(page)
    screenshot(page, "certificates")
    number = page.get_by_role("row", name="王一").locator("td.code a")
    address = number.get_attribute("href")
    public = open_as(chromium, served, None, PHONE)
    public.goto(address)
    expect(public.get_by_role("status")).to_contain_text("有效")
    assert_accessible(public)
    screenshot(public, "verify-phone")
    page.get_by_role("row", name="王一").get_by_role("link", name="撤销").click()
    page.get_by_label("撤销原因").fill("材料不实")
    page.get_by_role("button", name="撤销证书").click()
    expect(page.get_by_text("已撤销").first).to_be_visible()
    public.goto(address.replace("/zh/", "/en/"))
    expect(public.get_by_role("status")).to_contain_text("Revoked")
    public.get_by_label("Number").fill("2026 22222 2222A")
    public.get_by_role("button", name="Verify").click()
    expect(public.get_by_role("status")).to_contain_text("No such certificate")
    assert_accessible(public)
    public.set_viewport_size(DESKTOP)
    screenshot(public, "verify-unknown")


def test_without_script_the_organizer_gets_there_too(chromium, served):
    with db.transaction() as session:
        world = build_world(session)
    contest = published(world)
    page = open_as(chromium, served, contest.account, PHONE, java_script_enabled=False)
    page.goto(f"/events/{contest.event.id}/awards")
    screenshot(page, "awards-phone")
    page.get_by_role("button", name="颁发这 7 个奖项").click()
    page.get_by_role("link", name="制作证书").click()
    page.get_by_role("button", name="制作全部证书").click()
    for _ in range(60):
        if page.get_by_role("link", name="下载 certificates.zip").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_role("link", name="下载 certificates.zip")).to_be_visible()
    page.get_by_role("link", name="返回").click()
    screenshot(page, "certificates-phone")
    page.get_by_role("link", name="撤销").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("撤销证书")
    screenshot(page, "revoke-phone")
