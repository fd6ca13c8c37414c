"""Facts of entries in pages and by Excel: the list, one entry's form, the sheet out and in."""

import io

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions.models import EventState
from contest.entries import services
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry
from contest.jobs import worker
from contest.jobs.models import Job, JobState
from tests.entries.test_entry_routes import add, browser
from tests.entries.test_facts import ALL, RICH


@pytest.fixture
def here(stage) -> str:
    stage.adopt(**RICH)
    return f"/events/{stage.event.id}"


def detail(entry: Entry) -> str:
    with db.reading() as session:
        return session.get_one(Entry, (entry.tenant_id, entry.id)).detail


def test_the_entrys_page_asks_what_the_rules_read_in_their_words(stage, client, here):
    [entry] = add(stage, "张三")
    user = browser(stage, client)
    page = user.get(f"{here}/entries/{entry.id}").text
    for words in (
        "甲组",
        "一线职工",
        "高级工",
        "初赛 · 下半年",
        "决定“效益”能打多少分",
        "总分相同时比较，小者在前",
        "初赛 · 试跳",
    ):
        assert words in page, words
    path = f"{here}/entries/{entry.id}/facts"
    wrong = user.post(path, **ALL | {"fact|measure|minutes": "很快<i>"})
    assert wrong.status_code == 422
    assert "很快&lt;i&gt;" in wrong.text
    assert "由上届冠军单位推荐" in wrong.text  # nothing typed is lost
    assert detail(entry) == "{}"
    assert user.post(path, **ALL).status_code == 303
    page = user.get(f"{here}/entries/{entry.id}").text
    assert 'value="2.5"' in page
    assert page.count(" checked") == 2
    assert user.post(path, seen="0123456789abcdef", **{"fact|class": "a"}).status_code == 409
    listed = user.get(f"{here}/facts").text
    assert "外卡晋级 初赛：<bdi>由上届冠军单位推荐</bdi>" in listed
    stage.become(EventState.SCORING)
    asked = user.post(path, **{"fact|class": "a"})
    assert (asked.status_code, "改动这一项要写明理由" in asked.text) == (422, True)
    assert user.post(path, fact_reason="评审后调整", **{"fact|class": "a"}).status_code == 303
    stage.become(EventState.PUBLISHED)
    assert 'name="fact|class"' not in user.get(f"{here}/entries/{entry.id}").text
    assert user.post(path, fact_reason="x", **{"fact|class": "b"}).status_code == 409


def test_no_page_or_sheet_of_facts_joins_a_name_and_its_code(stage, client, here):
    [entry] = add(stage, "金丝雀")
    with db.transaction() as session:
        services.assign_codes(session, SYSTEM, stage.event)
        code = session.get_one(Entry, (entry.tenant_id, entry.id)).code
    user = browser(stage, client)
    asked = user.get(f"{here}/facts?q={code}").text.replace(f"q={code}", "").replace(f'value="{code}"', "")
    pages = [user.get(f"{here}/facts").text, asked]
    book = load_workbook(io.BytesIO(user.get(f"{here}/facts/template").content))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert ("金丝雀" in pages[0], "金丝雀" in cells) == (True, True)
    assert not any(str(code) in text for text in (*pages, *cells))
    assert "金丝雀" not in pages[1]


def test_rules_that_read_nothing_say_so(stage, client):
    [entry] = add(stage, "张三")
    stage.adopt()
    user = browser(stage, client)
    assert "没有用到随参赛登记的事项" in user.get(f"/events/{stage.event.id}/facts").text
    assert "没有用到随参赛登记的事项" in user.get(f"/events/{stage.event.id}/entries/{entry.id}").text


def test_others_read_no_list_and_write_nothing(stage, client, here):
    [entry] = add(stage, "张三")
    user = browser(stage, client, Role.ADMINISTRATOR, "administrator")
    assert user.get(f"{here}/facts").status_code == 403
    assert user.get(f"{here}/facts/template").status_code == 403
    assert user.post(f"{here}/entries/{entry.id}/facts", **{"fact|class": "a"}).status_code == 403
    assert 'name="fact|class"' not in user.get(f"{here}/entries/{entry.id}").text


def test_the_list_is_paged_searched_and_asks_the_same_number_of_queries(stage, client, here, database):
    user = browser(stage, client)
    add(stage, "张三")

    def queries() -> int:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            seen.append(statement)

        sa.event.listen(database, "before_cursor_execute", note)
        assert user.get(f"{here}/facts").status_code == 200
        sa.event.remove(database, "before_cursor_execute", note)
        return len(seen)

    one = queries()
    [_, last] = add(stage, "李四", "王五")
    assert queries() == one
    assert user.post(f"{here}/entries/{last.id}/facts", **{"fact|class": "a"}).status_code == 303
    told = user.get(f"{here}/facts?only=told").text
    assert ("王五" in told, "李四" in told) == (True, False)
    untold = user.get(f"{here}/facts?only=untold&q=李").text
    assert ("王五" in untold, "李四" in untold) == (False, True)
    for odd in ("?page=99", "?sort=detail", "?only=x", "?q=%25"):
        assert user.get(f"{here}/facts{odd}").status_code == 200


def filled(data: bytes, **cells: object) -> bytes:
    """The template with values typed into row 2, by header."""
    book = load_workbook(io.BytesIO(data))
    sheet = book["登记事项"]
    titles = {cell.value: cell.column for cell in sheet[1]}
    for title, value in cells.items():
        sheet.cell(2, titles[title]).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def upload(user, here: str, data: bytes, **fields: str) -> Job:
    answer = user.post(f"{here}/facts", files={"file": ("登记.xlsx", data)}, **fields)
    assert answer.status_code == 303, answer.text
    worker.run_pending()
    tenant, job = answer.headers["location"].split("/")[-2:]
    with db.reading() as session:
        return session.get_one(Job, (tenant, job))


def test_the_sheet_goes_out_with_lists_and_comes_back_as_facts(stage, client, here):
    with db.transaction() as session:
        [entry] = services.add_entries(session, SYSTEM, stage.event, [EntryInput("欧阳䶮", number="007")])
    user = browser(stage, client)
    template = user.get(f"{here}/facts/template").content
    book = load_workbook(io.BytesIO(template))
    assert book.sheetnames == ["登记事项", "填写说明", "选项"]
    sheet = book["登记事项"]
    assert [sheet["A2"].value, sheet["B2"].value] == ["007", "欧阳䶮"]
    lists = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    choices = [cell.value for column in book["选项"].iter_cols() for cell in column]
    assert len(lists) == 5  # class, grade, category, and two periods
    assert {"甲组", "b", "高级工", "技师", "是", "否"} <= set(choices)
    cells = {
        "组别": "甲组", "已有职业技能等级": "高级工", "人员类别：一线职工": "是", "随参赛给出的数值：minutes": 12.5,
        "外卡晋级：初赛": "推荐", "不参加考评：初赛 · 下半年": "是", "迟报：初赛 · 上半年": 2, "抽签号": 4,
    }  # fmt: skip
    assert upload(user, here, filled(template, **cells)).state is JobState.DONE
    assert detail(entry) == (
        '{"absent": [["first", "2"]], "categories": ["worker"], "class": "a", "held": "高级工", '
        '"late": [["first", "1", 2]], "lot": 4, "measures": {"minutes": "12.5"}, "wild_cards": {"first": "推荐"}}'
    )
    again = user.get(f"{here}/facts/template").content  # what went in comes out, and in again changes nothing
    before = detail(entry)
    assert upload(user, here, again).state is JobState.DONE
    assert detail(entry) == before
    back = filled(again, **{"人员类别：一线职工": "否", "迟报：初赛 · 上半年": 0})
    assert upload(user, here, back).state is JobState.DONE
    assert ("worker" in detail(entry), "late" in detail(entry)) == (False, False)


def test_one_wrong_cell_and_nothing_is_written_but_told_in_the_sheet(stage, client, here):
    with db.transaction() as session:
        entries = services.add_entries(session, SYSTEM, stage.event, [EntryInput("甲"), EntryInput("乙")])
    user = browser(stage, client)
    template = user.get(f"{here}/facts/template").content
    book = load_workbook(io.BytesIO(template))
    sheet = book["登记事项"]
    titles = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, titles["组别"]).value = "甲组"
    sheet.cell(3, titles["组别"]).value = "丁组"
    sheet.cell(3, titles["抽签号"]).value = 0
    sheet.cell(4, 1).value = "999"
    buffer = io.BytesIO()
    book.save(buffer)
    job = upload(user, here, buffer.getvalue())
    assert job.state is JobState.FAILED
    assert [detail(entry) for entry in entries] == ["{}", "{}"]
    marked = load_workbook(io.BytesIO(job.output or b""))["登记事项"]
    wrong = next(cell.column for cell in marked[1] if cell.value == "错误说明")
    assert marked.cell(2, wrong).value in (None, "")
    assert "丁组" in marked.cell(3, wrong).value
    assert "抽签号" in marked.cell(3, wrong).value
    assert "不在名单里" in marked.cell(4, wrong).value
    assert marked.cell(3, titles["组别"]).fill.fgColor.rgb == "FFFFC7CE"
    assert user.post(f"{here}/facts", files={"file": ("x.xlsx", b"nonsense")}).status_code == 422


def test_a_change_by_sheet_after_scoring_began_needs_its_reason(stage, client, here):
    [entry] = add(stage, "甲")
    user = browser(stage, client)
    assert user.post(f"{here}/entries/{entry.id}/facts", **{"fact|class": "a"}).status_code == 303
    stage.become(EventState.SCORING)
    data = filled(user.get(f"{here}/facts/template").content, 组别="b")
    assert upload(user, here, data).state is JobState.FAILED
    assert '"a"' in detail(entry)
    assert upload(user, here, data, fact_reason="评审后调整").state is JobState.DONE
    assert '"b"' in detail(entry)
