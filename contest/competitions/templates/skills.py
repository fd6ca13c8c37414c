"""Skills contests (技能竞赛): theory and practice, practice only, and the marking of WorldSkills."""

from __future__ import annotations

from contest.competitions.parts import Document
from contest.competitions.templates import sources as from_
from contest.competitions.templates.building import (
    PROPOSED,
    TRIMMED,
    TWO_PLACES,
    Source,
    StartingPoint,
    aspect,
    by_criterion,
    checked,
    criterion,
    prizes,
    stage,
)  # fmt: skip
from contest.i18n import N_

BLIND = {"blind": True, "board": {"live": True, "hide_marks": True}}
PANEL = {"min_judges": 5, "method": {**TRIMMED, "min_scores": 4}}


def _skills() -> Document:
    practice = [
        criterion("P1", "操作规范", aspect("P11", "操作步骤", 10), aspect("P12", "工具使用", 10)),
        criterion("P2", "完成质量", aspect("P21", "尺寸与精度", 30), aspect("P22", "功能与外观", 25)),
        criterion("P3", "工作效率", aspect("P31", "完成时间", 15)),
        criterion("P4", "安全文明", aspect("P41", "劳动防护与现场整理", 10)),
    ]
    theory = [criterion("T", "理论知识", checked("T1", "试卷成绩", 100))]
    return {
        "schema": 1, "title": "", "entry_kind": "person", "combine": "weighted", "rounding": TWO_PLACES,
        "stages": [
            stage("theory", "理论考试", theory, weight="0.3"),
            stage("practice", "实际操作", practice, weight="0.7", rounding=TWO_PLACES, panel=PANEL),
        ],
        "ties": [{"by": "stage", "ref": "practice"}, {"by": "stage", "ref": "theory"}], "awards": prizes(), **BLIND,
    }  # fmt: skip


def _practice() -> Document:
    modules = [
        criterion("A", "模块 A 工艺准备", aspect("A1", "识图与工艺方案", 10), aspect("A2", "工量具与材料准备", 5)),
        criterion("B", "模块 B 基本操作", aspect("B1", "操作步骤与方法", 25)),
        criterion("C", "模块 C 综合任务", aspect("C1", "完成质量", 30), aspect("C2", "功能实现", 10)),
        criterion("D", "模块 D 职业素养", aspect("D1", "安全防护与现场整理", 10), aspect("D2", "节约与环保", 10)),
    ]
    return {
        "schema": 1, "title": "", "entry_kind": "person", "rounding": TWO_PLACES,
        "stages": [stage("practice", "实际操作", modules, rounding=TWO_PLACES, panel=PANEL)],
        "ties": by_criterion("C", "A", "B"), "awards": prizes(), **BLIND,
    }  # fmt: skip


LEVELS = [
    ["0", "低于行业标准，或没有完成"],
    ["1", "达到行业标准"],
    ["2", "达到并在某些方面超过行业标准"],
    ["3", "优秀"],
]


def _worldskills() -> Document:
    judged = aspect("A1.J1", "整体布局与外观", 2, kind="judgement", levels=LEVELS, standard_section="1")
    measured = aspect("A1.M1", "尺寸在公差之内", 1, kind="measured", decimals=2, standard_section="1")
    module = criterion("A", "模块 A", criterion("A1", "外观与尺寸", judged, measured))
    medals = (("gold", "金牌"), ("silver", "银牌"), ("bronze", "铜牌"))
    return {
        "schema": 1, "title": "", "entry_kind": "person", "rounding": TWO_PLACES,
        "stages": [stage("1", "技能比赛", [module], panel={"min_judges": 3},
                         sections=[{"id": "1", "title": "工作组织与管理"}])],
        "ties": by_criterion("A"),
        "awards": [{"id": name, "title": title, "by": "rank", "first": n, "last": n}
                   for n, (name, title) in enumerate(medals, 1)],
        "blind": True, "board": {"live": False, "hide_marks": True},
    }  # fmt: skip


POINTS = (
    StartingPoint(
        "skills", N_("技能竞赛"),
        N_("理论 30%、实操 70%；实操 5 名裁判去掉最高最低分取平均；同分先比实操。"), _skills, "skills",
        (Source(N_("理论 30%、实操 70%"), from_.GUZHEN),
         Source(N_("五名裁判，去掉一个最高分和一个最低分，其余取平均"), from_.RULES_2014),
         Source(N_("一、二、三等奖为参赛者的 10%、20%、30%"), from_.SCHOOLS_2012)),
        (PROPOSED, N_("该方案同分时先比用时；这里没有用时，先比实操。")),
    ),
    StartingPoint(
        "practice", N_("技能竞赛（只考实操）"),
        N_("理论融入实操，四个模块共 100 分；同分先比分值最大的模块 C，再比 A、B。"), _practice, "skills",
        (Source(N_("只考实操；同分依次比较模块 C、A、B"), from_.PCB_DRAFT),
         Source(N_("五名裁判，去掉一个最高分和一个最低分，其余取平均"), from_.RULES_2014),
         Source(N_("一、二、三等奖为参赛者的 10%、20%、30%"), from_.SCHOOLS_2012)),
    ),
    StartingPoint(
        "worldskills", N_("世赛评分"),
        N_("测量分和评价分（0–3 级，三人分差不超过 1）；可直接导入世赛评分表。"), _worldskills, "skills",
        (Source(N_("评价分 = 三人平均 ÷ 3 × 该项满分，四舍五入到两位；三人相差不超过 1"), from_.PCB_DRAFT),
         Source(N_("模块、评分点、测量分与评价分、标准章节的结构"), from_.WSUK_2024),
         Source(N_("每个评价点写明 0–3 级"), from_.EUROSKILLS)),
        (N_("这里的评分点只是样子：请导入或写入本项目的评分表。"),
         N_("奖牌按名次各一枚；并列与分差的规则见本次比赛的规定。")),
    ),
)  # fmt: skip
