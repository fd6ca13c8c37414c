"""Reviews of innovations and proposals (创新评审、合理化建议): four criteria of 30, 20, 30, 20."""

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
    criterion,
    prizes,
    single,
    stage,
)  # fmt: skip
from contest.i18n import N_

PANEL = {"min_judges": 3, "method": {"name": "mean", "min_scores": 3}}


def _rules(rubric: list[Document], ties: list[Document]) -> Document:
    return {
        "schema": 1, "title": "", "entry_kind": "proposal", "rounding": TWO_PLACES,
        "stages": [stage("review", "专家评审", rubric, panel=PANEL, rounding=TWO_PLACES)], "ties": ties,
        "awards": prizes("5", "10", "15"), "blind": True, "board": {"live": False, "hide_marks": False},
    }  # fmt: skip


def _innovation() -> Document:
    rubric = [
        single("A", "创新性", 30, "思路与方法的新颖程度"), single("B", "先进性", 20, "技术水平"),
        single("C", "效益", 30, "经济与社会效益"), single("D", "推广价值", 20, "可复制、可推广"),
    ]  # fmt: skip
    return _rules(rubric, by_criterion("C", "A"))


def _proposals() -> Document:
    benefit = aspect(
        "B1", "年均经济效益", 30, decimals=0, note="50 万元以上 26–30 分；10–50 万元 15–25 分；10 万元以下 10–14 分。",
        limits={"measure": "benefit_10k_yuan", "bands": [["0", "10", "14"], ["10", "15", "25"], ["50", "26", "30"]]},
    )  # fmt: skip
    level = aspect(
        "A1", "技术难度与先进程度", 30, decimals=0, min="10",
        note="跨入全省或同行业先进 26–30 分；同行业先进 21–25 分；本单位先进 10–20 分。",
    )  # fmt: skip
    scope = aspect("C1", "应用范围", 20, decimals=0, min="5", note="本行业应用广泛 11–20 分；局部单位 5–15 分。")
    use = aspect(
        "D1", "解决的问题", 20, decimals=0, min="5", note="关键技术难题或宏观课题 15–20 分；具体工艺等 5–15 分。"
    )
    rubric = [
        criterion("A", "技术水平", level), criterion("B", "经济效益", benefit), criterion("C", "应用范围", scope),
        criterion("D", "实用性", use),
    ]  # fmt: skip
    return _rules(rubric, by_criterion("B", "A"))


POINTS = (
    StartingPoint(
        "innovation", N_("创新评审"),
        N_("创新性 30、先进性 20、效益 30、推广价值 20；至少 3 位专家，取平均。"), _innovation, "innovation",
        (), (PROPOSED, N_("四项的分值是常见做法，没有读到统一规定。")),
    ),
    StartingPoint(
        "proposals", N_("合理化建议评审"),
        N_("技术水平 30、经济效益 30、应用范围 20、实用性 20；填报的年效益决定“经济效益”可以打的分数段。"), _proposals,
        "innovation",
        (Source(N_("四项的分值和各分数段；年效益决定经济效益的分数段"), from_.PROPOSALS),),
        (PROPOSED, N_("应用范围和实用性的分数段照原文有重叠，只写在说明里。")),
    ),
)  # fmt: skip
