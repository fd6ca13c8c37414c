"""The real WorldSkills UK workbook goes in as it is, and its contradictory section totals are told (data/README.md)."""

import csv
import json
from decimal import Decimal

import pytest

from contest import db
from contest.actors import Role
from contest.competitions import queries
from contest.competitions.outline import outline
from contest.competitions.worldskills import marking_scheme_grid, read_marking_scheme
from contest.core.parsing import parse_rule_set
from tests.competitions.helpers import new_event, upload
from tests.support import SHARED, make_person, sign_in

FOLDER = SHARED / "data" / "worldskills_uk"

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="../shared/data/worldskills_uk is not there")


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return (FOLDER / "marking_scheme_cis.xlsx").read_bytes()


@pytest.fixture(scope="module")
def grid(workbook):
    return marking_scheme_grid(workbook, "marking_scheme_cis.xlsx")


@pytest.fixture(scope="module")
def read(grid):
    return read_marking_scheme({}, "", grid)


def test_all_aspects_and_marks_are_there(read):
    assert read.errors == ()
    stage = parse_rule_set(read.document).stages[0]
    kinds = [aspect.kind for aspect in stage.aspects()]
    assert (kinds.count("measured"), kinds.count("judgement"), len(kinds)) == (201, 19, 220)
    assert stage.maximum() == Decimal("100.00")
    assert [(item.id, item.declared_max, item.maximum()) for item in stage.rubric] == [
        ("A", 30, 30), ("B", 30, 30), ("C", 20, 20), ("D", 20, 20),
    ]  # fmt: skip


def test_every_aspect_is_the_one_of_the_published_table(read):
    """aspects.csv is a second reading of the same sheet, made by another program."""
    with (FOLDER / "aspects.csv").open(encoding="utf-8-sig", newline="") as file:
        wanted = list(csv.DictReader(file))
    stage = parse_rule_set(read.document).stages[0]
    kinds = {"measured": "M", "judgement": "J"}
    found = [
        (criterion.id, sub.id, kinds[aspect.kind], aspect.title, aspect.max, aspect.standard_section,
         [text for _, text in aspect.levels])
        for criterion in stage.rubric for sub in criterion.children for aspect in sub.children
    ]  # fmt: skip
    expected = [
        (row["criterion"], row["sub"], row["type"], row["aspect"].strip(), Decimal(row["max_mark"]), row["wsos"],
         [text.strip() for _, text in json.loads(row["levels"] or "[]")])
        for row in wanted
    ]  # fmt: skip
    assert found == expected


def test_the_contradictory_section_totals_are_told(read):
    told = outline(read.document).notices
    sums = [("1", "15", "6"), ("2", "15", "1"), ("3", "27", "7"), ("4", "23", "60"), ("5", "20", "26")]
    assert len(told) == len(sums)
    for text, (section, declared, found) in zip(told, sums, strict=True):
        assert text.startswith(f"标准章节 {section}“")
        assert text.endswith(f"注明 {declared} 分，各评分点合计 {found} 分。")


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [(10, "half", "应是大于 0 的数"), (10, "-1", "应是大于 0 的数"), (3, "X", "只能是 M（测量）或 J（评价）")],
)
def test_a_damaged_row_is_named(grid, column, value, words):
    damaged = [list(row) for row in grid]
    damaged[40][column] = value  # row 41: the first measurement aspect of A1
    read = read_marking_scheme({}, "", damaged)
    assert [error.row for error in read.errors] == [41]
    assert words in read.errors[0].words()


def test_aspects_before_their_sub_criterion_and_stray_levels_are_named(grid):
    damaged = [list(row) for row in grid]
    damaged[21] = [""] * len(damaged[21])  # row 22 opens A1
    read = read_marking_scheme({}, "", damaged)
    words = [error.words() for error in read.errors]
    assert words[0] == "第 23 行的评分点前面没有子项（Sub Criterion ID）。"
    assert "第 24 行是等级说明，但前面没有评价（J）评分点。" in words


def test_it_goes_in_through_the_page(client, world, workbook):
    _, event = new_event(world, title="Web Technologies")
    actor = sign_in(client, make_person(world, Role.ORGANIZER)[0])
    answer = upload(client, actor, f"/events/{event.id}/rubric", "marking_scheme_cis.xlsx", workbook, base="")
    assert answer.status_code == 303
    page = client.get(f"/events/{event.id}/rules").text
    assert "220 个评分点：测量 201 个，评价 19 个。" in page
    assert "满分 100 分 · 220 个评分点" in page
    assert "标准章节 4“Front-end development”注明 23 分，各评分点合计 60 分。" in page
    with db.reading() as session:
        version = queries.newest_version(session, event)
    assert parse_rule_set(json.loads(version.document)).stages[0].maximum() == 100
