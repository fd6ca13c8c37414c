"""The boxes of an aspect."""

from __future__ import annotations

from contest.competitions import field_choices as lists
from contest.competitions.box import ID, TITLE, WEIGHT, Box, BoxKind, method, rounding
from contest.i18n import N_

_METHOD, _MEASURED, _REPEAT, _FACTOR, _LEVEL = (
    N_("裁判分的合成"), N_("测量与换算"), N_("轮次"), N_("系数"), N_("等级说明"),
)  # fmt: skip
_BANDS, _TABLE = N_("等次与分数段"), N_("换算的参数")


def _parameter(name: str, label: str, kind: BoxKind = "number", choices: lists.Choices = (), hint: str = "") -> Box:
    return Box(f"conversion.{name}", label, kind, choices, hint, group=_TABLE)


# one box for a parameter that several conversions have; what the chosen one does not know is left out
CONVERSION_BOXES = (
    _parameter("full", N_("满分"), hint=N_("完成率、目标差、天数、选项、与最好的比、占总量的比、名次按比例用到。")),
    _parameter("floor", N_("下限"), hint=N_("完成率：低于多少 % 不得分，不填是 70；其他：最少得多少分。")),
    _parameter("cap", N_("最多得多少分"), hint=N_("按数量计分、分档用到。")),
    _parameter("over_cap_pct", N_("超额最多多算多少 %"), hint=N_("完成率用到；不填是 20。")),
    _parameter("target", N_("目标值"), hint=N_("目标差用到；不填是 0。")),
    _parameter("per", N_("每多少算一个单位"), hint=N_("目标差、按数量计分用到；不填是 1。")),
    _parameter("deduct", N_("每个单位扣多少"), hint=N_("目标差用到。")),
    _parameter("side", N_("哪一边的差要扣"), "choice", lists.SIDES),
    _parameter("steps", N_("不满一个单位的"), "choice", lists.STEPS),
    _parameter("late", N_("每迟一天扣"), hint=N_("天数用到；不填是 1。")),
    _parameter("early", N_("每早一天加")),
    _parameter("early_cap", N_("提前最多加")),
    _parameter("marks", N_("每个单位得多少"), hint=N_("按数量计分用到。")),
    _parameter("from", N_("从多少算起"), hint=N_("按数量计分用到；不填是 0。")),
    _parameter("at_least", N_("到多少才计")),
    _parameter("base", N_("起始分")),
    _parameter("bands", N_("分档"), "rows", hint=N_("每行：从多少、得多少分；还可以再写：每多少、加多少。")),
    _parameter("below", N_("第一档以下得")),
    _parameter("bounds", N_("档的起点"), "choice", lists.BOUNDS),
    _parameter("table", N_("对照表"), "rows", hint=N_("每行：值、分。")),
    _parameter("other", N_("表里没有的值得")),
    _parameter("choices", N_("选项扣分"), "rows", hint=N_("每行：选项、扣多少。")),
    _parameter(
        "points", N_("折线的点，或各名次的分"), "rows", hint=N_("折线每行：值、分；名次每行一个分，从第 1 名起。")
    ),
    _parameter("first", N_("第 1 名得")),
    _parameter("step", N_("每低一名少得")),
    _parameter("better", N_("谁更好"), "choice", lists.BETTER),
    _parameter("ties", N_("并列怎样占名次"), "choice", lists.CONVERSION_TIES),
)
ASPECT_BOXES = (
    ID,
    TITLE,
    Box("kind", N_("类型"), "choice", lists.KINDS),
    Box("max", N_("最高分"), "number"),
    Box("min", N_("最低分"), "number", hint=N_("不填是 0。")),
    Box("decimals", N_("打分的小数位"), "whole", hint=N_("例如 1 表示可以打 8.5；不填只能打整数。")),
    Box("step", N_("步长"), "number", hint=N_("例如 0.5；不填不限制。")),
    WEIGHT,
    Box("sheet", N_("由谁录入"), "choice", lists.SHEETS),
    Box("required", N_("是否必须打分"), "choice", lists.REQUIRED),
    Box("note", N_("评分说明"), "long"),
    Box("standard_section", N_("职业标准章节"), hint=N_("世赛评分表使用。")),
    *rounding("rounding", "", N_("本评分点得分的小数位")),
    *method("method", _METHOD, N_("不选就用本阶段的默认方法；测量和是否项为“一致认定”。")),
    Box(
        "grades",
        N_("等次折合的值"),
        "rows",
        hint=N_("每行一个等次和它的值，例如 3 1.5；裁判只能打表里的等次。"),
        group=_BANDS,
    ),
    Box(
        "limits.measure",
        N_("限定分数段的填报值"),
        hint=N_("参赛者填报的值的名称，例如 benefit；它决定可以打的分数段。"),
        head=True,
        group=_BANDS,
    ),
    Box(
        "limits.bands",
        N_("分数段"),
        "rows",
        hint=N_("每行三个数：填报值从、最低分、最高分，例如 50 26 30。"),
        group=_BANDS,
    ),
    *(Box(f"levels.{n}", N_("%(n)s 级"), "level", group=_LEVEL) for n in range(4)),
    Box(
        "conversion.name",
        N_("换算"),
        "choice",
        lists.CONVERSIONS,
        head=True,
        group=_MEASURED,
        hint=N_("选好后保存，下面就有它的参数。"),
    ),
    *CONVERSION_BOXES,
    *rounding("conversion.rounding", _MEASURED, N_("换算后的小数位")),
    Box("measure.min", N_("测量值最小"), "number", group=_MEASURED),
    Box("measure.max", N_("测量值最大"), "number", group=_MEASURED),
    Box("measure.unit", N_("测量单位"), group=_MEASURED),
    Box("repetitions", N_("做几次"), "whole", hint=N_("不填是 1。"), group=_REPEAT),
    Box("repetitions_vary", N_("各参赛者的次数可以不同"), "flag", group=_REPEAT),
    Box("combine_repetitions", N_("几次怎样合成"), "choice", lists.COMBINE_REPETITIONS, group=_REPEAT),
    Box("factor.source", N_("难度系数"), "choice", lists.FACTORS, group=_FACTOR),
    Box("factor.default", N_("没有填报时的系数"), "number", group=_FACTOR),
    Box("factor.how", N_("系数怎样用"), "choice", lists.FACTOR_HOW, group=_FACTOR),
    Box("factor.constant", N_("固定系数"), "number", hint=N_("不填是 1。"), group=_FACTOR),
    *rounding("factor.rounding", _FACTOR, N_("乘系数后的小数位")),
)
