"""Templates, error workbooks and exports, read back with another library than wrote or reads them where it matters."""

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from contest.documents.columns import is_error_title
from contest.documents.workbook import (
    CellError,
    Column,
    Formula,
    Sheet,
    build_template,
    error_workbook,
    export_csv,
    export_rows,
    export_sheets,
    parse_sheet,
    read_grid,
)
from contest.i18n import translator
from tests.documents.packages import ROWS, sheet_xml, text_cell, workbook

PEOPLE = Sheet(
    "参赛名单",
    [
        Column(key="name", title_zh="姓名", title_en="Name", required=True, example="张三", hint="与身份证一致"),
        Column(key="phone", title_zh="手机号", title_en="Phone", width=20, example="13800138000"),
        Column(key="grade", title_zh="等级", kind="choice", choices=(("4", "中级工"), ("3", "高级工,含特级"))),
        Column(key="age", title_zh="年龄", kind="integer", minimum=16, maximum=70),
    ],
    ["一行一人。"],
)
FORMULAS = ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "＝1+1"]


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def filled(*rows: list[object], template: Callable[[], bytes] = lambda: build_template(PEOPLE)) -> bytes:
    """The template with rows typed below its header, saved by another program."""
    book = opened(template())
    for row in rows:
        book["参赛名单"].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_template_is_hard_to_fill_in_wrongly() -> None:
    book = opened(build_template(PEOPLE))
    page = book["参赛名单"]
    assert [cell.value for cell in page[1]] == ["姓名*", "手机号", "等级", "年龄"]
    assert page.max_row == 1
    assert page.freeze_panes == "A2"
    assert page.column_dimensions["B"].number_format == "@"
    rules = {
        str(rule.sqref): (rule.type, rule.formula1, rule.formula2) for rule in page.data_validations.dataValidation
    }
    assert rules["C2:C20000"] == ("list", "选项!$C$1:$C$2", None)
    assert rules["D2:D20000"] == ("whole", "16", "70")
    assert [row[2].value for row in book["选项"]["A1:C2"]] == ["中级工", "高级工,含特级"]
    assert book["选项"].sheet_state == "hidden"


def test_the_instruction_sheet_holds_the_example_in_grey_and_is_not_imported() -> None:
    page = opened(build_template(PEOPLE))["填写说明"]
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    assert lines[0][0] == "一行一人。"
    assert ["姓名", "是", "文字", "与身份证一致", "张三"] in lines
    assert ["年龄", None, "整数", "应在 16–70 之间", None] in lines
    grey = next(row[4] for row in page.iter_rows() if row[4].value == "张三")
    assert grey.font.color.rgb == "FF8C8C8C"
    assert parse_sheet(PEOPLE, build_template(PEOPLE)).row_count == 0


def test_a_filled_template_comes_back_as_typed_rows() -> None:
    parsed = parse_sheet(PEOPLE, filled(["张三", "013800138000", "高级工,含特级", 30]))
    assert parsed.ok
    assert [dict(row.values) for row in parsed.rows] == [
        {"name": "张三", "phone": "013800138000", "grade": "3", "age": 30}
    ]


def test_an_english_template_is_read_like_the_chinese_one() -> None:
    book = opened(build_template(PEOPLE, translator("en"), language="en"))
    assert [cell.value for cell in book["参赛名单"][1]] == ["Name*", "Phone", "等级", "年龄"]
    assert "How to fill in" in book.sheetnames
    data = filled(["Zhang", "1", None, None], template=lambda: build_template(PEOPLE, translator("en"), language="en"))
    assert parse_sheet(PEOPLE, data).rows[0]["name"] == "Zhang"


def test_the_error_workbook_is_the_same_workbook_with_red_cells_and_words() -> None:
    data = filled(["张三", "1", "初级", 30], [None, "2", None, 99])
    parsed = parse_sheet(PEOPLE, data)
    page = opened(error_workbook(PEOPLE, data, parsed.errors))["参赛名单"]
    assert [[cell.value for cell in row[:4]] for row in page["A2:D3"]] == [
        ["张三", "1", "初级", 30],
        [None, "2", None, 99],
    ]
    red = {cell.coordinate for row in page["A1:D3"] for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"}
    assert red == {"C2", "A3", "D3"}
    assert page["E1"].value == "错误说明"
    assert page["E2"].value == "第 2 行“等级”是“初级”，只能填：中级工、高级工,含特级。"
    assert page["E3"].value == "第 3 行“姓名”没有填写，这一列必填。\n第 3 行“年龄”是 99，应在 16–70 之间。"
    assert len(page.data_validations.dataValidation) > 0


def test_a_corrected_error_workbook_loses_its_red_and_is_read_again() -> None:
    data = filled(["张三", "1", "初级", 30], ["李四", "2", None, 99])
    book = opened(error_workbook(PEOPLE, data, parse_sheet(PEOPLE, data).errors))
    book["参赛名单"]["C2"] = "中级工"
    buffer = io.BytesIO()
    book.save(buffer)
    again = parse_sheet(PEOPLE, buffer.getvalue())
    assert [error.row for error in again.errors] == [3]
    assert again.warnings == []
    page = opened(error_workbook(PEOPLE, buffer.getvalue(), again.errors))["参赛名单"]
    assert page["C2"].fill.fgColor.rgb != "FFFFC7CE"
    assert (page["E1"].value, page["E2"].value, page.max_column) == ("错误说明", None, 5)


def test_errors_of_the_header_stand_in_the_header() -> None:
    data = export_rows([Column(key="phone", title_zh="手机号")], [{"phone": "1"}], title="参赛名单")
    marked = error_workbook(PEOPLE, data, parse_sheet(PEOPLE, data).errors)
    title = read_grid(marked)[0][1]
    assert title == "错误说明\n缺少必填的列“姓名”。请从模板复制这一列的表头。"
    assert is_error_title(title)
    assert [warning.code for warning in parse_sheet(PEOPLE, marked).warnings] == []


def test_a_feature_may_add_errors_with_words_of_its_own() -> None:
    error = CellError(2, "name", "unknown_person", {"name": "张三"}, "第 %(row)s 行：没有“%(name)s”这个人。")
    data = filled(["张三", "1", None, None])
    assert opened(error_workbook(PEOPLE, data, [error]))["参赛名单"]["E2"].value == "第 2 行：没有“张三”这个人。"


def test_no_formula_of_the_upload_survives_in_the_error_workbook() -> None:
    formula = '<c r="A3"><f>HYPERLINK("http://x","y")</f><v>9</v></c>'
    rows = ROWS + f'<row r="3">{formula}{text_cell("B3", "=1+1")}</row>'
    sheet = Sheet("名单", [Column(key="name", title_zh="姓名"), Column(key="staff", title_zh="工号")])
    page = opened(error_workbook(sheet, workbook(sheet=sheet_xml(rows)), [CellError(3, "name", "required")]))["名单"]
    assert [(cell.value, cell.data_type) for cell in page[3][:2]] == [(9, "n"), ("=1+1", "s")]


def test_a_csv_comes_back_as_a_marked_workbook() -> None:
    data = "姓名,年龄\n张三,999\n".encode("gb18030")
    marked = error_workbook(PEOPLE, data, parse_sheet(PEOPLE, data, filename="名单.csv").errors, filename="名单.csv")
    assert read_grid(marked) == [
        ["姓名", "年龄", "错误说明"],
        ["张三", "999", "第 2 行“年龄”是 999，应在 16–70 之间。"],
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_user_text_never_becomes_a_formula(text: str) -> None:
    columns = [Column(key="a", title_zh=text)]
    for cell in (row[0] for row in opened(export_rows(columns, [{"a": text}])).active.iter_rows()):
        assert cell.data_type == "s"
        assert cell.value == text.replace("\t", " ")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "'=1", "''@x"])
def test_csv_text_that_looks_like_a_formula_is_quoted_and_read_back_as_it_was(text: str) -> None:
    columns = [Column(key="a", title_zh="甲")]
    line = export_csv(columns, [{"a": text}]).decode("utf-8-sig").splitlines()[1]
    assert line.strip('"').startswith("'")
    assert read_grid(export_csv(columns, [{"a": text}]), filename="x.csv")[1] == [text]


def test_a_control_character_does_not_hide_a_formula_in_csv() -> None:
    assert export_csv([Column(key="a", title_zh="甲")], [{"a": "\x01=1"}]).splitlines()[1] == b"'=1"


def test_exports_keep_types_places_and_long_numbers() -> None:
    columns = [Column(key=key, title_zh=key) for key in "abcdefg"]
    row = {
        "a": 7,
        "b": Decimal("9.50"),
        "c": dt.date(2026, 11, 21),
        "d": "007",
        "e": None,
        "f": 110101199001011234,
        "g": True,
    }
    cells = next(opened(export_rows(columns, [row])).active.iter_rows(min_row=2))
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (7, "n"),
        (9.5, "n"),
        (dt.datetime(2026, 11, 21), "d"),  # noqa: DTZ001 - Excel knows no time zones
        ("007", "s"),
        (None, "n"),
        ("110101199001011234", "s"),
        (True, "b"),
    ]
    assert cells[1].number_format == "0.00"


def test_control_characters_and_rare_characters_survive_or_vanish_as_they_should() -> None:
    columns = [Column(key="a", title_zh="姓名")]
    text = "䶮𠅤\x00\x1f㛃😀\u200fع"
    assert read_grid(export_rows(columns, [{"a": text}]))[1] == ["䶮𠅤㛃😀\u200fع"]


def test_our_own_formulas_stay_live_and_tabs_get_legal_names() -> None:
    columns = [Column(key="total", title_zh="总分")]
    book = opened(export_sheets([("初赛/决赛?", columns, [{"total": Formula("=1+2")}])]))
    assert book.sheetnames == ["初赛－决赛－"]
    assert (book.active["A2"].value, book.active["A2"].data_type) == ("=1+2", "f")


def test_sixteen_thousand_rows_of_twelve_are_written_and_read_in_seconds() -> None:
    columns = [Column(key=f"c{n}", title_zh=f"列{n}") for n in range(12)]
    data = export_rows(columns, ({f"c{n}": f"值{row}-{n}" for n in range(12)} for row in range(16_000)), title="大表")
    parsed = parse_sheet(Sheet("大表", columns), data)
    assert (parsed.row_count, parsed.last_row, parsed.rows[-1]["c11"]) == (16_000, 16_001, "值15999-11")
