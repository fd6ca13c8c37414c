"""CSV as offices send it."""

import pytest

from contest.documents.workbook import WorkbookRefused, read_grid, read_table

TEXT = '姓名,备注\r\n䶮㛃,"甲,乙\n丙"\r\n'
GRID = [["姓名", "备注"], ["䶮㛃", "甲,乙\n丙"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_of_chinese_offices_are_read(encoding: str) -> None:
    assert read_grid(TEXT.encode(encoding), filename="a.csv") == GRID


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_that_of_the_first_line(mark: str) -> None:
    assert read_grid(f"a{mark}b\n1{mark}2\n".encode(), filename="A.CSV") == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"a\0b\0c", "not_text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not_text"),
        (b"\xff\xff\xff\xff", "encoding"),
        (b"a" * 200_000, "not_text"),
        (b"a\n" * 200_001, "too_many_rows"),
        (b"," * 600, "too_many_columns"),
        (b"a" * (21 * 1024 * 1024), "too_large"),
    ],
    ids=["empty", "nulls", "picture", "no encoding", "endless field", "rows", "columns", "size"],
)
def test_bad_csv_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(WorkbookRefused) as refusal:
        read_grid(data, filename="a.csv")
    assert refusal.value.code == code


def test_a_number_excel_rounded_on_its_way_to_csv_is_named() -> None:
    cell = read_table("工号\n1.10101E+17\n".encode(), filename="a.csv").rows[1][0]
    assert (cell.text, cell.problem) == ("1.10101E+17", "number_too_long")


def test_a_workbook_named_csv_is_read_as_the_workbook_it_is() -> None:
    with pytest.raises(WorkbookRefused) as refusal:
        read_grid(b"PK\x03\x04rest", filename="a.csv")
    assert refusal.value.code == "corrupt"
