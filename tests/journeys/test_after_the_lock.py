"""From the last mark to the publication as people do it: signatures, lock, recheck, two persons unseal, results."""

import re

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions.formalities import formalities_of, set_formalities
from contest.competitions.models import Event
from contest.judging.models import PanelMember
from contest.judging.queries import locate
from contest.judging.signatures.services import sheet_of, sign
from tests.browsing import PHONE, TABLET, enrolment_link, open_as
from tests.journeys.looking import look
from tests.journeys.steps import enrol
from tests.judging.scenery import build_contest
from tests.support import make_person

pytestmark = pytest.mark.browser


def score_the_rest(contest):
    """Everything but Anna's signature on the first sheet, which she gives in the browser."""
    for who, entries in (("anna", (0, 1, 2)), ("bo", (0, 1))):
        for entry in entries:
            contest.fill(who, entry)
            if (who, entry) != ("anna", 0):
                by_hand(contest, who, entry)
    contest.send("clerk", *(contest.op(100 - entry, "T1", entry, judge="") for entry in range(3)))


def by_hand(contest, who, entry):
    with db.transaction() as session:
        where, code = locate(session, contest.period.id), contest.codes[entry]
        judge = session.get_one(PanelMember, (where.event.tenant_id, contest.members[who].id)).code
        digest = sheet_of(session, where, judge, code).digest
        sign(session, contest.actors[who], where.period.id, judge, code, role="judge", digest=digest)


def test_signatures_recheck_unsealing_and_publication(served, chromium):
    """The judge on a tablet, everybody else on a phone; `look` looks at every page at all sizes."""
    contest = build_contest()
    with db.transaction() as session:
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        signers = formalities_of(event).signers
        set_formalities(session, SYSTEM, event, signers=signers, rechecks=True, publishes_in_pairs=False)
    score_the_rest(contest)
    event = f"/events/{contest.event.id}"

    tablet = open_as(chromium, served, None, TABLET)
    enrol(tablet, enrolment_link(served, contest.accounts["anna"]))
    tablet.goto(f"/judging/sheets/{contest.period.id}/{contest.codes[0]}/review")
    field = tablet.locator(".signature__field")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    tablet.mouse.move(box["x"] + 20, box["y"] + 20)
    tablet.mouse.down()
    tablet.mouse.move(box["x"] + 120, box["y"] + 60, steps=6)
    tablet.mouse.up()
    assert tablet.locator("input[name=drawing]").input_value().startswith("M")
    tablet.get_by_label("您的 PIN").fill("111111")
    look(tablet, "after-sign")
    tablet.get_by_role("button", name="以上各项属实，签名提交").click()
    expect(tablet.get_by_text("PIN 不对").first).to_be_in_viewport(ratio=1)
    expect(tablet.get_by_label("您的 PIN")).to_be_focused()
    tablet.get_by_label("您的 PIN").fill("482915")
    tablet.get_by_role("button", name="以上各项属实，签名提交").click()
    expect(tablet.get_by_text("已签名").first).to_be_visible()
    look(tablet, "after-signed")

    chief = open_as(chromium, served, contest.accounts["chief"], PHONE)
    chief.goto(f"{event}/signatures")
    look(chief, "after-signatures")
    chief.get_by_role("button", name="核对无误，签 5 份").click()
    expect(chief.get_by_text("已签 5 份评分表")).to_be_visible()
    chief.goto(f"/judging/periods/{contest.period.id}/lock")
    expect(chief.get_by_role("link", name="3 份录入的没有第二人核对")).to_be_visible()
    chief.get_by_label("缺着锁定的理由").fill("纸质评分表由监督当面核对。")
    chief.get_by_role("button", name="锁定", exact=True).click()
    expect(chief.get_by_text("已锁定").first).to_be_visible()

    watcher = open_as(chromium, served, contest.accounts["supervisor"], PHONE)
    watcher.goto(f"{event}/recheck")
    watcher.get_by_role("button", name="发起复核").click()
    watcher.get_by_label("当众产生的数字").fill("3 6 1 4")
    look(watcher, "after-recheck-words")
    watcher.get_by_role("button", name="抽取").click()
    watcher.get_by_role("link", name=re.compile("^核对 ")).first.click()
    look(watcher, "after-recheck-read")
    for _ in contest.codes:  # each leads to the next
        watcher.get_by_role("button", name="核对完毕").click()
    watcher.get_by_role("button", name="全部核对完毕，签字").click()
    expect(watcher.get_by_text("签字完成").first).to_be_visible()
    look(watcher, "after-recheck-done")

    boss = open_as(chromium, served, contest.accounts["organizer"], PHONE)
    boss.goto(f"{event}/publications")
    look(boss, "after-not-yet")
    boss.get_by_role("link", name="加密号还没有解密").click()
    boss.get_by_role("button", name="提出解密").click()
    expect(boss.get_by_text("必须由另一个人确认").first).to_be_visible()
    look(boss, "after-unseal-first")
    watcher.goto(f"{event}/unseal")
    watcher.get_by_role("button", name="确认解密 3 个加密号").click()
    expect(watcher.get_by_role("row", name="王一")).to_be_visible()
    look(watcher, "after-unsealed")
    boss.goto(f"{event}/publications")
    boss.get_by_role("button", name="发布第 1 版").click()
    expect(boss.get_by_text("已发布的版本").first).to_be_visible()

    boss.goto(f"{event}/marks?entry={contest.codes[0]}")
    look(boss, "after-marks")
    boss.get_by_role("link", name="去更正 完成用时").click()
    boss.get_by_label("正确的分").fill("9.5")
    boss.get_by_label("理由").fill("计时表写的是 9.5")
    boss.get_by_role("button", name="先看会变什么").click()
    look(boss, "after-correction")
    boss.get_by_role("button", name="提出更正").click()
    expect(boss.get_by_text("必须由另一个人确认").first).to_be_visible()
    second, _ = make_person(contest.world, Role.ORGANIZER, login="second")
    other = open_as(chromium, served, second, PHONE)
    other.goto(boss.url)
    other.get_by_role("button", name="确认更正").click()
    expect(other.get_by_text("已确认并生效")).to_be_visible()
    look(other, "after-corrected")
