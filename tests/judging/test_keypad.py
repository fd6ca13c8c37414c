"""The pad under a judge's fingers: few taps, gloves and glare, a stopwatch and a counter, keys and live regions."""

from copy import deepcopy

import pytest
from playwright.sync_api import expect

from tests.browsing import PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.judging.scenery import RULES, build_contest

pytestmark = pytest.mark.browser
TEN = 10


def rules():
    """Ten typed aspects, a time in seconds with two decimals, a number of faults."""
    found = deepcopy(RULES)
    measure = {"min": "0", "max": "600", "unit": "秒"}
    found["stages"][0]["rubric"][0]["children"] = [
        *({"id": f"A{n}", "title": f"评分点 {n}", "max": "10", "decimals": 1} for n in range(1, TEN + 1)),
        {"id": "W", "title": "用时", "kind": "measured", "max": "10", "decimals": 2, "measure": measure},
        {"id": "F", "title": "断线", "kind": "measured", "max": "10", "measure": measure | {"unit": "处"}},
    ]
    return found


def saved(page, key, text):
    line = page.locator(f'[id="aspect-{key}"]')
    expect(line.locator("[data-mark]")).to_have_text(text)
    expect(line.locator("[data-state-of]")).to_have_text("已存服务器")


def test_the_pad_under_a_judges_fingers(chromium, served):
    contest = build_contest(rules())
    page = open_as(chromium, served, contest.accounts["anna"], TABLET)
    page.goto(f"/judging/sheets/{contest.period.id}/{contest.codes[0]}")
    expect(page.locator("#pad-form")).to_be_visible()
    page.evaluate("() => { window.taps = 0; addEventListener('click', () => { window.taps += 1; }, true); }")
    for n in range(1, TEN + 1):  # trust.md goal 19: keys of the value, and at most two taps more
        for key in ("8", ".", "5"):
            page.locator(f'[data-key="{key}"]').click()
        page.locator('[data-key="enter"]').click()
        expect(page.locator(f'[id="aspect-A{n}.1"] [data-mark]')).to_have_text("8.5")
    assert page.evaluate("window.taps") <= TEN * (3 + 2)
    expect(page.locator("#undo-text")).to_have_text("A10 记为 8.5")  # a live region
    instruments(page)
    keyboard(page)
    page.goto(f"/judging/sheets/{contest.period.id}/{contest.codes[1]}")
    comfort(page)
    page.set_viewport_size(PHONE)
    expect(page.locator('[data-key="7"]')).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    screenshot(page, "sheet-glare-390x844")


def instruments(page):
    """A time and a count fill the box; what is rounded is said; the judge may change it before saving."""
    exact = page.evaluate(
        """async () => { const { toUnits } = await import('/static/js/judging/measure.js');
        return [[12345, 2], [12344, 2], [12340, 2], [999, 0], [499, 0], [7, 3]].map(([ms, d]) => toUnits(ms, d)); }"""
    )
    assert [(one["units"], one["exact"]) for one in exact] == [
        (1235, False), (1234, False), (1234, True), (1, False), (0, False), (7, True),
    ]  # fmt: skip
    page.clock.install(time="2026-11-22T09:00:00")
    page.clock.pause_at("2026-11-22T09:30:00")  # how long the taps take counts for nothing
    page.locator('[id="aspect-W.1"]').click()
    page.get_by_role("button", name="开始计时").click()
    page.clock.run_for(12_345)
    page.get_by_role("button", name="计一圈").click()
    page.get_by_role("button", name="停表").click()
    expect(page.locator("#pad-note")).to_contain_text("计时 12.345 秒，按 2 位小数四舍五入记为 12.35；")
    expect(page.locator("#pad-value")).to_have_value("12.35")
    expect(page.locator("#watch-laps")).to_contain_text("1. 12.345")
    expect(page.locator('[id="aspect-W.1"] [data-mark]')).to_have_text("未评")  # nothing is saved by stopping
    screenshot(page, "sheet-stopwatch-1180x820")
    page.clock.resume()
    page.locator("#pad-value").fill("12.40")
    page.locator('[data-key="enter"]').click()
    saved(page, "W.1", "12.40")
    for _ in range(3):
        page.get_by_role("button", name="加一").click()
    page.get_by_role("button", name="减一").click()
    expect(page.locator("#pad-value")).to_have_value("2")
    page.locator('[data-key="enter"]').click()
    saved(page, "F.1", "2")


def keyboard(page):
    page.locator('[id="aspect-A1.1"]').click()
    page.locator("#undo-button").press("n")  # no next unscored: it stays
    expect(page.locator('[id="aspect-A1.1"]')).to_have_attribute("aria-current", "true")


def comfort(page):
    page.locator('[id="aspect-A3.1"]').click()
    page.locator("#pad-value").press("n")
    expect(page.locator('[id="aspect-A4.1"]')).to_have_attribute("aria-current", "true")
    before = page.locator('[data-key="7"]').bounding_box()
    page.get_by_text("按键与显示").click()
    for text in ("左手：键盘在左边", "大键：戴手套", "强光：黑白高对比", "输满自动进入下一项"):
        page.get_by_label(text).check()
    after = page.locator('[data-key="7"]').bounding_box()
    assert before["x"] > TABLET["width"] / 2 > after["x"]
    assert after["height"] >= 80 > before["height"]
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    assert_accessible(page)
    page.reload()  # the tablet keeps the choices
    expect(page.locator("html")).to_have_attribute("data-glare", "")
    assert_accessible(page)
    screenshot(page, "sheet-comfort-1180x820")
    page.locator('[data-key="8"]').click()  # 8 may become 8.5: it waits
    page.clock.run_for(2000)
    expect(page.locator('[id="aspect-A1.1"]')).to_have_attribute("aria-current", "true")
    for key in (".", "5"):
        page.locator(f'[data-key="{key}"]').click()
    page.clock.run_for(2000)
    expect(page.locator('[id="aspect-A2.1"]')).to_have_attribute("aria-current", "true")
    saved(page, "A1.1", "8.5")


def test_a_sheet_that_asks_a_judge_for_nothing_says_so(chromium, served):
    found = deepcopy(RULES)
    for aspect in found["stages"][0]["rubric"][0]["children"]:
        aspect["sheet"] = "clerk"
    contest = build_contest(found)
    page = open_as(chromium, served, contest.accounts["anna"], TABLET)
    page.goto(f"/judging/sheets/{contest.period.id}/{contest.codes[0]}")
    expect(page.get_by_text("这份评分表没有要您评的项目。")).to_be_visible()
    for key in ("5", "n", "ArrowDown"):  # `open_as` fails on any error of a script
        page.keyboard.press(key)
    expect(page.locator("#pad-form")).to_be_hidden()
    expect(page.get_by_text("全部已存服务器")).to_be_visible()  # the outbox runs
