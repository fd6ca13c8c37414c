"""Why an operation was not taken as it is: codes for the table and the wire, words for people."""

from __future__ import annotations

from collections.abc import Mapping

from contest.i18n import N_

MALFORMED = "malformed"
UNKNOWN_EVENT = "unknown_event"
UNKNOWN_PERIOD = "unknown_period"
NOT_OPEN = "not_open"
LOCKED = "locked"
OTHER_RULES = "other_rules"
UNKNOWN_ENTRY = "unknown_entry"
NOT_ADMITTED = "not_admitted"
FORMER_OPEN = "former_open"
UNKNOWN_ASPECT = "unknown_aspect"
NOT_ON_PANEL = "not_on_panel"
CLERK_ASPECT = "clerk_aspect"
JUDGE_ASPECT = "judge_aspect"
RECUSED = "recused"
REASON_MISSING = "reason_missing"
NEWER_MARK = "newer_mark"
MOVED = "moved"

REASON_TEXTS: Mapping[str, str] = {
    MALFORMED: N_("内容读不懂"),
    UNKNOWN_EVENT: N_("没有这个竞赛项目，或您没有参与"),
    UNKNOWN_PERIOD: N_("没有这个阶段或考评期"),
    NOT_OPEN: N_("还没有开放评分"),
    LOCKED: N_("已经锁定，这一分送到时已晚"),
    OTHER_RULES: N_("平板上的评分办法不是现行版本，请刷新"),
    UNKNOWN_ENTRY: N_("没有这个加密号，或已退出"),
    NOT_ADMITTED: N_("这一号没有晋级到这个阶段，不用评"),
    FORMER_OPEN: N_("前面的阶段还没有锁定，还不知道谁晋级"),
    UNKNOWN_ASPECT: N_("评分办法里没有这一项"),
    NOT_ON_PANEL: N_("您不在这个阶段的裁判组"),
    CLERK_ASPECT: N_("这一项由录分员录入"),
    JUDGE_ASPECT: N_("这一项由裁判各自评分"),
    RECUSED: N_("已登记回避，不能评这一份"),
    REASON_MISSING: N_("缺少理由"),
    NEWER_MARK: N_("已有更新的分，两个都保留，等待决定"),
    MOVED: N_("评分已移到另一台平板，这一分是之后在旧平板上评的"),
    "below_minimum": N_("低于下限"),
    "above_maximum": N_("高于上限"),
    "too_many_decimals": N_("小数位数太多"),
    "not_a_choice": N_("不是可选的数值"),
    "off_step": N_("不合分值间隔"),
    "measure_missing": N_("还没有登记决定分数范围的数值，请组织者登记后再评"),
    "below_first_band": N_("登记的数值低于最低一档，没有对应的分数范围"),
    "outside_band": N_("不在登记数值对应的分数范围内"),
}
"""Every reason in words; the codes of `core.marks.MarkProblem` are among them."""
