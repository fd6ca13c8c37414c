"""In a real Chromium: heats of four, a final of two, from the lock of the one to the lock of the other."""

import pytest
from playwright.sync_api import expect

from contest import db
from contest.competitions.models import PeriodState
from contest.judging.services import lock_period
from tests.browsing import DESKTOP, PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.judging.knock_out import HEATS, build_rounds
from tests.judging.test_in_browser import saved, tap

pytestmark = pytest.mark.browser
WANG, LI, ZHANG, ZHAO = range(4)
WAITS = "谁进入这个阶段由“初赛”决定，锁定以后才列在这里。"


@pytest.fixture
def rounds(served):
    return build_rounds()


def test_a_final_of_two_after_heats_of_four(chromium, served, rounds):
    final, heats = (f"/judging/periods/{rounds.periods[key].id}" for key in ("final", "heats"))
    rounds.score("heats", dict(enumerate(HEATS)))
    anna = open_as(chromium, served, rounds.accounts["anna"], TABLET)
    anna.goto("/judging")
    expect(anna.get_by_text(WAITS)).to_be_visible()
    assert_accessible(anna)
    screenshot(anna, "stages-home-waits-1180x820")
    anna.goto(heats)
    expect(anna.get_by_role("rowheader")).to_have_count(4)

    # the organizer can't open the final yet; the chief locks the heats, and now it can be opened
    desk = open_as(chromium, served, rounds.accounts["organizer"], DESKTOP)
    desk.goto(f"/events/{rounds.event.id}")
    expect(desk.get_by_text("先锁定“初赛”，晋级的才能开始")).to_be_visible()
    expect(desk.get_by_role("button", name="开放评分")).to_have_count(0)
    screenshot(desk, "stages-event-waits-1440x900")
    rounds.do(lock_period, "heats")
    desk.reload()
    desk.get_by_role("button", name="开放评分").click()
    expect(desk.get_by_text("已开放评分，裁判现在可以打分。")).to_be_visible()

    # the judge's tablet lists the two, by code; their sheets know of nobody else
    anna.goto(final)
    rows = anna.get_by_role("rowheader")
    expect(rows).to_have_count(2)
    listed = rows.all_inner_texts()
    assert set(listed) == {rounds.codes[WANG], rounds.codes[LI]}
    assert_accessible(anna)
    screenshot(anna, "stages-final-1180x820")
    for code, mark in zip(listed, ("75", "85"), strict=True):
        anna.goto(f"/judging/sheets/{rounds.periods['final'].id}/{code}")
        expect(anna.locator("#pad-form")).to_be_visible()
        assert not any(rounds.codes[n] in anna.content() for n in (ZHANG, ZHAO))
        tap(anna, mark)
        saved(anna, "A.1", mark)
        rounds.sign("final", rounds.codes.index(code))
    anna.goto(f"/judging/sheets/{rounds.periods['final'].id}/{rounds.codes[ZHANG]}")
    expect(anna.get_by_text("没有晋级到“决赛”，不用评，也没有评分表。")).to_be_visible()
    screenshot(anna, "stages-not-advanced-1180x820")

    # nothing is missing: the chief locks without a reason; the heats then stay locked
    chief = open_as(chromium, served, rounds.accounts["chief"], TABLET)
    chief.goto(f"/events/{rounds.event.id}/desk?period={rounds.periods['final'].id}")
    expect(chief.get_by_text("全部评完并签名，可以锁定。")).to_be_visible()
    screenshot(chief, "stages-desk-1180x820")
    chief.goto(f"{final}/lock")
    expect(chief.get_by_label("缺着锁定的理由")).to_have_count(0)
    chief.get_by_role("button", name="锁定", exact=True).click()
    expect(chief.get_by_text("评分已锁定，并已存证。")).to_be_visible()
    with db.reading() as session:
        assert rounds.period(session, "final").state is PeriodState.LOCKED
    chief.goto(f"{heats}/unlock")
    expect(chief.get_by_text("请先暂停“决赛”（已锁定的先解锁），再解锁“初赛”")).to_be_visible()
    assert_accessible(chief)
    screenshot(chief, "stages-unlock-1180x820")


def test_the_waiting_final_on_a_phone_in_english(chromium, served, rounds):
    page = open_as(chromium, served, rounds.accounts["anna"], PHONE)
    page.goto("/judging")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("decides who enters this stage")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "stages-home-waits-en-390x844")
    page.goto(f"/judging/periods/{rounds.periods['final'].id}")
    expect(page.get_by_text("decides who enters this stage")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "stages-period-waits-en-390x844")
