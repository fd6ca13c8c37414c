"""In a real Chromium: the chief asks for two waivers in one form, a supervisor on a phone does what waits."""

import pytest
from playwright.sync_api import expect

from contest import db
from contest.accounts.models import Account
from contest.accounts.services import set_password
from contest.actors import SYSTEM
from contest.competitions.formalities import set_formalities
from contest.competitions.models import Event
from tests.browsing import PHONE, TABLET, open_as, screenshot
from tests.journeys.looking import look
from tests.judging.scenery import build_contest

pytestmark = pytest.mark.browser
SECRET = "correct horse battery"


@pytest.fixture
def contest(served):
    made = build_contest()
    with db.transaction() as session:
        event = session.get_one(Event, (made.event.tenant_id, made.event.id))
        set_formalities(session, SYSTEM, event, signers=("judge", "chief", "supervisor"), rechecks=False,
                        publishes_in_pairs=False)  # fmt: skip
        set_password(session, session.get_one(Account, made.accounts["supervisor"].id), SECRET)
    made.fill("anna")
    made.fill("anna", 1)
    return made


def test_a_supervisor_sees_on_a_phone_what_waits_does_it_and_the_list_is_empty(chromium, served, contest):
    chief = open_as(chromium, served, contest.accounts["chief"], TABLET)
    chief.goto(f"/events/{contest.event.id}/signatures")
    chief.get_by_text("一位裁判的几份一起提出免签").click()
    chief.get_by_role("link", name="J1 · 裁判 · 2 份").click()
    chief.get_by_label("不在场").check()
    chief.get_by_label("理由").fill("突发疾病送医")
    chief.get_by_role("button", name="全选").click()
    expect(chief.get_by_role("checkbox", name=f"选 {contest.codes[1]}")).to_be_checked()
    expect(chief.get_by_label("理由")).to_have_value("突发疾病送医")
    look(chief, "waivers-asked")
    chief.get_by_role("button", name="为所选的提出免签").click()
    expect(chief.get_by_text("已提出 2 份免签，等第二人见证。")).to_be_visible()

    phone = open_as(chromium, served, None, PHONE)
    phone.goto("/sign-in")
    phone.get_by_label("登录名").fill("supervisor")
    phone.get_by_label("密码").fill(SECRET)
    phone.get_by_role("button", name="登录").click()
    phone.wait_for_url("**/waiting")
    expect(phone.get_by_role("link", name="待我办理", exact=True)).to_be_visible()
    look(phone, "waiting")
    in_other_clothes(phone)
    phone.get_by_role("link", name="见证免签：裁判的签名 · J1 · 2 份 电工").click()
    look(phone, "waivers-witness")
    phone.get_by_role("button", name="全选").click()
    phone.get_by_role("button", name="见证属实，所选的都免签").click()
    expect(phone.get_by_text("2 份已免签，已逐份记入流水。")).to_be_visible()
    phone.goto("/")
    expect(phone.get_by_text("现在没有等您办理的事")).to_be_visible()
    look(phone, "waiting-empty")

    chief.goto("/waiting")
    chief.get_by_role("link", name="以裁判长身份签评分表").click()
    chief.get_by_role("button", name="核对无误，签 2 份").click()
    chief.goto("/waiting")
    expect(chief.get_by_text("现在没有等您办理的事")).to_be_visible()
    phone.goto("/waiting")
    expect(phone.get_by_role("link", name="以监督身份签评分表")).to_be_visible()


def in_other_clothes(page):
    """Dark, and in English."""
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="English").click()
    page.goto("/waiting")
    expect(page.get_by_role("heading", name="Waiting for me")).to_be_visible()
    screenshot(page, "waiting-en-dark")
    page.get_by_role("button", name="中文").click()
    page.goto("/waiting")
    page.emulate_media(color_scheme="light")
