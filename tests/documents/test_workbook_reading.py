"""Reading cells: what a person sees in Excel, with Excel's own damage named."""

# ruff: noqa: DTZ001 - Excel knows no time zones
import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal

import openpyxl
import pytest

from contest.documents.cells import cell_of
from contest.documents.workbook import (
    Cell,
    Column,
    Sheet,
    WorkbookRefused,
    parse_sheet,
    read_grid,
    read_rows,
    sheet_names,
)
from tests.documents.packages import sheet_xml, text_cell, workbook

NAMES = Sheet(
    "名单",
    [
        Column(key="name", title_zh="姓名", title_en="Name", required=True, max_length=6),
        Column(key="staff", title_zh="工号", unique=True),
        Column(key="gender", title_zh="性别", kind="choice", choices=(("m", "男"), ("f", "女"))),
        Column(key="born", title_zh="出生日期", kind="date"),
        Column(key="years", title_zh="工龄", kind="integer", minimum=0, maximum=60),
        Column(key="mark", title_zh="成绩", kind="decimal", places=2, minimum=0),
    ],
)
TITLES = ["姓名", "工号", "性别", "出生日期", "工龄", "成绩"]


def saved(rows: list[list[object]], *, title: str = "名单", merge: str = "") -> bytes:
    """A workbook as openpyxl writes it, with the rows from A1 on."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(row)
    if merge:
        page.merge_cells(merge)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def one(values: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """Parse one row of the given titles; its values by key, and the words of its errors."""
    row = {"姓名": "张三", **values}
    parsed = parse_sheet(NAMES, saved([list(row), list(row.values())]))
    return dict(parsed.rows[0].values), [error.words() for error in parsed.errors]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13800138000.0, "13800138000"),
        (95.5, "95.5"),
        (1.1, "1.1"),
        (0.1 + 0.2, "0.3"),
        (100.0, "100"),
        (-0.0, "0"),
        (-12.50, "-12.5"),
        (1e-7, "0.0000001"),
        (999999999999999.0, "999999999999999"),
        (True, "TRUE"),
        (dt.date(1990, 2, 28), "1990-02-28"),
        (dt.datetime(2026, 11, 21), "2026-11-21"),
        (dt.datetime(2026, 11, 21, 9, 30), "2026-11-21T09:30:00"),
        (dt.time(9, 30), "09:30:00"),
        ("007", "007"),
        ("110101199001011234", "110101199001011234"),
        (" 张三　", " 张三　"),
        ("甲_x000D_\n乙", "甲\n乙"),
        ("䶮\x00\x0b𠅤", "䶮𠅤"),
    ],
)
def test_a_value_becomes_the_text_a_person_sees(value: object, text: str) -> None:
    assert cell_of(value).text == text
    assert not cell_of(value).problem


@pytest.mark.parametrize("value", [1e15, 110101199001011234.0, -1e18, 1234567890123456.0])
def test_a_number_of_more_than_fifteen_digits_is_named_as_destroyed(value: float) -> None:
    assert cell_of(value).problem == "number_too_long"


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#DIV/0!"])
def test_an_excel_error_is_named(value: str) -> None:
    assert cell_of(value) == Cell(value, "error", "excel_error")


def test_an_eighteen_digit_number_typed_into_a_numeric_cell_is_refused_with_the_reason() -> None:
    values, errors = one({"工号": 110101199001011234})
    assert values["staff"] is None
    assert errors == [
        (
            "第 2 行“工号”是数字格式且超过 15 位（1.10101199001011E+17），Excel 已把后面几位变成 0，无法还原。"
            "请先把这一列设为“文本”格式，再重新填写完整的号码。"
        )
    ]


def test_text_cells_keep_eighteen_digits_leading_zeros_and_rare_characters() -> None:
    values, errors = one({"姓名": "䶮𠅤㛃", "工号": "007110101199001011"})
    assert (values["name"], values["staff"], errors) == ("䶮𠅤㛃", "007110101199001011", [])


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("1990-02-28", dt.date(1990, 2, 28)),
        ("1990/2/28", dt.date(1990, 2, 28)),
        ("1990.2.28", dt.date(1990, 2, 28)),
        ("1990年2月28日", dt.date(1990, 2, 28)),
        ("１９９０－０２－２８", dt.date(1990, 2, 28)),
        (19900228, dt.date(1990, 2, 28)),
        (dt.date(2000, 2, 29), dt.date(2000, 2, 29)),
        (dt.datetime(1990, 2, 28), dt.date(1990, 2, 28)),
    ],
)
def test_dates_are_read_as_people_write_them(typed: object, born: dt.date) -> None:
    assert one({"出生日期": typed}) == (
        {**dict.fromkeys(("staff", "gender", "years", "mark")), "name": "张三", "born": born},
        [],
    )


@pytest.mark.parametrize(
    ("title", "typed", "words"),
    [
        ("姓名", "", "第 2 行“姓名”没有填写，这一列必填。"),
        ("姓名", "一二三四五六七", "第 2 行“姓名”有 7 个字，最多 6 个字。"),
        ("出生日期", "2月30日", "第 2 行“出生日期”是“2月30日”，看不出是哪一天。请写成 1990-02-28 的样子。"),
        ("出生日期", "1990-02-30", "第 2 行“出生日期”是“1990-02-30”，没有这一天。请改成真实日期，例如 1990-02-28。"),
        ("性别", "先生", "第 2 行“性别”是“先生”，只能填：男、女。"),
        ("工龄", "3.5", "第 2 行“工龄”是“3.5”，应是整数，例如 12。"),
        ("工龄", 61, "第 2 行“工龄”是 61，应在 0–60 之间。"),
        ("成绩", "九十", "第 2 行“成绩”是“九十”，应是数字，例如 12.5。"),
        ("成绩", "1e3", "第 2 行“成绩”是“1e3”，应是数字，例如 12.5。"),
        ("成绩", "-1", "第 2 行“成绩”是 -1，不能小于 0。"),
        ("成绩", "9.555", "第 2 行“成绩”是 9.555，最多 2 位小数。"),
        ("成绩", "#N/A", "第 2 行“成绩”是 Excel 的错误值 #N/A。请改正公式，或直接填写数值。"),
    ],
)
def test_a_wrong_cell_is_told_in_a_sentence(title: str, typed: object, words: str) -> None:
    assert one({"工号": "1", title: typed})[1] == [words]


@pytest.mark.parametrize(
    ("typed", "mark"),
    [
        ("９５．５", "95.5"),
        ("95。5", "95.5"),
        ("1,234.5", "1234.5"),
        (" 7 ", "7"),
        ("+8", "8"),
        (".5", "0.5"),
        (88.25, "88.25"),
        ("９．５０", "9.50"),
    ],
)
def test_numbers_are_exact_and_full_width_digits_are_read(typed: object, mark: str) -> None:
    value = one({"成绩": typed})[0]["mark"]
    assert isinstance(value, Decimal)
    assert str(value) == mark


def test_a_repeated_value_names_the_first_row_whatever_its_case_or_width() -> None:
    parsed = parse_sheet(NAMES, saved([["姓名", "工号"], ["甲", "a7"], ["乙", "b"], ["丙", "Ａ７"]]))
    assert [error.words() for error in parsed.errors] == ["第 4 行“工号”是“Ａ７”，与第 2 行重复。"]


def test_title_lines_blank_rows_and_changed_order_are_read_around_and_told() -> None:
    rows: list[list[object]] = [
        ["2026年技能竞赛报名表"],
        [],
        ["工号", "备注", "姓 名*"],
        ["007", "x", "张三"],
        [],
        ["008", "y", "李四"],
    ]
    parsed = parse_sheet(NAMES, saved(rows, title="Sheet1", merge="A1:F1"))
    assert [(row.number, row["name"], row["staff"]) for row in parsed.rows] == [(4, "张三", "007"), (6, "李四", "008")]
    assert (parsed.row_count, parsed.header_row, parsed.errors) == (2, 3, [])
    assert [warning.words() for warning in parsed.warnings] == [
        "列“备注”（B 列）不在模板中，没有读取。",
        "表头在第 3 行，上面的行没有读取。",
        "没有名为“名单”的工作表，读取了第一个工作表“Sheet1”。",
    ]


def test_a_two_line_header_merged_downwards_is_one_header() -> None:
    rows: list[list[object]] = [["姓名", "个人情况", None], [None, "工号", "性别"], ["张三", "007", "男"]]
    parsed = parse_sheet(NAMES, saved(rows, merge="A1:A2"))
    assert [(row["name"], row["staff"], row["gender"]) for row in parsed.rows] == [("张三", "007", "m")]


def test_missing_and_repeated_columns_are_errors_of_the_header() -> None:
    parsed = parse_sheet(NAMES, saved([["工号", "工号"], ["1", "2"]]))
    assert [(error.row, error.code, error.params["title"]) for error in parsed.errors] == [
        (1, "missing_column", "姓名"),
        (1, "repeated_column", "工号"),
    ]


def test_a_sheet_without_any_of_the_columns_is_refused_with_what_it_should_hold() -> None:
    with pytest.raises(WorkbookRefused) as refusal:
        parse_sheet(NAMES, saved([["a", "b"], ["1", "2"]]))
    assert "表头应包含：姓名、工号、性别、出生日期、工龄、成绩" in refusal.value.words()


def test_a_sheet_with_a_header_only_says_where_to_begin() -> None:
    parsed = parse_sheet(NAMES, saved([TITLES]))
    assert [error.words() for error in parsed.errors] == ["表头下面没有数据。请从第 2 行起填写。"]


def test_a_formula_gives_the_value_it_showed_and_is_never_evaluated() -> None:
    cells = text_cell("A1", "姓名") + text_cell("B1", "成绩")
    formula = '<c r="B2"><f>1/0+WEBSERVICE("http://x")</f><v>95.5</v></c>'
    sheet = sheet_xml(f'<row r="1">{cells}</row><row r="2">{text_cell("A2", "张三")}{formula}</row>')
    assert parse_sheet(NAMES, workbook(sheet=sheet)).rows[0]["mark"] == Decimal("95.5")


def test_text_that_looks_like_a_formula_stays_text() -> None:
    sheet = Sheet("名单", [Column(key="name", title_zh="姓名")])
    rows = f'<row r="1">{text_cell("A1", "姓名")}</row><row r="2">{text_cell("A2", "=1+1")}</row>'
    assert parse_sheet(sheet, workbook(sheet=sheet_xml(rows))).rows[0]["name"] == "=1+1"


def test_a_grid_keeps_positions_and_sheets_are_chosen_by_name_or_index() -> None:
    data = saved([[], [None, "乙"]], title="二")
    assert read_grid(data) == [["", ""], ["", "乙"]]
    assert read_grid(data, "二") == read_grid(data, 0)
    assert sheet_names(data) == ("二",)
    with pytest.raises(WorkbookRefused) as refusal:
        read_grid(data, "三")
    assert refusal.value.words() == "工作簿里没有名为“三”的工作表，只有：二。"


def test_rows_of_an_undeclared_sheet_come_under_their_titles() -> None:
    rows = read_rows(saved([["标题"], ["甲", None, "乙"], [1, 2, 3], [], ["x", "y", None]]), header_row=2)
    assert [(row.number, {title: cell.text for title, cell in row.cells.items()}) for row in rows] == [
        (3, {"甲": "1", "乙": "3"}),
        (5, {"甲": "x", "乙": ""}),
    ]
