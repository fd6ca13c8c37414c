"""Every rule of aspects and criteria on the slip, in the rules' plain words, and as a live formula of the workbook."""

import io
from decimal import Decimal
from fractions import Fraction

import pytest
from openpyxl import load_workbook

from contest.competitions.wording import aspect_words, chapters
from contest.core.marks import EntryInput, Mark
from contest.core.scoring import evaluate
from contest.documents.export import export_sheets
from contest.i18n import use_language
from contest.publications.spreadsheets import Steps, _column, _step_columns, _titles
from contest.standings.slip import make_slip
from tests.core.builders import aspect, marks, rules, stage
from tests.core.handbook_rules import measured
from tests.publications.excel import Excel

VALUES = {"E": "70", "F": "95.5", "G": "12.25"}
CONVERSIONS = [
    {"name": "completion", "full": "30", "rounding": {"places": 1}},
    {"name": "difference", "full": "10", "target": "20", "per": "5", "deduct": "2", "side": "above"},
    {"name": "difference", "full": "9", "target": "90", "per": "9", "deduct": "5", "side": "below", "steps": "whole"},
    {"name": "days", "full": "30", "early": "1", "early_cap": "5"},
    {"name": "per_unit", "marks": "1.5", "cap": "100"}, {"name": "per_unit", "marks": "1.5", "at_least": "13"},
    {"name": "bands", "bands": [["10", "1"], ["50", "2", "10", "1"]], "cap": "5"},
    {"name": "bands", "bands": [["80", "1"]], "bounds": "above"},
    {"name": "table", "table": [["70", "1"], ["95.5", "2"]], "other": "3"},
    {"name": "choices", "full": "5", "choices": [["70", "1"], ["95.5", "9"], ["12.25", "0"]]},
    {"name": "pieces", "points": [["10", "0"], ["60", "12"], ["90", "40"]]},
    {"name": "ratio", "full": "7"}, {"name": "ratio", "full": "7", "better": "low"}, {"name": "share", "full": "7"},
    {"name": "rank_points", "points": ["9", "5"], "ties": "dense"}, {"name": "rank_points", "first": "9", "step": "3"},
    {"name": "rank_linear", "full": "9", "ties": "fractional"},
]  # fmt: skip


def check(own, found, entries=None):
    """The formulas give the totals; slip and words exist in both languages. The slip of E and the words are given."""
    result = evaluate(own, entries or [EntryInput(code) for code in VALUES], found)
    assert [row.status for row in result.standings] == ["ranked"] * len(VALUES)
    steps = Steps(_titles(own))
    cells = {code: steps.add(code, result.explain(code)) for code in VALUES}
    columns = [*_step_columns(), *(_column(f"m{n}", str(n), "decimal") for n in range(1, steps.judges + 1))]
    excel = Excel(load_workbook(io.BytesIO(export_sheets([("计算", columns, steps.rows)]))))
    for code, cell in cells.items():
        assert abs(excel.value("计算", cell) - result.standing(code).total) < Fraction(1, 10**5), code
    for language in ("en", "zh-CN"):
        use_language(language)
        slips = {code: make_slip(result, code) for code in VALUES}
        texts = [sentence for row in slips["E"].rows for sentence in row.sentences]
        words = [aspect_words(node, None) for node in (*own.stage("S").criteria(), *own.stage("S").aspects())]
        words += [sentence for chapter in chapters(own) for sentence in chapter.sentences]
    return texts, words


def values_of(name="A"):
    return [Mark("S", "1", code, name, 1, "", int(Decimal(value) * 10000)) for code, value in VALUES.items()]


@pytest.mark.parametrize("conversion", CONVERSIONS, ids=lambda rule: rule["name"])
def test_conversions(conversion):
    texts, words = check(rules(stage("S", [measured("A", conversion)])), values_of())
    assert texts
    assert words[1]


def test_a_conversion_in_words_and_numbers():
    rule = {"name": "difference", "full": "10", "target": "90", "per": "10", "deduct": "5", "side": "below",
            "steps": "started"}  # fmt: skip
    texts, words = check(rules(stage("S", [measured("A", rule)])), values_of())
    assert texts == ["目标 90，相差 2 个单位：10 − 5 × 2 = 0"]
    assert words[1] == "目标 90 得 10 分，不足每差 10 扣 5 分（不满一个按一个计），最少 0 分"


LIMITS = [
    ({"best": 1}, "只计最高的 1 项：B 140 = 140"),
    ({"best": 2, "rounding": {"places": 0}}, "只计最高的 2 项：A 70 + B 140 = 210"),
    ({"cap": "100", "floor": "0"}, "最多计 100"),
]


@pytest.mark.parametrize(("limits", "sentence"), LIMITS)
def test_limits_of_a_criterion(limits, sentence):
    children = [
        measured("A"),
        measured("B", {"name": "per_unit", "marks": "2"}),
        measured("C", {"name": "share", "full": "1"}),
    ]
    own = rules(stage("S", rubric=[{"id": "C0", "children": children} | limits]))
    texts, words = check(own, [mark for name in "ABC" for mark in values_of(name)])
    assert sentence in texts
    assert words[0]


def test_the_cap_before_the_deductions():
    children = [measured("A"), measured("D", {"name": "bands", "bands": [["0", "5"]]}, kind="deduction")]
    limits = {"cap": "60", "cap_order": "cap_then_deduct", "floor": "0"}
    own = rules(stage("S", rubric=[{"id": "C", "children": children} | limits]))
    texts, words = check(own, [*values_of(), *values_of("D")])
    assert "先封顶再扣分：得分 70 最多计 60，再扣 5" in texts
    assert words[0] == "得分最多 60 分，封顶之后再扣分；合计最少 0 分"


def test_clamped_and_translated_marks_and_a_base_value():
    element = aspect("G", max="3", decimals=0, grades=[["1", "0.7"], ["2", "1.4"], ["3", "2.1"]],
                     factor={"source": "entry", "how": "add"})  # fmt: skip
    own = rules(stage("S", [aspect(method={"name": "mean", "clamp": "10"}), element]))
    found = [
        mark
        for code in VALUES
        for mark in (*marks(code, [900, 900, 900, 500]), *marks(code, [1, 3, 3], ("S", "1", "G", 1)))
    ]
    entries = [EntryInput(code, factors={("S", "G", 1): Decimal(3)}) for code in VALUES]
    texts, words = check(own, found, entries)
    assert "各分平均 80，与平均相差超过 10 的分按相差 10 计" in texts
    assert "取平均：（90 + 90 + 90 + 70）÷ 4 = 85" in texts
    assert "取平均：（0.7 + 2.1 + 2.1）÷ 3 = 1.633333…" in texts
    assert any("+ 基础分 3" in text for text in texts)
    assert words[1] == "取平均；与平均分相差超过 10 的分按相差 10 计"
    assert words[2] == "每位裁判的等级先按表换算：1 → 0.7、2 → 1.4、3 → 2.1；加上参赛者填报的基础分"


def test_panels_made_comparable():
    own = rules(stage("S", [measured("A")], panel={"normalise": {"mean": "80", "sd": "5", "group": "panel"}}))
    entries = [EntryInput(code, measures={"panel": Decimal(panel)}) for code, panel in zip("EFG", "112", strict=True)]
    texts, words = check(own, values_of(), entries)
    # 70 and 95.5: mean 82.75, sample deviation 25.5 / sqrt(2) = 18.031222920257 (12 places)
    assert texts[-1].startswith("80 + 5 ×（70 − 本组平均 82.75）÷ 本组标准差 18.031222… = 76.464")
    assert any("只有随机分组时才公平" in text for text in words)
