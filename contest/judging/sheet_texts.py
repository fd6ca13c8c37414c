"""The words of the sheet's script, in the language of the request (the script itself has none)."""

from __future__ import annotations

from contest.i18n import N_, gettext

SHEET_TEXTS = {
    "done": N_("已评 %(done)s/%(total)s"),
    "saving": N_("保存中"),
    "saved": N_("已存服务器"),
    "unsaved": N_("未保存"),
    "all_saved": N_("全部已存服务器"),
    "some_saving": N_("正在保存 %(n)s 项"),
    "some_unsaved": N_("%(n)s 项未保存，正在重试"),
    "signed_out": N_("登录已过期：%(n)s 项未保存。请在新窗口重新登录，本页不要关闭"),
    "some_conflicts": N_("%(n)s 处冲突，请决定"),
    "conflict": N_("冲突"),
    "refused": N_("未采纳"),
    "todo": N_("未评"),
    "not_performed": N_("未完成"),
    "yes": N_("是"),
    "no": N_("否"),
    "range": N_("应在 %(min)s–%(max)s 之间，您输入了 %(typed)s"),
    "range_open": N_("应不小于 %(min)s，您输入了 %(typed)s"),
    "not_a_number": N_("“%(typed)s”不是数，请输入例如 %(example)s"),
    "too_many_decimals": N_("最多 %(decimals)s 位小数，您输入了 %(typed)s"),
    "no_decimals": N_("只能是整数，您输入了 %(typed)s"),
    "not_a_choice": N_("只能是 %(allowed)s，您输入了 %(typed)s"),
    "blocked": N_("%(why)s"),
    "off_step": N_("每档 %(step)s 分：%(lower)s 或 %(upper)s，您输入了 %(typed)s"),
    "step": N_("每档 %(step)s"),
    "empty": N_("请先输入分数"),
    "reason_needed": N_("请写明理由"),
    "why_sum": N_("为什么扣分或加分？"),
    "why_change": N_("已经保存过，改动请写明理由"),
    "undone": N_("已撤销"),
    "marked": N_("%(code)s 记为 %(value)s"),
    "all_done": N_("每一项都评了，可以核对并签名"),
    "theirs": N_("服务器上是 %(theirs)s（可能来自另一台平板），您刚才评的是 %(mine)s。以哪个为准？"),
    "keep_theirs": N_("保留 %(value)s"),
    "keep_mine": N_("改为 %(value)s"),
    "not_open": N_("评分没有开放，现在不能评"),
}


def sheet_texts() -> dict[str, str]:
    return {key: gettext(text) for key, text in SHEET_TEXTS.items()}
