"""A judge who has changed the language starts in it without a network too, on pages that were kept before."""

import pytest
from playwright.sync_api import expect

from tests.browsing import TABLET, open_as
from tests.judging.scenery import build_contest

pytestmark = pytest.mark.browser
KEPT_IN = """async ([path, language]) => {
    const until = Date.now() + 60_000
    while ((await caches.match(path))?.headers.get('Content-Language') !== language) {
        if (Date.now() > until) throw new Error(`${path} is not kept in ${language}`)
        await new Promise((go) => setTimeout(go, 50))
    }
}"""


def test_pages_kept_in_the_former_language_are_kept_anew(chromium, served):
    contest = build_contest()
    sheet = f"/judging/sheets/{contest.period.id}/{contest.codes[0]}"
    page = open_as(chromium, served, contest.accounts["anna"], TABLET)
    page.goto("/judging")
    page.goto(f"/judging/periods/{contest.period.id}")
    page.evaluate(KEPT_IN, [sheet, "zh-CN"])
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for path in ("/judging", sheet):
        page.evaluate(KEPT_IN, [path, "en"])
    page.context.set_offline(True)
    for path in ("/judging", sheet):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", "en")
