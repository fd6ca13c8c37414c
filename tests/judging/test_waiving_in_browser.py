"""In a real Chromium on a tablet: the contestant refuses, the chief asks, the supervisor witnesses, the judge signs."""

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import SYSTEM
from contest.competitions.formalities import set_formalities
from contest.competitions.models import Event
from tests.browsing import PHONE, TABLET, assert_accessible, open_as, screenshot
from tests.judging.scenery import build_contest

pytestmark = pytest.mark.browser
REASON = "认为 P2 应得 35 分，不签"


@pytest.fixture
def contest(served):
    made = build_contest()
    with db.transaction() as session:
        event = session.get_one(Event, (made.event.tenant_id, made.event.id))
        signers = ("contestant", "judge", "chief", "supervisor")
        set_formalities(session, SYSTEM, event, signers=signers, rechecks=False, publishes_in_pairs=False)
    made.fill("anna")
    return made


def test_a_refused_signature_is_waived_by_two_and_the_judge_signs(chromium, served, contest):
    code = contest.codes[0]
    review = f"/judging/sheets/{contest.period.id}/{code}/review"
    judge = open_as(chromium, served, contest.accounts["anna"], TABLET)
    judge.goto(review)
    expect(judge.get_by_text("选手拒绝签字或已经离场")).to_be_visible()
    screenshot(judge, "waiver-review-before-1180x820")

    chief = open_as(chromium, served, contest.accounts["chief"], TABLET)
    chief.goto(f"/events/{contest.event.id}/signatures")
    chief.get_by_role("link", name=f"提出免签 {code} J1 选手或领队").click()
    chief.get_by_label("拒绝签字").check()
    chief.get_by_label("理由").fill(REASON)
    assert_accessible(chief)
    screenshot(chief, "waiver-asked-1180x820")
    chief.get_by_role("button", name="提出免签").click()
    expect(chief.get_by_text("已提出免签，等第二人见证。")).to_be_visible()
    screenshot(chief, "waiver-list-1180x820")

    witness = open_as(chromium, served, contest.accounts["supervisor"], TABLET)
    witness.goto(f"/events/{contest.event.id}/desk")
    witness.get_by_role("link", name=f"免签手续：{code} · J1 · 选手或领队").click()
    expect(witness.get_by_text(REASON).first).to_be_visible()
    assert_accessible(witness)
    screenshot(witness, "waiver-witness-1180x820")
    phone = open_as(chromium, served, contest.accounts["supervisor"], PHONE)
    phone.goto(witness.url)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling on a phone"
    assert_accessible(phone)
    screenshot(phone, "waiver-witness-390x844")
    witness.get_by_role("button", name="见证属实，免签").click()
    expect(witness.get_by_text("已免签，已记入流水。")).to_be_visible()
    expect(witness.get_by_role("cell", name="免签 拒绝签字")).to_be_visible()
    screenshot(witness, "waiver-signatures-1180x820")

    judge.goto(review)
    expect(judge.get_by_text("免签：拒绝签字")).to_be_visible()
    assert_accessible(judge)
    screenshot(judge, "waiver-review-1180x820")
    judge.get_by_role("button", name="以上各项属实，签名提交").click()
    expect(judge.get_by_text("已签名：")).to_be_visible()
    expect(judge.get_by_role("row", name="裁判 测试anna")).to_contain_text("有效")


def test_the_page_in_english_on_a_phone(chromium, served, contest):
    page = open_as(chromium, served, contest.accounts["chief"], PHONE)
    path = f"/judging/waivers/{contest.period.id}/J1/{contest.codes[0]}/contestant"
    page.goto(path)
    page.get_by_role("button", name="English").click()
    page.goto(path)
    expect(page.get_by_role("button", name="Ask for the waiver")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling on a phone"
    assert_accessible(page)
    screenshot(page, "waiver-en-390x844")
