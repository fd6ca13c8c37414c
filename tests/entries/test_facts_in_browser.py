"""Facts of entries in a real Chromium: class and wild card from the page to the standings; bounds on a tablet."""

import copy

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import SYSTEM
from contest.competitions.queries import get_event, rules_in_force
from contest.entries.facts import FactInput, set_facts
from contest.entries.queries import entries_of
from contest.judging import services
from contest.standings.services import compute
from tests.browsing import DESKTOP, PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.judging.scenery import RULES, build_contest

pytestmark = pytest.mark.browser


def rules():
    document = copy.deepcopy(RULES) | {"combine": "last", "classes": [{"id": "a", "title": "一线组"}, {"id": "b"}]}
    [stage] = document["stages"]
    stage["rubric"] = stage["rubric"][:1]
    children = stage["rubric"][0]["children"]
    children[1] |= {"max": "40", "limits": {"measure": "年节约", "bands": [["0", "10", "14"], ["10", "15", "25"]]}}
    children[2:] = [{"id": "P3", "title": "安全等级", "kind": "measured", "max": "10", "method": {"name": "mean"},
                     "conversion": {"name": "choices", "full": "10", "choices": [["1", "0"], ["3", "4"]]}}]  # fmt: skip
    final = copy.deepcopy(stage) | {"id": "final", "title": "决赛"}
    stage["advance"] = {"count": 1}
    document["stages"] = [stage, final]
    return document


@pytest.fixture
def contest(served):
    return build_contest(rules())


def address(contest, number: str) -> str:
    with db.reading() as session:
        [entry] = [e for e in entries_of(session, contest.event) if e.number == number]
        return f"/events/{contest.event.id}/entries/{entry.id}"


def test_a_class_and_a_wild_card_go_from_the_page_into_the_standings(chromium, served, contest):
    page = open_as(chromium, served, contest.accounts["organizer"], DESKTOP)
    page.goto(address(contest, "002"))
    page.get_by_label("组别").select_option("一线组")
    page.get_by_label("年节约").fill("８。５")  # as a Chinese input method types it
    page.get_by_label("实际操作").fill("评审团推荐")
    assert_accessible(page)
    screenshot(page, "entry-facts-1440x900")
    page.get_by_role("button", name="保存登记事项").click()
    expect(page.get_by_text("已保存 3 项。")).to_be_visible()
    page.get_by_label("组别").select_option("b")
    page.get_by_role("button", name="保存登记事项").click()
    expect(page.locator(".field__error")).to_contain_text("改动这一项要写明理由")
    expect(page.get_by_label("组别")).to_have_value("b")  # nothing typed is lost
    page.get_by_label("为什么改动").fill("评审后调整")
    page.get_by_role("button", name="保存登记事项").click()
    expect(page.get_by_text("已保存 1 项。")).to_be_visible()
    page.get_by_role("link", name="参赛名单").first.click()
    page.get_by_role("link", name="登记事项").click()
    expect(page.locator("#facts")).to_contain_text("外卡晋级 实际操作：评审团推荐")
    assert_accessible(page)
    screenshot(page, "facts-1440x900")
    page.set_viewport_size(PHONE)
    screenshot(page, "facts-390x844")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # standings: 001 passes with 15 + 20 + 10 (choice 1) = 45, 002 by its card with 10 + 10 + 10 = 30, 003 is out
    marks = [("P1", 150, 100), ("P2", 20, 10), ("P3", 1, 1)]
    with db.transaction() as session:
        _measure(session, contest, "001", "12")
        code = [entry.code for entry in sorted(entries_of(session, contest.event), key=lambda e: e.number)]
        operations = [
            contest.op(units, aspect, entry, judge=judge, reason="代录")
            for aspect, first, second in marks
            for entry, units in ((code[0], first), (code[1], second))
            for judge in ("J1", "J2")
        ]
        answers = services.apply_operations(session, SYSTEM, operations)
        assert {answer["reason"] for answer in answers} == {""}
    with db.reading() as session:
        event = get_event(session, contest.event.id)
        found = compute(session, event)
        passed = {row.entry: row.passages[0].by for row in found.result.standings}
        classes = {row.entry: row.class_id for row in found.result.standings}
        assert rules_in_force(session, event).classes
    assert (passed[code[0]], passed[code[1]], classes[code[1]]) == ("rank", "wild_card", "b")


def _measure(session, contest, number: str, value: str) -> None:
    [entry] = [e for e in entries_of(session, contest.event) if e.number == number]
    event = get_event(session, contest.event.id)
    set_facts(session, SYSTEM, event, [FactInput(entry.id, "fact|measure|年节约", value)])


def test_the_tablet_says_before_sending_what_would_not_be_taken(chromium, served, contest):
    with db.transaction() as session:
        _measure(session, contest, "001", "8")
    page = open_as(chromium, served, contest.accounts["anna"], TABLET)
    page.goto(f"/judging/sheets/{contest.period.id}/{contest.codes[0]}")

    def type_into(key: str, text: str) -> None:
        page.locator(f'[id="aspect-{key}"]').click()
        page.locator("#pad-value").fill(text)
        page.keyboard.press("Enter")

    type_into("P2.1", "15")
    expect(page.locator("#pad-message")).to_have_text("应在 10–14 之间，您输入了 15")
    screenshot(page, "sheet-bounded-1180x820")
    type_into("P3.1", "2")
    expect(page.locator("#pad-message")).to_have_text("只能是 1, 3，您输入了 2")
    type_into("P1.1", "9.5")  # steps of 0.5 still count from the aspect's own minimum
    expect(page.locator('[id="aspect-P1.1"] [data-state-of]')).to_have_text("已存服务器")
    type_into("P2.1", "14")
    expect(page.locator('[id="aspect-P2.1"] [data-state-of]')).to_have_text("已存服务器")
    page.goto(f"/judging/sheets/{contest.period.id}/{contest.codes[1]}")
    type_into("P2.1", "12")
    expect(page.locator("#pad-message")).to_have_text("还没有登记“年节约”，请组织者登记后再评")
