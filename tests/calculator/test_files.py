"""Rule set and marks as files: the documented example, other formats, and every fault with its row."""

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from contest.__main__ import main
from contest.calculator import MarksFileError, run, score_files
from contest.documents.workbook import WorkbookRefused
from contest.i18n import translator

DOCS = Path(__file__).resolve().parents[2] / "docs"


def block(name, language):
    return (DOCS / name).read_text("utf-8").split(f"```{language}\n")[1].split("```")[0]


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "rules.json"
    path.write_text(block("rule-set.md", "json"), "utf-8")
    return path


@pytest.fixture
def lines():
    return block("marks-file.md", "csv").splitlines()


def marks_file(tmp_path, lines, name="marks.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def workbook(tmp_path, lines):
    book = Workbook()
    for row in csv.reader(lines):
        book.active.append([float(cell) if cell.replace(".", "").isdigit() else cell or None for cell in row])
    path = tmp_path / "marks.xlsx"
    book.save(path)
    return path


def found(calculation):
    return [(row.rank, row.entry, str(row.published)) for row in calculation.result.standings]


EXPECTED = [("1", "E02", "89.20"), ("2", "E01", "86.68")]  # worked out in docs/marks-file.md


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_documented_example(tmp_path, rules, lines, encoding):
    calculation = score_files(rules, marks_file(tmp_path, lines, encoding=encoding))
    assert found(calculation) == EXPECTED
    barred = calculation.result.standing("E01").award_barred
    assert (barred, calculation.events[""].labels["E01"]) == (("major_safety_accident",), ("王海燕", ""))


def test_a_workbook_gives_the_same(tmp_path, rules, lines):
    assert found(score_files(rules, workbook(tmp_path, lines))) == EXPECTED


def test_chinese_titles_and_full_width_digits(tmp_path, rules, lines):
    chinese = ["阶段,参赛编号,姓名,评分点,裁判,分值,状态", *lines[1:]]
    wide = [line.replace(",86.5,", ",８６。５,").replace("recused", "回避") for line in chinese]
    assert found(score_files(rules, marks_file(tmp_path, wide))) == EXPECTED


def test_events_are_ranked_apart(tmp_path, rules, lines):
    apart = [f"{'event' if number == 0 else line.split(',')[1]},{line}" for number, line in enumerate(lines)]
    calculation = score_files(rules, marks_file(tmp_path, apart))
    ranks = {name: event.result.standings[0].rank for name, event in calculation.events.items()}
    assert ranks == {"E01": "1", "E02": "1"}


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("theory,E03,,T1,,100.5,", "value", "above_maximum"),
        ("theory,E03,,T1,,-1,", "value", "below_minimum"),
        ("theory,E03,,T1,,8.55,", "value", "too_many_decimals"),
        ("practice,E03,,P1,J1,8.3,", "value", "off_step"),
        ("theory,E03,,T1,,abc,", "value", "not_a_number"),
        ("theory,E03,,T1,,,scored", "value", "scored_without_value"),
        ("theory,E03,,T1,,5,missing", "value", "value_with_state"),
        ("theory,E03,,T1,,5,lost", "state", "unknown_state"),
        ("theory,E01,,T1,,5,", "", "duplicate_row"),
        ("final,E03,,T1,,5,", "stage", "unknown_stage"),
        ("theory,E03,,T9,,5,", "aspect", "unknown_aspect"),
        ("theory,E03,,,,5,", "aspect", "empty_cell"),
        ("theory,,,T1,,5,", "entry", "empty_cell"),
        (",E03,,minutes,,soon,", "value", "bad_measure"),
        (",E03,,draw,,1.5,", "value", "bad_lot"),
        (",E03,,major_safety_accident,,maybe,", "value", "bad_veto"),
        ("theory,E03,,T1,,#REF!,", "value", "damaged_cell"),
        (f"theory,{'长' * 300},,T1,,5,", "entry", "too_long"),
    ],
)
def test_a_fault_names_row_column_and_code(tmp_path, rules, lines, line, column, code):
    with pytest.raises(MarksFileError) as caught:
        score_files(rules, marks_file(tmp_path, [*lines, line, ""]))
    first = caught.value.errors[0]
    assert (first.row, first.column, first.code) == (len(lines) + 1, column, code)
    assert f"[{code}]" in caught.value.lines()[0]
    english = caught.value.lines(translator("en"))[0]
    assert english.startswith("row ")
    assert "%(" not in english + caught.value.lines()[0]


def test_all_faults_come_together_and_the_list_has_an_end(tmp_path, rules, lines):
    with pytest.raises(MarksFileError) as caught:
        score_files(rules, marks_file(tmp_path, [*lines, *(f"theory,X{n},,T9,,1," for n in range(50))]))
    assert (len(caught.value.errors), len(caught.value.lines())) == (50, 21)


@pytest.mark.parametrize(
    ("content", "code"),
    [("entry,value\nE,1", "missing_columns"), ("entry,aspect,value,entry\n", "double_column"),
     ("entry,aspect,value\n", "no_rows"), (" \n ,\n", "no_rows")],
)  # fmt: skip
def test_a_file_without_its_columns_or_rows(tmp_path, rules, content, code):
    with pytest.raises(MarksFileError) as caught:
        score_files(rules, marks_file(tmp_path, [content]))
    assert caught.value.errors[0].code == code


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken"])
def test_a_file_that_is_no_table(tmp_path, rules, content):
    path = tmp_path / "marks.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookRefused):
        score_files(rules, path)


def test_factors_belong_to_their_repetition(tmp_path):
    rules = tmp_path / "rules.json"
    dive = {"id": "dive", "decimals": 1, "factor": {"source": "entry"}, "repetitions": 2, "repetitions_vary": True}
    document = {"title": "x", "stages": [{"id": "S", "rubric": [{"id": "C", "children": [dive]}]}]}
    rules.write_text(json.dumps(document))
    good = ["entry,aspect,repetition,judge,value,factor", "A,dive,1,J1,8,2.5", "A,dive,1,J2,7,2.5"]
    assert found(score_files(rules, marks_file(tmp_path, good))) == [("1", "A", "18.75")]
    with pytest.raises(MarksFileError) as caught:
        score_files(rules, marks_file(tmp_path, [*good, "A,dive,1,J3,7,3", "A,dive,3,J1,7,3", "A,dive,2,J1,7,x"]))
    assert [error.code for error in caught.value.errors] == ["factor_differs", "bad_repetition", "bad_factor"]


def test_the_command_writes_every_format(tmp_path, rules, lines, capsys):
    marks = marks_file(tmp_path, lines)
    assert run(rules, marks) == 0
    printed = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["rank"], row["entry"], row["name"], row["total"], row["award"]) for row in printed] == [
        ("1", "E02", "李国强", "89.20", "三等奖"), ("2", "E01", "王海燕", "86.68", ""),
    ]  # fmt: skip
    assert run(rules, marks, tmp_path / "out.xlsx") == 0
    cells = list(load_workbook(tmp_path / "out.xlsx").active.values)
    assert [row[1:6:4] for row in cells] == [("名次", "总分"), ("1", "89.20"), ("2", "86.68")]
    assert run(rules, marks, tmp_path / "out.json") == 0
    event = json.loads((tmp_path / "out.json").read_text("utf-8"))["events"][0]
    assert [tree["value"] for tree in event["explanations"]] == ["89.2", "86.68"]


def test_the_command_says_what_is_wrong_and_writes_nothing(tmp_path, rules, lines, capsys):
    out = tmp_path / "out.csv"
    assert run(rules, marks_file(tmp_path, [*lines, "theory,E03,,T9,,5,"]), out) == 1
    assert f"第 {len(lines) + 1} 行 aspect [unknown_aspect]" in capsys.readouterr().err
    assert run(rules, tmp_path / "nowhere.csv", out) == 2
    bad = tmp_path / "bad.json"
    for content, word in (("{", "JSON"), ("{}", "stages [required]"), ("[1]", "object_expected")):
        bad.write_text(content)
        assert run(bad, marks_file(tmp_path, lines), out) == 1
        assert word in capsys.readouterr().err
    assert run(rules, marks_file(tmp_path, lines), tmp_path / "out.pdf") == 1
    assert not out.exists()


def test_the_command_line_reaches_the_calculator(tmp_path, rules, lines, capsys):
    command = ["score", str(rules), str(marks_file(tmp_path, lines)), "-o", str(tmp_path / "out.csv")]
    assert main(command) == 0
    assert "89.20" in (tmp_path / "out.csv").read_text("utf-8-sig")
    marks_file(tmp_path, [*lines, "theory,E03,,T9,,5,"])
    assert main(command) == 1
    assert "[unknown_aspect]" in capsys.readouterr().err
