"""Speeches and presentations (演讲展示): five or seven judges, the whole sheet pooled without its extremes."""

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
    criterion,
    prizes,
    stage,
)  # fmt: skip
from contest.i18n import N_

NO_TIES = N_("整张评分表合成时各评分项没有单独得分，同分并列；要分先后可以加赛，把加赛名次作为填报的值。")
TRIM = Source(N_("去掉一个最高分和一个最低分，其余取平均"), from_.RULES_2014)
PLACES = Source(N_("保留两位小数，第三位四舍五入"), from_.MULAN)


def _speech(judges: int) -> Document:
    rubric = [
        criterion("A", "内容", aspect("A1", "主题鲜明、事例真实", 25), aspect("A2", "结构完整", 15)),
        criterion("B", "表达", aspect("B1", "语言流畅", 20), aspect("B2", "感染力", 15)),
        criterion("C", "形象", aspect("C1", "仪态与着装", 10)),
        criterion("D", "效果", aspect("D1", "现场效果与时间把握", 15)),
    ]
    panel = {"min_judges": judges, "scope": "sheet", "method": {**TRIMMED, "min_scores": judges - 1}}
    return {
        "schema": 1, "title": "", "entry_kind": "person", "rounding": TWO_PLACES,
        "stages": [stage("final", "现场展示", rubric, panel=panel)], "ties": [], "awards": prizes(), "blind": False,
        "board": {"live": True, "hide_marks": False},
    }  # fmt: skip


def _seven() -> Document:
    return _speech(7)


def _five() -> Document:
    return _speech(5)


POINTS = (
    StartingPoint(
        "speech", N_("演讲展示（7 名评委）"),
        N_("7 名评委，整张评分表去掉一个最高分和一个最低分，其余 5 个取平均，保留两位小数。"), _seven, "show",
        (TRIM, PLACES), (PROPOSED, NO_TIES),
    ),
    StartingPoint(
        "speech5", N_("演讲展示（5 名评委）"),
        N_("5 名评委，整张评分表去掉一个最高分和一个最低分，其余 3 个取平均，保留两位小数。"), _five, "show",
        (TRIM, PLACES), (PROPOSED, NO_TIES),
    ),
)  # fmt: skip
