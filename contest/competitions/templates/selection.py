"""Selections (评选): craftsmen, case contests, and grading by stars."""

from __future__ import annotations

from contest.competitions.parts import Document
from contest.competitions.templates import sources as from_
from contest.competitions.templates.building import (
    PROPOSED,
    TRIMMED,
    TWO_PLACES,
    Source,
    StartingPoint,
    checked,
    criterion,
    single,
    stage,
)  # fmt: skip
from contest.i18n import N_

PANEL = {"min_judges": 5, "method": {**TRIMMED, "min_scores": 4}}
CLOSED = {"blind": False, "board": {"live": False, "hide_marks": False}}


def _table(*rows: tuple[str, str]) -> Document:
    return {"name": "table", "table": [list(row) for row in rows], "other": "0"}


def _materials() -> list[Document]:
    """The published part of a district's craftsman rubric: every line typed as a level or a count [S18]."""
    contests = [
        checked("A1", "省级竞赛名次", 20, decimals=0, conversion=_table(("0", "0"), ("2", "20"), ("3", "15"))),
        checked("A2", "市级竞赛名次", 15, decimals=0,
                conversion=_table(("0", "0"), ("1", "15"), ("2", "12"), ("3", "8"))),
        checked("A3", "区级竞赛名次", 10, decimals=0,
                conversion=_table(("0", "0"), ("1", "10"), ("2", "8"), ("3", "5"))),
    ]  # fmt: skip
    apprentices = checked(
        "D1", "带徒人数", 5, decimals=0, measure={"min": "0", "max": "100", "unit": "人"},
        conversion={"name": "per_unit", "marks": "0.5", "from": "1", "at_least": "1", "base": "2", "steps": "whole",
                    "cap": "5"},
    )  # fmt: skip
    return [
        criterion("A", "竞赛成绩（取最好一次，不重复计分）", *contests, best=1),
        criterion("B", "技术称号", checked("B1", "市级技术能手等", 20, kind="boolean"),
                  checked("B2", "区级技术能手等", 10, kind="boolean"), best=1),
        criterion("C", "职业资格", checked("C1", "职业资格等级（1–5）", 15, decimals=0, conversion=_table(
            ("0", "0"), ("1", "15"), ("2", "12"), ("3", "10"), ("4", "2"), ("5", "1")))),
        criterion("D", "带徒传技", apprentices, checked("D2", "名师带徒项目", 10, kind="boolean"), cap="15"),
        criterion("E", "创新与贡献", checked("E1", "专利、成果与荣誉", 30)),
    ]  # fmt: skip


def _craftsman() -> Document:
    review = [
        single("X", "工匠精神", 30, "敬业与品德"), single("Y", "技艺", 40, "技艺水平与难度"),
        single("Z", "贡献", 30, "对单位和行业的贡献"),
    ]  # fmt: skip
    return {
        "schema": 1, "title": "", "entry_kind": "person", "combine": "weighted", "rounding": TWO_PLACES,
        "stages": [
            stage("materials", "材料评审", _materials(), weight="0.4"),
            stage("review", "专家评审", review, weight="0.6", rounding=TWO_PLACES, panel=PANEL),
        ],
        "ties": [{"by": "stage", "ref": "review"}, {"by": "stage", "ref": "materials"}],
        "vetoes": [{"id": "conduct", "title": "违法违纪或失信"}],
        "awards": [{"id": "craftsman", "title": "十大工匠", "by": "rank", "first": 1, "last": 10},
                   {"id": "nominee", "title": "工匠提名", "by": "rank", "first": 11, "last": 20}],
        **CLOSED,
    }  # fmt: skip


SIX = (
    ("A", "背景", 10),
    ("B", "思路", 20),
    ("C", "举措", 20),
    ("D", "机制", 15),
    ("E", "成效", 20),
    ("F", "价值", 15),
)


def _six_criteria(prefix: str) -> list[Document]:
    return [single(f"{prefix}{name}", title, top, title) for name, title, top in SIX]


def _cases() -> Document:
    votes = checked(
        "V1", "有效票数", 100, decimals=0, measure={"min": "0", "unit": "票"},
        conversion={"name": "ratio", "full": "100", "rounding": TWO_PLACES},
    )  # fmt: skip
    show = [single("S1", "展示", 40, "案例讲述"), single("S2", "答辩", 30, "回答提问"),
            single("S3", "价值", 30, "价值与可推广性")]  # fmt: skip
    return {
        "schema": 1, "title": "", "entry_kind": "case", "combine": "weighted", "rounding": TWO_PLACES,
        "stages": [
            stage("check", "初审", _six_criteria("P"), weight="0", panel={"min_judges": 3, "method": {"name": "mean"}},
                  rounding=TWO_PLACES, advance={"count": 60, "by": "stage"}),
            stage("review", "专家复审", _six_criteria("R"), weight="0.5", panel=PANEL, rounding=TWO_PLACES,
                  advance={"count": 29, "by": "stage"}),
            stage("votes", "群众投票", [criterion("V", "得票", votes)], weight="0.2"),
            stage("show", "现场评审", show, weight="0.3", panel=PANEL, rounding=TWO_PLACES),
        ],
        "ties": [{"by": "stage", "ref": "review"}, {"by": "stage", "ref": "show"}],
        "awards": [{"id": "grand", "title": "特等奖", "by": "rank", "first": 1, "last": 1},
                   {"id": "ten", "title": "十大创新案例", "by": "rank", "first": 2, "last": 11},
                   {"id": "nominee", "title": "提名案例", "by": "rank", "first": 12, "last": 29}],
        **CLOSED,
    }  # fmt: skip


def _stars() -> Document:
    five = (("A", "爱岗敬业"), ("B", "技能水平"), ("C", "业绩贡献"), ("D", "创新创造"), ("E", "团结协作"))
    rubric = [single(name, title, 20, title) for name, title in five]
    stars = (("five", "五星级", "90"), ("four", "四星级", "80"), ("three", "三星级", "70"), ("two", "二星级", "60"))
    return {
        "schema": 1, "title": "", "entry_kind": "person", "rounding": TWO_PLACES,
        "stages": [stage("review", "星级评定", rubric, panel={"min_judges": 3, "method": {"name": "mean"}})],
        "ties": [], "awards": [{"id": name, "title": title, "by": "threshold", "min": least}
                               for name, title, least in stars], **CLOSED,
    }  # fmt: skip


POINTS = (
    StartingPoint(
        "craftsman", N_("工匠评选"),
        N_("材料评审 40%（竞赛成绩只取最好一次、带徒最多 15 分）、专家评审 60%；前 10 名命名，第 11 到 20 名提名。"),
        _craftsman, "selection",
        (Source(N_("竞赛成绩、技术称号、职业资格和带徒的分值与封顶"), from_.YUECHENG),
         Source(N_("命名 10 名、提名 10 名"), from_.JIADING)),
        (PROPOSED, N_("材料 40%、专家 60%，以及“创新与贡献”30 分是建议：细则其余部分没有读到。")),
    ),
    StartingPoint(
        "cases", N_("创新案例评选（六项标准）"),
        N_("初审取 60 个，专家复审按六项标准打分取 29 个，再加群众投票和现场评审；特等奖 1 个、十大案例、提名 18 个。"),
        _cases, "selection",
        (Source(N_("背景、思路、举措、机制、成效、价值六项；四个阶段；1、10、18 个名额"), from_.SHANGHAI_PRESS),
         Source(N_("票数按“得票 ÷ 最高票”折算为百分制"), from_.PEOPLES_DAILY)),
        (PROPOSED, N_("六项的分值、各阶段权重 50%、20%、30% 和初审取 60 个是建议。")),
    ),
    StartingPoint(
        "stars", N_("五星评定"),
        N_("五个方面各 20 分；90 分以上五星，80 四星，70 三星，60 二星；按分数定级，不按名次。"), _stars, "selection",
        (Source(N_("五个方面、分级评定"), from_.ZHEJIANG_PRESS),),
        (PROPOSED, N_("五个方面的名称和 90、80、70、60 的分数线是建议。")),
    ),
)  # fmt: skip
