"""The rules above the rubric as sentences that a committee can sign."""

import pytest

from contest.competitions.problem_texts import TEXTS
from contest.competitions.wording import chapters
from contest.core.problems import RuleSetError
from contest.i18n import use_language
from tests.core import test_awards, test_stages
from tests.core.builders import rules, stage

EVENT = {
    "combine": "last",
    "classes": [{"id": "x", "title": "班组"}, {"id": "y"}],
    "statistics": [{"id": "ws", "title": "参考分", "name": "scale_median_mad"}],
    "medals": {"on": "ws", "by_entrants": True},
    "award_limit": {"percent": "30"},
    "award_bounds": [{"category": "worker", "title": "一线职工", "min_percent": "35", "max_percent": "90"}],
    "awards": [
        {"id": "gold", "title": "金奖", "by": "medal", "medal": "gold", "money": "5000", "points": "2"},
        {"id": "merit", "title": "优胜奖", "by": "rank_share", "percent": "50", "beside": True,
         "conditions": [{"ref": "S", "min": "60"}]},
        {"id": "best", "title": "状元", "by": "rank", "last": 1},
        {"id": "one", "title": "单项奖", "by": "quota", "count": 1, "per": "class", "classes": ["x"]},
    ],
    "promotions": [{"grants": "高级技师", "award": "gold", "last": 3, "min": "60", "held": ["技师"]}],
}  # fmt: skip
RANKS = {"scope": "ranks", "places": {"method": "borda", "judge_ties": "share"}}
STAGES = [
    stage("S", title="初赛", panel={"scope": "ranks"}, advance={"percent": "30", "min": "60", "tie": "shrink"}),
    stage("R", advance={"count": 20, "by": "stage"}, panel=RANKS, late={"each": "0.5", "per": "day", "most": "3"}),
    stage("F", periods=[{"id": "1", "group": "q"}, {"id": "2", "group": "q"}], accumulate="mean", best=1),
]
SENTENCES = [
    "按到本阶段为止的总分取本阶段参赛数的 30%、不低于 60 分晋级，并列压线的都不晋级；未晋级的排在晋级者之后。",
    "按本阶段得分取前 20 名晋级，并列者一并晋级；未晋级的排在晋级者之后。",
    "迟报每天扣 0.5 分，每期最多扣 3 分。",
    "只计最好的 1 期。",
    "金奖：按奖牌规则得金牌者，奖金 5000 元，积 2 分。",
    "优胜奖：名次在前 50% 以内，“初赛”不低于 60 分，可与其他奖项兼得。",
    "状元：第 1 名。",
    "单项奖：1 个名额，各组别分别评定，限组别：班组。",
    "获金奖、第 1 至 3 名、总分不低于 60 分、已持有技师的，晋升高级技师。",
    "获奖者中一线职工不少于 35%。",
    "同一裁判给出相同的分时，平分名次。",
]


def test_every_rule_has_its_sentence():
    use_language("zh-CN")
    told = [text for chapter in chapters(rules(*STAGES, **EVENT)) for text in chapter.sentences]
    assert [sentence for sentence in SENTENCES if sentence not in told] == []


@pytest.mark.parametrize(
    ("stages", "more"),
    [(stages, more) for stages, more, _ in test_stages.FAULTS] + [((), more) for more, _ in test_awards.FAULTS],
)
def test_every_fault_has_its_sentence(stages, more):
    with pytest.raises(RuleSetError) as caught:
        rules(*stages, **more)
    assert {problem.code for problem in caught.value.problems} <= set(TEXTS)
