"""Merit contests of projects (立功竞赛): 六比六赛, 六比六创, 五比一创."""

from __future__ import annotations

from contest.competitions.parts import Document
from contest.competitions.templates import sources as from_
from contest.competitions.templates.building import (
    PROPOSED,
    TWO_PLACES,
    Source,
    StartingPoint,
    aspect,
    by_criterion,
    completed,
    criterion,
    merit_rules,
    periods,
    single,
    stage,
)  # fmt: skip
from contest.i18n import N_

PANEL = {"min_judges": 3, "method": {"name": "mean"}}
COMPLETION = Source(N_("完成率低于 70% 不得分，70%–100% 按比例，超额最多多算 20%"), from_.TRANSPORT_2009)
VETO = Source(N_("重大安全、质量事故一票否决：保留得分，取消评奖"), from_.KEY_PROJECTS)
QUARTERS = Source(N_("季度分是各月平均，年度分是各季度平均"), from_.KEY_PROJECTS)


def _six_by_six() -> Document:
    rubric = [
        single("A", "优质", 20, "工程质量"),
        single("B", "安全", 20, "安全生产与文明施工"),
        criterion("C", "快速", completed("C1", "投资完成率", 25)),
        single("D", "高效", 10, "成本控制与效益"),
        single("E", "创新", 15, "技术与管理创新"),
        single("F", "廉洁", 10, "廉洁建设"),
    ]
    year = stage(
        "routine", "月度考评", rubric, panel=PANEL, periods=periods(12, "第 %d 月", group="Q"),
        accumulate="mean_of_groups", rounding=TWO_PLACES,
    )  # fmt: skip
    return merit_rules([year], by_criterion("C", "B"))


def _six_and_six() -> Document:
    compared = [
        single("A", "比质量", 12, "工程质量"),
        single("B", "比安全", 12, "安全生产"),
        criterion("C", "比进度", completed("C1", "形象进度完成率", 15)),
        single("D", "比效益", 7, "成本与效益"),
        single("E", "比创新", 7, "管理与技术创新"),
        single("F", "比廉洁", 7, "廉洁建设"),
    ]
    made = [
        single("G", "创精品工程", 8, "获得的质量荣誉与示范"),
        single("H", "创平安工地", 8, "标准化工地建设"),
        single("I", "创先进技术", 8, "新技术、新工艺、专利"),
        single("J", "创一流团队", 6, "班组建设与技能提升"),
        single("K", "创节约示范", 5, "节能、节材与环保"),
        single("L", "创和谐工地", 5, "职工权益与服务"),
    ]
    rubric = [criterion("X", "六比", *compared), criterion("Y", "六创", *made)]
    year = stage(
        "routine", "季度考评", rubric, panel=PANEL, periods=periods(4, "第 %d 季度"), accumulate="mean",
        rounding=TWO_PLACES,
    )  # fmt: skip
    return merit_rules([year], by_criterion("C", "X"))


def _five_and_one() -> Document:
    rubric = [
        single("A", "比质量", 18, "工程质量"),
        single("B", "比安全", 18, "安全生产"),
        criterion("C", "比进度", completed("C1", "半月计划完成率", 24)),
        single("D", "比管理", 12, "现场管理"),
        single("E", "比文明", 12, "文明施工与环保"),
        criterion("F", "创新", aspect("F1", "技术与管理创新", 10), aspect("F2", "和谐团队", 6)),
    ]
    halves = stage(
        "routine", "半月考评", rubric, panel=PANEL, periods=periods(24, "第 %d 期"), accumulate="mean",
        rounding=TWO_PLACES,
    )  # fmt: skip
    return merit_rules([halves], by_criterion("C", "B"))


POINTS = (
    StartingPoint(
        "merit", N_("六比六赛"),
        N_("质量 20、安全 20、进度 25（按投资完成率换算）、效益 10、创新 15、廉洁 10；按月考评，按季平均；一票否决。"),
        _six_by_six, "merit",
        (Source(N_("质量、安全、进度、效益、创新、廉洁六个方面"), from_.JIAXING), COMPLETION, QUARTERS, VETO),
        (PROPOSED, N_("20、20、25、10、15、10 的分值是建议：没有见到公开的统一分值表。")),
    ),
    StartingPoint(
        "six_create", N_("六比六创"),
        N_("六比 60 分（进度 15 按完成率换算），六创 40 分；按季考评取平均；一票否决。"), _six_and_six, "merit",
        (Source(N_("六比的方面"), from_.ZHOUSHAN), Source(N_("这一竞赛的名称"), from_.ZHEJIANG_PRESS),
         COMPLETION, VETO),
    ),
    StartingPoint(
        "five_create", N_("五比一创"),
        N_("质量 18、安全 18、进度 24（按完成率换算）、管理 12、文明 12、创新 16；半月一期，取平均；一票否决。"),
        _five_and_one, "merit",
        (Source(N_("质量、安全、进度、创新、管理、文明工地与和谐团队"), from_.PINGDINGSHAN),
         Source(N_("半月一期通报"), from_.ZHEJIANG_PRESS), COMPLETION, VETO),
    ),
)  # fmt: skip
