"""The closed lists of the rule set in words: (value, Chinese label), the default first."""

from __future__ import annotations

from contest.i18n import N_

Choices = tuple[tuple[str, str], ...]

ENTRY_KINDS: Choices = (
    ("person", N_("个人")), ("team", N_("团队")), ("project", N_("工程")), ("case", N_("案例")),
    ("proposal", N_("提案")),
)  # fmt: skip
COMBINE: Choices = (
    ("sum", N_("相加")), ("weighted", N_("加权相加（各阶段权重之和为 1）")), ("last", N_("只看走到的最后一个阶段")),
)  # fmt: skip
ROUNDINGS: Choices = (
    ("half_up", N_("四舍五入")), ("half_even", N_("四舍六入五成双")), ("half_down", N_("五舍六入")),
    ("down", N_("舍去尾数")), ("up", N_("有尾数就进一")),
)  # fmt: skip
INCOMPLETE: Choices = (("unranked", N_("不排名次")), ("ranked", N_("按已完成的部分排名")))
RANKINGS: Choices = (
    ("standard", N_("并列后跳过名次：1、2、2、4")), ("dense", N_("并列后不跳：1、2、2、3")),
    ("modified", N_("并列取靠后的名次：1、3、3、4")), ("ordinal", N_("不并列：1、2、3、4")),
    ("fractional", N_("并列取平均名次：1、2.5、2.5、4")),
)  # fmt: skip
REMAINING: Choices = (("share", N_("并列")), ("draw", N_("抽签决定")))
AWARD_ROUNDINGS: Choices = tuple(
    (f"{base}_{mode}{least}", label)
    for base, mode, least, label in (
        ("each", "half_up", "", N_("各等奖分别四舍五入")),
        ("each", "half_up", "_min1", N_("各等奖分别四舍五入，至少 1 个")),
        ("each", "floor", "", N_("各等奖分别舍去尾数")),
        ("each", "floor", "_min1", N_("各等奖分别舍去尾数，至少 1 个")),
        ("each", "ceil", "", N_("各等奖分别进一")),
        ("each", "ceil", "_min1", N_("各等奖分别进一，至少 1 个")),
        ("each", "half_even", "", N_("各等奖分别四舍六入五成双")),
        ("each", "half_even", "_min1", N_("各等奖分别四舍六入五成双，至少 1 个")),
        ("each", "half_down", "", N_("各等奖分别五舍六入")),
        ("each", "half_down", "_min1", N_("各等奖分别五舍六入，至少 1 个")),
        ("cumulative", "half_up", "", N_("各等奖累计后四舍五入")),
        ("cumulative", "half_up", "_min1", N_("各等奖累计后四舍五入，至少 1 个")),
        ("cumulative", "floor", "", N_("各等奖累计后舍去尾数")),
        ("cumulative", "floor", "_min1", N_("各等奖累计后舍去尾数，至少 1 个")),
        ("cumulative", "ceil", "", N_("各等奖累计后进一")),
        ("cumulative", "ceil", "_min1", N_("各等奖累计后进一，至少 1 个")),
        ("cumulative", "half_even", "", N_("各等奖累计后四舍六入五成双")),
        ("cumulative", "half_even", "_min1", N_("各等奖累计后四舍六入五成双，至少 1 个")),
        ("cumulative", "half_down", "", N_("各等奖累计后五舍六入")),
        ("cumulative", "half_down", "_min1", N_("各等奖累计后五舍六入，至少 1 个")),
    )
)
OVERFLOW: Choices = (("extra", N_("不影响下一等奖")), ("next_tier", N_("从下一等奖的名额中扣除")))
ACCUMULATE: Choices = (
    ("sum", N_("相加")), ("mean", N_("取平均")), ("weighted", N_("加权相加（各考评期权重之和为 1）")),
    ("mean_of_groups", N_("先各组取平均，再求各组的平均")),
)  # fmt: skip
SCOPES: Choices = (
    ("aspect", N_("逐个评分点")),
    ("sheet", N_("每位裁判的整张评分表")),
    ("ranks", N_("每位裁判排出的名次")),
)
METHODS: Choices = (
    ("mean", N_("取平均")), ("trimmed_mean", N_("去掉最高最低后取平均")), ("median", N_("取中位数")),
    ("sum", N_("相加")), ("trimmed_sum", N_("去掉最高最低后相加")), ("majority", N_("多数一致")),
    ("agreed", N_("一致认定一个分")),
)  # fmt: skip
MISSING: Choices = (("wait", N_("等待，该项不成绩")), ("exclude", N_("有效分够数就按其余裁判计算")))
KINDS: Choices = (
    ("judged", N_("评委打分")), ("judgement", N_("评价（0–3 级）")), ("measured", N_("测量")),
    ("boolean", N_("是否")), ("deduction", N_("扣分")), ("bonus", N_("加分")),
)  # fmt: skip
SHEETS: Choices = (("judge", N_("裁判")), ("clerk", N_("录分员")))
REQUIRED: Choices = (("1", N_("必须打分")), ("0", N_("可以没有（不加不减）")))
CONVERSIONS: Choices = (
    ("completion", N_("完成率换算为分数")), ("difference", N_("与目标相差就扣")), ("days", N_("提前或推迟的天数")),
    ("per_unit", N_("每个计多少分")), ("bands", N_("分档")), ("table", N_("查表")), ("choices", N_("选项扣分")),
    ("pieces", N_("折线")), ("ratio", N_("与最好值之比")), ("share", N_("占合计的比例")),
    ("rank_points", N_("名次得分")), ("rank_linear", N_("名次均匀递减")),
)  # fmt: skip
SIDES: Choices = (("both", N_("高低都")), ("above", N_("高出")), ("below", N_("不足")))
STEPS: Choices = (("exact", N_("按比例")), ("whole", N_("不满一个不计")), ("started", N_("不满一个按一个计")))
BETTER: Choices = (("high", N_("数值最高的")), ("low", N_("数值最低的")))
CAP_ORDERS: Choices = (
    ("deduct_then_cap", N_("先扣分再封顶")), ("cap_then_deduct", N_("先封顶再扣分")),
)  # fmt: skip
FACTOR_HOW: Choices = (("multiply", N_("相乘")), ("add", N_("相加（基础分）")))
COMBINE_REPETITIONS: Choices = (("sum", N_("相加")), ("mean", N_("取平均")), ("best", N_("取最好一次")))
FACTORS: Choices = (("none", N_("没有")), ("entry", N_("每个参赛者各自填报")))
TIE_BY: Choices = (
    ("total", N_("总分")), ("stage", N_("阶段得分")), ("criterion", N_("评分项得分")), ("aspect", N_("评分点得分")),
    ("measure", N_("填报的值（例如用时）")),
)  # fmt: skip
DIRECTIONS: Choices = (("desc", N_("高者在前")), ("asc", N_("低者在前")))
AWARD_BY: Choices = (
    ("rank", N_("按名次")), ("share", N_("按比例")), ("quota", N_("按名额")), ("threshold", N_("按分数线")),
    ("rank_share", N_("按名次所占的比例")), ("medal", N_("按奖牌")),
)  # fmt: skip
OF: Choices = (("entrants", N_("全部参赛者")), ("ranked", N_("有名次的参赛者")))
BOUNDARY: Choices = (("expand", N_("并列者都得奖")), ("shrink", N_("并列者都不得奖")))


RANK_WITHIN: Choices = (("event", N_("全部参赛者一起")), ("class", N_("各组别分别")))
LATE: Choices = (("report", N_("每次迟报")), ("day", N_("每迟一天")))
SHARE_ROUNDINGS: Choices = (
    ("half_up", N_("四舍五入")), ("half_even", N_("四舍六入五成双")), ("half_down", N_("五舍六入")),
    ("floor", N_("舍去尾数")), ("ceil", N_("有尾数就进一")),
)  # fmt: skip
ADVANCE_BY: Choices = (("total", N_("到这个阶段为止的总分")), ("stage", N_("这个阶段的得分")))
CHAIN: Choices = (("1", N_("用")), ("0", N_("不用")))
ADVANCE_TIES: Choices = (("expand", N_("并列者都晋级")), ("shrink", N_("并列者都不晋级")))
PLACES: Choices = (("skating", N_("多数名次法")), ("borda", N_("名次计分法（波达）")))
PLACES_ORDER: Choices = (("desc", N_("分高者名次在前")), ("asc", N_("裁判直接打名次")))
JUDGE_TIES: Choices = (("refuse", N_("不允许")), ("share", N_("取平均名次")))
DEVIATIONS: Choices = (("sample", N_("样本标准差（除以 n−1）")), ("population", N_("总体标准差（除以 n）")))
BOUNDS: Choices = (("from", N_("达到就算")), ("above", N_("超过才算")))
CONVERSION_TIES: Choices = (
    ("standard", N_("都按靠前的名次")), ("modified", N_("都按靠后的名次")), ("dense", N_("不占后面的名次")),
    ("fractional", N_("平分所占名次的分")),
)  # fmt: skip
MEDALS: Choices = (
    ("gold", N_("金牌")), ("silver", N_("银牌")), ("bronze", N_("铜牌")), ("excellence", N_("优胜奖")),
)  # fmt: skip
AWARD_PER: Choices = (("event", N_("整个项目")), ("class", N_("每个组别")))
STATISTICS: Choices = (("scale_median_mad", N_("中位数与绝对离差")), ("scale_mean_sd", N_("平均数与标准差")))
CONDITION_BY: Choices = (("stage", N_("阶段")), ("criterion", N_("评分项")), ("aspect", N_("评分点")))


def label(choices: Choices, value: object) -> str:
    """The label (a msgid) of a value, or the value itself."""
    return dict(choices).get(str(value), str(value))
