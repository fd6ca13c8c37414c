"""Eight published Chinese contest rules: each made from a template in the editor's own forms, its figures come out."""

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from contest.competitions import parts
from contest.competitions.editing import Draft, moved
from contest.competitions.part_forms import apply_part, part_form
from contest.competitions.rule_services import checked
from contest.competitions.starting_points import starting_document
from contest.core.awarding import assign_awards
from contest.core.marks import EntryInput, Mark
from contest.core.scoring import evaluate
from tests.support import SHARED, missing

FILE = SHARED / "data" / "zh_contest_rules" / "rules.json"


@pytest.fixture(scope="module")
def published():
    if not FILE.exists():
        missing("The folder of published contest rules")
    return {rule["id"]: rule for rule in json.loads(FILE.read_text(encoding="utf-8"))}


class Desk:
    """An organizer at the forms of one draft."""

    def __init__(self, template):
        self.draft = Draft(None, None, None, starting_document(template, "甲"), True)

    def fill(self, at, wanted="", /, **boxes):
        """Opens the form at a part (or the form that adds to a list), fills boxes (`__` for a dot), saves."""
        form = part_form(self.draft, at, wanted)
        typed = {**form.values, "was": form.was} | {name.replace("__", "."): str(text) for name, text in boxes.items()}
        changed = apply_part(self.draft, part_form(self.draft, at, wanted, typed))
        self.draft = replace(self.draft, document=changed.document)
        return changed.path

    def empty(self, list_path):
        for index in reversed(range(parts.length(self.draft.document, list_path))):
            parts.remove(self.draft.document, f"{list_path}[{index}]")

    def whole_mark(self, number, top, title="成绩"):
        """One typed mark for the whole stage, in place of its rubric."""
        self.empty(f"stages[{number}].rubric")
        holder = {"id": "X", "title": title, "children": []}
        path = parts.add(self.draft.document, f"stages[{number}].rubric", holder)
        return self.fill(f"{path}.children", id="X1", title=title, kind="measured", max=top, decimals=2, sheet="clerk")

    def awards(self, tiers):
        self.empty("awards")
        for number, (title, boxes) in enumerate(tiers, 1):
            self.fill("awards", id=f"a{number}", title=title, **boxes)

    def rules(self):
        return checked(self.draft.document)


def weighted(weights, top=("100", "100")):
    """Theory and practice as one mark each."""
    desk = Desk("skills")
    for number, (weight, highest) in enumerate(zip(weights, top, strict=True)):
        desk.whole_mark(number, highest)
        desk.fill(f"stages[{number}]", weight=weight)
    return desk


def typed(entry, theory, practice):
    return [
        Mark(stage, "1", entry, "X1", 1, "", int(Decimal(value) * 100))
        for stage, value in (("theory", theory), ("practice", practice))
    ]


def standing(rules, rows, **measures):
    """Rows entry -> (theory, practice); gives entry -> (published total, rank)."""
    entries = [
        EntryInput(code, measures={"minutes": Decimal(measures[code])} if code in measures else {}) for code in rows
    ]
    result = evaluate(rules, entries, [mark for code, pair in rows.items() for mark in typed(code, *pair)])
    return result, {row.entry: (str(row.published), row.rank) for row in result.standings}


def test_guzhen_ranks_by_time_then_practice_then_theory_then_shares(published):
    rule = published["guzhen-lighting"]
    desk = weighted(rule["weights"].values(), rule["max"].values())
    new = desk.fill("ties", by="measure", ref="minutes", direction="asc")
    for _ in range(2):
        new = moved(desk.draft, new, "up")
    rules = desk.rules()
    assert [tie.ref for tie in rules.ties] == ["minutes", "practice", "theory"]
    assert rules.remaining_ties == "share"
    _, found = standing(rules, {"a": ("86.5", "91.25")})
    assert found["a"] == ("89.83", "1")  # 25.95 + 63.875 = 89.825, half up
    rows = {"quick": ("87", "77"), "deft": ("73", "83"), "even": ("80", "80"), "twin": ("80", "80")}  # 80.00 each
    _, found = standing(rules, rows, quick="50", deft="60", even="60", twin="60")
    assert {code: rank for code, (_, rank) in found.items()} == {"quick": "1", "deft": "2", "even": "3", "twin": "3"}


def test_ningbo_counts_the_extra_marks_of_practice(published):
    rule = published["ningbo-mould-2019"]
    desk = weighted(rule["weights"].values(), rule["max"].values())
    desk.empty("ties")
    desk.fill("ties", by="stage", ref="practice")
    rules = desk.rules()
    assert rules.stage("practice").maximum() == 120
    _, found = standing(rules, {"a": ("90", "107"), "b": ("98", "105")})  # 18 + 85.6, 19.6 + 84
    assert found == {"a": ("103.60", "1"), "b": ("103.60", "2")}


def winners(desk, count, scores):
    """How many of `count` entries with different totals get each award, by its title."""
    rules = desk.rules()
    result, _ = standing(rules, {f"e{n:03}": scores(n) for n in range(count)})
    titles = {award.id: award.title for award in rules.awards}
    return Counter(titles[grant.award_id] for grant in assign_awards(rules, result))


def falling(number):
    return "60", str(Decimal(100) - number)


QUOTAS = [
    ("anhui-welder-2021", "awards", 54),
    ("taixing-turner-2021", "awards", 97),
    ("zoucheng-five-trades", "车工", 40),
    ("zoucheng-five-trades", "维修电工", 40),
]


@pytest.mark.parametrize(("name", "which", "count"), QUOTAS)
def test_the_numbers_of_awards_come_out(published, name, which, count):
    rule = published[name]
    places = rule["awards"] if which == "awards" else rule["awards_per_trade"][which]
    places = {title: number for title, number in places.items() if isinstance(number, int)}  # 优胜奖若干: no number
    assert rule.get("entries", count) == count
    desk = weighted(rule["weights"].values())
    desk.awards([(title, {"by": "quota", "count": number}) for title, number in places.items()])
    assert winners(desk, count, falling) == places


def test_taixing_certifies_who_passes_both_parts(published):
    desk = weighted(published["taixing-turner-2021"]["weights"].values())
    passed = {"by": "threshold", "min": "0", "beside": "1", "conditions": "阶段 theory 60\n阶段 practice 60"}
    desk.awards([("高级工证书", passed)])
    desk.fill("promotions", grants="高级工", award="a1")
    rules = desk.rules()
    rows = {"both": ("60", "60"), "theory": ("95", "59.99"), "practice": ("59", "100"), "none": ("10", "10")}
    result, _ = standing(rules, rows)
    assert [grant.entry for grant in assign_awards(rules, result)] == ["both"]


def test_the_proposals_rubric_limits_the_marks_by_the_benefit(published):
    published_rows = {row["项目"]: row for row in published["heli-jianyi-rubric"]["rubric"]}
    desk = Desk("proposals")
    benefit = "stages[0].rubric[1].children[0]"
    bands = sorted((lowest, highest) for _, lowest, highest in published_rows["经济效益"]["bands"])
    lines = "\n".join(f"{least} {low} {high}" for least, (low, high) in zip((0, 10, 50), bands, strict=True))
    desk.fill(benefit, limits__bands=lines, max=published_rows["经济效益"]["max"])
    desk.fill("stages[0]", panel__method__min_scores="1")
    rules = desk.rules()
    tops = {item.title: int(item.maximum()) for item in rules.stages[0].rubric}
    assert tops == {title: row["max"] for title, row in published_rows.items()}

    def total(of_benefit, mark):
        values = {"A1": 28, "B1": mark, "C1": 15, "D1": 18}
        marks = [Mark("review", "1", "e", name, 1, "J1", value) for name, value in values.items()]
        row = evaluate(rules, [EntryInput("e", measures={"benefit_10k_yuan": Decimal(of_benefit)})], marks).standings[0]
        return None if row.published is None else str(row.published)

    assert total("50", 26) == "87.00"
    assert total("60", 25) is None  # 50 and more: 26 to 30
    assert total("10", 15) == "76.00"
    assert total("9.99", 15) is None  # below 10: 10 to 14


def test_award_points_need_both_a_place_and_a_mark(published):
    tiers = published["heli-jianyi-award-points"]["awards_by_points"]
    desk = Desk("innovation")
    desk.whole_mark(0, "30")
    desk.empty("ties")
    desk.awards([(title, {"by": "quota", "count": row["n"], "min": row["min"]}) for title, row in tiers.items()])
    rules = desk.rules()
    points = {"a": 19, "b": 18, "c": 16, "d": 15, "e": 14, "f": 13, "g": 12}
    marks = [Mark("review", "1", code, "X1", 1, "", value * 100) for code, value in points.items()]
    result = evaluate(rules, [EntryInput(code) for code in points], marks)
    got = {grant.entry: grant.award_id for grant in assign_awards(rules, result)}
    assert got == {"a": "a1", "b": "a2", "c": "a2", "d": "a3", "e": "a3", "f": "a3"}


def test_one_highest_and_one_lowest_are_dropped_once_each(published):
    desk = Desk("speech5")
    desk.empty("stages[0].rubric")
    path = parts.add(desk.draft.document, "stages[0].rubric", {"id": "A", "title": "总体", "children": []})
    desk.fill(f"{path}.children", id="A1", title="总体", max="10", decimals="1")
    rules = desk.rules()
    examples = published["trim-one-high-one-low"]["examples"]
    assert len(examples) == 6
    for example in examples:
        marks = [
            Mark("final", "1", "e", "A1", 1, f"J{n}", int(Decimal(str(value)) * 10))
            for n, value in enumerate(example["marks"])
        ]
        row = evaluate(rules, [EntryInput("e")], marks).standings[0]
        assert str(row.published) == example["result"]
