"""Setting up a competition in a real browser: without script at the desk, with script on a phone; axe on every page."""

import re

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import Role
from contest.competitions import queries
from contest.competitions.starting_points import STARTING_POINTS
from tests.browsing import DESKTOP, PHONE, assert_accessible, open_as, screenshot
from tests.competitions.helpers import new_event
from tests.competitions.test_rubric_workbook import GOOD, sheet_of
from tests.support import build_world, make_person

pytestmark = pytest.mark.browser


@pytest.fixture
def built(served):
    with db.transaction() as session:
        return build_world(session)


def found_competition(page):
    page.goto("/competitions")
    page.get_by_role("link", name="举办竞赛").first.click()
    page.get_by_label("主办组织").select_option(label="海宁市总工会")
    page.get_by_label("名称", exact=True).fill("海宁市第十届职工技能大赛")
    page.get_by_role("button", name="立项").click()
    page.get_by_role("link", name="增加竞赛项目").first.click()
    page.get_by_label("名称", exact=True).fill("电工")
    page.get_by_role("button", name="增加").click()


def test_without_script_an_organizer_sets_up_an_event_to_its_open_period(chromium, served, built):
    account, _ = make_person(built, Role.ORGANIZER)
    page = open_as(chromium, served, account, DESKTOP, java_script_enabled=False)
    found_competition(page)
    expect(page.get_by_text("先写评分办法")).to_be_visible()
    page.get_by_role("link", name="写评分办法").click()
    page.get_by_role("button", name="用“创新评审”作起点").click()
    page.get_by_role("link", name="A1 思路与方法的新颖程度", exact=True).click()
    page.get_by_label("最高分", exact=True).fill("四十")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#f-max-error")).to_contain_text("应是数")
    expect(page.get_by_label("最高分", exact=True)).to_have_value("四十")
    page.get_by_label("最高分", exact=True).fill("４０")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("满分 110 分 · 4 个评分点")).to_be_visible()
    page.get_by_role("button", name="下移 创新性").click()
    expect(page.locator("tbody tr").first).to_contain_text("B 先进性")
    page.get_by_role("link", name="查看并定稿").click()
    page.get_by_role("button", name="定稿").click()
    expect(page.get_by_text("评分办法已定稿，从现在起不再改动。")).to_be_visible()
    page.get_by_role("button", name="开放评分").click()
    expect(page.get_by_text("1 个考评期正在评分")).to_be_visible()


def test_a_rubric_comes_in_from_excel_and_a_mistake_is_recovered(chromium, served, built, tmp_path):
    account, _ = make_person(built, Role.ORGANIZER)
    page = open_as(chromium, served, account, DESKTOP)
    found_competition(page)
    page.get_by_role("link", name="写评分办法").click()
    page.get_by_role("link", name="从 Excel 导入评分标准").click()
    wrong = [GOOD[0], ["", "A", "A1", "尺寸", "评委打分", "二十"]]
    page.get_by_label("工作簿").set_input_files(_file(tmp_path / "错.xlsx", sheet_of(wrong)))
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_text("有 1 处错误，一行也没有读入")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "competitions-rubric-errors")
    with page.expect_download() as caught:
        page.get_by_role("link", name="下载标出错误的工作簿").click()
    assert caught.value.suggested_filename == "错-错误说明.xlsx"
    page.get_by_label("工作簿").set_input_files(_file(tmp_path / "对.xlsx", sheet_of(GOOD)))
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_text("满分 30 分 · 2 个评分点")).to_be_visible()


def _file(path, data):
    path.write_bytes(data)
    return path


def test_a_part_is_removed_in_a_dialog(chromium, served, built):
    account, _ = make_person(built, Role.ORGANIZER)
    _, event = new_event(built, point="innovation")
    page = open_as(chromium, served, account, DESKTOP)
    page.goto(f"/events/{event.id}/rules?at=stages%5B0%5D.rubric%5B3%5D")
    page.get_by_role("link", name="删除…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("其中的 1 个评分点一起删除。")
    dialog.get_by_role("button", name="删除").click()
    expect(page.get_by_text("满分 80 分 · 3 个评分点")).to_be_visible()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_accessible_and_fits_its_screen(chromium, served, built, viewport):
    account, _ = make_person(built, Role.ORGANIZER)
    competition, event = new_event(built, point="merit", title="很长很长的竞赛项目名称" * 8)
    _, adopted = new_event(built, point="skills", adopt=True)
    page = open_as(chromium, served, account, viewport)
    here = f"/events/{event.id}"
    for name, path in {
        "index": "/competitions", "new": "/competitions/new", "show": f"/competitions/{competition.id}",
        "edit": f"/competitions/{competition.id}/edit", "desk": f"/events/{adopted.id}", "draft": here,
        "start": f"{here}/rules/start", "rules": f"{here}/rules", "words": f"{here}/rules/words",
        "aspect": f"{here}/rules?at=stages%5B0%5D.rubric%5B2%5D.children%5B0%5D", "general": f"{here}/rules?at=rules",
        "adopt": f"{here}/rules/adopt", "rubric": f"{here}/rubric", "remove": f"{here}/rules/remove?at=stages%5B0%5D",
    }.items():  # fmt: skip
        answer = page.goto(path)
        assert answer.status == 200
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        screenshot(page, f"competitions-{name}-{viewport['width']}")


def test_all_starting_points_are_offered(chromium, served, built):
    account, _ = make_person(built, Role.ORGANIZER)
    _, event = new_event(built)
    page = open_as(chromium, served, account, DESKTOP)
    page.goto(f"/events/{event.id}/rules/start")
    expect(page.get_by_role("button", name=re.compile("作起点"))).to_have_count(len(STARTING_POINTS))
    with db.reading() as session:
        assert queries.newest_version(session, event) is None
