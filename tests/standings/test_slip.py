"""The slip explains every number in sentences that a person can recompute; expected values worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from contest.core.marks import EntryInput, Mark
from contest.core.parsing import parse_rule_set
from contest.core.scoring import evaluate
from contest.i18n import use_language
from contest.standings.slip import Slip, SlipRow, make_slip

Aspects = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    use_language("zh-CN")
    yield
    use_language("zh-CN")


def rules(aspects: Aspects, **more: Any) -> dict[str, Any]:
    stage = {"id": "s", "title": "实操", "rubric": [{"id": "c", "title": "操作", "children": aspects}]}
    return {"schema": 1, "title": "t", "stages": [stage | more.pop("stage", {})], **more}


def slip(document: dict[str, Any], values: dict[str, list[int | None]], entries: Any = ("A",), **entry: Any) -> Slip:
    """`values` {aspect: units by judge}; None is a recused judge."""
    marks = [
        Mark("s", "1", code, aspect, 1, f"J{n}", units, "recused" if units is None else "scored")
        for code in entries for aspect, row in values.items() for n, units in enumerate(row, 1)
    ]  # fmt: skip
    given = [EntryInput(code=code, **entry) for code in entries]
    return make_slip(evaluate(parse_rule_set(document), given, marks), "A")


def row(found: Slip, title: str) -> SlipRow:
    return next(item for item in found.rows if item.title == title)


def test_trimmed_mean_strikes_the_very_marks_that_are_dropped() -> None:
    method = {"name": "trimmed_mean", "min_scores": 3, "rounding": {"places": 2}}
    found = slip(rules([{"id": "a", "title": "工艺", "decimals": 1, "method": method}]), {"a": [90, 85, 80, 95, 86]})
    aspect = row(found, "工艺")
    assert [(cell.judge, cell.text, cell.dropped) for cell in aspect.marks[0]] == [
        ("J1", "9.0", ""), ("J2", "8.5", ""), ("J3", "8.0", "low"), ("J4", "9.5", "high"), ("J5", "8.6", ""),
    ]  # fmt: skip
    # (9.0 + 8.5 + 8.6) / 3 = 26.1 / 3 = 8.7 exactly: nothing is rounded, so nothing is said of rounding
    assert aspect.sentences == ("去掉所划去的分后取平均：（9 + 8.5 + 8.6）÷ 3 = 8.7",)
    assert (aspect.value, found.total, found.rank) == ("8.7", "8.7", "1")


def test_rounding_is_told_where_it_changes_a_number() -> None:
    method = {"name": "mean", "rounding": {"places": 2}}
    found = slip(rules([{"id": "a", "title": "工艺", "decimals": 1, "method": method}]), {"a": [90, 85, 80, 81]})
    # 33.6 / 4 = 8.4
    assert row(found, "工艺").sentences == ("取平均：（9 + 8.5 + 8 + 8.1）÷ 4 = 8.4",)
    found = slip(rules([{"id": "a", "title": "工艺", "decimals": 1, "method": method}]), {"a": [90, 85, 81]})
    # 25.6 / 3 = 8.5333…
    assert row(found, "工艺").sentences == (
        "取平均：（9 + 8.5 + 8.1）÷ 3 = 8.533333…",
        "四舍五入到 2 位小数：8.533333… → 8.53",
    )


def test_judgement_factor_deduction_and_weights() -> None:
    document = rules(
        [
            {"id": "j", "title": "素养", "kind": "judgement", "max": "2"},
            {"id": "d", "title": "难度", "decimals": 1, "factor": {"source": "entry", "constant": "0.6"}},
            {"id": "x", "title": "违规", "kind": "deduction", "max": "10"},
        ],
        stage={"rounding": {"places": 1}},
    )
    values: dict[str, list[int | None]] = {"j": [2, 3, 3], "d": [50], "x": [1]}
    found = slip(document, values, factors={("s", "d", 1): Decimal("3.2")})
    # judgement: mean 8/3, / 3 * 2 = 16/9 = 1.7777…, half up 1.78; difficulty 5.0 x 3.2 x 0.6 = 9.6; 1 off
    assert row(found, "素养").sentences == (
        "取平均：（2 + 3 + 3）÷ 3 = 2.666666…",
        "平均等级 2.666666… ÷ 3 × 满分 2 = 1.777777…",
        "四舍五入到 2 位小数：1.777777… → 1.78",
    )
    assert row(found, "难度").sentences == ("5 × 系数 3.2 × 系数 0.6 = 9.6",)
    assert row(found, "违规").sentences == ("扣分，从总和中减去",)
    assert row(found, "操作").sentences == ("素养 1.78 + 难度 9.6 + 违规 -1 = 10.38",)
    assert row(found, "实操").sentences == ("四舍五入到 1 位小数：10.38 → 10.4",)
    assert found.total == "10.4"


def test_recused_and_missing_are_words_and_never_zero() -> None:
    document = rules([{"id": "a", "title": "工艺", "method": {"name": "mean"}}])
    found = slip(document, {"a": [80, None, 90]})
    assert [cell.text for cell in row(found, "工艺").marks[0]] == ["80", "回避", "90"]
    assert row(found, "工艺").sentences == ("取平均：（80 + 90）÷ 2 = 85",)
    few = rules([{"id": "a", "title": "工艺", "method": {"name": "mean", "min_scores": 3}}])
    found = slip(few, {"a": [80, None, 90]})
    assert row(found, "工艺").waiting == ("有效分数太少：有 2 个，至少要 3 个",)
    assert (found.total, found.rank, found.status) == ("—", "—", "尚不完整")


def test_a_tie_names_what_decided_it() -> None:
    document = rules(
        [{"id": "a", "title": "工艺"}, {"id": "b", "title": "速度"}],
        ties=[{"by": "aspect", "ref": "b", "direction": "desc"}],
    )
    marks = [Mark("s", "1", code, aspect, 1, "J1", units) for code, pair in (("A", (60, 30)), ("B", (50, 40)))
             for aspect, units in zip("ab", pair, strict=True)]  # fmt: skip
    result = evaluate(parse_rule_set(document), [EntryInput("A"), EntryInput("B")], marks)
    assert make_slip(result, "A").tie_sentences == ("总分相同，按“速度”比较，高者在前：B 40，A 30",)
    assert make_slip(result, "A").rank == "2"
    use_language("en")
    assert make_slip(result, "A").tie_sentences == ("Equal totals, decided by “速度”, Higher first: B 40, A 30",)


def test_completion_and_its_floor() -> None:
    conversion = {"name": "completion", "full": "30", "floor": "70", "over_cap_pct": "20"}
    aspect = {"id": "a", "title": "进度", "kind": "measured", "decimals": 1, "max": "36", "conversion": conversion,
              "measure": {"min": "0", "max": "200", "unit": "%"}}  # fmt: skip
    # 105 % of 30 = 31.5; 69.9 % is below the floor
    reached, missed = slip(rules([aspect]), {"a": [1050]}), slip(rules([aspect]), {"a": [699]})
    assert row(reached, "进度").sentences == ("完成率 105%（最多按超出 20% 计）× 满分 30 = 31.5",)
    assert row(missed, "进度").sentences == ("完成率 69.9% 低于 70%，得 0",)
