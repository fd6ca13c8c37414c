"""The columns of a marks file, the other titles it may use for them, and the words of its faults."""

from __future__ import annotations

from collections.abc import Mapping

from contest.core.marks import MISSING, NOT_PERFORMED, RECUSED, SCORED
from contest.i18n import N_

# Column -> titles that mean it, compared without case and blanks. docs/marks-file.md lists the same.
TITLES: Mapping[str, tuple[str, ...]] = {
    "event": ("event", "竞赛项目", "项目", "工种", "标段"),
    "stage": ("stage", "阶段"),
    "period": ("period", "考评期"),
    "entry": ("entry", "参赛", "加密号", "编号", "参赛编号"),
    "aspect": ("aspect", "评分点", "指标"),
    "repetition": ("repetition", "轮次", "次数"),
    "judge": ("judge", "裁判", "评委"),
    "value": ("value", "分", "分值", "得分", "数值"),
    "state": ("state", "状态"),
    "factor": ("factor", "系数", "难度系数"),
    "name": ("name", "名称", "姓名", "选手"),
    "unit": ("unit", "单位"),
}
REQUIRED = ("entry", "aspect", "value")

STATES: Mapping[str, str] = {
    SCORED: SCORED, "已评": SCORED, "已评分": SCORED,
    MISSING: MISSING, "缺": MISSING, "缺分": MISSING, "未评": MISSING,
    RECUSED: RECUSED, "回避": RECUSED,
    NOT_PERFORMED: NOT_PERFORMED, "未参加": NOT_PERFORMED, "未完成": NOT_PERFORMED, "缺考": NOT_PERFORMED,
}  # fmt: skip

# Names in the aspect column that belong to the entry and not to a rubric.
DRAW, DISQUALIFIED = "draw", "disqualified"

MESSAGES: Mapping[str, str] = {
    "missing_columns": N_("缺少列：%(columns)s。请按“分数文件”说明补上列标题。"),
    "double_column": N_("列“%(column)s”出现了两次，请只保留一列。"),
    "no_rows": N_("文件里没有分数行。"),
    "empty_cell": N_("“%(column)s”不能为空。"),
    "unknown_stage": N_("评分办法里没有阶段“%(value)s”，可以是：%(allowed)s。"),
    "unknown_period": N_("阶段里没有考评期“%(value)s”，可以是：%(allowed)s。"),
    "unknown_aspect": N_("评分办法里没有评分点“%(value)s”，可以是：%(allowed)s。"),
    "bad_repetition": N_("轮次“%(value)s”不对，应为 1 至 %(most)s 的整数。"),
    "unknown_state": N_("状态“%(value)s”不对，可以是：%(allowed)s。"),
    "value_with_state": N_("状态为“%(state)s”的行不能有分值。"),
    "scored_without_value": N_("状态是“已评”，但没有分值。缺分请写状态 missing。"),
    "duplicate_row": N_("与第 %(first)s 行重复（同一参赛、评分点、轮次和裁判）。"),
    "bad_factor": N_("系数“%(value)s”不是数字。"),
    "factor_differs": N_("系数与第 %(first)s 行不同，同一参赛、评分点和轮次只能有一个系数。"),
    "factor_without_rule": N_("评分办法没有给这个评分点规定系数，请删去系数。"),
    "bad_measure": N_("“%(value)s”不是数字。"),
    "bad_lot": N_("签号“%(value)s”不是整数。"),
    "bad_veto": N_("一票否决请填 1（发生）或 0（没有），不能是“%(value)s”。"),
    "too_long": N_("内容太长，最多 %(longest)s 个字。"),
    "damaged_cell": N_("单元格“%(value)s”已被 Excel 损坏（数字过长或公式错误），请改成文本后重新输入。"),
    "empty": N_("没有分值。"),
    "not_a_number": N_("“%(text)s”不是数字。"),
    "too_many_decimals": N_("小数太多，最多 %(decimals)s 位。"),
    "below_minimum": N_("低于下限 %(min)s（上限 %(max)s）。"),
    "above_maximum": N_("高于上限 %(max)s（下限 %(min)s）。"),
    "not_a_choice": N_("只能是 %(allowed)s。"),
    "off_step": N_("应按 %(step)s 分一档，最近的是 %(lower)s 和 %(upper)s。"),
}
