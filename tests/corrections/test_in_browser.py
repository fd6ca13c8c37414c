"""Versions, rehearsal and a change by two persons in a real browser, at the desk and on a phone; axe on every page."""

import json

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions import queries, rule_services
from contest.competitions.models import Event
from tests.awards.scenery import build_contest
from tests.browsing import DESKTOP, PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.support import build_world, make_person

pytestmark = pytest.mark.browser


@pytest.fixture
def contest(served):
    with db.transaction() as session:
        world = build_world(session)
    return build_contest(world)


def write_draft(contest):
    with db.transaction() as session:
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        newest = queries.newest_version(session, event)
        document = json.loads(newest.document) | {"ranking": "dense"}
        document["awards"][2]["min"] = "85"
        rule_services.save_rule_set(session, SYSTEM, event, document, base=newest.digest)


def test_two_persons_change_an_adopted_rule_set_without_script(chromium, served, contest):
    page = open_as(chromium, served, contest.account, DESKTOP, java_script_enabled=False)
    page.goto(f"/events/{contest.event.id}/changes")
    page.get_by_role("button", name="开始写修改稿").click()
    expect(page.get_by_text("已复制为新的草稿")).to_be_visible()
    write_draft(contest)
    page.goto(f"/events/{contest.event.id}/changes")
    expect(page.get_by_text("8 个参赛者中有 5 个会变")).to_be_visible()
    screenshot(page, "changes-desk")
    page.get_by_label("为什么要改").fill("评委会 11 月 20 日决定，见会议纪要。")
    page.get_by_role("button", name="提交，等待第二人批准").click()
    expect(page.get_by_text("要由另一位组织者、裁判长或监督批准")).to_be_visible()
    place = page.url
    account, _ = make_person(contest.world, Role.SUPERVISOR)
    phone = open_as(chromium, served, account, PHONE)
    phone.goto(place)
    assert_accessible(phone)
    screenshot(phone, "change-phone")
    phone.get_by_role("button", name="我已看过名单，批准").click()
    expect(phone.get_by_text("已批准并生效").first).to_be_visible()
    page.goto(f"/events/{contest.event.id}/rules/versions")
    expect(page.get_by_text("曾经生效")).to_be_visible()
    screenshot(page, "versions-desk")
    page.get_by_role("button", name="比较这两版").click()
    expect(page.get_by_text("“最低总分”由 80 改为 85。")).to_be_visible()
    screenshot(page, "compare-desk")


@pytest.mark.parametrize("viewport", [TABLET, PHONE], ids=["tablet", "phone"])
def test_a_rehearsal_shows_standings_awards_and_slips(chromium, served, contest, viewport):
    page = open_as(chromium, served, contest.account, viewport)
    page.goto(f"/events/{contest.event.id}/rehearsal")
    page.get_by_label("种子").fill("2026")
    page.get_by_label("参赛者个数").fill("5")
    page.get_by_label("缺一个裁判的分").check()
    page.get_by_role("button", name="试算", exact=True).click()
    expect(page.get_by_text("种子 2026：同一个种子总是同样的分数")).to_be_visible()
    assert_accessible(page)
    screenshot(page, f"rehearsal-{viewport['width']}")
    page.get_by_role("link", name="算分单 E02").click()
    expect(page.get_by_text("这是试算，分数是编造或粘贴的")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="返回试算").click()
    page.locator("#f-marks").fill("entry,aspect,value\nE1,T1,700")
    page.get_by_role("button", name="按这些分数试算").click()
    expect(page.get_by_text("第 2 行 value")).to_be_visible()
    screenshot(page, f"rehearsal-error-{viewport['width']}")
    page.goto(f"/events/{contest.event.id}/rules/words")
    assert_accessible(page)
    screenshot(page, f"words-{viewport['width']}")
