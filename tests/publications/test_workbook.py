"""The workbook's live formulas give the published totals: the third computation, beside core and verifier."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from contest.core.scoring import evaluate
from contest.documents.export import export_sheets
from contest.publications.spreadsheets import Steps, _column, _step_columns, _titles, results_workbook
from tests.publications.excel import Excel
from tests.publications.making import NAMES, RULES, published
from tests.verifier.random_contests import make


def test_formulas_give_the_published_totals(database: sa.Engine) -> None:
    _, publication = published(RULES | {"blind": False})
    excel = Excel(load_workbook(io.BytesIO(results_workbook(publication.bundle))))
    assert excel.book.sheetnames == ["成绩", "计算"]
    rows = [[excel.value("成绩", f"{column}{line}") for column in "ABEFG"] for line in (2, 3, 4)]
    assert rows == [
        ["1", NAMES[0], Fraction("82.10"), Fraction("82.10"), "一致"],
        ["1", NAMES[1], Fraction("82.10"), Fraction("82.10"), "一致"],
        ["3", NAMES[2], Fraction("72.55"), Fraction("72.55"), "一致"],
    ]
    texts = [cell.value for row in excel.book["计算"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert sum(text.startswith("=") for text in texts) > 20
    assert any("LARGE" in text for text in texts)


def test_a_changed_mark_shows(database: sa.Engine) -> None:
    _, publication = published()
    book = load_workbook(io.BytesIO(results_workbook(publication.bundle)))
    steps = book["计算"]
    mark = next(cell for row in steps.iter_rows(min_col=6) for cell in row if cell.value in {82, 80})
    mark.value = 1
    assert "不符" in [Excel(book).value("成绩", f"G{line}") for line in (2, 3, 4)]


@pytest.mark.parametrize("block", range(4))
def test_formulas_of_random_contests(block: int) -> None:
    checked = 0
    for seed in range(block * 50, block * 50 + 50):
        rules, entries, marks, panels, _, _ = make(seed)
        result = evaluate(rules, entries, marks, panels)
        steps = Steps(_titles(rules))
        cells = {s.entry: steps.add(s.entry, result.explain(s.entry)) for s in result.standings if s.rank is not None}
        columns = [*_step_columns(), *(_column(f"m{n}", str(n), "decimal") for n in range(1, steps.judges + 1))]
        book = load_workbook(io.BytesIO(export_sheets([("计算", columns, steps.rows)])))
        excel = Excel(book)
        for code, cell in cells.items():
            total, found = result.standing(code).total, excel.value("计算", cell)
            # constants in place of half-even rounding may have six places
            assert total is not None
            assert abs(found - total) < Fraction(1, 100_000), (seed, code, cell)
            checked += 1
    assert checked > 8
