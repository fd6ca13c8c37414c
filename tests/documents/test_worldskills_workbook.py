"""A workbook nobody here made: the reader takes it as it is, by position."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from contest.documents.workbook import read_grid, sheet_names

DATA = Path(__file__).parents[3] / "shared" / "data" / "worldskills_uk"


@pytest.fixture
def workbook() -> bytes:
    path = DATA / "marking_scheme_cis.xlsx"
    if not path.exists():
        pytest.skip("the shared WorldSkills workbook is not here")
    return path.read_bytes()


def test_the_real_workbook_is_read_by_position(workbook: bytes) -> None:
    assert sheet_names(workbook) == ("CIS Marking Scheme Import", "Calculations")
    grid = read_grid(workbook, "CIS Marking Scheme Import")
    assert grid[0][0] == "17 Web Technologies"
    assert [[row[8], row[9]] for row in grid[4:9]] == [
        ["5", "15"],
        ["5", "15"],
        ["25", "27"],
        ["25", "23"],
        ["40", "20"],
    ]


def test_its_aspects_are_those_of_the_published_list(workbook: bytes) -> None:
    rows = [row for row in read_grid(workbook) if row[3] in {"M", "J"}]
    with (DATA / "aspects.csv").open(encoding="utf-8") as file:
        published = list(csv.DictReader(file))
    assert len(rows) == len(published) == 220
    assert sum(Decimal(row[10]) for row in rows) == Decimal(100)
