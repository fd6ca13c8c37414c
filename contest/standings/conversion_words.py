"""How a measured value became marks, as a sentence: one for each conversion of docs/rule-set.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from contest.core.explanation import Explanation, Operand
from contest.i18n import N_, gettext

Number = Callable[[Fraction | None], str]
_TEXTS: Mapping[str, str] = {
    "judgement": N_("平均等级 %(value)s ÷ %(top)s × 满分 %(max)s = %(result)s"),
    "completion": N_("完成率 %(value)s%%（最多按超出 %(over_cap_pct)s%% 计）× 满分 %(full)s = %(result)s"),
    "difference": N_("目标 %(target)s，相差 %(units)s 个单位：%(full)s − %(deduct)s × %(units)s = %(result)s"),
    "per_unit": N_("计 %(units)s 个单位：%(base)s + %(marks)s × %(units)s = %(result)s"),
    "bands": N_("%(value)s 在 %(from)s 这一档，得 %(result)s"),
    "table": N_("查表：%(value)s 得 %(result)s"),
    "choices": N_("选项 %(value)s：%(full)s − %(deduct)s = %(result)s"),
    "pieces": N_("%(left)s 得 %(low)s，%(right)s 得 %(high)s，其间按直线：%(value)s 得 %(result)s"),
    "ratio": N_("最好的是 %(best)s：%(full)s × %(value)s ÷ %(best)s = %(result)s"),
    "share": N_("合计 %(sum)s：%(full)s × %(value)s ÷ %(sum)s = %(result)s"),
    "rank_points": N_("%(value)s 在 %(entrants)s 个数值中列第 %(rank)s，得 %(result)s"),
    "rank_linear": N_("%(value)s 在 %(entrants)s 个数值中列第 %(rank)s，得 %(result)s"),
}
_OTHER = N_("%(value)s 折算为 %(result)s")


def sentence(node: Explanation, result: Fraction | None, number: Number) -> str:
    """The conversion in words and numbers; `result` is its value before rounding, `number` writes numbers."""
    operation, value = node.operation, node.inputs[0].value
    unlimited = operation.get("unlimited")
    shown = result if unlimited is None else Fraction(unlimited)
    parts = {key: _text(operand, number) for key, operand in operation.items()}
    parts |= {"value": number(value), "result": number(shown)}
    if operation["op"] == "days":
        text = _days(value or Fraction(0))
        parts["days"] = number(abs(value or Fraction(0)))
    else:
        text = _special(node, value) or _TEXTS.get(str(operation["op"]), _OTHER)
    return gettext(text) % parts + _limit(shown, result, parts)


def _text(operand: Operand, number: Number) -> str:
    return operand if isinstance(operand, str) else number(Fraction(operand))


def _days(value: Fraction) -> str:
    if value > 0:
        return N_("迟 %(days)s 天：%(full)s − %(late)s × %(days)s = %(result)s")
    return N_("提前 %(days)s 天，每天加 %(early)s，最多加 %(early_cap)s：%(result)s")


def _special(node: Explanation, value: Fraction | None) -> str:
    """Where the numbers of a conversion choose another sentence; empty where they do not."""
    operation = node.operation
    text = ""
    match operation["op"]:
        case "boolean":
            text = N_("达到，得 %(result)s") if value else N_("没有达到，得 %(result)s")
        case "completion" if Fraction(operation["floor"]) > (value or 0):
            text = N_("完成率 %(value)s%% 低于 %(floor)s%%，得 %(result)s")
        case "bands" if "from" not in operation:
            text = N_("%(value)s 没有达到最低一档，得 %(result)s")
        case "bands" if "each" in operation:
            text = N_("%(value)s 在 %(from)s 这一档：%(marks)s + %(each)s × %(units)s = %(result)s")
        case "pieces" if "left" not in operation:
            text = _TEXTS["table"]
        case "ratio" if operation["better"] == "low":
            text = N_("最好的是 %(best)s：%(full)s × %(best)s ÷ %(value)s = %(result)s")
    return text


def _limit(shown: Fraction | None, result: Fraction | None, parts: Mapping[str, str]) -> str:
    if shown is None or result is None or shown == result:
        return ""
    return gettext(N_("，最少计 %(floor)s") if result > shown else N_("，最多计 %(cap)s")) % parts
