"""The steps of the main job, each as a person does it: clicks, files, nothing behind the pages."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests.journeys.looking import look

NAMES = ["陈望舒", "欧阳㛃", "䶮小川", "宋知夏"]
UNITS = ["钱江机械有限公司", "海塘建设集团", "海塘建设集团", "海塘建设集团"]
ASPECTS = [("操作规范", 40), ("作品质量", 60)]


def make_competition(page: Page) -> None:
    page.goto("/competitions")
    page.get_by_role("link", name="举办竞赛").first.click()
    page.get_by_label("名称", exact=True).fill("第一届海宁职工技能大赛")
    look(page, "01-new-competition")
    page.get_by_role("button", name="立项").click()
    page.get_by_role("link", name="增加竞赛项目").first.click()
    page.get_by_label("名称", exact=True).fill("钳工")
    page.get_by_role("button", name="增加").click()
    look(page, "02-event-desk")


def write_rules(page: Page, folder: Path) -> None:
    """A starting point, its rubric from Excel (first with a mistake), adopted."""
    desk = page.url
    page.goto(f"{desk}/rules/start")
    page.get_by_role("button", name="演讲展示（7 名评委）").click()
    page.goto(f"{desk}/rubric")
    with page.expect_download() as download:
        page.get_by_role("link", name="空白模板").click()
    template = folder / "rubric.xlsx"
    download.value.save_as(template)
    page.get_by_label("工作簿").set_input_files(fill_rubric(template, maximum="很多"))
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_text("一行也没有读入")).to_be_visible()
    look(page, "03-rubric-refused")
    page.get_by_label("工作簿").set_input_files(fill_rubric(template, maximum="40"))
    page.get_by_role("button", name="上传").click()
    three_judges_and_the_mean(page, desk)
    look(page, "04-rules")
    page.goto(f"{desk}/rules/adopt")
    look(page, "05-adopt")
    page.get_by_role("button", name="定稿").click()
    page.goto(desk)


def three_judges_and_the_mean(page: Page, desk: str) -> None:
    """The starting point asks for seven judges and drops extremes; this contest has three and takes the mean."""
    page.goto(f"{desk}/rules?at=stages[0]")
    panel = page.locator(".part-form")
    panel.get_by_label("至少几名裁判").fill("3")
    panel.get_by_label("合成的对象").select_option("aspect")
    panel.get_by_label("合成方法").select_option("mean")
    for label in ("去掉最高分的个数", "去掉最低分的个数", "至少要有几个有效分"):
        panel.get_by_label(label).fill("")
    panel.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存").first).to_be_visible()
    page.goto(f"{desk}/rules")


def fill_rubric(template: Path, *, maximum: str) -> Path:
    book = openpyxl.load_workbook(template)
    sheet = book.worksheets[0]
    titles = [str(cell.value).rstrip("*") for cell in sheet[1]]
    rows = [
        {"阶段编号": "final", "类型": "评分项", "编号": "A", "名称": "过程", "最高分": "40"},
        {"阶段编号": "final", "类型": "评委打分", "编号": "A1", "上级编号": "A", "名称": "操作规范", "最高分": maximum},
        {"阶段编号": "final", "类型": "评分项", "编号": "B", "名称": "结果", "最高分": "60"},
        {"阶段编号": "final", "类型": "评委打分", "编号": "B1", "上级编号": "B", "名称": "作品质量", "最高分": "60"},
    ]
    for number, row in enumerate(rows, start=2):
        for title, value in row.items():
            sheet.cell(number, titles.index(title) + 1, value)
    filled = template.with_name(f"filled-{maximum}.xlsx")
    book.save(filled)
    return filled


def bring_entries(page: Page, folder: Path) -> None:
    desk = page.url
    page.goto(f"{desk}/entries")
    look(page, "06-no-entries")
    page.get_by_role("link", name="从 Excel 导入").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载模板").click()
    template = folder / "entries.xlsx"
    download.value.save_as(template)
    page.get_by_label("名单文件").set_input_files(fill_entries(template))
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("heading", name="检查结果")).to_be_visible()
    look(page, "07-preview")
    page.get_by_role("button", name="确认导入 4 个").click()
    expect(page.get_by_role("heading", name="参赛名单", exact=True)).to_be_visible()
    page.goto(f"{desk}/entries")
    for name in NAMES:
        expect(page.get_by_role("link", name=name)).to_be_visible()
    look(page, "08-entries")
    page.get_by_role("link", name="抽签").first.click()
    page.get_by_role("button", name="为 4 个参赛抽签").click()
    expect(page.get_by_text("全部参赛都已抽签")).to_be_visible()
    page.goto(desk)


def fill_entries(template: Path) -> Path:
    book = openpyxl.load_workbook(template)
    sheet = book.worksheets[0]
    titles = [str(cell.value) for cell in sheet[1]]
    name = next(i for i, title in enumerate(titles, 1) if title.startswith("姓名"))
    unit = next(i for i, title in enumerate(titles, 1) if title.startswith("单位"))
    for number, (person, place) in enumerate(zip(NAMES, UNITS, strict=True), start=2):
        sheet.cell(number, name, person)
        sheet.cell(number, unit, place)
    filled = template.with_name("filled-entries.xlsx")
    book.save(filled)
    return filled


def text_of_pdf(data: bytes) -> str:
    from pypdf import PdfReader

    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def appoint_judges(page: Page, units: dict[str, str]) -> dict[str, str]:
    """Three judges made on the spot; judge name -> enrolment address from the QR page."""
    desk = page.url
    page.goto(f"{desk}/panel")
    for name, unit in units.items():
        form = page.locator("form", has=page.get_by_role("heading", name="当场新建"))
        form.get_by_label("姓名").fill(name)
        if unit:
            form.get_by_label("单位").select_option(label=unit)
        form.get_by_role("button", name="新建并任命").click()
        expect(page.get_by_role("rowheader", name=name)).to_be_visible()
        page.goto(f"{desk}/panel")
    look(page, "09-panel")
    links = {}
    for name in units:
        page.get_by_role("row", name=name).get_by_role("button", name="平板登记码").click()
        links[name] = page.locator(".enrol-qr ~ p .code").inner_text()
        if name == next(iter(units)):
            look(page, "10-enrolment")
        page.goto(f"{desk}/panel")
    page.goto(desk)
    page.get_by_role("button", name="开放评分").click()
    expect(page.get_by_role("button", name="暂停评分")).to_be_visible()
    look(page, "11-open")
    return links


def enrol(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("6 位数字 PIN").fill("482915")
    page.get_by_role("button", name="登记并开始").click()
    expect(page.get_by_role("heading", name="我的评分")).to_be_visible()


def type_mark(page: Page, digits: str) -> None:
    """With gloves on: the page's own keypad only."""
    for digit in digits:
        page.locator(f'[data-key="{digit}"]').click()
    page.locator('[data-key="enter"]').click()


def look_at_lists(page: Page) -> None:
    """The judge's first page and list, before anything is scored."""
    page.goto("/judging")
    look(page, "12-judge-home")
    page.get_by_role("link", name="打开评分表").click()
    look(page, "13-sheets")


def score_all(page: Page, marks: dict[str, tuple[str, str]], *, mistypes: bool) -> None:
    """Every sheet of this judge: two marks, review, signature. Marks are given by entry name (no blinding here).

    The judge who mistypes looks around at every size on the first sheet; the other sheets are the same pages.
    """
    if mistypes:
        look_at_lists(page)
    page.goto("/judging")
    page.get_by_role("link", name="打开评分表").click()
    listing = page.url
    for name, (first, second) in marks.items():
        page.goto(listing)
        page.get_by_role("row", name=name).get_by_role("link", name="打开").click()
        expect(page.locator("#pad-form")).to_be_visible()
        looks = mistypes and name == next(iter(marks))
        if looks:
            mistype_and_recover(page)
        type_mark(page, first)
        type_mark(page, second)
        expect(page.get_by_text("全部已存服务器")).to_be_visible()
        if looks:
            look(page, "14-sheet")
        page.get_by_role("link", name="核对并签名").click()
        if looks:
            look(page, "15-review")
        page.get_by_label("您的 PIN").fill("482915")
        page.get_by_role("button", name="以上各项属实，签名提交").click()
        expect(page.get_by_text("已签名").first).to_be_visible()


def mistype_and_recover(page: Page) -> None:
    """401 instead of 40.1: the message says what is right, what was typed stays, and is corrected key by key."""
    type_mark(page, "401")
    expect(page.locator("#pad-message")).to_contain_text("401")
    expect(page.locator("#pad-value")).to_have_value("401")
    look(page, "16-mistyped")
    for _ in range(3):
        page.locator('[data-key="back"]').click()
    expect(page.locator("#pad-value")).to_have_value("")


def lock(page: Page, event: str) -> None:
    page.goto(f"{event}/desk")
    look(page, "17-chief-desk")
    page.get_by_role("link", name="锁定评分").click()
    page.get_by_role("button", name="锁定", exact=True).click()
    expect(page.get_by_text("已锁定").first).to_be_visible()


def publish(page: Page, event: str) -> None:
    page.goto(f"{event}/publications")
    look(page, "18-before-publishing")
    page.get_by_label("标题").fill("决赛成绩")
    page.get_by_role("button", name="发布第 1 版").click()
    expect(page.get_by_text("已发布的版本").first).to_be_visible()
    look(page, "19-published")
    page.goto(f"{event}/standings")
    look(page, "20-standings")


def award_and_certify(page: Page, event: str, folder: Path) -> bytes:
    """Gives the awards, makes all certificates in the background, and downloads one."""
    page.goto(f"{event}/awards")
    look(page, "21-awards")
    page.get_by_role("button", name="颁发这").click()
    page.goto(f"{event}/certificates")
    look(page, "22-certificates")
    page.get_by_role("button", name="制作全部证书").click()
    expect(page.get_by_role("link", name="下载").first).to_be_visible(timeout=60_000)
    look(page, "23-batch-done")
    page.goto(f"{event}/certificates")
    with page.expect_download() as download:
        page.get_by_role("table").get_by_role("link", name="下载").first.click()
    target = folder / "certificate.pdf"
    download.value.save_as(target)
    return target.read_bytes()


def address_in_qr(pdf: bytes, folder: Path) -> str:
    """What a phone reads off the printed certificate."""
    import subprocess

    import zxingcpp
    from PIL import Image

    (folder / "c.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", folder / "c.pdf", folder / "c"], check=True)
    found = zxingcpp.read_barcodes(Image.open(folder / "c.png"))
    assert len(found) == 1
    return str(found[0].text)
