"""The columns of a marks file (docs/marks-file.md) as this feature reads them: one row is one value of one judge."""

from __future__ import annotations

from contest.documents.workbook import Column, Sheet

STATES = (
    ("scored", "已评"),
    ("missing", "缺分"),
    ("recused", "回避"),
    ("not_performed", "未参加"),
)
MARKS_SHEET = Sheet(
    "分数",
    (
        Column(
            key="event", title_zh="竞赛项目", title_en="event", aliases=("项目", "工种", "标段"),
            hint="可不填；一次只能导入一个项目",
        ),
        Column(key="stage", title_zh="阶段", title_en="stage", hint="评分办法里的阶段标识；只有一个阶段时可不填"),
        Column(key="period", title_zh="考评期", title_en="period", hint="只有一个考评期时可不填"),
        Column(
            key="entry", title_zh="加密号", title_en="entry", required=True, max_length=64,
            aliases=("参赛", "编号", "参赛编号"), hint="加密号，或参赛编号",
        ),
        Column(key="aspect", title_zh="评分点", title_en="aspect", required=True, aliases=("指标",), max_length=64),
        Column(
            key="repetition", title_zh="轮次", title_en="repetition", kind="integer", minimum=1, aliases=("次数",)
        ),
        Column(
            key="judge", title_zh="裁判", title_en="judge", max_length=10, aliases=("评委",),
            hint="裁判组里的代号，如 J1；测量值留空",
        ),
        Column(key="value", title_zh="分", title_en="value", aliases=("分值", "得分", "数值"), max_length=40),
        Column(key="state", title_zh="状态", title_en="state", kind="choice", choices=STATES),
        Column(
            key="factor", title_zh="难度系数", title_en="factor", aliases=("系数",), max_length=40,
            hint="参赛自带的系数；同一参赛、评分点和轮次的各行相同，或只填一行",
        ),
        Column(key="reason", title_zh="理由", title_en="reason", max_length=300, aliases=("说明",)),
    ),
    (
        "一行是一位裁判的一个分。测量值（用时、完成率）的“裁判”留空。",
        "已登录的裁判在平板上评分；这里录入测量值和外请评委的纸质评分。",
        "全部正确才会导入；有错的表会标红退回，一个分也不会写入。",
        "改动已有的分要写理由。",
    ),
)  # fmt: skip
