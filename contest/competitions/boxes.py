"""The boxes of the document itself, of stages, criteria and the short lists."""

from __future__ import annotations

from collections.abc import Mapping

from contest.competitions import field_choices as lists
from contest.competitions.aspect_boxes import ASPECT_BOXES
from contest.competitions.box import ID, TITLE, WEIGHT, Box, method, rounding
from contest.competitions.honour_boxes import AWARD_BOXES, HONOUR_BOXES
from contest.i18n import N_

_HONOURS = N_("获奖总数与奖牌")
RULES_BOXES = (
    TITLE,
    Box("entry_kind", N_("参赛对象"), "choice", lists.ENTRY_KINDS),
    Box("combine", N_("各阶段怎样合成总分"), "choice", lists.COMBINE),
    *rounding("rounding", "", N_("总分的小数位")),
    Box("rounding.parts", N_("先修约各阶段加权分，再相加"), "flag"),
    Box("incomplete", N_("有项目没有完成的参赛者"), "choice", lists.INCOMPLETE),
    Box("ranking", N_("名次写法"), "choice", lists.RANKINGS),
    Box("remaining_ties", N_("同分规则用完仍相同"), "choice", lists.REMAINING),
    Box("award_rounding", N_("按比例设奖的取整"), "choice", lists.AWARD_ROUNDINGS),
    Box("award_overflow", N_("并列多占的奖项名额"), "choice", lists.OVERFLOW),
    Box("blind", N_("加密评分：解密前裁判只看到加密号"), "flag", default=True),
    Box("rank_within", N_("名次在哪里排"), "choice", lists.RANK_WITHIN),
    Box(
        "award_limit.percent",
        N_("获奖总数最多占"),
        "number",
        unit="%",
        hint=N_("例如 30；不填不限制。"),
        head=True,
        group=_HONOURS,
    ),
    Box("award_limit.of", N_("比例的基数"), "choice", lists.OF, group=_HONOURS),
    Box(
        "medals.on",
        N_("奖牌按什么比"),
        hint=N_("写 total 按总分，或写参考量表的编号；不填不按分差设奖牌。"),
        head=True,
        group=_HONOURS,
    ),
    Box("medals.tie", N_("相差多少以内同得奖牌"), "number", hint=N_("不填是 2。"), group=_HONOURS),
    Box("medals.excellence", N_("优胜奖分数线"), "number", group=_HONOURS),
    Box("medals.by_entrants", N_("参赛者少时减少奖牌"), "flag", group=_HONOURS),
    Box("board.live", N_("评分时公开实时排行榜（未经核定）"), "flag"),
    Box("board.hide_marks", N_("排行榜只显示名次，不显示分数"), "flag"),
)
_PANEL = N_("裁判组")
_TIME, _ADVANCE = N_("考评期与迟报"), N_("晋级")
STAGE_BOXES = (
    ID,
    TITLE,
    WEIGHT,
    Box("accumulate", N_("各考评期怎样合成阶段分"), "choice", lists.ACCUMULATE),
    *rounding("rounding", "", N_("阶段分的小数位")),
    *rounding("period_rounding", _TIME, N_("每期得分的小数位")),
    *rounding("group_rounding", _TIME, N_("每组（季度）得分的小数位")),
    Box("best", N_("只计最好的几期"), "whole", hint=N_("相加或取平均时可用；不填全计。"), group=_TIME),
    Box("late.each", N_("迟报扣分"), "number", hint=N_("不填不扣。"), head=True, group=_TIME),
    Box("late.per", N_("迟报按什么扣"), "choice", lists.LATE, group=_TIME),
    Box("late.most", N_("一期最多扣"), "number", group=_TIME),
    Box("advance.count", N_("前几名进入下一阶段"), "whole", head=True, group=_ADVANCE),
    Box("advance.percent", N_("或者按比例"), "number", unit="%", head=True, group=_ADVANCE),
    Box("advance.min", N_("最低分"), "number", head=True, group=_ADVANCE),
    Box("advance.of", N_("比例的基数"), "choice", lists.OF, group=_ADVANCE),
    Box("advance.share_rounding", N_("按比例的取整"), "choice", lists.SHARE_ROUNDINGS, group=_ADVANCE),
    Box("advance.by", N_("按什么分数晋级"), "choice", lists.ADVANCE_BY, group=_ADVANCE),
    Box("advance.chain", N_("同分时先用同分规则"), "choice", lists.CHAIN, group=_ADVANCE),
    Box("advance.tie", N_("并列压线时"), "choice", lists.ADVANCE_TIES, group=_ADVANCE),
    Box("panel.min_judges", N_("至少几名裁判"), "whole", group=_PANEL),
    Box("panel.scope", N_("合成的对象"), "choice", lists.SCOPES, group=_PANEL),
    Box("panel.places.method", N_("按裁判名次合成的方法"), "choice", lists.PLACES, head=True, group=_PANEL),
    Box("panel.places.order", N_("裁判打的分怎样成为名次"), "choice", lists.PLACES_ORDER, group=_PANEL),
    Box("panel.places.judge_ties", N_("一名裁判的同分"), "choice", lists.JUDGE_TIES, group=_PANEL),
    Box(
        "panel.normalise.mean",
        N_("各评审组折算后的平均分"),
        "number",
        hint=N_("只有参赛者随机分组时才公平；不填不折算。"),
        head=True,
        group=_PANEL,
    ),
    Box("panel.normalise.sd", N_("折算后的标准差"), "number", group=_PANEL),
    Box("panel.normalise.group", N_("评审组的填报值名称"), group=_PANEL),
    Box("panel.normalise.deviation", N_("标准差的算法"), "choice", lists.DEVIATIONS, group=_PANEL),
    *method("panel.method", _PANEL, N_("本阶段评委打分的默认方法；评分点可以另定。")),
)
CRITERION_BOXES = (
    ID,
    TITLE,
    WEIGHT,
    Box("declared_max", N_("注明的满分"), "number", hint=N_("只用来核对；与各评分点之和不符时会提醒。")),
    Box("floor", N_("得分下限"), "number", hint=N_("例如扣分时最低 0 分；不填不限制。")),
    Box("cap", N_("得分上限"), "number", hint=N_("例如加分最多 10 分；不填不限制。")),
    Box("cap_order", N_("封顶与扣分的先后"), "choice", lists.CAP_ORDERS),
    Box("best", N_("只计最高的几项"), "whole", hint=N_("例如 1：只取最好一次，不重复计分；不填全计。")),
    *rounding("rounding", "", N_("得分的小数位")),
)
BOXES: Mapping[str, tuple[Box, ...]] = {
    "rules": RULES_BOXES,
    "stage": STAGE_BOXES,
    "criterion": CRITERION_BOXES,
    "aspect": ASPECT_BOXES,
    "period": (
        ID,
        Box("title", N_("名称"), hint=N_("例如 2026年7月。")),
        WEIGHT,
        Box("group", N_("所属的组"), hint=N_("例如 Q1；各组取平均时填写。")),
    ),
    "section": (ID, TITLE, Box("declared", N_("注明的分值"), "number")),
    "tie": (
        Box("by", N_("比较什么"), "choice", lists.TIE_BY),
        Box(
            "ref", N_("编号"), hint=N_("阶段、评分项或评分点的编号；比较随参赛对象填报的值时写它的名称，例如 minutes。")
        ),
        Box("direction", N_("谁在前"), "choice", lists.DIRECTIONS),
        Box("stage", N_("所在阶段的编号"), hint=N_("几个阶段有同一编号的评分点时填写。")),
    ),
    "veto": (ID, Box("title", N_("名称"), hint=N_("例如 重大安全事故。"))),
    "award": AWARD_BOXES,
    "class": (ID, TITLE),
    **HONOUR_BOXES,
}
