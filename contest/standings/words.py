"""One step of a computation as a sentence (算分单): the operation of an explanation node in words and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from contest.core.explanation import Explanation, Operand, Reason
from contest.core.numbers import exact_decimal, round_decimal
from contest.i18n import N_, current_language, gettext
from contest.standings import conversion_words

MODES = {
    "half_up": N_("四舍五入"),
    "half_even": N_("四舍六入五成双"),
    "half_down": N_("五舍六入"),
    "down": N_("舍去尾数"),
    "up": N_("进一法"),
}
REASONS = {
    "mark_missing": N_("还缺裁判的分数"),
    "insufficient_scores": N_("有效分数太少：有 %(have)s 个，至少要 %(need)s 个"),
    "spread_too_wide": N_("裁判之间相差太大：相差 %(spread)s，最多允许 %(allowed)s"),
    "not_performed": N_("没有参加或没有完成"),
    "contradictory_states": N_("有的裁判打了分，有的记为未完成，需要核对"),
    "factor_missing": N_("还没有登记难度系数"),
    "no_majority": N_("没有过半数的一致结果"),
    "not_agreed": N_("登记的数值不一致，需要商定"),
    "places_open": N_("还有评分表没有交齐，暂不排名次分"),
    "places_tied": N_("这位裁判给了几个参赛者相同的分，排不出先后"),
    "no_period": N_("没有参加任何考评期"),
    "class_missing": N_("还没有分组"),
    "kept_spread_too_wide": N_("计入的分相差太大：相差 %(spread)s，最多允许 %(allowed)s"),
    "value_not_in_table": N_("数值 %(value)s 不在换算表里，需要核对"),
    "negative_value": N_("数值 %(value)s 不能按比例换算：有小于 0 的数值"),
    "measure_missing": N_("还没有登记“%(measure)s”，不知道分数应在哪一档"),
    "below_first_band": N_("登记值 %(measure)s 低于最低一档，没有对应的分数范围"),
    "outside_band": N_("分数 %(mark)s 不在登记值 %(measure)s 对应的 %(min)s 至 %(max)s 之内，需要重打"),
    "panel_unknown": N_("还没有登记由哪个评审组评分（%(measure)s），不能在各组之间折算"),
}
_LONG = 6


def number(value: Fraction | None) -> str:
    """An exact decimal, or six places and … where no decimal is exact."""
    if value is None:
        return "—"
    exact = exact_decimal(value)
    if exact is not None and -int(exact.as_tuple().exponent) <= _LONG:
        return format(exact, "f")
    return f"{round_decimal(value, _LONG, 'down')}…"


def method_sentence(node: Explanation, marks: Sequence[Fraction]) -> str:
    """How the panel's marks became one value; `marks` are those that count."""
    operation = node.operation
    name = str(operation["op"])
    value = number(_before(node))
    if name in ("majority", "agreed"):
        text = N_("过半数裁判的结果：%(value)s") if name == "majority" else N_("登记值：%(value)s")
        return gettext(text) % {"value": value}
    if name == "median":
        return gettext("取中位数：%(value)s") % {"value": value}
    terms = " + ".join(map(number, marks))
    sign = {"terms": terms, "value": value, "divisor": str(operation.get("divisor", 1))}
    dropped = _has_dropped(node)
    if name.endswith("sum"):
        text = N_("去掉所划去的分后相加：%(terms)s = %(value)s") if dropped else N_("相加：%(terms)s = %(value)s")
    elif dropped:
        text = N_("去掉所划去的分后取平均：（%(terms)s）÷ %(divisor)s = %(value)s")
    else:
        text = N_("取平均：（%(terms)s）÷ %(divisor)s = %(value)s")
    return gettext(text) % sign


def rounding_sentence(operation: Mapping[str, Operand]) -> str | None:
    """`四舍五入到 2 位小数：8.8333… → 8.83`; None where rounding changes nothing."""
    if "after" not in operation or operation["before"] == operation["after"]:
        return None
    parts = {
        "mode": gettext(MODES[str(operation["mode"])]),
        "places": str(operation["places"]),
        "before": number(_fraction(operation["before"])),
        "after": _placed(operation),
    }
    return gettext("%(mode)s到 %(places)s 位小数：%(before)s → %(after)s") % parts


def conversion_sentence(node: Explanation) -> str:
    """How a measured value or a judgement became marks."""
    return conversion_words.sentence(node, _before(node), number)


def normalised_sentence(node: Explanation) -> str | None:
    """Where the sum stands in its own panel, and what that is on the common scale; None while it is not known."""
    if node.operation["op"] != "normalise":
        return None
    parts = {key: number(_fraction(item)) for key, item in node.operation.items() if key != "op"}
    parts["value"] = number(node.value)
    if not _fraction(node.operation["panel_deviation"]):
        return gettext("本组 %(entries)s 个得分都是 %(panel_mean)s，计 %(mean)s") % parts
    text = N_("%(mean)s + %(sd)s ×（%(raw)s − 本组平均 %(panel_mean)s）÷ 本组标准差 %(panel_deviation)s = %(value)s")
    return gettext(text) % parts


def clamp_sentence(node: Explanation) -> str | None:
    """Which bound marks far from the panel's mean were pulled to; None where the rules clamp nothing."""
    if "clamp" not in node.operation:
        return None
    parts = {key: number(_fraction(node.operation[key])) for key in ("clamp", "center")}
    return gettext("各分平均 %(center)s，与平均相差超过 %(clamp)s 的分按相差 %(clamp)s 计") % parts


def factor_sentence(node: Explanation) -> str:
    """`25.5 × 难度系数 3.2 = 81.6`, with the constant where there is one."""
    if "factor" not in node.operation:
        return gettext(REASONS["factor_missing"])
    factor, constant = _fraction(node.operation["factor"]), _fraction(node.operation["constant"])
    parts = {
        "value": number(node.inputs[0].value),
        "factor": number(factor),
        "constant": number(constant),
        "result": number(_before(node)),
    }
    if node.operation["op"] == "add":
        text = N_("%(value)s + 基础分 %(factor)s = %(result)s")
        other = N_("%(value)s × 系数 %(constant)s + 基础分 %(factor)s = %(result)s")
        return gettext(text if constant == 1 else other) % parts
    if constant == 1:
        return gettext("%(value)s × 系数 %(factor)s = %(result)s") % parts
    if factor == 1:
        return gettext("%(value)s × 系数 %(constant)s = %(result)s") % parts
    return gettext("%(value)s × 系数 %(factor)s × 系数 %(constant)s = %(result)s") % parts


def sum_sentence(node: Explanation, name: Callable[[Explanation], str]) -> str | None:
    """`理论 85 × 0.3 + 实操 90 × 0.7 = 88.5`; None for a single part that is taken over as it is."""
    parts = [part for part in node.inputs if part.value is not None]
    if not parts or (len(parts) == 1 and parts[0].weight == 1 and "cap" not in node.operation):
        return None
    counted = str(node.operation.get("counted", "")).split(",") if "counted" in node.operation else None
    terms = " + ".join(_term(part, name(part)) for part in parts if counted is None or part.label in counted)
    sums = [node.operation[key] for key in ("sum", "before") if key in node.operation]
    before = number(_fraction(sums[0]) if sums else node.value)
    if node.operation.get("op") == "mean":
        text = N_("各期平均：（%(terms)s）÷ %(divisor)s = %(value)s")
    elif node.operation.get("parts") == "rounded":
        text = N_("各部分先修约再相加：%(terms)s = %(value)s")
    elif counted is not None:
        text = N_("只计最高的 %(best)s 项：%(terms)s = %(value)s")
    else:
        text = N_("%(terms)s = %(value)s")
    values = {"terms": terms, "value": before, "divisor": str(node.operation.get("divisor", ""))}
    values["best"] = str(node.operation.get("best", ""))
    return gettext(text) % values


def limits_sentence(node: Explanation) -> str | None:
    """What floor and cap of a criterion did to its sum, and in which order deductions came off."""
    operation = node.operation
    if "sum" not in operation:
        return None
    keys = ("cap", "floor", "earned", "deducted")
    limits = {key: _fraction(operation[key]) for key in keys if key in operation}
    words = {key: number(abs(limit) if key == "deducted" else limit) for key, limit in limits.items()}
    value, found = _fraction(operation["before"]) if "after" in operation else node.value, []
    if "earned" in limits and limits["earned"] > limits["cap"]:
        found.append(gettext("先封顶再扣分：得分 %(earned)s 最多计 %(cap)s，再扣 %(deducted)s") % words)
    elif "earned" not in limits and value == limits.get("cap") != operation["sum"]:
        found.append(gettext("最多计 %(cap)s") % words)
    if "floor" in limits and value == limits["floor"] != operation["sum"]:
        found.append(gettext("最少计 %(floor)s") % words)
    return "；".join(found) or None


def repetitions_sentence(node: Explanation) -> str | None:
    """How several attempts became one value."""
    values = [step.value for step in node.inputs if step.value is not None]
    if len(values) < 2:  # noqa: PLR2004
        return None
    terms = " + ".join(map(number, values))
    match node.operation.get("op"):
        case "best":
            text = N_("取最好一次：%(value)s")
        case "mean":
            text = N_("各次平均：（%(terms)s）÷ %(n)s = %(value)s")
        case _:
            text = N_("各次相加：%(terms)s = %(value)s")
    before = _before(node)
    value = number(abs(before) if before is not None else None)
    return gettext(text) % {"terms": terms, "n": str(len(values)), "value": value}


def reason_words(reason: Reason) -> str:
    """Why a number is not final, in words."""
    text = gettext(REASONS.get(reason.code, N_("还没有结果")))
    return text % {key: str(value) for key, value in reason.params.items()} if reason.params else text


def decision_sentence(by: str, title: str, direction: str, values: Sequence[tuple[str, str]]) -> str:
    """`总分相同，按“实际操作”比较，高者在前：012A 88.5，034B 87.0`; `by` names the kind of step (docs/rule-set.md)."""
    own = {"draw": N_("抽签"), "total": N_("总分")}
    parts = {
        "by": gettext(own[by]) if by in own else title,
        "direction": gettext(N_("低者在前") if direction == "asc" else N_("高者在前")),
        "values": (", " if current_language() == "en" else "，").join(f"{code} {value}" for code, value in values),
    }
    return gettext("总分相同，按“%(by)s”比较，%(direction)s：%(values)s") % parts


def _term(part: Explanation, name: str) -> str:
    value = number(part.value)
    weighted = value if part.weight == 1 else f"{value} × {number(part.weight)}"
    return f"{name} {weighted}".strip()


def _before(node: Explanation) -> Fraction | None:
    before = node.operation.get("before")
    return node.value if before is None else _fraction(before)


def _fraction(value: Operand) -> Fraction:
    return Fraction(value)


def _placed(operation: Mapping[str, Operand]) -> str:
    return format(round_decimal(_fraction(operation["after"]), int(str(operation["places"])), "down"), "f")


def _has_dropped(node: Explanation) -> bool:
    return any("dropped" in part.operation for part in node.inputs) or bool(
        int(str(node.operation.get("drop_high", 0))) + int(str(node.operation.get("drop_low", 0)))
    )
