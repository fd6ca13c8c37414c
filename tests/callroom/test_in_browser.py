"""The door on a phone, the draw on a tablet: as people use them, within reach of axe."""

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM, Role
from contest.callroom import queries, services
from contest.entries.models import Entry
from tests.browsing import PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.judging.scenery import build_contest
from tests.support import make_person

pytestmark = pytest.mark.browser
DETECTOR = """
window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
  detect() { return Promise.resolve([{ rawValue: "https://evil.example/" }, { rawValue: "TICKET" }]); }
};
navigator.mediaDevices.getUserMedia = () => Promise.resolve(document.createElement("canvas").captureStream());
HTMLMediaElement.prototype.play = () => Promise.resolve();
"""


def test_the_door_and_the_draw(chromium, served):
    contest = build_contest()
    clerk, _ = make_person(contest.world, Role.CHECK_IN_CLERK)
    event = contest.event.id
    with db.transaction() as session:
        services.make_tickets(session, SYSTEM, contest.event)
        ticket = queries.ticket_lines(session, contest.event)[0][1]
        entry = session.exec(select(Entry).where(Entry.number == ticket.number)).one()

    phone = open_as(chromium, served, clerk, PHONE)
    phone.add_init_script(DETECTOR.replace("TICKET", f"{served.address}/check-in/{ticket.token}"))
    phone.goto("/check-in")
    assert_accessible(phone)
    phone.get_by_role("link", name="去检录").click()
    assert_accessible(phone)
    screenshot(phone, "check-in-390x844")
    phone.get_by_role("button", name="扫参赛证").click()
    expect(phone.get_by_role("heading", name=entry.name)).to_be_visible()
    assert ticket.token not in phone.url
    assert_accessible(phone)
    phone.get_by_role("button", name="迟到").click()
    expect(phone.locator("#flash")).to_contain_text("已登记：迟到")
    phone.goto(f"/events/{event}/tickets")
    assert_accessible(phone)
    screenshot(phone, "tickets-390x844")

    tablet = open_as(chromium, served, contest.accounts["organizer"], TABLET)
    tablet.goto(f"/events/{event}/order")
    tablet.get_by_label("工位数").fill("2")
    tablet.get_by_role("button", name="冻结名单，写入种子的摘要").click()
    tablet.get_by_label("公开值").fill("3 1 6")
    assert_accessible(tablet)
    tablet.get_by_role("button", name="公开种子并排定").click()
    expect(tablet.get_by_role("table")).to_be_visible()
    assert_accessible(tablet)
    screenshot(tablet, "order-1180x820")
    for path in (f"/events/{event}/order/print?stage=practice", f"/events/{event}/draw/layers",
                 f"/competitions/{contest.competition.id}/judges", f"/events/{event}/calibration"):  # fmt: skip
        tablet.goto(path)
        assert_accessible(tablet)
        screenshot(tablet, path.split("?")[0].strip("/").replace("/", "-") + "-1180x820")
    judge = open_as(chromium, served, contest.accounts["anna"], TABLET)
    judge.goto(f"/judging/periods/{contest.period.id}")
    expect(judge.get_by_text("第 1 场 1 号工位")).to_be_visible()
    assert_accessible(judge)
    judge.goto("/judging/conflicts")
    assert_accessible(judge)
