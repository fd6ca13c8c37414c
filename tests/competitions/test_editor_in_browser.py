"""The rubric editor in a real browser: dragged, moved by keyboard, counted while typing; all of it without script."""

import json
import re

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import Role
from contest.competitions import queries
from contest.competitions.parts import ids_below
from tests.browsing import DESKTOP, TABLET, assert_accessible, open_as, screenshot
from tests.competitions.helpers import new_event
from tests.support import build_world, make_person

pytestmark = pytest.mark.browser
LINE = re.compile("line--(before|after|into)")


@pytest.fixture
def built(served):
    with db.transaction() as session:
        return build_world(session)


def order(event):
    with db.reading() as session:
        return ids_below(json.loads(queries.newest_version(session, event).document)["stages"][1])


def drag(page, code, onto, share):
    grip = page.locator("tr.line", has=page.get_by_text(code, exact=True)).locator(".grip")
    target = page.locator("tr.line", has=page.get_by_text(onto, exact=True))
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    place = target.bounding_box()
    page.mouse.move(place["x"] + 200, place["y"] + place["height"] * share, steps=4)
    expect(target).to_have_class(LINE)
    with page.expect_navigation():
        page.mouse.up()
    moved = page.locator("tr.line", has=page.get_by_text(code, exact=True))
    expect(moved.locator("a").first).to_be_focused()  # the page comes anew and gives the focus only then


@pytest.mark.parametrize("viewport", [DESKTOP, TABLET], ids=["desktop", "tablet"])
def test_a_rubric_is_dragged_moved_by_keyboard_and_counted_while_it_is_typed(chromium, served, built, viewport):
    account, _ = make_person(built, Role.ORGANIZER)
    _, event = new_event(built, point="skills")
    page = open_as(chromium, served, account, viewport)
    page.goto(f"/events/{event.id}/rules")
    drag(page, "P31", "P11", 0.2)
    assert order(event) == ["P1", "P31", "P11", "P12", "P2", "P21", "P22", "P3", "P4", "P41"]
    expect(page.get_by_text("还有 1 处要改")).to_be_visible()  # P3 stands empty now, and the page says where
    drag(page, "P31", "P3", 0.5)
    assert order(event) == ["P1", "P11", "P12", "P2", "P21", "P22", "P3", "P31", "P4", "P41"]
    page.get_by_role("link", name="P12 工具使用", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowDown")
    moved = page.get_by_role("button", name="下移 工具使用")
    expect(moved).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert order(event)[:5] == ["P1", "P11", "P2", "P21", "P12"]
    page.get_by_role("link", name="P11 操作步骤", exact=True).click()
    beside = page.locator("#beside")
    expect(beside.locator('.aspect[aria-current="true"]')).to_contain_text("操作步骤")
    page.get_by_label("名称", exact=True).fill("安全着装")
    page.get_by_label("最高分", exact=True).fill("26")
    expect(beside.locator('.aspect[aria-current="true"]')).to_contain_text("安全着装")
    expect(beside.get_by_text("比 100 多 16")).to_be_visible()
    expect(page.get_by_label("最高分", exact=True)).to_be_focused()
    assert_accessible(page)
    screenshot(page, f"rubric-editor-{viewport['width']}")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("main").get_by_text("比 100 多 16")).to_be_visible()


def test_without_script_a_rubric_is_moved_removed_restored_and_copied(chromium, served, built):
    account, _ = make_person(built, Role.ORGANIZER)
    _, event = new_event(built, point="skills")
    new_event(built, point="innovation", title="工艺创新")
    page = open_as(chromium, served, account, DESKTOP, java_script_enabled=False)
    page.goto(f"/events/{event.id}/rules")
    expect(page.locator(".grip").first).to_be_hidden()
    page.get_by_role("button", name="工作效率 放进前一个评分项").click()
    page.get_by_role("button", name="工作效率 移到上一层").click()
    page.get_by_role("button", name="下移 操作步骤").click()
    assert order(event)[:4] == ["P1", "P12", "P11", "P2"]
    page.get_by_role("link", name="P3 工作效率").click()
    page.get_by_role("link", name="删除…").click()
    page.get_by_role("button", name="删除").click()
    expect(page.locator("main").get_by_text("比 100 少 15")).to_be_visible()
    page.get_by_role("button", name="恢复 阶段“实际操作” › 评分项“工作效率”").click()
    assert order(event)[:9] == ["P1", "P12", "P11", "P2", "P21", "P22", "P3", "P31", "P4"]
    page.get_by_role("link", name="从别的竞赛复制").last.click()
    page.get_by_role("link", name="工艺创新").click()
    page.get_by_label("创新性").check()
    page.get_by_role("button", name="复制所选").click()
    expect(page.get_by_text("已复制 1 个评分项，请核对分值。")).to_be_visible()
    assert order(event)[-2:] == ["A", "A1"]
