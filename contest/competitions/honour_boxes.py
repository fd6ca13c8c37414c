"""The boxes of awards, and of what else a result earns: limits by category, scales, promotion."""

from __future__ import annotations

from collections.abc import Mapping

from contest.competitions import field_choices as lists
from contest.competitions.box import ID, TITLE, Box
from contest.i18n import N_

_MORE = N_("条件、组别与奖金")
AWARD_BOXES = (
    ID,
    TITLE,
    Box("by", N_("按什么设奖"), "choice", lists.AWARD_BY),
    Box("first", N_("名次从"), "whole", hint=N_("按名次时填写；不填从第 1 名起。")),
    Box("last", N_("名次到"), "whole", hint=N_("按名次时必填。")),
    Box("percent", N_("比例"), "number", unit="%", hint=N_("按比例时必填。")),
    Box("of", N_("比例的基数"), "choice", lists.OF),
    Box("count", N_("名额"), "whole", hint=N_("按名额时必填。")),
    Box("min", N_("最低总分"), "number", hint=N_("按分数线时必填；其他方式可以再加一条分数线。")),
    Box("boundary_tie", N_("并列压在名额线上时"), "choice", lists.BOUNDARY),
    Box("medal", N_("奖牌"), "choice", lists.MEDALS, group=_MORE, empty=True),
    Box(
        "conditions",
        N_("单项合格线"),
        "parts",
        hint=N_("每行：阶段（或评分项、评分点）、编号、最低分，例如 阶段 theory 60。"),
        group=_MORE,
    ),
    Box("per", N_("名额按什么算"), "choice", lists.AWARD_PER, group=_MORE, empty=True),
    Box("classes", N_("只给这些组别"), "names", hint=N_("组别的编号，用顿号隔开；不填是全部。"), group=_MORE),
    Box("beside", N_("与其他奖项并行，符合就给"), "flag", group=_MORE),
    Box("money", N_("奖金"), "number", unit=N_("元"), group=_MORE),
    Box("points", N_("积分"), "number", group=_MORE),
)
HONOUR_BOXES: Mapping[str, tuple[Box, ...]] = {
    "bound": (
        Box("category", N_("类别编号"), hint=N_("参赛者登记的类别，例如 frontline。")),
        TITLE,
        Box("min_percent", N_("至少占"), "number", unit="%"),
        Box("max_percent", N_("最多占"), "number", unit="%"),
    ),
    "statistic": (
        ID,
        TITLE,
        Box("name", N_("算法"), "choice", lists.STATISTICS),
        Box("centre", N_("中心值"), "number", hint=N_("不填是 700。")),
        Box("spread", N_("每个标准差折合"), "number", hint=N_("不填是 30。")),
        Box("min", N_("最低"), "number"),
        Box("max", N_("最高"), "number"),
        Box("places", N_("保留几位小数"), "whole"),
        Box("sd", N_("标准差的算法"), "choice", lists.DEVIATIONS),
    ),
    "promotion": (
        Box("grants", N_("授予的等级或称号")),
        Box("award", N_("得到哪个奖项（编号）")),
        Box("first", N_("名次从"), "whole"),
        Box("last", N_("名次到"), "whole"),
        Box("min", N_("最低总分"), "number"),
        Box("held", N_("已有的等级"), "names", hint=N_("用顿号隔开；不填是不论。")),
    ),
}
