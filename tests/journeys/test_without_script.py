"""JavaScript off: an organizer takes a competition from its founding to the awards with links and plain forms."""

from __future__ import annotations

import re
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from contest import db
from contest.accounts.models import Account
from contest.accounts.queries import actor_for
from contest.actors import Role
from contest.competitions.models import Event
from contest.competitions.queries import rules_in_force
from contest.entries.queries import entries_of
from contest.judging.models import PanelMember
from contest.judging.services import submit_operations
from tests.browsing import DESKTOP, Served, open_as
from tests.journeys import steps
from tests.support import build_world, make_person

pytestmark = pytest.mark.browser

# Three aspects' maxima are shared by both; 陈望舒 gets the first figure of every aspect, 宋知夏 the second, from each
# of the three judges: the mean of equal marks is that mark.
PEOPLE = {"陈望舒": 8, "宋知夏": 6}
UNIT = re.compile("^单位")  # its label goes on: it may be left empty
JUDGES = ["陆裁判", "韩裁判", "方裁判"]


def test_an_organizer_works_without_script(chromium: Browser, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    # axe is a script and would never answer here; the same pages are looked at in the main journey
    monkeypatch.setattr(steps, "look", lambda _page, _name: None)
    with db.transaction() as session:
        world = build_world(session)
    organizer, _ = make_person(world, Role.ORGANIZER)
    page = open_as(chromium, served, organizer, DESKTOP, java_script_enabled=False)
    steps.make_competition(page)
    event = page.url
    set_rules(page, event)
    enter_two(page, event)
    steps.appoint_judges(page, dict.fromkeys(JUDGES, ""))
    aspects = give_marks(event.rsplit("/", 1)[1])
    lock(page, event)
    steps.publish(page, event)
    for name, figure in PEOPLE.items():
        expect(page.get_by_role("row", name=name)).to_contain_text(f"{figure * aspects}.00")
    page.goto(f"{event}/awards")
    page.get_by_role("button", name="颁发这").click()
    expect(page.get_by_text("这份名单已按第 1 版结果颁发")).to_be_visible()


def set_rules(page: Page, event: str) -> None:
    page.goto(f"{event}/rules/start")
    page.get_by_role("button", name="演讲展示（7 名评委）").click()
    steps.three_judges_and_the_mean(page, event)
    page.goto(f"{event}/rules/adopt")
    page.get_by_role("button", name="定稿").click()


def enter_two(page: Page, event: str) -> None:
    """By form, one after the other; a forgotten name keeps the unit that was typed."""
    page.goto(f"{event}/entries/new")
    page.get_by_label(UNIT).fill("海塘建设集团")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_label(UNIT)).to_have_value("海塘建设集团")
    for name in PEOPLE:
        page.get_by_label("姓名/队名").fill(name)
        page.get_by_label(UNIT).fill("海塘建设集团")
        page.get_by_role("button", name="登记并继续下一个").click()
    page.goto(f"{event}/draw")
    page.get_by_role("button", name="为 2 个参赛抽签").click()
    expect(page.get_by_text("全部参赛都已抽签")).to_be_visible()
    page.goto(event)


def give_marks(event_id: str) -> int:
    """Every judge marks every aspect of both, as a tablet would send it; returns the number of aspects."""
    with db.reading() as session:
        event = session.exec(select(Event).where(Event.id == event_id)).one()
        rules = rules_in_force(session, event)
        stage = rules.stages[0]
        codes = {entry.name: entry.code for entry in entries_of(session, event)}
        own = select(Account).join(PanelMember, PanelMember.account_id == Account.id)  # type: ignore[arg-type]
        actors = [actor_for(session, account) for account in session.exec(own).all()]
    numbers = count(1)
    for actor in actors:
        marks = [
            {
                "op_id": f"without-script-{next(numbers):06d}", "event": event_id, "stage": stage.id,
                "period": stage.periods[0].id, "entry": codes[name], "aspect": aspect.id, "repetition": 1,
                "value": figure * 10**aspect.decimals, "client_time": 1_800_000_000_000,
            }
            for name, figure in PEOPLE.items()
            for aspect in stage.aspects()
        ]  # fmt: skip
        assert {answer["result"] for answer in submit_operations(actor, marks)} == {"accepted"}
    return len(list(stage.aspects()))


def lock(page: Page, event: str) -> None:
    """Nobody has signed: the page says who, and wants a reason."""
    page.goto(f"{event}/desk")
    page.get_by_role("link", name="锁定评分").click()
    expect(page.get_by_text("还缺这些").first).to_be_visible()
    page.get_by_label("缺着锁定的理由").fill("评委改在纸上签名。")
    page.get_by_role("button", name="锁定", exact=True).click()
    expect(page.get_by_text("已锁定").first).to_be_visible()
