"""A year of C1 in a browser: 20 projects, 12 months, bulletins each quarter, one veto, one correction.

Most data go in by Excel and services, the key steps by clicks. What must come out is worked out here once more, with
nothing of the platform's.
"""

from __future__ import annotations

import io
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from openpyxl import Workbook
from PIL import Image
from playwright.sync_api import Page, expect

from contest import db
from contest.actors import SYSTEM, Role
from contest.bulletins.services import Asked, issue_bulletin
from contest.competitions.models import CompetitionKind, Period
from contest.competitions.queries import stage_periods
from contest.competitions.services import adopt_rule_set, create_competition, create_event, open_period, save_rule_set
from contest.entries.drawing import assign_codes
from contest.judging.services import apply_operations, lock_period
from contest.projects import services
from contest.projects.services import RegisterInput, Said
from tests.browsing import DESKTOP, assert_accessible, open_as, screenshot
from tests.projects.scenery import INDICATORS, WAN, Site, rules
from tests.support import build_world, make_person, unlock

pytestmark = pytest.mark.browser

MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
PROJECTS = [f"K{number:02d}" for number in range(1, 21)]
CORRECTED = ("K05", "2026-08")
BARRED = "K13"
SMALL = Decimal("0.01")


def planned(project: int, month: int) -> int:
    """万元."""
    return 800 + 37 * project + 11 * month


def done(project: int, month: int, *, corrected: bool) -> int:
    """What the authority has in the end; the correction takes 300 off one month."""
    amount = planned(project, month) * (60 + (17 * project + 29 * month) % 71) // 100
    is_it = (PROJECTS[project - 1], MONTHS[month - 1]) == CORRECTED
    return amount - 300 if corrected and is_it else amount


def due(project: int) -> list[date]:
    return [date(2026, 1 + project % 5, 20), date(2026, 7 + project % 5, 20)]


def reached(project: int) -> list[date | None]:
    """The first in time or a month late, the second in time, late or never."""
    first, second = due(project)
    late = first.replace(month=first.month + 1, day=5)
    return [first if project % 3 else late, [second, second.replace(day=28), None][project % 3]]


def quality(project: int, month: int) -> Decimal:
    return Decimal(60 + (7 * project + 3 * month) % 21) / 2


FINDINGS = [(2, 3, "扬尘", 2), (2, 3, "扬尘", 2), (2, 3, "围挡", 1), (7, 6, "临电", 3), (13, 5, "坍塌", 10)]
"""Project, month, type, marks: the second dust in March costs nothing more."""


def half_up(value: Fraction) -> Decimal:
    hundred = value * 100
    whole = (Decimal(hundred.numerator) / Decimal(hundred.denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    return whole * SMALL


def completion(rate: Decimal) -> Decimal:
    """Nothing below 70 %, else pro rata of 30 marks, at most 20 % above (S24)."""
    return Decimal(0) if rate < 70 else (30 * min(rate, Decimal(120)) / 100).quantize(SMALL, ROUND_HALF_UP)


def month_score(project: int, month: int, *, corrected: bool = True) -> Decimal:
    invested = half_up(Fraction(100 * done(project, month, corrected=corrected), planned(project, month)))
    end = date(2026, month, 28)
    asked = [(p, r) for p, r in zip(due(project), reached(project), strict=True) if p <= end]
    had = sum(r is not None and (r.year, r.month) <= (2026, month) for _, r in asked)
    milestones = half_up(Fraction(100 * had, len(asked))) if asked else Decimal(100)
    costs = {kind: marks for p, m, kind, marks in FINDINGS if (p, m) == (project, month)}
    return completion(invested) + completion(milestones) + quality(project, month) - sum(costs.values())


def exact(values: list[Decimal]) -> Fraction:
    return sum(map(Fraction, values), Fraction(0)) / len(values)


def quarter(project: int, number: int, *, corrected: bool = True) -> Fraction:
    return exact([month_score(project, m, corrected=corrected) for m in range(3 * number - 2, 3 * number + 1)])


def ranking(scores: dict[str, Decimal]) -> dict[str, int]:
    return {code: 1 + sum(other > score for other in scores.values()) for code, score in scores.items()}


def bulletin(number: int, *, corrected: bool) -> dict[str, Decimal]:
    return {code: half_up(quarter(n, number, corrected=corrected)) for n, code in enumerate(PROJECTS, 1)}


def year() -> dict[str, Decimal]:
    return {
        code: half_up(sum((quarter(n, q) for q in range(1, 5)), Fraction(0)) / 4) for n, code in enumerate(PROJECTS, 1)
    }


def book(rows: list[list[object]]) -> dict[str, object]:
    out, data = Workbook(), io.BytesIO()
    for row in rows:
        out.active.append(row)
    out.save(data)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "表.xlsx", "mimeType": kind, "buffer": data.getvalue()}


def photo() -> dict[str, object]:
    data = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(data, "JPEG")
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


def found_site() -> Site:
    """The event with its rule set adopted and its register's rules set; no project yet."""
    with db.transaction() as session:
        world = build_world(session)
    people = {
        "organizer": make_person(world, Role.ORGANIZER, login="organizer"),
        "contact": make_person(world, Role.UNIT_CONTACT, login="contact", at="county"),
    }
    document = rules(MONTHS)
    stage = document["stages"][0]
    stage["accumulate"] = "mean_of_groups"
    for index, period in enumerate(stage["periods"]):
        period["group"] = f"Q{index // 3 + 1}"
    with db.transaction() as session:
        competition = create_competition(
            session, SYSTEM, organization=world.city, kind=CompetitionKind.MERIT, title="2026年重点工程立功竞赛",
            starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
        )  # fmt: skip
        event = create_event(session, SYSTEM, competition, title="重点工程组")
        save_rule_set(session, SYSTEM, event, document)
        adopt_rule_set(session, SYSTEM, event)
        given = RegisterInput(100_000 * WAN, 10_000 * WAN, empty_counts_full=True, indicators=INDICATORS)
        services.save_register(session, people["organizer"][1], event, given)
        periods = {period.key: (stage, period) for stage, period in stage_periods(session, event)}
    return Site(world, competition, event, periods, people)


def bring(page: Page, site: Site, what: str, rows: list[list[object]]) -> None:
    page.goto(f"/events/{site.event.id}/projects/import")
    page.get_by_label(what, exact=True).check()
    page.get_by_label("文件").set_input_files(book(rows))
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("link", name="查看结果").or_(page.locator("#project-table"))).to_be_visible()
    page.goto(f"/events/{site.event.id}/projects")
    expect(page.get_by_role("row", name="K20")).to_be_visible()


def register(page: Page, site: Site) -> None:
    """The register and its milestones from two sheets, then the draw."""
    head = [
        "编号",
        "工程名称",
        "业主单位",
        "施工单位",
        "片区",
        "总投资（万元）",
        *(f"{m} 计划（万元）" for m in MONTHS),
    ]
    units = ["钱江机械有限公司", "海塘建设集团"]
    lines = [
        [code, f"第{n}号工程", "城投集团", units[n % 2], "东片", 5000 * n, *(planned(n, m) for m in range(1, 13))]
        for n, code in enumerate(PROJECTS, 1)
    ]
    bring(page, site, "工程台账和月度计划", [head, *lines])
    names = [[code, f"节点{i}", day] for n, code in enumerate(PROJECTS, 1) for i, day in enumerate(due(n), 1)]
    bring(page, site, "节点计划", [["编号", "节点", "计划完成日期"], *names])
    with db.transaction() as session:
        assign_codes(session, SYSTEM, site.event)
        for _, period in site.periods.values():
            open_period(session, SYSTEM, session.get_one(Period, (period.tenant_id, period.id)))


def all_progress(site: Site):
    from contest.projects.queries import progress_of, projects_of, register_desk

    with db.reading() as session:
        return progress_of(session, projects_of(session, register_desk(session, SYSTEM, site.event.id)))


def report_month(site: Site, month: int, *, but: str = "") -> None:
    """What the units report in time, and a note where the authority will find another value."""
    key, said = MONTHS[month - 1], []
    for n, one in enumerate(all_progress(site), 1):
        if one.entry.number != but:
            said.append(Said(one.project, key, amount=done(n, month, corrected=False) * WAN))
        for line, day in zip(one.milestones, reached(n), strict=True):
            if day is not None and day.month == month:
                said.append(Said(one.project, milestone=line.milestone, done_on=day))
    with db.transaction() as session:
        services.report(session, site.actor("contact"), site.event, said, on=date(2026, month, 24))


def check_month(site: Site, month: int) -> None:
    said = []
    for one in all_progress(site):
        told = one.month(MONTHS[month - 1]).told
        said += [Said(one.project, MONTHS[month - 1], amount=told.reported.amount)] if told.waits else []
        said += [
            Said(one.project, milestone=line.milestone, done_on=line.told.reported.done_on)
            for line in one.milestones
            if line.told.waits
        ]
    with db.transaction() as session:
        services.check(session, site.actor("organizer"), site.event, said)


def type_quality(site: Site, month: int) -> None:
    operations = [
        {"op_id": f"quality-{month}-{code}", "event": site.event.id, "stage": "year", "period": MONTHS[month - 1],
         "entry": code, "aspect": "B1", "value": int(quality(n, month) * 10), "judge": "", "reason": "录入"}
        for n, code in enumerate(PROJECTS, 1)
    ]  # fmt: skip
    with db.transaction() as session:
        answers = apply_operations(session, SYSTEM, operations)
        assert {answer["result"] for answer in answers} == {"accepted"}


def lock(site: Site, month: int, *, again: bool = False) -> None:
    with db.transaction() as session:
        period = site.periods[MONTHS[month - 1]][1]
        row = session.get_one(Period, (period.tenant_id, period.id))
        if again:
            unlock(session, row, "核定数更正")
        else:
            lock_period(session, site.actor("organizer"), row)


def find(site: Site, project: int, month: int, kind: str, marks: int) -> None:
    from contest.projects.services import FindingInput

    given = FindingInput(date(2026, month, 10), kind, "现场检查", str(marks))
    with db.transaction() as session:
        services.add_finding(session, site.actor("organizer"), site.project(PROJECTS[project - 1]), given, [])


def run_month(site: Site, month: int) -> None:
    report_month(site, month)
    check_month(site, month)
    for project, when, kind, marks in FINDINGS:
        if when == month and project != 13:
            find(site, project, month, kind, marks)
    type_quality(site, month)
    site.hand_over(MONTHS[month - 1])
    lock(site, month)


def january(site: Site, contact: Page, page: Page) -> None:
    """By clicks: a unit reports, the authority checks all and hands over."""
    report_month(site, 1, but="K01")
    one, base = site.progress("K01").entry.id, f"/events/{site.event.id}/projects"
    contact.goto(f"{base}/{one}/monthly?month=2026-01")
    contact.get_by_label("本月完成投资").fill(str(done(1, 1, corrected=False)))
    contact.get_by_role("button", name="上报").click()
    expect(contact.get_by_text("已上报 1 项，等待核定。")).to_be_visible()
    page.goto(f"{base}/check?month=2026-01")
    expect(page.get_by_text("20 项等待核定")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "projects-check")
    page.get_by_role("button", name="保存核定").click()
    expect(page.get_by_text("已核定", exact=False).first).to_be_visible()
    type_quality(site, 1)
    page.goto(f"{base}/indicators?period={site.periods['2026-01'][1].id}")
    assert_accessible(page)
    page.get_by_role("button", name="交给评分").click()
    expect(page.get_by_text("已把 60 项指标交给评分，写入记分流水。")).to_be_visible()
    screenshot(page, "projects-indicators")
    lock(site, 1)


def accident(site: Site, page: Page) -> None:
    """By clicks: a finding with a photograph becomes the evidence of a veto."""
    one, base = site.progress(BARRED).entry.id, f"/events/{site.event.id}/projects"
    page.goto(f"{base}/{one}/findings/new")
    page.get_by_label("检查日期").fill("2026-05-10")
    page.get_by_label("类别").fill("坍塌")
    page.get_by_label("扣分").fill("10")
    page.get_by_label("问题", exact=True).fill("模板支架坍塌，无人员伤亡")
    page.get_by_label("照片").set_input_files(photo())
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_role("link", name="2026-05-10").click()
    expect(page.get_by_role("img", name="检查照片 1")).to_be_visible()
    page.get_by_text("以此为据登记一票否决").click()
    page.get_by_label("事由").fill("模板支架坍塌")
    page.get_by_label("由谁认定").fill("安全监察部")
    page.get_by_role("button", name="登记，取消获奖资格").click()
    expect(page.get_by_text("一票否决：重大安全事故。得分保留，不能获奖。")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "projects-show")


def correct(site: Site) -> None:
    """August of K05 is set right after its lock: both values stay, and so do both marks."""
    code, month = CORRECTED
    lock(site, 8, again=True)
    site.check(code, month, done(5, 8, corrected=True), note="重复计算，复核更正")
    assert site.hand_over(month) == 1
    lock(site, 8)


def tell(site: Site, number: int) -> None:
    asked = Asked("year", MONTHS[3 * number - 3], MONTHS[3 * number - 1], f"第{number}季度通报", reds=3, snails=2)
    with db.transaction() as session:
        issue_bulletin(session, site.actor("organizer"), site.event.id, asked)


def first_bulletin(site: Site, page: Page) -> None:
    """By clicks: previewed, then issued."""
    page.goto(f"/events/{site.event.id}/bulletins")
    page.get_by_label("起期").select_option("2026-01")
    page.get_by_label("止期").select_option("2026-03")
    page.get_by_label("红旗（前几名）").fill("3")
    page.get_by_label("蜗牛（后几名）").fill("2")
    page.get_by_label("标题").fill("第1季度通报")
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="发出这期通报").click()
    expect(page.get_by_text("第 1 期通报已发出。")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "bulletin")


def read_bulletin(site: Site, page: Page, number: int) -> dict[str, tuple[int, Decimal, str, str]]:
    """Project -> rank, score, movement, flag as the page says."""
    page.goto(f"/events/{site.event.id}/bulletins/{number}")
    script = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    names = {f"第{n}号工程": code for n, code in enumerate(PROJECTS, 1)}
    cells = page.eval_on_selector_all("table.data-table tbody tr", script)
    return {names[row[1]]: (int(row[0]), Decimal(row[3]), row[4], row[5]) for row in cells}


def moved(before: int, after: int) -> str:
    return "持平" if before == after else f"升 {before - after}" if after < before else f"降 {after - before}"


def test_a_year_of_a_key_project_contest(chromium, served):
    site = found_site()
    page = open_as(chromium, served, site.people["organizer"][0], DESKTOP)
    contact = open_as(chromium, served, site.people["contact"][0], DESKTOP)
    register(page, site)
    january(site, contact, page)
    for month in range(2, 13):
        if month == 5:
            accident(site, page)
        if month == 9:
            correct(site)
        run_month(site, month)
        if month == 3:
            first_bulletin(site, page)
        elif month % 3 == 0:
            tell(site, month // 3)
    told = {number: read_bulletin(site, page, number) for number in range(1, 5)}
    ranks = {number: ranking(bulletin(number, corrected=True)) for number in range(1, 5)}
    for number in range(1, 5):
        scores = bulletin(number, corrected=True)
        assert {code: row[:2] for code, row in told[number].items()} == {
            code: (ranks[number][code], scores[code]) for code in PROJECTS
        }
        if number > 1:
            assert {code: row[2] for code, row in told[number].items()} == {
                code: moved(ranks[number - 1][code], ranks[number][code]) for code in PROJECTS
            }
        worst = sorted(scores.values())[:2]
        for code, row in told[number].items():
            is_red = ranks[number][code] <= 3 and not (code == BARRED and number > 1)
            assert row[3] == ("蜗牛" if scores[code] in worst else "红旗" if is_red else "")
    page.goto(f"/events/{site.event.id}/standings")
    script = "rows => rows.map(row => row.innerText)"
    shown = page.eval_on_selector_all("main table tbody tr", script)
    final, places = year(), ranking(year())
    for n, code in enumerate(PROJECTS, 1):
        line = next(text for text in shown if f"第{n}号工程" in text).replace("\n", "\t").split("\t")
        assert line[0].strip().split()[0] == str(places[code]), line
        assert f"{final[code]:.2f}" in [part.strip() for part in line], line
    assert next(text for text in shown if "第13号工程" in text).count("重大安全事故") == 1
    history = site.progress(CORRECTED[0]).month(CORRECTED[1]).told.history
    assert [row.amount // WAN for row in history] == [done(5, 8, corrected=False)] * 2 + [done(5, 8, corrected=True)]
