"""The words of the sheet's script, in the language of the request (the script itself has none)."""

from __future__ import annotations

from contest.i18n import N_, gettext

OUTBOX_TEXTS = {
    "all_saved": N_("全部已存服务器"),
    "local_sending": N_("本机 %(n)s 项待传"),
    "local_retrying": N_("本机 %(n)s 项待传，正在重试"),
    "local_signed_out": N_("登录已过期：本机 %(n)s 项待传，重新登录后自动续传"),
    "local_other_judge": N_("现在登录的是另一位裁判：您的 %(n)s 项留在本机，您登录后续传"),
    "unsaved_sending": N_("正在保存 %(n)s 项"),
    "unsaved_retrying": N_("%(n)s 项未保存，正在重试"),
    "unsaved_signed_out": N_("登录已过期：%(n)s 项未保存。请在新窗口重新登录，本页不要关闭"),
    "unsaved_other_judge": N_("现在登录的是另一位裁判：%(n)s 项未保存。请您重新登录，本页不要关闭"),
    "some_stuck": N_("本机 %(n)s 项待传，其中有服务器读不懂的（%(why)s），请找组织者"),
    "some_conflicts": N_("%(n)s 处冲突，请决定"),
    "store_insecure": N_("这个地址不是 https，平板不能在本机保存评分：看到“已存服务器”以前，请不要关闭本页。"),
    "store_blocked": N_("浏览器不让本页在本机保存评分（可能是无痕模式）：看到“已存服务器”以前，请不要关闭本页。"),
    "store_full": N_("平板的存储空间已满，新评的分没有存到本机：看到“已存服务器”以前，请不要关闭本页，并清理平板。"),
    "rescue_code": N_("第 %(n)s 个，共 %(m)s 个"),
    "sign_waits": N_("本机还有 %(n)s 项没有传到服务器，传完才能签名。"),
    "sign_differs": N_("平板上的分与服务器上的不一致，不能签名。请返回评分表核对；仍不一致请告诉裁判长。"),
}
"""What the connection bar and the notes about the tablet's own store say, on every page of a judge."""

SHEET_TEXTS = {
    "done": N_("已评 %(done)s/%(total)s"),
    "saving": N_("保存中"),
    "local": N_("已存本机"),
    "saved": N_("已存服务器"),
    "unsaved": N_("未保存"),
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
    "watch_start": N_("开始计时"),
    "watch_stop": N_("停表"),
    "watch_exact": N_("计时 %(time)s 秒，记为 %(value)s；保存前可以改"),
    "watch_rounded": N_("计时 %(time)s 秒，按 %(decimals)s 位小数四舍五入记为 %(value)s；保存前可以改"),
}


def outbox_texts() -> dict[str, str]:
    return {key: gettext(text) for key, text in OUTBOX_TEXTS.items()}


def sheet_texts() -> dict[str, str]:
    return outbox_texts() | {key: gettext(text) for key, text in SHEET_TEXTS.items()}
