"""Signing in, enrolling a tablet and changing language, in a real browser."""

import pytest
from playwright.sync_api import expect

from contest import db
from contest.accounts import services
from contest.accounts.first_run import first_run_token
from contest.actors import Role
from tests.browsing import DESKTOP, PHONE, TABLET, assert_accessible, enrolment_link, open_as, screenshot
from tests.support import build_world, make_person

pytestmark = pytest.mark.browser


def test_the_first_run_from_the_consoles_address_to_the_first_judge(served, chromium):
    with db.transaction() as session:
        token = first_run_token(session)
    page = open_as(chromium, served, None, DESKTOP)
    page.goto(f"/first-run?token={token}")
    assert_accessible(page)
    page.get_by_label("工会组织名称").fill("海宁市总工会")
    page.get_by_label("您的姓名").fill("王组织")
    page.get_by_label("登录名").fill("wang")
    page.get_by_label("密码").fill("correct horse battery")
    page.get_by_role("button", name="建立平台").click()
    page.goto("/people")
    screenshot(page, "people")
    assert_accessible(page)
    page.get_by_role("link", name="增加人员").click()
    page.get_by_label("姓名", exact=True).fill("陆裁判")
    page.get_by_label("登录名").fill("lu")
    page.get_by_label("角色").select_option(label="裁判")
    assert_accessible(page)
    page.get_by_role("button", name="增加").click()
    page.get_by_role("button", name="发平板登记码").click()
    expect(page.locator(".enrolment svg")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "enrolment-code")


def test_a_judge_enrols_a_tablet_and_comes_back_with_the_pin(served, chromium):
    with db.transaction() as session:
        world = build_world(session)
    judge, _ = make_person(world, Role.JUDGE)
    page = open_as(chromium, served, None, TABLET)
    page.goto(enrolment_link(served, judge))
    page.get_by_label("6 位数字 PIN").fill("123456")
    page.get_by_role("button", name="登记并开始").click()
    expect(page.get_by_text("PIN 是 6 位数字").first).to_be_visible()
    assert_accessible(page)
    screenshot(page, "enrol-refused")
    page.get_by_label("6 位数字 PIN").fill("482915")
    page.get_by_role("button", name="登记并开始").click()
    page.wait_for_url("**/judging**")
    page.context.clear_cookies(name="contest_session")
    page.goto("/pin")
    assert_accessible(page)
    page.get_by_label("6 位数字 PIN").fill("482915")
    page.get_by_role("button", name="开始评分").click()
    page.wait_for_url("**/judging**")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_a_wrong_password_keeps_the_login_and_english_is_one_click_away(served, chromium, script):
    with db.transaction() as session:
        world = build_world(session)
    account, _ = make_person(world, Role.ORGANIZER)
    with db.transaction() as session:
        services.set_password(session, account, "correct horse battery")
    page = open_as(chromium, served, None, PHONE, java_script_enabled=script)
    page.goto("/sign-in")
    page.get_by_label("登录名").fill("organizer")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("登录名或密码不对").first).to_be_visible()
    expect(page.get_by_label("登录名")).to_have_value("organizer")
    screenshot(page, "sign-in-refused")
    page.get_by_role("button", name="English").click()
    page.goto("/sign-in")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    if script:
        assert_accessible(page)
