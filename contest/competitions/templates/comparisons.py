"""Short merit contests of units: 五比, 四比, 两比两赛; and the safety contest 安康杯."""

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
from contest.competitions.templates.merit import COMPLETION, PANEL, VETO
from contest.i18n import N_


def _units(rubric: list[Document], ties: list[Document], title: str, count: int, name: str) -> Document:
    rounds = {"periods": periods(count, name), "accumulate": "mean"} if count > 1 else {}
    only = stage("routine", title, rubric, panel=PANEL, rounding=TWO_PLACES, **rounds)
    return merit_rules([only], ties, entry_kind="team")


def _five() -> Document:
    rubric = [
        single("A", "比技能", 20, "岗位练兵与技能水平"),
        single("B", "比质量", 25, "产品与服务质量"),
        single("C", "比安全", 20, "安全生产"),
        single("D", "比创新", 15, "合理化建议与技术创新"),
        criterion("E", "比贡献", completed("E1", "任务完成率", 20)),
    ]
    return _units(rubric, by_criterion("E", "B"), "季度考评", 4, "第 %d 季度")


def _four() -> Document:
    rubric = [
        criterion("A", "比进度", completed("A1", "任务完成率", 30)),
        single("B", "比质量", 30, "质量水平"),
        single("C", "比安全", 25, "安全生产"),
        single("D", "比创新", 15, "创新成果"),
    ]
    return _units(rubric, by_criterion("A", "B"), "季度考评", 4, "第 %d 季度")


def _two_and_two() -> Document:
    funnel = [
        completed("A1", "排查完成率", 10), completed("A2", "方案编制率", 10), completed("A3", "销号率", 15),
        completed("A4", "断面消除率", 15),
    ]  # fmt: skip
    rubric = [
        criterion("A", "比进度", *funnel),
        single("B", "比成效", 20, "治理成效"),
        criterion("C", "赛技能", aspect("C1", "岗位练兵与比武", 15)),
        criterion("D", "赛作风", aspect("D1", "协作与服务", 15)),
    ]
    return _units(rubric, by_criterion("A", "B"), "月度考评", 6, "第 %d 月")


def _safety_cup() -> Document:
    rubric = [
        criterion("A", "组织领导", aspect("A1", "机构、制度与责任", 10), aspect("A2", "方案与投入", 5)),
        criterion("B", "教育培训", aspect("B1", "全员安全培训", 10), aspect("B2", "特种作业持证", 10)),
        criterion("C", "隐患排查", aspect("C1", "排查与整改闭环", 15), aspect("C2", "职工查隐患提建议", 10)),
        criterion("D", "职业健康", aspect("D1", "职业病防治与防护", 15)),
        criterion("E", "班组建设", aspect("E1", "班组安全活动", 15)),
        criterion("F", "安全文化", aspect("F1", "宣传与活动", 10)),
        criterion(
            "G", "检查扣分", aspect("G1", "不文明施工和隐患", 2, kind="deduction", repetitions=5, sheet="clerk",
                                method={"name": "agreed"}), floor="-10",
        ),
    ]  # fmt: skip
    made = _units(rubric, by_criterion("C", "B"), "年度考核", 1, "")
    return made | {"vetoes": [{"id": "death", "title": "生产安全死亡事故"}, {"id": "disease", "title": "新发职业病"}]}


POINTS = (
    StartingPoint(
        "five", N_("五比"), N_("技能 20、质量 25、安全 20、创新 15、贡献 20（按任务完成率换算）；按季考评取平均。"),
        _five, "merit", (Source(N_("这一竞赛的名称"), from_.ZHEJIANG_PRESS), COMPLETION, VETO),
    ),
    StartingPoint(
        "four", N_("四比"), N_("进度 30（按任务完成率换算）、质量 30、安全 25、创新 15；按季考评取平均。"),
        _four, "merit",
        (Source(N_("这一竞赛的名称"), from_.ZHEJIANG_PRESS), COMPLETION, VETO),
    ),
    StartingPoint(
        "two_two", N_("两比两赛"),
        N_("比进度 50：排查、方案、销号、断面消除四步各按完成率换算；比成效 20；赛技能 15、赛作风 15。"), _two_and_two,
        "merit", (Source(N_("排查、方案编制、销号、断面消除四个步骤"), from_.ZHEJIANG_PRESS), COMPLETION),
    ),
    StartingPoint(
        "safety_cup", N_("安康杯"),
        N_("组织、培训、隐患、健康、班组、文化六项共 100 分；检查发现一处扣 2 分，最多扣 10 分；死亡事故一票否决。"),
        _safety_cup, "merit",
        (Source(N_("不文明施工每处扣 2 分"), from_.KEY_PROJECTS), VETO),
        (PROPOSED, N_("最多扣 10 分是建议：来源没有写上限。")),
    ),
)  # fmt: skip
