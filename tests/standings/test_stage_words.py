"""Advancement, accumulation and judges' places are told as sentences on the slip, and exported without a crash."""

import pytest

from contest.core.marks import EntryInput
from contest.core.scoring import evaluate
from contest.i18n import use_language
from contest.publications.spreadsheets import Steps
from contest.standings.slip import make_slip
from tests.core.builders import entries, marks, rules, stage

PERIODS = [{"id": str(n), "group": f"Q{(n + 2) // 3}"} for n in range(1, 5)]


def yearly(**more):
    own = rules(stage(periods=PERIODS, **more))
    person = EntryInput("E", late={("S", "2"): 3})
    values = {1: 900, 2: 830, 3: 700, 4: 700}
    return evaluate(
        own, [person], [m for n, units in values.items() for m in marks("E", [units], ("S", str(n), "A", 1))]
    )


def knock_out():
    own = rules(stage("S", advance={"count": 1}), stage("F"), combine="last")
    given = marks("A", [900], ("S", "1", "A", 1)) + marks("A", [500], ("F", "1", "A", 1))
    return evaluate(own, entries("A", "B"), given + marks("B", [800], ("S", "1", "A", 1)))


def placed(method):
    own = rules(stage(panel={"scope": "ranks", "places": {"method": method}}))
    return evaluate(own, entries("A", "B"), marks("A", [900, 910, 100, "recused"]) + marks("B", [890, 900, 900, 500]))


def told(result, code):
    slip = make_slip(result, code)
    return [text for row in slip.rows for text in row.sentences] + list(slip.total_sentences)


@pytest.mark.parametrize(
    ("result", "code", "sentence"),
    [
        (yearly(accumulate="mean_of_groups", late={"each": "1", "per": "day"}), "E",
         "先求各组平均，再平均：（Q1 80 + Q2 70）÷ 2 = 75"),
        (yearly(accumulate="mean_of_groups", late={"each": "1", "per": "day"}), "E", "迟报 3 天，扣 3"),
        (yearly(accumulate="mean", best=2), "E", "只计最好的几期（1、2）：86.5"),
        (knock_out(), "A", "S：第 1 名，晋级"),
        (knock_out(), "A", "以最后参加的阶段“F”为准"),
        (knock_out(), "B", "S：第 2 名，未晋级"),
        (knock_out(), "B", "没有晋级到这一阶段"),
        (placed("skating"), "A", "过半数（2 人）定名次，逐列计数与名次和 2:2：第 1 名，计 2 分"),
        (placed("borda"), "A", "2 个参赛者，各裁判的“2 − 名次”相加：2"),
        (placed("borda"), "B", "在这位裁判处列第 2"),
        (placed("borda"), "B", "这位裁判回避了别的参赛者，名次不计"),
    ],
)  # fmt: skip
def test_the_slip_says_how(result, code, sentence):
    use_language("zh-CN")
    assert sentence in told(result, code)
    steps = Steps({})
    assert steps.add(code, result.explain(code))
    assert all(str(row["value"]) not in {"=", ""} for row in steps.rows)
