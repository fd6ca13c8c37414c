"""Published Chinese contest rules, set up as rule sets: their own worked examples and award tables come out."""

import json
from decimal import Decimal

import pytest

from contest.core.awarding import assign_awards
from contest.core.marks import EntryInput, to_units
from contest.core.scoring import evaluate
from tests.calculator.relayout import SHARED
from tests.core.builders import aspect, entries, marks, rules, stage


def published(rule_id):
    source = SHARED / "zh_contest_rules" / "rules.json"
    if not source.exists():
        pytest.skip("../shared/data/zh_contest_rules is not here")
    found = json.loads(source.read_text("utf-8"), parse_float=Decimal)
    return next(rule for rule in found if rule["id"] == rule_id)


def test_one_highest_and_one_lowest_dropped():
    own = rules(stage(aspects=[aspect(max="10", method={"name": "trimmed_mean"})]), rounding={"places": 2})
    leaf = own.aspect("S", "A")
    for example in published("trim-one-high-one-low")["examples"]:
        panel = [to_units(Decimal(mark), leaf) for mark in example["marks"]]
        (standing,) = evaluate(own, entries("E"), marks("E", panel)).standings
        assert str(standing.published) == example["result"]


def percent(name, weight, top="100"):
    return stage(name, [aspect(max=top)], weight=str(weight))


def contest(own, people):
    """`people`: code -> (theory, practice, minutes); marks in whole points."""
    given = [
        mark
        for code, (theory, practice, _) in people.items()
        for mark in marks(code, [10 * theory], ("theory", "1", "A", 1))
        + marks(code, [10 * practice], ("practice", "1", "A", 1))
    ]
    inputs = [EntryInput(code, measures={"minutes": Decimal(row[2])}) for code, row in people.items()]
    return evaluate(own, inputs, given)


def test_guzhen_time_then_practice_then_theory_then_the_same_rank():
    weights = published("guzhen-lighting")["weights"]
    own = rules(
        percent("theory", weights["理论知识"]), percent("practice", weights["操作技能"]), combine="weighted",
        ties=[{"by": "measure", "ref": "minutes", "direction": "asc"}, {"by": "stage", "ref": "practice"},
              {"by": "stage", "ref": "theory"}],
    )  # fmt: skip
    # 85/90, 92/87 and 78/93 all total 88.5
    people = {"A": (85, 90, 60), "B": (92, 87, 50), "C": (78, 93, 60), "D": (85, 90, 60)}
    assert [(row.entry, row.rank) for row in contest(own, people).standings] == [
        ("B", "1"), ("C", "2"), ("A", "3"), ("D", "3"),
    ]  # fmt: skip


def test_ningbo_practice_counts_120_and_decides_ties():
    rule = published("ningbo-mould-2019")
    own = rules(
        percent("theory", rule["weights"]["理论知识"]),
        percent("practice", rule["weights"]["操作技能"], str(rule["max"]["操作技能"])),
        combine="weighted", ties=[{"by": "stage", "ref": "practice"}],
    )  # fmt: skip
    # 20 % of 100 and 80 % of 95 are 96; so are 20 % of 0 and 80 % of 120
    people = {"A": (100, 95, 0), "B": (0, 120, 0)}
    assert [(row.entry, row.total) for row in contest(own, people).standings] == [("B", 96), ("A", 96)]


@pytest.mark.parametrize(("rule_id", "table"), [("anhui-welder-2021", "awards"), ("taixing-turner-2021", "awards")])
def test_fixed_numbers_of_prizes(rule_id, table):
    rule = published(rule_id)
    counted = {title: count for title, count in rule[table].items() if isinstance(count, int)}
    tiers = [{"id": title, "by": "quota", "count": count} for title, count in counted.items()]
    own = rules(awards=tiers)
    codes = [f"E{number}" for number in range(rule["entries"])]
    given = [mark for number, code in enumerate(codes) for mark in marks(code, [1000 - number])]
    result = evaluate(own, entries(*codes), given)
    got = [grant.award_id for grant in assign_awards(own, result)]
    assert {title: got.count(title) for title in counted} == counted


def test_prizes_with_a_number_and_a_least_score():
    tiers = published("heli-jianyi-award-points")["awards_by_points"]
    own = rules(
        awards=[
            {"id": title, "by": "quota", "count": tier["n"], "min": str(tier["min"])} for title, tier in tiers.items()
        ]
    )
    # 20 and 19 reach the first prize, which has one place; 14 does not reach the second, which has two.
    given = [mark for code, total in zip("ABCD", (20, 19, 14, 12), strict=True) for mark in marks(code, [10 * total])]
    result = evaluate(own, entries(*"ABCD"), given)
    assert [(grant.entry, grant.award_id) for grant in assign_awards(own, result)] == [
        ("A", "一等奖"), ("B", "二等奖"), ("C", "三等奖"),
    ]  # fmt: skip


def test_four_criteria_of_a_suggestion():
    parts = published("heli-jianyi-rubric")["rubric"]
    leaves = [aspect(part["项目"], max=str(part["max"]), decimals=0) for part in parts]
    own = rules(stage(aspects=leaves))
    given = [
        mark
        for part, units in zip(parts, (27, 20, 15, 18), strict=True)
        for mark in marks("E", [units], ("S", "1", part["项目"], 1))
    ]
    (standing,) = evaluate(own, entries("E"), given).standings
    assert (own.stages[0].maximum(), standing.total) == (100, 80)  # INNO-3
