"""The rules in plain words, the ready rule sets, and the life line. Expected sentences were written by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contest.competitions.life import Facts, Situation, life_of
from contest.competitions.models import EventState, Period, PeriodState
from contest.competitions.starting_points import STARTING_POINTS, starting_document
from contest.competitions.wording import chapters, method_words
from contest.core.parsing import parse_rule_set
from contest.core.rubric import Method, Rounding
from contest.i18n import use_language


@pytest.fixture(autouse=True)
def chinese():
    use_language("zh-CN")
    yield
    use_language("zh-CN")


@pytest.mark.parametrize("point", STARTING_POINTS, ids=lambda point: point.key)
def test_every_starting_point_can_be_adopted_as_it_is(point):
    rules = parse_rule_set(starting_document(point.key, "甲"))
    assert rules.title == "甲"
    assert [str(stage.maximum()) for stage in rules.stages] == (
        ["3"] if point.key == "worldskills" else ["100"] * len(rules.stages)
    )


def test_a_starting_point_is_a_copy_of_its_own():
    starting_document("skills", "甲")["stages"].clear()
    assert len(starting_document("skills", "乙")["stages"]) == 2
    assert starting_document("unknown", "丙") is None


def test_the_skills_contest_in_words():
    found = {
        chapter.title: chapter.sentences for chapter in chapters(parse_rule_set(starting_document("skills", "电工")))
    }
    assert "总分是各阶段得分乘以权重之和：理论考试（权重 0.3）、实际操作（权重 0.7）。" in found["总则"]
    assert "总分保留 2 位小数（四舍五入），名次按修约后的总分排。" in found["总则"]
    assert found["实际操作"] == (
        "满分 100 分。",
        "裁判组至少 5 人。",
        "各评分点由裁判分别打分，去掉 1 个最高分和 1 个最低分后取平均，保留 2 位小数（四舍五入）。",
        "阶段得分保留 2 位小数（四舍五入）。",
    )
    assert "总分相同时依次比较：阶段得分“实际操作”高者在前 → 阶段得分“理论考试”高者在前。" in found["名次"]
    assert found["奖项"][0] == "一等奖：全部参赛者的 10%。"


def test_whole_sheets_are_said_to_be_whole():
    found = chapters(parse_rule_set(starting_document("speech", "演讲")))[1].sentences
    assert any(text.startswith("每位裁判整张评分表的得分去掉 1 个最高分和 1 个最低分后取平均") for text in found)


def test_a_method_in_words():
    method = Method("trimmed_sum", 2, 2, 5, Rounding(1, "down"), None, "exclude")
    expected = "去掉 2 个最高分和 2 个最低分后相加，保留 1 位小数（舍去尾数）；有效分不少于 5 个时缺分的裁判不计"
    assert method_words(method) == expected


def test_english_pages_have_english_words():
    use_language("en")
    text = " ".join(
        sentence
        for chapter in chapters(parse_rule_set(starting_document("merit", "x")))
        for sentence in chapter.sentences
    )
    assert "Missing is not zero" in text
    assert "10% of all entrants." in text


def period(state: PeriodState) -> Period:
    return Period(tenant_id="t", stage_id="s", key="1", title="", state=state, opened_at=datetime.now(UTC))


S = EventState
READY = Facts(entries=9, uncoded=0, missing_judges=0)
LINES = [
    (S.DRAFT, None, Facts(), {"rules": "open", "scoring": "todo"}, "competitions.rules"),
    (S.DRAFT, 3, Facts(), {"rules": "blocked"}, "competitions.rules"),
    (S.DRAFT, 0, Facts(), {"rules": "open", "draw": "todo"}, "competitions.ask_adopt"),
    (S.ADOPTED, 0, Facts(entries=0), {"rules": "done", "entry": "open"}, "entries.index"),
    (S.ADOPTED, 0, Facts(entries=9, uncoded=9), {"entry": "open", "draw": "open"}, "entries.draw"),
    (S.ADOPTED, 0, replace(READY, missing_judges=2), {"draw": "done", "scoring": "blocked"}, "judging.panel"),
    (S.ADOPTED, 0, READY, {"scoring": "open"}, ""),
    (S.SCORING, 0, READY, {"scoring": "open", "recheck": "todo"}, "judging.desk"),
    (S.SCORING, 0, Facts(entries=9, uncoded=2), {"draw": "open", "scoring": "open"}, "entries.draw"),
    (S.SCORING, 0, Facts(entries=0, uncoded=0), {"entry": "open", "draw": "todo"}, "judging.desk"),
    (S.LOCKED, 0, READY, {"scoring": "done", "recheck": "open", "publication": "open"}, "standings.show"),
    (S.LOCKED, 0, replace(READY, unsigned=2, sealed=1), {"publication": "todo"}, "judging.signatures"),
    (S.LOCKED, 0, replace(READY, unsigned=2), {"publication": "blocked"}, "judging.signatures"),
    (S.LOCKED, 0, replace(READY, unsigned=0, sealed=1), {"publication": "todo"}, "entries.unseal"),
    (S.LOCKED, 0, replace(READY, corrections=1), {"publication": "open"}, "corrections.marks"),
    (S.PUBLISHED, 0, replace(READY, awards=3, corrections=1), {"publication": "done"}, "corrections.marks"),
    (S.PUBLISHED, 0, READY, {"publication": "done", "notice": "open", "awards": "open"}, "awards.index"),
    (S.PUBLISHED, 0, Facts(awards=3), {"awards": "done", "archive": "open"}, "certificates.index"),
    (S.CLOSED, 0, Facts(), {"archive": "done", "notice": "done"}, None),
]


@pytest.mark.parametrize(("state", "faults", "facts", "states", "action"), LINES)
def test_the_line_shows_where_the_event_is_and_the_one_next_action(state, faults, facts, states, action):
    periods = (period(PeriodState.OPEN),) if state is S.SCORING else ()
    life = life_of(Situation(state, faults, periods, facts))
    assert {key: life.steps[key].state for key in states} == states
    assert (life.action.route if life.action else None) == action
    assert list(life.steps) == [
        "founding", "rules", "entry", "draw", "scoring", "recheck", "publication", "notice", "awards", "archive",
    ]  # fmt: skip


def test_between_two_stages_the_next_one_is_to_be_opened():
    """One locked, the other still waiting: nobody is scoring, so there is no progress to look at."""
    between = (period(PeriodState.LOCKED), period(PeriodState.WAITING))
    assert "开放下一个考评期" in life_of(Situation(S.SCORING, 0, between, READY)).action.text
    scoring = (period(PeriodState.OPEN), period(PeriodState.WAITING))
    assert life_of(Situation(S.SCORING, 0, scoring, READY)).action.route == "judging.desk"
    paused = (period(PeriodState.WAITING),)
    assert life_of(Situation(S.SCORING, 0, paused, READY)).action.route == "judging.desk"
