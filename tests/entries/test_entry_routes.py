"""The pages of entries, as a browser without script uses them."""

import io
import json

import pytest
from openpyxl import load_workbook

from contest import db
from contest.accounts.models import Account
from contest.actors import SYSTEM, Role
from contest.competitions.models import EventState
from contest.entries import queries, services
from contest.entries.factors import FactorInput
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry
from contest.entries.planning import make_plan
from contest.jobs import worker
from tests.entries.test_importing import book
from tests.support import make_person, says, sign_in, unseal


class Browser:
    """A signed-in client that follows no redirect by itself and sends the token with every form."""

    def __init__(self, client, account: Account) -> None:
        self.client = client
        self.token = sign_in(client, account).csrf_token

    def get(self, path, **headers):
        return self.client.get(path, follow_redirects=False, headers=headers)

    def post(self, path, files=None, **fields):
        return self.client.post(path, data={"csrf_token": self.token} | fields, files=files, follow_redirects=False)


@pytest.fixture
def here(stage) -> str:
    return f"/events/{stage.event.id}"


def browser(stage, client, role=Role.ORGANIZER, login="organizer", at="city") -> Browser:
    account, _ = make_person(stage.world, role, login=login, at=at)
    return Browser(client, account)


def add(stage, *names, **fields) -> list[Entry]:
    with db.transaction() as session:
        return services.add_entries(session, SYSTEM, stage.event, [EntryInput(name, **fields) for name in names])


def test_an_organizer_enters_by_form_and_sees_the_list(stage, client, here):
    user = browser(stage, client)
    assert "还没有参赛" in user.get(f"{here}/entries").text
    assert user.get(f"{here}/entries/new").status_code == 200
    answer = user.post(f"{here}/entries", name="欧阳䶮", unit="钱江机械有限公司", members="甲\n乙", phone="13800138000")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}/entries")
    page = user.get(f"{here}/entries").text
    assert "<bdi>欧阳䶮</bdi>" in page
    assert "138****8000" in page
    assert "13800138000" not in page


def test_a_wrong_form_keeps_what_was_typed(stage, client, here):
    user = browser(stage, client)
    answer = user.post(f"{here}/entries", name="", unit="某单位<b>", phone="打听一下", members="甲")
    assert answer.status_code == 422
    assert "某单位&lt;b&gt;" in answer.text
    assert "打听一下" in answer.text
    answer = user.post(f"{here}/entries", name="张三", kind="robot")
    assert answer.status_code == 422


def test_odd_names_are_isolated_and_escaped(stage, client, here):
    names = ["مرحبا", "<script>alert(1)</script>", "赢" * 300, "👨‍👩‍👧‍👦🏅", "=1+1"]
    added = add(stage, *names)
    user = browser(stage, client)
    page = user.get(f"{here}/entries").text
    assert "<bdi>مرحبا</bdi>" in page
    assert "<script>alert" not in page
    assert all(user.get(f"{here}/entries/{entry.id}").status_code == 200 for entry in added)
    sheet = load_workbook(io.BytesIO(user.get(f"{here}/entries/export").content)).active
    cells = [sheet.cell(row, 2) for row in range(2, 7)]
    assert [cell.value for cell in cells] == names
    assert all(cell.data_type == "s" for cell in cells)


def test_a_fragment_is_part_of_the_page(stage, client, here):
    add(stage, "张三")
    user = browser(stage, client)
    fragment = user.get(f"{here}/entries?q=张", **{"HX-Request": "true"}).text
    assert fragment.strip().startswith('<section id="entries"')
    assert "张三" in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=abc", "?page=99", "?sort=salt", "?sort=-code", "?q=%25", "?only=x"]
)
def test_odd_queries_are_forgiven(stage, client, here, query):
    add(stage, "张三")
    assert browser(stage, client).get(f"{here}/entries{query}").status_code == 200


def test_pages_of_fifty(stage, client, here):
    add(stage, *(f"选手{n:03d}" for n in range(51)))
    user = browser(stage, client)
    assert user.get(f"{here}/entries").text.count('<th scope="row" class="entry-name">') == 50
    assert user.get(f"{here}/entries?page=2").text.count('<th scope="row" class="entry-name">') == 1


def test_no_page_joins_a_name_and_its_code_while_it_is_blind(stage, client, here):
    """The canary: the organizer's pages, list, search, sort, fragments, export and forms, before unsealing."""
    [entry] = add(stage, "金丝雀")
    stage.adopt()
    with db.transaction() as session:
        services.assign_codes(session, SYSTEM, stage.event)
        services.set_factors(session, SYSTEM, stage.event, [FactorInput(entry.id, "final", "D1", 1, "2")])
    with db.reading() as session:
        code = session.get_one(Entry, (entry.tenant_id, entry.id)).code
    user = browser(stage, client)
    paths = [
        f"{here}/entries", f"{here}/entries?q=金丝雀", f"{here}/entries?q={code}", f"{here}/entries/{entry.id}",
        f"{here}/entries/{entry.id}/edit", f"{here}/entries/{entry.id}/withdraw", f"{here}/draw", f"{here}/factors",
    ]  # fmt: skip
    for path in paths:
        answer = user.get(path)
        assert answer.status_code == 200, path
        assert not says(answer.text.replace(f"q={code}", "").replace(f'value="{code}"', ""), code), path
    assert "金丝雀" not in user.get(f"{here}/entries?q={code}").text
    for path in (f"{here}/entries/export", f"{here}/factors/template"):
        book = load_workbook(io.BytesIO(user.get(path).content))
        cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        assert "金丝雀" in cells
        assert code not in cells
    stage.become(EventState.LOCKED)
    unseal(stage.event)
    assert code in user.get(f"{here}/entries").text  # the canary can sing


def test_the_slips_are_for_the_encryption_officer(stage, client, here):
    add(stage, "张三")
    stage.adopt()
    officer = browser(stage, client, Role.ENCRYPTION_OFFICER, "officer")
    assert officer.get(f"{here}/entries").status_code == 403
    assert officer.post(f"{here}/draw").status_code == 303
    slips = officer.post(f"{here}/draw/slips")
    sheet = load_workbook(io.BytesIO(slips.content)).active
    assert [cell.value for cell in sheet[2]][:2] == ["001", "张三"]
    assert browser(stage, client).post(f"{here}/draw/slips").status_code == 403


def test_drawing_twice_is_a_conflict_and_the_page_says_what_blocks(stage, client, here):
    user = browser(stage, client)
    assert "还没有定稿" in user.get(f"{here}/draw").text
    stage.adopt()
    assert "名单是空的" in user.get(f"{here}/draw").text
    add(stage, "张三")
    assert "为 1 个参赛抽签" in user.get(f"{here}/draw").text
    assert user.post(f"{here}/draw").status_code == 303
    assert user.post(f"{here}/draw").status_code == 409


def test_withdrawing_and_restoring(stage, client, here):
    [entry] = add(stage, "张三")
    user = browser(stage, client)
    path = f"{here}/entries/{entry.id}"
    assert "不再评分" in user.get(f"{path}/withdraw").text
    assert user.post(f"{path}/withdraw", reason=" ").status_code == 422
    assert user.post(f"{path}/withdraw", reason="受伤").status_code == 303
    assert user.post(f"{path}/withdraw", reason="受伤").status_code == 409
    assert "恢复参赛" in user.get(path).text
    assert user.post(f"{path}/restore", reason="已康复").status_code == 303


def test_vetoes_and_factors_by_form(stage, client, here):
    [entry] = add(stage, "张三")
    stage.adopt()
    user = browser(stage, client)
    path = f"{here}/entries/{entry.id}"
    assert "一票否决" in user.get(path).text
    wrong = user.post(f"{path}/vetoes", veto="accident", reason="", decided_by="安监部<i>")
    assert wrong.status_code == 422
    assert "安监部&lt;i&gt;" in wrong.text
    assert user.post(f"{path}/vetoes", veto="accident", reason="坍塌", decided_by="安监部").status_code == 303
    with db.reading() as session:
        [(_, veto)] = queries.vetoes_of(session, stage.event)
    assert user.post(f"{path}/vetoes/{veto.id}", withdraw_reason="").status_code == 422
    assert user.post(f"{path}/vetoes/{veto.id}", withdraw_reason="查明").status_code == 303
    assert user.post(f"{path}/vetoes/0000000000000000", withdraw_reason="查明").status_code == 404
    bad = user.post(f"{path}/factors", **{"factor|final|D1|1": "很难"})
    assert bad.status_code == 422
    assert "很难" in bad.text
    assert user.post(f"{path}/factors", **{"factor|final|D1|1": "２.４", "factor|final|D1|9": "2"}).status_code == 422
    assert user.post(f"{path}/factors", **{"factor|final|D1|1": "２.４"}).status_code == 303
    assert 'value="2.4"' in user.get(path).text


def upload(user, path, data, name="名单.xlsx"):
    answer = user.post(path, files={"file": (name, data)})
    worker.run_pending()
    return answer


def test_import_in_the_browser(stage, client, here):
    user = browser(stage, client)
    assert user.get(f"{here}/entries/template").content.startswith(b"PK")
    assert user.get(f"{here}/entries/import").status_code == 200
    answer = upload(user, f"{here}/entries/import", book((None, "张三", None, "某单位", None, None, None)))
    job_page = answer.headers["location"]
    assert "查看结果" in user.get(job_page).text
    moved = user.get(job_page, **{"HX-Request": "true"})
    preview = moved.headers["HX-Redirect"]
    text = user.get(preview).text
    assert "可以导入 1 个参赛" in text
    assert "某单位" in text
    confirmed = user.post(preview)
    assert confirmed.status_code == 303
    worker.run_pending()
    assert user.get(confirmed.headers["location"], **{"HX-Request": "true"}).headers["HX-Redirect"] == f"{here}/entries"
    assert "张三" in user.get(f"{here}/entries").text
    assert "已经导入 1 个参赛" in user.get(preview).text
    assert user.post(preview).status_code == 409


def test_import_errors_come_back_as_a_workbook(stage, client, here):
    user = browser(stage, client)
    answer = upload(user, f"{here}/entries/import", book((None, None, None, "某单位", None, None, None)))
    preview = user.get(answer.headers["location"], **{"HX-Request": "true"}).headers["HX-Redirect"]
    text = user.get(preview).text
    assert "有 1 处要改" in text
    output = user.get(answer.headers["location"] + "/output")
    assert "%E9%94%99%E8%AF%AF" in output.headers["content-disposition"]  # 错误
    assert load_workbook(io.BytesIO(output.content)).active.cell(1, 8).value == "错误说明"
    assert user.post(preview).status_code == 409


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("a.xlsx", b"", 422), ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, 422), ("a.xlsx", b"<html></html>", 422),
        ("a.pdf", b"%PDF-1.7", 422), ("", b"", 422),
    ],
)  # fmt: skip
def test_a_file_of_the_wrong_kind_is_refused_at_once(stage, client, here, name, data, status):
    user = browser(stage, client)
    files = {"file": (name, data)} if name else None
    assert user.post(f"{here}/entries/import", files=files).status_code == status


def test_a_hostile_workbook_is_refused_by_its_job_in_words(stage, client, here):
    user = browser(stage, client)
    answer = upload(user, f"{here}/entries/import", b"PK\x03\x04" + b"\0" * 100)
    page = user.get(answer.headers["location"])
    assert page.status_code == 200
    assert "没有完成，什么也没有改动" in page.text


def test_another_persons_job_and_another_events_preview_are_not_found(stage, client, here):
    user = browser(stage, client)
    answer = upload(user, f"{here}/entries/import", book((None, "张三", None, None, None, None, None)))
    job_page = answer.headers["location"]
    preview = user.get(job_page, **{"HX-Request": "true"}).headers["HX-Redirect"]
    other = browser(stage, client, Role.ORGANIZER, "other")
    assert other.get(job_page).status_code == 404
    assert other.get(f"{job_page}/output").status_code == 404
    assert other.get(preview).status_code == 404
    assert other.post(preview).status_code == 404


def test_factors_by_sheet(stage, client, here):
    add(stage, "张三", "李四")
    stage.adopt()
    user = browser(stage, client)
    sheet = load_workbook(io.BytesIO(user.get(f"{here}/factors/template").content))
    page = sheet.active
    assert [cell.value for cell in page[1]] == ["编号", "姓名/队名", "轮次", "跳水"]
    assert [[cell.value for cell in row][:3] for row in page.iter_rows(min_row=2)] == [
        ["001", "张三", 1], ["001", "张三", 2], ["002", "李四", 1], ["002", "李四", 2],
    ]  # fmt: skip
    page.cell(2, 4).value, page.cell(5, 4).value = "2.4", 3
    buffer = io.BytesIO()
    sheet.save(buffer)
    answer = upload(user, f"{here}/factors", buffer.getvalue(), "系数.xlsx")
    assert user.get(answer.headers["location"], **{"HX-Request": "true"}).headers["HX-Redirect"] == f"{here}/factors"
    with db.reading() as session:
        found = {(e.name, f.repetition): f.value for e, f in queries.factors_of(session, stage.event)}
    assert found == {("张三", 1): "2.4", ("李四", 2): "3"}
    page.cell(3, 4).value, page.cell(4, 1).value, page.cell(5, 3).value = "难", "009", 3
    buffer = io.BytesIO()
    sheet.save(buffer)
    answer = upload(user, f"{here}/factors", buffer.getvalue(), "系数.xlsx")
    failed = user.get(answer.headers["location"]).text
    assert "3 处错误" in failed
    assert load_workbook(io.BytesIO(user.get(answer.headers["location"] + "/output").content)).active.max_column == 5


def test_a_contact_has_the_own_list_only(stage, client, here):
    add(stage, "本单位的", unit="钱江机械有限公司")
    [foreign] = add(stage, "外单位的", unit="海塘建设集团")
    user = browser(stage, client, Role.UNIT_CONTACT, "contact", at="plant")
    page = user.get(f"{here}/entries").text
    assert "本单位的" in page
    assert "外单位的" not in page
    assert user.get(f"{here}/entries/{foreign.id}").status_code == 404
    assert user.get(f"{here}/entries/import").status_code == 403
    assert user.get(f"{here}/draw").status_code == 403
    assert "钱江机械有限公司" in user.get(f"{here}/entries/new").text
    made = user.post(f"{here}/entries", name="新来的", organization_id=stage.world.plant.id)
    assert made.status_code == 303
    assert user.post(f"{here}/entries", name="越界", organization_id=stage.world.works.id).status_code == 403


def test_a_long_list_is_exported_by_a_job(stage, client, here, monkeypatch):
    from contest.entries import exporting

    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    add(stage, "张三", "李四")
    user = browser(stage, client)
    answer = user.get(f"{here}/entries/export")
    worker.run_pending()
    sheet = load_workbook(io.BytesIO(user.get(answer.headers["location"] + "/output").content)).active
    assert [sheet.cell(row, 2).value for row in (2, 3)] == ["张三", "李四"]


def test_an_export_can_be_read_in_again(stage, client, here):
    add(stage, "张三", unit="钱江机械有限公司", members=("甲", "乙"), worker_number="007")
    book_out = browser(stage, client).get(f"{here}/entries/export").content
    from contest.documents.workbook import parse_sheet
    from contest.entries.spreadsheets import SHEET

    with db.reading() as session:
        plan = make_plan(session, stage.event, parse_sheet(SHEET, book_out))
    assert (len(plan.new), len(plan.known), plan.errors) == (0, 1, [])
    assert json.dumps(plan.unlinked) == "{}"
