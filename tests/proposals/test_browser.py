"""A worker proposes on a phone; the desk follows it to the confirmed benefit."""

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import SYSTEM
from contest.studios.models import StudioKind
from contest.studios.services import add_member, register_studio
from tests.browsing import DESKTOP, PHONE, assert_accessible, open_as, screenshot
from tests.proposals.scenery import WORDS, build_innovation
from tests.support import build_world

pytestmark = pytest.mark.browser


def test_from_a_phone_to_the_confirmed_benefit(chromium, served):
    with db.transaction() as session:
        world = build_world(session)
        name = "贺兰月劳模创新工作室"
        studio = register_studio(
            session, SYSTEM, world.plant, kind=StudioKind.MODEL_WORKER, name=name, leader="贺兰月", honours="省劳动模范"
        )
        add_member(session, SYSTEM, studio, name="贺兰月", duty="领衔人")
    innovation = build_innovation(world)
    phone = open_as(chromium, served, innovation.accounts["worker"], PHONE)
    phone.goto("/proposals/new")
    for name, label in (("title", "名称"), ("problem", "问题"), ("idea", "办法"), ("expected_benefit", "预期效益")):
        phone.get_by_label(label).fill(WORDS[name])
        assert_accessible(phone)
        screenshot(phone, f"propose-{name}")
        phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("参加哪次征集").select_option(innovation.event.id)
    phone.get_by_label("属于哪个创新工作室").select_option(studio.id)
    assert_accessible(phone)
    screenshot(phone, "propose-review")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(WORDS["title"])
    screenshot(phone, "proposal-phone")
    address = phone.url
    checker = open_as(chromium, served, innovation.accounts["checker"], DESKTOP)
    checker.goto(address)
    checker.get_by_label("通过").check()
    assert_accessible(checker)
    screenshot(checker, "proposal-check")
    checker.get_by_role("button", name="提交审核意见").click()
    expect(checker.get_by_text("部门已审核").first).to_be_visible()
    proposal_id = address.rstrip("/").rsplit("/", 1)[1]
    innovation.score({proposal_id: 885})
    desk = open_as(chromium, served, innovation.accounts["organizer"], DESKTOP)
    desk.goto(address)
    desk.get_by_role("button", name="登记专家得分").click()
    expect(desk.get_by_text("88.5").first).to_be_visible()
    desk.get_by_role("button", name="采纳实施").click()
    desk.get_by_label("一年的效益").fill("11.86万")
    desk.get_by_label("怎么算出来的").fill("按割接补偿台账")
    desk.get_by_role("button", name="填报").click()
    finance = open_as(chromium, served, innovation.accounts["finance"], DESKTOP)
    finance.goto(address)
    screenshot(finance, "proposal-finance")
    finance.get_by_role("button", name="确认效益").click()
    expect(finance.get_by_text("效益已确认").first).to_be_visible()
    desk.goto("/proposals")
    expect(desk.get_by_role("row", name=WORDS["title"])).to_contain_text("118,600.00")
    assert_accessible(desk)
    screenshot(desk, "proposals")
    phone.goto("/proposals")
    assert_accessible(phone)
    screenshot(phone, "proposals-phone")
    desk.goto("/studios")
    assert_accessible(desk)
    screenshot(desk, "studios")
    desk.get_by_role("link", name="贺兰月劳模创新工作室").click()
    assert_accessible(desk)
    screenshot(desk, "studio")
    desk.get_by_role("link", name="名下的提案和效益").click()
    expect(desk.get_by_role("row", name=WORDS["title"])).to_be_visible()
