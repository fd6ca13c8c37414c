"""The rubric as a workbook: round trip, all or nothing, errors in their cells. Read with openpyxl, a second program."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from contest import db
from contest.actors import Role
from contest.competitions import queries
from contest.competitions.parts import copied
from contest.competitions.rubric_reading import read_rubric
from contest.competitions.spreadsheets import RUBRIC_SHEET, rubric_template, rubric_workbook
from contest.competitions.starting_points import STARTING_POINTS, starting_document
from contest.core.parsing import parse_rule_set
from contest.documents.problems import Trouble
from contest.errors import InvalidError
from tests.competitions.helpers import new_event, upload
from tests.support import make_person, sign_in

ONE_STAGE = {"schema": 1, "title": "电工", "stages": [{"id": "1", "title": "决赛", "rubric": []}]}
HEAD = ["阶段编号", "上级编号", "编号", "名称", "类型", "最高分", "打分的小数位", "步长"]
GOOD = [
    ["", "", "A", "质量", "评分项", 30, None, None],
    ["", "A", "A1", "尺寸", "评委打分", 20, 1, 0.5],
    ["", "A", "A2", "外观", "评委打分", "１０", None, None],
]


def sheet_of(rows, head=HEAD) -> bytes:
    book = Workbook()
    book.active.title = RUBRIC_SHEET.title
    for row in [head, *rows]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def emptied(document):
    """The document with every rubric taken out, so that a round trip can't pass by doing nothing."""
    bare = copied(document)
    for stage in bare["stages"]:
        stage["rubric"] = []
    return bare


FULL = {
    "schema": 1, "title": "全", "stages": [{"id": "s", "title": "一", "rubric": [{
        "id": "A", "title": "甲", "weight": "0.5", "declared_max": "30", "floor": "0", "cap": "25.5", "children": [
            {"id": "B", "title": "乙", "children": [
                {"id": "B1", "title": "跳水", "max": "10", "decimals": 1, "step": "0.5", "repetitions": 5,
                 "repetitions_vary": True, "combine_repetitions": "best",
                 "method": {"name": "trimmed_sum", "drop_high": 2, "drop_low": 2, "min_scores": 5,
                            "rounding": {"places": 2, "mode": "down"}, "max_spread": "3", "missing": "exclude"},
                 "factor": {"source": "entry", "default": "1.5", "constant": "0.6", "rounding": {"places": 2}}},
                {"id": "B2", "title": "评价", "kind": "judgement", "max": "1.25", "note": "看\n整体",
                 "levels": [["0", "差"], ["1", "中"], ["2", "良"], ["3", "优"]], "standard_section": "4"},
                {"id": "B3", "title": "分档", "max": "20", "levels": [["18-20", "领先"], ["10-17", "先进"]]}]},
            {"id": "A1", "title": "进度", "kind": "measured", "max": "25", "decimals": 2, "sheet": "clerk",
             "measure": {"min": "0", "max": "300", "unit": "%"}, "weight": "0.25",
             "conversion": {"name": "completion", "full": "25", "floor": "60", "over_cap_pct": "10",
                            "rounding": {"places": 1, "mode": "up"}}},
            {"id": "A2", "title": "=1+1", "kind": "deduction", "max": "5", "min": "1", "required": True},
            {"id": "A3", "title": "𠮷", "kind": "bonus", "max": "5"},
            {"id": "A4", "title": "是否", "kind": "boolean", "max": "2", "required": False}]}]}],
}  # fmt: skip


@pytest.mark.parametrize("document", [FULL, *(point.build() | {"title": "x"} for point in STARTING_POINTS)])
def test_what_is_exported_comes_back_equal(document):
    rules = parse_rule_set(document)
    read = read_rubric(emptied(document), rubric_workbook(rules), "评分标准.xlsx")
    assert read.errors == ()
    assert parse_rule_set(read.document) == rules


def test_a_formula_in_a_title_is_text_in_the_workbook():
    page = load_workbook(io.BytesIO(rubric_workbook(parse_rule_set(FULL)))).active
    cells = [cell for row in page.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_the_template_has_lists_and_instructions():
    book = load_workbook(io.BytesIO(rubric_template()))
    assert book.sheetnames == ["评分标准", "填写说明", "选项"]
    titles = [cell.value.rstrip("*") for cell in book["评分标准"][1]]
    assert titles[:7] == ["阶段编号", "上级编号", "编号", "名称", "类型", "最高分", "最低分"]
    assert len(titles) == len(set(titles))
    rules = book["评分标准"].data_validations.dataValidation
    assert sum(1 for rule in rules if rule.type == "list") >= 9
    column = [cell.value for cell in book["选项"]["E"] if cell.value]
    assert column == ["评分项", "评委打分", "评价（0–3 级）", "测量", "是否", "扣分", "加分"]


def test_a_short_sheet_with_full_width_digits_is_read():
    read = read_rubric(ONE_STAGE, sheet_of(GOOD), "a.xlsx")
    assert read.errors == ()
    assert read.rows == 3
    criterion = parse_rule_set(read.document).stages[0].rubric[0]
    assert [(item.id, str(item.max), item.decimals, item.step and str(item.step)) for item in criterion.children] == [
        ("A1", "20", 1, "0.5"), ("A2", "10", 0, None),
    ]  # fmt: skip


def test_an_event_without_rules_gets_a_stage_of_its_own():
    read = read_rubric({}, sheet_of(GOOD), "a.xlsx")
    assert [stage["id"] for stage in read.document["stages"]] == ["1"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["", "", "A1", "尺寸", "评委打分", 20], "第 3 行是评分点，必须填写“上级编号”"),
        (["", "B", "A1", "尺寸", "评委打分", 20], "第 3 行“上级编号”是“B”，上面没有编号为它的评分项。"),
        (["", "A", "A", "尺寸", "评委打分", 20], "第 3 行“编号”是“A”，与第 2 行重复。"),
        (["", "A", "A1", "尺寸", "评委打分", None], "第 3 行是评分点，必须填写“最高分”。"),
        (["2", "A", "A1", "尺寸", "评委打分", 20], "第 3 行“阶段编号”是“2”，没有这个阶段；现有阶段：1。"),
        (["", "A", "A1", "尺寸", "打分", 20], "第 3 行“类型”是“打分”，只能填：评分项、评委打分"),
        (["", "A", "A1", "尺寸", "评委打分", "二十"], "第 3 行“最高分”是“二十”，应是数字"),
        (["", "A", "", "尺寸", "评委打分", 20], "第 3 行“编号”没有填写，这一列必填。"),
        (["", "A", "A1", "尺寸", "评委打分", 0], "第 3 行“最高分”：最高分必须大于最低分。"),
        (["", "A", "A 1", "尺寸", "评委打分", 20], "第 3 行“编号”：编号“A 1”不能用"),
        (["", "A", "A1", "尺寸", "评委打分", 20, 0, 0.5], "第 3 行“步长”：步长与小数位不符"),
        (["", "", "B", "空的", "评分项", 20], "第 2 行的评分项“A”下面没有评分点。"),
    ],
)
def test_every_error_is_named_with_its_row_and_nothing_is_taken(row, words):
    read = read_rubric(ONE_STAGE, sheet_of([GOOD[0], row]), "a.xlsx")
    assert any(words in error.words() for error in read.errors), [error.words() for error in read.errors]


def test_with_several_stages_the_stage_must_be_named():
    document = starting_document("skills", "电工")
    read = read_rubric(document, sheet_of(GOOD), "a.xlsx")
    assert "请写明是哪一个：theory、practice。" in read.errors[0].words()
    named = read_rubric(document, sheet_of([["practice", *row[1:]] for row in GOOD]), "a.xlsx")
    assert named.document["stages"][0] == document["stages"][0]
    assert [item["id"] for item in named.document["stages"][1]["rubric"]] == ["A"]


@pytest.fixture
def organizer(client, world):
    return sign_in(client, make_person(world, Role.ORGANIZER)[0])


def digest_of(event):
    with db.reading() as session:
        return queries.newest_version(session, event).digest


def test_errors_come_back_in_the_same_workbook(client, world, organizer):
    _, event = new_event(world, point="innovation")
    before = digest_of(event)
    rows = [GOOD[0], ["", "A", "A1", "尺寸", "评委打分", "二十"], GOOD[2]]
    here = f"/events/{event.id}/rubric"
    answer = upload(client, organizer, here, "我的标准.xlsx", sheet_of(rows), base=before)
    assert answer.status_code == 422
    assert "有 1 处错误，一行也没有读入" in answer.text
    assert digest_of(event) == before
    report = client.get(f"{here}/report")
    page = load_workbook(io.BytesIO(report.content)).active
    assert page.cell(3, 6).fill.fgColor.rgb.endswith("FFC7CE") or page.cell(3, 6).fill.fill_type == "solid"
    texts = [str(cell.value) for cell in page[3]]
    assert any("应是数字" in text for text in texts)
    assert [cell.value for cell in page[1]][-1].startswith("错误说明")
    mended = load_workbook(io.BytesIO(report.content))
    mended.active.cell(3, 6).value = 20
    buffer = io.BytesIO()
    mended.save(buffer)
    again = upload(client, organizer, here, "我的标准.xlsx", buffer.getvalue(), base=before)
    assert again.status_code == 303
    assert digest_of(event) != before


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"<html></html>", b"\xd0\xcf\x11\xe0old", b"\x00\x01"])
def test_what_is_no_workbook_is_refused_with_a_reason(client, world, organizer, data):
    _, event = new_event(world, point="innovation")
    before = digest_of(event)
    answer = upload(client, organizer, f"/events/{event.id}/rubric", "a.xlsx", data, base=before)
    assert answer.status_code == 422
    assert "没有读入" in answer.text
    assert digest_of(event) == before


def test_there_is_no_report_before_anything_was_refused(client, world, organizer):
    _, event = new_event(world, point="innovation")
    assert client.get(f"/events/{event.id}/rubric/report").status_code == 404


def test_a_stale_upload_is_refused(client, world, organizer):
    _, event = new_event(world, point="innovation")
    answer = upload(client, organizer, f"/events/{event.id}/rubric", "a.xlsx", sheet_of(GOOD), base="other")
    assert answer.status_code == 409


def test_the_export_through_the_page_is_the_template_filled(client, world, organizer):
    _, event = new_event(world, point="innovation")
    answer = client.get(f"/events/{event.id}/rubric/file")
    page = load_workbook(io.BytesIO(answer.content)).active
    assert [page.cell(2, column).value for column in (1, 3, 4, 5)] == ["review", "A", "创新性", "评分项"]
    empty = new_event(world, title="空")[1]
    assert client.get(f"/events/{empty.id}/rubric/file").status_code == 409


def test_a_refusal_is_a_domain_error():
    with pytest.raises((InvalidError, Trouble)):
        read_rubric(ONE_STAGE, b"nothing", "a.xlsx")
