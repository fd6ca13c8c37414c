"""Programmes of the trade-union press (C7 … C15) set up by services from a rule set and facts; results by hand.

Hand-made marks, so that every expected number can be followed; the shape of each contest is its programme's.
"""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM
from contest.competitions.queries import stage_periods
from contest.competitions.starting_points import starting_document
from contest.core.awarding import assign_awards, bound_findings, prize_totals
from contest.core.promotion import promote
from contest.entries.facts import FactInput, set_facts
from contest.entries.queries import entries_of
from contest.errors import ConflictError
from contest.judging import services as judging
from contest.judging.queries import members_of
from contest.publications import services
from contest.publications.models import BoardSnapshot
from contest.standings.services import Computation, compute
from contest.verifier.__main__ import main as verify
from tests.publications.making import Made, lock_all, make_contest, open_ready, operation, publish, send

pytestmark = pytest.mark.usefixtures("sqlite")


def say(made: Made, facts: Mapping[str, Mapping[str, str]], reason: str = "登记") -> None:
    """name of the entry -> fact -> value."""
    with db.transaction() as session:
        event = made.fresh(session)
        ids = {entry.name: entry.id for entry in entries_of(session, event)}
        wanted = [FactInput(ids[n], f"fact|{key}", value) for n, own in facts.items() for key, value in own.items()]
        assert set_facts(session, SYSTEM, event, wanted, reason=reason) == len(wanted)


def mark(made: Made, stage: str, period: str, values: Mapping[str, object], judges: int = 0) -> None:
    """name -> the mark of the stage's only aspect (all judges alike), or aspect -> mark; 0 judges: the clerk's."""
    names = dict(zip(made.names, made.codes, strict=True))
    send(*(
        operation(made.event.id, (stage, period, aspect), names[name], judge, units)
        for name, given in values.items()
        for aspect, units in (given.items() if isinstance(given, dict) else [("A", given)])
        for judge in ([f"J{n}" for n in range(1, judges + 1)] or [""])
    ))  # fmt: skip


def lock(made: Made, stage: str) -> None:
    with db.transaction() as session:
        for row, period in stage_periods(session, made.fresh(session)):
            if row.key == stage:
                judging.lock_period(session, SYSTEM, period)
        open_ready(session, made.fresh(session))


def result(made: Made) -> Computation:
    with db.reading() as session:
        return compute(session, made.fresh(session))


def table(made: Made) -> list[tuple[str, str | None, str | None]]:
    """(name, rank, total) in published order."""
    found = result(made)
    return [(found.by_code[row.entry].name, row.rank, None if row.published is None else str(row.published))
            for row in found.result.standings]  # fmt: skip


def winners(made: Made) -> dict[str, set[str]]:
    found = result(made)
    given: dict[str, set[str]] = {}
    for grant in assign_awards(found.rules, found.result):
        given.setdefault(grant.award_id, set()).add(found.by_code[grant.entry].name)
    return given


def contest(rules: dict[str, Any], names: str, judges: int) -> Made:
    return make_contest(rules, list(names), judges)


def stage(key: str, title: str, **more: Any) -> dict[str, Any]:
    aspect = {"id": "A", "title": "得分", "max": "100"} | more.pop("aspect", {})
    rubric = [{"id": f"{key}-c", "title": "评分", "children": [aspect]}]
    return {"id": key, "title": title, "rubric": rubric} | more


def test_c7_a_yearly_series_counts_points_of_the_rounds_somebody_took_part_in():
    """擂台: places of each round get 5, 3, 1; the two best rounds count. 丙 comes only from summer on.

    Spring (per piece) 甲 30, 乙 20: 5, 3. Summer 甲 10, 乙 20, 丙 30: 1, 3, 5. Autumn 甲 15, 乙 20, 丙 25: 1, 3, 5.
    Best two: 丙 5 + 5 = 10, 甲 5 + 1 = 6, 乙 3 + 3 = 6. Fewer minutes over the year separate: 乙 90 before 甲 95.
    """
    rules = {"title": "百业百匠擂台", "stages": [stage(
        "series", "擂台", accumulate="sum", best=2,
        periods=[{"id": "1", "title": "春"}, {"id": "2", "title": "夏"}, {"id": "3", "title": "秋"}],
        aspect={"kind": "measured", "sheet": "clerk", "measure": {"min": "0"},
                "conversion": {"name": "rank_points", "points": ["5", "3", "1"]}},
    )], "ties": [{"by": "measure", "ref": "minutes", "direction": "asc"}], "blind": False}  # fmt: skip
    made = contest(rules, "甲乙丙", 1)
    say(made, {"丙": {"absent|series|1": "1"}, "甲": {"measure|minutes": "95"}, "乙": {"measure|minutes": "90"}})
    mark(made, "series", "1", {"甲": 30, "乙": 20})
    mark(made, "series", "2", {"甲": 10, "乙": 20, "丙": 30})
    mark(made, "series", "3", {"甲": 15, "乙": 20, "丙": 25})
    assert table(made) == [("丙", "1", "10"), ("乙", "2", "6"), ("甲", "3", "6")]


def test_c10_rounds_knock_out_and_each_theme_has_one_winner():
    """七彩班组: four of six go on after the first round, one more by wild card; one winner per theme.

    Round one 90 85 80 75 70 65: 甲 to 丁 go on, 己 by wild card, 戊 is out. Final: 甲 60, 乙 70, 丙 95, 丁 80, 己 90.
    Theme red has 甲 乙 己, theme blue 丙 丁 戊: 己 and 丙 win. `last`: only the last stage reached counts, and who went
    further is ranked before.
    """
    themes = [{"id": "red", "title": "红色班组"}, {"id": "blue", "title": "蓝色班组"}]
    rules = {"title": "七彩班组", "entry_kind": "team", "combine": "last", "classes": themes, "blind": False,
             "stages": [stage("first", "初赛", advance={"count": 4}), stage("final", "决赛")],
             "awards": [{"id": "theme", "title": "主题优胜", "by": "quota", "count": 1, "per": "class"}]}  # fmt: skip
    made = contest(rules, "甲乙丙丁戊己", 1)
    say(made, {name: {"class": "red"} for name in "甲乙己"} | {name: {"class": "blue"} for name in "丙丁戊"})
    mark(made, "first", "1", dict(zip("甲乙丙丁戊己", (90, 85, 80, 75, 70, 65), strict=True)), judges=1)
    lock(made, "first")
    say(made, {"己": {"wild_card|first": "评审团推荐"}})
    mark(made, "final", "1", {"甲": 60, "乙": 70, "丙": 95, "丁": 80, "己": 90}, judges=1)
    assert table(made) == [
        ("丙", "1", "95"), ("己", "2", "90"), ("丁", "3", "80"), ("乙", "4", "70"), ("甲", "5", "60"),
        ("戊", "6", "70"),
    ]  # fmt: skip
    assert winners(made) == {"theme": {"己", "丙"}}


def test_c11_cases_are_put_into_classes_after_review_and_the_proof_carries_it(tmp_path, capsys):
    """创新案例: the template of six criteria with two classes given when all is locked.

    Every judge gives an entry the same marks, so the trimmed mean is that mark. Check and review 90 80 70 60 (of 100);
    votes 甲 50, 乙 100, 丙 40, 丁 10 -> 50, 100, 40, 10; show 80 70 60 50.
    Totals: 甲 45 + 10 + 24 = 79; 乙 40 + 20 + 21 = 81; 丙 35 + 8 + 18 = 61; 丁 30 + 2 + 15 = 47.
    Grand prize 乙; then the best left of each class: of `enterprise` (甲 乙 丁) 甲, of `union` (丙) 丙.
    """
    rules = starting_document("cases", "十大创新案例") or {}
    rules["classes"] = [{"id": "enterprise", "title": "企业类"}, {"id": "union", "title": "工会类"}]
    rules["awards"] = [{"id": "grand", "title": "特等奖", "by": "quota", "count": 1},
                       {"id": "ten", "title": "十大创新案例", "by": "quota", "count": 1, "per": "class"}]  # fmt: skip
    made = contest(rules, "甲乙丙丁", 5)
    parts = {"A": 10, "B": 20, "C": 20, "D": 15, "E": 20, "F": 15}
    for key, prefix in (("check", "P"), ("review", "R")):
        mark(made, key, "1", {
            name: {f"{prefix}{part}1": top * share for part, top in parts.items()}  # tenths: 10 × top × share ÷ 10
            for name, share in zip("甲乙丙丁", (9, 8, 7, 6), strict=True)
        }, judges=5)  # fmt: skip
        lock(made, key)
    mark(made, "votes", "1", {name: {"V1": n} for name, n in zip("甲乙丙丁", (50, 100, 40, 10), strict=True)})
    shows = {"S11": 40, "S21": 30, "S31": 30}
    mark(made, "show", "1", {
        name: {aspect: top * share for aspect, top in shows.items()}
        for name, share in zip("甲乙丙丁", (8, 7, 6, 5), strict=True)
    }, judges=5)  # fmt: skip
    lock_all(made)
    say(made, {name: {"class": "enterprise"} for name in "甲乙丁"} | {"丙": {"class": "union"}}, reason="评审后分类")
    assert table(made) == [("乙", "1", "81.00"), ("甲", "2", "79.00"), ("丙", "3", "61.00"), ("丁", "4", "47.00")]
    assert winners(made) == {"grand": {"乙"}, "ten": {"甲", "丙"}}
    publication = publish(made)
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(publication.bundle)
    with zipfile.ZipFile(io.BytesIO(publication.bundle)) as files:
        told = json.loads(files.read("inputs.json"))["entries"]
        key = json.loads(files.read("checkpoints.json"))[-1]["key_id"]
    assert [told[code].get("class") for code in made.codes] == ["enterprise", "enterprise", "union", "enterprise"]
    assert verify([str(bundle), "--key", key]) == 0, capsys.readouterr().out


def test_the_board_follows_a_late_report():
    """A late report takes 2 a day off: 90 with 3 days late is 84, behind 85. Before the commit nobody sees it."""
    rules = {"title": "办法", "blind": False, "board": {"live": True}, "stages": [
        stage("final", "决赛", late={"each": "2", "per": "day"})]}  # fmt: skip
    made = contest(rules, "甲乙", 1)
    mark(made, "final", "1", {"甲": 90, "乙": 85}, judges=1)
    services.wire(background=False)

    def board() -> list[tuple[str, str]]:
        with db.reading() as session:
            kept = session.exec(select(BoardSnapshot).where(BoardSnapshot.event_id == made.event.id)).one()
            return [(row["name"], row["total"]) for row in json.loads(kept.snapshot)["rows"]]

    say(made, {"甲": {"late|final|1": "3"}})
    assert board() == [("乙", "85"), ("甲", "84")]
    say(made, {"甲": {"late|final|1": "0"}}, reason="当天已报")
    assert board() == [("甲", "90"), ("乙", "85")]


def test_a_fact_changed_behind_the_platforms_back_is_not_published():
    """As a mark would be: the tables are a projection of the chain, and a difference is told with its code."""
    rules = {"title": "办法", "stages": [stage("final", "决赛")], "classes": [{"id": "a"}, {"id": "b"}], "blind": False}
    made = contest(rules, "甲乙", 1)
    mark(made, "final", "1", {"甲": 90, "乙": 80}, judges=1)
    say(made, {"甲": {"class": "a"}, "乙": {"class": "b"}})
    lock_all(made)
    with db.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE entry SET detail = '{\"class\": \"a\"}' WHERE name = '乙'")
    with pytest.raises(ConflictError) as refused, db.transaction() as session:
        services.publish(session, SYSTEM, made.fresh(session), "成绩")
    assert refused.value.params["codes"] == made.codes[1]


def test_c15_investors_are_a_second_jury_with_a_weight_of_its_own():
    """Maker contest: experts 0.7 (a panel of three), investors and press 0.3 (two); whoever reaches 80 is funded.

    甲 80 and 95: 56 + 28.5 = 84.5. 乙 90 and 60: 63 + 18 = 81. 丙 70 and 90: 49 + 27 = 76.
    """
    rules = {"title": "创客大赛", "entry_kind": "project", "combine": "weighted", "blind": False, "stages": [
        stage("experts", "专家评审", weight="0.7", panel={"min_judges": 3}),
        stage("investors", "投资人与媒体", weight="0.3", panel={"min_judges": 2}),
    ], "awards": [{"id": "fund", "title": "创客基金", "by": "threshold", "min": "80", "money": "20000"}]}  # fmt: skip
    made = contest(rules, "甲乙丙", 3)
    with db.transaction() as session:  # the second jury has two members: its third is taken off
        seats = [line.member for line in members_of(session, made.fresh(session)) if line.stage.key == "investors"]
        judging.remove_member(session, SYSTEM, seats[-1])
    mark(made, "experts", "1", {"甲": 80, "乙": 90, "丙": 70}, judges=3)
    mark(made, "investors", "1", {"甲": 95, "乙": 60, "丙": 90}, judges=2)
    assert table(made) == [("甲", "1", "84.5"), ("乙", "2", "81"), ("丙", "3", "76")]
    assert winners(made) == {"fund": {"甲", "乙"}}
    found = result(made)
    assert prize_totals(found.rules, assign_awards(found.rules, found.result)) == (Decimal(40000), Decimal(0))


def test_c9_stars_are_thresholds_and_categories_and_grades_are_counted():
    """星级职工: the template; two of three with a star are workers on the line (60 % asked: 1.8, so 2); who has five
    stars and is a senior worker becomes technician.

    Marks of five parts of 20, all judges alike: 甲 95, 乙 85, 丙 75, 丁 50 -> five, four, three stars, none.
    """
    rules = starting_document("stars", "星级职工") or {}
    rules["award_bounds"] = [{"category": "line", "title": "一线职工", "min_percent": "60"}]
    rules["promotions"] = [{"grants": "技师", "award": "five", "held": ["高级工"]}]
    made = contest(rules, "甲乙丙丁", 3)
    say(made, {"甲": {"held": "高级工", "category|line": "1"}, "乙": {"held": "高级工"}, "丁": {"category|line": "1"}})
    units = {"甲": 190, "乙": 170, "丙": 150, "丁": 100}
    mark(made, "review", "1", {n: {f"{part}1": u for part in "ABCDE"} for n, u in units.items()}, judges=3)
    assert table(made) == [("甲", "1", "95.00"), ("乙", "2", "85.00"), ("丙", "3", "75.00"), ("丁", "4", "50.00")]
    assert winners(made) == {"five": {"甲"}, "four": {"乙"}, "three": {"丙"}}
    found = result(made)
    grants = assign_awards(found.rules, found.result)
    [bound] = bound_findings(found.rules, found.entry_inputs, grants)
    assert (bound.have, bound.least, bound.is_kept) == (1, 2, False)
    told = [(found.by_code[item.entry].name, item.granted) for item in
            promote(found.rules, found.entry_inputs, found.result, grants)]  # fmt: skip
    assert told == [("甲", "技师")]


def test_c12_the_benefit_of_a_suggestion_decides_which_marks_it_may_get():
    """岗位微创新: the template's bands of yearly benefit; 60 (10 000 yuan) allows 26-30, 8 allows 10-14.

    Marks A1, B1, C1, D1: 甲 25 + 28 + 15 + 15 = 83, 乙 20 + 12 + 10 + 10 = 52.
    """
    made = contest(copy.deepcopy(starting_document("proposals", "岗位微创新") or {}), "甲乙", 3)
    say(made, {"甲": {"measure|benefit_10k_yuan": "60"}, "乙": {"measure|benefit_10k_yuan": "8"}})
    sheets = {"甲": {"A1": 25, "B1": 28, "C1": 15, "D1": 15}, "乙": {"A1": 20, "B1": 12, "C1": 10, "D1": 10}}
    with pytest.raises(AssertionError, match="outside_band"):
        mark(made, "review", "1", {"乙": {"B1": 28}}, judges=1)
    mark(made, "review", "1", sheets, judges=3)
    assert table(made) == [("甲", "1", "83.00"), ("乙", "2", "52.00")]
