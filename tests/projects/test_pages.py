"""The register's pages: who sees what, what is typed, sheets in, photographs as they are kept."""

import io
import re
from datetime import date

import pytest
from openpyxl import Workbook
from PIL import Image
from sqlmodel import select

from contest import db
from contest.db import counting_queries
from contest.jobs.models import Job
from contest.jobs.worker import run_pending
from contest.projects import services
from contest.projects.models import Photo
from contest.projects.services import ProjectInput
from tests.projects.scenery import WAN, Site
from tests.support import sign_in

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Pages whose statements others ask of both databases already."""


def path(site: Site, rest: str = "") -> str:
    return f"/events/{site.event.id}/projects{rest}"


def post(client, site: Site, who: str, rest: str, files=None, **boxes: str):
    token = sign_in(client, site.people[who][0]).csrf_token
    data = {"csrf_token": token, **boxes}
    return client.post(path(site, rest), data=data, files=files, follow_redirects=False)


def entry_id(site: Site, number: str) -> str:
    return site.progress(number).entry.id


def test_a_contact_reports_and_the_organizer_checks(client, site: Site):
    one = entry_id(site, "K01")
    milestone = site.progress("K01").milestones[0].milestone.id
    boxes = {"month": "2026-01", "amount": "1,250．5", f"day|{milestone}": "2026-02-12", "note": "基坑已验收"}
    assert post(client, site, "plant", f"/{one}/monthly", **boxes).status_code == 303
    page = client.get(path(site, f"/{one}")).text
    assert "1,250.50" in page
    assert "待核定" in page
    assert post(client, site, "works", f"/{one}/monthly", month="2026-01", amount="1").status_code == 404
    assert post(client, site, "organizer", f"/{one}/monthly", month="2026-01", amount="1").status_code == 403
    refused = post(client, site, "plant", f"/{one}/monthly", month="2026-01", amount="很多")
    assert refused.status_code == 422
    assert "很多" in refused.text
    shown = client_get(client, site, "organizer", "/check?month=2026-01").text
    assert f'name="amount|{one}|2026-01" value="1250.50"' in shown
    boxes = {
        "month": "2026-01", f"amount|{one}|2026-01": "1200", f"seen|{one}|2026-01": "1",
        f"day|{one}|{milestone}": "2026-02-12", f"seen|{one}|{milestone}": "1",
    }  # fmt: skip
    assert post(client, site, "organizer", "/check", **boxes).status_code == 422
    boxes[f"note|{one}|2026-01"] = "扣除设备预付款"
    assert post(client, site, "organizer", "/check", **boxes).status_code == 303
    page = client.get(path(site, f"/{one}")).text
    assert "1,200.00" in page
    assert "晚 2 天" in page
    assert "扣除设备预付款" in page
    assert post(client, site, "organizer", "/check", **boxes).status_code == 409, "the page is an old one now"


def client_get(client, site: Site, who: str, rest: str):
    sign_in(client, site.people[who][0])
    return client.get(path(site, rest), follow_redirects=False)


@SQLITE
def test_a_contact_sees_the_own_projects_only(client, site: Site):
    shown = client_get(client, site, "works", "").text
    assert "海塘安澜" in shown
    assert "临江隧道" not in shown
    assert client_get(client, site, "works", f"/{entry_id(site, 'K01')}").status_code == 404
    assert client_get(client, site, "works", "/settings").status_code == 403
    for rest in ("", f"/{entry_id(site, 'K01')}", "/indicators"):
        assert client_get(client, site, "supervisor", rest).status_code == 200


def test_the_list_asks_the_database_as_often_for_three_projects_as_for_one(client, site: Site):
    sign_in(client, site.people["organizer"][0])
    with counting_queries() as few:
        assert client.get(path(site)).status_code == 200
    with db.transaction() as session:
        more = [ProjectInput(f"新工程{n}", contractor="某公司", plan={"2026-01": 1}) for n in range(3)]
        services.register_projects(session, site.actor("organizer"), site.event, more)
    with counting_queries() as many:
        assert "新工程2" in client.get(path(site)).text
    assert len(few) == len(many)
    assert "新工程" not in client.get(path(site, "?q=海塘&sort=-investment&level=city&group=西片")).text


@SQLITE
def test_a_project_by_form(client, site: Site):
    boxes = {
        "name": "水厂迁建", "owner": "城投集团", "contractor": "江南水务", "group_name": "东片", "investment": "18,000",
        "plan|2026-01": "500", "plan|2026-02": "", "name|0": "通水", "day|0": "2026-03-30", "name|1": "", "day|1": "",
    }  # fmt: skip
    wrong = post(client, site, "organizer", "", **boxes | {"investment": "不少", "day|0": ""})
    assert wrong.status_code == 422
    assert wrong.text.count("aria-invalid") == 2
    assert post(client, site, "organizer", "", **boxes).status_code == 303
    made = next(n for n in ("001", "K03", "002") if _has(site, n))
    one = site.progress(made)
    assert (one.project.investment, one.planned_total, one.milestones[0].milestone.planned_on) == (
        18_000 * WAN, 500 * WAN, date(2026, 3, 30),
    )  # fmt: skip
    assert post(client, site, "organizer", f"/{one.entry.id}", **boxes | {"plan|2026-01": "400"}).status_code == 422
    saved = post(client, site, "organizer", f"/{one.entry.id}", **boxes | {"plan|2026-01": "400", "reason": "设计变更"})
    assert saved.status_code == 303
    assert site.progress(made).planned_total == 400 * WAN


def _has(site: Site, number: str) -> bool:
    try:
        site.progress(number)
    except StopIteration:
        return False
    return True


def book(*rows: list[object]) -> bytes:
    out, data = Workbook(), io.BytesIO()
    for row in rows:
        out.active.append(row)
    out.save(data)
    return data.getvalue()


def bring(client, site: Site, who: str, what: str, *rows: list[object]) -> tuple[str, str]:
    """Uploads a sheet and runs its job; (state, error)."""
    answer = post(client, site, who, "/import", files={"file": ("表.xlsx", book(*rows))}, what=what)
    assert answer.status_code == 303, answer.text
    run_pending()
    with db.reading() as session:
        job = session.exec(select(Job).where(Job.id == answer.headers["location"].rsplit("/", 1)[1])).one()
        return job.state.value, job.error


def test_the_sheets_are_read_all_or_nothing(client, site: Site):
    head = [
        "编号",
        "工程名称",
        "业主单位",
        "施工单位",
        "片区",
        "总投资（万元）",
        "2026-01 计划（万元）",
        "2026-02 计划（万元）",
    ]
    assert bring(client, site, "organizer", "projects", head,
                 ["K03", "轨道交通", "地铁集团", "通达路桥", "东片", 300000, 1200.5, None])[0] == "done"  # fmt: skip
    assert site.progress("K03").planned_total == 12005 * WAN // 10
    wrong = bring(client, site, "organizer", "milestones", ["编号", "节点", "计划完成日期"],
                  ["K03", "洞通", "2026-03-01"], ["K99", "洞通", "2026-03-01"])  # fmt: skip
    assert wrong[0] == "failed"
    assert site.progress("K03").milestones == ()
    assert (
        bring(client, site, "organizer", "milestones", ["编号", "节点", "计划完成日期"], ["K03", "洞通", "2026-03-01"])[
            0
        ]
        == "done"
    )
    report = ["编号", "月份", "本月完成投资（万元）", "说明"]
    assert bring(client, site, "plant", "reports", report, ["K01", "2026年1月", 900, "雨天"])[0] == "done"
    assert bring(client, site, "plant", "reports", report, ["K02", "2026-01", 900, ""])[0] == "failed", "not theirs"
    assert (
        bring(client, site, "organizer", "checks", ["编号", "月份", "核定完成投资（万元）"], ["K01", "2026-01", 900])[0]
        == "done"
    )
    assert site.progress("K01").month("2026-01").done == 900 * WAN
    assert (
        post(client, site, "plant", "/import", files={"file": ("表.xlsx", book(report))}, what="checks").status_code
        == 403
    )


def jpeg(size=(1800, 900), exif: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


@SQLITE
def test_a_photograph_is_kept_without_its_metadata_and_shown_to_those_who_see_the_project(client, site: Site):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "Phone of Wang", {1: "N", 2: (30.0, 31.0, 0.0)}
    one = entry_id(site, "K01")
    boxes = {"found_on": "2026-01-09", "kind": "扬尘", "description": "裸土未覆盖", "deduction": "2"}
    bad = {"photos": ("x.jpg", b"<svg onload=alert(1)>", "image/jpeg")}
    assert post(client, site, "organizer", f"/{one}/findings", files=bad, **boxes).status_code == 422
    upload = jpeg(exif=exif.tobytes())
    assert b"Phone of Wang" in upload
    files = {"photos": ("x.jpg", upload, "image/jpeg")}
    assert post(client, site, "organizer", f"/{one}/findings", files=files, **boxes).status_code == 303
    with db.reading() as session:
        photo = session.exec(select(Photo)).one()
    assert b"Phone of Wang" not in photo.data
    assert not Image.open(io.BytesIO(photo.data)).getexif()
    assert (photo.width, photo.height) == (800, 1600), "turned upright as the metadata asked, then made smaller"
    address = path(site, f"/{one}/findings/{photo.finding_id}/photos/{photo.id}/file")
    sign_in(client, site.people["plant"][0])
    shown = client.get(address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert "sandbox" in shown.headers["content-security-policy"]
    sign_in(client, site.people["works"][0])
    assert client.get(address).status_code == 404
    client.cookies.clear()
    assert client.get(address, follow_redirects=False).status_code in (303, 401)


@SQLITE
def test_the_organizers_pages_open_in_both_languages(client, site: Site):
    for rest in ("/new", "/import", "/settings", "/indicators", "/visits", "/check?month=2026-01"):
        assert client_get(client, site, "organizer", rest).status_code == 200
        client.cookies.set("contest_lang", "en")
        assert client.get(path(site, rest)).status_code == 200
        client.cookies.delete("contest_lang")


@SQLITE
def test_the_rules_of_the_register_by_form(client, site: Site):
    boxes = {
        "province_from": "50000", "city_from": "60000", "due_day": "31", "finding_types": "扬尘治理 2\n围挡 1.5",
        "same_type_once": "1", "indicator|year|B3": "investment_total", "first|year|2026Q1": "2026-01",
        "last|year|2026Q1": "2026-03",
    }  # fmt: skip
    assert post(client, site, "organizer", "/settings", **boxes).status_code == 422
    assert post(client, site, "organizer", "/settings", **boxes | {"city_from": "6000"}).status_code == 303
    shown = client_get(client, site, "organizer", "/settings").text
    assert "围挡 1.5" in shown
    assert 'value="50000.00"' in shown


@pytest.mark.parametrize("rest", ["/check?month=2026-01", "/indicators"])
def test_checks_and_indicators_are_pages_of_the_database(client, site: Site, rest):
    """Fifty projects a page; searched, sorted and cut in SQL; as many queries for one project, three and a page."""
    sign_in(client, site.people["organizer"][0])
    join = "&" if "?" in rest else "?"
    with db.transaction() as session:
        more = [
            ProjectInput(f"新工程{n:02}", f"N{n:02}", contractor="某公司", plan={"2026-01": n + 1}) for n in range(52)
        ]
        services.register_projects(session, site.actor("organizer"), site.event, more, reason="补登")
    counts = []
    for query, first, many in (("q=临江", "临江隧道", 1), ("q=新工程0", "新工程00", 10), ("", "临江隧道", 50)):
        with counting_queries() as statements:
            text = client.get(path(site, f"{rest}{join}{query}")).text
        counts.append(len(statements))
        names = re.findall(r'<th scope="row"><a[^>]*>\S+ <bdi>([^<]+)</bdi>', text)
        assert (names[0], len(names)) == (first, many)
    assert len(set(counts)) == 1, counts
    last = client.get(path(site, f"{rest}{join}page=2")).text
    assert re.findall(r'<th scope="row"><a[^>]*>\S+ <bdi>([^<]+)</bdi>', last) == [f"新工程{n}" for n in range(48, 52)]
    by_investment = client.get(path(site, f"{rest}{join}sort=-investment")).text
    assert by_investment.index("临江隧道") < by_investment.index("海塘安澜")
    assert "没有符合条件的工程" in client.get(path(site, f"{rest}{join}q=没有这个")).text


@SQLITE
def test_what_is_checked_on_the_second_page_is_kept_and_leads_back_to_it(client, site: Site):
    with db.transaction() as session:
        more = [
            ProjectInput(f"新工程{n:02}", f"N{n:02}", contractor="某公司", plan={"2026-01": WAN}) for n in range(52)
        ]
        services.register_projects(session, site.actor("organizer"), site.event, more, reason="补登")
    one = entry_id(site, "N50")
    boxes = {"month": "2026-01", f"amount|{one}|2026-01": "0.5", f"seen|{one}|2026-01": "0",
             f"note|{one}|2026-01": "现场核对"}  # fmt: skip
    refused = post(
        client, site, "organizer", "/check?month=2026-01&page=2", **(boxes | {f"amount|{one}|2026-01": "半"})
    )
    assert refused.status_code == 422
    assert 'value="半"' in refused.text
    answer = post(client, site, "organizer", "/check?month=2026-01&page=2", **boxes)
    assert answer.status_code == 303
    assert "page=2" in answer.headers["location"]
    assert 'value="0.50"' in client.get(answer.headers["location"]).text
